"""How what is stored as one of several reads, for the choices of a form and for pages."""

from flask_babel import lazy_gettext as _l

from companion.contract.rules import Decision, Feels, Idea, Lack, Scope, Standing, TaskKind
from companion.contract.rules.goals import Happened, StillTheirs

FEELS = {
    Feels.MINE: _l("Mine"),
    Feels.WORKED_OUT_TOGETHER: _l("Worked out together"),
    Feels.TOLD_BUT_I_CAN_CHOOSE: _l("Told, but I can choose"),
    Feels.TOLD: _l("Told"),
}
IDEAS = {Idea.MINE: _l("Mine"), Idea.OURS: _l("Ours"), Idea.THEIRS: _l("My therapist's")}
DECISIONS = {
    Decision.AGREE: _l("I agree"),
    Decision.WOULD_CHANGE: _l("I'd change this"),
    Decision.NOT_NOW: _l("Not now"),
}
KINDS = {
    TaskKind.WEEKLY: _l("Every week, a number of times"),
    TaskKind.ONE_OFF: _l("Once, by a day"),
    TaskKind.PRACTICE: _l("A practice, not counted"),
    TaskKind.RESPONSE: _l("An answer to an urge, when it comes"),
    TaskKind.IN_SESSION: _l("In the session"),
}
STANDINGS = {
    Standing.DRAFT: _l("Draft"),
    Standing.WAITS: _l("Waits for an answer"),
    Standing.IN_FORCE: _l("In force"),
    Standing.SUPERSEDED: _l("Followed by another"),
    Standing.DECLINED: _l("Not now"),
    Standing.COUNTER_PROPOSED: _l("Answered with another proposal"),
    Standing.WITHDRAWN: _l("Taken back"),
}
LACKS = {
    Lack.PROMISE: _l("what therapy can give"),
    Lack.GOAL: _l("a goal"),
    Lack.TASK: _l("a task"),
    Lack.COST: _l("what it will probably cost"),
    Lack.REVIEW_AHEAD: _l("a review date that hasn't gone by"),
}
SCOPES = {
    Scope.TASK: _l("This task"),
    Scope.GOAL: _l("Everything for this goal"),
    Scope.EVERYTHING: _l("Everything"),
}
HAPPENED = {
    Happened.CANT_TELL: _l("Can’t tell"),
    Happened.NOT_YET: _l("Not yet"),
    Happened.ONCE: _l("Once"),
    Happened.SOMETIMES: _l("Sometimes"),
    Happened.ORDINARY: _l("Ordinary now"),
}
STILL_THEIRS = {StillTheirs.YES: _l("Yes"), StillTheirs.PARTLY: _l("Partly"), StillTheirs.NO: _l("No")}

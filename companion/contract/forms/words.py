"""How what is stored as one of several reads, for the choices of a form and for pages."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from companion.accounts.rules import Role
from companion.contract.rules import Decision, Feels, GoalOutcome, Idea, Lack, Scope, Silence, Standing, TaskKind
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
OUTCOMES = {
    GoalOutcome.ATTAINED: _l("It has come true"),
    GoalOutcome.CHANGED: _l("Something else took its place"),
    GoalOutcome.LET_GO: _l("We let it go"),
}
SILENCES = {
    Silence.NO_VERSION: _l("Nothing is agreed yet."),
    Silence.NO_GOAL: _l("What is agreed has nothing to go for any more."),
    Silence.NO_TASK: _l("What is agreed has nothing to do in it."),
    Silence.REVIEW_GONE_BY: _l("The day on which you two wanted to look at it again has gone by."),
}
STANDINGS = {
    Standing.DRAFT: _l("Draft"),
    Standing.WAITS: _l("Waits for an answer"),
    Standing.IN_FORCE: _l("In force"),
    Standing.SUPERSEDED: _l("Followed by another"),
    Standing.ENDED: _l("Ended"),
    Standing.DECLINED: _l("Not now"),
    Standing.COUNTER_PROPOSED: _l("Answered with another proposal"),
    Standing.WITHDRAWN: _l("Taken back"),
}


def standing_in_words(standing: Standing, author: Role) -> str:
    """How a version stands: what the patient says not now to rests, where it is the patient's own."""
    if standing is Standing.DECLINED and author is Role.PATIENT:
        return str(_("Rests"))
    return str(STANDINGS[standing])


LACKS = {
    Lack.PROMISE: _l("what therapy can give"),
    Lack.GOAL: _l("a goal"),
    Lack.TASK: _l("a task"),
    Lack.COST: _l("what it will probably cost"),
    Lack.REVIEW_AHEAD: _l("a review date that hasn't gone by"),
    Lack.TASK_OF_ENDED_GOAL: _l("another goal for what serves one that has ended"),
    Lack.EARLY_SIGNS: _l("the early signs"),
    Lack.WHAT_HELPED: _l("what helped"),
    Lack.FIRST_STEPS: _l("what to do first"),
    Lack.COME_BACK: _l("when to come back"),
    Lack.CHANGE: _l("something changed, or a word why"),
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

"""How what is stored as one of several reads."""

from flask_babel import lazy_gettext as _l

from companion.sessions.rules import Chip, ChosenBy, Felt, Learned, SceneKind, StepSaid
from companion.sessions.rules.agenda import About

AGENDA = {
    About.OWN_POINT: _l("The point written beforehand"),
    About.ORDER_FLAG: _l("Something feels like an order"),
    About.TOLD: _l("How the agreement feels, by the last answer: told"),
    About.TOLD_BUT_CAN_CHOOSE: _l("How the agreement feels, by the last answer: told, but I can choose"),
    About.BETWEEN_US: _l("Something between us, talked about and not put right yet"),
    About.PROPOSAL: _l("A proposal is on the table"),
    About.NOTHING_AGREED: _l("We have no shared direction yet, or not any more. What would we want?"),
    About.REVIEW: _l("The day to look at our agreement again has come"),
    About.HOMEWORK: _l("What did we learn from what was done in between?"),
    About.IN_SESSION: _l("Agreed for when we meet"),
    About.ADDED: _l("Added"),
}
TALKED_ABOUT = {**AGENDA, About.BETWEEN_US: _l("Something that came between us")}
"""The same once it was talked about: nothing is said of how it stands, which may be otherwise by now."""
SCENE_KINDS = {
    SceneKind.ROLE_PLAY: _l("Role-play"),
    SceneKind.RESCRIPTING: _l("Rescripting"),
    SceneKind.CHAIRWORK: _l("Chairwork"),
    SceneKind.IMAGERY: _l("Imagery"),
    SceneKind.OTHER: _l("Something else"),
}
SCENES_IN_PLAIN_WORDS = {
    SceneKind.ROLE_PLAY: _l("Trying a scene"),
    SceneKind.RESCRIPTING: _l("An earlier scene, told anew"),
    SceneKind.CHAIRWORK: _l("Two chairs"),
    SceneKind.IMAGERY: _l("A scene before the inner eye"),
    SceneKind.OTHER: _l("Something else"),
}
"""The same, for the patient to read."""
CHOSEN_BY = {
    ChosenBy.PATIENT: _l("The patient"),
    ChosenBy.TOGETHER: _l("Both together"),
    ChosenBy.THERAPIST: _l("I, the therapist"),
}
CHOSEN_BY_ME = {
    ChosenBy.PATIENT: _l("I chose it"),
    ChosenBy.TOGETHER: _l("We chose it together"),
    ChosenBy.THERAPIST: _l("My therapist chose it"),
}
"""The same, for the patient to read."""
STEP_SAID = {StepSaid.YES: _l("Yes"), StepSaid.NOT_THIS: _l("Not this"), StepSaid.STOP: _l("Stop")}
LEARNED = {
    Learned.NOTHING_YET: _l("Nothing yet"),
    Learned.A_LITTLE: _l("A little"),
    Learned.SOMETHING: _l("Something"),
    Learned.A_LOT: _l("A lot"),
}
CHIPS = {
    Chip.YOU_PUSHED: _l("You pushed"),
    Chip.MADE_FUN: _l("I made fun"),
    Chip.KEPT_BACK: _l("I kept something back"),
    Chip.ENVIED: _l("I envied you"),
    Chip.NOTHING: _l("Nothing of the kind"),
}
FELT = {
    Felt.BORED: _l("Bored"),
    Felt.BELITTLED: _l("Belittled"),
    Felt.PUSHING: _l("Pushing"),
    Felt.DEFENDING: _l("Defending myself"),
    Felt.IRRITATED: _l("Irritated"),
    Felt.HELPLESS: _l("Helpless"),
    Felt.WORRIED: _l("Worried"),
    Felt.CHARMED: _l("Charmed"),
}

"""Every act there is: one real call of each service that writes, on the things that were made once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from companion.accounts import services as accounts
from companion.accounts.rules import By, PasswordHash, Role
from companion.accounts.rules.factors import code_at
from companion.accounts.rules.lock import PinHash
from companion.accounts.rules.safety import PlanWords
from companion.accounts.rules.throttling import Tries
from companion.checkins import services as checkins
from companion.checkins.rules import (
    Aside,
    Came,
    Door,
    Entry,
    Helped,
    Moment,
    Next,
    Rated,
    Visibility,
    Vital,
)
from companion.checkins.services import Detail, Lately, Lines
from companion.contract import services as contract
from companion.contract.rules import Scope
from companion.contract.rules.goals import Happened
from companion.experiments import services as experiments
from companion.experiments.adherence import MomentOutcome
from companion.experiments.rules import DebriefEntry, Expectation, Fear, Named, Reaction, Telling, Verdict, Word
from companion.formulation import services as formulation
from companion.formulation.rules import Fit, WishWords
from companion.kernel.box import Item
from companion.kernel.words import Words
from companion.privacy import services as privacy
from companion.sessions import services as sessions
from companion.sessions.queries.view_models import PointRead
from companion.sessions.rules import (
    Belief,
    Between,
    Chip,
    ChosenBy,
    Felt,
    Learned,
    RuptureWords,
    SceneKind,
    SceneWords,
    StepSaid,
)
from companion.sessions.rules.agenda import About
from tests.factories.contract import FRAME, GOAL, agreeing, weekly
from tests.factories.experiments import met, plan_of
from tests.factories.formulation import PATTERN
from tests.factories.goals import seen
from tests.factories.signing_in import SITE
from tests.faults.things import ADD, DAY, MONDAY, NOW, SET_UP, SIGN_IN, TODAY, Things

NEW_HASH: Final = PasswordHash("a hash that takes no time")
ANEW: Final = weekly(2, "Something else for myself").words
LOW, HIGH = Rated(2), Rated(9)
CHESS: Final = Named(label="chess")
UNLIKE: Final = seen(Happened.NOT_YET)
SCENE: Final = SceneWords(kind=SceneKind.CHAIRWORK, scene="At the table", chosen_by=ChosenBy.TOGETHER, guilt_after=3)
RUPTURE: Final = RuptureWords(happened="I hurried", my_part="I wanted it done", repair="I said so")


@dataclass(frozen=True)
class Given:
    """What a service is handed."""

    args: tuple[Any, ...]
    kwargs: dict[str, Any] = field(default_factory=dict)


def given(*args: Any, **kwargs: Any) -> Given:
    return Given(args, kwargs)


@dataclass(frozen=True)
class Act:
    """A call of a service; `of` tells apart those of the same one."""

    service: Callable[..., object]
    handed: Callable[[Things], Given]
    of: str = ""

    @property
    def name(self) -> str:
        room = self.service.__module__.split(".")[1]
        return f"{room}.{self.service.__name__}{self.of and ' of '}{self.of}"

    def do(self, things: Things) -> object:
        handed = self.handed(things)
        return self.service(*handed.args, **handed.kwargs)


SIGNING_IN = (
    Act(accounts.begin_session, lambda t: given(t.nora.actor.id, By.PASSKEY, "", NOW, instead_of=t.here.token)),
    Act(accounts.confirm_session, lambda t: given(t.here, By.PASSWORD, NOW)),
    Act(accounts.note_use, lambda t: given(t.here, NOW)),
    Act(accounts.sign_out, lambda t: given(t.here, NOW)),
    Act(accounts.end_session, lambda t: given(t.here, t.there.session_id, NOW)),
    Act(accounts.end_other_sessions, lambda t: given(t.here, NOW)),
    Act(accounts.take_try, lambda _: given(Tries.NETWORK, NOW, "here")),
    Act(accounts.give_back_tries, lambda _: given(Tries.NETWORK, "here")),
    Act(accounts.keep_fresher_hash, lambda t: given(t.recognised)),
    Act(accounts.spend_code, lambda t: given(t.vera.actor.id, t.vera.code(NOW), NOW)),
    Act(accounts.spend_code, lambda t: given(t.vera.actor.id, t.vera.recovery_codes[0], NOW), "recovery"),
    Act(accounts.person_of_passkey, lambda t: given(t.signed, SIGN_IN, SITE, NOW)),
)
LOCK = (
    Act(accounts.lock, lambda t: given(t.here, NOW)),
    Act(accounts.open_again, lambda t: given(t.there, NOW)),
    Act(accounts.keep_open, lambda t: given(t.here, NOW)),
    Act(accounts.set_pin, lambda t: given(t.here, PinHash("a hash that takes no time"), NOW)),
    Act(accounts.remove_pin, lambda t: given(t.here, NOW)),
)
WAYS_IN = (
    Act(accounts.add_passkey, lambda t: given(t.nora.actor.id, t.made, "Phone", ADD, SITE, NOW)),
    Act(accounts.remove_passkey, lambda t: given(t.nora.actor, t.passkey_id, NOW)),
    Act(
        accounts.keep_safety_plan,
        lambda t: given(t.patient, t.patient.id, PlanWords(signs="I stop sleeping"), NOW, None, t.page),
    ),
    Act(accounts.change_password, lambda t: given(t.here, NEW_HASH, NOW)),
    Act(accounts.set_authenticator, lambda t: given(t.vera.actor.id, t.secret, code_at(t.secret, NOW), NOW)),
    Act(accounts.make_recovery_codes, lambda t: given(t.vera.actor.id, NOW)),
    Act(accounts.begin, lambda t: given(t.invited, "ada", NEW_HASH, "Asia/Tokyo", NOW)),
    Act(accounts.set_new_password, lambda t: given(t.ugos_code, NEW_HASH, NOW)),
    Act(
        accounts.set_up_with_password,
        lambda t: given(t.carlas_code, NEW_HASH, t.secret, code_at(t.secret, NOW), NOW),
    ),
    Act(accounts.set_up_with_passkey, lambda t: given(t.carlas_code, t.set_up, "Key", SET_UP, SITE, NOW)),
)
PEOPLE = (
    Act(accounts.create_staff, lambda _: given(Role.THERAPIST, "leo", "Leo", NOW)),
    Act(accounts.invite_patient, lambda t: given(t.therapist, "Ida", NOW, t.page)),
    Act(accounts.new_code_for, lambda t: given(t.therapist, t.nora.actor.id, NOW)),
    Act(accounts.restore, lambda _: given("vera", NOW)),
    Act(accounts.rename, lambda t: given(t.patient, "Marco")),
    Act(accounts.note_zone, lambda t: given(t.patient, "Asia/Tokyo", NOW)),
    Act(accounts.end_care, lambda t: given(t.therapist, t.patient.id, NOW)),
    Act(accounts.arrange_cover, lambda t: given(t.therapist, t.patient.id, t.practice.other_therapist.id, TODAY, NOW)),
    Act(accounts.end_cover, lambda t: given(t.practice.other_therapist, t.practice.other_patient.id, NOW)),
    Act(accounts.end_covers_that_ran_out, lambda _: given(NOW + DAY)),
    Act(accounts.transfer, lambda t: given(t.therapist, t.patient.id, t.practice.other_therapist.id, NOW)),
    Act(accounts.set_clinic, lambda t: given(t.practice.admin, "Practice", "+39 06 5550100", "IT", NOW)),
)
DRAFTING = (
    Act(contract.start_draft, lambda t: given(t.practice.other_therapist, t.practice.other_patient.id, NOW)),
    Act(contract.set_frame, lambda t: given(t.therapist, t.draft_id, FRAME, NOW)),
    Act(contract.add_goal, lambda t: given(t.therapist, t.draft_id, GOAL, t.page)),
    Act(contract.change_goal, lambda t: given(t.therapist, t.id("goal_id"), GOAL)),
    Act(contract.remove_goal, lambda t: given(t.therapist, t.id("goal_id"))),
    Act(contract.add_task, lambda t: given(t.therapist, t.draft_id, ANEW, t.id("goal_id"), t.page)),
    Act(contract.change_task, lambda t: given(t.therapist, t.id("task_id"), ANEW, None)),
    Act(contract.remove_task, lambda t: given(t.therapist, t.id("task_id"))),
    Act(contract.add_cost, lambda t: given(t.therapist, t.draft_id, "A dull evening", t.page)),
    Act(contract.change_cost, lambda t: given(t.therapist, t.id("cost_id"), "A dull evening")),
    Act(contract.remove_cost, lambda t: given(t.therapist, t.id("cost_id"))),
    Act(contract.say_why, lambda t: given(t.therapist, t.draft_id, "As we said last week.")),
    Act(
        contract.draft_without,
        lambda t: given(t.patient, t.task.lineage_id, "Not for me.", NOW, takes_it_out=True),
    ),
    Act(contract.discard_draft, lambda t: given(t.therapist, t.draft_id, NOW)),
    Act(contract.propose, lambda t: given(t.therapist, t.draft_id, NOW)),
    Act(contract.propose, lambda t: given(t.patient, t.own_draft_id, NOW), "the patient's"),
    Act(contract.withdraw, lambda t: given(t.therapist, t.proposal_id, NOW)),
    Act(contract.accept, lambda t: given(t.therapist, t.asked_for.id, t.asked_for.content_hash, NOW)),
    Act(contract.let_rest, lambda t: given(t.therapist, t.asked_for.id, "Let's talk first.", NOW, t.page)),
)
ANSWERING = (
    Act(
        contract.answer,
        lambda t: given(t.patient, t.proposal_id, t.proposal.content_hash, agreeing(t.proposal), NOW, t.page),
    ),
    Act(contract.flag_version, lambda t: given(t.patient, t.proposal_id, "You want this.", NOW, t.page)),
    Act(contract.flag_task, lambda t: given(t.patient, t.task.id, "You want this.", NOW, t.page)),
    Act(contract.flag_task, lambda t: given(t.patient, t.practised.id, "You want this.", NOW, t.page), "what rests"),
    Act(contract.end_agreement, lambda t: given(t.therapist, t.patient.id, NOW)),
    Act(contract.pause, lambda t: given(t.patient, Scope.EVERYTHING, None, NOW)),
    Act(contract.rest_at_once, lambda t: given(t.patient, t.task.lineage_id, NOW)),
    Act(contract.change_pause, lambda t: given(t.patient, t.id("pause_id"), None, TODAY + 9 * DAY, NOW)),
    Act(contract.resume, lambda t: given(t.patient, t.id("pause_id"), NOW)),
    Act(contract.review_goals, lambda t: given(t.patient, t.patient.id, {t.goal_lineage_id: seen()}, NOW, t.page)),
    Act(contract.correct_review, lambda t: given(t.patient, t.patient.id, t.id("review_id"), UNLIKE, NOW, t.page)),
)
OCCASIONS = (
    Act(experiments.add_person, lambda t: given(t.patient, "Uncle")),
    Act(experiments.plan, lambda t: given(t.patient, plan_of(t.task.id, NOW + DAY, id=t.page, activity=CHESS), NOW)),
    Act(
        experiments.change_plan,
        lambda t: given(t.patient, plan_of(t.task.id, NOW + DAY, id=t.occasion_id, activity=CHESS), t.fingerprint, NOW),
    ),
    Act(
        experiments.predict,
        lambda t: given(t.patient, t.occasion_id, Expectation(3, (Fear(Named(label="Uncle"), 4, 50),)), NOW),
    ),
    Act(experiments.lock_prediction, lambda t: given(t.patient, t.occasion_id, NOW)),
    Act(experiments.debrief, lambda t: given(t.patient, t.over_id, _entry(t), NOW)),
    Act(experiments.debrief, lambda t: given(t.patient, t.over_id, _dropping(t), NOW), "what stops at once"),
    Act(experiments.offer_again, lambda t: given(t.patient, t.dropped_id, NOW)),
    Act(experiments.correct, lambda t: given(t.patient, t.said_id, _entry(t), t.debrief_id, NOW)),
    Act(experiments.take_back, lambda t: given(t.patient, t.occasion_id, t.page, NOW)),
    Act(
        experiments.already_did,
        lambda t: given(t.patient, plan_of(t.task.id, NOW - DAY, id=t.other_page, activity=CHESS), _entry(t), NOW),
    ),
    Act(experiments.highlight, lambda t: given(t.patient, t.said_id, t.page, NOW, is_on=True)),
    Act(experiments.close_week, lambda t: given(t.patient, t.task.lineage_id, MONDAY, NOW)),
)
RATING = (
    Act(checkins.save, lambda t: given(t.patient, _rated(t), NOW)),
    Act(checkins.save, lambda t: given(t.patient, replace(t.entry, guilt=LOW), NOW), "another under the same id"),
    Act(checkins.count_the_other_too, lambda t: given(t.patient, t.check_in_id, t.conflict_id, NOW)),
    Act(checkins.re_rate, lambda t: given(t.patient, t.check_in_id, t.page, LOW, HIGH, NOW)),
    Act(checkins.correct, lambda t: given(t.patient, t.check_in_id, t.page, LOW, HIGH, NOW)),
    Act(checkins.add_detail, lambda t: given(t.patient, t.check_in_id, t.page, Detail(thought="Again"), NOW)),
    Act(
        checkins.set_visibility,
        lambda t: given(t.patient, t.check_in_id, t.page, Visibility.WORDS_PRIVATE, NOW),
    ),
    Act(checkins.trigger_named, lambda t: given(t.patient, "The phone rings")),
    Act(checkins.save, lambda t: given(t.patient, _cutting(t), NOW), "a moment"),
    Act(checkins.decide, lambda t: given(t.patient, t.check_in_id, t.page, Next.SMALLER, NOW)),
    Act(checkins.look_again, lambda t: given(t.patient, t.check_in_id, t.page, NOW)),
    Act(checkins.highlight, lambda t: given(t.patient, t.moment_id, t.page, NOW, is_on=True)),
    Act(checkins.leave_out, lambda t: given(t.patient, t.check_in_id, t.conflict_id, NOW)),
    Act(checkins.keep_item, lambda t: given(t.patient, _came(t), t.check_in_id, NOW)),
    Act(checkins.set_aside, lambda t: given(t.patient, _came(t), Aside.NO_ENTRY, "Not here", NOW)),
    Act(checkins.take_off_aside, lambda t: given(t.patient, t.id("box_item_id"), NOW)),
    Act(checkins.tell_outcome, lambda t: given(t.patient, t.moment_id, t.page, MomentOutcome.SAID_IT, NOW)),
    Act(checkins.tell_moment, lambda t: given(t.patient, t.moment_id, t.page, Moment(3, worth_less=1), NOW)),
)
CARDS = (
    Act(checkins.add_card, lambda t: given(t.patient, "I may stay.", NOW, t.page)),
    Act(checkins.suggest_card, lambda t: given(t.therapist, t.patient.id, "I may stay.", NOW, t.page)),
    Act(checkins.keep_suggested, lambda t: given(t.patient, t.suggested_id, "I may.", NOW)),
    Act(checkins.change_card, lambda t: given(t.patient, t.id("card_id"), "I may.")),
    Act(checkins.let_go_of_card, lambda t: given(t.patient, t.suggested_id, NOW)),
    Act(checkins.put_card_first, lambda t: given(t.patient, t.id("card_id"))),
)
BESIDE = (
    Act(checkins.reflect, lambda t: given(t.patient, t.page, Lines(want="To stay"), NOW, words_private=True)),
    Act(
        checkins.keep_reflection,
        lambda t: given(t.patient, t.id("reflection_id"), words_private=True, seen=0),
    ),
    Act(checkins.say_how_it_is, lambda t: given(t.patient, t.page, Lately(Helped.A_LOT, "Yes", Vital(LOW)), NOW)),
    Act(checkins.put_off, lambda t: given(t.patient, t.page, NOW)),
    Act(
        checkins.keep_help_words,
        lambda t: given(t.patient, t.id("help_check_id"), words_private=True, seen=0),
    ),
)
FORMULATING = (
    Act(formulation.add_wish, lambda t: given(t.patient, WishWords("Learn to sail"), NOW, t.page)),
    Act(formulation.suggest_wish, lambda t: given(t.therapist, t.patient.id, "Learn to sail", NOW, t.page)),
    Act(formulation.take_wish, lambda t: given(t.patient, t.suggestion_id, NOW)),
    Act(formulation.put_wish_aside, lambda t: given(t.patient, t.id("wish_id"), NOW)),
    Act(formulation.propose_pattern, lambda t: given(t.therapist, t.patient.id, PATTERN, NOW, None, t.page)),
    Act(formulation.write_pattern, lambda t: given(t.patient, PATTERN, Fit.EXACTLY, NOW, None, t.page)),
    Act(formulation.answer_pattern, lambda t: given(t.patient, t.id("pattern_id"), Fit.PARTLY, NOW)),
)
MEETING = (
    Act(sessions.set_next_session, lambda t: given(t.therapist, t.patient.id, NOW + 2 * DAY, NOW)),
    Act(sessions.remove_session, lambda t: given(t.therapist, t.patient.id, t.id("session_id"), NOW)),
    Act(sessions.write_point, lambda t: given(t.patient, t.id("session_id"), PointRead("The dinner", ""), NOW)),
    Act(
        sessions.add_to_agenda,
        lambda t: given(t.therapist, t.patient.id, t.begun_id, "The summer", NOW, t.page),
    ),
    Act(sessions.tick, lambda t: given(*t.in_session, About.HOMEWORK, t.begun_id, NOW)),
    Act(sessions.untick, lambda t: given(*t.in_session, About.OWN_POINT, t.begun_id, NOW)),
    Act(
        sessions.rate_beliefs,
        lambda t: given(*t.in_session, sessions.Ideas("I may not", "I may"), Belief(old=80, new=30), NOW, t.page),
    ),
    Act(sessions.say_learned, lambda t: given(*t.in_session, Learned.SOMETHING, NOW)),
    Act(
        sessions.say_learned,
        lambda t: given(t.patient, t.patient.id, t.begun_id, Learned.A_LITTLE, NOW),
        "the patient",
    ),
    Act(
        sessions.say_between_us,
        lambda t: given(t.patient, t.begun_id, Between(heard=5, chips=(Chip.YOU_PUSHED,)), NOW, t.page),
    ),
    Act(sessions.begin_scene, lambda t: given(*t.in_session, SCENE, NOW, t.page)),
    Act(sessions.change_scene, lambda t: given(*t.in_session, t.id("scene_id"), SCENE, NOW)),
    Act(sessions.note_step, lambda t: given(*t.in_session, t.id("scene_id"), _step(StepSaid.YES), NOW, t.page)),
    Act(
        sessions.note_step,
        lambda t: given(*t.in_session, t.id("scene_id"), _step(StepSaid.STOP), NOW, t.page),
        "a stop",
    ),
    Act(sessions.suggest_words_found, lambda t: given(*t.in_session, t.id("scene_id"), NOW)),
    Act(sessions.note_rupture, lambda t: given(*t.in_session, RUPTURE, NOW, t.page)),
    Act(sessions.change_rupture, lambda t: given(*t.in_session, t.id("rupture_id"), RUPTURE, NOW)),
    Act(
        sessions.keep_private_note,
        lambda t: given(t.therapist, t.patient.id, sessions.Note((Felt.BORED,)), NOW, t.begun_id, t.page),
    ),
)
KEEPING = (Act(privacy.note_copy, lambda t: given(t.patient, NOW)),)
ALL: Final = (
    *(SIGNING_IN, LOCK, WAYS_IN, PEOPLE, DRAFTING, ANSWERING, FORMULATING),
    *(OCCASIONS, RATING, BESIDE, CARDS, MEETING, KEEPING),
)
ACTS: Final[Mapping[str, Act]] = {act.name: act for acts in ALL for act in acts}


def _entry(t: Things) -> DebriefEntry:
    """A word with somebody in it, who is new on the patient's list."""
    return DebriefEntry(id=t.page, word=Word.SMALLER, learned="Shorter will do", met=(met("Uncle", Telling.TOLD),))


def _dropping(t: Things) -> DebriefEntry:
    """A word after which the activity is dropped, what was planned of it called off, and telling rests."""
    frightened = met("Uncle", Telling.TOLD, reaction=Reaction.FRIGHTENING)
    return DebriefEntry(id=t.page, word=Word.DONE, verdict=Verdict.DROP, met=(frightened,))


def _step(said: StepSaid) -> sessions.Step:
    return sessions.Step("Stand up and say it", said)


def _rated(t: Things) -> Entry:
    """Somewhere else, and about an occasion, what is expected of which it locks."""
    return Entry(t.page, Door.GUILT, "Asia/Tokyo", LOW, HIGH, experiment_id=t.occasion_id)


def _cutting(t: Things) -> Entry:
    return Entry(t.page, Door.CUTTING, "Asia/Tokyo", moment=Moment(7, MomentOutcome.SAID_NOTHING))


def _came(t: Things) -> Came:
    return Came(t.page, Item(Words("/now"), (("door", Words("empty")),)), NOW, NOW, "Asia/Tokyo")

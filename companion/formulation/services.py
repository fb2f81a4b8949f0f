"""The patient keeps wishes and says how it goes; a therapist may suggest the one and propose words for the other.

What is written carries the id of the page it was typed on, so that sending it twice keeps it once. Where `seen` is
given it is the `stand` of what the page showed, and nothing is written over what has changed since.
"""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from companion.accounts.queries import patient_for
from companion.accounts.rules import Actor, Role
from companion.accounts.services import take_turn
from companion.audit.rules import Event
from companion.audit.services import note
from companion.extensions import db
from companion.formulation.models import Pattern, PatternAnswer, Wish
from companion.formulation.queries import PatternRead, read_patterns, wish
from companion.formulation.rules import (
    MOST_SUGGESTIONS,
    WISH_MOVES,
    Fit,
    PatternAct,
    PatternState,
    PatternWords,
    WishAct,
    WishState,
    WishWords,
    act_of,
    after,
)
from companion.kernel.errors import NotFoundError, RefusedError, SentBeforeError
from companion.kernel.ids import new_id

CHANGED_MEANWHILE = _l(
    "This was changed while you had it open. What you typed is still here; what stands now is shown with it."
)
ANSWERED_MEANWHILE = _l("Something else was said here meanwhile. Your answer was not kept; this is how it stands now.")
NOTHING_WRITTEN = _l("Please write something here.")


# Wishes


def add_wish(actor: Actor, words: WishWords, at: datetime, wish_id: UUID | None = None) -> UUID:
    """Keep a wish of the patient's own; returns its id."""
    _require_patient(actor)
    take_turn(actor)
    return _keep_wish(actor, actor.id, WishState.MINE, words, at, wish_id)


def suggest_wish(actor: Actor, patient_id: UUID, text: str, at: datetime, wish_id: UUID | None = None) -> UUID:
    """Suggest a wish, which isn't the patient's before they take it; returns its id.

    Raises NotFoundError for a patient not in this therapist's care, RefusedError where enough suggestions wait.
    """
    _take_turn_about(actor, patient_id)
    is_new = wish_id is None or db.session.get(Wish, wish_id) is None
    if is_new and _waiting_suggestions(patient_id) >= MOST_SUGGESTIONS:
        raise RefusedError(
            _l("%(most)s suggestions wait already. Let those be read before there are more.", most=MOST_SUGGESTIONS)
        )
    kept = _keep_wish(actor, patient_id, WishState.SUGGESTED, WishWords(text), at, wish_id)
    if is_new:
        note(Event.WISH_SUGGESTED, at, actor_id=actor.id, person_id=patient_id, wish=kept)
    return kept


def take_wish(
    actor: Actor, wish_id: UUID, at: datetime, words: WishWords | None = None, seen: bytes | None = None
) -> None:
    """Make a suggestion the patient's own, take up again what was put aside, or change the words of what is theirs.

    Without `words` it stays as it reads. Raises NotFoundError for a wish of somebody else's, RefusedError where another
    tab changed it meanwhile.
    """
    row = _own_wish(actor, wish_id)
    stands = wish(actor, actor.id, wish_id)
    wanted = words or WishWords(stands.text, stands.motive)
    _require_written(wanted.text, "what")
    is_as_wanted = stands.is_own and wanted == WishWords(stands.text, stands.motive)
    if not is_as_wanted and seen not in {None, stands.stand}:
        raise RefusedError(CHANGED_MEANWHILE)
    _move_wish(row, WishAct.TAKE, at)
    row.text, row.motive = wanted.text, wanted.motive
    db.session.flush()


def put_wish_aside(actor: Actor, wish_id: UUID, at: datetime) -> None:
    """Let a wish go, or leave a suggestion. It stays readable, and done twice is done once."""
    _move_wish(_own_wish(actor, wish_id), WishAct.PUT_ASIDE, at)
    db.session.flush()


# The pattern


def propose_pattern(
    actor: Actor,
    patient_id: UUID,
    words: PatternWords,
    at: datetime,
    seen: bytes | None = None,
    pattern_id: UUID | None = None,
) -> UUID:
    """Propose words for how it goes, in place of those that wait; what is in use goes on. Returns the version's id.

    Raises NotFoundError for a patient not in this therapist's care, RefusedError where something else was written or
    answered since the page was opened.
    """
    _take_turn_about(actor, patient_id)
    return _keep_pattern(actor, patient_id, words, None, at, (seen, pattern_id))


def write_pattern(
    actor: Actor,
    words: PatternWords,
    fit: Fit,
    at: datetime,
    seen: bytes | None = None,
    pattern_id: UUID | None = None,
) -> UUID:
    """Say in the patient's own words how it goes, and how well that fits; it is in use at once. Returns its id.

    It takes the place of what waits and of what was in use. Raises RefusedError as `propose_pattern` does.
    """
    _require_patient(actor)
    if not fit.fits:
        raise RefusedError(_l("If it isn't like this, please leave it, or change the words first."), field="fit")
    take_turn(actor)
    return _keep_pattern(actor, actor.id, words, fit, at, (seen, pattern_id))


def answer_pattern(actor: Actor, pattern_id: UUID, fit: Fit, at: datetime, seen: bytes | None = None) -> None:
    """Say how well a version fits. *Exactly* or *partly* brings it into use, in place of what was; *not me* never does.

    The same answer again is as if done. Raises NotFoundError for a version of somebody else's, RefusedError for one
    that takes no answer any more, and where another answer was given since the page was opened.
    """
    _require_patient(actor)
    take_turn(actor)
    stands = read_patterns(actor.id)
    version = next((each for each in stands.versions if each.id == pattern_id), None)
    if version is None:
        raise NotFoundError
    if version.latest_fit and version.latest_fit.fit is fit and version.state is not PatternState.FOLLOWED:
        return
    if seen not in {None, version.stand}:
        raise RefusedError(ANSWERED_MEANWHILE)
    others = None if stands.in_use is version else stands.in_use
    _answer(db.session.get_one(Pattern, pattern_id), fit, others, at)


def _keep_wish(
    actor: Actor, patient_id: UUID, state: WishState, words: WishWords, at: datetime, wish_id: UUID | None
) -> UUID:
    _require_written(words.text, "what")
    if wish_id and (known := db.session.get(Wish, wish_id)):
        if (known.patient_id, known.author) != (patient_id, actor.role):
            raise NotFoundError
        if (known.text, known.motive) != (words.text, words.motive):
            raise SentBeforeError
        return known.id
    row = Wish(id=wish_id or new_id(), patient_id=patient_id, author=actor.role, state=state, at=at, moved_at=at)
    row.text, row.motive = words.text, words.motive
    db.session.add(row)
    db.session.flush()
    return row.id


def _own_wish(actor: Actor, wish_id: UUID) -> Wish:
    """A wish of this patient's, or a suggestion for them, as it stands now; others who change it wait."""
    _require_patient(actor)
    take_turn(actor)
    row = db.session.get(Wish, wish_id, populate_existing=True)
    if row is None or row.patient_id != actor.id:
        raise NotFoundError
    return row


def _move_wish(row: Wish, act: WishAct, at: datetime) -> None:
    to = WISH_MOVES[row.state][act]
    if to is not row.state:
        row.state, row.moved_at = to, at


def _waiting_suggestions(patient_id: UUID) -> int:
    count = sa.select(sa.func.count()).where(Wish.patient_id == patient_id, Wish.state == WishState.SUGGESTED)
    return db.session.scalar(count) or 0


def _keep_pattern(
    actor: Actor,
    patient_id: UUID,
    words: PatternWords,
    fit: Fit | None,
    at: datetime,
    page: tuple[bytes | None, UUID | None],
) -> UUID:
    """Keep a new version, which takes the place of what waits; `page` is what it showed, and its id."""
    (seen, pattern_id), words = page, words.trimmed()
    _require_written(words.wish, "wish")
    stands = read_patterns(patient_id)
    if pattern_id and (known := db.session.get(Pattern, pattern_id)):
        return _again(known, actor, patient_id, stands.versions, words)
    if seen not in {None, stands.stand}:
        raise RefusedError(CHANGED_MEANWHILE)
    _make_way(stands.waiting)
    row = Pattern(id=pattern_id or new_id(), patient_id=patient_id, author=actor.role, at=at, **asdict(words))
    row.number, row.state = len(stands.versions) + 1, PatternState.WAITS
    db.session.add(row)
    db.session.flush()
    note(Event.PATTERN_WRITTEN, at, actor_id=actor.id, person_id=patient_id, pattern=row.id)
    if fit:
        _answer(row, fit, stands.in_use, at)
    return row.id


def _again(
    known: Pattern, actor: Actor, patient_id: UUID, versions: tuple[PatternRead, ...], words: PatternWords
) -> UUID:
    """The same page sent once more: nothing is added. Other words under its id are refused."""
    if (known.patient_id, known.author) != (patient_id, actor.role):
        raise NotFoundError
    if next(each.words for each in versions if each.id == known.id) != words:
        raise SentBeforeError
    return known.id


def _answer(row: Pattern, fit: Fit, in_use: PatternRead | None, at: datetime) -> None:
    """Keep the answer, then move by it; `in_use` is another version that makes way for one that fits."""
    act = act_of(fit)
    if after(row.state, act) is None:
        raise RefusedError(ANSWERED_MEANWHILE)
    count = sa.select(sa.func.count()).where(PatternAnswer.pattern_id == row.id)
    number = (db.session.scalar(count) or 0) + 1
    db.session.add(PatternAnswer(patient_id=row.patient_id, pattern_id=row.id, number=number, fit=fit, at=at))
    db.session.flush()
    if fit.fits:
        _make_way(in_use)
    _move_pattern(row, act)
    note(Event.PATTERN_ANSWERED, at, actor_id=row.patient_id, person_id=row.patient_id, pattern=row.id, fit=fit.value)


def _make_way(version: PatternRead | None) -> None:
    """For another, where there is one: one waits and one is in use at a time."""
    if version:
        _move_pattern(db.session.get_one(Pattern, version.id), PatternAct.ANOTHER)


def _move_pattern(row: Pattern, act: PatternAct) -> None:
    row.state = after(row.state, act) or row.state
    db.session.flush()


def _require_written(text: str, field: str) -> None:
    if not text.strip():
        raise RefusedError(NOTHING_WRITTEN, field=field)


def _require_patient(actor: Actor) -> None:
    if actor.role is not Role.PATIENT:
        raise NotFoundError


def _take_turn_about(actor: Actor, patient_id: UUID) -> None:
    """Of a therapist who treats this patient now; raises NotFoundError for anyone else."""
    if actor.role is not Role.THERAPIST:
        raise NotFoundError
    take_turn(patient_for(actor, patient_id))

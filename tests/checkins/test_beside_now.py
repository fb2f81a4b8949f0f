"""Three lines and how it is lately: kept once, kept private, and asked no more than once a month."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from companion.accounts.rules import Actor
from companion.checkins import queries, services
from companion.checkins.models import Reflection, UrgeMoment, Vitality
from companion.checkins.rules import CANT_TELL, Helped, Rated, Vital, is_month_over
from companion.checkins.services import Lately, Lines
from companion.extensions import db
from companion.kernel.errors import NotFoundError, RefusedError
from companion.kernel.ids import new_id
from companion.kernel.week import ZoneHistory
from companion.transaction import transaction
from tests.factories.checkins import make_how_it_is, make_moment, make_reflection
from tests.factories.contract import agreed_contract
from tests.factories.people import Practice

NOON = datetime(2025, 3, 5, 11, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ROME = ZoneHistory.staying_in("Europe/Rome")
Make = Callable[..., UUID]
Keep = Callable[..., None]
Read = Callable[..., list[queries.Reflected] | list[queries.HowItIs]]


@pytest.fixture(autouse=True)
def in_context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def lines_of(viewer: Actor, patient: Actor, now: datetime = NOON + DAY) -> list[queries.Reflected]:
    return queries.reflections_of(viewer, patient.id, now, 9)


def months_of(viewer: Actor, patient: Actor, now: datetime = NOON + DAY) -> list[queries.HowItIs]:
    return queries.how_it_is(viewer, patient.id, now, 9)


# Three lines


def test_three_lines_are_kept_as_they_are_and_newest_first(practice: Practice) -> None:
    with transaction():
        services.reflect(practice.patient, new_id(), Lines(want="To stay", feel="Fear"), NOON)
    make_reflection(practice.patient, NOON + HOUR, "Later")
    first, second = lines_of(practice.patient, practice.patient)
    assert first.want == "Later"
    assert (second.want, second.view, second.feel, second.at) == ("To stay", "", "Fear", NOON)


def test_nothing_at_all_is_not_kept(practice: Practice) -> None:
    with pytest.raises(RefusedError), transaction():
        services.reflect(practice.patient, new_id(), Lines(), NOON)
    with pytest.raises(RefusedError), transaction():
        services.say_how_it_is(practice.patient, new_id(), Lately(), NOON)


def test_sent_twice_it_is_one_and_other_words_from_the_same_page_are_kept_too(practice: Practice) -> None:
    page = new_id()
    with transaction():
        for words in ("To stay", "To stay", "To go"):
            services.reflect(practice.patient, page, Lines(want=words), NOON)
    assert sorted(each.want for each in lines_of(practice.patient, practice.patient)) == ["To go", "To stay"]


def test_sent_again_as_private_it_is_private(practice: Practice) -> None:
    page = new_id()
    with transaction():
        for is_private in (False, True, False):
            services.reflect(practice.patient, page, Lines(want="To stay"), NOON, words_private=is_private)
            services.say_how_it_is(practice.patient, page, Lately(words="It is"), NOON, words_private=is_private)
    assert lines_of(practice.therapist, practice.patient) == []
    assert months_of(practice.therapist, practice.patient) == []
    assert len(lines_of(practice.patient, practice.patient)) == 1


# Who reads them


def test_the_therapist_reads_what_is_shared_and_closed(practice: Practice) -> None:
    make_reflection(practice.patient, NOON, "Shared")
    make_reflection(practice.patient, NOON, "Kept", words_private=True)
    make_how_it_is(practice.patient, NOON, Helped.A_LOT, words="Kept", words_private=True)
    for now, seen in ((NOON + 3 * HOUR - timedelta(seconds=1), 0), (NOON + 3 * HOUR, 1)):
        assert [each.want for each in lines_of(practice.therapist, practice.patient, now)] == ["Shared"] * seen
        assert len(months_of(practice.therapist, practice.patient, now)) == seen
    [month] = months_of(practice.therapist, practice.patient)
    assert (month.helped, month.words) == (Helped.A_LOT, "")
    [mine] = months_of(practice.patient, practice.patient, NOON)
    assert mine.words == "Kept"


@pytest.mark.parametrize(
    ("helped", "vital", "is_told"),
    [
        (None, Vital(), False),
        (Helped.NOT_AT_ALL, Vital(), True),
        (None, Vital(free=Rated(0)), True),
        (None, Vital(alive=CANT_TELL), True),
    ],
)
def test_of_words_kept_private_and_nothing_else_the_therapist_learns_nothing(
    practice: Practice,
    helped: Helped | None,
    vital: Vital,
    is_told: bool,  # noqa: FBT001
) -> None:
    make_how_it_is(practice.patient, NOON, helped, vital, "Kept", words_private=True)
    make_how_it_is(practice.patient, NOON, None, Vital(), "Shared")
    assert [each.words for each in months_of(practice.therapist, practice.patient)].count("") == is_told
    as_shared = queries.how_it_is(practice.patient, practice.patient.id, NOON + DAY, 9, as_shared=True)
    assert len(as_shared) == 1 + is_told
    assert len(months_of(practice.patient, practice.patient)) == 2


def test_nobody_else_reads_them(practice: Practice) -> None:
    for viewer in (practice.other_therapist, practice.former_therapist, practice.other_patient):
        for read in (lines_of, months_of):
            with pytest.raises(NotFoundError):
                read(viewer, practice.patient)


KINDS: list[tuple[Make, Keep, Read]] = [
    (make_reflection, services.keep_reflection, lines_of),
    (lambda patient, at, words: make_how_it_is(patient, at, words=words), services.keep_help_words, months_of),
]


@pytest.mark.parametrize(("make", "keep", "read"), KINDS)
def test_words_are_closed_at_any_time_and_opened_only_by_the_latest_page(
    practice: Practice, make: Make, keep: Keep, read: Read
) -> None:
    made = make(practice.patient, NOON, "Words")

    def choose(*, words_private: bool, seen: int) -> tuple[bool, int]:
        with transaction():
            keep(practice.patient, made, words_private=words_private, seen=seen)
        [row] = read(practice.patient, practice.patient)
        return row.words_private, row.choices

    assert choose(words_private=True, seen=0) == (True, 1)
    assert choose(words_private=True, seen=0) == (True, 1)
    with pytest.raises(RefusedError):
        choose(words_private=False, seen=0)  # from a page that hasn't seen them closed
    assert choose(words_private=False, seen=1) == (False, 2)
    assert choose(words_private=True, seen=0) == (True, 3)


@pytest.mark.parametrize(("make", "keep", "read"), KINDS)
def test_nobody_elses_words_are_opened(practice: Practice, make: Make, keep: Keep, read: Read) -> None:
    made = make(practice.patient, NOON, "Words")
    for actor, row_id in ((practice.other_patient, made), (practice.patient, new_id())):
        with pytest.raises(NotFoundError), transaction():
            keep(actor, row_id, words_private=True, seen=0)


# How it is lately


def test_each_number_is_told_or_cant_be_or_is_left_out(practice: Practice) -> None:
    vital = Vital(alive=Rated(0), free=CANT_TELL)
    make_how_it_is(practice.patient, NOON, None, vital)
    make_how_it_is(practice.patient, NOON + HOUR, Helped.NOT_AT_ALL, Vital())
    later, first = months_of(practice.patient, practice.patient)
    assert (first.helped, first.vital) == (None, vital)
    assert (later.helped, later.vital) == (Helped.NOT_AT_ALL, Vital())


def test_not_now_is_no_answer(practice: Practice) -> None:
    page = new_id()
    for _ in range(2):
        with transaction():
            services.put_off(practice.patient, page, NOON)
    assert months_of(practice.patient, practice.patient) == []
    on_today = queries.on_today(practice.patient, date(2025, 3, 3), NOON)
    assert (on_today.said_at, on_today.put_off_at, on_today.first_agreed) == (None, NOON, None)


def test_today_knows_when_it_was_last_said(practice: Practice) -> None:
    agreed_contract(practice)
    for hours in (0, 2, 1):
        make_how_it_is(practice.patient, NOON + hours * HOUR)
    on_today = queries.on_today(practice.patient, date(2025, 3, 3), NOON)
    assert (on_today.said_at, on_today.put_off_at) == (NOON + 2 * HOUR, None)
    assert on_today.first_agreed == date(2025, 2, 3)
    assert on_today.moments == ()


TODAY = date(2025, 3, 5)


@pytest.mark.parametrize(
    ("first_agreed", "said", "put_off", "is_asked"),
    [
        (None, None, None, False),
        (28, None, None, True),
        (27, None, None, False),
        (300, 27, None, False),
        (300, 28, None, True),
        (300, 28, 6, False),
        (300, 28, 7, True),
        (None, 28, None, True),
    ],
)
def test_it_is_asked_a_month_after_the_last_answer_and_not_within_a_week_of_not_now(
    first_agreed: int | None,
    said: int | None,
    put_off: int | None,
    is_asked: bool,  # noqa: FBT001
) -> None:
    def ago(days: int | None) -> datetime | None:
        return None if days is None else NOON - days * DAY

    agreed_on = None if first_agreed is None else TODAY - first_agreed * DAY
    assert is_month_over(TODAY, ROME, agreed_on, ago(said), ago(put_off)) == is_asked


# What was written stays


@pytest.mark.parametrize("change", ["want = view", "received_at = '2020-01-01 00:00:00'", "choices = 9, feel = want"])
def test_three_lines_can_not_be_changed(practice: Practice, change: str) -> None:
    with transaction():
        services.reflect(practice.patient, new_id(), Lines(want="One", view="Two"), NOON)
    with pytest.raises(sa.exc.IntegrityError):
        db.session.execute(sa.text(f"UPDATE {Reflection.__tablename__} SET {change}"))  # noqa: S608  # a test's own
    db.session.rollback()


@pytest.mark.parametrize(("table", "column"), [(UrgeMoment, "urge"), (Vitality, "alive")])
def test_numbers_can_not_be_changed(practice: Practice, table: type[UrgeMoment | Vitality], column: str) -> None:
    make_moment(practice.patient, NOON)
    make_how_it_is(practice.patient, NOON)
    with pytest.raises(sa.exc.IntegrityError):
        db.session.execute(sa.update(table).values({column: 9}))
    db.session.rollback()

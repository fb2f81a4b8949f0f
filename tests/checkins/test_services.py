"""What a patient does with entries, on both databases."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from companion.accounts.queries import zones_of
from companion.accounts.rules import Actor
from companion.checkins import queries, services
from companion.checkins.models import CheckIn, CheckInDetail, ConflictingEntry, Correction, ReRating, VisibilityChange
from companion.checkins.rules import CANT_TELL, Door, Entry, Outcome, Rated, Visibility
from companion.checkins.services import Detail, Saved
from companion.extensions import Model, db
from companion.kernel.errors import NotFoundError, RefusedError
from companion.kernel.ids import new_id
from companion.transaction import transaction
from tests.factories.checkins import make_check_in
from tests.factories.people import Practice

NOON = datetime(2025, 3, 5, 11, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture(autouse=True)
def in_context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def guilt_of(patient: Actor, guilt: int = 7, client_id: UUID | None = None) -> Entry:
    return Entry(client_id or new_id(), Door.GUILT, patient.zone, Rated(guilt), Rated(6))


def save(patient: Actor, entry: Entry, at: datetime = NOON) -> Saved:
    with transaction():
        return services.save(patient, entry, at)


def rows(model: type[Model]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_an_entry_is_kept_as_it_was_said(practice: Practice) -> None:
    entry = replace(guilt_of(practice.patient), urge=CANT_TELL)
    kept = save(practice.patient, entry)
    shown = queries.one_of_mine(practice.patient, kept.id, NOON)
    assert (kept.outcome, shown.guilt, shown.urge) == (Outcome.NEW, Rated(7), CANT_TELL)
    assert (shown.occurred_at, shown.local_date, shown.is_from_memory) == (NOON, date(2025, 3, 5), False)


def test_sent_twice_it_is_one(practice: Practice) -> None:
    entry = guilt_of(practice.patient)
    first, second = save(practice.patient, entry), save(practice.patient, entry, NOON + HOUR)
    assert second == Saved(first.id, Outcome.SAME)
    assert rows(CheckIn) == 1
    assert rows(ConflictingEntry) == 0


def test_other_content_under_the_same_id_is_kept_beside_the_first_and_not_counted(practice: Practice) -> None:
    first = guilt_of(practice.patient, 7)
    kept = save(practice.patient, first)
    other = replace(first, guilt=Rated(2))
    for _ in range(2):
        assert save(practice.patient, other, NOON + MINUTE) == Saved(kept.id, Outcome.CONFLICT)
    assert (rows(CheckIn), rows(ConflictingEntry)) == (1, 1)
    assert queries.one_of_mine(practice.patient, kept.id, NOON).guilt == Rated(7)
    (conflict,) = queries.conflicts_of(practice.patient, kept.id)
    assert (conflict.guilt, conflict.received_at) == (Rated(2), NOON + MINUTE)


def test_the_other_can_become_an_entry_of_its_own_once(practice: Practice) -> None:
    first = guilt_of(practice.patient, 7)
    kept = save(practice.patient, first)
    save(practice.patient, replace(first, guilt=Rated(2)), NOON + MINUTE)
    (conflict,) = queries.conflicts_of(practice.patient, kept.id)
    with transaction():
        own = services.count_the_other_too(practice.patient, kept.id, conflict.id, NOON + 48 * HOUR)
    with transaction():
        again = services.count_the_other_too(practice.patient, kept.id, conflict.id, NOON + 49 * HOUR)
    assert again == Saved(own.id, Outcome.SAME)
    shown = queries.one_of_mine(practice.patient, own.id, NOON + 50 * HOUR)
    assert (shown.guilt, shown.occurred_at, shown.is_from_memory) == (Rated(2), NOON + MINUTE, False)
    assert rows(CheckIn) == 2
    assert queries.conflicts_of(practice.patient, kept.id) == []


@pytest.mark.parametrize("visibility", list(Visibility))
def test_the_other_is_as_private_as_the_first_is_by_now(practice: Practice, visibility: Visibility) -> None:
    first = guilt_of(practice.patient, 7)
    kept = save(practice.patient, first)
    save(practice.patient, replace(first, guilt=Rated(2)), NOON + MINUTE)
    with transaction():
        services.set_visibility(practice.patient, kept.id, new_id(), Visibility.WORDS_PRIVATE, NOON, sooner=True)
        services.set_visibility(practice.patient, kept.id, new_id(), visibility, NOON)
    (conflict,) = queries.conflicts_of(practice.patient, kept.id)
    with transaction():
        own = services.count_the_other_too(practice.patient, kept.id, conflict.id, NOON + HOUR)
    shown = queries.one_of_mine(practice.patient, own.id, NOON + HOUR)
    assert (shown.visibility, shown.is_seen) == (visibility, False)
    seen = queries.last_for(practice.therapist, practice.patient.id, NOON + 9 * HOUR)
    assert len(seen) == (0 if visibility is Visibility.ONLY_ME else 2)


def test_another_entrys_other_is_not_there(practice: Practice) -> None:
    first = guilt_of(practice.patient, 7)
    kept, another = save(practice.patient, first), save(practice.patient, guilt_of(practice.patient))
    save(practice.patient, replace(first, guilt=Rated(2)))
    (conflict,) = queries.conflicts_of(practice.patient, kept.id)
    for patient, check_in_id in ((practice.patient, another.id), (practice.other_patient, kept.id)):
        with pytest.raises(NotFoundError), transaction():
            services.count_the_other_too(patient, check_in_id, conflict.id, NOON)


def test_two_patients_may_send_the_same_id(practice: Practice) -> None:
    same = new_id()
    save(practice.patient, guilt_of(practice.patient, 7, same))
    other = save(practice.other_patient, guilt_of(practice.other_patient, 2, same))
    assert other.outcome is Outcome.NEW
    assert rows(CheckIn) == 2


def test_a_hundred_at_once_are_one(app: Flask, practice: Practice) -> None:
    entry = guilt_of(practice.patient)

    def send(_: int) -> Saved:
        with app.app_context():
            return save(practice.patient, entry)

    with ThreadPoolExecutor(8) as pool:
        kept = list(pool.map(send, range(100)))
    assert len({one.id for one in kept}) == 1
    assert [one.outcome for one in kept].count(Outcome.NEW) == 1
    assert {one.outcome for one in kept} == {Outcome.NEW, Outcome.SAME}
    assert rows(CheckIn) == 1


def test_fifty_re_ratings_at_once_are_numbered_one_after_the_other(app: Flask, practice: Practice) -> None:
    check_in_id = make_check_in(practice.patient, NOON)

    def send(minute: int) -> None:
        with app.app_context(), transaction():
            services.re_rate(practice.patient, check_in_id, new_id(), Rated(4), Rated(3), NOON + minute * MINUTE)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send, range(50)))
    numbers = list(db.session.scalars(sa.select(ReRating.number).order_by(ReRating.number)))
    assert numbers == list(range(1, 51))


# When it was


def test_the_phones_clock_is_believed_as_far_as_it_goes(practice: Practice) -> None:
    a_wrong_clock = NOON + 9 * HOUR
    entry = replace(guilt_of(practice.patient), entered_at=a_wrong_clock - 10 * MINUTE, sent_at=a_wrong_clock)
    shown = queries.one_of_mine(practice.patient, save(practice.patient, entry).id, NOON)
    assert shown.occurred_at == NOON - 10 * MINUTE


@pytest.mark.parametrize(("ago", "is_from_memory"), [(24 * HOUR, False), (25 * HOUR, True)])
def test_it_was_earlier(practice: Practice, ago: timedelta, is_from_memory: bool) -> None:  # noqa: FBT001
    entry = replace(guilt_of(practice.patient), earlier=NOON - ago)
    shown = queries.one_of_mine(practice.patient, save(practice.patient, entry).id, NOON)
    assert (shown.occurred_at, shown.is_from_memory) == (NOON - ago, is_from_memory)


def test_three_of_earlier_within_ten_minutes_of_each_other_were_written_together(practice: Practice) -> None:
    told = [replace(guilt_of(practice.patient), earlier=NOON - (days + 1) * 24 * HOUR) for days in range(4)]
    saved = [save(practice.patient, entry, NOON + nth * 5 * MINUTE) for nth, entry in enumerate(told)]
    save(practice.patient, guilt_of(practice.patient), NOON + MINUTE)
    shown = queries.last_for(practice.patient, practice.patient.id, NOON + HOUR)
    assert [entry.together for entry in shown] == [0, 4, 4, 4, 4]
    with transaction():
        services.set_visibility(practice.patient, saved[-1].id, new_id(), Visibility.ONLY_ME, NOON + HOUR)
    seen = queries.last_for(practice.therapist, practice.patient.id, NOON + 4 * HOUR)
    assert [entry.together for entry in seen] == [0, 3, 3, 3]


def test_what_is_rated_as_it_happens_is_not_written_together(practice: Practice) -> None:
    for minutes in range(3):
        save(practice.patient, guilt_of(practice.patient), NOON + minutes * MINUTE)
    assert {entry.together for entry in queries.last_for(practice.patient, practice.patient.id, NOON + HOUR)} == {0}


@pytest.mark.parametrize("earlier", [NOON + MINUTE, NOON - timedelta(days=367)])
def test_it_was_neither_in_the_time_to_come_nor_over_a_year_ago(practice: Practice, earlier: datetime) -> None:
    with pytest.raises(RefusedError) as refused:
        save(practice.patient, replace(guilt_of(practice.patient), earlier=earlier))
    assert refused.value.field == "earlier_day"
    assert rows(CheckIn) == 0


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2024, 10, 27, 0, 30, tzinfo=UTC), date(2024, 10, 27)),
        (datetime(2024, 10, 27, 1, 30, tzinfo=UTC), date(2024, 10, 27)),
        (datetime(2024, 3, 31, 22, 30, tzinfo=UTC), date(2024, 4, 1)),
    ],
)
def test_in_the_hour_that_comes_twice_both_entries_keep_their_instant(
    practice: Practice, instant: datetime, day: date
) -> None:
    shown = queries.one_of_mine(practice.patient, make_check_in(practice.patient, instant), instant)
    assert (shown.occurred_at, shown.local_date) == (instant, day)


def test_an_entry_from_another_zone_has_its_day_and_moves_the_patient_there(practice: Practice) -> None:
    late = datetime(2025, 3, 5, 23, 30, tzinfo=UTC)
    kept = save(practice.patient, replace(guilt_of(practice.patient), zone="America/St_Johns"), late)
    assert queries.one_of_mine(practice.patient, kept.id, late).local_date == date(2025, 3, 5)
    assert str(zones_of([practice.patient.id])[practice.patient.id].at(late + HOUR)) == "America/St_Johns"


# What hangs on an entry


def test_each_save_of_the_details_is_a_row_and_the_last_computes(practice: Practice) -> None:
    check_in_id = make_check_in(practice.patient, NOON, detail=Detail(wanted="to stay", feelings={"envy": 7}))
    with transaction():
        # The clock has gone back meanwhile; the server's order holds.
        services.add_detail(practice.patient, check_in_id, new_id(), Detail(wanted="the aperitif"), NOON - HOUR)
    shown = queries.one_of_mine(practice.patient, check_in_id, NOON)
    assert (shown.words, shown.feelings) == ({"wanted": "the aperitif"}, {})
    assert rows(CheckInDetail) == 2


def test_a_detail_sent_twice_is_one_and_said_differently_is_two(practice: Practice) -> None:
    check_in_id, page = make_check_in(practice.patient, NOON), new_id()
    for words in ("to stay", "to stay", "the aperitif"):
        with transaction():
            services.add_detail(practice.patient, check_in_id, page, Detail(wanted=words), NOON)
    assert rows(CheckInDetail) == 2
    assert queries.one_of_mine(practice.patient, check_in_id, NOON).words == {"wanted": "the aperitif"}


def test_and_now_may_be_answered_any_number_of_times(practice: Practice) -> None:
    check_in_id = make_check_in(practice.patient, NOON)
    for minutes, guilt in ((15, 5), (15, 5), (30, 6)):
        with transaction():
            services.re_rate(practice.patient, check_in_id, new_id(), Rated(guilt), CANT_TELL, NOON + minutes * MINUTE)
    shown = queries.one_of_mine(practice.patient, check_in_id, NOON)
    assert [again.guilt.value for again in shown.re_ratings] == [5, 5, 6]
    assert shown.after
    assert (shown.after.guilt, shown.after.urge) == (Rated(6), CANT_TELL)


def test_a_slip_of_the_thumb_is_put_right_and_the_original_stays(practice: Practice) -> None:
    check_in_id, page = make_check_in(practice.patient, NOON, 1, 6), new_id()
    for _ in range(2):
        with transaction():
            services.correct(practice.patient, check_in_id, page, Rated(10), CANT_TELL, NOON + MINUTE)
    shown = queries.one_of_mine(practice.patient, check_in_id, NOON)
    assert (shown.guilt, shown.urge, shown.is_corrected) == (Rated(10), CANT_TELL, True)
    assert rows(Correction) == 1
    assert db.session.scalar(sa.select(CheckIn.guilt)) == 1


def test_a_door_without_numbers_has_none_to_put_right(practice: Practice) -> None:
    check_in_id = make_check_in(practice.patient, NOON, door=Door.EMPTY)
    with pytest.raises(NotFoundError), transaction():
        services.correct(practice.patient, check_in_id, new_id(), Rated(1), Rated(1), NOON)


def visibility_after(patient: Actor, check_in_id: UUID, *choices: tuple[UUID, Visibility]) -> Visibility:
    for page, visibility in choices:
        with transaction():
            services.set_visibility(patient, check_in_id, page, visibility, NOON)
    return queries.one_of_mine(patient, check_in_id, NOON).visibility


def test_the_last_choice_of_who_may_see_it_holds(practice: Practice) -> None:
    check_in_id = make_check_in(practice.patient, NOON)
    choices = [(new_id(), each) for each in (Visibility.ONLY_ME, Visibility.SHARED, Visibility.WORDS_PRIVATE)]
    assert visibility_after(practice.patient, check_in_id, *choices) is Visibility.WORDS_PRIVATE


def test_a_late_copy_of_a_choice_hides_and_never_shows(practice: Practice) -> None:
    check_in_id = make_check_in(practice.patient, NOON, visibility=Visibility.WORDS_PRIVATE)
    share, hide = (new_id(), Visibility.SHARED), (new_id(), Visibility.ONLY_ME)
    assert visibility_after(practice.patient, check_in_id, share, hide, share) is Visibility.ONLY_ME
    again = make_check_in(practice.patient, NOON)
    assert visibility_after(practice.patient, again, hide, share, hide) is Visibility.ONLY_ME


@pytest.mark.parametrize("private", [Visibility.WORDS_PRIVATE, Visibility.ONLY_ME])
def test_sharing_it_sooner_from_an_old_page_opens_nothing_that_was_closed_since(
    practice: Practice, private: Visibility
) -> None:
    check_in_id = make_check_in(practice.patient, NOON, visibility=private)
    with pytest.raises(RefusedError), transaction():
        services.set_visibility(practice.patient, check_in_id, new_id(), Visibility.SHARED, NOON, sooner=True)
    shown = queries.one_of_mine(practice.patient, check_in_id, NOON)
    assert (shown.visibility, shown.is_seen) == (private, False)


def test_a_late_copy_of_sharing_it_sooner_hides_words_and_does_not_share_it_sooner_again(practice: Practice) -> None:
    check_in_id, page = make_check_in(practice.patient, NOON, visibility=Visibility.WORDS_PRIVATE), new_id()
    sooner = (page, Visibility.WORDS_PRIVATE, True)
    for client_id, visibility, is_sooner in (sooner, (new_id(), Visibility.SHARED, False), sooner):
        with transaction():
            services.set_visibility(practice.patient, check_in_id, client_id, visibility, NOON, sooner=is_sooner)
    shown = queries.one_of_mine(practice.patient, check_in_id, NOON)
    assert (shown.visibility, shown.is_seen) == (Visibility.WORDS_PRIVATE, False)


def test_choosing_what_stands_already_adds_nothing(practice: Practice) -> None:
    check_in_id = make_check_in(practice.patient, NOON, visibility=Visibility.ONLY_ME)
    visibility_after(practice.patient, check_in_id, (new_id(), Visibility.ONLY_ME))
    assert rows(VisibilityChange) == 1


def test_the_patients_list_of_what_sets_it_off_has_each_line_once(practice: Practice) -> None:
    with transaction():
        made = [services.trigger_named(practice.patient, label) for label in ("a message", "A Message", "on my way")]
        others = services.trigger_named(practice.other_patient, "a message")
    assert made[0] == made[1]
    assert others not in made
    assert [label for _, label in queries.triggers_of(practice.patient)] == ["a message", "on my way"]


@pytest.mark.parametrize("whose", ["other_patient", "therapist", "admin"])
def test_nobody_else_adds_to_an_entry(practice: Practice, whose: str) -> None:
    stranger: Actor = getattr(practice, whose)
    mine, nobodys = make_check_in(practice.patient, NOON), new_id()
    for check_in_id in (mine, nobodys):
        acts = (
            lambda it: services.add_detail(stranger, it, new_id(), Detail(), NOON),
            lambda it: services.re_rate(stranger, it, new_id(), Rated(1), Rated(1), NOON),
            lambda it: services.correct(stranger, it, new_id(), Rated(1), Rated(1), NOON),
            lambda it: services.set_visibility(stranger, it, new_id(), Visibility.SHARED, NOON, sooner=True),
            lambda it: services.count_the_other_too(stranger, it, new_id(), NOON),
        )
        for act in acts:
            with pytest.raises(NotFoundError), transaction():
                act(check_in_id)


def test_anothers_trigger_person_or_occasion_is_not_there(practice: Practice) -> None:
    with transaction():
        anothers = services.trigger_named(practice.other_patient, "a message")
    check_in_id = make_check_in(practice.patient, NOON)
    for detail in (Detail(trigger_id=anothers), Detail(trigger_id=new_id()), Detail(person_id=new_id())):
        with pytest.raises(NotFoundError), transaction():
            services.add_detail(practice.patient, check_in_id, new_id(), detail, NOON)
    with pytest.raises(NotFoundError):
        save(practice.patient, replace(guilt_of(practice.patient), experiment_id=new_id()))
    assert rows(CheckIn) == 1

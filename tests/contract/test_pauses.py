"""Pauses that begin and end by themselves: their days, who may change them, and who goes by them."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from companion.contract import queries, services
from companion.contract.models import Pause
from companion.contract.queries import Rest, RestingLines, caseload_lines, followed_goals, paused_days_of, segments_of
from companion.contract.queries.resting import is_not_over
from companion.contract.rules import Days, Phase, Scope, TaskKind, TaskWords, phase
from companion.contract.rules.goals import Turn
from companion.experiments.adherence import PausedDays
from companion.extensions import db
from companion.kernel.clock import FrozenClock
from companion.kernel.errors import NotFoundError, RefusedError
from companion.kernel.ids import new_id
from companion.kernel.week import local_date
from companion.review.queries.today import today_of
from companion.sessions.queries import agenda_of, meeting
from companion.sessions.rules.agenda import About
from companion.transaction import transaction
from tests.contract.test_at_once import at_once, refusals
from tests.factories.contract import FIRST_MONDAY, Contract, TaskPlan, agreed_contract, weekly
from tests.factories.people import Practice
from tests.factories.sessions import session_at
from tests.support.client import Browser, Page

TODAY = date(2025, 3, 5)
DAY = timedelta(days=1)
DAYS = st.dates(date(2024, 3, 1), date(2024, 11, 30))


def paused(
    practice: Practice,
    clock: FrozenClock,
    first: date | None = None,
    until: date | None = None,
    line: UUID | None = None,
) -> UUID:
    scope = Scope.TASK if line else Scope.EVERYTHING
    with transaction():
        return services.pause(practice.patient, scope, line, clock.now(), first, until)


def changed(practice: Practice, rest: Rest, clock: FrozenClock, first: date | None, until: date | None) -> None:
    with transaction():
        services.change_pause(practice.patient, rest.id, first, until, clock.now(), rest.stand)


def stands(practice: Practice, clock: FrozenClock) -> RestingLines:
    return queries.resting(practice.patient, practice.patient.id, local_date(clock.now(), ZoneInfo("Europe/Rome")))


def on(day: date) -> datetime:
    """Noon in Rome, whatever the clocks do."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo("Europe/Rome")).astimezone(UTC)


def to(clock: FrozenClock, day: date) -> None:
    clock.advance(seconds=(on(day) - clock.now()).total_seconds())


# Days


@pytest.mark.parametrize(
    ("first", "until", "day", "expected"),
    [
        (5, None, 4, Phase.AHEAD),
        (5, None, 5, Phase.RESTS),
        (5, 7, 4, Phase.AHEAD),
        (5, 7, 5, Phase.RESTS),
        (5, 7, 6, Phase.RESTS),
        (5, 7, 7, Phase.OVER),
        (5, 7, 8, Phase.OVER),
        (5, 5, 4, Phase.OVER),
        (5, 5, 5, Phase.OVER),
    ],
)
def test_its_first_day_is_paused_and_the_day_it_goes_on_is_not(
    first: int, until: int | None, day: int, expected: Phase
) -> None:
    days = Days(date(2025, 3, first), date(2025, 3, until) if until else None)
    assert phase(days, date(2025, 3, day)) is expected


@given(DAYS, st.none() | st.integers(0, 200), st.integers(-60, 260))
def test_it_rests_on_just_the_days_that_counting_leaves_out(first: date, length: int | None, offset: int) -> None:
    until = None if length is None else first + timedelta(days=length)
    day, lineage = first + timedelta(days=offset), new_id()
    rests = phase(Days(first, until), day) is Phase.RESTS
    assert rests == (day in Days(first, until))
    assert rests == PausedDays(lineage_id=lineage, first_day=first, resumed_on=until).covers(lineage, day)


@pytest.mark.usefixtures("context")
def test_the_database_and_the_rule_agree_on_what_is_over(practice: Practice) -> None:
    spans = [(TODAY + a * DAY, TODAY + (a + b) * DAY) for a in range(-3, 4) for b in (0, 1, 2, 4)]
    with transaction():
        for first, until in [*spans, (TODAY - DAY, None)]:
            db.session.add(
                Pause(
                    id=new_id(),
                    patient_id=practice.patient.id,
                    scope=Scope.EVERYTHING,
                    first_day=first,
                    resumed_on=until,
                )
            )
    for row in db.session.scalars(sa.select(Pause)).all():
        is_left = db.session.scalar(sa.select(Pause.id).where(Pause.id == row.id, is_not_over(TODAY))) is not None
        assert is_left == (phase(Days(row.first_day, row.resumed_on), TODAY) is not Phase.OVER)


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("change", [date(2025, 3, 30), date(2025, 10, 26)], ids=["forward", "back"])
@pytest.mark.parametrize("minutes", [-1, 1])
def test_it_begins_and_ends_at_local_midnight_also_when_the_clocks_change(
    practice: Practice, clock: FrozenClock, change: date, minutes: int
) -> None:
    agreed_contract(practice)
    to(clock, change - 7 * DAY)
    paused(practice, clock, change, change + DAY)
    for midnight, before, after in ((change, False, True), (change + DAY, True, False)):
        at = datetime(midnight.year, midnight.month, midnight.day, tzinfo=ZoneInfo("Europe/Rome")).astimezone(UTC)
        found = queries.at_a_glance(
            practice.patient, local_date(at + timedelta(minutes=minutes), ZoneInfo("Europe/Rome"))
        )
        assert found.is_all_paused is (before if minutes < 0 else after)


# Setting, changing, taking back


@pytest.mark.usefixtures("context")
def test_one_set_beforehand_begins_and_ends_by_itself(practice: Practice, clock: FrozenClock) -> None:
    agreed = agreed_contract(practice)
    paused(practice, clock, TODAY + 2 * DAY, TODAY + 4 * DAY, agreed.lineage_ids[0])
    found = []
    for _ in range(6):
        now = stands(practice, clock)
        found.append((len(now.ahead), len(now.rests)))
        clock.advance(days=1)
    assert found == [(1, 0), (1, 0), (0, 1), (0, 1), (0, 0), (0, 0)]


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize(
    ("first", "until", "field"),
    [
        (TODAY - DAY, None, "first_day"),
        (TODAY, TODAY, "resumed_on"),
        (TODAY + 3 * DAY, TODAY + 3 * DAY, "resumed_on"),
        (TODAY + 3 * DAY, TODAY + DAY, "resumed_on"),
        (None, TODAY - DAY, "resumed_on"),
    ],
)
def test_days_that_can_not_be(
    practice: Practice, clock: FrozenClock, first: date | None, until: date | None, field: str
) -> None:
    with pytest.raises(RefusedError) as refused:
        paused(practice, clock, first, until)
    assert refused.value.field == field


@pytest.mark.usefixtures("context")
def test_one_a_line_is_set_at_a_time_and_the_same_days_once(practice: Practice, clock: FrozenClock) -> None:
    first = paused(practice, clock, TODAY + DAY, TODAY + 3 * DAY)
    assert paused(practice, clock, TODAY + DAY, TODAY + 3 * DAY) == first
    for days in ((TODAY + DAY, None), (TODAY + 9 * DAY, None), (None, None)):
        with pytest.raises(RefusedError, match="change that one"):
            paused(practice, clock, *days)
    clock.advance(days=1)
    assert paused(practice, clock) == first, "it rests by now, and goes on resting"
    clock.advance(days=2)
    assert paused(practice, clock) != first


@pytest.mark.usefixtures("context")
def test_it_can_be_changed_before_it_begins(practice: Practice, clock: FrozenClock) -> None:
    paused(practice, clock, TODAY + DAY, TODAY + 3 * DAY)
    changed(practice, stands(practice, clock).ahead[0], clock, TODAY + 5 * DAY, None)
    assert [rest.days for rest in stands(practice, clock).ahead] == [Days(TODAY + 5 * DAY)]
    changed(practice, stands(practice, clock).ahead[0], clock, TODAY, TODAY + DAY)
    assert [rest.days for rest in stands(practice, clock).rests] == [Days(TODAY, TODAY + DAY)]


@pytest.mark.usefixtures("context")
def test_of_one_that_rests_only_its_end_changes(practice: Practice, clock: FrozenClock) -> None:
    paused(practice, clock)
    clock.advance(days=2)
    [rest] = stands(practice, clock).rests
    changed(practice, rest, clock, TODAY + 9 * DAY, TODAY + 4 * DAY)
    [rest] = stands(practice, clock).rests
    assert rest.days == Days(TODAY, TODAY + 4 * DAY)
    with pytest.raises(RefusedError) as refused:
        changed(practice, rest, clock, None, TODAY + 2 * DAY)
    assert refused.value.field == "resumed_on"


@pytest.mark.usefixtures("context")
def test_taken_back_it_never_was(practice: Practice, clock: FrozenClock) -> None:
    agreed = agreed_contract(practice)
    pause_id = paused(practice, clock, TODAY + DAY, None, agreed.lineage_ids[0])
    [rest] = stands(practice, clock).ahead
    for _ in range(2):
        with transaction():
            services.resume(practice.patient, pause_id, clock.now())
    assert stands(practice, clock) == RestingLines((), ())
    with pytest.raises(RefusedError, match="taken back"):
        changed(practice, rest, clock, TODAY + DAY, None)
    clock.advance(days=1)
    assert stands(practice, clock) == RestingLines((), ())
    [found] = paused_days_of(segments_of([practice.patient.id]))[practice.patient.id]
    assert found.first_day == found.resumed_on, "no day is paused"


@pytest.mark.usefixtures("context")
def test_taken_up_early_it_ends_that_day(practice: Practice, clock: FrozenClock) -> None:
    pause_id = paused(practice, clock, TODAY, TODAY + 9 * DAY)
    clock.advance(days=2)
    with transaction():
        services.resume(practice.patient, pause_id, clock.now())
    assert db.session.get_one(Pause, pause_id).resumed_on == TODAY + 2 * DAY


@pytest.mark.usefixtures("context")
def test_what_ended_by_itself_is_not_taken_up_again(practice: Practice, clock: FrozenClock) -> None:
    pause_id = paused(practice, clock, TODAY, TODAY + DAY)
    clock.advance(days=5)
    with transaction():
        services.resume(practice.patient, pause_id, clock.now())
    assert db.session.get_one(Pause, pause_id).resumed_on == TODAY + DAY


@pytest.mark.usefixtures("context")
def test_nobody_else_changes_it(practice: Practice, clock: FrozenClock) -> None:
    paused(practice, clock, TODAY + DAY)
    [rest] = stands(practice, clock).ahead
    for stranger in (practice.other_patient, practice.therapist, practice.admin):
        with pytest.raises(NotFoundError), transaction():
            services.change_pause(stranger, rest.id, TODAY, None, clock.now(), rest.stand)
    with pytest.raises(NotFoundError), transaction():
        services.change_pause(practice.patient, new_id(), TODAY, None, clock.now(), rest.stand)


@pytest.mark.usefixtures("context")
def test_of_two_tabs_that_change_it_one_does(app: Flask, practice: Practice, clock: FrozenClock) -> None:
    agreed = agreed_contract(practice)
    paused(practice, clock, TODAY + DAY, None, agreed.lineage_ids[0])
    [rest] = stands(practice, clock).ahead

    def move(days: int) -> Callable[[], None]:
        return lambda: services.change_pause(
            practice.patient, rest.id, TODAY + days * DAY, None, clock.now(), rest.stand
        )

    assert refusals(at_once(app, move(2), move(3))) == 1


@pytest.mark.usefixtures("context")
def test_of_two_tabs_that_set_it_one_does(app: Flask, practice: Practice, clock: FrozenClock) -> None:
    agreed = agreed_contract(practice)

    def begin(days: int) -> Callable[[], UUID]:
        first = TODAY + days * DAY
        return lambda: services.pause(
            practice.patient, Scope.TASK, agreed.lineage_ids[0], clock.now(), first, first + DAY
        )

    assert refusals(at_once(app, begin(1), begin(2))) == 1


# An order rests at once, whatever was set


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("days", [(TODAY + 2 * DAY, None), (TODAY + 2 * DAY, TODAY + 3 * DAY), (TODAY, TODAY + DAY)])
def test_an_order_makes_a_pause_that_was_set_its_own(
    practice: Practice, clock: FrozenClock, days: tuple[date, date | None]
) -> None:
    agreed = agreed_contract(practice)
    paused(practice, clock, *days, agreed.lineage_ids[0])
    with transaction():
        said = services.flag_task(practice.patient, agreed.task_ids[0], "", clock.now())
    assert said is services.Flagged.RESTS
    [rest] = stands(practice, clock).rests
    assert (rest.days, rest.from_order) == (Days(TODAY), True)


@pytest.mark.usefixtures("context")
def test_a_new_agreement_lifts_an_order_that_was_given_an_end(practice: Practice, clock: FrozenClock) -> None:
    agreed = agreed_contract(practice)
    with transaction():
        services.flag_task(practice.patient, agreed.task_ids[0], "", clock.now())
    changed(practice, stands(practice, clock).rests[0], clock, None, TODAY + 9 * DAY)
    assert caseload_lines(practice.therapist, [practice.patient.id], clock.now())[practice.patient.id].has_order_flag
    clock.advance(days=1)
    agreed_contract(practice, [weekly(2, lineage_id=agreed.lineage_ids[0])], at=clock.now())
    assert stands(practice, clock) == RestingLines((), ())


@pytest.mark.usefixtures("context")
def test_an_order_whose_pause_ended_is_off_the_caseload(practice: Practice, clock: FrozenClock) -> None:
    agreed = agreed_contract(practice)
    with transaction():
        services.flag_task(practice.patient, agreed.task_ids[0], "", clock.now())
    changed(practice, stands(practice, clock).rests[0], clock, None, TODAY + 2 * DAY)
    found = []
    for _ in range(3):
        line = caseload_lines(practice.therapist, [practice.patient.id], clock.now())[practice.patient.id]
        found.append(line.has_order_flag)
        clock.advance(days=1)
    assert found == [True, True, False]


# Who goes by it


@pytest.mark.usefixtures("context")
def test_today_and_the_goals_go_by_the_days(practice: Practice, clock: FrozenClock) -> None:
    agreed_contract(practice, at=FIRST_MONDAY)
    paused(practice, clock, TODAY + DAY, TODAY + 2 * DAY)
    found = []
    for _ in range(3):
        [goal] = followed_goals(practice.patient, practice.patient.id, clock.now())
        today = today_of(practice.patient, clock.now())
        found.append((today.is_all_paused, bool(today.weeks), goal.turn))
        clock.advance(days=1)
    assert found == [(False, True, Turn.DUE), (True, False, Turn.OPEN), (False, True, Turn.DUE)]


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize(("until", "is_listed"), [(2, True), (3, True), (4, False), (None, False)])
@pytest.mark.parametrize("scope", [Scope.TASK, Scope.GOAL, Scope.EVERYTHING])
def test_the_agenda_asks_whether_it_rests_on_the_day_of_the_session(
    practice: Practice, clock: FrozenClock, until: int | None, scope: Scope, *, is_listed: bool
) -> None:
    scene = TaskPlan(TaskWords(text="The call to my aunt", kind=TaskKind.IN_SESSION))
    agreed = agreed_contract(practice, [scene])
    session_id = session_at(practice, clock.now() + 3 * DAY)
    line = {Scope.TASK: agreed.lineage_ids[0], Scope.GOAL: agreed.goal_lineage_ids[0], Scope.EVERYTHING: None}[scope]
    with transaction():
        services.pause(practice.patient, scope, line, clock.now(), TODAY, TODAY + until * DAY if until else None)
    its = meeting(practice.patient, practice.patient.id, session_id)
    found = [line.about for line in agenda_of(practice.patient, its, clock.now())]
    assert (About.IN_SESSION in found) is is_listed


# On the page


@pytest.fixture
def agreed(app: Flask, practice: Practice) -> Contract:
    with app.app_context():
        return agreed_contract(practice)


def test_setting_changing_and_taking_back(as_patient: Browser, agreed: Contract) -> None:
    page = as_patient.submit(
        as_patient.get("/pauses/new"),
        {"what": f"task {agreed.lineage_ids[0]}", "first_day": "2025-03-07", "resumed_on": "2025-03-10"},
    )
    assert "Set for later" in page.text
    path = next(link for link in links(page) if link.startswith("/pauses/") and link != "/pauses/new")
    form = as_patient.get(path)
    assert (form.value("first_day"), form.value("resumed_on")) == ("2025-03-07", "2025-03-10")
    page = as_patient.submit(form, {"resumed_on": "2025-03-12"})
    assert "12" in page.text
    page = as_patient.submit(page)
    assert "Taken back" in page.text
    assert "Set for later" not in page.text


def links(page: Page) -> list[str]:
    return [(anchor.attrs or {}).get("href") or "" for anchor in page.document.query("main a")]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"what": "life"}, "Not a valid choice"),
        ({"what": ""}, "Please choose one"),
        ({"first_day": ""}, "Please choose a day"),
        ({"first_day": "2025-03-04"}, "has gone by"),
        ({"first_day": "2025-03-07", "resumed_on": "2025-03-07"}, "later day than it begins"),
        ({"first_day": "a day"}, "not a day of the calendar"),
    ],
)
def test_days_that_can_not_be_are_said_beside_their_field(
    as_patient: Browser, agreed: Contract, fields: dict[str, str], words: str
) -> None:
    page = as_patient.submit(as_patient.get("/pauses/new"), {"what": "everything"} | fields, expect=422)
    assert words in page.text


def test_a_page_that_is_old_is_told_and_keeps_what_was_typed(
    as_patient: Browser, app: Flask, agreed: Contract, practice: Practice, clock: FrozenClock
) -> None:
    with app.app_context():
        pause_id = paused(practice, clock, TODAY + 2 * DAY)
    old = as_patient.get(f"/pauses/{pause_id}")
    as_patient.submit(as_patient.get(f"/pauses/{pause_id}"), {"first_day": "2025-03-09"})
    page = as_patient.submit(old, {"first_day": "2025-03-11"}, expect=422)
    assert page.errors()
    assert page.value("first_day") == "2025-03-11"
    assert "9" in page.text
    as_patient.submit(page)
    with app.app_context():
        assert [rest.first_day for rest in stands(practice, clock).ahead] == [date(2025, 3, 11)]
        with transaction():
            services.resume(practice.patient, pause_id, clock.now())
    page = as_patient.submit(page)
    assert "was taken back" in page.text

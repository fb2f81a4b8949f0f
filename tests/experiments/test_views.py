"""The pages of occasions: plan, expect, say how it went, put it right."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask

from companion.accounts.rules import Actor
from companion.experiments import queries
from companion.experiments.queries import Occasion
from companion.experiments.rules import Named, Reaction, Telling, Verdict, Word
from companion.kernel.clock import FrozenClock
from companion.kernel.ids import new_id
from companion.kernel.week import ZoneHistory
from tests.factories.contract import Contract, agreed_contract, one_off, practice_task, weekly
from tests.factories.experiments import corrected, expecting, met, planned, told
from tests.factories.people import Practice
from tests.support.client import Browser, Page, attributes

HOME = ZoneHistory.staying_in("Europe/Rome")
TOMORROW = datetime(2025, 3, 6, 17, 30, tzinfo=UTC)
"""Thursday 18:30 in Rome; the clock stands at Wednesday noon."""
WHEN = {"day": "2025-03-06", "start": "18:30"}


@pytest.fixture
def contract(app: Flask, practice: Practice) -> Contract:
    with app.app_context():
        return agreed_contract(practice, [weekly(), one_off(date(2025, 3, 30))])


@pytest.fixture
def occasion_id(app: Flask, practice: Practice, contract: Contract) -> UUID:
    with app.app_context():
        return planned(practice.patient, contract.task_ids[0], TOMORROW, expected=expecting(8, aunt=(7, 90)))


def fields(contract: Contract, **more: str) -> dict[str, str]:
    return {"task": str(contract.task_ids[0]), "activity_new": "tennis", **WHEN, **more}


def the_one(app: Flask, practice: Practice, now: datetime) -> Occasion:
    """The only occasion there is."""
    with app.app_context():
        lines = queries.lines_of(practice.patient, now)
        [line] = [*lines.ahead, *lines.open, *lines.awaiting, *lines.said]
        return queries.occasion(practice.patient, line.id, now)


def nothing_planned(app: Flask, practice: Practice, now: datetime) -> bool:
    with app.app_context():
        return queries.lines_of(practice.patient, now) == queries.Lines((), (), (), ())


# Plan


def test_what_and_when_are_enough_for_a_plan(
    app: Flask, practice: Practice, contract: Contract, as_patient: Browser, clock: FrozenClock
) -> None:
    page = as_patient.submit(as_patient.get("/plan"), fields(contract))
    assert "tennis" in page.text
    assert page.path.startswith("/plan/")
    found = the_one(app, practice, clock.now())
    assert (found.starts_at, found.ends_at, found.zone) == (TOMORROW, TOMORROW + timedelta(hours=2), "Europe/Rome")


def test_everything_useful_is_kept(
    app: Flask, practice: Practice, contract: Contract, as_patient: Browser, clock: FrozenClock
) -> None:
    page = as_patient.submit(
        as_patient.get("/plan"),
        fields(
            contract,
            until="00:15",
            place="the club",
            company="a colleague",
            person_new="my aunt",
            might_suffer="8",
            belief="85",
            expected_guilt="9",
            if_then="I breathe out",
            smaller_version="one set",
            covered_by="my cousin",
            honest_reply="I'm out tonight",
        ),
    )
    for words in ("the club", "a colleague", "my aunt", "85 % sure", "I breathe out", "one set", "my cousin"):
        assert words in page.text
    found = the_one(app, practice, clock.now())
    assert found.ends_at == TOMORROW + timedelta(hours=5, minutes=45)
    assert found.care_need == "covered"
    assert found.predicted.expected_guilt == 9
    assert [(fear.person, fear.might_suffer, fear.belief) for fear in found.predicted.fears] == [("my aunt", 8, 85)]


def test_a_plan_starts_from_the_task_that_was_tapped(contract: Contract, as_patient: Browser) -> None:
    assert as_patient.get(f"/plan?task={contract.task_ids[1]}").value("task") == str(contract.task_ids[1])
    assert "task" not in as_patient.get(f"/plan?task={new_id()}").form()


def test_a_plan_sent_twice_is_one(
    app: Flask, practice: Practice, contract: Contract, as_patient: Browser, clock: FrozenClock
) -> None:
    page = as_patient.get("/plan")
    sent = fields(contract, person_new="my aunt", might_suffer="8")
    first, second = as_patient.submit(page, sent), as_patient.submit(page, sent)
    assert first.path == second.path
    assert the_one(app, practice, clock.now()).activity == "tennis"


def test_a_plan_sent_back_to_and_changed_says_where_to_change_it(contract: Contract, as_patient: Browser) -> None:
    page = as_patient.get("/plan")
    as_patient.submit(page, fields(contract))
    again = as_patient.submit(page, fields(contract, place="elsewhere"), expect=422)
    assert "saved already" in again.errors()[0]
    assert again.value("place") == "elsewhere"


def test_what_was_done_before_can_be_picked(
    app: Flask, practice: Practice, contract: Contract, as_patient: Browser, occasion_id: UUID, clock: FrozenClock
) -> None:
    with app.app_context():
        [(tennis, _label)] = queries.activities_of(practice.patient, practice.patient.id)
        [(aunt, _name)] = queries.people_of(practice.patient, practice.patient.id)
    picks = {"activity": str(tennis), "activity_new": "", "person": str(aunt), "might_suffer": "3"}
    as_patient.submit(as_patient.get("/plan"), fields(contract, **picks))
    with app.app_context():
        assert len(queries.activities_of(practice.patient, practice.patient.id)) == 1
        assert len(queries.people_of(practice.patient, practice.patient.id)) == 1


BAD_PLANS = {
    "no task": ({"task": ""}, "Please choose one."),
    "nothing to do": ({"activity_new": "  "}, "Please write something here."),
    "no day": ({"day": ""}, "Please choose a day."),
    "no start": ({"start": ""}, "Please choose a time."),
    "an impossible day": ({"day": "2025-02-30"}, "This is not a day of the calendar."),
    "no day at all": ({"day": "soon"}, "This is not a day of the calendar."),
    "a day far off": ({"day": "2125-01-01"}, "A day between"),
    "a day over a year ahead": ({"day": "2026-05-01"}, "more than a year ahead"),
    "a day gone by": ({"day": "2025-03-04"}, "That time has gone by."),
    "no time of day": ({"start": "25:00"}, "This is not a time of day."),
    "no end of day": ({"until": "later"}, "This is not a time of day."),
    "an hour that is skipped": ({"day": "2025-03-30", "start": "02:30"}, "The clocks go forward over this time."),
    "an end that is skipped": (
        {"day": "2025-03-29", "start": "23:00", "until": "02:30"},
        "The clocks go forward over this time.",
    ),
    "too long a line": ({"place": "x" * 201}, "This is too long"),
    "too long a text": ({"if_then": "x" * 4001}, "This is too long"),
    "too long a name for it": ({"activity_new": "x" * 201}, "This is too long"),
    "a NUL": ({"honest_reply": "a\x00b"}, "can't be kept"),
    "guilt over ten": ({"expected_guilt": "11"}, "Not a valid choice"),
    "guilt in words": ({"expected_guilt": "much"}, "Not a valid choice"),
    "belief over a hundred": ({"person_new": "aunt", "might_suffer": "3", "belief": "101"}, "A number from 0 to 100"),
    "belief in words": ({"person_new": "aunt", "might_suffer": "3", "belief": "quite"}, "Not a valid integer"),
    "suffering in words": ({"person_new": "aunt", "might_suffer": "much"}, "Not a valid choice"),
    "suffering without a person": ({"might_suffer": "3"}, "Who is it about?"),
    "a person without suffering": ({"person_new": "aunt"}, "How much, about?"),
    "another's task": ({"task": str(new_id())}, "Not a valid choice"),
    "an unknown care": ({"care_need": "perhaps"}, "Not a valid choice"),
    "an unknown field": ({"admin": "1"}, "Something was sent that this page doesn't ask for."),
}


@pytest.mark.parametrize("bad", BAD_PLANS)
def test_a_bad_plan_is_refused_beside_the_field_with_what_was_typed(
    app: Flask, practice: Practice, contract: Contract, as_patient: Browser, clock: FrozenClock, bad: str
) -> None:
    changes, message = BAD_PLANS[bad]
    typed = fields(contract, company="a colleague") | changes
    page = as_patient.submit(as_patient.get("/plan"), typed, expect=422)
    assert any(message in error for error in page.errors()), page.errors()
    assert page.value("company") == "a colleague"
    assert nothing_planned(app, practice, clock.now())


def test_a_page_whose_id_was_lost_can_be_sent_again(contract: Contract, as_patient: Browser) -> None:
    page = as_patient.submit(as_patient.get("/plan"), fields(contract, id="nonsense"), expect=422)
    assert as_patient.submit(page, {}).path.startswith("/plan/")


def test_both_a_known_activity_and_a_new_one_are_one_too_many(
    app: Flask, practice: Practice, contract: Contract, as_patient: Browser, occasion_id: UUID
) -> None:
    with app.app_context():
        [(tennis, _label)] = queries.activities_of(practice.patient, practice.patient.id)
    page = as_patient.submit(
        as_patient.get("/plan"), fields(contract, activity=str(tennis)) | {"activity_new": "chess"}, expect=422
    )
    assert any("not both" in error for error in page.errors())
    as_patient.submit(page, {"activity": "new"})


def test_an_hour_that_comes_twice_is_its_first(
    app: Flask, practice: Practice, contract: Contract, as_patient: Browser, clock: FrozenClock
) -> None:
    as_patient.submit(as_patient.get("/plan"), fields(contract) | {"day": "2025-10-26", "start": "02:30"})
    assert the_one(app, practice, clock.now()).starts_at == datetime(2025, 10, 26, 0, 30, tzinfo=UTC)


def test_a_phone_elsewhere_moves_its_owner_there(
    app: Flask, practice: Practice, contract: Contract, as_patient: Browser, clock: FrozenClock
) -> None:
    as_patient.submit(as_patient.get("/plan"), fields(contract, zone="America/New_York"))
    found = the_one(app, practice, clock.now())
    assert (found.starts_at, found.zone) == (datetime(2025, 3, 6, 23, 30, tzinfo=UTC), "America/New_York")
    page = as_patient.get("/plan")
    as_patient.submit(page, fields(contract, zone="Moon/Crater", day="2025-03-07"))
    with app.app_context():
        assert {line.zone for line in queries.lines_of(practice.patient, clock.now()).ahead} == {"America/New_York"}


def test_without_an_agreement_nothing_is_owed(as_patient: Browser) -> None:
    assert "nothing is owed" in as_patient.get("/plan").text
    assert "nothing is agreed" in as_patient.get("/plan/already").text
    as_patient.send("/plan", {"id": str(new_id()), **WHEN, "activity_new": "tennis", "task": str(new_id())}, expect=422)


def test_an_answer_tapped_by_mistake_can_be_let_go(
    app: Flask, practice: Practice, contract: Contract, as_patient: Browser, clock: FrozenClock
) -> None:
    """A radio button can't be unchosen: what says as much as nothing needs nobody it is about."""
    as_patient.submit(as_patient.get("/plan"), fields(contract, might_suffer="cant_tell", expected_guilt="cant_tell"))
    found = the_one(app, practice, clock.now())
    nothing = {"told": "rather_not_say", "took": "unknown", "saw": "cant_tell"}
    as_patient.submit(as_patient.get(f"/plan/{found.id}/after"), {"how": "done", **nothing})
    said = the_one(app, practice, clock.now()).said
    assert said
    assert (found.predicted.expected_guilt, said.met) == (None, ())


# Change, expect, take back


def test_a_plan_is_changed_on_a_page_that_holds_it(
    app: Flask, practice: Practice, as_patient: Browser, occasion_id: UUID, clock: FrozenClock
) -> None:
    page = as_patient.get(f"/plan/{occasion_id}/change")
    assert (page.value("day"), page.value("start"), page.value("until")) == ("2025-03-06", "18:30", "20:30")
    as_patient.submit(page, {"start": "19:00", "place": "the club"})
    found = the_one(app, practice, clock.now())
    assert (found.starts_at, found.place, found.activity) == (TOMORROW + timedelta(minutes=30), "the club", "tennis")
    assert found.predicted.expected_guilt == 8


def test_a_page_older_than_the_plan_says_what_stands(
    app: Flask, practice: Practice, as_patient: Browser, occasion_id: UUID, clock: FrozenClock
) -> None:
    old = as_patient.get(f"/plan/{occasion_id}/change")
    as_patient.submit(as_patient.get(f"/plan/{occasion_id}/change"), {"honest_reply": "I'm out tonight"})
    refused = as_patient.submit(old, {"place": "the club"}, expect=422)
    assert "changed meanwhile" in refused.errors()[0]
    assert "What stands now" in refused.text
    assert "I'm out tonight" in refused.text
    assert (refused.value("place"), refused.value("honest_reply")) == ("the club", "")
    assert the_one(app, practice, clock.now()).honest_reply == "I'm out tonight"
    as_patient.submit(refused)
    found = the_one(app, practice, clock.now())
    assert (found.place, found.honest_reply) == ("the club", "")


def test_a_dropped_activity_is_no_longer_offered_and_its_page_says_so(
    app: Flask, practice: Practice, contract: Contract, as_patient: Browser, occasion_id: UUID, clock: FrozenClock
) -> None:
    with app.app_context():
        planned(practice.patient, contract.task_ids[0], TOMORROW + timedelta(days=1), activity=Named(label="cinema"))
        ahead = planned(practice.patient, contract.task_ids[0], TOMORROW + timedelta(days=2))
    clock.move_to(TOMORROW)
    after = as_patient.get(f"/plan/{occasion_id}/after")
    dropped = as_patient.submit(after, {"how": "done", "verdict": "drop"})
    assert "no longer offered" in dropped.text
    page = as_patient.get("/plan")
    assert "cinema" in page.text
    assert "tennis" not in page.text
    assert "Called off." in as_patient.get(f"/plan/{ahead}").text
    kept = as_patient.submit(as_patient.get(f"/plan/{occasion_id}/correct"), {"verdict": "keep"})
    assert "no longer offered" not in kept.text
    assert "tennis" in as_patient.get("/plan").text


def test_a_plan_that_has_begun_is_not_changed(as_patient: Browser, occasion_id: UUID, clock: FrozenClock) -> None:
    page = as_patient.get(f"/plan/{occasion_id}/change")
    clock.move_to(TOMORROW)
    assert as_patient.get(f"/plan/{occasion_id}/change").path == f"/plan/{occasion_id}"
    refused = as_patient.submit(page, {"start": "23:00"}, expect=422)
    assert "can't be changed any more" in refused.errors()[0]


def test_what_is_expected_can_be_told_anew_until_it_begins(
    app: Flask, practice: Practice, as_patient: Browser, occasion_id: UUID, clock: FrozenClock
) -> None:
    page = as_patient.get(f"/plan/{occasion_id}/expect")
    as_patient.submit(page, {"expected_guilt": "5", "person_new": "cousin", "might_suffer": "2"})
    found = the_one(app, practice, clock.now())
    assert found.predicted.expected_guilt == 5
    assert {(fear.person, fear.might_suffer) for fear in found.predicted.fears} == {("aunt", 7), ("cousin", 2)}
    aunt = next(fear.person_id for fear in found.predicted.fears if fear.person == "aunt")
    as_patient.submit(as_patient.get(f"/plan/{occasion_id}/expect"), {f"suffer_{aunt.hex}": "cant_tell"})
    assert [fear.person for fear in the_one(app, practice, clock.now()).predicted.fears] == ["cousin"]
    clock.move_to(TOMORROW)
    assert as_patient.get(f"/plan/{occasion_id}/expect").path == f"/plan/{occasion_id}"
    refused = as_patient.submit(page, {"expected_guilt": "1"}, expect=422)
    assert "until it begins" in refused.errors()[0]


def test_a_plan_is_taken_back_in_one_tap(as_patient: Browser, occasion_id: UUID) -> None:
    page = as_patient.get(f"/plan/{occasion_id}")
    for _ in range(2):
        assert "You asked to change it." in as_patient.submit(page).text
    elsewhere = as_patient.send(f"/plan/{occasion_id}/take-back", {"id": str(new_id())})
    assert "Nothing was changed" in elsewhere.text


# How it went


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("done", "Done."),
        ("smaller", "Done, smaller."),
        ("my_part", "Done."),
        ("stopped_before", "You stopped. What was it like?"),
        ("stopped_midway", "You stopped. What was it like?"),
        ("not_attempted", "It didn't happen this time."),
        ("obstacle", "Something real got in the way."),
        ("change", "You asked to change it."),
    ],
)
def test_one_tap_says_how_it_went(
    as_patient: Browser, occasion_id: UUID, clock: FrozenClock, how: str, words: str
) -> None:
    clock.move_to(TOMORROW + timedelta(hours=3))
    page = as_patient.submit(as_patient.get(f"/plan/{occasion_id}/after"), {"how": how})
    assert [heading.to_text() for heading in page.document.query("h1")] == [words]


def test_in_whatever_way_it_was_told_done_is_done(as_patient: Browser, occasion_id: UUID, clock: FrozenClock) -> None:
    clock.move_to(TOMORROW + timedelta(hours=3))
    page = as_patient.get(f"/plan/{occasion_id}/after")
    after = as_patient.submit(page, {"how": "done", about(page, "told"): "cover"})
    assert [heading.to_text() for heading in after.document.query("h1")] == ["Done."]


def about(page: Page, name: str) -> str:
    """The field about the one person who is asked after by name."""
    names = {attributes(element).get("name", "") for element in page.document.query("input")}
    [found] = [each for each in names if each.startswith(f"{name}_") and len(each) == len(name) + 33]
    return found


def test_everything_that_was_added_is_kept(
    app: Flask, practice: Practice, as_patient: Browser, occasion_id: UUID, clock: FrozenClock
) -> None:
    clock.move_to(TOMORROW + timedelta(hours=3))
    page = as_patient.get(f"/plan/{occasion_id}/after")
    as_patient.submit(
        page,
        {
            "how": "done",
            "learned": "It was quiet",
            "words_private": "y",
            "enjoyment": "7",
            "freedom": "8",
            "mood": "cant_tell",
            "verdict": "keep",
            about(page, "told"): "told",
            about(page, "took"): "supportive",
            about(page, "saw"): "cant_tell",
            "person_new": "cousin",
            "told": "half",
            "saw": "1",
        },
    )
    said = the_one(app, practice, clock.now()).said
    assert said
    assert (said.word, said.learned, said.words_private, said.verdict) == (
        Word.DONE,
        "It was quiet",
        True,
        Verdict.KEEP,
    )
    assert (said.enjoyment, said.freedom, said.mood, said.local_date) == (7, 8, None, date(2025, 3, 6))
    assert [(each.person, each.telling, each.reaction, each.could_not_tell) for each in said.met] == [
        ("aunt", Telling.TOLD, Reaction.SUPPORTIVE, True),
        ("cousin", Telling.HALF, None, False),
    ]


def test_a_frightening_reaction_leads_to_help_first(as_patient: Browser, occasion_id: UUID, clock: FrozenClock) -> None:
    clock.move_to(TOMORROW + timedelta(hours=3))
    page = as_patient.get(f"/plan/{occasion_id}/after")
    after = as_patient.submit(page, {"how": "done", about(page, "took"): "frightening"})
    first_link = after.document.query("main a")[0]
    assert attributes(first_link)["href"] == "/help"
    assert "You owe nobody more words about it." in after.text


def test_help_is_not_offered_where_it_went_well(as_patient: Browser, occasion_id: UUID, clock: FrozenClock) -> None:
    clock.move_to(TOMORROW + timedelta(hours=3))
    page = as_patient.get(f"/plan/{occasion_id}/after")
    after = as_patient.submit(page, {"how": "done", about(page, "took"): "supportive", "mood": "3"})
    assert "worse than hoped" not in after.text


def test_who_stopped_before_finds_an_honest_line(as_patient: Browser, occasion_id: UUID) -> None:
    after = as_patient.submit(as_patient.get(f"/plan/{occasion_id}/after"), {"how": "stopped_before"})
    assert "Is anyone expecting you?" in after.text


BAD_WORDS = {
    "nothing said": ({"how": ""}, "Please choose one."),
    "another word": ({"how": "won"}, "Not a valid choice"),
    "liked over ten": ({"enjoyment": "11"}, "Not a valid choice"),
    "too long": ({"learned": "x" * 4001}, "This is too long"),
    "a NUL": ({"learned": "a\x00b"}, "can't be kept"),
    "a day to come": ({"on_day": "2025-03-09"}, "That lies ahead."),
    "an impossible day": ({"on_day": "2025-02-30"}, "This is not a day of the calendar."),
    "no time of day": ({"at_time": "noon"}, "This is not a time of day."),
    "an hour that is skipped": ({"on_day": "2024-03-31", "at_time": "02:30"}, "The clocks go forward"),
    "an answer about nobody": ({"told": "told"}, "Who is it about?"),
    "another's person": ({"person": str(new_id())}, "Not a valid choice"),
    "somebody twice": ({"person_new": "Aunt", "told": "told"}, "stands here twice"),
    "an unknown verdict": ({"verdict": "perhaps"}, "Not a valid choice"),
    "an unknown field": ({"patient_id": "1"}, "Something was sent that this page doesn't ask for."),
}


@pytest.mark.parametrize("bad", BAD_WORDS)
def test_a_bad_word_is_refused_beside_the_field_with_what_was_typed(
    app: Flask, practice: Practice, as_patient: Browser, occasion_id: UUID, clock: FrozenClock, bad: str
) -> None:
    clock.move_to(TOMORROW + timedelta(hours=3))
    page = as_patient.get(f"/plan/{occasion_id}/after")
    changes, message = BAD_WORDS[bad]
    typed = {"how": "done", "freedom": "4", about(page, "told"): "told"} | changes
    refused = as_patient.submit(page, typed, expect=422)
    assert any(message in error for error in refused.errors()), refused.errors()
    assert refused.value("freedom") == "4"
    assert the_one(app, practice, clock.now()).said is None


def test_a_word_sent_twice_is_one(as_patient: Browser, occasion_id: UUID, clock: FrozenClock) -> None:
    clock.move_to(TOMORROW + timedelta(hours=3))
    page = as_patient.get(f"/plan/{occasion_id}/after")
    word = {"how": "done", "person_new": "cousin", "told": "half"}
    for _ in range(2):
        as_patient.submit(page, word)
        clock.advance(minutes=1)
    refused = as_patient.submit(page, word | {"how": "smaller"}, expect=422)
    assert "saved already" in refused.errors()[0]
    assert as_patient.get(f"/plan/{occasion_id}/after").path == f"/plan/{occasion_id}"


def test_a_page_opened_before_the_expectation_changed_can_still_be_sent(
    app: Flask, practice: Practice, as_patient: Browser, occasion_id: UUID, clock: FrozenClock
) -> None:
    page = as_patient.get(f"/plan/{occasion_id}/after")
    took = about(page, "took")
    as_patient.submit(as_patient.get(f"/plan/{occasion_id}/expect"), {took.replace("took", "suffer"): "cant_tell"})
    as_patient.submit(page, {"how": "done", took: "supportive"})
    said = the_one(app, practice, clock.now()).said
    assert said
    assert [each.person for each in said.met] == ["aunt"]


# Put it right


def test_a_word_is_put_right_on_a_page_that_holds_it(
    app: Flask, practice: Practice, as_patient: Browser, occasion_id: UUID, clock: FrozenClock
) -> None:
    clock.move_to(TOMORROW + timedelta(days=1))
    with app.app_context():
        told(
            practice.patient,
            occasion_id,
            at=clock.now(),
            learned="easy",
            mood=6,
            verdict=Verdict.KEEP,
            met=(met("aunt", Telling.COVER, could_not_tell=True), met("cousin", Telling.TOLD, observed_suffering=1)),
        )
    page = as_patient.get(f"/plan/{occasion_id}/correct")
    after = as_patient.submit(page, {"how": "stopped_midway", "person_new": "a friend", "told": "told"})
    assert "What you said before" in after.text
    found = the_one(app, practice, clock.now())
    assert found.said
    assert (found.said.word, found.said.learned, found.said.mood, found.said.verdict) == (
        Word.STOPPED_MIDWAY,
        "easy",
        6,
        Verdict.KEEP,
    )
    assert [(each.person, each.telling, each.could_not_tell, each.observed_suffering) for each in found.said.met] == [
        ("a friend", Telling.TOLD, False, None),
        ("aunt", Telling.COVER, True, None),
        ("cousin", Telling.TOLD, False, 1),
    ]
    assert found.said.local_date == date(2025, 3, 6)
    assert [earlier.word for earlier in found.earlier] == [Word.DONE]
    as_patient.submit(page, {"how": "stopped_midway", "person_new": "a friend", "told": "told"})
    assert len(the_one(app, practice, clock.now()).earlier) == 1


def test_a_page_of_what_stood_before_is_told_to_look_again(
    app: Flask, practice: Practice, as_patient: Browser, occasion_id: UUID, clock: FrozenClock
) -> None:
    clock.move_to(TOMORROW + timedelta(days=1))
    with app.app_context():
        first = told(practice.patient, occasion_id, at=clock.now())
    page = as_patient.get(f"/plan/{occasion_id}/correct")
    with app.app_context():
        corrected(practice.patient, occasion_id, first, Word.SMALLER, at=clock.now())
    refused = as_patient.submit(page, {"how": "obstacle"}, expect=422)
    assert "put right elsewhere" in refused.errors()[0]


def test_before_a_word_there_is_nothing_to_put_right(as_patient: Browser, occasion_id: UUID) -> None:
    assert as_patient.get(f"/plan/{occasion_id}/correct").path == f"/plan/{occasion_id}/after"
    as_patient.send(f"/plan/{occasion_id}/correct", {"how": "done"}, expect=404)


# Already done, the week, earlier ones


def test_what_was_done_unplanned_is_said_in_one(
    app: Flask, practice: Practice, contract: Contract, as_patient: Browser, clock: FrozenClock
) -> None:
    page = as_patient.get("/plan/already")
    what = {"task": str(contract.task_ids[0]), "activity_new": "a walk", "how": "done", "enjoyment": "6"}
    for _ in range(2):
        assert "Done." in as_patient.submit(page, what).text
        clock.advance(minutes=1)
    found = the_one(app, practice, clock.now())
    assert found.said
    assert (found.activity, found.said.local_date, found.said.enjoyment) == ("a walk", date(2025, 3, 5), 6)
    yesterday = what | {"on_day": "2025-03-04", "at_time": "23:30"}
    as_patient.submit(as_patient.get("/plan/already"), yesterday)
    with app.app_context():
        days = {line.starts_at.date() for line in queries.lines_of(practice.patient, clock.now()).said}
    assert date(2025, 3, 4) in days


def test_what_was_done_before_a_task_was_dropped_can_be_said(
    app: Flask, practice: Practice, contract: Contract, as_patient: Browser, clock: FrozenClock
) -> None:
    with app.app_context():
        agreed_contract(practice, [practice_task()], at=clock.now())
    page = as_patient.get("/plan/already")
    assert "Something for myself (until Tue 4 Mar)" in page.text
    swim = {"task": str(contract.task_ids[0]), "activity_new": "a swim", "how": "done"}
    assert "on that day" in as_patient.submit(page, swim, expect=422).errors()[0]
    assert "Done." in as_patient.submit(page, swim | {"on_day": "2025-03-04", "at_time": "18:00"}).text


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"on_day": "2025-03-04"}, "At about what time?"),
        ({"at_time": "23:00"}, "That lies ahead."),
        ({"how": "change"}, "Not a valid choice"),
        ({"activity_new": ""}, "Please write something here."),
        ({"task": ""}, "Please choose one."),
    ],
)
def test_a_bad_one_is_refused(
    app: Flask,
    practice: Practice,
    contract: Contract,
    as_patient: Browser,
    clock: FrozenClock,
    changes: dict[str, str],
    message: str,
) -> None:
    what = {"task": str(contract.task_ids[0]), "activity_new": "a walk", "how": "done"}
    page = as_patient.submit(as_patient.get("/plan/already"), what | changes, expect=422)
    assert any(message in error for error in page.errors()), page.errors()
    assert nothing_planned(app, practice, clock.now())


def test_thats_all_this_week_says_what_it_means(contract: Contract, as_patient: Browser) -> None:
    week = {"lineage_id": str(contract.lineage_ids[0]), "monday": "2025-03-03"}
    for _ in range(2):
        assert "Nothing more is expected this week." in as_patient.send("/plan/week", week).text
    assert "hasn't begun" in as_patient.send("/plan/week", week | {"monday": "2025-03-10"}).text
    for bad in ({"lineage_id": str(new_id())}, {"lineage_id": "x"}, {"monday": "2025-03-04"}, {"monday": ""}):
        as_patient.send("/plan/week", week | bad, expect=404)


def test_a_page_that_stood_open_too_long_is_asked_to_be_sent_again(
    app: Flask, practice: Practice, contract: Contract, as_patient: Browser, occasion_id: UUID, clock: FrozenClock
) -> None:
    old = {"csrf_token": "old"}
    week = {"lineage_id": str(contract.lineage_ids[0]), "monday": "2025-03-03"}
    assert "open for a long time" in as_patient.send("/plan/week", week | old).text
    assert "open for a long time" in as_patient.send(f"/plan/{occasion_id}/take-back", {"id": str(new_id())} | old).text
    page = as_patient.submit(as_patient.get("/plan"), fields(contract, company="a colleague") | old, expect=422)
    assert "open for a long time" in page.errors()[0]
    assert page.value("company") == "a colleague"
    assert the_one(app, practice, clock.now()).said is None
    with app.app_context():
        [week_now, *_not_weekly] = queries.this_week(practice.patient, HOME, clock.now())
        assert not week_now.said_all


def test_earlier_ones_are_listed_with_their_word(
    app: Flask, practice: Practice, as_patient: Browser, occasion_id: UUID, clock: FrozenClock
) -> None:
    assert "will stand here" in as_patient.get("/plan/earlier").text
    clock.move_to(TOMORROW + timedelta(days=1))
    assert "No word yet, and none is owed" in as_patient.get("/plan/earlier").text
    with app.app_context():
        told(practice.patient, occasion_id, at=clock.now())
    page = as_patient.get("/plan/earlier")
    assert "tennis" in page.text
    assert "Done" in page.text


# Whose it is


PATHS = ("", "/change", "/expect", "/after", "/correct")


def test_to_everybody_else_none_of_it_is_there(
    app: Flask, practice: Practice, as_patient: Browser, occasion_id: UUID
) -> None:
    others: tuple[Actor, ...] = (practice.therapist, practice.other_patient, practice.other_therapist, practice.admin)
    for other in others:
        browser = Browser(app.test_client()).sign_in(other)
        for path in PATHS:
            assert (
                browser.get(f"/plan/{occasion_id}{path}", expect=404).text
                == browser.get(f"/plan/{new_id()}{path}", expect=404).text
            )
        for path in (*PATHS[1:], "/take-back"):
            browser.send(f"/plan/{occasion_id}{path}", {"id": str(new_id()), "how": "done"}, expect=404)
    for browser in (Browser(app.test_client()).sign_in(practice.therapist),):
        for path in ("/plan", "/plan/already", "/plan/earlier"):
            browser.get(path, expect=404)
    assert "You asked" not in as_patient.get(f"/plan/{occasion_id}").text


def test_nobody_signed_in_is_led_to_the_door(browser: Browser, occasion_id: UUID) -> None:
    assert browser.get(f"/plan/{occasion_id}").path == "/sign-in"

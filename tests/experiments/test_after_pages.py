"""What a debrief asks, by the word and the kind of task, and what its page says after it."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask

from companion.contract import queries as agreements
from companion.contract.rules import TaskKind, TaskWords
from companion.experiments import queries
from companion.experiments.queries import Occasion
from companion.experiments.rules import Named, OnTop, Reaction, Telling, Verdict, Word
from companion.kernel.clock import FrozenClock
from tests.factories.contract import Contract, TaskPlan, agreed_contract, practice_task, weekly
from tests.factories.experiments import expecting, met, planned, told
from tests.factories.people import Practice
from tests.support.client import Browser, Page, attributes

TOMORROW = datetime(2025, 3, 6, 17, 30, tzinfo=UTC)
AFTERWARDS = TOMORROW + timedelta(hours=3)
SPANISH = Named(label="Spanish")
TELLS = TaskPlan(TaskWords(text="Say where I am going", kind=TaskKind.WEEKLY, target=1, telling=True))


@pytest.fixture
def contract(app: Flask, practice: Practice) -> Contract:
    with app.app_context():
        return agreed_contract(practice, [weekly(), TELLS])


@pytest.fixture
def spanish(app: Flask, practice: Practice, contract: Contract, clock: FrozenClock) -> UUID:
    """Over since an hour; the aunt might suffer."""
    with app.app_context():
        occasion = planned(
            practice.patient, contract.task_ids[0], TOMORROW, activity=SPANISH, expected=expecting(7, aunt=(8, 90))
        )
    clock.move_to(AFTERWARDS)
    return occasion


@pytest.fixture
def aunt(app: Flask, practice: Practice, contract: Contract, clock: FrozenClock) -> UUID:
    """The aunt is told; over since an hour."""
    with app.app_context():
        occasion = planned(practice.patient, contract.task_ids[1], TOMORROW, activity=Named(label="tell my aunt"))
    clock.move_to(AFTERWARDS)
    return occasion


def seen(app: Flask, practice: Practice, occasion_id: UUID, now: datetime) -> Occasion:
    with app.app_context():
        return queries.occasion(practice.patient, occasion_id, now)


def classes(page: Page) -> set[str]:
    """Of the form: what its style sheet goes by."""
    return set(attributes(page.document.query("main form")[0])["class"].split())


def labels(page: Page, name: str) -> list[str]:
    return [option.to_text().strip() for option in page.document.query(f"#{name} label")]


# What is asked


def test_an_activity_is_asked_about_by_its_name(spanish: UUID, as_patient: Browser) -> None:
    page = as_patient.get(f"/plan/{spanish}/after")
    assert {"debrief", "activity"} <= classes(page)
    assert labels(page, "verdict") == [
        "Keep Spanish",
        "Change something about Spanish",
        "Drop Spanish: it isn't for me",
        "Not yet",
    ]
    assert labels(page, "liking_of") == ["The thing itself", "The guilt on top", "Both", "I'm not sure"]


def test_telling_someone_is_asked_about_as_such(aunt: UUID, as_patient: Browser) -> None:
    page = as_patient.get(f"/plan/{aunt}/after")
    assert "telling" in classes(page)
    assert labels(page, "told") == ["The truth", "Half of it", "A cover story", "They didn't ask", "I'd rather not say"]
    assert "It frightened me" in labels(page, "took")


def test_people_are_asked_after_where_telling_is_agreed_or_someone_might_suffer(
    app: Flask, practice: Practice, clock: FrozenClock, as_patient: Browser
) -> None:
    alone, feared, agreed = [weekly()], expecting(7, aunt=(8, 90)), [weekly(), practice_task(telling=True)]
    for tasks, expected, asked in ((alone, None, False), (alone, feared, True), (agreed, None, True)):
        with app.app_context():
            contract = agreed_contract(practice, tasks, at=clock.now())
            occasion = planned(practice.patient, contract.task_ids[0], TOMORROW, at=clock.now(), expected=expected)
        page = as_patient.get(f"/plan/{occasion}/after")
        assert ("with-people" in classes(page)) is asked
        assert "activity" in classes(page)


def test_each_word_says_by_itself_what_belongs_to_it(spanish: UUID, as_patient: Browser) -> None:
    """The style sheet goes by these marks: after them there is something to like and somebody may have been told."""
    page = as_patient.get(f"/plan/{spanish}/after")
    assert [option.to_text().strip() for option in page.document.query("#how .marked")] == [
        "Done",
        "Done, smaller",
        "I did my part; they couldn't",
        "I stopped midway",
    ]


def test_all_that_could_be_asked_is_on_the_page_and_none_of_it_must_be_answered(
    app: Flask, practice: Practice, spanish: UUID, as_patient: Browser, clock: FrozenClock
) -> None:
    page = as_patient.get(f"/plan/{spanish}/after")
    for words in ("Is anyone expecting you?", "How much did I like it?", "How is my mood since?", "aunt"):
        assert words in page.text
    assert "Done." in as_patient.submit(page, {"how": "done"}).text
    said = seen(app, practice, spanish, clock.now()).said
    assert said
    assert (said.enjoyment, said.liking_of, said.verdict, said.met) == (None, None, None, ())


def test_up_to_five_it_is_asked_what_there_was_not_to_like(spanish: UUID, as_patient: Browser) -> None:
    steps = as_patient.get(f"/plan/{spanish}/after").document.query("#enjoyment .step.little")
    assert [each.to_text().strip() for each in steps] == ["0", "1", "2", "3", "4", "5"]


def test_the_line_to_copy_is_what_was_prepared_or_an_honest_one(
    app: Flask, practice: Practice, contract: Contract, spanish: UUID, as_patient: Browser
) -> None:
    assert "I'm not coming this time." in as_patient.get(f"/plan/{spanish}/after").text
    with app.app_context():
        occasion = planned(
            practice.patient, contract.task_ids[0], TOMORROW, honest_reply="I'm at home tonight, and sorry."
        )
    for path in (f"/plan/{occasion}/after", f"/plan/{occasion}/correct"):
        page = as_patient.get(path)
        assert "I'm at home tonight, and sorry." in page.text
        assert "I'm not coming this time." not in page.text


def test_i_already_did_it_asks_by_the_task_that_is_chosen(contract: Contract, as_patient: Browser) -> None:
    page = as_patient.get("/plan/already")
    assert {"either", "with-people"} <= classes(page)
    assert [option.to_text().strip() for option in page.document.query("#task .marked")] == ["Say where I am going"]
    assert labels(page, "verdict")[2] == "Drop this activity: it isn't for me"


def test_where_every_task_is_about_telling_that_is_what_is_asked(
    app: Flask, practice: Practice, as_patient: Browser
) -> None:
    with app.app_context():
        agreed_contract(practice, [TELLS])
    assert "telling" in classes(as_patient.get("/plan/already"))


@pytest.mark.parametrize(
    ("fields", "name"),
    [({"liking_of": "the weather"}, "liking_of"), ({"verdict": "leave"}, "verdict"), ({"how": "called_off"}, "how")],
)
def test_what_no_page_offers_is_said_beside_its_question_and_the_rest_is_kept(
    spanish: UUID, as_patient: Browser, fields: dict[str, str], name: str
) -> None:
    sent = {"how": "done", "learned": "Too many verbs.", "enjoyment": "2"} | fields
    refused = as_patient.submit(as_patient.get(f"/plan/{spanish}/after"), sent, expect=422)
    assert refused.errors()
    assert "has-error" in attributes(refused.document.query(f"#{name}")[0])["class"]
    assert (refused.value("learned"), refused.value("enjoyment")) == ("Too many verbs.", "2")


# What is said after it


WORDS = {
    Word.DONE: "Done.",
    Word.SMALLER: "Done, smaller.",
    Word.MY_PART: "Done.",
    Word.STOPPED_BEFORE: "You stopped. What was it like?",
    Word.STOPPED_MIDWAY: "You stopped. What was it like?",
    Word.NOT_ATTEMPTED: "It didn't happen this time.",
    Word.CHANGE: "You asked to change it.",
}


@pytest.mark.parametrize(("word", "says"), WORDS.items())
def test_each_word_has_its_plain_answer(spanish: UUID, as_patient: Browser, word: Word, says: str) -> None:
    page = as_patient.submit(as_patient.get(f"/plan/{spanish}/after"), {"how": word})
    assert page.document.query("h1")[0].to_text().strip() == says


@pytest.mark.parametrize("how", [Telling.TOLD, Telling.HALF, Telling.COVER])
def test_done_is_done_however_it_was_told(aunt: UUID, as_patient: Browser, how: Telling) -> None:
    sent = {"how": "done", "person_new": "aunt", "told": how, "took": Reaction.SUPPORTIVE}
    page = as_patient.submit(as_patient.get(f"/plan/{aunt}/after"), sent)
    assert page.document.query("h1")[0].to_text().strip() == "Done."
    assert "worse than hoped" not in page.text


def test_what_was_little_liked_is_kept_and_stands_on_its_page(
    app: Flask, practice: Practice, spanish: UUID, as_patient: Browser, clock: FrozenClock
) -> None:
    sent = {"how": "done", "enjoyment": "2", "liking_of": "guilt_on_top", "verdict": "not_yet"}
    page = as_patient.submit(as_patient.get(f"/plan/{spanish}/after"), sent)
    for words in ("The guilt on top", "Not yet, then. It stays on your list"):
        assert words in page.text
    said = seen(app, practice, spanish, clock.now()).said
    assert said
    assert (said.liking_of, said.verdict) == (OnTop.GUILT_ON_TOP, Verdict.NOT_YET)
    again = as_patient.get(f"/plan/{spanish}/correct")
    assert again.value("liking_of") == "guilt_on_top"


def test_to_change_something_about_it_leads_to_the_next_plan(spanish: UUID, as_patient: Browser) -> None:
    page = as_patient.submit(as_patient.get(f"/plan/{spanish}/after"), {"how": "done", "verdict": "adapt"})
    assert "What would be different?" in page.text


def test_dropping_says_what_stopped_where_the_draft_is_and_how_to_go_back(
    app: Flask, practice: Practice, contract: Contract, spanish: UUID, as_patient: Browser, clock: FrozenClock
) -> None:
    with app.app_context():
        coming = planned(
            practice.patient, contract.task_ids[0], TOMORROW + timedelta(days=2), at=TOMORROW, activity=SPANISH
        )
    page = as_patient.submit(as_patient.get(f"/plan/{spanish}/after"), {"how": "done", "verdict": "drop"})
    for words in (
        "Spanish is dropped",
        "You found out that it isn't for you.",
        "Called off, and not counted:",
        "My draft",
        "Spanish was all there was to it so far.",
    ):
        assert words in page.text
    assert "Spanish" not in as_patient.get("/plan").text
    off = as_patient.get(f"/plan/{coming}")
    assert "It was planned before you dropped Spanish" in off.text
    assert "Done, smaller" in as_patient.get(f"/plan/{coming}/after").text
    assert "Say how it went" in off.text
    with app.app_context():
        draft_id = agreements.draft_of(practice.patient, practice.patient.id)
    [path] = {
        path for path in (attributes(link)["href"] for link in page.document.query("main a")) if str(draft_id) in path
    }
    assert "tried once, and not for me" in as_patient.get(path).text
    back = as_patient.send(f"/plan/{spanish}/offer-again")
    for words in (
        "It is offered again when you plan.",
        "Spanish is offered again",
        "Your draft may still leave it out.",
    ):
        assert words in back.text
    assert "Spanish is dropped" not in back.text
    assert "Spanish" in as_patient.get("/plan").text


def test_a_drop_put_right_still_says_what_rests(spanish: UUID, as_patient: Browser) -> None:
    as_patient.submit(as_patient.get(f"/plan/{spanish}/after"), {"how": "done", "verdict": "drop"})
    page = as_patient.submit(as_patient.get(f"/plan/{spanish}/correct"), {"verdict": "keep"})
    for words in ("Spanish is offered again", "Something for myself", "Take it up again", "What you said before"):
        assert words in page.text


def test_frightening_leads_to_help_first_and_says_plainly_that_telling_stops(aunt: UUID, as_patient: Browser) -> None:
    sent = {"how": "done", "person_new": "aunt", "told": "told", "took": "frightening"}
    page = as_patient.submit(as_patient.get(f"/plan/{aunt}/after"), sent)
    for words in (
        "It went worse than hoped.",
        "Help is here",
        "bring it if you want.",
        "It was frightening, so telling stops. It goes on only if you say so",
        "Take it up again",
    ):
        assert words in page.text
    assert page.text.index("Help is here") < page.text.index("telling stops")
    assert "Say where I am going" in as_patient.get("/pauses").text


def test_it_went_badly_has_its_own_words(spanish: UUID, as_patient: Browser) -> None:
    page = as_patient.submit(as_patient.get(f"/plan/{spanish}/after"), {"how": "done", "mood": "1"})
    for words in ("It went worse than hoped.", "Help is here", "bring it if you want."):
        assert words in page.text
    assert "telling stops" not in page.text


def test_sent_with_more_than_its_page_has_nothing_is_offered_again(spanish: UUID, as_patient: Browser) -> None:
    as_patient.submit(as_patient.get(f"/plan/{spanish}/after"), {"how": "done", "verdict": "drop"})
    refused = as_patient.send(f"/plan/{spanish}/offer-again", {"activity": "all"}, expect=422)
    assert "Spanish is dropped" in refused.text


def test_nobody_else_offers_it_again(
    app: Flask, practice: Practice, spanish: UUID, as_patient: Browser, as_therapist: Browser
) -> None:
    as_patient.submit(as_patient.get(f"/plan/{spanish}/after"), {"how": "done", "verdict": "drop"})
    as_therapist.send(f"/plan/{spanish}/offer-again", expect=404)
    with app.app_context():
        assert queries.activities_of(practice.patient, practice.patient.id) == []


# What the therapist reads


def test_the_therapist_reads_a_finding_and_nothing_that_is_kept(
    app: Flask, practice: Practice, contract: Contract, spanish: UUID, as_therapist: Browser
) -> None:
    with app.app_context():
        planned(practice.patient, contract.task_ids[0], TOMORROW + timedelta(days=2), at=TOMORROW, activity=SPANISH)
        gym = planned(practice.patient, contract.task_ids[0], date_of(5), at=TOMORROW, activity=Named(label="the gym"))
        planned(practice.patient, contract.task_ids[0], date_of(9), at=TOMORROW, activity=Named(label="the gym"))
        told(
            practice.patient,
            spanish,
            at=AFTERWARDS,
            enjoyment=2,
            liking_of=OnTop.THE_THING,
            verdict=Verdict.DROP,
            met=(met("aunt", Telling.TOLD),),
        )
        told(practice.patient, gym, Word.CHANGE, at=AFTERWARDS, verdict=Verdict.DROP, words_private=True)
    page = as_therapist.get(f"/patients/{practice.patient.id}")
    for words in ("Spanish", "What there was not to like:", "The thing itself", "Drop this activity: it isn't for me"):
        assert words in page.text
    for words in ("the gym", "I'd leave it out", "Called off"):
        assert words not in page.text


def date_of(days: int) -> datetime:
    return TOMORROW + timedelta(days=days)

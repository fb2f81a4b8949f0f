"""The patient's pages of Now, without JavaScript; on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from companion.checkins import queries
from companion.checkins.rules import CANT_TELL, Door, Rated, Visibility
from companion.checkins.services import Detail
from companion.experiments.queries import people_of
from companion.kernel.clock import FrozenClock
from companion.kernel.ids import new_id
from tests.factories.checkins import make_check_in
from tests.factories.people import Practice
from tests.support.client import Browser, Page

NOON = datetime(2025, 3, 5, 11, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
BOTH = {"guilt": "7", "urge": "6"}


def entries(app: Flask, practice: Practice) -> list[queries.Shown]:
    with app.app_context():
        return queries.last_for(practice.patient, practice.patient.id, NOON + timedelta(days=300))


def only(app: Flask, practice: Practice) -> queries.Shown:
    (entry,) = entries(app, practice)
    return entry


def save(browser: Browser, changes: dict[str, Any] = BOTH, expect: int = 200) -> Page:
    return browser.submit(browser.get("/now"), changes, expect=expect)


def elements(page: Page, selector: str) -> list[Any]:
    return list(page.document.query(selector))


def rate_again(browser: Browser, path: str, changes: dict[str, Any]) -> Page:
    return browser.submit(browser.get(path), changes)


# Two taps


def test_two_answers_are_saved_and_one_can_stop(app: Flask, practice: Practice, as_patient: Browser) -> None:
    page = save(as_patient)
    entry = only(app, practice)
    assert page.path == f"/now/{entry.id}"
    assert "Saved. You can stop here." in page.text
    assert "Nobody reads this live." in page.text
    assert (entry.door, entry.guilt, entry.urge, entry.occurred_at) == (Door.GUILT, Rated(7), Rated(6), NOON)


def test_cant_tell_is_an_answer(app: Flask, practice: Practice, as_patient: Browser) -> None:
    save(as_patient, {"guilt": "cant_tell", "urge": "0"})
    assert (only(app, practice).guilt, only(app, practice).urge) == (CANT_TELL, Rated(0))


def test_nothing_is_chosen_beforehand_and_the_last_value_is_not_shown(as_patient: Browser) -> None:
    save(as_patient)
    page = as_patient.get("/now")
    assert elements(page, "main input[checked]") == []
    assert not {"guilt", "urge"} & set(page.form())


@pytest.mark.parametrize(("number", "door", "label"), [(1, "empty", "Empty, still"), (2, "good", "Something good")])
def test_the_other_doors_are_saved_with_one_tap(
    app: Flask, practice: Practice, as_patient: Browser, number: int, door: str, label: str
) -> None:
    now_page = as_patient.get("/now")
    button = elements(now_page, "main form")[number].query("button")[0]
    assert (button.attrs["value"], button.to_text().strip()) == (door, label)
    page = as_patient.submit(now_page, {"door": door}, number=number)
    assert "Saved. You can stop here." in page.text
    assert only(app, practice).door is Door(door)


def test_help_is_one_tap_away(as_patient: Browser) -> None:
    (link,) = [link for link in elements(as_patient.get("/now"), "main a") if "more than this" in link.to_text()]
    assert link.attrs["href"] == "/help"


def test_no_word_of_therapy_in_titles_and_paths(app: Flask, practice: Practice, as_patient: Browser) -> None:
    page = save(as_patient)
    check_in_id = only(app, practice).id
    pages = [page, *(as_patient.get(f"/now/{check_in_id}/{name}") for name in ("more", "again", "meant", "both"))]
    for each in [*pages, as_patient.get("/now"), as_patient.get("/now/earlier")]:
        for word in ("guilt", "therap", "contract", "urge", "check"):
            assert word not in (each.title + each.path).lower()


def test_after_three_in_an_hour_the_phone_can_be_put_away(as_patient: Browser, clock: FrozenClock) -> None:
    texts = []
    for _ in range(4):
        texts.append(save(as_patient).text)
        clock.advance(minutes=25)
    assert ["It's kept. You can put the phone away." in text for text in texts] == [False, False, True, True]


# Sent twice


def test_sent_twice_it_leads_to_the_same_page(app: Flask, practice: Practice, as_patient: Browser) -> None:
    page = as_patient.get("/now")
    first, second = as_patient.submit(page, BOTH), as_patient.submit(page, BOTH)
    assert first.path == second.path
    assert len(entries(app, practice)) == 1


def test_other_answers_from_the_same_page_are_both_kept(app: Flask, practice: Practice, as_patient: Browser) -> None:
    page = as_patient.get("/now")
    as_patient.submit(page, BOTH)
    both = as_patient.submit(page, {"guilt": "2", "urge": "cant_tell"}, expect=409)
    assert "Both are kept" in both.text
    assert "guilt 7" in both.text
    assert "guilt 2" in both.text
    assert only(app, practice).guilt == Rated(7)
    assert "See both" in as_patient.get(f"/now/{only(app, practice).id}").text
    own = as_patient.submit(both)
    assert "Saved." in own.text
    assert {entry.guilt.value for entry in entries(app, practice)} == {7, 2}


# Bad input


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"guilt": "7"}, "Please choose one.", id="one answer"),
        pytest.param({"guilt": "11", "urge": "3"}, "Not a valid choice.", id="out of range"),
        pytest.param({"guilt": "-1", "urge": "3"}, "Not a valid choice.", id="below"),
        pytest.param({"guilt": "seven", "urge": "3"}, "Not a valid choice.", id="no number"),
        pytest.param({"guilt": "7\x00", "urge": "3"}, "Not a valid choice.", id="NUL"),
        pytest.param(BOTH | {"mood": "3"}, "Something was sent that this page doesn't ask for.", id="unknown field"),
        pytest.param(BOTH | {"client_id": "x"}, "This page was not whole.", id="broken id"),
        pytest.param(BOTH | {"client_id": ""}, "Please send it again.", id="no id"),
        pytest.param(BOTH | {"occasion": "x"}, "This page was not whole.", id="broken occasion"),
        pytest.param(BOTH | {"door": "cutting"}, "This page was not whole.", id="a door that isn't there"),
        pytest.param(BOTH | {"earlier_day": "2025-02-30", "earlier_time": "10:00"}, "not a day", id="30 February"),
        pytest.param(BOTH | {"earlier_day": "2025-03-04"}, "about what time", id="a day without a time"),
        pytest.param(BOTH | {"earlier_time": "25:00"}, "not a time", id="25 o'clock"),
        pytest.param(BOTH | {"earlier_time": "12:01"}, "still to come", id="in a minute"),
        pytest.param(BOTH | {"earlier_day": "2024-03-01", "earlier_time": "12:00"}, "more than a year", id="long ago"),
        pytest.param(
            BOTH | {"earlier_day": "2024-03-31", "earlier_time": "02:30"}, "clocks went forward", id="a skipped hour"
        ),
    ],
)
def test_what_cant_be_saved_is_said_and_kept_on_the_page(
    app: Flask, practice: Practice, as_patient: Browser, changes: dict[str, str], words: str
) -> None:
    page = save(as_patient, changes, expect=422)
    assert words in " ".join(page.errors())
    assert entries(app, practice) == []
    if changes.get("guilt") == "7" and changes.get("door") is None:
        assert page.form()["guilt"] == "7"
    assert str(UUID(page.value("client_id"))) == page.value("client_id")


def test_anothers_occasion_is_not_there(app: Flask, practice: Practice, as_patient: Browser) -> None:
    save(as_patient, BOTH | {"occasion": str(new_id())}, expect=404)
    assert entries(app, practice) == []


@pytest.mark.parametrize("told", ["", "yesterday", "2025-03-05T09:00:00", "9999-12-31T23:59:59-14:00", "\x00"])
def test_a_phone_that_tells_no_time_is_no_obstacle(
    app: Flask, practice: Practice, as_patient: Browser, told: str
) -> None:
    save(as_patient, BOTH | {"entered_at": told, "sent_at": told})
    assert only(app, practice).occurred_at == NOON


def test_the_phones_clock_and_zone_are_taken(app: Flask, practice: Practice, as_patient: Browser) -> None:
    told = {"zone": "Asia/Kathmandu", "entered_at": "2025-03-05T18:50:00.000Z", "sent_at": "2025-03-05T19:00:00.000Z"}
    save(as_patient, BOTH | told)
    assert (only(app, practice).zone, only(app, practice).occurred_at) == ("Asia/Kathmandu", NOON - HOUR / 6)


@pytest.mark.parametrize("zone", ["", "Europe/Atlantis", "../etc/passwd", "\x00"])
def test_a_zone_that_is_none_is_the_accounts(app: Flask, practice: Practice, as_patient: Browser, zone: str) -> None:
    save(as_patient, BOTH | {"zone": zone})
    assert only(app, practice).zone == "Europe/Rome"


def test_it_was_earlier_today(app: Flask, practice: Practice, as_patient: Browser) -> None:
    save(as_patient, BOTH | {"earlier_time": "09:15"})
    assert only(app, practice).occurred_at == datetime(2025, 3, 5, 8, 15, tzinfo=UTC)


def test_it_was_two_days_ago(app: Flask, practice: Practice, as_patient: Browser) -> None:
    page = save(as_patient, BOTH | {"earlier_day": "2025-03-03", "earlier_time": "21:00"})
    assert only(app, practice).occurred_at == datetime(2025, 3, 3, 20, 0, tzinfo=UTC)
    assert "from memory" in page.text


# Afterwards


def test_and_now_is_asked_as_often_as_one_likes(app: Flask, practice: Practice, as_patient: Browser) -> None:
    path = save(as_patient).path
    for guilt in ("5", "cant_tell"):
        page = rate_again(as_patient, f"{path}/again", {"guilt": guilt, "urge": "2"})
        assert page.path == path
    assert [again.guilt for again in only(app, practice).re_ratings] == [Rated(5), CANT_TELL]


def test_a_slip_of_the_thumb_is_put_right(app: Flask, practice: Practice, as_patient: Browser) -> None:
    path = save(as_patient).path
    page = rate_again(as_patient, f"{path}/meant", {"guilt": "1", "urge": "2"})
    assert "Guilt 1" in page.text
    assert only(app, practice).guilt == Rated(1)


def test_half_an_answer_to_and_now_is_kept_on_the_page(as_patient: Browser) -> None:
    path = save(as_patient).path
    page = as_patient.submit(as_patient.get(f"{path}/again"), {"guilt": "5"}, expect=422)
    assert page.form()["guilt"] == "5"


def test_details_are_kept_and_shown_again(app: Flask, practice: Practice, as_patient: Browser) -> None:
    path = save(as_patient).path
    said = {
        "wanted": "the aperitif",
        "body": "chest",
        "new_trigger": "a message",
        "new_person": "sister",
        "saw_myself": "a bad son",
        "guilt_kind": "old",
        "envy": "8",
        "thought": "she is alone",
        "visibility": "shared",
    }
    page = as_patient.submit(as_patient.get(f"{path}/more"), said)
    assert "the aperitif" in page.text
    entry = only(app, practice)
    assert entry.words == {"wanted": "the aperitif", "saw_myself": "a bad son", "thought": "she is alone"}
    assert (entry.trigger, entry.person, entry.feelings) == ("a message", "sister", {"envy": 8})
    form = as_patient.get(f"{path}/more").form()
    assert (form["wanted"], form["envy"], form["body"], form["guilt_kind"]) == ("the aperitif", "8", "chest", "old")
    assert form["trigger"] == str(entry.trigger_id)


def test_details_sent_many_times_at_once_make_one_line_of_each_list(
    app: Flask, practice: Practice, as_patient: Browser
) -> None:
    path = save(as_patient).path
    said = {"client_id": str(new_id()), "new_trigger": "a message", "new_person": "sister", "visibility": "shared"}

    def send(_: int) -> None:
        Browser(app.test_client()).sign_in(practice.patient).send(f"{path}/more", said)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send, range(16)))
    with app.app_context():
        assert [label for _, label in queries.triggers_of(practice.patient)] == ["a message"]
        assert [label for _, label in people_of(practice.patient, practice.patient.id)] == ["sister"]


@pytest.mark.parametrize(("listed", "new"), [("trigger", "new_trigger"), ("person", "new_person")])
def test_a_line_of_the_list_and_another_are_not_both_taken(
    app: Flask, practice: Practice, as_patient: Browser, listed: str, new: str
) -> None:
    path = f"{save(as_patient).path}/more"
    as_patient.submit(as_patient.get(path), {new: "mother"})
    chosen = as_patient.get(path).form()
    page = as_patient.submit(as_patient.get(path), {new: "aunt", "wanted": "to stay"}, expect=422)
    assert "Choose one of the above, or write another: not both." in " ".join(page.errors())
    assert {**page.form(), **dict.fromkeys(("csrf_token", "client_id"), "")} == {
        **chosen,
        **dict.fromkeys(("csrf_token", "client_id"), ""),
        new: "aunt",
        "wanted": "to stay",
    }
    as_patient.submit(page, {listed: ""})
    entry = only(app, practice)
    assert "aunt" in (entry.trigger, entry.person)


def test_something_good_asks_for_freedom_first(as_patient: Browser) -> None:
    page = as_patient.submit(as_patient.get("/now"), {"door": "good"}, number=2)
    more = as_patient.get(f"{page.path}/more")
    assert elements(more, "main form fieldset legend")[0].to_text().strip() == "Freedom"
    assert not elements(more, "#guilt_kind")


def test_words_may_be_kept_to_oneself_with_the_same_save(app: Flask, practice: Practice, as_patient: Browser) -> None:
    path = save(as_patient).path
    as_patient.submit(as_patient.get(f"{path}/more"), {"wanted": "mine", "visibility": "words_private"})
    with app.app_context():
        (seen,) = queries.last_for(practice.therapist, practice.patient.id, NOON + 4 * HOUR)
    assert seen.words == {}
    assert only(app, practice).words == {"wanted": "mine"}


def test_an_old_page_of_details_does_not_undo_who_may_see_it(
    app: Flask, practice: Practice, as_patient: Browser
) -> None:
    path = save(as_patient).path
    old_page = as_patient.get(f"{path}/more")
    as_patient.send(f"{path}/sharing", {"client_id": str(new_id()), "visibility": "only_me"})
    as_patient.submit(old_page, {"wanted": "mine"})
    assert (only(app, practice).visibility, only(app, practice).words) == (Visibility.ONLY_ME, {"wanted": "mine"})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"wanted": "x" * 4001}, "too long"),
        ({"saw_myself": "x" * 201}, "too long"),
        ({"thought": "a\x00b"}, "can't be kept"),
        ({"body": "tail"}, "valid choice"),
        ({"guilt_kind": "fake"}, "valid choice"),
        ({"envy": "12"}, "valid choice"),
        ({"trigger": str(new_id())}, "valid choice"),
        ({"person": "nobody"}, "valid choice"),
        ({"visibility": "everyone"}, "valid choice"),
        ({"visibility": ""}, "Please choose one."),
        ({"mood": "3"}, "doesn't ask for"),
        ({"client_id": "x"}, "not whole"),
    ],
)
def test_a_detail_that_cant_be_kept_is_said_beside_its_field(
    app: Flask, practice: Practice, as_patient: Browser, changes: dict[str, str], words: str
) -> None:
    path = save(as_patient).path
    page = as_patient.submit(as_patient.get(f"{path}/more"), {"wanted": "stay", **changes}, expect=422)
    assert words in " ".join(page.errors())
    if "wanted" not in changes:
        assert page.form()["wanted"] == "stay"
    assert not only(app, practice).has_detail


def buttons(page: Page) -> list[str]:
    return [form.query("button")[0].to_text().strip() for form in elements(page, "main form")]


def press(browser: Browser, path: str, button: str) -> Page:
    page = browser.get(path)
    return browser.submit(page, number=buttons(page).index(button))


def test_who_may_see_it_can_be_changed_at_any_time(app: Flask, practice: Practice, as_patient: Browser) -> None:
    path = save(as_patient).path
    for button, visibility, words in (
        ("Keep all of it to myself", Visibility.ONLY_ME, "Only you see this."),
        ("Keep the words to myself", Visibility.WORDS_PRIVATE, "the numbers, not the words"),
        ("Let my therapist read the words too", Visibility.SHARED, "then your therapist can."),
        ("Share it now", Visibility.SHARED, "Your therapist can see this."),
        ("Keep all of it to myself", Visibility.ONLY_ME, "Only you see this."),
        ("Let my therapist read all of it", Visibility.SHARED, "then your therapist can."),
    ):
        page = press(as_patient, path, button)
        assert words in page.text
        assert only(app, practice).visibility is visibility


def test_sharing_it_now_says_only_when_and_opens_no_words(app: Flask, practice: Practice, as_patient: Browser) -> None:
    path = save(as_patient).path
    as_patient.submit(as_patient.get(f"{path}/more"), {"wanted": "mine", "visibility": "words_private"})
    page = press(as_patient, path, "Share it now, without the words")
    assert "Your therapist sees the numbers, not the words." in page.text
    assert not [button for button in buttons(page) if "now" in button]
    with app.app_context():
        (seen,) = queries.last_for(practice.therapist, practice.patient.id, NOON)
    assert (seen.guilt, seen.words) == (Rated(7), {})


def test_what_is_only_mine_is_not_offered_to_be_shared_now(as_patient: Browser) -> None:
    page = press(as_patient, save(as_patient).path, "Keep all of it to myself")
    assert not [button for button in buttons(page) if "now" in button]


def test_an_old_page_that_would_share_it_now_opens_nothing_and_says_so(
    app: Flask, practice: Practice, as_patient: Browser
) -> None:
    old_page = save(as_patient)
    press(as_patient, old_page.path, "Keep the words to myself")
    page = as_patient.submit(old_page, number=buttons(old_page).index("Share it now"))
    assert "Nothing was changed." in page.text
    assert only(app, practice).visibility is Visibility.WORDS_PRIVATE


@pytest.mark.parametrize("changes", [{"visibility": "everyone"}, {"mood": "3"}, {"csrf_token": "stale"}])
def test_a_choice_that_is_none_changes_nothing(
    app: Flask, practice: Practice, as_patient: Browser, changes: dict[str, str]
) -> None:
    path = save(as_patient).path
    sent = {"client_id": str(new_id()), "visibility": "only_me", **changes}
    page = as_patient.send(f"{path}/sharing", sent, expect=422)
    assert "Nothing was changed." in page.text
    assert only(app, practice).visibility is Visibility.SHARED


@pytest.mark.parametrize("changes", [{"mood": "3"}, {"csrf_token": "stale"}])
def test_the_other_is_not_counted_by_what_no_page_of_ours_sends(
    app: Flask, practice: Practice, as_patient: Browser, changes: dict[str, str]
) -> None:
    page = as_patient.get("/now")
    as_patient.submit(page, BOTH)
    both = as_patient.submit(page, {"guilt": "2", "urge": "3"}, expect=409)
    again = as_patient.submit(both, changes, expect=422)
    assert "Nothing was changed." in again.text
    assert only(app, practice).guilt == Rated(7)
    as_patient.submit(again)
    assert len(entries(app, practice)) == 2


def test_what_was_entered_earlier_is_listed(
    app: Flask, practice: Practice, as_patient: Browser, clock: FrozenClock
) -> None:
    assert "Nothing is owed." in as_patient.get("/now/earlier").text
    with app.app_context():
        make_check_in(practice.patient, NOON, 9, 8, detail=Detail(thought="unlisted"), visibility=Visibility.ONLY_ME)
        make_check_in(practice.patient, NOON - 48 * HOUR, door=Door.EMPTY)
        make_check_in(practice.other_patient, NOON, 1, 1)
    clock.advance(hours=5)
    text = as_patient.get("/now/earlier").text
    assert "Wed 5 Mar, 12:00" in text
    assert "Guilt 9" in text
    assert "Only you see this." in text
    assert "Empty, still" in text
    assert "Guilt 1" not in text
    assert "unlisted" not in text


# Who gets in


PAGES = ("", "/more", "/again", "/meant", "/both")
POSTS = ("/more", "/again", "/meant", "/sharing", "/both/00000000-0000-4000-8000-000000000000")


@pytest.mark.parametrize("whose", ["other_patient", "therapist", "admin"])
def test_others_find_nothing_there(app: Flask, practice: Practice, whose: str) -> None:
    with app.app_context():
        mine = make_check_in(practice.patient, NOON)
    stranger = Browser(app.test_client()).sign_in(getattr(practice, whose))
    for check_in_id in (mine, new_id()):
        for page in PAGES:
            stranger.get(f"/now/{check_in_id}{page}", expect=404)
        for post in POSTS:
            stranger.send(f"/now/{check_in_id}{post}", BOTH | {"client_id": str(new_id())}, expect=404)


def test_the_therapist_has_no_now(as_therapist: Browser) -> None:
    for path in ("/now", "/now/earlier"):
        as_therapist.get(path, expect=404)
    as_therapist.send("/now", BOTH, expect=404)


def test_a_page_that_stood_open_for_long_is_sent_once_more(app: Flask, practice: Practice, as_patient: Browser) -> None:
    page = save(as_patient, BOTH | {"csrf_token": "stale"}, expect=422)
    assert "please send it again" in " ".join(page.errors())
    as_patient.submit(page)
    assert only(app, practice).guilt == Rated(7)

"""What the patient keeps on the phone, by choice, after a warning: there without a connection, gone when taken off."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from tests.browser.conftest import PATIENCE
from tests.browser.steps import begin, invite, set_up
from tests.support.chromium import FLAGS, find_chromium
from tests.support.hands import Finger, Hand, Mouse
from tests.support.profile import words_in_stores, words_on_disk
from tests.support.screens import PHONE
from tests.support.server import Server, running

SIGN, NUMBER, CARD, LATER = "I count the hornbeams", "Teresa, 555 0142", "It may stay, and so may I", "I hum"
WARNING = "Whoever can open this phone can read it, without the app’s lock."
PLANTED = "quincunx-weather"

WORDS = (SIGN, NUMBER, CARD)


def write_plan(patient: Hand, **parts: str) -> None:
    patient.open("/my-plan/words")
    labels = {"signs": "How I notice that it is getting hard", "people": "People I can ask for help"}
    for name, words in parts.items():
        patient.fill(labels[name], words)
    patient.press("Keep it")


def write_card(patient: Hand, words: str) -> None:
    patient.open("/cards/new")
    patient.page.locator("textarea").fill(words)
    patient.press("Keep it")


def keep_here(patient: Hand) -> None:
    patient.unfold("Keep on this phone")
    expect(patient.page.get_by_text(WARNING).first).to_be_visible()
    patient.activate(patient.page.get_by_role("button", name="Keep it all the same"))
    expect(patient.page.get_by_role("button", name="Take it off this phone")).to_be_visible()
    patient.look()


def kept(page: Page) -> dict[str, Any]:
    """What lies in the store, by its name."""
    found = page.evaluate("""() => new Promise((done) => {
      indexedDB.open("companion").onsuccess = ({ target }) => {
        const request = target.result.transaction("kept").objectStore("kept").getAll();
        request.onsuccess = () => { target.result.close(); done(request.result); };
      };
    })""")
    return {each["name"]: each for each in found}


@dataclass(frozen=True)
class Home:
    """A server on which Mark has a plan and a card, and the cookies of a browser that he is signed in with."""

    server: Server
    cookies: Any


@pytest.fixture(scope="module")
def home(chromium: Chromium, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """Made once: each test has a browser of its own, in which nothing is kept."""
    with running(tmp_path_factory.mktemp("home"), "--no-demo") as server:
        laptop, phone = (chromium.new_context(base_url=server.url, timezone_id="Europe/Rome") for _ in range(2))
        therapist, patient = (Mouse(each.new_page(), looks=False) for each in (laptop, phone))
        set_up(therapist, server.new_account("therapist", "vera", "Vera Conti"))
        begin(patient, invite(therapist), types_it=False)
        write_card(patient, CARD)
        home = Home(server, phone.cookies())
        laptop.close()
        phone.close()
        yield home


@pytest.fixture
def patient(chromium: Chromium, home: Home) -> Iterator[Finger]:
    """Mark with his phone. Neither his plan nor his card is kept on it."""
    phone = chromium.new_context(
        base_url=home.server.url, viewport=PHONE, has_touch=True, is_mobile=True, locale="en-GB"
    )
    phone.set_default_timeout(PATIENCE)
    phone.add_cookies(home.cookies)
    patient = Finger(phone.new_page())
    write_plan(patient, signs=SIGN, people=NUMBER)
    yield patient
    phone.close()


def test_nothing_is_kept_unasked(patient: Finger) -> None:
    for path in ("/my-plan", "/cards", "/help"):
        patient.open(path)
        patient.page.wait_for_function("indexedDB.databases().then((all) => all.length)")
    assert kept(patient.page) == {}
    assert words_in_stores(patient.page, WORDS) == set()
    expect(patient.page.get_by_role("heading", name="Kept on this phone")).to_be_hidden()


def test_what_is_kept_is_read_on_help_by_who_is_signed_out(patient: Finger) -> None:
    patient.open("/my-plan")
    keep_here(patient)
    patient.open("/cards")
    keep_here(patient)
    stored = kept(patient.page)
    assert [line["words"] for line in stored["plan"]["lines"]] == [SIGN, NUMBER]
    assert stored["cards"]["lines"] == [{"label": "", "words": CARD}]
    UUID(stored["plan"]["owner"])
    patient.page.context.clear_cookies()
    patient.open("/help")
    expect(patient.page.get_by_text(SIGN)).to_have_count(0)
    for what, words in (("My plan", (SIGN, NUMBER)), ("My cards", (CARD,))):
        patient.unfold(what)
        for each in words:
            expect(patient.page.get_by_text(each)).to_be_visible()
        patient.look()
    expect(patient.page.get_by_text("How I notice that it is getting hard")).to_be_visible()
    patient.unfold("My cards")
    expect(patient.page.get_by_text(CARD)).to_have_count(0)


def test_newer_words_follow_when_the_page_is_opened(patient: Finger) -> None:
    patient.open("/my-plan")
    keep_here(patient)
    write_plan(patient, signs=LATER)
    expect(patient.page.get_by_text("Kept on this phone: it opens")).to_be_visible()
    patient.page.wait_for_timeout(200)
    assert [line["words"] for line in kept(patient.page)["plan"]["lines"]] == [LATER, NUMBER]
    at = kept(patient.page)["plan"]["at"]
    patient.open("/my-plan")
    expect(patient.page.get_by_text("Kept on this phone: it opens")).to_be_visible()
    patient.page.wait_for_timeout(200)
    assert kept(patient.page)["plan"]["at"] == at, "the same words are not written again"


def test_it_is_taken_off_on_its_page_or_on_help(patient: Finger) -> None:
    for path, away in (("/my-plan", "/my-plan"), ("/cards", "/help")):
        patient.open(path)
        keep_here(patient)
        patient.open(away)
        if away == "/help":
            patient.unfold("My cards")
        patient.activate(patient.page.get_by_role("button", name="Take it off this phone"))
        expect(patient.page.get_by_role("button", name="Take it off this phone")).to_be_hidden()
        expect(patient.page.get_by_text("Keep on this phone")).to_have_count(int(away != "/help"))
        assert kept(patient.page) == {}
    expect(patient.page.get_by_role("heading", name="Kept on this phone")).to_be_hidden()


def test_another_person_on_this_phone_writes_nothing_over(patient: Finger) -> None:
    patient.open("/my-plan")
    keep_here(patient)
    patient.page.evaluate("""() => new Promise((done) => {
      indexedDB.open("companion").onsuccess = ({ target }) => {
        const store = target.result.transaction("kept", "readwrite").objectStore("kept");
        store.get("plan").onsuccess = ({ target: { result } }) => store.put({ ...result, owner: "somebody else" });
        store.transaction.oncomplete = () => { target.result.close(); done(); };
      };
    })""")
    write_plan(patient, signs=LATER)
    expect(patient.page.get_by_text("Keep on this phone")).to_be_visible()
    patient.page.wait_for_timeout(200)
    assert kept(patient.page)["plan"]["lines"][0]["words"] == SIGN


def test_without_a_store_it_is_said_and_nothing_breaks(patient: Finger) -> None:
    patient.page.add_init_script(
        "IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError'); };"
    )
    patient.open("/my-plan")
    patient.sees(SIGN)
    expect(patient.page.get_by_text("This phone did not keep it")).to_be_hidden()
    expect(patient.page.get_by_text("Keep on this phone")).to_be_hidden()
    patient.open("/help")
    patient.sees("Nobody is watching this live.")


def test_on_paper_the_plan_stands_alone(patient: Finger) -> None:
    patient.open("/my-plan")
    patient.page.emulate_media(media="print")
    expect(patient.page.get_by_text(SIGN).first).to_be_visible()
    for hidden in (".keep", "nav.places", ".topbar", "a.button"):
        expect(patient.page.locator(hidden).first).to_be_hidden()


# The search of a profile


PLANT = """async (word) => {
  localStorage.setItem("planted", `local ${word}`);
  sessionStorage.setItem("planted", `session ${word}`);
  const cache = await caches.open("planted");
  await cache.put("/planted", new Response(`cached ${word}`));
  await new Promise((done) => {
    const request = indexedDB.open("planted", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("kept", { keyPath: "name" });
    request.onsuccess = () => {
      const store = request.result.transaction("kept", "readwrite", { durability: "strict" }).objectStore("kept");
      store.put({ name: "text", deep: [{ words: `indexed ${word}` }] });
      store.put({ name: "bytes", sealed: new TextEncoder().encode(`bytes ${word}`).buffer });
      store.put({ name: "blob", inner: new Blob([`blob ${word}`]) });
      store.transaction.oncomplete = () => { request.result.close(); done(); };
    };
  });
}"""


@contextmanager
def profile_in(folder: Path, chromium: Chromium, home: Home) -> Iterator[Page]:
    """A page of a browser whose profile lies in a folder; it is closed, and all on the disk, afterwards."""
    context = chromium.browser_type.launch_persistent_context(
        folder, executable_path=find_chromium(), args=list(FLAGS), base_url=home.server.url, viewport=PHONE
    )
    context.set_default_timeout(PATIENCE)
    context.add_cookies(home.cookies)
    yield context.pages[0]
    context.close()


def test_the_search_finds_what_is_planted(chromium: Chromium, home: Home, tmp_path: Path) -> None:
    with profile_in(tmp_path, chromium, home) as page:
        page.goto("/help")
        assert words_in_stores(page, [PLANTED]) == set()
        page.evaluate(PLANT, PLANTED)
        found = words_in_stores(page, [PLANTED, "never-planted"])
        kinds = {"localStorage", "sessionStorage", "Cache", "IndexedDB"}
        assert {where.split()[0] for where, _word in found} == kinds
        each = {f"{how} {PLANTED}" for how in ("local", "session", "cached", "indexed", "bytes", "blob")}
        assert {word for _where, word in words_in_stores(page, each)} == each
    on_disk = {Path(path).parts[1] for path, _word in words_on_disk(tmp_path, [PLANTED])}
    assert on_disk >= {"Local Storage", "IndexedDB", "Service Worker"}, on_disk
    assert words_on_disk(tmp_path, ["never-planted"]) == set()


def test_on_the_disk_lies_what_is_kept_and_nothing_else(chromium: Chromium, home: Home, tmp_path: Path) -> None:
    with profile_in(tmp_path, chromium, home) as page:
        patient = Mouse(page, looks=False)
        write_plan(patient, signs=SIGN, people=NUMBER)
        for path in ("/cards", "/my-plan", "/help"):
            patient.open(path)
        assert words_in_stores(page, WORDS) == set()
    assert words_on_disk(tmp_path, WORDS) == set()
    with profile_in(tmp_path, chromium, home) as page:
        patient = Mouse(page, looks=False)
        patient.open("/my-plan")
        keep_here(patient)
        assert {word for _where, word in words_in_stores(page, WORDS)} == {SIGN, NUMBER}
    assert {word for _path, word in words_on_disk(tmp_path, WORDS)} == {SIGN, NUMBER}

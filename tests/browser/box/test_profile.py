"""Nothing that was entered can be read on the phone: its browser's files are searched for the words."""

from pathlib import Path

from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, expect

from tests.browser.box.phone import Phone
from tests.support.chromium import FLAGS, find_chromium
from tests.support.profile import words_in_stores, words_on_disk
from tests.support.screens import PHONE
from tests.support.server import Server
from tests.support.wire import Wire

WROTE = ("They are counting plum stones", "the Hatherleigh cousins")
PLANTED = "isinglass-ledger"
PLANT = """async (word) => {
  localStorage.setItem("planted", word);
  const cache = await caches.open("planted");
  await cache.put("/planted", new Response(word));
  const opened = await new Promise((done) => {
    indexedDB.open("companion").onsuccess = ({ target }) => done(target.result);
  });
  await new Promise((done) => {
    opened.transaction("settings", "readwrite").objectStore("settings").put({ name: "planted", word }).onsuccess = done;
  });
  opened.close();
}"""


def test_what_waits_and_what_was_sent_can_not_be_read_on_the_phone(
    chromium: Chromium, server: Server, wire: Wire, tmp_path: Path
) -> None:
    profile = tmp_path / "profile"
    context = _browser(chromium, profile, wire.url)
    phone = Phone(context.new_page())
    phone.sign_in(server.sign_in_of("patient"))
    phone.be_ready()
    _write(phone, WROTE[0])
    phone.has_sent_all()
    wire.cut()
    _write(phone, WROTE[1])
    assert len(phone.waiting()) == 2
    phone.page.evaluate(PLANT, PLANTED)
    in_stores = words_in_stores(phone.page, (*WROTE, PLANTED))
    context.close()
    on_disk = words_on_disk(profile, (*WROTE, PLANTED))
    assert {word for _, word in in_stores} == {PLANTED}
    assert len(in_stores) >= 3, "localStorage, IndexedDB and a cache were looked into"
    assert {word for _, word in on_disk} == {PLANTED}


def _write(phone: Phone, words: str) -> None:
    phone.rate("6", "7")
    phone.page.get_by_role("link", name="Add something, if you like").tap()
    phone.page.get_by_label("A thought").fill(words)
    phone.page.locator("section[data-screen=more] button[type=submit]").tap()
    expect(phone.page.locator("[data-said]")).to_be_visible()


def _browser(chromium: Chromium, profile: Path, url: str) -> BrowserContext:
    return chromium.browser_type.launch_persistent_context(
        str(profile), executable_path=find_chromium(), args=list(FLAGS), base_url=url, viewport=PHONE, has_touch=True
    )

"""Searches what a browser keeps on the disk for words that must not be there, or that must.

Two ways, since neither sees all: `words_on_disk` reads the bytes of every file of a profile, after the browser has been
closed, and so sees what the page no longer does, as what was deleted; `words_in_stores` asks the page for all that it
can read back, and so sees what lies compressed in a file. Words should be rare ones, of one line.
"""

from collections.abc import Collection, Iterator
from pathlib import Path

from playwright.sync_api import Page

ENCODINGS = ("utf-8", "utf-16-le", "latin-1")
"""As Chromium writes texts; in IndexedDB one of only Latin-1 letters takes one byte each."""

READ_ALL_STORES = """
async () => {
  const found = [];
  const note = (where, value) => found.push([where, said(value)]);
  const said = (value) => {
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return new TextDecoder().decode(value);
    return Array.isArray(value) ? value.map(said).join("\\n") : String(value);
  };
  const done = (request) => new Promise((result, failed) => {
    request.onsuccess = () => result(request.result);
    request.onerror = () => failed(request.error);
  });

  for (const [where, store] of Object.entries({ localStorage, sessionStorage })) {
    for (const [key, value] of Object.entries(store)) note(`${where} ${key}`, [key, value]);
  }
  const whole = async (value) => {
    if (value instanceof Blob) return value.text();
    const isWhole = value === null || typeof value !== "object";
    if (isWhole || value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return value;
    return Promise.all(Object.entries(value).map(async ([key, part]) => [key, await whole(part)]));
  };

  for (const { name } of await indexedDB.databases()) {
    const database = await done(indexedDB.open(name));
    for (const store of database.objectStoreNames) {
      const entries = database.transaction(store).objectStore(store);
      const [keys, values] = await Promise.all([done(entries.getAllKeys()), done(entries.getAll())]);
      for (const [number, value] of values.entries()) {
        note(`IndexedDB ${name}/${store}`, [keys[number], await whole(value)]);
      }
    }
    database.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const answer = await cache.match(request, { ignoreVary: true });
      note(`Cache Storage ${name}`, [request.url, [...answer.headers], await answer.text()]);
    }
  }
  return found;
}
"""


def words_in_stores(page: Page, words: Collection[str]) -> set[tuple[str, str]]:
    """Where each of these words stands in what this page's origin can read back, as (store, word).

    It reads localStorage, sessionStorage, every IndexedDB database and every cache, keys and values.
    """
    stored: list[tuple[str, str]] = page.evaluate(READ_ALL_STORES)
    return {(where, word) for where, text in stored for word in words if word in text}


def words_on_disk(profile: Path, words: Collection[str]) -> set[tuple[str, str]]:
    """Which files under a profile's folder hold each of these words, as (path within it, word); names count, too."""
    needles = [(word, needle) for word in words for needle in _as_written(word)]
    found: set[tuple[str, str]] = set()
    for path, content in _files(profile):
        found |= {(path, word) for word, needle in needles if needle in content or word in path}
    return found


def _as_written(word: str) -> set[bytes]:
    """The word in each encoding that has all its letters."""
    fits = [name for name in ENCODINGS if name != "latin-1" or all(ord(letter) < 256 for letter in word)]
    return {word.encode(name) for name in fits}


def _files(profile: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(profile.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield str(path.relative_to(profile)), path.read_bytes()

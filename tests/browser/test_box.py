"""What a real browser seals, by WebCrypto, the real server opens: docs/adr/0012."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page

from tests.support.screenshots import signed_in
from tests.support.server import running

SEAL_AND_DROP = """
async ([path, said]) => {
  const told = await (await fetch("/box")).json();
  const hex = (text) => Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (raw) => btoa(String.fromCharCode(...raw)).replace(/\\+/g, "-").replace(/\\//g, "_").replace(/=/g, "");
  const all = (...parts) => new Uint8Array(parts.flatMap((part) => [...part]));
  const curve = { name: "ECDH", namedCurve: "P-256" };
  const id = crypto.randomUUID();
  const server = bytes(told.key.public);
  const theirs = await crypto.subtle.importKey("raw", server, curve, false, []);
  const mine = await crypto.subtle.generateKey(curve, false, ["deriveBits"]);
  const point = new Uint8Array(await crypto.subtle.exportKey("raw", mine.publicKey));
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, mine.privateKey, 256);
  const secret = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const info = new TextEncoder().encode("companion box 1");
  const how = { name: "HKDF", hash: "SHA-256", salt: all(point, server), info };
  const key = await crypto.subtle.deriveKey(how, secret, { name: "AES-GCM", length: 256 }, false, ["encrypt"]);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const head = all([1], hex(told.key.id));
  const additionalData = all(head, hex(told.owner), hex(id.replaceAll("-", "")));
  const now = new Date().toISOString();
  const fields = [...said, ["client_id", id], ["entered_at", now], ["zone", "Europe/Rome"]];
  const clear = new TextEncoder().encode(JSON.stringify({ path, fields }));
  const padded = new Uint8Array(Math.ceil(clear.length / 256) * 256).fill(32);
  padded.set(clear);
  const ciphertext = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, key, padded);
  const sealed = text(all(head, point, iv, new Uint8Array(ciphertext)));
  const body = new URLSearchParams({ csrf_token: told.csrf, id, owner: told.owner, sealed, sent_at: now });
  const answers = [];
  for (let time = 0; time < 2; time += 1) {
    const answer = await fetch("/box", { method: "POST", body });
    answers.push({ status: answer.status, ...(await answer.json()) });
  }
  return answers;
}
"""


def dropped(page: Page, path: str, fields: dict[str, str]) -> list[dict[str, Any]]:
    """Seal it in the browser and hand it over twice; what the box answers."""
    answers: list[dict[str, Any]] = page.evaluate(SEAL_AND_DROP, [path, [list(pair) for pair in fields.items()]])
    return answers


def test_what_a_browser_seals_is_opened_once(chromium: Chromium, tmp_path: Path) -> None:
    with running(tmp_path) as server, signed_in(chromium, server, "patient", "light") as page:
        first, again = dropped(page, "/now", {"door": "guilt", "guilt": "7", "urge": "cant_tell"})
        assert (first["status"], first["outcome"]) == (200, "new")
        assert again == {"status": 200, "outcome": "same", "check_in": first["check_in"]}
        words = "Perché no? 🫥"
        dropped(page, f"/now/{first['check_in']}/more", {"thought": words})
        dropped(page, "/nowhere", {"wanted": words})
        page.goto(f"/now/{first['check_in']}")
        assert "Guilt 7, wanting to drop the plan can't tell" in page.inner_text("main")
        assert words in page.inner_text("main")
        page.goto("/now/earlier")
        assert "The page it was written on is not there any more." in page.inner_text("main")

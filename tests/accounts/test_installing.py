"""Companion on a home screen: the two names and pictures, the manifests, the page that says how."""

import re
import zlib
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from companion.accounts.rules.installing import COLOURS, Look, Platform, look_of, platform_of
from companion.web import static_files
from tests.support.client import Browser, Page, attributes
from tests.support.icons import FOLDER, ICONS, PICTURES, as_png

TOKENS = (FOLDER.parent / "css" / "tokens.css").read_text()
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Safari/604.1"
CHROME = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36"
SAMSUNG = "Mozilla/5.0 (Linux; Android 14) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36"
FIREFOX = "Mozilla/5.0 (Android 14; Mobile; rv:147.0) Gecko/147.0 Firefox/147.0"
LAPTOP = "Mozilla/5.0 (X11; Linux x86_64; rv:147.0) Gecko/20100101 Firefox/147.0"
OF_THERAPY = ("therap", "contract", "guilt", "patient", "session", "diary", "mood", "health")
BOTH = [*Look]


def manifest(app: Flask, look: Look) -> dict[str, Any]:
    answer = app.test_client().get(f"/{look}.webmanifest")
    assert answer.content_type == "application/manifest+json"
    found: dict[str, Any] = answer.get_json(force=True)
    return found


def links(page: Page, rel: str) -> list[str]:
    return [attributes(each)["href"] for each in page.document.query(f"link[rel={rel}]")]


@pytest.mark.parametrize(
    ("user_agent", "platform"),
    [
        (IPHONE, Platform.IPHONE),
        (IPHONE.replace("iPhone", "iPad"), Platform.IPHONE),
        (CHROME, Platform.ANDROID),
        (SAMSUNG, Platform.SAMSUNG),
        (FIREFOX, Platform.FIREFOX),
        (LAPTOP, Platform.COMPUTER),
        ("", Platform.COMPUTER),
    ],
)
def test_a_platform_is_known_by_what_its_browser_says(user_agent: str, platform: Platform) -> None:
    assert platform_of(user_agent) is platform


@pytest.mark.parametrize(("asked", "look"), [("days", Look.DAYS), ("", Look.COMPANION), ("therapy", Look.COMPANION)])
def test_a_look_that_is_none_of_ours_is_the_usual_one(asked: str, look: Look) -> None:
    assert look_of(asked) is look


def test_the_colours_around_the_page_are_those_of_the_paper() -> None:
    light, dark = re.findall(r"--paper: (#\w+)", TOKENS)
    assert (COLOURS.light, COLOURS.dark) == (light, dark)


@pytest.mark.parametrize("look", BOTH)
def test_a_manifest_says_all_that_a_phone_asks_for(app: Flask, look: Look) -> None:
    found = manifest(app, look)
    assert found["name"] == found["short_name"] == look.shown
    assert (found["start_url"], found["scope"], found["display"]) == ("/open", "/", "standalone")
    assert [each["url"] for each in found["shortcuts"]] == ["/now"]
    assert {(each["sizes"], each["purpose"]) for each in found["icons"]} == {
        ("192x192", "any"),
        ("512x512", "any"),
        ("512x512", "maskable"),
    }
    for icon in found["icons"]:
        with app.test_client().get(icon["src"]) as answer:
            assert (answer.status_code, answer.content_type) == (200, "image/png")


def test_the_two_are_two_to_a_phone(app: Flask) -> None:
    assert len({manifest(app, look)["id"] for look in BOTH}) == 2


@pytest.mark.parametrize("look", BOTH)
def test_nothing_on_the_home_screen_speaks_of_therapy(app: Flask, look: Look) -> None:
    said = app.test_client().get(f"/{look}.webmanifest").text + "".join(file.name for file in FOLDER.iterdir())
    said += (FOLDER / f"{look}.svg").read_text()
    assert [word for word in OF_THERAPY if word in said.lower()] == []


def test_an_icon_keeps_its_address_while_it_stays_the_same(app: Flask, tmp_path: Path) -> None:
    before = manifest(app, Look.DAYS)
    (tmp_path / "icons").mkdir()
    for file in FOLDER.iterdir():
        (tmp_path / "icons" / file.name).write_bytes(file.read_bytes())
    version = static_files.version(app)
    app.static_folder = str(tmp_path)
    assert static_files.version(app) != version
    assert manifest(app, Look.DAYS) == before
    (tmp_path / "other").mkdir()
    (tmp_path / "icons").rename(tmp_path / "other" / "icons")
    (tmp_path / "other" / "icons" / "days-192.png").write_bytes(b"another")
    app.static_folder = str(tmp_path / "other")
    assert manifest(app, Look.DAYS) != before


def test_a_patients_pages_lead_to_the_usual_one_and_others_to_none(
    app: Flask, as_patient: Browser, as_therapist: Browser
) -> None:
    nobody = Browser(app.test_client())
    for page in (as_patient.get("/"), as_patient.get("/now"), as_patient.get("/help"), nobody.get("/phone/away")):
        assert links(page, "manifest") == ["/companion.webmanifest"]
        assert "companion-touch" in links(page, "apple-touch-icon")[0]
    for page in (as_therapist.get("/"), nobody.get("/sign-in"), nobody.get("/help")):
        assert links(page, "manifest") == []
        assert links(page, "apple-touch-icon") == []


@pytest.mark.parametrize("look", BOTH)
def test_the_choice_decides_what_the_page_for_it_links(as_patient: Browser, look: Look) -> None:
    as_patient.get("/")
    page = as_patient.get(f"/install?as={look}")
    assert links(page, "manifest") == [f"/{look}.webmanifest"]
    for rel in ("icon", "apple-touch-icon"):
        assert f"/icons/{look}" in links(page, rel)[0]
    title = attributes(page.document.query("meta[name=apple-mobile-web-app-title]")[0])
    assert title["content"] == look.shown
    chosen = page.document.query("a[aria-current=true]")
    assert [each.to_text().strip() for each in chosen] == [look.shown]
    assert links(as_patient.get("/"), "manifest") == ["/companion.webmanifest"]


@pytest.mark.parametrize(
    ("user_agent", "heading", "step"),
    [
        (IPHONE, "iPhone and iPad", "Add to Home Screen"),
        (CHROME, "Android, with Chrome", "Install app"),
        (SAMSUNG, "Android, with Samsung Internet", "Add page to"),
        (FIREFOX, "Android, with Firefox", "Add app to Home screen"),
        (LAPTOP, "Computer", "Add to Dock"),
    ],
)
def test_the_steps_for_this_device_come_first_and_the_others_are_folded(
    as_patient: Browser, user_agent: str, heading: str, step: str
) -> None:
    as_patient.client.environ_base["HTTP_USER_AGENT"] = user_agent
    page = as_patient.get("/install")
    assert page.document.query("h2")[-1].to_text() == heading
    first = page.document.query("main > ol")
    assert len(first) == 1
    assert step in first[0].to_text()
    assert len(page.document.query("main details ol")) == len(Platform) - 1


def test_settings_lead_there_and_the_therapist_has_no_such_page(as_patient: Browser, as_therapist: Browser) -> None:
    assert 'href="/install"' in as_patient.get("/settings").html
    assert 'href="/install"' not in as_therapist.get("/settings").html
    as_therapist.get("/install", expect=404)


def test_the_icons_are_as_drawn() -> None:
    assert {file.name for file in FOLDER.iterdir()} == {
        f"{name}{end}" for name in ICONS for end in (".svg", *(f"-{picture}.png" for picture in PICTURES))
    }
    for name, icon in ICONS.items():
        assert (FOLDER / f"{name}.svg").read_text() == icon.as_svg()
        assert pixels((FOLDER / f"{name}-192.png").read_bytes()) == pixels(as_png(icon, 192, corners=True))


def test_all_of_an_icon_stays_within_what_every_platform_leaves_of_it() -> None:
    for icon in ICONS.values():
        for shape in icon.shapes:
            reach = ((shape.x - 32) ** 2 + (shape.y - 32) ** 2) ** 0.5 + shape.radius + shape.line / 2
            assert reach <= 0.4 * 64


def pixels(png: bytes) -> bytes:
    """What a PNG of ours holds, however it was packed."""
    start = png.index(b"IDAT") + 4
    return zlib.decompress(png[start : png.index(b"IEND") - 8])

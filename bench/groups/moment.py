"""The two taps: how soon they are answered, and how soon Now can be tapped, in Chromium on the real server."""

from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, Playwright, expect, sync_playwright

from bench.browsing import Visit
from bench.ground import Ground
from bench.measuring import Benchmark, Figures
from tests.support.chromium import FLAGS, find_chromium
from tests.support.screens import PHONE

NOW = "/now"
TIMES = 15
"""How often each is measured."""
BARELY_NOTICED = 100
"""Milliseconds. What is answered within a tenth of a second is felt as immediate (Nielsen, Response Times, 1993)."""
ONE_BAR = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
"""Milliseconds there and back, and bytes a second."""
SLOWER = 4
"""How many times slower the phone's processor is."""

# From the second tap to the screen that says so: the tap is the change of the second scale, by a real click.
WATCH_SAVED = """() => {
  const saved = document.querySelector("[data-screen=saved]");
  window.took = new Promise((done) => {
    document.querySelector("#rate").addEventListener("click", (event) => {
      if (event.target.name !== "urge") return;
      const tapped = event.timeStamp;
      new MutationObserver(() => saved.hidden || requestAnimationFrame((shown) => done(shown - tapped)))
        .observe(saved, { attributes: true, attributeFilter: ["hidden"] });
    }, { capture: true });
  });
}"""
# From the start of the navigation to the first frame in which the first scale can be tapped.
WATCH_USABLE = """() => {
  window.usable = new Promise((done) => {
    const look = () => {
      const step = document.querySelector("#rate .step input");
      const box = step?.getBoundingClientRect();
      if (box?.height && document.styleSheets.length) done(performance.now());
      else requestAnimationFrame(look);
    };
    look();
  });
}"""


def checkin_tap_to_saved_vs_100ms(ground: Ground) -> Figures:
    """The median from the second tap to "Saved", with and without a connection, over a tenth of a second."""
    with _phone(ground) as (context, _):
        page = _with_worker(context)
        online = [_tap_to_saved(page) for _ in range(TIMES)]
        context.set_offline(offline=True)
        offline = [_tap_to_saved(page) for _ in range(TIMES)]
    times = {"online_ms": round(median(online), 1), "offline_ms": round(median(offline), 1)}
    return {"ratio": round(max(times.values()) / BARELY_NOTICED, 3), **times}


def now_cold_vs_without_worker(ground: Ground) -> Figures:
    """Opening Now to the first scale that can be tapped, on a slow phone with one bar; nothing in the HTTP cache."""
    with _phone(ground) as (context, _):
        _with_worker(context).close()
        with_worker = [_cold(context) for _ in range(TIMES)]
    with _phone(ground, service_workers="block") as (context, _):
        without = [_cold(context) for _ in range(TIMES)]
    times = {"with_ms": round(median(with_worker)), "without_ms": round(median(without))}
    return {"ratio": round(times["with_ms"] / times["without_ms"], 3), **times}


@contextmanager
def _phone(ground: Ground, **options: str) -> Iterator[tuple[BrowserContext, Visit]]:
    """A patient's phone, signed in, that has nothing of ours yet."""
    pair = ground.pairs["sqlite"]
    visit = pair.visits[0]
    with sync_playwright() as playwright:
        browser = _chromium(playwright)
        context = browser.new_context(base_url=pair.companion.url, viewport=PHONE, has_touch=True, **options)  # type: ignore[arg-type]
        cookies = [{"name": each.name, "value": each.value or "", "url": visit.url} for each in visit.cookies]
        context.add_cookies(cookies)  # type: ignore[arg-type]
        yield context, visit
        browser.close()


def _chromium(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))


def _with_worker(context: BrowserContext) -> Page:
    """A page of the app whose worker has all that it needs."""
    page = context.new_page()
    page.goto("/")
    page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    page.goto(NOW)
    expect(page.locator("[data-module=phone]")).to_be_visible()
    return page


def _tap_to_saved(page: Page) -> float:
    page.goto(NOW)
    expect(page.locator("[data-module=phone]")).to_be_visible()
    page.evaluate(WATCH_SAVED)
    for scale in ("guilt", "urge"):
        page.locator(f"#rate input[name={scale}][value='7']").tap(force=True)
    return float(page.evaluate("window.took"))


def _cold(context: BrowserContext) -> float:
    page = context.new_page()
    devtools = _slowed(context.new_cdp_session(page))
    page.add_init_script(f"({WATCH_USABLE})()")
    page.goto(NOW, wait_until="commit")
    took = float(page.evaluate("window.usable"))
    devtools.detach()
    page.close()
    return took


def _slowed(devtools: CDPSession) -> CDPSession:
    devtools.send("Network.enable")
    devtools.send("Network.clearBrowserCache")
    devtools.send("Network.emulateNetworkConditions", ONE_BAR)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    devtools.send("ServiceWorker.enable")
    devtools.send("ServiceWorker.stopAllWorkers")
    return devtools


BENCHMARKS = (
    Benchmark("checkin_tap_to_saved_vs_100ms", 1, checkin_tap_to_saved_vs_100ms),
    Benchmark("now_cold_vs_without_worker", 0.5, now_cold_vs_without_worker),
)

"""How a person uses a page: by touch, by mouse, or by the keyboard alone; each looks at every page it comes to."""

from abc import ABC, abstractmethod
from re import Pattern

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

FURTHEST = 120
"""How many times somebody would press Tab before giving up on a page."""


class Hand(ABC):
    """Somebody at a page."""

    def __init__(self, page: Page, *, looks: bool = True) -> None:
        self.page = page
        self.looks = looks

    def open(self, path: str) -> None:
        """Type an address."""
        self.page.goto(path)
        self.look()

    def press(self, name: str | Pattern[str]) -> None:
        """Press the button of this name, and look at what comes."""
        self._go(self.page.get_by_role("button", name=name, exact=True).first)

    def follow(self, name: str | Pattern[str], *, within: str = "body") -> None:
        """Follow the link of this name, and look at what comes."""
        self._go(self.page.locator(within).get_by_role("link", name=name, exact=True).first)

    def unfold(self, summary: str) -> None:
        """Open what is kept behind a tap."""
        self.activate(self.page.locator("summary", has_text=summary))

    def _go(self, target: Locator) -> None:
        with self.page.expect_navigation():
            self.activate(target)
        self.look()

    def choose(self, question: str, answer: str) -> None:
        """Pick one answer of a question."""
        group = self.page.get_by_role("group", name=question)
        self.pick(group, group.get_by_role("radio", name=answer, exact=True))

    def fill(self, label: str, text: str) -> None:
        """Write into the field of this label."""
        self.write(self.page.get_by_label(label, exact=True).first, text)

    def look(self) -> None:
        """What anybody would stumble over: faults that axe finds, or a page wider than the screen."""
        if not self.looks:
            return
        found = Axe().run(self.page)
        assert not found.response["violations"], f"{self.page.url}: {found.generate_report()}"
        width, room = self.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert width <= room, f"{self.page.url} is {width} px wide, on a screen of {room}"

    def sees(self, text: str) -> None:
        expect(self.page.locator("main")).to_contain_text(text)

    @abstractmethod
    def activate(self, target: Locator) -> None:
        """Press a button or follow a link."""

    @abstractmethod
    def tick(self, label: str) -> None:
        """Tick the box of this label."""

    @abstractmethod
    def pick(self, group: Locator, radio: Locator) -> None:
        """Choose one radio button of a group."""

    @abstractmethod
    def write(self, target: Locator, text: str) -> None:
        """Put text into a field in place of what is there."""


class Mouse(Hand):
    """A mouse, or a browser that runs no scripts."""

    def activate(self, target: Locator) -> None:
        target.click()

    def tick(self, label: str) -> None:
        self.activate(self.page.get_by_label(label))

    def pick(self, group: Locator, radio: Locator) -> None:  # noqa: ARG002  # the keyboard needs it
        radio.check(force=True)

    def write(self, target: Locator, text: str) -> None:
        target.fill(text)


class Finger(Mouse):
    """A finger on a phone."""

    def activate(self, target: Locator) -> None:
        target.tap()

    def pick(self, group: Locator, radio: Locator) -> None:  # noqa: ARG002  # the keyboard needs it
        radio.tap(force=True)


class Keyboard(Hand):
    """Tab, arrows, Space and Enter, and nothing else."""

    def activate(self, target: Locator) -> None:
        self._walk_to(target)
        self.page.keyboard.press("Enter")

    def tick(self, label: str) -> None:
        self._walk_to(self.page.get_by_label(label))
        self.page.keyboard.press("Space")

    def pick(self, group: Locator, radio: Locator) -> None:
        self._walk_to(group.get_by_role("radio"))
        for _ in range(group.get_by_role("radio").count()):
            if self._is_here(radio):
                break
            self.page.keyboard.press("ArrowDown")
        self.page.keyboard.press("Space")
        expect(radio).to_be_checked()

    def write(self, target: Locator, text: str) -> None:
        self._walk_to(target)
        if target.get_attribute("type") in {"date", "time"}:
            target.fill(text)  # its keys depend on the browser's language
            return
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)

    def _walk_to(self, target: Locator) -> None:
        """Press Tab until one of these has the focus."""
        for _ in range(FURTHEST):
            if self._is_here(target):
                return
            self.page.keyboard.press("Tab")
        message = f"no way by Tab to {target}"
        raise AssertionError(message)

    def _is_here(self, target: Locator) -> bool:
        return any(target.evaluate_all("found => found.map(each => each === document.activeElement)"))

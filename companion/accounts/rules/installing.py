"""How companion comes onto a home screen: under which name, and by which steps; pure."""

from dataclasses import dataclass
from enum import StrEnum

from companion.accounts.rules.sessions import Device, System, device_of


class Look(StrEnum):
    """The name and picture on the home screen; both say nothing, and what opens is the same."""

    COMPANION = "companion"
    DAYS = "days"

    @property
    def shown(self) -> str:
        """As it stands below the picture, in every language."""
        return {Look.COMPANION: "companion", Look.DAYS: "Days"}[self]


class Platform(StrEnum):
    """What differs in how something is put onto the home screen."""

    IPHONE = "iphone"
    ANDROID = "android"
    SAMSUNG = "samsung"
    FIREFOX = "firefox"
    COMPUTER = "computer"


@dataclass(frozen=True)
class Colours:
    """Of the paper, as in css/tokens.css: around the page, and behind it while it opens."""

    light: str = "#faf7f2"
    dark: str = "#191b1e"


COLOURS = Colours()


def look_of(asked: str) -> Look:
    """The one asked for; the usual one where it isn't one of ours."""
    return Look(asked) if asked in {*Look} else Look.COMPANION


def platform_of(user_agent: str) -> Platform:
    """Whose steps to show first. An iPad that calls itself a Mac is taken for a computer."""
    device, system = device_of(user_agent)
    if system in {System.IPHONE, System.IPAD}:
        return Platform.IPHONE
    if system is not System.ANDROID:
        return Platform.COMPUTER
    return {Device.SAMSUNG: Platform.SAMSUNG, Device.FIREFOX: Platform.FIREFOX}.get(device, Platform.ANDROID)

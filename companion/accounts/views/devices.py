"""A device in words, as far as people tell theirs apart."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from companion.accounts.rules.sessions import Device, System, device_of

BROWSERS = {
    Device.FIREFOX: "Firefox",
    Device.EDGE: "Edge",
    Device.SAMSUNG: "Samsung Internet",
    Device.OPERA: "Opera",
    Device.CHROME: "Chrome",
    Device.SAFARI: "Safari",
    Device.OTHER: _l("A browser"),
}
SYSTEMS = {
    System.IPHONE: "iPhone",
    System.IPAD: "iPad",
    System.ANDROID: "Android",
    System.WINDOWS: "Windows",
    System.MAC: "Mac",
    System.CHROME_OS: "Chromebook",
    System.LINUX: "Linux",
    System.OTHER: _l("a device"),
}


def in_words(device: Device, system: System) -> str:
    said: str = _("%(browser)s on %(system)s", browser=BROWSERS[device], system=SYSTEMS[system])
    return said


def device_in_words(user_agent: str) -> str:
    return in_words(*device_of(user_agent))

"""The numbers on Help; pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Need(StrEnum):
    """What somebody may need when they open Help."""

    EMERGENCY = "emergency"
    CRISIS = "crisis"
    TALK = "talk"
    VIOLENCE = "violence"


@dataclass(frozen=True)
class HelpLine:
    """A number to call. `name` is what the line calls itself, the same in every language."""

    need: Need
    number: str
    name: str = ""
    day_and_night: bool = True
    """Free and open at all hours."""
    source: str = ""
    """Where the number is published, to check it there."""


HELP_LINES_WRITTEN_ON = date(2026, 11, 24)
"""The day on which `HELP_LINES` was last gone over.

The numbers were written from public knowledge. A practice must call up the sources and compare before anyone relies
on them, and again whenever Help says that the list is old.
"""
HELP_LINES_HOLD_FOR = timedelta(days=180)

ANYWHERE_IN_THE_EU, ELSEWHERE = "EU", "ZZ"
"""Codes beside those of ISO 3166 for practices in countries whose lines aren't listed."""

EU_EMERGENCY = HelpLine(Need.EMERGENCY, "112", source="https://eena.org/about-112/")
HELP_LINES: dict[str, tuple[HelpLine, ...]] = {
    "DE": (
        EU_EMERGENCY,
        HelpLine(Need.TALK, "0800 111 0 111", "TelefonSeelsorge", source="https://www.telefonseelsorge.de"),
    ),
    "ES": (
        EU_EMERGENCY,
        HelpLine(Need.CRISIS, "024", "Línea 024", source="https://www.sanidad.gob.es/linea024/"),
    ),
    "FR": (
        EU_EMERGENCY,
        HelpLine(Need.EMERGENCY, "15", "SAMU", source="https://www.service-public.fr"),
        HelpLine(Need.CRISIS, "3114", "3114", source="https://3114.fr"),
    ),
    "GB": (
        HelpLine(Need.EMERGENCY, "999", source="https://www.gov.uk/guidance/999-and-112"),
        HelpLine(Need.TALK, "116 123", "Samaritans", source="https://www.samaritans.org"),
    ),
    "IE": (
        HelpLine(Need.EMERGENCY, "112", source="https://www.112.ie"),
        HelpLine(Need.EMERGENCY, "999", source="https://www.112.ie"),
        HelpLine(Need.TALK, "116 123", "Samaritans", source="https://www.samaritans.org/ireland/"),
    ),
    "IT": (
        EU_EMERGENCY,
        HelpLine(
            Need.TALK,
            "02 2327 2327",
            "Telefono Amico Italia",
            day_and_night=False,
            source="https://www.telefonoamico.it",
        ),
        HelpLine(Need.VIOLENCE, "1522", "1522", source="https://www.1522.eu"),
    ),
    "US": (
        HelpLine(Need.EMERGENCY, "911", source="https://www.911.gov"),
        HelpLine(Need.CRISIS, "988", "988 Lifeline", source="https://988lifeline.org"),
    ),
    ANYWHERE_IN_THE_EU: (EU_EMERGENCY,),
    ELSEWHERE: (),
}


def is_help_old(today: date) -> bool:
    """Whether the numbers on Help have stood for so long that they may be out of date."""
    return today - HELP_LINES_WRITTEN_ON > HELP_LINES_HOLD_FOR

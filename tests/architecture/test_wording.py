"""What is said to people: no shaming, no praise that judges, no order, and "drop" never without its object.

Every string that is shown goes through gettext (test_translatable.py), so all of them are found here, in the code and
in the catalogues. A question of the therapist's is held to the same: the patient reads it too, alone, at night.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

import companion

APPLICATION = Path(companion.__file__).parent
SOURCES = [("**.py", "python"), ("**.html", "jinja2")]
OPTIONS = {"**.html": {"extensions": "jinja2.ext.i18n,companion.web.once.Once"}}
KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None, "lazy_gettext": None}

SHAMES: Final = {
    "en": r"""
          miss(es|ed|ing)? | fail\w* | streaks? | overdue | (fall\w*|fell|are|run\w*)\ behind | lazy | weak\w*
        | excuses? | careless | you\ (didn.t|did\ not|haven.t|forgot|never) | (non-?|un)?complian\w*
        | (non-?)?adheren\w* | should\ have | only\ \d+ | again\ you | resist(ed|ing|ance|ant)
        | refus(ed|al|ing) | manipulat\w* | relapse\w* | cheat\w* | lied | a\ lie | lying | liar
        | disappoint\w* | poor(ly)? | bad(ly)? | worse\ than\ last | wrong\ with\ you | your\ fault | blame\w*
        | ashamed | guilty | not\ good\ enough | drop-?outs? | gave\ up
    """,
    "it": r"""
          mancat[oaie] | fallit[oaie] | falliment\w* | in\ ritardo | indietro | pigr[oaie]\w* | debol\w*
        | scus[ae] | non\ hai | hai\ dimenticato | avresti\ dovuto | aderenz\w* | resistenz\w* | rifiut\w*
        | manipol\w* | ricadut\w* | bugi\w* | delus\w* | scars[oaie] | male | colpa\ tua | colpevol\w*
        | ha\ rinunciato
    """,
}
JUDGES: Final = {
    "en": r"""
          well\ done | good\ (job|for\ you|work|boy|girl) | great | bravo | proud | congrat\w* | excellent
        | perfect | amazing | awesome | fantastic | impressive | success\w* | keep\ (it\ up|going)
        | you\ (did|made)\ it | better\ than | keep\ up | on\ track | achiev\w* | improve[ds]? | progress
        | reward\w* | hero\w* | strong\ of\ you | brave\w*
    """,
    "it": r"""
          bravissim\w* | brav[oaie] | ottim[oaie] | complimenti | congratulazioni | perfett[oaie]
        | fantastic[oaie] | fier[oaie] | orgoglios\w* | success[oi] | continua\ così | ce\ l.hai\ fatta
        | corag\w* | progress[oi]
    """,
}
ORDERS: Final = {
    "en": r"""
          you\ (must|should|ought\ to|need\ to|have\ to) | don.t\ (forget|give) | remember\ to | make\ sure
        | try\ harder
    """,
    "it": r"""
          devi | dovresti | non\ dimenticare | ricordati | sforzati
    """,
}
WITHOUT_OBJECT: Final = {
    "en": r"""\b(?<!_)(drop(s|ped|ping)?|giv(e|es|ing)\ up|gave\ up|quit(s|ting)?)\b
        (?!\s+(%\(|the\b|this\b|that\b|what\b|it\b|an?\b|one\b))""",
    "it": r"""\b(rinunci\w*|lascia(re|to|ta)?\ perdere|mollar\w*)\b
        (?!\s+(%\(|al?\b|all[aeo]?\b|agli\b|ai\b|all.|il\b|la\b|l.|ciò\b|quest\w+))""",
}
THIRD_PERSON: Final = {
    "en": r"\b(the\ patient|patients?|he|she|him|his|her|client)\b",
    "it": r"\b(il|la|del|della|al|alla)\ paziente\b",
}
MAY_STAND: Final = {"%(activity)s is dropped"}
"""Sentences that a pattern finds and that are as they ought to be: here the object stands before its verb."""


def shown() -> Iterator[tuple[str, str, str]]:
    """Language, text and place of all that is said to people."""
    found = extract_from_dir(APPLICATION, SOURCES, OPTIONS, KEYWORDS)
    for path, line, message, _comments, _context in found:
        for text in texts_of(message):
            yield "en", text, f"{path}:{line}"
    for catalogue in sorted(APPLICATION.rglob("*.po")):
        with catalogue.open("rb") as read:
            for entry in read_po(read):
                for text in texts_of(entry.string):
                    yield catalogue.parts[-3], text, f"{catalogue.name}: {entry.id}"


def texts_of(message: str | Iterable[str] | None) -> Iterable[str]:
    """A message, or both its singular and its plural."""
    return [message] if isinstance(message, str) else message or ()


def found_by(patterns: dict[str, str], language: str, text: str) -> list[str]:
    """What a pattern of this language finds; of one that isn't known here, all: somebody has to write its patterns."""
    pattern = patterns.get(language, r".+")
    whole = pattern if r"\b" in pattern else rf"\b({pattern})\b"
    return [match.group(0) for match in re.finditer(whole, text, re.IGNORECASE | re.VERBOSE)]


def offences_against(patterns: dict[str, str]) -> list[str]:
    return [
        f"{where}: {text!r}: {found}"
        for language, text, where in shown()
        if text not in MAY_STAND and (found := found_by(patterns, language, text))
    ]


def test_what_is_shown_is_found() -> None:
    texts = {text for _language, text, _where in shown()}
    assert len(texts) > 1000
    assert {"Saved. You can stop here.", "The guilt may stay. What next?", "How did it go?"} <= texts


def test_nothing_shames() -> None:
    assert offences_against(SHAMES) == []


def test_nothing_praises_as_if_it_had_been_judged() -> None:
    assert offences_against(JUDGES) == []
    assert [text for _language, text, _where in shown() if "!" in text] == []


def test_nothing_orders() -> None:
    assert offences_against(ORDERS) == []


def test_to_drop_has_its_object() -> None:
    assert offences_against(WITHOUT_OBJECT) == []


def test_every_question_can_be_read_by_whom_it_is_about() -> None:
    asked = [(language, text, where) for language, text, where in shown() if "?" in text]
    assert [f"{where}: {text!r}" for language, text, where in asked if found_by(THIRD_PERSON, language, text)] == []


@pytest.mark.parametrize(
    ("patterns", "language", "text"),
    [
        (SHAMES, "en", "You missed two tasks"),
        (SHAMES, "en", "3 failed attempts"),
        (SHAMES, "en", "Overdue"),
        (SHAMES, "it", "Non hai fatto nulla"),
        (JUDGES, "en", "Well done"),
        (JUDGES, "en", "Great, keep going"),
        (JUDGES, "it", "Ottimo"),
        (ORDERS, "en", "You have to say how it went"),
        (ORDERS, "it", "Devi dirlo"),
        (WITHOUT_OBJECT, "en", "Do you want to drop out?"),
        (WITHOUT_OBJECT, "en", "Urge to give up"),
        (WITHOUT_OBJECT, "en", "%(name)s wanted to drop."),
        (WITHOUT_OBJECT, "it", "Voglia di rinunciare"),
        (THIRD_PERSON, "en", "Does the patient avoid it?"),
        (SHAMES, "xx", "A language whose words nobody has listed"),
    ],
)
def test_the_patterns_find(patterns: dict[str, str], language: str, text: str) -> None:
    assert found_by(patterns, language, text)


@pytest.mark.parametrize(
    ("patterns", "language", "text"),
    [
        (SHAMES, "en", "No word on some of it."),
        (SHAMES, "en", "Nothing is owed."),
        (JUDGES, "en", "Something good"),
        (ORDERS, "en", "You can stop here."),
        (WITHOUT_OBJECT, "en", "How much do you want to drop %(what)s?"),
        (WITHOUT_OBJECT, "en", "wanting to drop the plan"),
        (WITHOUT_OBJECT, "it", "Quanta voglia hai di rinunciare a %(what)s?"),
        (WITHOUT_OBJECT, "it", "rinunciare alla cena"),
        (THIRD_PERSON, "en", "Is this still yours, or too big?"),
    ],
)
def test_the_patterns_let_stand(patterns: dict[str, str], language: str, text: str) -> None:
    assert not found_by(patterns, language, text)

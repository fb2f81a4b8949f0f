"""What stood in an entry before, as its page tells it: each thing in a few words."""

from collections.abc import Iterator

from flask_babel import gettext as _

from companion.checkins.forms.words import FEELING_NAMES, as_said
from companion.checkins.queries import Before


def told(before: Before) -> list[str]:
    """All of it but the numbers of the open door and what was written."""
    return [part for part in (*_of_moment(before), *_of_detail(before)) if part]


def _of_moment(before: Before) -> Iterator[str]:
    if before.moment:
        yield _("urge %(value)s", value=before.moment.urge)
        yield as_said(before.moment.outcome)
        if before.moment.worth_less is not None:
            yield _("felt less worth %(value)s", value=before.moment.worth_less)


def _of_detail(before: Before) -> Iterator[str]:
    yield as_said(before.guilt_kind)
    yield from map(as_said, before.body)
    for name, value in before.feelings.items():
        yield f"{FEELING_NAMES[name]} {value}"
    yield before.trigger
    yield before.person

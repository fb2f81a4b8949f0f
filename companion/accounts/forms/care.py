"""What a therapist says when care changes hands."""

from collections.abc import Iterable
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.validators import InputRequired

from companion.web.forms import Form, day, options_of


def colleague_field(label: object) -> SelectField:
    """Nobody stands preselected: whoever is chosen reads everything."""
    chosen = InputRequired(_l("Please choose one."))
    return SelectField(label, choices=options_of([("", _l("Please choose"))]), validators=[chosen])  # type: ignore[arg-type]  # a lazy text


def offer(field: SelectField, colleagues: Iterable[tuple[UUID, str]]) -> None:
    """Have the colleagues among a field's choices."""
    field.choices = options_of([("", _l("Please choose")), *((str(key), name) for key, name in colleagues)])


class CoverForm(Form):
    by = colleague_field(_l("Who covers"))
    last_day = day(_l("Last day"), required=True)


class TransferForm(Form):
    to = colleague_field(_l("Who takes over"))

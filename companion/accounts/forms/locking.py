"""Locking, opening, and the PIN."""

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField
from wtforms.validators import InputRequired, Length

from companion.accounts.forms.parts import hidden
from companion.accounts.forms.signing_in import OnwardForm
from companion.web.forms import Form, no_nul

LONGEST_TYPED = 40
"""Blanks and all; how long a PIN may be is said by the rules."""


def pin_field(label: object, **more: object) -> PasswordField:
    """Digits, from the keyboard of digits; no browser is to keep it with the passwords."""
    return PasswordField(
        label,  # type: ignore[arg-type]  # a lazy text
        validators=[
            InputRequired(_l("Please type the PIN.")),
            Length(max=LONGEST_TYPED, message=_l("This is too long.")),
            no_nul,
        ],
        render_kw={"inputmode": "numeric", "autocomplete": "off", **more},
    )


class LockForm(Form):
    """At the top of every page."""

    leave = hidden(_l("Leave"))
    """Said where somebody goes away altogether."""


class WritingForm(Form):
    """What was being written when the app got out of sight; sent by the page's script."""

    path = hidden(_l("Page"))
    fields = hidden(_l("What was being written"))
    """As a form sends it, in one."""


class OpenForm(OnwardForm):
    """Where there is no PIN: one tap opens."""


class OpenByPinForm(OpenForm):
    pin = pin_field(_l("PIN"), autofocus=True)


class NewPinForm(Form):
    pin = pin_field(
        _l("New PIN"),
        **{"data-module": "reveal", "data-show": _l("Show the PIN"), "data-hide": _l("Hide the PIN")},
    )

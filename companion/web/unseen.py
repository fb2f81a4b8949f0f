"""What a page carries in hidden fields: written by no hand, and read as carefully as what is."""

from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field
from wtforms.validators import InputRequired
from wtforms.widgets import HiddenInput

from companion.kernel.errors import RefusedError, SentBeforeError
from companion.kernel.ids import new_id
from companion.web.forms import Form

SENT_BEFORE = _l("This page was sent before, with other words; those are kept. To say this as well, send it again.")


class UnseenField(Field):
    """Carried by the page. What can't be read is not sent back."""

    widget = HiddenInput()

    def _value(self) -> str:
        return "" if self.data is None else str(self.data)


class IdField(UnseenField):
    """An id that the page made or carries; None where there is none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if not any(valuelist):
            return
        try:
            self.data = UUID(valuelist[0])
        except ValueError:
            raise ValueError(_("This page was not whole. It has been made anew: please send it again.")) from None


class SeenField(UnseenField):
    """The hash of what the page shows, in hexadecimal; b"" for what can't be one."""

    def _value(self) -> str:
        return self.data.hex() if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            self.data = bytes.fromhex(valuelist[0]) if valuelist else b""
        except ValueError:
            self.data = b""


class OnceForm(Form):
    """A form with an id made when its page was, so that sending it twice does it once."""

    id = IdField(_l("This page"), validators=[InputRequired(_l("Please send it again."))], default=new_id)

    def renew(self) -> None:
        """Give the page another id, where the one it came with can't be used."""
        self.id.data = self.id.data or new_id()

    def refuse(self, refused: RefusedError) -> None:
        """Show why; a page that was sent before, with other words, becomes another page, so that these can be sent."""
        if isinstance(refused, SentBeforeError):
            self.id.data, refused = new_id(), RefusedError(SENT_BEFORE)
        super().refuse(refused)

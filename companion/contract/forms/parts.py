"""What several forms of the contract share: ids that a page carries."""

from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import Field
from wtforms.validators import DataRequired
from wtforms.widgets import HiddenInput

from companion.kernel.ids import new_id
from companion.web.forms import Form


class SeenField(Field):
    """The content hash of the version that the page shows, in hexadecimal; b"" for what can't be one."""

    widget = HiddenInput()

    def _value(self) -> str:
        return self.data.hex() if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            self.data = bytes.fromhex(valuelist[0]) if valuelist else b""
        except ValueError:
            self.data = b""


class IdField(Field):
    """An id that the page carries; None where it carries none that is one."""

    widget = HiddenInput()

    def _value(self) -> str:
        return str(self.data or "")

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            self.data = UUID(valuelist[0]) if valuelist else None
        except ValueError:
            self.data = None


class OnceForm(Form):
    """A form with an id made when its page was, so that sending it twice does it once."""

    id = IdField(_l("This page"), validators=[DataRequired(_l("Please send it again."))], default=new_id)

    def renew(self) -> None:
        """Give the page another id, where the one it came with can't be used."""
        self.id.data = self.id.data or new_id()

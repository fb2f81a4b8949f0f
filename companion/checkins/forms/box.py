"""The envelope in which a phone hands over what it sealed."""

import base64
import binascii
import re
from datetime import datetime
from typing import Final
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import InputRequired

from companion.accounts.rules import Actor, is_zone
from companion.checkins.forms.entries import InstantField, phones_instant
from companion.checkins.rules import Came
from companion.kernel.box import Item
from companion.web.forms import Form
from companion.web.unseen import IdField, UnseenField

URL_SAFE: Final = re.compile(r"[A-Za-z0-9_-]+")


class SealedField(UnseenField):
    """Bytes as base64url without padding; what isn't that is an error, and isn't kept."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        sent = valuelist[0] if valuelist else ""
        if not URL_SAFE.fullmatch(sent):
            raise ValueError(_("This could not be read."))
        try:
            self.data = base64.urlsafe_b64decode(sent + "=" * (-len(sent) % 4))
        except binascii.Error:
            raise ValueError(_("This could not be read.")) from None


class EnvelopeForm(Form):
    """Whose box it is for, under which id it was sealed, and the phone's clock at sending."""

    id = IdField(_l("Item"), validators=[InputRequired()])
    owner = IdField(_l("Owner"), validators=[InputRequired()])
    sealed = SealedField(_l("Sealed"))
    sent_at = InstantField(_l("Sent"))

    def came(self, item: Item, patient: Actor) -> Came:
        """The item with what the phone says of when and where, its account's zone where it says none that exists."""
        told = dict(reversed(item.fields))
        zone = told.get("zone", "")
        return Came(
            id=self.item_id,
            item=item,
            entered_at=phones_instant(told.get("entered_at", "")),
            sent_at=self.sent_on,
            zone=str(zone) if is_zone(zone) else patient.zone,
        )

    @property
    def item_id(self) -> UUID:
        """Of a valid form."""
        item_id: UUID = self.id.data
        return item_id

    @property
    def sent_on(self) -> datetime | None:
        """By the phone's clock."""
        sent_at: datetime | None = self.sent_at.data
        return sent_at

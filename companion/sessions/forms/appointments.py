"""What is sent about appointments: when the next is, the patient's point for it, what else to talk about."""

from flask_babel import lazy_gettext as _l
from wtforms import Field, ValidationError
from wtforms.validators import InputRequired

from companion.sessions.queries import PointRead, fingerprint_of
from companion.sessions.rules.agenda import About
from companion.web.forms import Form, day, line, text, time_of_day
from companion.web.unseen import IdField, OnceForm, SeenField, UnseenField

NOT_WHOLE = _l("This page was not whole. It has been made anew: please send it again.")


class SessionForm(Form):
    day = day(_l("Day"), required=True)
    time = time_of_day(_l("Time"), required=True)


class PointForm(Form):
    seen = SeenField(_l("What stood"))
    words = text(_l("What I want to talk about"))
    on_the_page = text(_l("What I’d like on the page we look at together"))

    @classmethod
    def of(cls, point: PointRead, stands: PointRead) -> "PointForm":
        return cls(formdata=None, words=point.words, on_the_page=point.on_the_page, seen=fingerprint_of(stands))

    @property
    def point(self) -> PointRead:
        return PointRead(self.words.data or "", self.on_the_page.data or "")


class AgendaForm(OnceForm):
    what = line(_l("Something else to talk about"), required=True)


class TickForm(Form):
    """The button beside an item of the agenda."""

    about = UnseenField(_l("What"))
    subject = IdField(_l("Which"), validators=[InputRequired(NOT_WHOLE)])
    ticked = UnseenField(_l("Talked about"))

    def validate_about(self, field: Field) -> None:
        if field.data not in set(About):
            raise ValidationError(str(NOT_WHOLE))

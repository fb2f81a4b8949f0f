"""Forms of the care page."""

from flask_babel import lazy_gettext as _l

from companion.web.forms import Form, day, time_of_day


class SessionForm(Form):
    day = day(_l("Day"), required=True)
    time = time_of_day(_l("Time"), required=True)


class EmptyForm(Form):
    """Nothing to fill in: that it is sent is the answer."""

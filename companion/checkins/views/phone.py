"""What lies on the phone: the same for everybody, so that the phone may keep it; nothing of anybody is read."""

from typing import TypeVar

from flask import render_template
from flask.typing import ResponseReturnValue

from companion.accounts.access import Policy, access
from companion.checkins.forms.beside import ReflectionForm
from companion.checkins.forms.entries import FEELING_FIELDS, GLAD, DetailForm, GuiltForm, RatingsForm
from companion.checkins.forms.moments import MomentForm, TellForm
from companion.checkins.forms.words import ANSWERED, NEXTS
from companion.checkins.rules import ENOUGH_IN_A_WHILE, Visibility
from companion.checkins.views.blueprint import bp
from companion.checkins.views.entries import KEEPS, PREPARED, how_much
from companion.web.forms import Form

Kind = TypeVar("Kind", bound=Form)

ANYTHING = "{what}"
"""Where the page puts what the patient is about to do, once it knows."""


@bp.get("/phone/now")
@access(Policy.PUBLIC)
def phone_now() -> ResponseReturnValue:
    more = _for_the_phone(DetailForm, "more", visibility=Visibility.SHARED)
    more.new_trigger.label.text, more.new_person.label.text = more.trigger.label.text, more.person.label.text
    toward = _for_the_phone(TellForm, "toward")
    toward.new_person.label.text = toward.person.label.text
    return render_template(
        "checkins/phone_now.html",
        rate=_asking(_for_the_phone(GuiltForm, "rate")),
        again=_asking(_for_the_phone(RatingsForm, "again")),
        words=_for_the_phone(MomentForm, "words"),
        more=more,
        toward=toward,
        lines=_for_the_phone(ReflectionForm, "lines"),
        feelings=[more[name] for name in (*GLAD, *(each for each in FEELING_FIELDS if each not in GLAD))],
        question=how_much(ANYTHING),
        enough_at=ENOUGH_IN_A_WHILE,
        ways=[(each, label, ANSWERED[each]) for each, label in NEXTS.items()],
        prepares=tuple(PREPARED),
        keeps=KEEPS,
    )


@bp.get("/phone")
@access(Policy.PUBLIC)
def phone() -> ResponseReturnValue:
    return render_template("checkins/phone.html")


def _asking(form: Kind) -> Kind:
    """Both questions, without knowing what about."""
    form["urge"].label.text = how_much("")
    return form


def _for_the_phone(kind: type[Kind], name: str, **values: object) -> Kind:
    """An empty form without a token, whose fields' ids are its own among the others of the page."""
    form = kind(formdata=None, meta={"csrf": False}, **values)
    for field in form:
        field.id = f"{name}-{field.id}"
        field.label.field_id = field.id
        if "form" in (field.render_kw or {}):
            field.render_kw = {"form": name}
    return form

"""The patient's cards: their own words to meet an urge with."""

from collections.abc import Callable
from http import HTTPStatus
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from companion.accounts.access import Policy, access, actor
from companion.checkins import queries, services
from companion.checkins.forms.cards import CardForm
from companion.checkins.queries import CardRead
from companion.checkins.views.blueprint import bp
from companion.kernel.errors import RefusedError
from companion.transaction import transaction
from companion.web.forms import EmptyForm, Form
from companion.web.now import now

REFUSED = HTTPStatus.UNPROCESSABLE_ENTITY


@bp.get("/cards")
@access(Policy.PATIENT)
def cards() -> ResponseReturnValue:
    return _cards_page(EmptyForm(formdata=None))


@bp.get("/cards/new")
@access(Policy.PATIENT)
def new_card() -> ResponseReturnValue:
    return _card_page(CardForm(formdata=None))


@bp.post("/cards/new")
@access(Policy.PATIENT)
def add_card() -> ResponseReturnValue:
    form = CardForm()
    return _keep(form, None, lambda words: services.add_card(actor(), words, now(), form.id.data))


@bp.get("/cards/<uuid:card_id>")
@access(Policy.PATIENT)
def card(card_id: UUID) -> ResponseReturnValue:
    found = queries.card(actor(), card_id)
    return _card_page(CardForm.of(found), found)


@bp.post("/cards/<uuid:card_id>")
@access(Policy.PATIENT)
def keep_card(card_id: UUID) -> ResponseReturnValue:
    """Keep what was suggested, as it reads or in other words; or reword one's own."""
    found = queries.card(actor(), card_id)
    form = CardForm()

    def keep(words: str) -> None:
        if found.is_mine:
            services.change_card(actor(), card_id, words, form.seen.data or b"")
        else:
            services.keep_suggested(actor(), card_id, words, now())

    return _keep(form, found, keep)


@bp.post("/cards/<uuid:card_id>/let-go")
@access(Policy.PATIENT)
def let_go(card_id: UUID) -> ResponseReturnValue:
    return _press(card_id, lambda: services.let_go_of_card(actor(), card_id, now()))


@bp.post("/cards/<uuid:card_id>/first")
@access(Policy.PATIENT)
def put_first(card_id: UUID) -> ResponseReturnValue:
    return _press(card_id, lambda: services.put_card_first(actor(), card_id))


def _press(card_id: UUID, act: Callable[[], None]) -> ResponseReturnValue:
    queries.card(actor(), card_id)
    form = EmptyForm()
    if not form.validate():
        return _cards_page(form), REFUSED
    with transaction():
        act()
    return redirect(url_for("checkins.cards"), HTTPStatus.SEE_OTHER)


def _keep(form: CardForm, card: CardRead | None, keep: Callable[[str], object]) -> ResponseReturnValue:
    stands: CardRead | None = None
    if form.validate():
        try:
            with transaction():
                keep(form.words.data or "")
        except RefusedError as refused:
            form.refuse(refused)
            if card:
                stands = queries.card(actor(), card.id)
                form.seen.data = queries.card_fingerprint(stands)
        else:
            flash(_("Kept. It is yours."))
            return redirect(url_for("checkins.cards"), HTTPStatus.SEE_OTHER)
    form.renew()
    return _card_page(form, card, stands), REFUSED


def _cards_page(form: Form) -> str:
    return render_template("checkins/cards.html", cards=queries.cards_of(actor()), form=form)


def _card_page(form: CardForm, card: CardRead | None = None, stands: CardRead | None = None) -> str:
    return render_template("checkins/card.html", form=form, card=card, stands=stands)

"""A minute and a half of company after a save, and being reminded to look again."""

from enum import StrEnum
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from companion.accounts.access import Policy, access, actor
from companion.checkins import queries
from companion.checkins.forms.entries import OnceForm
from companion.checkins.views import acts
from companion.checkins.views.blueprint import bp
from companion.checkins.views.entries import saved_page, to_saved, unread
from companion.kernel.when import When
from companion.transaction import transaction
from companion.web.now import now


class Step(StrEnum):
    """What follows on the first page of it, each on one of its own."""

    STANDING = "standing"
    UNSEEN = "unseen"
    BREATHING = "breathing"


@bp.get("/now/<uuid:check_in_id>/alongside")
@access(Policy.PATIENT)
def alongside(check_in_id: UUID) -> ResponseReturnValue:
    """The patient's own card and where they are; then a posture, and breathing. An unknown step is the first."""
    entry = queries.one_of_mine(actor(), check_in_id, now())
    step = next((each for each in Step if each == request.args.get("step")), None)
    card = None if step else next((each for each in queries.cards_of(actor()) if each.is_mine), None)
    return render_template("checkins/alongside.html", entry=entry, step=step, card=card)


@bp.post("/now/<uuid:check_in_id>/second-look")
@access(Policy.PATIENT)
def look_again(check_in_id: UUID) -> ResponseReturnValue:
    entry = queries.one_of_mine(actor(), check_in_id, now())
    form = OnceForm()
    if not form.validate():
        return unread(saved_page, check_in_id)
    with transaction():
        acts.look_again(actor(), entry.id, form, When.at_once(now()))
    return to_saved(check_in_id)

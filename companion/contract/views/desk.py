"""Where each side works at its draft: the same pages under a path and a policy of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField

from companion.accounts.access import Policy, access, actor
from companion.accounts.queries import Patient, patient_for
from companion.accounts.rules import Actor, Role
from companion.contract import queries
from companion.contract.queries import VersionRead
from companion.contract.views.blueprint import bp
from companion.kernel.errors import NotFoundError
from companion.kernel.words import Words
from companion.web.forms import Form

View = Callable[..., ResponseReturnValue]

OF_THERAPIST = "/patients/<uuid:patient_id>/contract/<uuid:version_id>"
OF_PATIENT = "/agreement/<uuid:version_id>"


@dataclass(frozen=True)
class Desk:
    """Who works at which patient's contract; in templates `desk`."""

    patient: Patient
    side: Role

    @property
    def layout(self) -> str:
        """What the side's pages stand in."""
        return "layouts/one_patient.html" if self.is_therapists else "contract/_own_page.html"

    @property
    def is_therapists(self) -> bool:
        return self.side is Role.THERAPIST

    def to(self, endpoint: str, version_id: UUID, **ids: Any) -> str:
        """The address of this side's page for a version."""
        if self.is_therapists:
            return url_for(f"contract.{endpoint}", patient_id=self.patient.id, version_id=version_id, **ids)
        return url_for(f"contract.my_{endpoint}", version_id=version_id, **ids)

    def draft(self, version_id: UUID) -> str:
        """The address of the side's own draft, as it writes it."""
        return self.version(version_id) if self.is_therapists else self.to("draft", version_id)

    def version(self, version_id: UUID) -> str:
        """The address at which this side reads a version, and says what it has to say to it."""
        if self.is_therapists:
            return url_for("contract.version", patient_id=self.patient.id, version_id=version_id)
        return url_for("contract.answer", version_id=version_id)

    @property
    def home(self) -> str:
        """Where all that is agreed and proposed stands together."""
        if self.is_therapists:
            return url_for("contract.workshop", patient_id=self.patient.id)
        return url_for("contract.agreement")


def desk_at(patient_id: UUID) -> Desk:
    """The desk of whoever is signed in, at the contract of a patient; raises NotFoundError for anyone else's."""
    return Desk(patient_for(actor(), patient_id), actor().role)


def desk_of(version: VersionRead) -> Desk:
    """The desk of whoever is signed in, at a version that they have been shown to see."""
    return desk_at(version.patient_id)


Load = Callable[[Actor, UUID, UUID], object]


def page(
    rule: str, *methods: str, load: Load = queries.version, typed: type[Form] | None = None
) -> Callable[[View], View]:
    """Make a view a page of both sides; it is handed what `load` finds for whoever asks, the version, and other ids.

    What was `typed` for a draft that isn't there any more is shown, to copy.
    """

    def of_both(view: View) -> View:
        @access(Policy.THERAPIST)
        @wraps(view)
        def of_therapist(patient_id: UUID, version_id: UUID, **ids: UUID) -> ResponseReturnValue:
            return _or_gone(patient_id, lambda: view(load(actor(), patient_id, version_id), **ids), typed)

        @access(Policy.PATIENT)
        @wraps(view)
        def of_patient(version_id: UUID, **ids: UUID) -> ResponseReturnValue:
            return _or_gone(actor().id, lambda: view(load(actor(), actor().id, version_id), **ids), typed)

        name = view.__name__
        bp.add_url_rule(OF_THERAPIST + rule, name, of_therapist, methods=methods)
        bp.add_url_rule(OF_PATIENT + rule, f"my_{name}", of_patient, methods=methods)
        return view

    return of_both


def _or_gone(
    patient_id: UUID, answer: Callable[[], ResponseReturnValue], typed: type[Form] | None
) -> ResponseReturnValue:
    """What the page answers, or a plain word and what was typed where its draft was thrown away meanwhile.

    A version that never was, or is somebody else's, answers alike.
    """
    try:
        return answer()
    except NotFoundError:
        if typed is None:
            raise
        desk, form = desk_at(patient_id), typed()
    form.validate()  # which makes it fit to stand in a page again
    words = [(field.label.text, Words(field.data)) for field in form if isinstance(field, StringField) and field.data]
    return render_template("contract/gone.html", desk=desk, patient=desk.patient, words=words), HTTPStatus.NOT_FOUND

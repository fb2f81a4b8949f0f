"""Sessions that were really set, prepared and written up, as short as a test can say them."""

from datetime import datetime, timedelta
from uuid import UUID

from companion.sessions import services
from companion.sessions.queries import meetings
from companion.sessions.rules import ChosenBy, SceneKind, SceneWords
from companion.transaction import transaction
from tests.factories.people import Practice

DAY = timedelta(days=1)


def session_at(practice: Practice, at_session: datetime) -> UUID:
    """A session of the practice's pair, set the day before it."""
    with transaction():
        services.set_next_session(practice.therapist, practice.patient.id, at_session, at_session - DAY)
    found = meetings(practice.patient, practice.patient.id)
    return next(each.id for each in found if each.at == at_session)


def scene_words(
    *,
    scene: str = "At the table, saying that I go",
    words_found: str = "",
    guilt_after: int | None = None,
    lineage_id: UUID | None = None,
) -> SceneWords:
    return SceneWords(
        kind=SceneKind.ROLE_PLAY,
        lineage_id=lineage_id,
        scene=scene,
        chosen_by=ChosenBy.TOGETHER,
        guilt_before=8,
        guilt_after=guilt_after,
        words_found=words_found,
    )


def scene_in(
    practice: Practice,
    session_id: UUID,
    at: datetime,
    *,
    words: SceneWords | None = None,
) -> UUID:
    with transaction():
        return services.begin_scene(practice.therapist, practice.patient.id, session_id, words or scene_words(), at)

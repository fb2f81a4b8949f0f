"""How it is lately, asked once a month: is this helping, and how alive, free and close it is."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l

from companion.accounts.rules import Actor
from companion.checkins.models import HelpCheck, Vitality
from companion.checkins.rules import Helped, Vital, id_for
from companion.checkins.services.reflecting import keep_once, keep_words
from companion.checkins.services.rows import insert_once
from companion.kernel.errors import RefusedError

NOT_SAID = Vital()


@dataclass(frozen=True)
class Lately:
    """What is said; each part may be left out."""

    helped: Helped | None = None
    words: str = ""
    vital: Vital = NOT_SAID


def say_how_it_is(actor: Actor, client_id: UUID, said: Lately, at: datetime, *, words_private: bool = False) -> None:
    """Keep what is said. Sent again it is the same. Raises RefusedError (helped) where nothing is."""
    if said == Lately():
        raise RefusedError(_l("Nothing is chosen yet. One answer is enough, and none is owed."), "helped")
    content = {"helped": said.helped, "words": str(said.words)}
    once = id_for(client_id, content | asdict(said.vital))
    made = keep_once(HelpCheck, actor, once, content | {"received_at": at, "words_private": words_private})
    if made and said.vital.is_said:
        insert_once(Vitality, {"patient_id": actor.id, "help_check_id": made} | _numbers(said.vital), "help_check_id")


def put_off(actor: Actor, client_id: UUID, at: datetime) -> None:
    """Say "not now": it is asked again in a week."""
    keep_once(HelpCheck, actor, client_id, {"put_off": True, "received_at": at, "words_private": False})


def keep_help_words(actor: Actor, help_check_id: UUID, *, words_private: bool, seen: int) -> None:
    """Say who may read the words of an answer from now on; see `keep_words`."""
    keep_words(HelpCheck, actor, help_check_id, words_private=words_private, seen=seen)


def _numbers(vital: Vital) -> dict[str, object]:
    numbers: dict[str, object] = {}
    for name, said in (("alive", vital.alive), ("free", vital.free), ("close", vital.close)):
        numbers |= {name: said.value, f"{name}_cant_tell": said.cant_tell}
    return numbers

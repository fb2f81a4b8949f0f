"""One-time codes from an authenticator, and the recovery codes that stand in for it."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from companion.accounts.models import Authenticator, RecoveryCode
from companion.accounts.rules.factors import RECOVERY_CODES, By, new_recovery_code, recovery_hash, step_of_code
from companion.accounts.services.signing_in import lock_person
from companion.audit.rules import Event
from companion.audit.services import note
from companion.extensions import db
from companion.kernel.errors import RefusedError
from companion.kernel.ids import new_id

WRONG_CODE = _l("This code doesn't fit. Each works once; please wait for the next one.")


def spend_code(user_id: UUID, typed: str, at: datetime) -> By | None:
    """How a code lets somebody in who gave the right password: from the authenticator, or a recovery code; else None.

    Each lets in once, however often it is sent at once: one statement decides.
    """
    if _spend_step(user_id, typed, at):
        return By.PASSWORD_AND_CODE
    if (code_hash := recovery_hash(typed)) is None:
        return None
    mine = (RecoveryCode.user_id == user_id, RecoveryCode.code_hash == code_hash)
    gone = db.session.execute(sa.delete(RecoveryCode).where(*mine).returning(RecoveryCode.user_id))
    return By.PASSWORD_AND_RECOVERY_CODE if gone.one_or_none() else None


def set_authenticator(user_id: UUID, secret: str, typed: str, at: datetime) -> list[str]:
    """Take an authenticator that shows the right code in place of the one before; returns new recovery codes.

    Raises RefusedError (code) for a wrong code.
    """
    if (step := step_of_code(secret, typed, at)) is None:
        raise RefusedError(WRONG_CODE, field="code")
    lock_person(user_id)  # so that of two at once the second takes the place of the first
    db.session.execute(sa.delete(Authenticator).where(Authenticator.user_id == user_id))
    # The code that proves it is thereby used.
    db.session.add(Authenticator(id=new_id(), user_id=user_id, secret=secret, last_step=step))
    db.session.flush()
    note(Event.AUTHENTICATOR_SET, at, actor_id=user_id, person_id=user_id)
    return make_recovery_codes(user_id, at)


def make_recovery_codes(user_id: UUID, at: datetime) -> list[str]:
    """Make new recovery codes; those before open nothing any more. They can't be shown again."""
    lock_person(user_id)  # so that of two at once the codes of one are left
    codes = [new_recovery_code() for _ in range(RECOVERY_CODES)]
    db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    db.session.execute(
        sa.insert(RecoveryCode), [{"code_hash": recovery_hash(code), "user_id": user_id} for code in codes]
    )
    note(Event.RECOVERY_CODES_MADE, at, actor_id=user_id, person_id=user_id)
    return codes


def forget_authenticator(user_id: UUID) -> None:
    """Take authenticator and recovery codes away, as when they are lost."""
    db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    db.session.execute(sa.delete(Authenticator).where(Authenticator.user_id == user_id))


def _spend_step(user_id: UUID, typed: str, at: datetime) -> bool:
    row = db.session.execute(
        sa.select(Authenticator.id, Authenticator.secret).where(Authenticator.user_id == user_id)
    ).one_or_none()
    step = step_of_code(row.secret, typed, at) if row else None
    if row is None or step is None:
        return False
    newer = (Authenticator.id == row.id, Authenticator.last_step < step)
    spent = db.session.execute(
        sa.update(Authenticator).where(*newer).values(last_step=step).returning(Authenticator.id)
    )
    return spent.one_or_none() is not None

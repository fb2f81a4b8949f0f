"""No text of a patient's lies open in the database: every column that could hold one is sealed, or stands here."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from companion.extensions import Base, db
from companion.sealed import WithWords

OPEN = {
    # Made by us, not written by anybody.
    "user.password_hash": "a hash",
    "user.pin_hash": "a hash",
    "audit_event.event": "a code of `Event`",
    "audit_event.about": "ids, numbers and codes: `told` refuses anything else",
    "passkey.credential_id": "random, made by a device",
    "passkey.public_key": "a key that is no secret",
    "consent.text_version": "a version number",
    # One of a fixed list.
    "user.language": "a code",
    "user.zone": "an IANA name",
    "zone_stay.zone": "an IANA name",
    "experiment.zone": "an IANA name",
    "debrief.zone": "an IANA name",
    "check_in.zone": "an IANA name",
    "reflection.zone": "an IANA name",
    "help_check.zone": "an IANA name",
    "box_item.zone": "an IANA name",
    "check_in_detail.body": "codes of `BodySignal`",
    "between_us.chips": "codes of `Chip`",
    # 32 bytes that tell whether two are the same.
    "user.username_mark": "an HMAC",
    "login_session.token_hash": "a hash",
    "recovery_code.code_hash": "a hash",
    "spent_challenge.digest": "a hash",
    "throttle.bucket": "an HMAC",
    "box_item.fingerprint": "an HMAC",
    "audit_event.link": "an HMAC",
    "audit_head.link": "an HMAC",
    "audit_head.voucher": "an HMAC",
    "invitation.code_hash": "a hash",
    "contract_version.content_hash": "a hash",
    "answer.content_hash": "a hash",
    "signature.content_hash": "a hash",
    "agreement.content_hash": "a hash",
    "check_in.fingerprint": "a hash",
    "conflicting_entry.fingerprint": "a hash",
    # Of the practice.
    "clinic.name": "the practice's own",
    "clinic.phone": "the practice's own",
    "clinic.country": "a code",
}
"""What is stored as it is, and why it may be."""

CAN_HOLD_TEXT = (sa.String, sa.JSON, sa.LargeBinary)


def sealed() -> set[str]:
    models = [mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, WithWords)]
    return {f"{model.__tablename__}.{name}" for model in models for name in model.SEALED}


def lying_open(metadata: sa.MetaData) -> Iterator[str]:
    """Columns that can hold a free text and aren't sealed. An Enum is a String too, and holds none."""
    for table in metadata.tables.values():
        for column in table.columns:
            name = f"{table.name}.{column.name}"
            if isinstance(column.type, CAN_HOLD_TEXT) and not isinstance(column.type, sa.Enum) and name not in sealed():
                yield name


def test_every_text_is_sealed_or_said_why_not() -> None:
    assert len(sealed()) > len(OPEN)
    assert set(lying_open(db.metadata)) == OPEN.keys()


@pytest.mark.parametrize("kind", [sa.Text(), sa.String(40), sa.JSON(), sa.LargeBinary(), sa.Unicode()])
def test_the_guard_sees_a_column_that_lies_open(kind: sa.types.TypeEngine[object]) -> None:
    metadata = sa.MetaData()
    sa.Table("diary", metadata, sa.Column("id", sa.Uuid, primary_key=True), sa.Column("dream", kind))
    assert list(lying_open(metadata)) == ["diary.dream"]


def test_the_guard_lets_numbers_and_choices_pass() -> None:
    metadata = sa.MetaData()
    mood: sa.Column[str] = sa.Column("mood", sa.Enum("good", "bad", native_enum=False))
    sa.Table("diary", metadata, sa.Column("id", sa.Uuid, primary_key=True), sa.Column("page", sa.Integer), mood)
    assert list(lying_open(metadata)) == []


def test_every_row_of_a_patient_says_whose_it_is() -> None:
    """Otherwise nothing could be sealed for them, nor all that is theirs be found."""
    of_anybody = {
        "user",
        "zone_stay",
        "consent",
        "login_session",
        "passkey",
        "authenticator",
        "recovery_code",
        "invitation",
    }
    of_nobody = {"clinic", "throttle", "spent_challenge", "audit_event", "audit_head"}
    without = {name for name, table in db.metadata.tables.items() if "patient_id" not in table.columns}
    assert without == of_anybody | of_nobody


def test_nothing_hangs_on_another_patients_row() -> None:
    assert [str(key) for table in db.metadata.tables.values() for key in unbound(table)] == []


def test_the_guard_sees_what_could_hang_on_another_patients_row() -> None:
    metadata = sa.MetaData()
    sa.Table("diary", metadata, sa.Column("id", sa.Uuid, primary_key=True), sa.Column("patient_id", sa.Uuid))
    page = sa.Table("page", metadata, sa.Column("diary_id", sa.Uuid, sa.ForeignKey("diary.id")))
    assert [key.column_keys for key in unbound(page)] == [["diary_id"]]


def unbound(table: sa.Table) -> Iterator[sa.ForeignKeyConstraint]:
    """What names a row of a patient's, where no key with the same column says that it is the same patient's."""
    keys = [key for key in table.foreign_key_constraints if key.referred_table.name != "user"]
    bound = {column for key in keys if binds(key) for column in key.column_keys}
    yield from (key for key in keys if bound.isdisjoint(key.column_keys))


def binds(key: sa.ForeignKeyConstraint) -> bool:
    """Whether it speaks of the patient, or of the version, which is one patient's."""
    return not {"patient_id", "version_id"}.isdisjoint(key.column_keys)

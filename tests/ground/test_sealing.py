"""What is sealed opens where it was sealed, and nowhere else; keys lie wrapped, in a store of their own."""

from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from companion.experiments.models import Activity
from companion.extensions import db
from companion.kernel.box import BoxKey
from companion.kernel.ids import new_id
from companion.kernel.sealing import DataKey, KeyMissingError, Place, SealBrokenError, seal, unseal
from companion.kernel.words import Words
from companion.privacy.key_store import KeyStore
from companion.sealed import opened
from companion.transaction import transaction
from tests.factories.people import Practice
from tests.support.databases import MASTER_KEY
from tests.support.postgres import TemporaryPostgres

MARKER = "hornbeam"


class Ring:
    """Keys in memory, for what needs no store."""

    def __init__(self) -> None:
        self.keys: dict[UUID, list[DataKey]] = {}

    def newest(self, person_id: UUID) -> DataKey:
        return self.keys[person_id][-1]

    def of_version(self, person_id: UUID, version: int) -> DataKey:
        for key in self.keys.get(person_id, []):
            if key.version == version:
                return key
        raise KeyMissingError(person_id)

    def load(self, person_ids: Collection[UUID]) -> None:
        """All are there."""

    def make(self, person_id: UUID) -> None:
        known = self.keys.setdefault(person_id, [])
        known.append(DataKey(len(known) + 1, AESGCM(AESGCM.generate_key(256))))

    def mac(self, purpose: str, what: bytes) -> bytes:
        raise NotImplementedError

    def newest_box_key(self) -> BoxKey:
        raise NotImplementedError

    def box_key(self, key_id: bytes) -> BoxKey:
        raise NotImplementedError

    def blind(self, text: str) -> bytes:
        raise NotImplementedError


RING = Ring()
ME, SOMEBODY_ELSE = new_id(), new_id()
for person in (ME, SOMEBODY_ELSE):
    RING.make(person)
HERE = Place(ME, "activity", "label", new_id())
ELSEWHERE = [
    replace(HERE, person_id=SOMEBODY_ELSE),
    replace(HERE, table="person"),
    replace(HERE, column="text"),
    replace(HERE, row_id=new_id()),
    replace(HERE, table="activit", column="y.label"),
]
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


def sealed(words: str = MARKER, place: Place = HERE) -> bytes:
    return seal(words, RING.newest(place.person_id), place)


@given(texts)
def test_what_is_sealed_opens_again(words: str) -> None:
    found = unseal(sealed(words), RING, HERE)
    assert found == words
    assert isinstance(found, Words)


@given(texts)
def test_it_says_nothing_of_the_words_but_their_length(words: str) -> None:
    one, another = sealed(words), sealed(words)
    assert one != another
    assert len(one) == len(another)


def test_nothing_stays_nothing() -> None:
    assert sealed("") == b""
    assert unseal(b"", RING, HERE) == ""


@pytest.mark.parametrize("place", ELSEWHERE, ids=["person", "table", "column", "row", "names that run together"])
def test_it_opens_nowhere_else(place: Place) -> None:
    with pytest.raises(SealBrokenError) as refused:
        unseal(sealed(), RING, place)
    assert MARKER not in repr(refused.value)


@given(st.data(), st.integers(1, 255))
def test_any_byte_that_was_changed_is_seen(data: st.DataObject, change: int) -> None:
    whole = bytearray(sealed())
    whole[data.draw(st.integers(0, len(whole) - 1))] ^= change
    with pytest.raises((SealBrokenError, KeyMissingError)):
        unseal(bytes(whole), RING, HERE)


@given(st.data())
def test_any_part_of_it_is_refused(data: st.DataObject) -> None:
    whole = sealed()
    part = whole[: data.draw(st.integers(1, len(whole) - 1))]
    with pytest.raises(SealBrokenError):
        unseal(part, RING, HERE)


@given(st.binary(min_size=1, max_size=80))
def test_anything_else_is_refused(found: bytes) -> None:
    with pytest.raises((SealBrokenError, KeyMissingError)):
        unseal(found, RING, HERE)


def test_words_are_words_and_no_repr_says_them() -> None:
    words = Words(f" {MARKER} ")
    for said in (words, words.strip(), words.replace("h", "H"), [words], {"label": words}):
        assert MARKER not in repr(said).lower()
    assert f"{words.strip()}" == MARKER


# The key store


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> sa.URL:
    if request.param == "sqlite":
        return sa.URL.create("sqlite", database=str(tmp_path / "keys.db"))
    server: TemporaryPostgres = request.getfixturevalue("postgres_server")
    server.create_database(name := f"keys_{new_id().hex}")
    return sa.make_url(server.url(name)).set(drivername="postgresql+psycopg")


@pytest.fixture
def store(store_url: sa.URL) -> Iterator[KeyStore]:
    store = KeyStore(store_url, MASTER_KEY)
    yield store
    store.dispose()


@pytest.fixture
def other(store_url: sa.URL) -> Iterator[KeyStore]:
    """The same store, as another process has it."""
    other = KeyStore(store_url, MASTER_KEY)
    yield other
    other.dispose()


def place_of(person_id: UUID) -> Place:
    return replace(HERE, person_id=person_id)


def sealed_with(store: KeyStore) -> bytes:
    return seal(MARKER, store.newest(ME), HERE)


def test_a_key_is_there_for_every_process(store: KeyStore, other: KeyStore) -> None:
    store.make(ME)
    assert unseal(sealed_with(store), other, HERE) == MARKER
    assert other.people() == {ME}


def test_a_key_is_made_once(store: KeyStore, other: KeyStore) -> None:
    store.make(ME)
    before = sealed_with(store)
    other.make(ME)
    assert unseal(before, other, HERE) == MARKER


def test_many_at_once_make_one_key(store_url: sa.URL) -> None:
    """Each opens what each of the others sealed."""
    stores = [KeyStore(store_url, MASTER_KEY) for _ in range(6)]
    with ThreadPoolExecutor(len(stores)) as threads:
        list(threads.map(lambda store: store.make(ME), stores))
        found = list(threads.map(sealed_with, stores))
    for store in stores:
        assert [unseal(each, store, HERE) for each in found] == [MARKER] * len(stores)
        store.dispose()


def test_processes_at_once_make_one_key(store_url: sa.URL, store: KeyStore) -> None:
    with get_context("spawn").Pool(2) as processes:
        address = store_url.render_as_string(hide_password=False)
        found = processes.map(make_and_seal, [address] * 2)
    assert [unseal(each, store, HERE_FOR_ALL) for each in found] == [MARKER] * 2


HERE_FOR_ALL = Place(UUID(int=1), "activity", "label", UUID(int=2))


def make_and_seal(address: str) -> bytes:
    store = KeyStore(sa.make_url(address), MASTER_KEY)
    store.make(HERE_FOR_ALL.person_id)
    return seal(MARKER, store.newest(HERE_FOR_ALL.person_id), HERE_FOR_ALL)


def test_a_new_version_seals_and_the_old_ones_still_open(store: KeyStore, other: KeyStore) -> None:
    store.make(ME)
    before = sealed_with(other)
    assert store.renew(ME) == 2
    after = sealed_with(store)
    assert before[:3] == b"\x01\x00\x01"
    assert after[:3] == b"\x01\x00\x02"
    for each in (store, other):
        assert [unseal(each_sealed, each, HERE) for each_sealed in (before, after)] == [MARKER, MARKER]


def test_nothing_opens_without_a_key(store: KeyStore) -> None:
    store.make(ME)
    found = sealed_with(store)
    with pytest.raises(KeyMissingError):
        store.newest(SOMEBODY_ELSE)
    with pytest.raises(KeyMissingError):
        unseal(found, store, place_of(SOMEBODY_ELSE))
    store.load([ME, SOMEBODY_ELSE])
    assert unseal(found, store, HERE) == MARKER


def test_what_is_destroyed_stays_shut(store: KeyStore, store_url: sa.URL) -> None:
    """Also where a new key is made afterwards."""
    store.make(ME)
    found = sealed_with(store)
    store.destroy(ME)
    later = KeyStore(store_url, MASTER_KEY)
    for each in (store, later):
        with pytest.raises(KeyMissingError):
            unseal(found, each, HERE)
    assert later.people() == set()
    later.make(ME)
    with pytest.raises(SealBrokenError):
        unseal(found, later, HERE)
    later.dispose()


def test_a_key_wrapped_by_another_master_key_is_refused(store: KeyStore, store_url: sa.URL) -> None:
    store.make(ME)
    stranger = KeyStore(store_url, bytes(32))
    with pytest.raises(KeyMissingError, match="another MASTER_KEY"):
        stranger.newest(ME)
    stranger.dispose()


def test_a_key_moved_to_somebody_else_is_refused(store: KeyStore, store_url: sa.URL) -> None:
    store.make(ME)
    engine = sa.create_engine(store_url)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE wrapped_key SET person_id = :other"), {"other": as_stored(engine)})
    engine.dispose()
    with pytest.raises(KeyMissingError, match="has been changed"):
        store.newest(SOMEBODY_ELSE)


def as_stored(engine: sa.Engine) -> object:
    return SOMEBODY_ELSE.hex if engine.dialect.name == "sqlite" else SOMEBODY_ELSE


def test_the_file_holds_no_key_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clear = bytes(range(100, 132))
    monkeypatch.setattr(AESGCM, "generate_key", lambda _bits: clear)
    store = KeyStore(sa.URL.create("sqlite", database=str(tmp_path / "keys.db")), MASTER_KEY)
    store.make(ME)
    unseal(sealed_with(store), store, HERE)
    content = (tmp_path / "keys.db").read_bytes()
    assert ME.hex.encode() in content
    assert clear not in content
    assert clear.hex().encode() not in content
    assert MASTER_KEY not in content
    assert MASTER_KEY.hex() not in repr(store)


# The key pairs of the drop box


def test_a_box_key_is_made_at_first_need_and_is_there_for_every_process(store: KeyStore, other: KeyStore) -> None:
    made = store.newest_box_key()
    assert made.public == store.newest_box_key().public == other.newest_box_key().public
    assert other.box_key(made.id).public == made.public


def test_many_at_once_make_one_box_key(store_url: sa.URL) -> None:
    stores = [KeyStore(store_url, MASTER_KEY) for _ in range(6)]
    with ThreadPoolExecutor(len(stores)) as threads:
        made = {key.public for key in threads.map(lambda store: store.newest_box_key(), stores)}
    assert len(made) == 1
    for store in stores:
        store.dispose()


def test_processes_at_once_make_one_box_key(store_url: sa.URL) -> None:
    with get_context("spawn").Pool(2) as processes:
        found = processes.map(box_key_of, [store_url.render_as_string(hide_password=False)] * 2)
    assert len(set(found)) == 1


def box_key_of(address: str) -> bytes:
    return KeyStore(sa.make_url(address), MASTER_KEY).newest_box_key().public


def test_a_new_box_key_is_handed_out_and_the_old_one_still_opens(
    store: KeyStore, other: KeyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = other.newest_box_key()
    assert store.renew_box_key() == 2
    after = store.newest_box_key()
    assert after.id != before.id
    assert other.newest_box_key().id == before.id, "remembered for a while"
    monkeypatch.setattr("companion.privacy.key_store.REMEMBERED_FOR", 0)
    assert other.newest_box_key().id == after.id
    for each in (store, other):
        assert [each.box_key(key.id).public for key in (before, after)] == [before.public, after.public]


def test_there_is_no_box_key_of_an_unknown_id(store: KeyStore) -> None:
    store.newest_box_key()
    with pytest.raises(KeyMissingError, match="0000000000000000"):
        store.box_key(bytes(8))


def test_a_box_key_that_was_renamed_or_is_anothers_is_refused(store: KeyStore, store_url: sa.URL) -> None:
    made = store.newest_box_key()
    stranger = KeyStore(store_url, bytes(32))
    with pytest.raises(KeyMissingError, match="another MASTER_KEY"):
        stranger.newest_box_key()
    engine = sa.create_engine(store_url)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE wrapped_box_key SET id = :id"), {"id": bytes(8)})
    for refused in (stranger, store):
        with pytest.raises(KeyMissingError):
            refused.box_key(bytes(8))
    assert made.id != bytes(8)
    engine.dispose()
    stranger.dispose()


def test_the_file_holds_no_private_box_key_as_it_is(tmp_path: Path) -> None:
    store = KeyStore(sa.URL.create("sqlite", database=str(tmp_path / "keys.db")), MASTER_KEY)
    scalar = store.newest_box_key().private.private_numbers().private_value
    content = (tmp_path / "keys.db").read_bytes()
    assert store.newest_box_key().id in content
    assert scalar.to_bytes(32, "big") not in content
    assert "BoxKey" in repr(store.newest_box_key())
    assert str(scalar) not in repr(store.newest_box_key())


# In the database


@pytest.mark.usefixtures("context")
def test_what_changed_places_in_the_database_is_not_read(practice: Practice) -> None:
    ids = [new_id(), new_id()]
    with transaction():
        db.session.add_all(
            Activity(id=each, patient_id=practice.patient.id, label=label)
            for each, label in zip(ids, ("tennis", "Spanish"), strict=True)
        )
    rows = db.session.execute(sa.select(Activity.id, Activity.label_sealed))  # type: ignore[attr-defined]
    stored: dict[UUID, bytes] = dict(rows.all())
    assert b"tennis" not in stored[ids[0]]
    with transaction():
        for mine, others in (ids, ids[::-1]):
            db.session.execute(
                sa.update(Activity.__table__).where(Activity.id == mine).values(label=stored[others])  # type: ignore[arg-type]
            )
    with pytest.raises(SealBrokenError):
        db.session.execute(sa.select(Activity.label)).all()
    with pytest.raises(SealBrokenError):
        assert db.session.get_one(Activity, ids[0]).label


@pytest.mark.usefixtures("context")
def test_a_sealed_column_is_read_like_any_other(practice: Practice) -> None:
    """Before it is written, from the row, from a select, and out of a subquery; a CASE can leave it out."""
    line = Activity(label="tennis", patient_id=practice.patient.id)
    assert line.label == "tennis"
    with transaction():
        db.session.add(line)
    assert line.label == "tennis"
    assert db.session.scalars(sa.select(Activity.label)).all() == ["tennis"]
    inside = sa.select(Activity).subquery()
    nothing = sa.case((sa.false(), inside.c.label))
    rows = db.session.execute(sa.select(inside.c.id, opened(Activity, "label", inside)))
    assert [(row.id, row.label) for row in rows] == [(line.id, "tennis")]
    assert db.session.scalars(sa.select(opened(Activity, "label", inside, nothing))).all() == [None]
    before = line.label_sealed  # type: ignore[attr-defined]
    line.label = "tennis"
    assert line.label_sealed == before  # type: ignore[attr-defined]
    with transaction():
        line.label = "Spanish"
    assert db.session.scalars(sa.select(Activity.label)).all() == ["Spanish"]


@pytest.mark.usefixtures("context")
def test_an_error_of_the_database_quotes_nothing(practice: Practice) -> None:
    statement = sa.insert(Activity.__table__).values(id=new_id(), patient_id=new_id(), label=MARKER.encode())  # type: ignore[arg-type]
    with pytest.raises(sa.exc.IntegrityError) as refused, transaction():
        db.session.execute(statement)
    assert MARKER not in f"{refused.value} {refused.value!r}"
    assert str(practice.patient.id) not in str(refused.value)

"""What was sealed for one box opens there, as the one item that it is, and nothing else opens at all."""

import json
from dataclasses import dataclass
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from companion.kernel.box import BoxKey, Item, UnreadableError, key_id_in, new_box_key, open_item
from companion.kernel.ids import new_id
from companion.kernel.words import Words
from tests.support.box import G, clear_item, point_of, raw, sealed_bytes, times

SCALAR = 0xC9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721
"""The private key of RFC 6979, A.2.5."""
PUBLIC = bytes.fromhex(
    "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
    "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299"
)
"""And its public one."""
KEY = BoxKey(ec.derive_private_key(SCALAR, ec.SECP256R1()))
OWNER, ITEM_ID = bytes(range(16)), UUID(int=7)
FIELDS = (("guilt", "7"), ("thought", "Perché no? 🫥"), ("guilt", "8"))


def sealed_for(clear: bytes, key: BoxKey = KEY, owner: bytes = OWNER, item_id: UUID = ITEM_ID) -> bytes:
    return sealed_bytes(clear, key.public, key.id, owner, item_id)


SEALED = sealed_for(clear_item("/now", FIELDS))


def test_the_arithmetic_of_the_tests_knows_the_curve() -> None:
    assert raw(times(SCALAR, G)) == PUBLIC == KEY.public
    assert times(2, point_of(PUBLIC)) == times(2 * SCALAR, G)


@pytest.mark.parametrize(
    ("scalar", "nonce"), [(1, bytes(12)), (SCALAR - 1, bytes(range(12))), (2**255 + 19, b"\xff" * 12)]
)
def test_what_was_sealed_by_hand_opens(scalar: int, nonce: bytes) -> None:
    sealed = sealed_bytes(clear_item("/now", FIELDS), KEY.public, KEY.id, OWNER, ITEM_ID, scalar=scalar, nonce=nonce)
    assert sealed[9:74] == raw(times(scalar, G))
    assert sealed[74:86] == nonce
    assert open_item(sealed, KEY, OWNER, ITEM_ID) == Item("/now", FIELDS)  # type: ignore[arg-type]  # words are texts


def test_the_form_stays_as_it_was() -> None:
    """Whatever waits on a phone was sealed by an older version."""
    sealed = sealed_bytes(clear_item("/now", ()), KEY.public, KEY.id, OWNER, ITEM_ID, scalar=1, nonce=bytes(12))
    assert KEY.id.hex() == "a71aed44f5f3d41e"
    assert sealed[:9].hex() == "01a71aed44f5f3d41e"
    assert sealed[-32:].hex() == "b690520acfaa9c394feeeff87f15166b4d3ea6a3032f97bad5a6e6188264df91"
    assert open_item(sealed, KEY, OWNER, ITEM_ID) == Item(Words("/now"), ())


def test_its_length_says_little() -> None:
    assert {len(sealed_for(clear_item("/now", [("guilt", str(each))]))) for each in (0, 10)} == {
        1 + 8 + 65 + 12 + 256 + 16
    }


@given(st.text(max_size=40), st.lists(st.tuples(st.text(max_size=9), st.text(max_size=300)), max_size=6), st.uuids())
def test_whatever_is_written_comes_out_as_it_was(path: str, fields: list[tuple[str, str]], item_id: UUID) -> None:
    sealed = sealed_for(clear_item(path, fields), item_id=item_id)
    assert open_item(sealed, KEY, OWNER, item_id) == Item(path, tuple(fields))  # type: ignore[arg-type]


@pytest.mark.parametrize("place", range(len(SEALED)))
def test_a_byte_that_was_changed_shuts_it(place: int) -> None:
    for flip in (1, 0x80):
        changed = bytearray(SEALED)
        changed[place] ^= flip
        with pytest.raises(UnreadableError):
            open_item(bytes(changed), KEY, OWNER, ITEM_ID)


@pytest.mark.parametrize("length", [0, 1, 8, 9, 73, 74, 85, 86, 101, len(SEALED) - 1])
def test_what_is_cut_short_stays_shut(length: int) -> None:
    with pytest.raises(UnreadableError):
        open_item(SEALED[:length], KEY, OWNER, ITEM_ID)


@dataclass
class Elsewhere:
    key: BoxKey = KEY
    owner: bytes = OWNER
    item_id: UUID = ITEM_ID


@pytest.mark.parametrize(
    "place",
    [Elsewhere(owner=bytes(16)), Elsewhere(item_id=new_id()), Elsewhere(key=new_box_key())],
    ids=["another's box", "another item", "another key"],
)
def test_it_opens_nowhere_else(place: Elsewhere) -> None:
    with pytest.raises(UnreadableError):
        open_item(SEALED, place.key, place.owner, place.item_id)


def test_under_another_keys_id_it_stays_shut() -> None:
    other = new_box_key()
    renamed = sealed_bytes(clear_item("/now", FIELDS), KEY.public, other.id, OWNER, ITEM_ID)
    for key in (KEY, other):
        with pytest.raises(UnreadableError):
            open_item(renamed, key, OWNER, ITEM_ID)


@pytest.mark.parametrize("point", [bytes(65), b"\x04" + bytes(64), b"\x02" + PUBLIC[1:33] + bytes(32)])
def test_a_point_off_the_curve_is_none(point: bytes) -> None:
    with pytest.raises(UnreadableError):
        open_item(SEALED[:9] + point + SEALED[74:], KEY, OWNER, ITEM_ID)


@pytest.mark.parametrize(
    "clear",
    [
        *(b"", b"\xff", b"null", b"[]", b"{}", b"7", b"{", b"[" * 100_000),
        *(b'{"path": 7, "fields": []}', b'{"path": "/now"}', b'{"path": "/now", "fields": {}}'),
        *(b'{"path": "/now", "fields": [["a"]]}', b'{"path": "/now", "fields": [["a", 7]]}'),
        *(b'{"path": "/now", "fields": ["ab"]}', b'{"path": "/now", "fields": [["a", "b", "c"]]}'),
    ],
)
def test_what_holds_no_item_can_not_be_read(clear: bytes) -> None:
    with pytest.raises(UnreadableError):
        open_item(sealed_for(clear), KEY, OWNER, ITEM_ID)


def test_half_a_character_is_kept_as_a_sign_that_one_is_missing() -> None:
    clear = json.dumps({"path": "/now", "fields": [["thought", "a\ud800b"]]}).encode()
    assert open_item(sealed_for(clear), KEY, OWNER, ITEM_ID).fields == (("thought", "a\ufffdb"),)


def test_nothing_of_it_stands_in_a_repr() -> None:
    item = open_item(SEALED, KEY, OWNER, ITEM_ID)
    assert "Perch" not in repr(item)
    assert "now" not in repr(item)
    assert str(SCALAR) not in repr(KEY)


def test_it_says_itself_which_key_opens_it() -> None:
    assert key_id_in(SEALED) == KEY.id
    assert len({new_box_key().id for _ in range(20)}) == 20

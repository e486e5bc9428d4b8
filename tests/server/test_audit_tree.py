"""The tree and the signed notes are those of the standards, so that tools of others agree."""

import base64
import hashlib
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from server.audit.note import AuditKey, Checkpoint, NoteInvalid, Verifier
from server.audit.tree import EMPTY, Frontier

# The test data of RFC 6962's reference implementation: leaves, and the root after each.
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def grown(leaves):
    tree = Frontier()
    for leaf in leaves:
        tree.append(leaf)
    return tree


def by_definition(leaves):
    """MTH as RFC 6962 §2.1 writes it."""
    if len(leaves) < 2:
        return hashlib.sha256(b"\x00" + bytes.fromhex(leaves[0])).digest() if leaves else hashlib.sha256().digest()
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + by_definition(leaves[:half]) + by_definition(leaves[half:])).digest()


def test_the_roots_are_those_of_the_standard():
    assert [grown(LEAVES[:n]).root().hex() for n in range(1, 9)] == ROOTS
    assert grown([]).root() == EMPTY


@given(st.lists(st.binary(min_size=32, max_size=32).map(bytes.hex), max_size=70), st.integers(0, 70))
def test_a_tree_that_is_stored_in_between_is_the_same_tree(leaves, cut):
    half = grown(leaves[:cut])
    tree = Frontier.of_hex(half.size, half.hex())
    for leaf in leaves[cut:]:
        tree.append(leaf)
    assert tree.root() == by_definition(leaves)


@pytest.mark.parametrize(("size", "roots"), [(1, []), (0, ["00" * 32]), (3, ["00" * 32]), (1, ["00"]), (-1, [])])
def test_subtrees_that_do_not_fit_the_size_are_refused(size, roots):
    with pytest.raises(ValueError, match="fit"):
        Frontier.of_hex(size, roots)


def test_a_note_is_signed_as_the_standard_says(tmp_path):
    """C2SP signed-note: the text with its last line break is signed; a key's id is SHA-256(name, LF, 1, key)[:4]."""
    key = AuditKey.create(tmp_path)
    text, signature = key.sign(Checkpoint(7, b"r" * 32, datetime(2026, 11, 2, tzinfo=UTC))).split("\n\n")
    origin, size, root, *_ = text.split("\n")
    name, key_id, public = key.public[0].split("+", 2)
    raw = base64.b64decode(public)
    assert (origin, size, base64.b64decode(root)) == (name, "7", b"r" * 32)
    assert key_id == hashlib.sha256(f"{name}\n".encode() + raw).hexdigest()[:8]
    dash, signer, signed = signature.removesuffix("\n").split(" ")
    assert (dash, signer, raw[0]) == ("\N{EM DASH}", name, 1)
    assert base64.b64decode(signed)[:4].hex() == key_id
    Ed25519PublicKey.from_public_bytes(raw[1:]).verify(base64.b64decode(signed)[4:], f"{text}\n".encode())


@pytest.mark.parametrize("line", ["", "x", "goldentime/audit+00000000+AQ==", "other+1+2", "goldentime/audit"])
def test_what_is_no_public_key_is_refused(line):
    with pytest.raises(NoteInvalid):
        Verifier([line])

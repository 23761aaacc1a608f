import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.crypto import LEAVES, flipped
from interop.crypto import merkle
from interop.errors import TrustError


def split_at(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def reference_root(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, as it is written."""
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = split_at(len(leaves))
    left, right = reference_root(leaves[:k]), reference_root(leaves[k:])
    return hashlib.sha256(b"\x01" + left + right).digest()


def reference_path(m: int, leaves: list[bytes]) -> list[bytes]:
    """RFC 6962 section 2.1.1, as it is written."""
    if len(leaves) == 1:
        return []
    k = split_at(len(leaves))
    if m < k:
        return [*reference_path(m, leaves[:k]), reference_root(leaves[k:])]
    return [*reference_path(m - k, leaves[k:]), reference_root(leaves[:k])]


@given(leaves=LEAVES, data=st.data())
def test_root_and_proofs_are_those_of_the_standard(
    leaves: list[bytes], data: st.DataObject
) -> None:
    hashes = [merkle.leaf(part) for part in leaves]
    i = data.draw(st.integers(0, len(leaves) - 1))
    assert merkle.root(hashes) == reference_root(leaves)
    path = merkle.proof(hashes, i)
    assert list(path) == reference_path(i, leaves)
    assert merkle.verify(hashes[i], i, len(hashes), path, merkle.root(hashes))


@given(leaves=LEAVES, data=st.data())
def test_a_proof_with_anything_changed_proves_nothing(
    leaves: list[bytes], data: st.DataObject
) -> None:
    hashes = [merkle.leaf(part) for part in leaves]
    n, i = len(hashes), data.draw(st.integers(0, len(leaves) - 1))
    path, root = merkle.proof(hashes, i), merkle.root(hashes)
    other = merkle.leaf(leaves[i] + b"x")
    assert not merkle.verify(other, i, n, path, root)
    assert not merkle.verify(hashes[i], i, n, path, data.draw(flipped(root)))
    assert not merkle.verify(hashes[i], i, n, (*path, root), root)
    if path:
        at = data.draw(st.integers(0, len(path) - 1))
        bad = (*path[:at], data.draw(flipped(path[at])), *path[at + 1 :])
        assert not merkle.verify(hashes[i], i, n, bad, root)
        assert not merkle.verify(hashes[i], i, n, path[:-1], root)
        assert not merkle.verify(hashes[i], i, n, (path[0][:-1], *path[1:]), root)


@given(leaves=st.lists(st.binary(max_size=4), min_size=2, max_size=20, unique=True))
def test_a_leaf_stands_at_one_place_only(leaves: list[bytes]) -> None:
    hashes = [merkle.leaf(part) for part in leaves]
    n, root = len(hashes), merkle.root(hashes)
    for i in range(n):
        held = [
            j
            for j in range(-1, n + 1)
            if merkle.verify(hashes[i], j, n, merkle.proof(hashes, i), root)
        ]
        assert held == [i]


def test_the_empty_tree_is_the_hash_of_nothing_and_has_no_leaf() -> None:
    assert merkle.root([]) == hashlib.sha256().digest()
    for i in (-1, 0):
        with pytest.raises(TrustError) as caught:
            merkle.proof([], i)
        assert caught.value.code == "merkle-index"
    leaf = merkle.leaf(b"")
    assert not merkle.verify(leaf, 0, 0, (), merkle.root([]))
    assert not merkle.verify(leaf, 0, 2**80, (leaf,) * 65, leaf)


def test_a_leaf_is_no_node() -> None:
    a, b = merkle.leaf(b"a"), merkle.leaf(b"b")
    assert merkle.leaf(a + b) != merkle.root([a, b])

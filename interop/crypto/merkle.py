"""Merkle tree: one signature for many envelopes, one short proof for each.

The hash is SHA-256, or SM3 where a gateway's profile says so.

Source: RFC 6962 section 2.1; RFC 9162 section 2.1.3.2 (verification).
"""

import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

from interop.crypto.reasons import MERKLE_INDEX
from interop.errors import TrustError

# Both have digests of 32 bytes.
HASHES: Final[Mapping[str, Callable[[bytes], "hashlib._Hash"]]] = {
    "sha-256": hashlib.sha256,
    "sm3": partial(hashlib.new, "sm3"),
}
SHA_256: Final = "sha-256"
HASH_BYTES: Final = 32
PROOF_HASHES_MAX: Final = 64
_LEAF: Final = b"\x00"
_NODE: Final = b"\x01"


def leaf(data: bytes, *, algorithm: str = SHA_256) -> bytes:
    """Return the leaf hash of ``data``: over 0x00 and the bytes."""
    return HASHES[algorithm](_LEAF + data).digest()


def root(leaves: Sequence[bytes], *, algorithm: str = SHA_256) -> bytes:
    """Return the tree head over leaf hashes; without leaves the hash of nothing."""
    if not leaves:
        return HASHES[algorithm](b"").digest()
    level = list(leaves)
    while len(level) > 1:
        level = _paired(level, algorithm)
    return level[0]


def proof(leaves: Sequence[bytes], i: int, *, algorithm: str = SHA_256) -> tuple[bytes, ...]:
    """Return the audit path of leaf ``i`` (from 0), lowest sibling first.

    Raises:
        TrustError: ``merkle-index``.
    """
    if not 0 <= i < len(leaves):
        raise TrustError(MERKLE_INDEX.of(field="i", expected=len(leaves), got=i))
    path, level, at = [], list(leaves), i
    while len(level) > 1:
        sibling = at ^ 1
        if sibling < len(level):
            path.append(level[sibling])
        level, at = _paired(level, algorithm), at // 2
    return tuple(path)


def verify(  # noqa: PLR0913, PLR0917 -- the five terms of RFC 9162 in their order
    leaf: bytes,
    i: int,
    n: int,
    proof: Sequence[bytes],
    root: bytes,
    *,
    algorithm: str = SHA_256,
) -> bool:
    """Return whether leaf hash ``leaf`` is number ``i`` (from 0) of ``n`` under ``root``."""
    if not 0 <= i < n or len(proof) > PROOF_HASHES_MAX:
        return False
    if any(len(part) != HASH_BYTES for part in (leaf, root, *proof)):
        return False
    at, last, node = i, n - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if at % 2 or at == last:
            node = _node(sibling, node, algorithm)
            while at and not at % 2:
                at, last = at // 2, last // 2
        else:
            node = _node(node, sibling, algorithm)
        at, last = at // 2, last // 2
    return last == 0 and hmac.compare_digest(node, root)


def _paired(level: Sequence[bytes], algorithm: str) -> list[bytes]:
    # A node without a sibling rises unchanged: the same tree as the recursive definition.
    pairs = [_node(level[k], level[k + 1], algorithm) for k in range(0, len(level) - 1, 2)]
    return [*pairs, *level[len(level) & ~1 :]]


def _node(left: bytes, right: bytes, algorithm: str) -> bytes:
    return HASHES[algorithm](_NODE + left + right).digest()

"""The books of one lane and day as a tree over the digests of case numbers.

A tree by prefix and not by position: one missing case changes the nodes above it and no
others. Nothing is built: a node is the hash over a run of sorted entries, so descending to
one case hashes every entry about once.
"""

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Self

from interop.errors import ExchangeError
from interop.exchange.reasons import PREFIX_MALFORMED

FAN: Final = "0123456789abcdef"
# So few entries are told one by one instead of by sixteen nodes.
ENTRIES_MAX: Final = 8
HASH_BYTES: Final = 32
PREFIX_CHARS_MAX: Final = 2 * HASH_BYTES


def key_of(case: str) -> bytes:
    """Return the place of a case in the tree."""
    return hashlib.sha256(case.encode()).digest()


def value_of(digests: Iterable[bytes]) -> bytes:
    """Return what is compared of a case: one digest over those of its messages."""
    book = hashlib.sha256()
    for digest in sorted(digests):
        book.update(len(digest).to_bytes(2, "big") + digest)
    return book.digest()


@dataclass(frozen=True, slots=True)
class Node:
    """What stands below one prefix.

    Attributes:
        n: How many cases.
        hash: Hash over them in hexadecimal; empty if there is none.
    """

    n: int
    hash: str


@dataclass(frozen=True, slots=True)
class Book:
    """The cases of one lane and day, sorted by key.

    Attributes:
        keys: Digests of case numbers.
        values: What is compared of each.
    """

    keys: Sequence[bytes]
    values: Sequence[bytes]

    @classmethod
    def of(cls, entries: Iterable[tuple[bytes, bytes]]) -> Self:
        """Return the book of ``(key, value)`` pairs in any order."""
        ordered = sorted(entries)
        return cls([key for key, _ in ordered], [value for _, value in ordered])

    def node(self, prefix: str) -> Node:
        """Return the node of a prefix in hexadecimal.

        Raises:
            ExchangeError: ``exchange-prefix-malformed``.
        """
        low, high = self._span(prefix)
        if low == high:
            return Node(0, "")
        run = hashlib.sha256()
        for at in range(low, high):
            run.update(self.keys[at])
            run.update(self.values[at])
        return Node(high - low, run.hexdigest())

    def children(self, prefix: str) -> dict[str, Node]:
        """Return the nodes one digit below a prefix, without the empty ones."""
        found = {prefix + digit: self.node(prefix + digit) for digit in FAN}
        return {name: node for name, node in found.items() if node.n}

    def entries(self, prefix: str) -> dict[str, str]:
        """Return the entries below a prefix: value by key, in hexadecimal."""
        low, high = self._span(prefix)
        return {self.keys[at].hex(): self.values[at].hex() for at in range(low, high)}

    def _span(self, prefix: str) -> tuple[int, int]:
        if len(prefix) > PREFIX_CHARS_MAX or not set(prefix) <= set(FAN):
            raise ExchangeError(PREFIX_MALFORMED.of(field="prefixes", got=prefix))
        least = bytes.fromhex(prefix.ljust(PREFIX_CHARS_MAX, "0"))
        most = bytes.fromhex(prefix.ljust(PREFIX_CHARS_MAX, "f"))
        low = bisect_left(self.keys, least)
        high = bisect_left(self.keys, most)
        return low, high + (high < len(self.keys) and self.keys[high] == most)

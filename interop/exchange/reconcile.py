"""Reconcile (对账) a lane and day with its peer: find what differs, exchange little.

Both ends hold the same digests of messages, so equal roots mean equal books. A
differing root is descended, sixteen ways at a time, to the cases that differ.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from pydantic import Field

from interop.errors import ExchangeError
from interop.exchange.books import ENTRIES_MAX, Book, key_of, value_of
from interop.exchange.reasons import SUMMARY_MALFORMED
from interop.model.canonical import Json, canonical_bytes
from interop.model.record import Record
from interop.store import books as rows
from interop.store.tx import Tx

ROUNDS_MAX: Final = 64
DIFFERING_MAX: Final = 1_000
PREFIXES_AT_ONCE: Final = 16
NODES_MAX: Final = 16 * 64
HEX_CHARS: Final = 64

AskPeer = Callable[[tuple[str, ...]], bytes]


class _Node(Record):
    n: int = Field(ge=0)
    hash: str = Field(max_length=HEX_CHARS)


class Summary(Record):
    """What one end says of some prefixes.

    Attributes:
        nodes: The nodes asked for, or below them, by prefix.
        entries: Where few cases stand below a prefix, value by key.
    """

    nodes: dict[str, _Node] = Field(default={}, max_length=NODES_MAX)
    entries: dict[str, dict[str, str]] = Field(default={}, max_length=NODES_MAX)


@dataclass(slots=True)
class Difference:
    """What a reconciliation found.

    Attributes:
        keys: Keys of the cases that differ, in hexadecimal.
        asked_bytes: Bytes of the answers taken in.
        rounds: How often the peer was asked.
        complete: False if more differs than is listed.
    """

    keys: set[str] = field(default_factory=set)
    asked_bytes: int = 0
    rounds: int = 0
    complete: bool = True


def book_of(tx: Tx, *, peer: str, lane: int, day: date, sent: bool) -> Book:
    """Return the book of a lane and day, of what was sent or of what was received.

    A message that was not applied stands in it as such, so it differs until it is settled.
    """
    found = rows.sent_on if sent else rows.received_on
    by_case: dict[str, set[bytes]] = {}
    for case, seq, digest in found(tx, peer, lane, day):
        # Told twice after a restore, it stands once: as one digest.
        by_case.setdefault(case, set()).add(digest or b"not applied %d" % seq)
    return Book.of((key_of(case), value_of(told)) for case, told in by_case.items())


def answer_summary(  # noqa: PLR0913 -- which book, and which parts of it
    tx: Tx, *, peer: str, lane: int, day: date, sent: bool, prefixes: Iterable[str]
) -> bytes:
    """Return what a peer asked about a book, as canonical JSON.

    Raises:
        ExchangeError: ``exchange-prefix-malformed``.
    """
    return summary_of(book_of(tx, peer=peer, lane=lane, day=day, sent=sent), prefixes)


def summary_of(book: Book, prefixes: Iterable[str]) -> bytes:
    """Return the nodes below each prefix, or its entries where they are few."""
    nodes: dict[str, Json] = {}
    entries: dict[str, Json] = {}
    for prefix in prefixes:
        here = book.node(prefix)
        if here.n <= ENTRIES_MAX:
            entries[prefix] = {**book.entries(prefix)}
        else:
            below = book.children(prefix)
            nodes |= {name: {"n": node.n, "hash": node.hash} for name, node in below.items()}
    return canonical_bytes({"nodes": nodes, "entries": entries})


def compare(book: Book, ask: AskPeer) -> Difference:
    """Return which cases differ between our book and the peer's.

    Args:
        book: Ours.
        ask: Asks the peer for the summary of some prefixes.

    Raises:
        ExchangeError: ``exchange-summary-malformed``.
        RegionError: Of ``ask``.
    """
    found = Difference()
    queue: list[str] = [""]
    while queue:
        if found.rounds >= ROUNDS_MAX or len(found.keys) >= DIFFERING_MAX:
            found.complete = False
            break
        # The deepest first: where much differs, some cases are found before the rounds end.
        now, queue = tuple(queue[-PREFIXES_AT_ONCE:]), queue[:-PREFIXES_AT_ONCE]
        data = ask(now)
        found.asked_bytes += len(data)
        found.rounds += 1
        said = Summary.from_json(data, error=ExchangeError, field="summary")
        for prefix in now:
            queue.extend(_differing(book, prefix, said, found.keys))
    return found


def _differing(book: Book, prefix: str, said: Summary, keys: set[str]) -> list[str]:
    """Note the cases below a prefix that differ, or return the prefixes to go on with."""
    if prefix in said.entries:
        ours, theirs = book.entries(prefix), said.entries[prefix]
        keys |= {key for key in ours.keys() | theirs.keys() if ours.get(key) != theirs.get(key)}
        return []
    if len(prefix) >= HEX_CHARS:
        raise ExchangeError(SUMMARY_MALFORMED.of(field=f"nodes.{prefix}"))
    ours_below = {name: (node.n, node.hash) for name, node in book.children(prefix).items()}
    theirs_below = {
        name: (node.n, node.hash)
        for name, node in said.nodes.items()
        if name.startswith(prefix) and len(name) == len(prefix) + 1
    }
    names = sorted(ours_below.keys() | theirs_below.keys())
    return [name for name in names if ours_below.get(name) != theirs_below.get(name)]

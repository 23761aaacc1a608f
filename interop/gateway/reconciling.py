"""Reconcile every lane with a peer: first how far it is, then what it holds, day by day."""

from dataclasses import dataclass, field
from datetime import date

import structlog

from interop.exchange.asks import sign_ask
from interop.exchange.books import key_of
from interop.exchange.outbox import post_again
from interop.exchange.reconcile import book_of, compare
from interop.gateway.pump import realign
from interop.gateway.station import Station
from interop.store import audit, books

log = structlog.get_logger("interop.gateway")


@dataclass(frozen=True, slots=True)
class DayBook:
    """How the books of one lane and day compare.

    Attributes:
        lane: Lane that we send on.
        day: Day, Asia/Shanghai.
        cases: Case numbers that differ, of those known here.
        unknown: How many differ that are not known here.
        asked_bytes: Bytes of the peer's answers.
        complete: False if more differs than is listed here.
    """

    lane: int
    day: date
    cases: tuple[str, ...]
    unknown: int
    asked_bytes: int
    complete: bool = True


@dataclass(slots=True)
class Reconciled:
    """What a reconciliation found and did.

    Attributes:
        standings: How each lane stood, by lane.
        books: The days that differ.
        again: How many messages are told again.
    """

    standings: dict[int, str] = field(default_factory=dict)
    books: list[DayBook] = field(default_factory=list)
    again: int = 0


def reconcile(
    station: Station, region: str, *, day: date | None = None, repair: bool = False
) -> Reconciled:
    """Compare what we have sent to a peer with what it holds; tell it again what differs.

    Args:
        station: This gateway as its peers see it.
        region: The peer.
        day: Only this day; all days if not given.
        repair: Whether differing cases are told again; the peer applies what it lacks.

    Raises:
        RegionError: The peer is not reached.
        ExchangeError: Its answers do not hold.
        TrustError: A signature does not.
    """
    found, peer = Reconciled(), station.directory.find(region)
    for lane in range(station.store.lanes):
        found.standings[lane] = realign(station, peer, lane).standing
    with station.store.transaction() as tx:
        days = [(lane, on) for lane, on in books.days(tx, region) if day in {None, on}]
    for lane, on in days:
        book = _compared(station, region, lane, on)
        if book.cases or book.unknown or not book.complete:
            log.warning("books-differ", peer=region, lane=lane, day=str(on), n=len(book.cases))
            found.books.append(book)
            found.again += _tell_again(station, region, book) if repair else 0
    return found


def _compared(station: Station, region: str, lane: int, on: date) -> DayBook:
    with station.store.transaction() as tx:
        ours = book_of(tx, peer=region, lane=lane, day=on, sent=True)
        names = {key_of(case).hex(): case for case, *_ in books.sent_on(tx, region, lane, on)}

    def ask(prefixes: tuple[str, ...]) -> bytes:
        question = sign_ask(
            station.directory.own,
            to=region,
            kind="reconcile",
            lane=lane,
            at=station.clock(),
            day=on,
            direction="sent",
            prefixes=prefixes,
        )
        return station.peer(region).ask(question)

    differing = compare(ours, ask)
    cases = tuple(sorted(names[key] for key in differing.keys if key in names))
    unknown = len(differing.keys) - len(cases)
    return DayBook(lane, on, cases, unknown, differing.asked_bytes, differing.complete)


def _tell_again(station: Station, region: str, book: DayBook) -> int:
    told, now = 0, station.clock()
    with station.store.transaction() as tx:
        for case in book.cases:
            told += post_again(tx, peer=region, lane=book.lane, case=case, at=now)
            audit.append(tx, kind="reconciled-again", case=case, digest=region, at=now)
    return told

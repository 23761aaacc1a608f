"""Settle dead letters at a station: redrive or discard, in a transaction each."""

from interop.exchange.deadletter import Redriven, discard, redrive
from interop.exchange.recovery import lift_fork
from interop.gateway.station import Station
from interop.store import cases
from interop.store.letters import dead_letters_of, require_letter, waiting_letters
from interop.store.tx import Tx


def redrive_letter(station: Station, number: int) -> tuple[Redriven, ...]:
    """Apply a dead letter and those of its case; raise as ``exchange.deadletter.redrive``.

    Once none of the case waits any more, the case moves again.
    """
    with station.store.transaction() as tx:
        case = require_letter(tx, number).case
        codes = _codes(tx, case)
        done = redrive(
            tx,
            number,
            key=station.directory.own.decryption,
            apply=station.apply,
            at=station.clock(),
        )
        if done and not waiting_letters(tx, case=case):
            station.settled(tx, case, codes)
    return done


def redrive_case(station: Station, case: str) -> tuple[Redriven, ...]:
    """Apply the dead letters of a case, in order."""
    with station.store.transaction() as tx:
        first = next(iter(waiting_letters(tx, case=case)), None)
    return () if first is None else redrive_letter(station, first.id)


def discard_letter(station: Station, number: int) -> bool:
    """Set a dead letter aside for good; raise as ``exchange.deadletter.discard``."""
    with station.store.transaction() as tx:
        case = require_letter(tx, number).case
        codes, done = _codes(tx, case), discard(tx, number, at=station.clock())
        if done and not waiting_letters(tx, case=case):
            station.settled(tx, case, codes)
    return done


def release_case(station: Station, case: str) -> bool:
    """Let a parked case move again that a person has looked at; False if it was not parked.

    Raises:
        CaseError: ``case-unknown``: a number that was mistyped is no case that stands well.
    """
    with station.store.transaction() as tx:
        cases.require(tx, case)
        return station.settled(tx, case, None)


def _codes(tx: Tx, case: str) -> frozenset[str]:
    return frozenset(letter.reason_code for letter in dead_letters_of(tx, case))


def lift_alarm(station: Station, peer: str, lane: int) -> bool:
    """Let a lane go on whose fork a person has looked at; False if there was no alarm."""
    with station.store.transaction() as tx:
        return lift_fork(tx, peer, lane, at=station.clock())

"""Settle dead letters at a station: redrive or discard, in a transaction each."""

from interop.exchange.deadletter import Redriven, discard, redrive
from interop.gateway.station import Station
from interop.store.letters import waiting_letters


def redrive_letter(station: Station, number: int) -> tuple[Redriven, ...]:
    """Apply a dead letter and those of its case; raise as ``exchange.deadletter.redrive``."""
    with station.store.transaction() as tx:
        return redrive(
            tx,
            number,
            key=station.directory.own.decryption,
            apply=station.apply,
            at=station.clock(),
        )


def redrive_case(station: Station, case: str) -> tuple[Redriven, ...]:
    """Apply the dead letters of a case, in order."""
    with station.store.transaction() as tx:
        first = next(iter(waiting_letters(tx, case=case)), None)
    return () if first is None else redrive_letter(station, first.id)


def discard_letter(station: Station, number: int) -> bool:
    """Set a dead letter aside for good; raise as ``exchange.deadletter.discard``."""
    with station.store.transaction() as tx:
        return discard(tx, number, at=station.clock())

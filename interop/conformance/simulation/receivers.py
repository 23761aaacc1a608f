"""Receivers that die while they take a batch, and two that are unsound on purpose."""

from dataclasses import replace

from interop.conformance.simulation.region import Crash, Region
from interop.errors import InteropError, RegionUnavailable
from interop.exchange import open_batch, receive
from interop.exchange.envelope import disclose
from interop.gateway.intake import take_batch
from interop.gateway.station import Station
from interop.store import Tx
from interop.transport.reasons import UNREACHABLE


def killed(region: Region, batch: bytes) -> None:
    """Let a region die before it commits.

    Raises:
        Crash: Always.
    """
    with region.store.transaction() as tx:
        _receive(region, tx, batch)
        raise Crash


def answered_and_lost(region: Region, batch: bytes) -> bytes:
    """Return the receipt of what was never committed: the fault that must show."""
    receipt = b""

    def die() -> None:
        nonlocal receipt
        with region.store.transaction() as tx:
            receipt = _receive(region, tx, batch)
            raise Crash

    try:
        die()
    except Crash:
        region.forget()
    return receipt


def _receive(region: Region, tx: Tx, batch: bytes) -> bytes:
    directory = region.party.directory
    return receive(tx, batch, directory=directory, apply=region.apply, at=region.clock())


def forgetful(region: Region, batch: bytes) -> bytes:
    """Do again what comes again: the fault that must show."""
    with region.store.transaction() as tx:
        opened = open_batch(batch, directory=region.party.directory)
        for envelope in opened.envelopes:
            region.apply(tx, envelope, disclose(envelope, key=region.party.ring.decryption))
    try:
        return take_batch(_idle(region), batch)
    except InteropError:
        raise RegionUnavailable(UNREACHABLE.of(field=region.code, got="refused")) from None


def _idle(region: Region) -> Station:
    return replace(region.station, apply=lambda _tx, _envelope, _message: None)

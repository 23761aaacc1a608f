"""What federation remembers, kept in the store: each port within one transaction."""

from dataclasses import dataclass
from datetime import datetime

from interop.federation.replay import use_key
from interop.federation.status import state_at
from interop.model.ports import RevocationState
from interop.store import Store, logouts, revocations, status_lists, token_uses
from interop.store.tx import Tx


@dataclass(frozen=True, slots=True)
class StoredUses:
    """What was used once at one gateway; every use commits by itself.

    A proof stays used up whatever becomes of the call that it came with.
    """

    store: Store

    def first_use(self, issuer: str, token_id: str, *, until: datetime, now: datetime) -> bool:
        """Return True the first time ``issuer`` and ``token_id`` come."""
        return self.store.repeat(
            lambda tx: Remembered(tx).first_use(issuer, token_id, until=until, now=now)
        )


@dataclass(frozen=True, slots=True)
class Remembered:
    """The ports ``ReplayStore``, ``Revocations`` and ``LoggedOut`` on one transaction."""

    tx: Tx

    def first_use(self, issuer: str, token_id: str, *, until: datetime, now: datetime) -> bool:
        """Return True the first time ``issuer`` and ``token_id`` come."""
        return token_uses.first_use(self.tx, use_key(issuer, token_id), until=until, now=now)

    def state(self, issuer: str, token_id: str, *, now: datetime) -> RevocationState:
        """Return whether ``issuer`` took back what it named ``token_id``."""
        return revocations.state(self.tx, issuer, use_key(issuer, token_id), now=now)

    def at(self, issuer: str, uri: str, index: int, *, now: datetime) -> RevocationState:
        """Return the state at a position of a status list of ``issuer``."""
        held = status_lists.held(self.tx, issuer, uri)
        if held is None:
            return "unknown"
        states, fresh_until = held
        return state_at(states, index, fresh=now < fresh_until)

    def end(self, key: str, *, at: datetime, until: datetime) -> None:
        """Remember that the sessions under ``key`` that began by ``at`` are over."""
        logouts.end(self.tx, key, at=at, until=until)

    def ended_at(self, key: str) -> datetime | None:
        """Return when the sessions under ``key`` ended last, if they did."""
        return logouts.ended_at(self.tx, key)

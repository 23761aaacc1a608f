"""Token Status List: what an issuer says of everything it issued, a few bits each.

A position says more than a list of identifiers can: that something is not valid, without
naming it to whoever reads the list. Any state but 0 counts as taken back.
Source: draft-ietf-oauth-status-list sections 4 (the list), 5 (its token), 8 (reading it).
"""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

from msgspec import Meta

from interop.crypto.status_list import JOSE_TYP as STATUS_JOSE_TYP
from interop.crypto.status_list import read_status_list as read_packed
from interop.crypto.status_reasons import STATUS_LIST_SIZE
from interop.errors import TrustError
from interop.federation.claims import Url
from interop.federation.registry import TrustRegistry
from interop.federation.signed_list import ListClaims, ListKind, open_list
from interop.federation.state_reasons import (
    STATUS_ROLLBACK,
    STATUS_TIME,
    STATUS_TYP,
)
from interop.federation.trusted_key import SKEW_S_MAX
from interop.model.canonical import Json
from interop.model.ports import Clock, RevocationState

LIFE_S_MAX: Final = 86_400
POSITIONS_MAX: Final = 1_048_576


class StatusClaims(ListClaims, frozen=True, kw_only=True):
    """Claims of a status list token; instants are seconds since 1970, UTC.

    Attributes:
        sub: Names the list.
        ttl: Seconds for which it may be kept, if fewer.
        status_list: The packed list; read only once the signature holds.
    """

    sub: Url
    ttl: Annotated[int, Meta(ge=1, le=LIFE_S_MAX)] = LIFE_S_MAX
    status_list: dict[str, int | str]


STATUS: Final = ListKind(STATUS_JOSE_TYP, StatusClaims, STATUS_TYP)


@dataclass(frozen=True, slots=True)
class StatusList:
    """A list that was verified.

    Attributes:
        issuer: Whose list.
        uri: Names it.
        issued_at: When it was made; aware.
        fresh_until: Until when it may be relied on; aware.
        states: One byte per position.
    """

    issuer: str
    uri: str
    issued_at: datetime
    fresh_until: datetime
    states: bytes = field(repr=False)


def read_status_list(token: str, registry: TrustRegistry, *, clock: Clock) -> StatusList:
    """Return the list in ``token`` if its issuer may speak of mandates and it is fresh.

    Raises:
        TrustError: ``status-…``, or a code of the token's form, issuer or key.
    """
    now = clock()
    claims = open_list(token, registry, STATUS, now=now)
    issued_at = datetime.fromtimestamp(claims.iat, UTC)
    ends = min(claims.exp, claims.iat + claims.ttl)
    if not claims.iat - SKEW_S_MAX <= now.timestamp() < ends:
        raise TrustError(STATUS_TIME.of(field="exp"))
    fresh_until = issued_at + timedelta(seconds=ends - claims.iat)
    states = unpack({**claims.status_list})
    return StatusList(claims.iss, claims.sub, issued_at, fresh_until, states)


def unpack(claim: Json) -> bytes:
    """Return one byte per position of the claim ``status_list``.

    Raises:
        TrustError: ``status-list-…``, or ``base64url-…``.
    """
    found = read_packed(claim)
    if len(found) > POSITIONS_MAX:
        raise TrustError(STATUS_LIST_SIZE.of(field="lst", expected=POSITIONS_MAX // 8))
    return found.unfolded()


def state_at(states: bytes, index: int, *, fresh: bool) -> RevocationState:
    """Return the state at a position; ``unknown`` where there is none, or for an old list.

    What was taken back stays so, however old the list is.
    """
    if not 0 <= index < len(states):
        return "unknown"
    if states[index]:
        return "revoked"
    return "valid" if fresh else "unknown"


class StatusLists:
    """The latest lists within one process; thread-safe."""

    def __init__(self, lists: Iterable[StatusList] = ()) -> None:
        """Take lists."""
        self._lists: dict[tuple[str, str], StatusList] = {}
        self._lock = threading.Lock()
        for one in lists:
            self.take(one)

    def take(self, latest: StatusList) -> None:
        """Put ``latest`` in place of the last list of its issuer and name.

        Raises:
            TrustError: ``status-rollback`` for a list before the one that is held.
        """
        with self._lock:
            held = self._lists.get((latest.issuer, latest.uri))
            if held is not None and held.issued_at > latest.issued_at:
                raise TrustError(STATUS_ROLLBACK.of(field="iat"))
            self._lists[latest.issuer, latest.uri] = latest

    def at(self, issuer: str, uri: str, index: int, *, now: datetime) -> RevocationState:
        """Return the state at a position; ``unknown`` if there is no such list."""
        held = self._lists.get((issuer, uri))
        if held is None:
            return "unknown"
        return state_at(held.states, index, fresh=now < held.fresh_until)

"""Lists of what an issuer took back (revocations+jwt), whole and numbered.

A list replaces the one before it. It is good for a day at most: after that nobody knows, and
what hangs on it is refused.
Source: RFC 7519; the numbering guards against an older list (rollback).
"""

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from interop.crypto import sign_compact
from interop.errors import TrustError
from interop.federation.claims import Identifier
from interop.federation.registry import TrustRegistry
from interop.federation.replay import use_key
from interop.federation.signed_list import ListClaims, ListKind, open_list
from interop.federation.state_reasons import (
    REVOCATIONS_OLD,
    REVOCATIONS_TIME,
    REVOCATIONS_TYP,
)
from interop.federation.status import StatusLists
from interop.federation.trusted_key import SKEW_S_MAX
from interop.model.canonical import INT_MAX, Json, canonical_bytes
from interop.model.ports import Clock, Env, RevocationState, Signer
from interop.model.sensitive import Sensitive

REVOCATIONS_JOSE_TYP: Final = "revocations+jwt"
LIST_LIFE_S_MAX: Final = 86_400
ENTRIES_MAX: Final = 10_000


class RevocationClaims(ListClaims, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Claims of a revocation list; instants are seconds since 1970, UTC.

    Attributes:
        seq: Its number; grows with every list.
        revoked: The jti of everything taken back and not expired yet.
    """

    seq: Annotated[int, Meta(ge=1, le=INT_MAX)]
    revoked: Annotated[tuple[Identifier, ...], Meta(max_length=ENTRIES_MAX)]


REVOCATIONS: Final = ListKind(REVOCATIONS_JOSE_TYP, RevocationClaims, REVOCATIONS_TYP)


@dataclass(frozen=True, slots=True)
class RevocationList:
    """A list that was verified.

    Attributes:
        issuer: Whose list.
        sequence: Its number.
        fresh_until: Until when it may be relied on; aware.
        digests: Digest of issuer and jti of every entry.
    """

    issuer: str
    sequence: int
    fresh_until: datetime
    digests: frozenset[str]


def issue_revocations(claims: RevocationClaims, signer: Signer, *, env: Env) -> Sensitive:
    """Return a revocation list, for an issuer of mandates built on this library."""
    members: Json = msgspec.to_builtins(claims)
    return Sensitive(
        sign_compact(
            canonical_bytes(members), signer, typ=REVOCATIONS_JOSE_TYP, header={"env": env}
        )
    )


def read_revocations(token: str, registry: TrustRegistry, *, clock: Clock) -> RevocationList:
    """Return the list in ``token`` if its issuer may speak of mandates and it is fresh.

    Raises:
        TrustError: ``revocations-…``, or a code of the token's form, issuer or key.
    """
    now = clock()
    claims = open_list(token, registry, REVOCATIONS, now=now)
    at = int(now.timestamp())
    term = claims.exp - claims.iat
    if not (claims.iat - SKEW_S_MAX <= at < claims.exp and 0 < term <= LIST_LIFE_S_MAX):
        raise TrustError(REVOCATIONS_TIME.of(field="exp", expected=LIST_LIFE_S_MAX))
    return RevocationList(
        issuer=claims.iss,
        sequence=claims.seq,
        fresh_until=datetime.fromtimestamp(claims.exp, UTC),
        digests=frozenset(use_key(claims.iss, jti) for jti in claims.revoked),
    )


class MemoryRevocations:
    """The port ``Revocations`` within one process; thread-safe."""

    def __init__(
        self, lists: Iterable[RevocationList] = (), *, statuses: StatusLists | None = None
    ) -> None:
        """Take the latest lists, one per issuer, and status lists beside them."""
        self._statuses = statuses or StatusLists()
        self._lists: dict[str, RevocationList] = {}
        self._lock = threading.Lock()
        for one in lists:
            self.take(one)

    def take(self, latest: RevocationList) -> None:
        """Put ``latest`` in place of the issuer's last list.

        Raises:
            TrustError: ``revocations-rollback`` for a list before the one that is held.
        """
        with self._lock:
            held = self._lists.get(latest.issuer)
            if held is not None and held.sequence >= latest.sequence:
                due = held.sequence + 1
                raise TrustError(
                    REVOCATIONS_OLD.of(field="seq", expected=due, got=latest.sequence)
                )
            self._lists[latest.issuer] = latest

    def state(self, issuer: str, token_id: str, *, now: datetime) -> RevocationState:
        """Return whether ``issuer`` took it back; what was taken back stays so."""
        held = self._lists.get(issuer)
        if held is None:
            return "unknown"
        if use_key(issuer, token_id) in held.digests:
            return "revoked"
        return "valid" if now < held.fresh_until else "unknown"

    def at(self, issuer: str, uri: str, index: int, *, now: datetime) -> RevocationState:
        """Return the state at a position of a status list."""
        return self._statuses.at(issuer, uri, index, now=now)

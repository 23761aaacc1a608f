"""Back-channel logout: what an identity provider ended is refused from then on.

A log-out by subject ends the sessions that began up to it, so a new login counts again; one
by session ends that session for good. Exchanged tokens that left before live on until their
own end, five minutes at most.
Source: OpenID Connect Back-Channel Logout 1.0 sections 2.4 and 2.6.
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from msgspec import Struct

from interop.crypto.algorithms import printable
from interop.crypto.jose import split, verify_with
from interop.errors import Reason, TrustError
from interop.federation.claims import Identifier, Instant, Subject, Url, read_claims
from interop.federation.exchange_claims import Presented
from interop.federation.gates import read_agreed_header
from interop.federation.registry import SKEW_S_MAX, TrustRegistry
from interop.federation.state_reasons import (
    LOGOUT_AUDIENCE,
    LOGOUT_EVENT,
    LOGOUT_EXPIRED,
    LOGOUT_LIFETIME,
    LOGOUT_NONCE,
    LOGOUT_NOT_YET_VALID,
    LOGOUT_REPLAYED,
    LOGOUT_TYP,
    LOGOUT_WHOM,
    SESSION_ENDED,
)
from interop.model.canonical import canonical_bytes, digest
from interop.model.ports import Clock, LoggedOut, ReplayStore

LOGOUT_JOSE_TYP: Final = "logout+jwt"
EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
LOGOUT_LIFE_S_MAX: Final = 300

# ``bare``: the sessions of a subject whose logins do not say which session they are of.
Whom = Literal["sub", "sid", "bare"]


class LogoutClaims(
    Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True
):
    """Claims of a logout token; instants are seconds since 1970, UTC.

    Attributes:
        iss: The identity provider.
        aud: This gateway, alone.
        iat: When the session ended.
        exp: When the token expires, exclusive.
        jti: Names the token; it counts once.
        events: Holds the one event, an empty object.
        sub: Whose sessions.
        sid: Which session.
        nonce: Read only to be refused by name: with it, it would be an id_token.
    """

    iss: Url
    aud: str | list[str]
    iat: Instant
    exp: Instant
    jti: Identifier
    events: dict[str, dict[str, object]]
    sub: Subject | None = None
    sid: Subject | None = None
    nonce: object = None

    def __repr__(self) -> str:
        return f"LogoutClaims(jti={self.jti!r})"


@dataclass(frozen=True, slots=True)
class LogoutOrder:
    """A logout token that was verified.

    Attributes:
        issuer: The identity provider.
        keys: Digests of what has ended; see :func:`session_key`.
        at: When; aware.
        until: From when no token of these sessions can be alive.
        token_id: The jti.
        expires_at: When the token itself is refused as expired, skew included.
        token_digest: Digest of header and payload.
    """

    issuer: str
    keys: tuple[str, ...]
    at: datetime
    until: datetime
    token_id: str
    expires_at: datetime
    token_digest: str


def session_key(issuer: str, whom: Whom, name: str) -> str:
    """Return the digest that stands for a subject or a session of ``issuer``."""
    return digest(canonical_bytes([issuer, whom, name]))


def verify_logout(
    token: str, registry: TrustRegistry, *, audience: str, clock: Clock
) -> LogoutOrder:
    """Return what a logout token ends if it is believed; nothing is remembered yet.

    Raises:
        TrustError: ``logout-…``, every reason at once; or a code of form, issuer or key.
    """
    now = clock()
    registry.require_valid(now)
    compact = split(token)
    header = read_agreed_header(compact.header, env=registry.env)
    if header.typ != LOGOUT_JOSE_TYP:
        raise TrustError(LOGOUT_TYP.of(field="typ", got=printable(header.typ)))
    claims = read_claims(compact.payload, LogoutClaims)
    issuer = registry.issuer(claims.iss)
    issuer.require_role("idp", "hub")
    key = issuer.key(header.kid, now=now)
    verify_with(compact, header, key.key)
    at = datetime.fromtimestamp(claims.iat, UTC)
    key.require_signing(at)
    reasons = (
        *_time_problems(claims, int(now.timestamp())),
        *_content_problems(claims, audience),
    )
    if reasons:
        raise TrustError(*reasons)
    skew = timedelta(seconds=SKEW_S_MAX)
    return LogoutOrder(
        issuer=claims.iss,
        keys=tuple(session_key(claims.iss, whom, name) for whom, name in _meant(claims)),
        at=at,
        until=now + timedelta(seconds=issuer.row.ttl_s_max) + 2 * skew,
        token_id=claims.jti,
        expires_at=datetime.fromtimestamp(claims.exp, UTC) + skew,
        token_digest=digest(compact.signed),
    )


def _meant(claims: LogoutClaims) -> Iterator[tuple[Whom, str]]:
    # The log-out of one session does not end the person's others, save those of logins that
    # do not say which session they are of: with them nobody could tell.
    if claims.sid is not None:
        yield "sid", claims.sid
    if claims.sub is not None:
        yield ("sub" if claims.sid is None else "bare"), claims.sub


def log_out(
    order: LogoutOrder, *, sessions: LoggedOut, replay: ReplayStore, now: datetime
) -> None:
    """Remember what ``order`` ends.

    Raises:
        TrustError: ``logout-replayed``.
    """
    first = replay.first_use(order.issuer, order.token_id, until=order.expires_at, now=now)
    if not first:
        raise TrustError(LOGOUT_REPLAYED.of(field="jti"))
    for key in order.keys:
        sessions.end(key, at=order.at, until=order.until)


def require_alive(token: Presented, sessions: LoggedOut) -> None:
    """Refuse a login whose session has ended.

    An exchanged token names its subject anew, so only its own end stops it.

    Raises:
        TrustError: ``session-ended``.
    """
    if len(token.path) > 1:
        return
    issuer, subject = token.path[0], token.principal.actor.subject.reveal()
    by_subject: list[Whom] = ["sub"]
    if token.session is None:
        by_subject.append("bare")
    elif sessions.ended_at(session_key(issuer, "sid", token.session.reveal())) is not None:
        raise TrustError(SESSION_ENDED.of(field="sid"))
    for whom in by_subject:
        ended = sessions.ended_at(session_key(issuer, whom, subject))
        # In whole seconds, as the provider tells both; the same second is over, too.
        if ended is not None and token.principal.authenticated_at <= ended:
            raise TrustError(SESSION_ENDED.of(field="sub"))


def _time_problems(claims: LogoutClaims, now: int) -> Iterator[Reason]:
    term = claims.exp - claims.iat
    if claims.iat - now > SKEW_S_MAX:
        yield LOGOUT_NOT_YET_VALID.of(field="iat", got=claims.iat - now)
    if now >= claims.exp + SKEW_S_MAX:
        yield LOGOUT_EXPIRED.of(field="exp")
    if not 0 < term <= LOGOUT_LIFE_S_MAX:
        yield LOGOUT_LIFETIME.of(field="exp", expected=LOGOUT_LIFE_S_MAX, got=term)


def _content_problems(claims: LogoutClaims, audience: str) -> Iterator[Reason]:
    if claims.aud not in (audience, [audience]):
        got = printable(claims.aud) if isinstance(claims.aud, str) else "several"
        yield LOGOUT_AUDIENCE.of(field="aud", expected=audience, got=got)
    if claims.events != {EVENT: {}}:
        yield LOGOUT_EVENT.of(field="events", expected=EVENT)
    if claims.nonce is not None:
        yield LOGOUT_NONCE.of(field="nonce")
    if claims.sub is None and claims.sid is None:
        yield LOGOUT_WHOM.of(field="sub")


class MemoryLoggedOut:
    """The port ``LoggedOut`` within one process; thread-safe, bounded by what still lives."""

    def __init__(self, *, clock: Clock) -> None:
        """Forget by ``clock`` what is past its end."""
        self._clock = clock
        self._ended: dict[str, tuple[datetime, datetime]] = {}
        self._lock = threading.Lock()

    def end(self, key: str, *, at: datetime, until: datetime) -> None:
        """Remember an end; an earlier one never takes the place of a later one."""
        with self._lock:
            now = self._clock()
            self._ended = {k: row for k, row in self._ended.items() if row[1] >= now}
            before = self._ended.get(key, (at, until))
            self._ended[key] = (max(at, before[0]), max(until, before[1]))

    def ended_at(self, key: str) -> datetime | None:
        """Return when the sessions under ``key`` ended last, if they did."""
        row = self._ended.get(key)
        return None if row is None else row[0]

"""Ended sessions: what an identity provider ended is refused from then on.

A log-out by subject ends the sessions that began up to it, so a new login counts again; one
by session ends that session for good. Exchanged tokens that left before live on until their
own end, five minutes at most.
Source: OpenID Connect Back-Channel Logout 1.0 section 2.7.
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from interop.errors import TrustError
from interop.federation.exchange_claims import Presented
from interop.federation.logout_token import LogoutNotice
from interop.federation.registry import TrustRegistry
from interop.federation.state_reasons import LOGOUT_REPLAYED, SESSION_ENDED
from interop.federation.trusted_key import SKEW_S_MAX
from interop.model.canonical import canonical_bytes, digest
from interop.model.ports import Clock, LoggedOut, ReplayStore

# ``bare``: the sessions of a subject whose logins do not say which session they are of.
Whom = Literal["sub", "sid", "bare"]


def session_key(issuer: str, whom: Whom, name: str) -> str:
    """Return the digest that stands for a subject or a session of ``issuer``."""
    return digest(canonical_bytes([issuer, whom, name]))


@dataclass(frozen=True, slots=True)
class Sessions:
    """What log-outs are remembered in.

    Attributes:
        registry: Whom to believe; tells how long a provider's tokens live.
        ended: Sessions that are over.
        replay: Logout tokens that were used.
    """

    registry: TrustRegistry
    ended: LoggedOut
    replay: ReplayStore

    def log_out(self, notice: LogoutNotice, *, now: datetime) -> None:
        """Remember what ``notice`` ends, until no token of it can be alive.

        Raises:
            TrustError: ``logout-replayed``.
        """
        skew = timedelta(seconds=SKEW_S_MAX)
        until = notice.expires_at + skew
        if not self.replay.first_use(notice.issuer, notice.token_id, until=until, now=now):
            raise TrustError(LOGOUT_REPLAYED.of(field="jti"))
        ttl_s = self.registry.issuer(notice.issuer).row.ttl_s_max
        over = now + timedelta(seconds=ttl_s) + 2 * skew
        for whom, name in _meant(notice):
            key = session_key(notice.issuer, whom, name)
            self.ended.end(key, at=notice.issued_at, until=over)


def _meant(notice: LogoutNotice) -> Iterator[tuple[Whom, str]]:
    # The log-out of one session does not end the person's others, save those of logins that
    # do not say which session they are of: with them nobody could tell.
    if notice.session is not None:
        yield "sid", notice.session.reveal()
    if notice.subject is not None:
        yield ("sub" if notice.session is None else "bare"), notice.subject.reveal()


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

"""Logout tokens: an identity provider says that somebody's sessions are over.

Source: OpenID Connect Back-Channel Logout 1.0 sections 2.4 and 2.6.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from interop.errors import Reason
from interop.federation.claims import LOGOUT_EVENT, LogoutClaims
from interop.federation.token_reasons import LOGOUT_EVENTS, LOGOUT_NOBODY, LOGOUT_NONCE
from interop.model.sensitive import Sensitive


@dataclass(frozen=True, slots=True)
class LogoutNotice:
    """Whose sessions end.

    Attributes:
        issuer: The identity provider.
        subject: Whose sessions; None if only the session is named.
        session: The one session; None if all of the subject's.
        token_id: Names the token; with the issuer the key of the replay check.
        issued_at: Sessions that began by then end; aware.
        expires_at: When the token expires; aware.
    """

    issuer: str
    subject: Sensitive | None
    session: Sensitive | None
    token_id: str
    issued_at: datetime
    expires_at: datetime


def logout_problems(claims: LogoutClaims) -> Iterator[Reason]:
    """Yield what a logout token must not say, or lacks."""
    if claims.nonce is not None:
        yield LOGOUT_NONCE.of(field="nonce")
    if claims.events != {LOGOUT_EVENT: {}}:
        yield LOGOUT_EVENTS.of(field="events", expected=LOGOUT_EVENT)
    if claims.sub is None and claims.sid is None:
        yield LOGOUT_NOBODY.of(field="sub, sid")


def notice_of(claims: LogoutClaims) -> LogoutNotice:
    """Return the notice of verified ``claims``."""
    return LogoutNotice(
        issuer=claims.iss,
        subject=None if claims.sub is None else Sensitive(claims.sub),
        session=None if claims.sid is None else Sensitive(claims.sid),
        token_id=claims.jti,
        issued_at=datetime.fromtimestamp(claims.iat, UTC),
        expires_at=datetime.fromtimestamp(claims.exp, UTC),
    )

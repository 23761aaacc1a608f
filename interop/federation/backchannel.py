"""Log-out tokens of the back channel: read one and say whose sessions end.

Source: OpenID Connect Back-Channel Logout 1.0 sections 2.4 and 2.6.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from msgspec import Struct

from interop.crypto.algorithms import printable
from interop.crypto.jose import split, verify_with
from interop.errors import Reason, TrustError
from interop.federation.claims import Identifier, Instant, Subject, Url, read_claims
from interop.federation.gates import read_agreed_header
from interop.federation.logout import LogoutNotice
from interop.federation.registry import SKEW_S_MAX, TrustRegistry
from interop.federation.state_reasons import (
    LOGOUT_AUDIENCE,
    LOGOUT_EVENT,
    LOGOUT_EXPIRED,
    LOGOUT_LIFETIME,
    LOGOUT_NONCE,
    LOGOUT_NOT_YET_VALID,
    LOGOUT_TYP,
    LOGOUT_WHOM,
)
from interop.model.ports import Clock
from interop.model.sensitive import Sensitive

LOGOUT_JOSE_TYP: Final = "logout+jwt"
EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
LOGOUT_LIFE_S_MAX: Final = 300


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


def verify_logout(
    token: str, registry: TrustRegistry, *, audience: str, clock: Clock
) -> LogoutNotice:
    """Return whose sessions end if a logout token is believed; nothing is remembered yet.

    Raises:
        TrustError: ``backchannel-…``, every reason at once; or a code of form, issuer or key.
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
    key.require_signing(datetime.fromtimestamp(claims.iat, UTC))
    reasons = (
        *_time_problems(claims, int(now.timestamp())),
        *_content_problems(claims, audience),
    )
    if reasons:
        raise TrustError(*reasons)
    return LogoutNotice(
        issuer=claims.iss,
        subject=None if claims.sub is None else Sensitive(claims.sub),
        session=None if claims.sid is None else Sensitive(claims.sid),
        token_id=claims.jti,
        issued_at=datetime.fromtimestamp(claims.iat, UTC),
        expires_at=datetime.fromtimestamp(claims.exp, UTC),
    )


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

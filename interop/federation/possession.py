"""Proofs of possession (DPoP): whoever shows a bound token also holds its key, now and here.

Source: RFC 9449 sections 4.2, 4.3 and 7; RFC 7638 (thumbprint).
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from interop.crypto import base64url, import_public
from interop.crypto.algorithms import printable, require_available
from interop.crypto.jose import HEADER_BYTES_MAX, Compact, split
from interop.errors import ReasonRow, TrustError
from interop.federation.claims import PROOF_TYP, PossessionClaims, read_claims, write_claims
from interop.federation.reasons import TOKEN_PROOF_OF_POSSESSION
from interop.federation.token_reasons import (
    DPOP_AHEAD,
    DPOP_ATH,
    DPOP_CLAIMS,
    DPOP_HEADER,
    DPOP_HTM,
    DPOP_HTU,
    DPOP_JKT,
    DPOP_MISSING,
    DPOP_NONCE,
    DPOP_OLD,
    DPOP_REPLAYED,
    DPOP_TOKEN_UNBOUND,
    DPOP_TYP,
    DPOP_UNGUARDED,
)
from interop.federation.trusted_key import SKEW_S_MAX
from interop.model.canonical import Json, canonical_bytes, read_json
from interop.model.ports import Signer
from interop.model.sensitive import Sensitive

PROOF_BYTES_MAX: Final = 8 * 1024
PROOF_AGE_S_MAX: Final = 60
MEMBERS: Final = frozenset({"alg", "jwk", "typ"})
# What a thumbprint is over, by kind of key.
THUMBED: Final = {
    "EC": ("crv", "kty", "x", "y"),
    "OKP": ("crv", "kty", "x"),
    "RSA": ("e", "kty", "n"),
}


class FirstUse(Protocol):
    """What may be used once, named by who issued it and its identifier."""

    def first_use(self, issuer: str, token_id: str, *, until: datetime, now: datetime) -> bool:
        """Return True the first time ``issuer`` and ``token_id`` come, False afterwards."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Possession:
    """A proof as it came with a request, and the request as this gateway saw it.

    Attributes:
        jwt: The value of the header ``DPoP``; empty if the scheme was DPoP without one.
        method: Method of the request.
        url: Address of the request as callers know it; query and fragment are left out.
        nonce: What this gateway gave out for the next proof; None if it asks for none.
    """

    jwt: Sensitive
    method: str
    url: str
    nonce: Sensitive | None = None


def require_possession(
    jkt: str,
    proof: Possession | None,
    token: str,
    *,
    now: datetime,
    replay: FirstUse | None,
) -> None:
    """Refuse a bound token without a proof by its key, and a proof that does not fit.

    Args:
        jkt: Thumbprint of the key the token is bound to; empty if to none.
        proof: What came along.
        token: The access token, verified.
        now: The present instant, aware.
        replay: Which proofs were used; asked last, so that only a sound proof is used up.

    Raises:
        TrustError: ``token-proof-of-possession`` for a bound token shown as a bearer's,
            else a ``dpop-…`` code or a code of form, key and signature.
    """
    if proof is None:
        raise TrustError(TOKEN_PROOF_OF_POSSESSION.of(field="cnf"))
    if not proof.jwt:
        raise TrustError(DPOP_MISSING.of(field="DPoP"))
    if not jkt:
        raise TrustError(DPOP_TOKEN_UNBOUND.of(field="cnf"))
    compact = split(proof.jwt.reveal(), bytes_max=PROOF_BYTES_MAX)
    own = _signed_by(compact)
    claims = _claims(compact.payload)
    _require_request(claims, proof)
    if not hmac.compare_digest(claims.ath, _sha256(token)):
        raise TrustError(DPOP_ATH.of(field="ath"))
    if not hmac.compare_digest(own, jkt):
        raise TrustError(DPOP_JKT.of(field="cnf.jkt"))
    _require_fresh(claims, now)
    _require_first(own, claims, now=now, replay=replay)


def prove_possession(
    claims: PossessionClaims, signer: Signer, jwk: Mapping[str, Json]
) -> Sensitive:
    """Return a proof of possession (dpop+jwt): for applications built on this and tests.

    Args:
        claims: What it says.
        signer: The application's key.
        jwk: Its public half.
    """
    public = {name: jwk[name] for name in THUMBED[str(jwk.get("kty"))]}
    head: dict[str, Json] = {"alg": signer.alg, "jwk": public, "typ": PROOF_TYP}
    body = write_claims(claims)
    signed = f"{base64url.encode(canonical_bytes(head))}.{base64url.encode(body)}"
    return Sensitive(f"{signed}.{base64url.encode(signer.sign(signed.encode()))}")


def thumbprint(jwk: Mapping[str, Json]) -> str:
    """Return the RFC 7638 thumbprint of a public JWK, SHA-256, base64url.

    Raises:
        TrustError: ``dpop-header`` for a kind of key that has none here.
    """
    names = THUMBED.get(str(jwk.get("kty")))
    if names is None:
        raise TrustError(DPOP_HEADER.of(field="jwk", expected=" | ".join(THUMBED)))
    members: dict[str, Json] = {name: jwk.get(name) for name in names}
    return base64url.encode(hashlib.sha256(canonical_bytes(members)).digest())


def _signed_by(compact: Compact) -> str:
    """Return the thumbprint of the key in the header that signed the proof."""
    head = read_json(
        compact.header, error=TrustError, field="header", bytes_max=HEADER_BYTES_MAX
    )
    if not isinstance(head, dict) or head.keys() != MEMBERS:
        raise TrustError(DPOP_HEADER.of(field="header", expected=", ".join(sorted(MEMBERS))))
    typ, alg, jwk = (head[name] for name in ("typ", "alg", "jwk"))
    if typ != PROOF_TYP:
        raise TrustError(DPOP_TYP.of(field="typ", expected=PROOF_TYP, got=printable(str(typ))))
    if not isinstance(alg, str) or not isinstance(jwk, dict):
        raise TrustError(DPOP_HEADER.of(field="header", expected="alg: text, jwk: object"))
    require_available(alg)
    key = import_public(jwk, alg=alg)
    key.check(compact.signature, compact.signed)
    return thumbprint(jwk)


def _claims(payload: bytes) -> PossessionClaims:
    try:
        return read_claims(payload, PossessionClaims)
    except TrustError as fault:
        reason = fault.reason
        raise TrustError(DPOP_CLAIMS.of(field=reason.field, got=reason.code)) from None


def _require_request(claims: PossessionClaims, proof: Possession) -> None:
    url = proof.url.partition("#")[0].partition("?")[0]
    if claims.htm != proof.method:
        raise TrustError(DPOP_HTM.of(field="htm", expected=proof.method, got=claims.htm))
    if claims.htu != url:
        raise TrustError(DPOP_HTU.of(field="htu", expected=url))
    if proof.nonce is not None and not hmac.compare_digest(
        (claims.nonce or "").encode(), proof.nonce.reveal().encode()
    ):
        raise TrustError(DPOP_NONCE.of(field="nonce"))


def _require_fresh(claims: PossessionClaims, now: datetime) -> None:
    age = int(now.timestamp()) - claims.iat
    row: ReasonRow | None = None
    if age > PROOF_AGE_S_MAX + SKEW_S_MAX:
        row = DPOP_OLD
    elif age < -SKEW_S_MAX:
        row = DPOP_AHEAD
    if row is not None:
        raise TrustError(row.of(field="iat", expected=PROOF_AGE_S_MAX, got=abs(age)))


def _require_first(
    key: str, claims: PossessionClaims, *, now: datetime, replay: FirstUse | None
) -> None:
    if replay is None:
        raise TrustError(DPOP_UNGUARDED.of(field="replay"))
    # One second later than the last at which its age would let it pass.
    life = timedelta(seconds=PROOF_AGE_S_MAX + SKEW_S_MAX + 1)
    until = datetime.fromtimestamp(claims.iat, UTC) + life
    if not replay.first_use(f"dpop:{key}", claims.jti, until=until, now=now):
        raise TrustError(DPOP_REPLAYED.of(field="jti"))


def _sha256(text: str) -> str:
    return base64url.encode(hashlib.sha256(text.encode("ascii")).digest())

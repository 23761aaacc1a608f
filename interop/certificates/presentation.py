"""A certificate on its way between two gateways: SD-JWT VC, key-bound, short-lived.

A gateway that verified the original issues this carrier with the original's digest and shows
only the fields that an item needs, bound to the target region and the case. It carries; the
source of truth stays the original.
Source: RFC 9901 (SD-JWT with key binding), draft-ietf-oauth-sd-jwt-vc.
"""

import hmac
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from interop.certificates.disclosure import (
    DISCLOSURES_MAX,
    HASH,
    Disclosure,
    digest_of,
    disclose,
    read_disclosure,
    resolve,
)
from interop.certificates.presentation_reasons import (
    PRESENTATION_AUDIENCE,
    PRESENTATION_BINDING_HASH,
    PRESENTATION_BINDING_KEY,
    PRESENTATION_BINDING_MISSING,
    PRESENTATION_BINDING_STALE,
    PRESENTATION_CLAIM_RESERVED,
    PRESENTATION_EXPIRED,
    PRESENTATION_ISSUER_UNKNOWN,
    PRESENTATION_LIFETIME,
    PRESENTATION_MALFORMED,
    PRESENTATION_NONCE,
    PRESENTATION_NOT_YET,
    PRESENTATION_REVOKED,
    PRESENTATION_STATUS_UNKNOWN,
    PRESENTATION_TOO_LARGE,
    PRESENTATION_TYP,
    PRESENTATION_VCT,
)
from interop.crypto import VerificationKey, sign_compact, verify_compact
from interop.crypto.jose import parse_header, split, verify_with
from interop.errors import TrustError
from interop.model.canonical import INT_MAX, Json, canonical_bytes, read_json
from interop.model.ports import Signer
from interop.model.sensitive import Sensitive

CARRIER_TYP: Final = "dc+sd-jwt"
BINDING_TYP: Final = "kb+jwt"
CHARS_MAX: Final = 256 * 1024
LIFETIME_S_MAX: Final = 600
BINDING_AGE_S_MAX: Final = 120
SKEW_S: Final = 60

# What a key of this curve signs with; a key-binding key pins its algorithm by its curve.
ALGORITHMS: Final[Mapping[str, str]] = {
    "P-256": "ES256",
    "P-384": "ES384",
    "Ed25519": "EdDSA",
    "SM2": "SM2",
}

OWN: Final = frozenset({"iss", "vct", "iat", "nbf", "exp", "original", "cnf", "status"})

StatusOf = Callable[[Json], Literal["valid", "revoked", "unknown"]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierTerms:
    """What a carrier says besides the certificate.

    Attributes:
        issuer: The gateway that verified the original, as the registry names it.
        certificate: Canonical certificate type.
        original: Digest of the original document.
        issued_at: Seconds since 1970, UTC.
        expires_at: Seconds since 1970, UTC, exclusive; at most ten minutes later.
        holder: Public JWK of the key that will present it.
    """

    issuer: str
    certificate: str
    original: str
    issued_at: int
    expires_at: int
    holder: Mapping[str, Json]


@dataclass(frozen=True, slots=True, repr=False)
class Carrier:
    """What was issued: the signed part, and every value that may be shown."""

    token: Sensitive
    disclosures: tuple[Disclosure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """One showing of a carrier.

    Attributes:
        audience: The target region's gateway.
        nonce: The case number.
        at: Seconds since 1970, UTC.
    """

    audience: str
    nonce: str
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a verifier expects.

    Attributes:
        certificate: Canonical certificate type.
        audience: Own region's gateway, as it names itself.
        nonce: The case number.
        now: Now; aware.
        key_of: Key of an issuer and kid that may sign carriers now; None for any other.
        status_of: What is known of a ``status`` claim; without it one that has one is refused.
    """

    certificate: str
    audience: str
    nonce: str
    now: datetime
    key_of: Callable[[str, str], VerificationKey | None]
    status_of: StatusOf | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Presented:
    """What a presentation says, verified.

    Attributes:
        issuer: The gateway that vouches for it.
        original: Digest of the original document.
        fields: Canonical path to value, of what was shown.
    """

    issuer: str
    original: str
    fields: Mapping[str, Json]


def issue_carrier(
    fields: Mapping[str, Json],
    terms: CarrierTerms,
    signer: Signer,
    *,
    salt: Callable[[], str],
) -> Carrier:
    """Return a carrier in which every field of ``fields`` can be shown or kept back.

    Args:
        fields: Canonical path, such as ``body.name``, to value.
        terms: What it says besides.
        signer: The issuing gateway's key.
        salt: A new random text of at least 128 bits each time.

    Raises:
        TrustError: ``presentation-lifetime``, ``presentation-claim-reserved``.
    """
    _require_lifetime(terms.issued_at, terms.expires_at)
    shown = tuple(disclose(name, value, salt=salt()) for name, value in fields.items())
    payload: dict[str, Json] = {
        "iss": terms.issuer,
        "vct": terms.certificate,
        "iat": terms.issued_at,
        "exp": terms.expires_at,
        "original": terms.original,
        "cnf": {"jwk": dict(terms.holder)},
        "_sd_alg": HASH,
    }
    # Sorted, so that their order says nothing of what they stand for.
    payload["_sd"] = [*sorted(one.digest for one in shown)]
    return Carrier(
        Sensitive(sign_compact(canonical_bytes(payload), signer, typ=CARRIER_TYP)), shown
    )


def present(
    carrier: Carrier, names: Collection[str], showing: Showing, signer: Signer
) -> Sensitive:
    """Return the presentation that shows ``names`` of ``carrier`` and no others.

    Args:
        carrier: What was issued.
        names: Canonical paths to show.
        showing: To whom, for what, when.
        signer: The key that the carrier is bound to.
    """
    shown = [one.text for one in carrier.disclosures if one.name in names]
    text = "~".join([carrier.token.reveal(), *shown, ""])
    claims: dict[str, Json] = {
        "aud": showing.audience,
        "nonce": showing.nonce,
        "iat": showing.at,
        "sd_hash": digest_of(text),
    }
    return Sensitive(text + sign_compact(canonical_bytes(claims), signer, typ=BINDING_TYP))


def read_presentation(presentation: str, expected: Expected) -> Presented:
    """Return what ``presentation`` says, if every check passes.

    Raises:
        TrustError: ``presentation-…`` for the check that failed, or a code of a signature.
    """
    if len(presentation) > CHARS_MAX or not presentation.isascii():
        raise TrustError(PRESENTATION_TOO_LARGE.of(field="presentation", expected=CHARS_MAX))
    token, *shown = presentation.split("~")
    if not shown:
        raise TrustError(PRESENTATION_MALFORMED.of(field="presentation", got="~"))
    binding = shown.pop()
    if not binding:
        raise TrustError(PRESENTATION_BINDING_MISSING.of(field="kb"))
    if len(shown) > DISCLOSURES_MAX:
        raise TrustError(
            PRESENTATION_TOO_LARGE.of(field="disclosures", expected=DISCLOSURES_MAX)
        )
    payload = _issued(token, expected)
    signed_over = presentation[: len(presentation) - len(binding)]
    _require_bound(binding, payload, signed_over, expected)
    claims = resolve(payload, (read_disclosure(one, at=n) for n, one in enumerate(shown)))
    # What the issuer says of the carrier itself is never among what may be kept back.
    for name in sorted(OWN & (set(claims) - set(payload))):
        raise TrustError(PRESENTATION_CLAIM_RESERVED.of(field="disclosure", got=name))
    _require_status(claims, expected)
    return Presented(
        issuer=_text(claims, "iss"),
        original=_text(claims, "original"),
        fields={name: value for name, value in claims.items() if name not in OWN},
    )


def _issued(token: str, expected: Expected) -> dict[str, Json]:
    """Return the claims the issuer signed, in time and of the type that is expected."""
    compact = split(token, bytes_max=CHARS_MAX)
    header = parse_header(compact.header)
    _require_typ(header.typ, CARRIER_TYP, field="typ")
    payload = _object(compact.payload)
    issuer = _text(payload, "iss")
    key = expected.key_of(issuer, header.kid)
    if key is None:
        raise TrustError(PRESENTATION_ISSUER_UNKNOWN.of(field="iss", got=issuer))
    verify_with(compact, header, key)
    _require_time(payload, expected.now)
    if (vct := _text(payload, "vct")) != expected.certificate:
        raise TrustError(
            PRESENTATION_VCT.of(field="vct", expected=expected.certificate, got=vct)
        )
    return payload


def _require_bound(
    binding: str, payload: Mapping[str, Json], signed_over: str, expected: Expected
) -> None:
    """Refuse a proof that is not by the bound key, over this, for us, for this case, now."""
    jwk, alg = _holder(payload)
    _require_typ(parse_header(split(binding).header).typ, BINDING_TYP, field="kb.typ")
    claims = _object(verify_compact(binding, jwk, alg=alg))
    at, now = _number(claims, "iat"), int(expected.now.timestamp())
    if not now - BINDING_AGE_S_MAX <= at <= now + SKEW_S:
        raise TrustError(
            PRESENTATION_BINDING_STALE.of(field="kb.iat", expected=BINDING_AGE_S_MAX, got=at)
        )
    if _text(claims, "aud") != expected.audience:
        raise TrustError(PRESENTATION_AUDIENCE.of(field="kb.aud", expected=expected.audience))
    if not hmac.compare_digest(_text(claims, "nonce").encode(), expected.nonce.encode()):
        raise TrustError(PRESENTATION_NONCE.of(field="kb.nonce"))
    if not hmac.compare_digest(
        _text(claims, "sd_hash").encode(), digest_of(signed_over).encode()
    ):
        raise TrustError(PRESENTATION_BINDING_HASH.of(field="kb.sd_hash"))


def _holder(payload: Mapping[str, Json]) -> tuple[dict[str, Json], str]:
    cnf = payload.get("cnf")
    jwk = cnf.get("jwk") if isinstance(cnf, dict) else None
    alg = ALGORITHMS.get(str(jwk.get("crv"))) if isinstance(jwk, dict) else None
    if not isinstance(jwk, dict) or alg is None:
        raise TrustError(PRESENTATION_BINDING_KEY.of(field="cnf.jwk"))
    return jwk, alg


def _require_time(payload: Mapping[str, Json], now: datetime) -> None:
    begins, ends, at = _number(payload, "iat"), _number(payload, "exp"), int(now.timestamp())
    if "nbf" in payload:
        begins = max(begins, _number(payload, "nbf"))
    _require_lifetime(_number(payload, "iat"), ends)
    if at >= ends:
        raise TrustError(PRESENTATION_EXPIRED.of(field="exp", got=ends))
    if at < begins - SKEW_S:
        raise TrustError(PRESENTATION_NOT_YET.of(field="nbf", got=begins))


def _require_lifetime(begins: int, ends: int) -> None:
    if not 0 < ends - begins <= LIFETIME_S_MAX:
        raise TrustError(PRESENTATION_LIFETIME.of(field="exp", expected=LIFETIME_S_MAX))


def _require_typ(got: str, expected: str, *, field: str) -> None:
    if got != expected:
        raise TrustError(PRESENTATION_TYP.of(field=field, expected=expected, got=got))


def _require_status(claims: Mapping[str, Json], expected: Expected) -> None:
    if "status" not in claims:
        return
    known = expected.status_of(claims["status"]) if expected.status_of else "unknown"
    if known == "revoked":
        raise TrustError(PRESENTATION_REVOKED.of(field="status"))
    if known != "valid":
        raise TrustError(PRESENTATION_STATUS_UNKNOWN.of(field="status"))


def _object(data: bytes) -> dict[str, Json]:
    found = read_json(data, error=TrustError, field="claims", bytes_max=CHARS_MAX)
    if not isinstance(found, dict):
        raise TrustError(PRESENTATION_MALFORMED.of(field="claims", got="no object"))
    return found


def _text(claims: Mapping[str, Json], name: str) -> str:
    found = claims.get(name)
    if not isinstance(found, str) or not found:
        raise TrustError(PRESENTATION_MALFORMED.of(field=name, got="no text"))
    return found


def _number(claims: Mapping[str, Json], name: str) -> int:
    found = claims.get(name)
    if not isinstance(found, int) or isinstance(found, bool) or not 0 <= found <= INT_MAX:
        raise TrustError(PRESENTATION_MALFORMED.of(field=name, got="no instant"))
    return found

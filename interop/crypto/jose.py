"""Compact JWS, written one way and read one way.

There are no options: what RFC 7515 leaves open is refused here, with a code for each kind,
since every option of a token reader has been an attack on some library.
Source: RFC 7515, RFC 8725 (JWT best current practices).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from interop.crypto import base64url
from interop.crypto.algorithms import require_available
from interop.crypto.jwk import NO_ALIASES, VerificationKey, import_public
from interop.crypto.reasons import (
    JWS_ALG_MISMATCH,
    JWS_B64,
    JWS_CRIT,
    JWS_EMBEDDED_JWK,
    JWS_HEADER_DEPTH,
    JWS_HEADER_DUPLICATE,
    JWS_HEADER_ENCODING,
    JWS_HEADER_LIMIT,
    JWS_HEADER_MALFORMED,
    JWS_HEADER_NOT_OBJECT,
    JWS_HEADER_NUMBER,
    JWS_HEADER_RESERVED,
    JWS_HEADER_TYPE,
    JWS_JKU,
    JWS_JSON_FORM,
    JWS_KID_MALFORMED,
    JWS_KID_MISMATCH,
    JWS_NOT_TEXT,
    JWS_PART_COUNT,
    JWS_TOO_LARGE,
    JWS_WHITESPACE,
    JWS_X5C,
    JWS_X5U,
    JWS_ZIP,
)
from interop.errors import Reason, ReasonRow, TrustError
from interop.model.canonical import DUPLICATE_KEY, Json, canonical_bytes, read_json
from interop.model.ports import Signer
from interop.model.reasons import JSON_TOO_LARGE

TOKEN_BYTES_MAX: Final = 64 * 1024
BATCH_BYTES_MAX: Final = 4 * 1024 * 1024
HEADER_BYTES_MAX: Final = 8 * 1024
HEADERS_KEPT_MAX: Final = 256
PARTS: Final = 3
NO_HEADER: Final[Mapping[str, Json]] = MappingProxyType({})
RESERVED: Final = frozenset({"alg", "kid", "typ"})
FORBIDDEN: Final = {
    "crit": JWS_CRIT,
    "b64": JWS_B64,
    "zip": JWS_ZIP,
    "jku": JWS_JKU,
    "x5u": JWS_X5U,
    "x5c": JWS_X5C,
    "jwk": JWS_EMBEDDED_JWK,
}
# Thumbprints, mail addresses, URLs and DIDs; nothing that reads as a path, a query or markup.
_KID: Final = re.compile(r"(?!/)(?!.*\.\.)[A-Za-z0-9._~:@+=/#?&,-]{1,128}")
# How the reader of JSON begins to say what is wrong, and what that is called here.
MALFORMED: Final = {
    DUPLICATE_KEY: JWS_HEADER_DUPLICATE,
    "invalid UTF-8": JWS_HEADER_ENCODING,
    "Unexpected UTF-8 BOM": JWS_HEADER_ENCODING,
    "number is not": JWS_HEADER_NUMBER,
}
_SPACE: Final = re.compile(r"\s")


@dataclass(frozen=True, slots=True)
class Header:
    """The protected header of a JWS.

    Attributes:
        alg: An algorithm that can be verified here.
        kid: Names the key; empty if absent.
        typ: What kind of object it is; empty if absent.
        extra: Every other member, none of which can bring in a key.
    """

    alg: str
    kid: str
    typ: str
    extra: Mapping[str, Json]


@dataclass(frozen=True, slots=True, repr=False)
class Compact:
    """A compact JWS taken apart; nothing is verified yet.

    Attributes:
        header: Bytes of the protected header.
        payload: Bytes of the payload.
        signature: Bytes of the signature.
        signed: What the signature is over.
    """

    header: bytes
    payload: bytes
    signature: bytes
    signed: bytes


def sign_compact(
    payload: bytes, signer: Signer, *, typ: str, header: Mapping[str, Json] = NO_HEADER
) -> str:
    """Return ``payload`` as a compact JWS.

    Args:
        payload: The bytes to sign, as they are.
        signer: The private key; its kid and alg go into the header.
        typ: What kind of object it is, such as ``at+jwt``.
        header: Further members of the protected header.

    Raises:
        TrustError: ``jws-header-reserved``, a code for a forbidden member, or
            ``jws-too-large`` over 4 MiB.
    """
    for name in header:
        if name in RESERVED:
            raise TrustError(JWS_HEADER_RESERVED.of(field=name))
    members: dict[str, Json] = {**header, "alg": signer.alg, "kid": signer.kid, "typ": typ}
    _refuse_forbidden(members)
    signed = f"{base64url.encode(canonical_bytes(members))}.{base64url.encode(payload)}"
    signature = signer.sign(signed.encode("ascii"))
    token = f"{signed}.{base64url.encode(signature)}"
    _require_size(token, BATCH_BYTES_MAX)
    return token


def read_header(token: str, *, bytes_max: int = TOKEN_BYTES_MAX) -> Header:
    """Return the header of ``token``; nothing is verified yet.

    Raises:
        TrustError: A code of the form (``jws-…``, ``base64url-…``) or of the header.
    """
    return parse_header(split(token, bytes_max=bytes_max).header)


def verify_compact(token: str, jwk: Mapping[str, Json], *, alg: str) -> bytes:
    """Return the payload of ``token`` if the key in ``jwk`` signed it with ``alg``.

    Args:
        token: Compact JWS of at most 64 KiB.
        jwk: The one public key that may have signed it; what its own ``alg``, ``use``,
            ``key_ops`` and ``kid`` say must agree.
        alg: The one algorithm that may have been used: ES256, ES384, ES512, RS256, RS384,
            RS512, PS256, PS384, PS512, EdDSA (Ed25519 or Ed448, as the key says) or SM2.

    Returns:
        The payload, any bytes; nothing of it is interpreted.

    Raises:
        TrustError: One code per kind of fault: ``jws-…``, ``base64url-…`` or ``key-…``.
    """
    return verify_bounded(token, jwk, alg=alg, bytes_max=TOKEN_BYTES_MAX)


def verify_bounded(token: str, jwk: Mapping[str, Json], *, alg: str, bytes_max: int) -> bytes:
    """Return the payload as :func:`verify_compact` does, for objects larger than a token.

    Args:
        token: Compact JWS.
        jwk: The one public key that may have signed it.
        alg: The one algorithm that may have been used.
        bytes_max: Upper limit of the token, at most 4 MiB (a batch).

    Raises:
        TrustError: One code per kind of fault: ``jws-…``, ``base64url-…`` or ``key-…``.
    """
    compact = split(token, bytes_max=bytes_max)
    header = parse_header(compact.header)
    key = import_public(jwk, alg=alg)
    verify_with(compact, header, key)
    return compact.payload


def verify_with(compact: Compact, header: Header, key: VerificationKey) -> None:
    """Refuse ``compact`` unless ``key`` signed it, with the algorithm pinned to the key.

    Raises:
        TrustError: ``jws-alg-mismatch``, ``jws-kid-mismatch`` or ``jws-signature-…``.
    """
    if header.alg != key.alg and header.alg not in key.aliases:
        raise TrustError(JWS_ALG_MISMATCH.of(field="alg", expected=key.alg, got=header.alg))
    if header.kid and key.kid and header.kid != key.kid:
        raise TrustError(JWS_KID_MISMATCH.of(field="kid", expected=key.kid, got=header.kid))
    key.check(compact.signature, compact.signed)


def split(token: str, *, bytes_max: int = TOKEN_BYTES_MAX) -> Compact:
    """Return the parts of a compact JWS.

    Raises:
        TrustError: ``jws-not-text``, ``jws-too-large``, ``jws-json-form``, ``jws-whitespace``,
            ``jws-part-count`` or ``base64url-…``.
    """
    if not isinstance(token, str):
        raise TrustError(JWS_NOT_TEXT.of(field="token"))
    _require_size(token, min(bytes_max, BATCH_BYTES_MAX))
    if token.lstrip().startswith("{"):
        raise TrustError(JWS_JSON_FORM.of(field="token"))
    if _SPACE.search(token):
        raise TrustError(JWS_WHITESPACE.of(field="token"))
    parts = token.split(".", PARTS + 3)
    if len(parts) != PARTS:
        raise TrustError(JWS_PART_COUNT.of(field="token", expected=PARTS, got=len(parts)))
    header, payload, signature = (
        base64url.decode(part, field=name)
        for name, part in zip(("header", "payload", "signature"), parts, strict=True)
    )
    return Compact(header, payload, signature, f"{parts[0]}.{parts[1]}".encode("ascii"))


@lru_cache(maxsize=HEADERS_KEPT_MAX)
def parse_header(data: bytes, *, aliases: frozenset[str] = NO_ALIASES) -> Header:
    """Return the protected header in ``data``.

    The tokens of one key have one header, so those that were read last are remembered; a
    refused one is not. What is in ``extra`` is for reading alone.

    Args:
        data: The bytes that were signed.
        aliases: Other names of algorithms that the issuer's configuration gives; without
            them such a name is unknown.

    Raises:
        TrustError: ``jws-header-…``, a code per forbidden member, ``jws-kid-malformed``, or
            a code of the algorithm.
    """
    members = _read_members(data)
    _refuse_forbidden(members)
    alg, kid, typ = (_text_of(members, name) for name in ("alg", "kid", "typ"))
    require_available(alg, aliases=aliases)
    if "kid" in members and not _KID.fullmatch(kid):
        raise TrustError(JWS_KID_MALFORMED.of(field="kid"))
    extra = {name: value for name, value in members.items() if name not in RESERVED}
    return Header(alg, kid, typ, MappingProxyType(extra))


def _require_size(token: str, bytes_max: int) -> None:
    if len(token) > bytes_max:
        raise TrustError(JWS_TOO_LARGE.of(field="token", expected=bytes_max, got=len(token)))


def _refuse_forbidden(members: Mapping[str, Json]) -> None:
    for name, row in FORBIDDEN.items():
        if name in members:
            raise TrustError(row.of(field=name))


def _read_members(data: bytes) -> dict[str, Json]:
    try:
        value = read_json(data, error=TrustError, field="header", bytes_max=HEADER_BYTES_MAX)
    except TrustError as fault:
        reason = fault.reason
        row = _row_of(reason)
        raise TrustError(
            row.of(field="header", expected=reason.expected, got=reason.got)
        ) from None
    if not isinstance(value, dict):
        raise TrustError(JWS_HEADER_NOT_OBJECT.of(field="header"))
    return value


def _row_of(reason: Reason) -> ReasonRow:
    """Return the row that says of a header what the reader of JSON said of it."""
    if reason.code == JSON_TOO_LARGE.code:
        return {"depth": JWS_HEADER_DEPTH, "integer": JWS_HEADER_NUMBER}.get(
            reason.got, JWS_HEADER_LIMIT
        )
    for beginning, row in MALFORMED.items():
        if reason.got.startswith(beginning):
            return row
    return JWS_HEADER_MALFORMED


def _text_of(members: Mapping[str, Json], name: str) -> str:
    value = members.get(name, "")
    if not isinstance(value, str):
        raise TrustError(JWS_HEADER_TYPE.of(field=name))
    return value

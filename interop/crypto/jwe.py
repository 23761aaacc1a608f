"""Compact JWE for one recipient: ECDH-ES (direct key agreement) with A256GCM.

Source: RFC 7516, RFC 7518 sections 4.6 (Concat KDF) and 5.3.
"""

import os
from collections.abc import Callable, Mapping
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.concatkdf import ConcatKDFHash

from interop.crypto import base64url
from interop.crypto.algorithms import printable
from interop.crypto.jose import NO_HEADER
from interop.crypto.keys import PrivateKey, PublicKey
from interop.crypto.reasons import (
    JWE_ALG,
    JWE_DAMAGED,
    JWE_FORM,
    JWE_HEADER,
    JWE_OTHER_RECIPIENT,
    JWE_TOO_LARGE,
)
from interop.errors import TrustError
from interop.model.canonical import Json, canonical_bytes, read_json

ALG: Final = "ECDH-ES"
ENC: Final = "A256GCM"
JWE_BYTES_MAX: Final = 4 * 1024 * 1024
HEADER_BYTES_MAX: Final = 8 * 1024
PARTS: Final = 5
IV_BYTES: Final = 12
TAG_BYTES: Final = 16
KEY_BITS: Final = 256
RESERVED: Final = frozenset({"alg", "enc", "epk", "kid"})
FORBIDDEN: Final = frozenset(
    {"crit", "zip", "jku", "x5u", "x5c", "jwk", "apu", "apv", "b64", "p2c", "p2s"}
)
_EPK_MEMBERS: Final = frozenset({"kty", "crv", "x", "y"})


def encrypt(
    plain: bytes,
    recipient: PublicKey,
    *,
    header: Mapping[str, Json] = NO_HEADER,
    random: Callable[[int], bytes] = os.urandom,
) -> str:
    """Return ``plain`` encrypted to ``recipient`` as a compact JWE.

    Args:
        plain: The bytes to encrypt; sign before encrypting, naming the recipient inside.
        recipient: The recipient's encryption key (use ``enc``).
        header: Further members of the protected header, which anyone can read.
        random: Source of the nonce; the ephemeral key comes from the operating system.

    Raises:
        TrustError: ``key-use``, ``jwe-header`` or ``jwe-too-large`` over 4 MiB.
    """
    for name in header:
        if name in RESERVED | FORBIDDEN:
            raise TrustError(JWE_HEADER.of(field=name))
    ephemeral = PrivateKey.generate(use="enc")
    epk = {k: v for k, v in ephemeral.public.to_jwk().items() if k in _EPK_MEMBERS}
    members: dict[str, Json] = {
        **header,
        "alg": ALG,
        "enc": ENC,
        "epk": epk,
        "kid": recipient.kid,
    }
    protected = base64url.encode(canonical_bytes(members))
    iv = random(IV_BYTES)
    sealed = AESGCM(_content_key(ephemeral.agree(recipient))).encrypt(
        iv, plain, protected.encode("ascii")
    )
    parts = (protected, "", *map(base64url.encode, _cut(iv, sealed)))
    token = ".".join(parts)
    _require_size(token)
    return token


def decrypt(token: str, key: PrivateKey) -> bytes:
    """Return what ``token`` holds if it is encrypted to ``key`` and unchanged.

    Raises:
        TrustError: ``jwe-…``, ``base64url-…``, or ``key-…`` for an unsound ephemeral key.
    """
    parts = _split(token)
    iv, body, tag = (
        base64url.decode(part, field=name)
        for name, part in zip(("iv", "ciphertext", "tag"), parts[2:], strict=True)
    )
    if len(iv) != IV_BYTES or len(tag) != TAG_BYTES:
        raise TrustError(JWE_FORM.of(field="iv, tag", got="length"))
    epk = _ephemeral(read_header(token), key)
    opened = AESGCM(_content_key(key.agree(epk)))
    try:
        return opened.decrypt(iv, body + tag, parts[0].encode("ascii"))
    except InvalidTag:
        raise TrustError(JWE_DAMAGED.of(field="ciphertext")) from None


def read_header(token: str) -> dict[str, Json]:
    """Return the protected header of a JWE; it is authentic only once decrypted.

    Raises:
        TrustError: ``jwe-form``, ``jwe-header``, ``jwe-alg``, ``jwe-too-large``, or
            ``base64url-…``.
    """
    data = base64url.decode(_split(token)[0], field="header")
    try:
        members = read_json(data, error=TrustError, bytes_max=HEADER_BYTES_MAX)
    except TrustError as fault:
        raise TrustError(JWE_FORM.of(field="header", got=fault.reason.got)) from None
    if not isinstance(members, dict):
        raise TrustError(JWE_FORM.of(field="header", got="no object"))
    for name in sorted(FORBIDDEN & members.keys()):
        raise TrustError(JWE_HEADER.of(field=name))
    for name, wanted in (("alg", ALG), ("enc", ENC)):
        if members.get(name) != wanted:
            got = printable(str(members.get(name)))
            raise TrustError(JWE_ALG.of(field=name, expected=wanted, got=got))
    return members


def _split(token: str) -> list[str]:
    _require_size(token)
    parts = token.split(".", PARTS + 1)
    if len(parts) != PARTS:
        raise TrustError(JWE_FORM.of(field="token", got=f"{len(parts)} parts"))
    if parts[1]:
        raise TrustError(JWE_FORM.of(field="encrypted_key", got="not empty"))
    return parts


def _ephemeral(members: Mapping[str, Json], key: PrivateKey) -> PublicKey:
    if members.get("kid", key.kid) != key.kid:
        raise TrustError(JWE_OTHER_RECIPIENT.of(field="kid", expected=key.kid))
    epk = members.get("epk")
    if not isinstance(epk, dict) or epk.keys() != _EPK_MEMBERS:
        raise TrustError(JWE_HEADER.of(field="epk"))
    return PublicKey.from_jwk(epk, use="enc")


def _content_key(shared: bytes) -> bytes:
    # AlgorithmID, empty PartyUInfo and PartyVInfo, SuppPubInfo; each length 32-bit big-endian.
    name = ENC.encode("ascii")
    other = b"".join(
        (len(name).to_bytes(4, "big"), name, bytes(8), KEY_BITS.to_bytes(4, "big"))
    )
    return ConcatKDFHash(hashes.SHA256(), KEY_BITS // 8, other).derive(shared)


def _cut(iv: bytes, sealed: bytes) -> tuple[bytes, bytes, bytes]:
    return iv, sealed[:-TAG_BYTES], sealed[-TAG_BYTES:]


def _require_size(token: str) -> None:
    if len(token) > JWE_BYTES_MAX:
        raise TrustError(
            JWE_TOO_LARGE.of(field="token", expected=JWE_BYTES_MAX, got=len(token))
        )

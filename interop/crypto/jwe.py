"""Compact JWE for one recipient, whose key says how: one form, read one way.

``ECDH-ES`` with ``A256GCM`` (RFC 7518), or ``SM2`` with ``SM4GCM``: a fresh content key
encrypted to the recipient by SM2 (GB/T 32918.4), names that no registry holds.
Source: RFC 7516.
"""

import os
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final, Protocol

from interop.crypto import base64url
from interop.crypto.algorithms import printable
from interop.crypto.content import CIPHERS, IV_BYTES, TAG_BYTES, Wrapped
from interop.crypto.jose import NO_HEADER
from interop.crypto.seal_reasons import (
    JWE_ALG,
    JWE_FORM,
    JWE_HEADER,
    JWE_OTHER_RECIPIENT,
    JWE_TOO_LARGE,
)
from interop.errors import TrustError
from interop.model.canonical import Json, canonical_bytes, read_json

JWE_BYTES_MAX: Final = 4 * 1024 * 1024
HEADER_BYTES_MAX: Final = 8 * 1024
PARTS: Final = 5
HEADERS_KEPT_MAX: Final = 256
RESERVED: Final = frozenset({"alg", "enc", "epk", "kid"})
FORBIDDEN: Final = frozenset(
    {"crit", "zip", "jku", "x5u", "x5c", "jwk", "apu", "apv", "b64", "p2c", "p2s"}
)

Random = Callable[[int], bytes]


class Recipient(Protocol):
    """A public key that bodies are encrypted to; ``alg`` and ``enc`` say how."""

    @property
    def kid(self) -> str: ...  # noqa: D102 -- told in the class

    @property
    def alg(self) -> str: ...  # noqa: D102 -- told in the class

    @property
    def enc(self) -> str: ...  # noqa: D102 -- told in the class

    def wrap(self, random: Random) -> Wrapped:
        """Return a fresh content key for this recipient."""
        ...


class Opener(Protocol):
    """A private key that opens what was encrypted to it, or several: ``kids`` names all."""

    @property
    def kid(self) -> str: ...  # noqa: D102 -- told in the class

    @property
    def kids(self) -> tuple[str, ...]: ...  # noqa: D102 -- told in the class

    @property
    def alg(self) -> str: ...  # noqa: D102 -- told in the class

    @property
    def enc(self) -> str: ...  # noqa: D102 -- told in the class

    def unwrap(self, header: Mapping[str, Json], sealed: bytes) -> bytes:
        """Return the content key."""
        ...


def encrypt(
    plain: bytes,
    recipient: Recipient,
    *,
    header: Mapping[str, Json] = NO_HEADER,
    random: Random = os.urandom,
) -> str:
    """Return ``plain`` encrypted to ``recipient`` as a compact JWE.

    Args:
        plain: The bytes to encrypt; sign before encrypting, naming the recipient inside.
        recipient: The recipient's encryption key (use ``enc``).
        header: Further members of the protected header, which anyone can read.
        random: Source of the nonce and of a content key; an ephemeral key comes from the
            operating system.

    Raises:
        TrustError: ``key-use``, ``jwe-header``, ``jwe-too-large`` over 4 MiB, or
            ``sm2-verify-only``.
    """
    for name in header:
        if name in RESERVED | FORBIDDEN:
            raise TrustError(JWE_HEADER.of(field=name))
    wrapped = recipient.wrap(random)
    members: dict[str, Json] = {
        **header,
        **wrapped.header,
        "alg": recipient.alg,
        "enc": recipient.enc,
        "kid": recipient.kid,
    }
    protected = base64url.encode(canonical_bytes(members))
    iv = random(IV_BYTES)
    cipher = CIPHERS[recipient.enc]
    body = cipher.encrypt(wrapped.content_key, iv, plain, protected.encode("ascii"))
    rest = (wrapped.sealed, iv, body[:-TAG_BYTES], body[-TAG_BYTES:])
    token = ".".join((protected, *map(base64url.encode, rest)))
    _require_size(token)
    return token


def decrypt(token: str, key: Opener) -> bytes:
    """Return what ``token`` holds if it is encrypted to ``key`` and unchanged.

    Raises:
        TrustError: ``jwe-…``, ``base64url-…``, ``key-…`` for an unsound ephemeral key, or
            ``sm2-ciphertext``.
    """
    parts = _split(token)
    sealed, iv, body, tag = (
        base64url.decode(part, field=name)
        for name, part in zip(
            ("encrypted_key", "iv", "ciphertext", "tag"), parts[1:], strict=True
        )
    )
    if len(iv) != IV_BYTES or len(tag) != TAG_BYTES:
        raise TrustError(JWE_FORM.of(field="iv, tag", got="length"))
    header = _members(parts[0], key.alg, key.enc)
    if header.get("kid", key.kid) not in key.kids:
        raise TrustError(JWE_OTHER_RECIPIENT.of(field="kid", expected=key.kid))
    content_key = key.unwrap(header, sealed)
    return CIPHERS[key.enc].decrypt(content_key, iv, body + tag, parts[0].encode("ascii"))


def read_header(token: str, *, alg: str, enc: str) -> dict[str, Json]:
    """Return the protected header of a JWE; it is authentic only once decrypted.

    Args:
        token: Compact JWE.
        alg: The one way of bringing the content key that is accepted.
        enc: The one cipher that is accepted.

    Raises:
        TrustError: ``jwe-form``, ``jwe-header``, ``jwe-alg``, ``jwe-too-large``, or
            ``base64url-…``.
    """
    return dict(_members(_split(token)[0], alg, enc))


# The bodies of a batch come under one header: read once, and only a sound one is kept.
@lru_cache(maxsize=HEADERS_KEPT_MAX)
def _members(protected: str, alg: str, enc: str) -> Mapping[str, Json]:
    data = base64url.decode(protected, field="header")
    try:
        members = read_json(data, error=TrustError, bytes_max=HEADER_BYTES_MAX)
    except TrustError as fault:
        raise TrustError(JWE_FORM.of(field="header", got=fault.reason.got)) from None
    if not isinstance(members, dict):
        raise TrustError(JWE_FORM.of(field="header", got="no object"))
    for name in sorted(FORBIDDEN & members.keys()):
        raise TrustError(JWE_HEADER.of(field=name))
    for name, wanted in (("alg", alg), ("enc", enc)):
        if members.get(name) != wanted:
            got = printable(str(members.get(name)))
            raise TrustError(JWE_ALG.of(field=name, expected=wanted, got=got))
    return MappingProxyType(members)


def _split(token: str) -> list[str]:
    _require_size(token)
    parts = token.split(".", PARTS + 1)
    if len(parts) != PARTS:
        raise TrustError(JWE_FORM.of(field="token", got=f"{len(parts)} parts"))
    return parts


def _require_size(token: str) -> None:
    if len(token) > JWE_BYTES_MAX:
        raise TrustError(
            JWE_TOO_LARGE.of(field="token", expected=JWE_BYTES_MAX, got=len(token))
        )

"""Base64url in its one canonical spelling.

Source: RFC 4648 section 5, RFC 7515 section 2 (no padding).
"""

import base64
import binascii
import re
from typing import Final

from interop.crypto.reasons import (
    BASE64URL_ALPHABET,
    BASE64URL_LENGTH,
    BASE64URL_NOT_CANONICAL,
    BASE64URL_PADDING,
)
from interop.errors import TrustError

_ALPHABET: Final = re.compile(r"[A-Za-z0-9_-]*")
# By the letters over a whole four: which may stand last with all unused bits zero.
_LAST: Final = {2: frozenset("AQgw"), 3: frozenset("AEIMQUYcgkosw048")}
_PADDING: Final = {0: "", 2: "==", 3: "="}


def encode(data: bytes) -> str:
    """Return ``data`` as base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode(text: str, *, field: str) -> bytes:
    """Return the bytes that ``text`` spells, refusing every second spelling.

    Args:
        text: Base64url without padding.
        field: What is being read, for the reason.

    Raises:
        TrustError: ``base64url-padding``, ``base64url-alphabet``, ``base64url-length`` or
            ``base64url-not-canonical``.
    """
    if "=" in text:
        raise TrustError(BASE64URL_PADDING.of(field=field))
    if not _ALPHABET.fullmatch(text):
        raise TrustError(BASE64URL_ALPHABET.of(field=field))
    over = len(text) % 4
    if over == 1:
        raise TrustError(BASE64URL_LENGTH.of(field=field))
    if over and text[-1] not in _LAST[over]:
        raise TrustError(BASE64URL_NOT_CANONICAL.of(field=field))
    return binascii.a2b_base64(text.replace("-", "+").replace("_", "/") + _PADDING[over])

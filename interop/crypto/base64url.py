"""Base64url in its one canonical spelling.

Source: RFC 4648 section 5, RFC 7515 section 2 (no padding).
"""

import base64
import binascii
import re
from contextlib import suppress
from typing import Final

from interop.crypto.reasons import (
    BASE64URL_ALPHABET,
    BASE64URL_LENGTH,
    BASE64URL_NOT_CANONICAL,
    BASE64URL_PADDING,
)
from interop.errors import ReasonRow, TrustError

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
    over = len(text) % 4
    whole = over == 0 or (over in _LAST and text[-1] in _LAST[over])
    if whole and not ("=" in text or "+" in text or "/" in text):
        standard = text.replace("-", "+").replace("_", "/") + _PADDING[over]
        # A letter of no alphabet, which is refused below.
        with suppress(ValueError):
            return binascii.a2b_base64(standard, strict_mode=True)
    raise TrustError(_row_of(text).of(field=field))


def _row_of(text: str) -> ReasonRow:
    """Return why a spelling is refused."""
    if "=" in text:
        return BASE64URL_PADDING
    if not _ALPHABET.fullmatch(text):
        return BASE64URL_ALPHABET
    return BASE64URL_LENGTH if len(text) % 4 == 1 else BASE64URL_NOT_CANONICAL

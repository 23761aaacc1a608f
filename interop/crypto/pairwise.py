"""Pairwise identifiers: one person, a different name in every sector.

Source: OpenID Connect Core 1.0 section 8.1; 个人信息保护法 第六条 (as little as needed).
"""

import hashlib
import hmac
import re
from typing import Final

from interop.crypto import base64url
from interop.crypto.reasons import PAIRWISE_INPUT
from interop.errors import TrustError

KEY_BYTES_MIN: Final = 32
_VERSION: Final = "v1"
_SECTOR: Final = re.compile(r"[a-z0-9][a-z0-9.-]{0,252}")
_IDENTIFIER: Final = re.compile(r"[a-z0-9-]{1,32}\|[^|\s]{1,128}")


def pairwise(key: bytes, sector: str, scheme_and_code: str) -> str:
    """Return the identifier of a party within ``sector``.

    Without ``key`` nobody can compute it or tell that two identifiers are one party's.

    Args:
        key: Secret of the issuing region, 32 bytes or more; a new one gives new identifiers.
        sector: Whom the identifier is for, such as ``gateway.pd.example``.
        scheme_and_code: ``scheme|code``, such as ``uscc|…``.

    Returns:
        HMAC-SHA-256 over ``v1|sector|scheme|code``, base64url, 43 characters.

    Raises:
        TrustError: ``pairwise-input``.
    """
    if len(key) < KEY_BYTES_MIN:
        raise TrustError(PAIRWISE_INPUT.of(field="key"))
    if not _SECTOR.fullmatch(sector):
        raise TrustError(PAIRWISE_INPUT.of(field="sector"))
    if not _IDENTIFIER.fullmatch(scheme_and_code):
        raise TrustError(PAIRWISE_INPUT.of(field="scheme_and_code"))
    message = f"{_VERSION}|{sector}|{scheme_and_code}".encode()
    return base64url.encode(hmac.new(key, message, hashlib.sha256).digest())

"""The keyed digest that ties something to a party's number without holding the number.

Whoever knows the number can check it; whoever does not has to try every number.
Source: RFC 2104; 个人信息保护法 第六条 (as little as is needed).
"""

import hashlib
import hmac
from typing import Final

from interop.crypto import base64url
from interop.errors import TrustError
from interop.model.party import IdentityProof, Party

SALT_BYTES: Final = 16


def party_mac(salt: bytes, party: Party) -> bytes:
    """Return HMAC-SHA-256 under ``salt`` of scheme and number of ``party``; 32 bytes."""
    told = f"{party.scheme}|{party.code.reveal()}".encode()
    return hmac.new(salt, told, hashlib.sha256).digest()


def prove_party(party: Party, *, salt: bytes) -> IdentityProof:
    """Return the proof that ties something to ``party``; ``salt`` is new for each."""
    return IdentityProof(
        salt=base64url.encode(salt), mac=base64url.encode(party_mac(salt, party))
    )


def proves_party(proof: IdentityProof, party: Party) -> bool:
    """Return whether ``proof`` was made for ``party``; a malformed one was made for nobody."""
    try:
        salt = base64url.decode(proof.salt, field="salt")
        mac = base64url.decode(proof.mac, field="mac")
    except TrustError:
        return False
    return len(salt) >= SALT_BYTES and hmac.compare_digest(party_mac(salt, party), mac)

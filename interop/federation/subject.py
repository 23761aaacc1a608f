"""Tie a vouched-for party to the identifier declared on an application.

The token holds a salt and a keyed digest, never the number. Whoever knows the number can
check it; whoever does not has to try every number, and the space of citizen numbers is small
enough to try, so a token is personal information all the same and is handled as such.
Source: 个人信息保护法 第四条, 第六条; RFC 2104.
"""

import hmac
from typing import Final

from interop.crypto import base64url
from interop.crypto.proof import party_mac, prove_party
from interop.errors import TrustError
from interop.federation.reasons import SUBJECT_SALT, TOKEN_PROOF_MALFORMED
from interop.model.party import Actor, IdentityProof, Party

SALT_BYTES_MIN: Final = 16
SALT_BYTES_MAX: Final = 64
MAC_BYTES: Final = 32


def prove(party: Party, *, salt: bytes) -> IdentityProof:
    """Return the proof that ties a token to ``party``.

    Args:
        party: Whom the identity provider knows.
        salt: 16 to 64 random bytes, new for every token.

    Raises:
        TrustError: ``subject-salt``.
    """
    if not SALT_BYTES_MIN <= len(salt) <= SALT_BYTES_MAX:
        raise TrustError(SUBJECT_SALT.of(field="salt", got=len(salt)))
    return prove_party(party, salt=salt)


def is_party(actor: Actor, party: Party) -> bool:
    """Return whether ``actor`` is the declared ``party``, in constant time.

    Raises:
        TrustError: ``token-proof-malformed`` or ``base64url-…`` for an unsound proof.
    """
    return actor.kind == party.kind and is_proved(actor.proof, party)


def is_proved(proof: IdentityProof, party: Party) -> bool:
    """Return whether ``proof`` was made for ``party``; raise as :func:`is_party`."""
    salt, mac = read_proof(proof, field="proof")
    return hmac.compare_digest(party_mac(salt, party), mac)


def read_proof(proof: IdentityProof, *, field: str) -> tuple[bytes, bytes]:
    """Return salt and digest of ``proof``.

    Raises:
        TrustError: ``token-proof-malformed`` or ``base64url-…``.
    """
    salt = base64url.decode(proof.salt, field=f"{field}.salt")
    mac = base64url.decode(proof.mac, field=f"{field}.mac")
    if not SALT_BYTES_MIN <= len(salt) <= SALT_BYTES_MAX:
        raise TrustError(TOKEN_PROOF_MALFORMED.of(field=f"{field}.salt"))
    if len(mac) != MAC_BYTES:
        raise TrustError(TOKEN_PROOF_MALFORMED.of(field=f"{field}.mac"))
    return salt, mac

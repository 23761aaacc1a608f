"""What ties an identity token (id_token) to the login that asked for it.

Source: OpenID Connect Core 1.0 sections 3.1.3.7 and 3.3.2.11; RFC 9207 (mix-up).
"""

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from interop.crypto import base64url
from interop.crypto.algorithms import printable
from interop.errors import Reason, ReasonRow
from interop.federation.claims import IdClaims
from interop.federation.gates import Examination
from interop.federation.token_reasons import (
    ID_AT_HASH,
    ID_AZP,
    ID_C_HASH,
    ID_MIX_UP,
    ID_NONCE,
)
from interop.model.sensitive import Sensitive

# Each algorithm's own hash; EdDSA with Ed25519 uses SHA-512, SM2 uses SM3.
HASH_OF: Final = {"256": "sha256", "384": "sha384", "512": "sha512"}
OTHER_HASH_OF: Final = {"EdDSA": "sha512", "SM2": "sm3"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginRound:
    """One login at an identity provider, from its start to its token.

    Attributes:
        nonce: What the login was started with; used once, kept by the caller.
        issuer: ``iss`` of the callback (RFC 9207); else whom the login was started at.
        access_token: The access token that came along, if one did.
        code: The authorization code, if it came along with the token (hybrid flow).
    """

    nonce: Sensitive
    issuer: str
    access_token: Sensitive | None = None
    code: Sensitive | None = None


def round_problems(seen: Examination[IdClaims], login: LoginRound) -> Iterator[Reason]:
    """Yield what does not fit between an authentic token and its login.

    A hash must be there, and fit, for whatever came along with the token.
    """
    # Of the key: the header may give the algorithm another name.
    claims, alg = seen.claims, seen.key.key.alg
    if claims.iss != login.issuer:
        got = printable(claims.iss)
        yield ID_MIX_UP.of(field="iss", expected=printable(login.issuer), got=got)
    if not hmac.compare_digest(claims.nonce.encode(), login.nonce.reveal().encode()):
        yield ID_NONCE.of(field="nonce")
    if claims.azp is not None and claims.azp != seen.frame.audience:
        yield ID_AZP.of(field="azp", expected=seen.frame.audience, got=printable(claims.azp))
    yield from _hash_problems(ID_AT_HASH, claims.at_hash, login.access_token, alg)
    yield from _hash_problems(ID_C_HASH, claims.c_hash, login.code, alg)


def half_hash(text: str, *, alg: str) -> str:
    """Return the left half of the hash of ``text`` by ``alg``'s hash, base64url."""
    name = OTHER_HASH_OF.get(alg) or HASH_OF[alg[-3:]]
    digest = hashlib.new(name, text.encode()).digest()
    return base64url.encode(digest[: len(digest) // 2])


def _hash_problems(
    row: ReasonRow, stated: str | None, beside: Sensitive | None, alg: str
) -> Iterator[Reason]:
    if beside is not None and stated != half_hash(beside.reveal(), alg=alg):
        yield row.of(field=row.code.removeprefix("id-token-").replace("-", "_"))

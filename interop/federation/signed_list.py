"""What an issuer signs about its mandates: what every such list passes before it is read.

Revocation lists and status lists differ in what they say, not in whom they are believed from.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Generic, TypeVar

import msgspec
from msgspec import Struct

from interop.crypto.algorithms import printable
from interop.crypto.jose import BATCH_BYTES_MAX, split, verify_with
from interop.errors import ReasonRow, TrustError
from interop.federation.claims import Instant, Url
from interop.federation.gates import read_agreed_header
from interop.federation.reasons import TOKEN_CLAIM_TYPE
from interop.federation.registry import TrustRegistry
from interop.model.canonical import read_json

CLAIMS_BYTES_MAX: Final = 2 * 1024 * 1024


class ListClaims(Struct, frozen=True, kw_only=True):
    """What the claims of every list have; instants are seconds since 1970, UTC.

    Attributes:
        iss: Whose list; it speaks of nothing that another issued.
        iat: When it was made.
        exp: Until when it may be relied on, exclusive.
    """

    iss: Url
    iat: Instant
    exp: Instant


C = TypeVar("C", bound=ListClaims)


@dataclass(frozen=True, slots=True)
class ListKind(Generic[C]):
    """One kind of list.

    Attributes:
        typ: The ``typ`` of its header.
        claims: Its claims.
        refusal: What says that a token is of another kind.
    """

    typ: str
    claims: type[C]
    refusal: ReasonRow


def open_list(token: str, registry: TrustRegistry, kind: ListKind[C], *, now: datetime) -> C:
    """Return the claims of a list that an issuer of mandates signed, with a key in its time.

    Whether the list is fresh is for the kind to say.

    Raises:
        TrustError: The kind's refusal, or a code of the token's form, claims, issuer or key.
    """
    registry.require_valid(now)
    compact = split(token, bytes_max=BATCH_BYTES_MAX)
    header = read_agreed_header(compact.header, env=registry.env)
    if header.typ != kind.typ:
        raise TrustError(kind.refusal.of(field="typ", got=printable(header.typ)))
    claims = _claims(compact.payload, kind.claims)
    issuer = registry.issuer(claims.iss)
    issuer.require_role("mandate")
    key = issuer.key(header.kid, now=now)
    # INVARIANT: nothing that the claims hold is unpacked before the signature holds.
    verify_with(compact, header, key.key)
    key.require_signing(datetime.fromtimestamp(claims.iat, UTC))
    return claims


def _claims(payload: bytes, kind: type[C]) -> C:
    members = read_json(payload, error=TrustError, field="claims", bytes_max=CLAIMS_BYTES_MAX)
    try:
        return msgspec.convert(members, kind, strict=True)
    except msgspec.ValidationError as fault:
        raise TrustError(TOKEN_CLAIM_TYPE.of(field="claims", got=fault)) from None

"""Federation keys of an entity: a JWK Set that its superior vouches for.

Each key is pinned to one algorithm, by its own ``alg`` or by its curve, and is imported when a
signature names it. Source: OpenID Federation 1.0 section 3.1.1 (jwks); RFC 7517.
"""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from interop.crypto import import_public
from interop.crypto.algorithms import printable, require_available
from interop.crypto.jwk import Check, require_meant_for, require_public, sha256_check
from interop.errors import TrustError
from interop.federation.chain_reasons import (
    STATEMENT_JWKS,
    STATEMENT_KEY_UNPINNED,
    STATEMENT_KID_TWICE,
    STATEMENT_KID_UNKNOWN,
)
from interop.model.canonical import Json

KEYS_MAX: Final = 16
ALG_OF_CURVE: Final = {
    "P-256": "ES256",
    "P-384": "ES384",
    "P-521": "ES512",
    "Ed25519": "EdDSA",
    "SM2": "SM2",
}
# What makes a key the key it is; all else is said about it.
_MATERIAL: Final = frozenset({"kty", "crv", "x", "y", "n", "e"})

Material = frozenset[tuple[str, str]]


class FederationKey(NamedTuple):
    """A key pinned to one algorithm.

    Attributes:
        alg: The algorithm.
        check: Refuse a signature unless the key made it over a message.
        hashed: Whether ``check`` takes the SHA-256 of the message in its place.
    """

    alg: str
    check: Check
    hashed: bool


class KeySet:
    """Public keys by kid.

    Attributes:
        imported: Those that a signature has named so far.
        material: What makes each key the key it is, whatever else is said of it.
    """

    __slots__ = ("_jwks", "imported", "material")

    def __init__(self, jwks: Iterable[object], *, field: str) -> None:
        """Take the members of ``keys``.

        Raises:
            TrustError: ``statement-jwks``, ``statement-kid-twice``, ``key-private`` or
                ``key-symmetric``.
        """
        self._jwks: dict[str, Mapping[str, Json]] = {}
        self.imported: dict[str, FederationKey] = {}
        self.material: dict[str, Material] = {}
        for jwk in jwks:
            kid = jwk.get("kid") if isinstance(jwk, dict) else None
            if not isinstance(jwk, dict) or not isinstance(kid, str) or not kid:
                raise TrustError(STATEMENT_JWKS.of(field=field, got="a key without kid"))
            if kid in self._jwks:
                raise TrustError(STATEMENT_KID_TWICE.of(field=field, got=printable(kid)))
            require_public(jwk)
            self._jwks[kid] = jwk
            self.material[kid] = frozenset(
                (name, str(value)) for name, value in jwk.items() if name in _MATERIAL
            )

    @classmethod
    def read(cls, value: Json, *, field: str) -> "KeySet":
        """Return the keys in a JWK Set; raise as :meth:`__init__`."""
        keys = value.get("keys") if isinstance(value, dict) else None
        if not isinstance(keys, list) or not 0 < len(keys) <= KEYS_MAX:
            expected = f"1…{KEYS_MAX} keys"
            raise TrustError(STATEMENT_JWKS.of(field=field, expected=expected, got="no keys"))
        return cls(keys, field=field)

    def key(self, kid: str, *, by: str, field: str) -> FederationKey:
        """Return the key named ``kid``, pinned to its algorithm.

        Args:
            kid: The key's name.
            by: Who vouches for these keys, for the reason.
            field: What names the key, for the reason.

        Raises:
            TrustError: ``statement-kid-unknown``, ``statement-key-without-alg`` or ``key-…``.
        """
        key = self.imported.get(kid)
        if key is not None:
            return key
        jwk = self._jwks.get(kid)
        if jwk is None:
            raise TrustError(STATEMENT_KID_UNKNOWN.of(field=field, expected=by, got=kid))
        alg = jwk.get("alg", ALG_OF_CURVE.get(str(jwk.get("crv"))))
        if not isinstance(alg, str):
            raise TrustError(STATEMENT_KEY_UNPINNED.of(field=field, got=kid))
        require_available(alg)
        require_meant_for(jwk, alg=alg, use="sig")
        hashed = sha256_check(jwk, alg=alg)
        check = hashed or import_public(jwk, alg=alg).check
        key = self.imported[kid] = FederationKey(alg, check, hashed is not None)
        return key

    def has_same(self, kid: str, other: "KeySet") -> bool:
        """Return whether ``kid`` is one and the same key here and there."""
        return kid in self.material and self.material[kid] == other.material.get(kid)

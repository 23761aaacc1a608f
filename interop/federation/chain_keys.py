"""Federation keys of an entity: a JWK Set that its superior vouches for.

Each key is pinned to one algorithm, by its own ``alg`` or by its curve, and is imported when a
signature names it. Source: OpenID Federation 1.0 section 3.1.1 (jwks); RFC 7517.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from interop.crypto import VerificationKey, import_public
from interop.crypto.algorithms import printable
from interop.crypto.jwk import require_public
from interop.errors import TrustError
from interop.federation.chain_reasons import (
    STATEMENT_ALG,
    STATEMENT_JWKS,
    STATEMENT_KEY_ALG,
    STATEMENT_KEY_UNPINNED,
    STATEMENT_KID_TWICE,
    STATEMENT_KID_UNKNOWN,
)
from interop.federation.statement import Statement
from interop.model.canonical import Json

KEYS_MAX: Final = 16
ALG_OF_CURVE: Final = {
    "P-256": "ES256",
    "P-384": "ES384",
    "P-521": "ES512",
    "Ed25519": "EdDSA",
    "SM2": "SM2",
}
# What says nothing about which key it is.
_ASIDE: Final = frozenset({"kid", "alg", "use", "key_ops"})

Material = frozenset[tuple[str, str]]


class KeySet:
    """Public keys by kid."""

    __slots__ = ("_jwks", "_keys")

    def __init__(self, jwks: Iterable[object], *, field: str) -> None:
        """Take the members of ``keys``.

        Raises:
            TrustError: ``statement-jwks``, ``statement-kid-twice``, ``key-private`` or
                ``key-symmetric``.
        """
        self._jwks: dict[str, Mapping[str, Json]] = {}
        self._keys: dict[str, VerificationKey] = {}
        for jwk in jwks:
            kid = jwk.get("kid") if isinstance(jwk, dict) else None
            if not isinstance(jwk, dict) or not isinstance(kid, str) or not kid:
                raise TrustError(STATEMENT_JWKS.of(field=field, got="a key without kid"))
            if kid in self._jwks:
                raise TrustError(STATEMENT_KID_TWICE.of(field=field, got=printable(kid)))
            require_public(jwk)
            self._jwks[kid] = jwk

    @classmethod
    def read(cls, value: Json, *, field: str) -> "KeySet":
        """Return the keys in a JWK Set; raise as :meth:`__init__`."""
        keys = value.get("keys") if isinstance(value, dict) else None
        if not isinstance(keys, list) or not 0 < len(keys) <= KEYS_MAX:
            expected = f"1…{KEYS_MAX} keys"
            raise TrustError(STATEMENT_JWKS.of(field=field, expected=expected, got="no keys"))
        return cls(keys, field=field)

    def require_signed(
        self, statement: Statement, *, by: str, algorithms: frozenset[str]
    ) -> None:
        """Refuse ``statement`` unless the key it names is among these and signed it.

        Args:
            statement: What was signed.
            by: Who vouches for these keys, for the reason.
            algorithms: Those that this deployment accepts.

        Raises:
            TrustError: ``statement-alg``, ``statement-kid-unknown``,
                ``statement-key-without-alg``, ``statement-key-alg``, ``key-…`` or
                ``jws-signature-…``.
        """
        key = self._keys.get(statement.kid) or self._imported(statement, by)
        if statement.alg not in algorithms:
            raise TrustError(STATEMENT_ALG.of(field=statement.place, got=statement.alg))
        if statement.alg != key.alg:
            raise TrustError(
                STATEMENT_KEY_ALG.of(field=statement.place, expected=key.alg, got=statement.alg)
            )
        key.check(statement.signature, statement.signed)

    def material(self, kid: str) -> Material | None:
        """Return what makes the key ``kid`` this key; None without such a key."""
        jwk = self._jwks.get(kid)
        if jwk is None:
            return None
        return frozenset((n, str(v)) for n, v in jwk.items() if n not in _ASIDE)

    def _imported(self, statement: Statement, by: str) -> VerificationKey:
        kid = statement.kid
        jwk = self._jwks.get(kid)
        if jwk is None:
            raise TrustError(
                STATEMENT_KID_UNKNOWN.of(field=statement.place, expected=by, got=kid)
            )
        alg = jwk.get("alg", ALG_OF_CURVE.get(str(jwk.get("crv"))))
        if not isinstance(alg, str):
            raise TrustError(STATEMENT_KEY_UNPINNED.of(field=statement.place, got=kid))
        key = self._keys[kid] = import_public(jwk, alg=alg)
        return key

"""Tokens of the small delta beside its access tokens: logins, log-outs, proofs by a key."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from interop.conformance.strategies.crypto import a_signer
from interop.conformance.strategies.federation import AUDIENCE, IDP, NOW_S, a_login
from interop.crypto import base64url
from interop.crypto.profile import SecretKey
from interop.federation import (
    IdClaims,
    LogoutClaims,
    Possession,
    prove_possession,
    thumbprint,
)
from interop.federation.claims import LOGOUT_EVENT, PossessionClaims


@dataclass(slots=True)
class Uses:
    """A replay store in memory, as plain as one can be: what was used, for ever."""

    used: set[tuple[str, str]] = field(default_factory=set)

    def first_use(self, issuer: str, token_id: str, *, until: datetime, now: datetime) -> bool:
        """Return True the first time; refuse an end that is over."""
        if until <= now or (issuer, token_id) in self.used:
            return False
        self.used.add((issuer, token_id))
        return True


@dataclass(frozen=True, slots=True)
class Application:
    """An application that holds a key and proves it with every request."""

    key: SecretKey = field(default_factory=a_signer)

    @property
    def jkt(self) -> str:
        """Return the thumbprint that tokens are bound to."""
        return thumbprint(self.key.public.to_jwk())

    def claims(self, token: str, **changes: object) -> PossessionClaims:
        """Return what a proof for ``token`` says at ``NOW``, with ``changes``."""
        ath = base64url.encode(hashlib.sha256(token.encode()).digest())
        claims = PossessionClaims(
            jti="proof-0001", htm="POST", htu=f"{AUDIENCE}/cases", iat=NOW_S, ath=ath
        )
        return msgspec.structs.replace(claims, **changes)

    def shown(self, token: str, **changes: object) -> Possession:
        """Return a proof for ``token`` with the request it came with."""
        proof = prove_possession(
            self.claims(token, **changes), self.key, self.key.public.to_jwk()
        )
        return Possession(jwt=proof, method="POST", url=f"{AUDIENCE}/cases?page=2#top")


def an_id_login(**changes: object) -> IdClaims:
    """Return claims of an identity token of the same login, with ``changes``."""
    told = {name: getattr(a_login(), name) for name in a_login().__struct_fields__}
    claims = IdClaims(**told, nonce="nonce-0001")
    return msgspec.structs.replace(claims, **changes)


def a_logout(**changes: object) -> LogoutClaims:
    """Return claims of a logout token of the east identity provider, with ``changes``."""
    claims = LogoutClaims(
        iss=IDP,
        aud=AUDIENCE,
        iat=NOW_S - 5,
        exp=NOW_S + 100,
        jti="logout-0001",
        events={LOGOUT_EVENT: {}},
        sub="s-1",
    )
    return msgspec.structs.replace(claims, **changes)

"""Build a principal from verified claims.

Pydantic would validate again what the claims' own types have proved, at the price of a
signature's tenth; the records are laid out as validation would leave them, which a test holds
against it.
"""

from datetime import UTC, datetime
from typing import Final

from pydantic import BaseModel

from interop.federation.claims import AccessClaims, AgentClaim
from interop.federation.hot_claims import HotAgent, HotClaims
from interop.model.party import Actor, AssuranceLevel, IdentityProof, PartyKind, Principal
from interop.model.sensitive import Sensitive

_PRINCIPAL: Final = set(Principal.model_fields)
_ACTOR: Final = set(Actor.model_fields)
_PROOF: Final = set(IdentityProof.model_fields)
_new: Final = object.__new__
_set_values: Final = BaseModel.__dict__["__dict__"].__set__
_set_fields: Final = BaseModel.__dict__["__pydantic_fields_set__"].__set__
_set_extra: Final = BaseModel.__dict__["__pydantic_extra__"].__set__
_set_private: Final = BaseModel.__dict__["__pydantic_private__"].__set__


def principal_of(
    claims: AccessClaims | HotClaims,
    region: str,
    level: AssuranceLevel,
    *,
    digest: str,
    trust_path: tuple[str, ...],
) -> Principal:
    """Return who is asking.

    Args:
        claims: Claims that have passed every check.
        region: Region the token was issued for.
        level: What its acr is worth here.
        digest: SHA-256 in hex over header and payload as signed, without the signature: an
            ECDSA signature can be rewritten without the key.
        trust_path: What led to acceptance.
    """
    agent = claims.act
    built = _new(Principal)
    _set_values(
        built,
        {
            "issuer": claims.iss,
            "region": region,
            "actor": _actor(claims.kind, claims),
            "agent": None if agent is None else _actor(agent.kind, agent),
            "level": level,
            "authenticated_at": datetime.fromtimestamp(claims.auth_time, UTC),
            "token_digest": "sha-256:" + digest,
            "trust_path": trust_path,
        },
    )
    _set_fields(built, _PRINCIPAL)
    _set_extra(built, None)
    _set_private(built, None)
    return built


def _actor(kind: PartyKind, who: AccessClaims | AgentClaim | HotClaims | HotAgent) -> Actor:
    proof, built = _new(IdentityProof), _new(Actor)
    _set_values(proof, {"salt": who.proof.salt, "mac": who.proof.mac})
    _set_fields(proof, _PROOF)
    _set_extra(proof, None)
    _set_private(proof, None)
    _set_values(built, {"kind": kind, "subject": Sensitive(who.sub), "proof": proof})
    _set_fields(built, _ACTOR)
    _set_extra(built, None)
    _set_private(built, None)
    return built

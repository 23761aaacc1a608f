"""Build a principal from verified claims.

Pydantic would validate again what the claims' own types have proved, at the price of a
signature's tenth; the records are laid out as validation would leave them, which a test holds
against it.
"""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from pydantic import BaseModel

from interop.federation.claims import AccessClaims, AgentClaim
from interop.federation.hot_claims import HotAgent, HotClaims
from interop.model.party import Actor, AssuranceLevel, IdentityProof, Principal
from interop.model.sensitive import Sensitive

_PRINCIPAL: Final = set(Principal.model_fields)
_ACTOR: Final = set(Actor.model_fields)
_PROOF: Final = set(IdentityProof.model_fields)
# Logins of many people fall into one second, and one login has many tokens.
INSTANTS_MAX: Final = 4_096
_new: Final = object.__new__
_set_text: Final = Sensitive.__dict__["_text"].__set__
_set_values: Final = BaseModel.__dict__["__dict__"].__set__
_set_fields: Final = BaseModel.__dict__["__pydantic_fields_set__"].__set__
_set_extra: Final = BaseModel.__dict__["__pydantic_extra__"].__set__
_set_private: Final = BaseModel.__dict__["__pydantic_private__"].__set__


@lru_cache(INSTANTS_MAX)
def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


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
    agent, proof, actor, built = claims.act, _new(IdentityProof), _new(Actor), _new(Principal)
    subject = _new(Sensitive)
    _set_text(subject, claims.sub)
    _set_values(proof, {"salt": claims.proof.salt, "mac": claims.proof.mac})
    _set_values(actor, {"kind": claims.kind, "subject": subject, "proof": proof})
    _set_values(
        built,
        {
            "issuer": claims.iss,
            "region": region,
            "actor": actor,
            "agent": None if agent is None else _agent(agent),
            "level": level,
            "authenticated_at": _instant(claims.auth_time),
            "token_digest": "sha-256:" + digest,
            "trust_path": trust_path,
        },
    )
    for one, fields in ((proof, _PROOF), (actor, _ACTOR), (built, _PRINCIPAL)):
        _set_fields(one, fields)
        _set_extra(one, None)
        _set_private(one, None)
    return built


def _agent(who: AgentClaim | HotAgent) -> Actor:
    return Actor(kind=who.kind, subject=Sensitive(who.sub), proof=who.proof.record())

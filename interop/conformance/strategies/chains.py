"""A small federation: an anchor, an intermediate, a provider; every statement can be bent.

Nobody in it exists. A test changes one thing and names what must refuse it.
Source: OpenID Federation 1.0 sections 3 and 6.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from interop.conformance.strategies.federation import NOW_S
from interop.crypto import PrivateKey, sign_compact
from interop.federation.chain import ChainVerifier
from interop.federation.statement import STATEMENT_TYP_NAME
from interop.model.canonical import Json, canonical_bytes
from interop.model.ports import Signer

ANCHOR: Final = "https://trust.delta.sim.example"
MIDDLE: Final = "https://federation.east.sim.example"
PROVIDER: Final = "https://idp.east.sim.example"
DAY_S: Final = 86_400
TYPE: Final = "openid_provider"
# A claim that a test leaves out.
GONE: Final = object()

Claims = dict[str, object]


def metadata_of(entity: str, key: PrivateKey) -> dict[str, Json]:
    """Return what a provider publishes about itself."""
    return {
        "issuer": entity,
        "jwks": {"keys": [key.public.to_jwk()]},
        "subject_types_supported": ["pairwise"],
        "acr_values_supported": ["urn:east:name", "urn:east:face"],
        "id_token_signing_alg_values_supported": ["ES256", "RS256"],
        "grant_types_supported": ["authorization_code", "implicit"],
    }


POLICY: Final[dict[str, Json]] = {
    TYPE: {
        "subject_types_supported": {"value": ["pairwise"]},
        "id_token_signing_alg_values_supported": {"subset_of": ["ES256", "SM2", "EdDSA"]},
        "acr_values_supported": {"essential": True},
        "contacts": {"add": ["ops@trust.delta.sim.example"]},
    }
}
MIDDLE_POLICY: Final[dict[str, Json]] = {
    TYPE: {
        "id_token_signing_alg_values_supported": {"subset_of": ["ES256", "SM2"]},
        "grant_types_supported": {"subset_of": ["authorization_code"]},
    }
}


@dataclass(slots=True)
class Federation:
    """Keys of everybody, made when they are first asked for; statements about everybody."""

    keys: dict[str, PrivateKey] = field(default_factory=dict)

    def key(self, entity: str) -> PrivateKey:
        """Return the federation key of ``entity``."""
        if entity not in self.keys:
            self.keys[entity] = PrivateKey.generate(use="sig")
        return self.keys[entity]

    def claims(self, iss: str, sub: str, more: Mapping[str, object]) -> Claims:
        """Return the claims of a statement, valid for a day."""
        told: Claims = {
            "iss": iss,
            "sub": sub,
            "iat": NOW_S - 60,
            "exp": NOW_S + DAY_S,
            "jwks": {"keys": [self.key(sub).public.to_jwk()]},
            **more,
        }
        return {name: value for name, value in told.items() if value is not GONE}

    def say(
        self,
        iss: str,
        sub: str,
        *,
        by: Signer | None = None,
        typ: str = STATEMENT_TYP_NAME,
        header: Mapping[str, Json] | None = None,
        **more: object,
    ) -> str:
        """Return a statement of ``iss`` about ``sub``, signed by ``iss`` unless said else."""
        payload = canonical_bytes(self.claims(iss, sub, more))  # type: ignore[arg-type]  # JSON by construction
        return sign_compact(payload, by or self.key(iss), typ=typ, header=header or {})

    def own(self, entity: str, *hints: str, **more: object) -> str:
        """Return the configuration of ``entity`` below ``hints``."""
        told = {"authority_hints": [*hints], **more} if hints else more
        return self.say(entity, entity, **told)  # type: ignore[arg-type]  # claims of any kind

    def provider(self, *hints: str, **more: object) -> str:
        """Return the configuration of the provider."""
        metadata = {TYPE: metadata_of(PROVIDER, self.key(f"{PROVIDER}#tokens"))}
        return self.own(PROVIDER, *(hints or (MIDDLE,)), **{"metadata": metadata, **more})

    def chain(self, **middle: object) -> list[str]:
        """Return the four statements: provider, intermediate's, anchor's, anchor itself."""
        return [
            self.provider(),
            self.say(MIDDLE, PROVIDER, **{"metadata_policy": MIDDLE_POLICY, **middle}),  # type: ignore[arg-type]  # claims of any kind
            self.say(
                ANCHOR,
                MIDDLE,
                metadata_policy=POLICY,
                constraints={
                    "max_path_length": 1,
                    "naming_constraints": {"permitted": [".sim.example"]},
                },
            ),
            self.own(ANCHOR, metadata={"federation_entity": {"organization_name": "模拟"}}),
        ]

    def verifier(self, *anchors: str) -> ChainVerifier:
        """Return a verifier that pins the anchors' keys."""
        names = anchors or (ANCHOR,)
        return ChainVerifier({name: [self.key(name).public.to_jwk()] for name in names})

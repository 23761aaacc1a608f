"""Whom this gateway trusts, and who it is itself in that registry."""

from datetime import datetime

from interop.crypto.ring import KeyRing
from interop.errors import TrustError
from interop.exchange import Correspondent, Directory, Own
from interop.federation import TrustRegistry
from interop.federation.registry import GatewayEntry
from interop.gateway.kinds import ASSURANCE, ISSUERS, REGISTRY
from interop.gateway.library import Library
from interop.gateway.reasons import ENTRY_MISSING
from interop.model.ports import Clock, Env


def registry_of(library: Library, *, env: Env) -> TrustRegistry:
    """Return the registry of ``env``.

    Raises:
        KnowledgeError: Every problem of every file of identity/.
    """
    knowledge = library.knowledge
    return TrustRegistry.of(
        knowledge.document(REGISTRY, "registry").value,
        knowledge.document(ASSURANCE, "assurance").value,
        [document.value for document in knowledge.documents(ISSUERS)],
        env=env,
        covers=library.covers,
    )


def own_entry(
    registry: TrustRegistry, region: str, keys: KeyRing, now: datetime
) -> GatewayEntry:
    """Return the registry's entry of this gateway, if it is valid and names these very keys.

    Raises:
        TrustError: ``registry-expired``, ``registry-not-yet-valid``,
            ``gateway-not-in-registry``, ``gateway-unknown``, ``gateway-without-key``.
    """
    registry.require_valid(now)
    entry = registry.gateway(region)
    if entry.region != region or keys.signing.kid not in entry.signing_keys(now):
        raise TrustError(ENTRY_MISSING.of(field="registry", expected=keys.env, got=region))
    return entry


def directory_of(
    registry: TrustRegistry, region: str, keys: KeyRing, clock: Clock
) -> Directory:
    """Return this gateway and how it finds others, with the keys that count at that time."""

    def find(code: str) -> Correspondent:
        entry, now = registry.gateway(code), clock()
        return Correspondent(entry.region, entry.signing_keys(now), entry.encryption_key(now))

    return Directory(Own(region, keys.env, keys.signing, keys.decryption), find)

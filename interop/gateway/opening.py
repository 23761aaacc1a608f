"""What a gateway begins with: whom it believes, and what it keeps before the first verb."""

from collections.abc import Iterable
from datetime import UTC, datetime
from os import PathLike

from interop.crypto.ring import KeyRing
from interop.errors import InteropError
from interop.federation import OpenedRegistry, Verifier
from interop.gateway.desk import Desk
from interop.gateway.keeping import keep_item
from interop.gateway.library import Library
from interop.gateway.state import StoredUses
from interop.gateway.trust import (
    SignedTrust,
    keep_registry,
    own_entry,
    registry_of,
    require_held,
)
from interop.model.item import ServiceItem
from interop.model.ports import Clock
from interop.store import Store


def believing(
    library: Library, region: str, keys: KeyRing, *, clock: Clock, trust: SignedTrust | None
) -> tuple[Verifier, OpenedRegistry | None]:
    """Return the verifier of ``region``, and the signed registry behind it if there is one.

    Args:
        library: Knowledge; its identity/ is believed if there is no signed registry.
        region: Region code of the gateway.
        keys: Its keys; the registry must list it with these.
        clock: The present instant, aware.
        trust: The signed registry.

    Raises:
        KnowledgeError: Every problem of every file.
        TrustError: As :meth:`SignedTrust.open`, :func:`own_entry` and :func:`require_held`.
    """
    now = clock()
    opened = trust.open(now) if trust else None
    if opened is None:
        registry = registry_of(library, env=keys.env)
    else:
        registry = opened.trusted(env=keys.env, covers=library.covers)
    entry = own_entry(registry, region, keys, now)
    require_held(entry, keys, now)
    return Verifier(registry, audience=entry.audience, clock=clock), opened


def open_store(url: str | PathLike[str], keys: KeyRing, *, steps: bool = True) -> Store:
    """Return the store of a gateway, encrypted and hashed as the profile of its keys says.

    Args:
        url: Path or URL of its database.
        keys: Keys of the gateway.
        steps: Whether it may be created, or brought to the present schema.

    Raises:
        StoreError: The store refuses; ``store-cipher-mismatch`` after a change of profile.
    """
    profile = keys.profile
    return Store.open(
        url,
        organ_key=keys.organ,
        cipher=profile.cipher,
        digest=profile.digest,
        steps=steps,
    )


def keep_beginning(
    desk: Desk, items: Iterable[tuple[ServiceItem, bytes]], opened: OpenedRegistry | None
) -> None:
    """Keep the registry in use and today's item versions; shut the store if that fails.

    A case received elsewhere under today's version may arrive after an upgrade. From here
    on the store remembers which proofs of possession were used.

    Raises:
        TrustError: The registry does not follow on the one that was in use here.
    """
    try:
        with desk.sit() as at:
            if opened is not None:
                keep_registry(at.tx, opened, at=desk.now())
            for item, data in items:
                keep_item(at, item, data)
    except InteropError:
        desk.store.close()
        raise
    desk.verifier.remember_in(StoredUses(desk.store))
    if desk.trust is not None:
        desk.trust.taken()


def system_clock() -> datetime:
    """Return now by the system's clock; aware."""
    return datetime.now(UTC)

"""What a gateway begins with: whom it believes, and what it keeps before the first verb."""

from collections.abc import Iterable

from interop.errors import InteropError
from interop.federation import OpenedRegistry, TrustRegistry
from interop.gateway.desk import Desk
from interop.gateway.filing import keep_item
from interop.gateway.library import Library
from interop.gateway.trust import keep_registry, registry_of
from interop.model.item import ServiceItem
from interop.model.ports import Env


def trusted(opened: OpenedRegistry | None, library: Library, *, env: Env) -> TrustRegistry:
    """Return the signed registry's view of ``env``, else that of the folder identity/.

    Raises:
        KnowledgeError: Every problem of every file.
    """
    if opened is None:
        return registry_of(library, env=env)
    return opened.trusted(env=env, covers=library.covers)


def keep_beginning(
    desk: Desk, items: Iterable[tuple[ServiceItem, bytes]], opened: OpenedRegistry | None
) -> None:
    """Keep the registry in use and today's item versions; shut the store if that fails.

    A case received elsewhere under today's version may arrive after an upgrade.

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
    if desk.trust is not None:
        desk.trust.taken()

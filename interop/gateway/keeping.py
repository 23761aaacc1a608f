"""Keep the knowledge that a case begins with: its bytes by digest, for as long as it lives."""

from interop.gateway.desk import Sitting
from interop.model.canonical import digest
from interop.model.item import ServiceItem
from interop.store import versions


def keep_item(at: Sitting, item: ServiceItem, data: bytes) -> str:
    """Keep an item version, with its canonical bytes, by its digest; return the digest."""
    key = f"{item.item}/{item.region}"
    found = digest(data)
    versions.keep(at.tx, digest=found, kind="item", key=key, data=data, at=at.desk.now())
    return found


def keep_versions(at: Sitting, item: ServiceItem, handling: str) -> dict[str, str]:
    """Keep the knowledge that a new case begins with; return its digests by kind.

    Args:
        at: The sitting.
        item: The item as the handling region runs it.
        handling: Handling region; its rules of receipt govern.
    """
    library, now = at.desk.library, at.desk.now()
    receipt = library.receipt(handling)
    for doc in (library.clocks, library.lifecycle, receipt):
        versions.keep(
            at.tx, digest=doc.digest, kind=doc.kind, key=doc.place.key, data=doc.data, at=now
        )
    uses = library.use_list
    versions.keep(
        at.tx,
        digest=uses.digest(),
        kind="use-list",
        key="use-list",
        data=uses.to_bytes(),
        at=now,
    )
    return {
        "item": keep_item(at, item, item.to_bytes()),
        "clocks": library.clocks.digest,
        "lifecycle": library.lifecycle.digest,
        "receipt": receipt.digest,
        "use-list": uses.digest(),
        "calendar": library.calendar.digest,
    }

"""What a region still lacks before its gateway can be opened."""

from collections.abc import Iterator

from interop.errors import KnowledgeError, Reason
from interop.gateway import kinds
from interop.gateway.library import Library
from interop.gateway.reasons import REGION_LACKS


def missing_for(library: Library, region: str) -> tuple[Reason, ...]:
    """Return what ``region`` lacks, each with where to add it; empty if it is ready.

    Raises:
        KnowledgeError: The region code itself is unknown.
    """
    library.regions.named(region)
    return tuple(_lacking(library, region))


def _lacking(library: Library, region: str) -> Iterator[Reason]:
    try:
        adapter, _ = library.adapter(region)
        if adapter.gateway is None:
            yield REGION_LACKS.of(
                field="adapter.gateway", expected="gateway.endpoint", got=region
            )
    except KnowledgeError as fault:
        yield from fault.reasons
    issuers = library.knowledge.documents(kinds.ISSUERS)
    rows = [row for doc in issuers if doc.value.region == region for row in doc.value.issuer]
    gateways = [row for row in rows if "gateway" in row.roles]
    where = f"identity/issuers/{region}-<name>.toml"
    if not gateways:
        yield REGION_LACKS.of(field=where, expected='roles = ["gateway"]', got=region)
    elif not any(row.keys for row in gateways):
        yield REGION_LACKS.of(field=where, expected="keys", got=region)
    if not any(
        key.endswith(f"/{region}") for key in library.knowledge.keys(kinds.DISTRICT_ITEMS)
    ):
        yield REGION_LACKS.of(
            field=f"mappings/items/<item>/{region}.toml", expected="an item", got=region
        )

"""Knowledge by digest: the bytes a case was decided with outlive every upgrade."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, insert, select

from interop.errors import StoreDamaged
from interop.model.canonical import digest as digest_of
from interop.store.reasons import VERSION_DIGEST_MISMATCH
from interop.store.schema import KNOWLEDGE_VERSION
from interop.store.tx import Tx

_LISTED = (
    KNOWLEDGE_VERSION.c.digest,
    KNOWLEDGE_VERSION.c.kind,
    KNOWLEDGE_VERSION.c.key,
    KNOWLEDGE_VERSION.c.kept_at,
)
_HELD = select(KNOWLEDGE_VERSION.c.data).where(
    KNOWLEDGE_VERSION.c.digest == bindparam("digest")
)


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version kept.

    Attributes:
        digest: ``algorithm:hex`` over its canonical bytes.
        kind: Kind of knowledge.
        key: Which document of that kind.
        kept_at: When it was first used; in UTC.
    """

    digest: str
    kind: str
    key: str
    kept_at: datetime


def keep(  # noqa: PLR0913 -- the columns of one version, each by name
    tx: Tx, *, digest: str, kind: str, key: str, data: bytes, at: datetime
) -> None:
    """Keep a version; one already held is left as it is.

    Args:
        tx: The transaction that uses the version.
        digest: ``algorithm:hex`` over ``data``.
        kind: Kind of knowledge.
        key: Which document of that kind.
        data: Canonical bytes.
        at: When; aware.

    Raises:
        StoreDamaged: ``version-digest-mismatch``: other bytes than the digest says.
        KnowledgeError: ``digest-unknown-algorithm``.
    """
    _check(digest, data)
    if held(tx, digest) is None:
        # Any lane may be the first to use it; held is asked again once no other can.
        tx.hold_books()
    if held(tx, digest) is None:
        tx.write(
            insert(KNOWLEDGE_VERSION).values(
                digest=digest, kind=kind, key=key, data=data, kept_at=at
            )
        )


def held(tx: Tx, digest: str) -> bytes | None:
    """Return the bytes of a version, if it is held.

    Raises:
        StoreDamaged: ``version-digest-mismatch``: they were altered.
    """
    row = tx.one(_HELD, digest=digest)
    if row is None:
        return None
    _check(digest, row["data"])
    return bytes(row["data"])


def listed(tx: Tx) -> tuple[VersionRow, ...]:
    """List the versions held, by kind, key and first use."""
    order = (KNOWLEDGE_VERSION.c.kind, KNOWLEDGE_VERSION.c.key, KNOWLEDGE_VERSION.c.kept_at)
    rows = tx.rows(select(*_LISTED).order_by(*order))
    return tuple(VersionRow(**row) for row in rows)


def _check(digest: str, data: bytes) -> None:
    found = digest_of(data, algorithm=digest.partition(":")[0])
    if found != digest:
        raise StoreDamaged(VERSION_DIGEST_MISMATCH.of(expected=digest, got=found))

"""Status lists, as issuers last told them."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select

from interop.errors import StoreError
from interop.store.reasons import STATUS_LIST_OLDER
from interop.store.schema import STATUS_LIST
from interop.store.tx import Tx


@dataclass(frozen=True, slots=True)
class StatusListRow:
    """A list as it is kept.

    Attributes:
        issuer: Who tells.
        uri: Names the list.
        issued_at: When it was made; aware.
        fresh_until: Until when it may be relied on; aware.
        states: One byte per position.
    """

    issuer: str
    uri: str
    issued_at: datetime
    fresh_until: datetime
    states: bytes


def replace(tx: Tx, row: StatusListRow) -> None:
    """Put ``row`` in place of the last list that its issuer told under its name.

    The same list may come again.

    Raises:
        StoreError: ``status-list-older``.
    """
    tx.hold_books()
    this = (STATUS_LIST.c.uri == row.uri) & (STATUS_LIST.c.issuer == row.issuer)
    last = tx.row(select(STATUS_LIST.c.issued_at).where(this))
    if last is not None and last["issued_at"] > row.issued_at:
        raise StoreError(STATUS_LIST_OLDER.of(field=row.issuer))
    tx.write(delete(STATUS_LIST).where(this))
    tx.write(insert(STATUS_LIST).values(asdict(row)))


def held(tx: Tx, issuer: str, uri: str) -> tuple[bytes, datetime] | None:
    """Return the states and until when they may be relied on; None if nothing was told."""
    this = (STATUS_LIST.c.uri == uri) & (STATUS_LIST.c.issuer == issuer)
    row = tx.row(select(STATUS_LIST).where(this))
    return None if row is None else (row["states"], row["fresh_until"])

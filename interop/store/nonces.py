"""What may be used once, or a number of times."""

from datetime import datetime

from sqlalchemy import delete, insert, select, update

from interop.store.schema import NONCE, USE_COUNT
from interop.store.tx import Tx


def use_once(tx: Tx, kind: str, digest: str, until: datetime) -> bool:
    """Return True the first time, False on a replay.

    Args:
        tx: The transaction of the use.
        kind: Kind of thing, such as ``token``.
        digest: Digest of it; not the thing itself.
        until: When it expires by itself; aware. :func:`sweep` forgets it after that.
    """
    tx.hold_books()
    this = (NONCE.c.kind == kind) & (NONCE.c.digest == digest)
    if tx.row(select(NONCE.c.kind).where(this)) is not None:
        return False
    tx.write(insert(NONCE).values(kind=kind, digest=digest, until=until))
    return True


def sweep(tx: Tx, now: datetime, *, kind: str | None = None) -> int:
    """Forget what expired before ``now``, of one kind if it is given; return how many.

    Whoever checks expiry refuses these anyway; only then is it safe to forget them.
    """
    expired = delete(NONCE).where(NONCE.c.until < now)
    return tx.write(expired if kind is None else expired.where(NONCE.c.kind == kind))


def count_use(tx: Tx, kind: str, key: str, limit: int) -> bool:
    """Count one use; return False, counting nothing, once ``limit`` uses were counted."""
    tx.hold_books()
    this = (USE_COUNT.c.kind == kind) & (USE_COUNT.c.key == key)
    row = tx.row(select(USE_COUNT.c.n).where(this))
    used = 0 if row is None else int(row["n"])
    if used >= limit:
        return False
    if row is None:
        tx.write(insert(USE_COUNT).values(kind=kind, key=key, n=1))
    else:
        tx.write(update(USE_COUNT).where(this).values(n=used + 1))
    return True

"""Leases: one worker per lane at a time."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, delete, insert, select, update

from interop.store.schema import LEASE
from interop.store.tx import Tx

_HERE: Final = LEASE.c.name == bindparam("lease")
_HELD: Final = select(LEASE).where(_HERE)
_TAKE: Final = insert(LEASE)
_RENEW: Final = update(LEASE).where(_HERE)
_RELEASE: Final = delete(LEASE).where(_HERE, LEASE.c.holder == bindparam("by"))


def take(  # noqa: PLR0917 -- the order in which it is said
    tx: Tx, name: str, holder: str, now: datetime, seconds: int
) -> bool:
    """Take or renew a lease; return False while another holds it.

    One that would last longer than it can have been given for was taken before the clock was
    set back: it is free.

    Args:
        tx: A transaction; the lease counts for others once it commits.
        name: What only one may do, such as ``lane/<peer>/<n>``.
        holder: Who asks.
        now: Now; aware. A lease that ends now is free.
        seconds: For how long.
    """
    row = tx.one(_HELD, lease=name)
    until = now + timedelta(seconds=seconds)
    values = {"holder": holder, "until": until}
    if row is None:
        tx.write(_TAKE, name=name, **values)
        return True
    if row["holder"] != holder and now < row["until"] <= until:
        return False
    tx.write(_RENEW, lease=name, **values)
    return True


def release(tx: Tx, name: str, holder: str) -> bool:
    """Give a lease back; return False if ``holder`` does not hold it."""
    return bool(tx.write(_RELEASE, lease=name, by=holder))

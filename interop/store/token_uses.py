"""Tokens that were used once, by the digest of issuer and jti; shared by every process.

Entries are forgotten once they are past their end. The latest end that was ever forgotten is
the horizon: nothing that ends by then is a first use again, whatever the clock says later.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, insert, select, update

from interop.errors import StoreFull
from interop.store.reasons import TOKEN_USES_FULL
from interop.store.schema import TOKEN_HORIZON, TOKEN_USE
from interop.store.tx import Tx

USES_MAX: Final = 1_000_000
# As far ahead as an end may lie: a wrong one cannot fill the table for ever.
WINDOW: Final = timedelta(days=2)


def first_use(
    tx: Tx, digest: str, *, until: datetime, now: datetime, uses_max: int = USES_MAX
) -> bool:
    """Return True the first time ``digest`` comes, and remember it until ``until``.

    False on a replay, and for an end that is over, was forgotten already, or lies more than
    two days ahead.

    Args:
        tx: The transaction of the use; another process sees it once it commits.
        digest: Digest of issuer and jti.
        until: From when everybody refuses it as expired; aware.
        now: Now; aware.
        uses_max: How many live entries there may be.

    Raises:
        StoreFull: ``token-uses-full``; no live entry is ever dropped for a new one.
    """
    tx.hold_books()
    horizon, live = _forget(tx, now)
    if not now < until <= now + WINDOW or (horizon is not None and until <= horizon):
        return False
    if tx.row(select(TOKEN_USE.c.digest).where(TOKEN_USE.c.digest == digest)) is not None:
        return False
    if live >= uses_max:
        raise StoreFull(TOKEN_USES_FULL.of(field="token_use", expected=uses_max))
    tx.write(insert(TOKEN_USE).values(digest=digest, until=until))
    tx.write(update(TOKEN_HORIZON).values(live=live + 1))
    return True


def _forget(tx: Tx, now: datetime) -> tuple[datetime | None, int]:
    """Forget what is over at ``now``; return the horizon and how many entries are left."""
    row = tx.row(select(TOKEN_HORIZON))
    if row is None:
        tx.write(insert(TOKEN_HORIZON).values(id=1, until=None, live=0))
        return None, 0
    horizon: datetime | None = row["until"]
    over = select(func.max(TOKEN_USE.c.until).label("last")).where(TOKEN_USE.c.until <= now)
    found = tx.row(over)
    last: datetime | None = None if found is None else found["last"]
    if last is None:
        return horizon, row["live"]
    gone = tx.write(delete(TOKEN_USE).where(TOKEN_USE.c.until <= now))
    horizon = last if horizon is None else max(horizon, last)
    tx.write(update(TOKEN_HORIZON).values(until=horizon, live=row["live"] - gone))
    return horizon, row["live"] - gone

"""What issuers took back, as they last told it, whole."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, delete, insert, select

from interop.errors import StoreError
from interop.model.ports import RevocationState
from interop.store.reasons import REVOCATIONS_OLDER, REVOCATIONS_TOO_MANY
from interop.store.schema import REVOCATION, REVOCATION_FEED
from interop.store.tx import Tx

REVOCATIONS_MAX: Final = 100_000
# Every token that is read asks for both.
_TAKEN_BACK: Final = select(REVOCATION.c.digest).where(
    (REVOCATION.c.issuer == bindparam("of_issuer"))
    & (REVOCATION.c.digest == bindparam("of_token"))
)
_FEED: Final = select(REVOCATION_FEED).where(REVOCATION_FEED.c.issuer == bindparam("of_issuer"))


def replace(
    tx: Tx, issuer: str, *, sequence: int, digests: Iterable[str], fresh_until: datetime
) -> int:
    """Put the list of ``issuer`` in place of its last one; return how long it is.

    Args:
        tx: A transaction.
        issuer: Who tells.
        sequence: Number of the list; grows.
        digests: Digest of issuer and jti of everything taken back and not yet expired.
        fresh_until: Until when it may be relied on; aware.

    Raises:
        StoreError: ``revocations-older`` for a list before the one that is held,
            ``revocations-too-many``.
    """
    tx.hold_books()
    row = tx.one(_FEED, of_issuer=issuer)
    if row is not None and row["sequence"] >= sequence:
        raise StoreError(
            REVOCATIONS_OLDER.of(field=issuer, expected=row["sequence"] + 1, got=sequence)
        )
    listed = sorted(set(digests))
    if len(listed) > REVOCATIONS_MAX:
        raise StoreError(
            REVOCATIONS_TOO_MANY.of(field=issuer, expected=REVOCATIONS_MAX, got=len(listed))
        )
    tx.write(delete(REVOCATION).where(REVOCATION.c.issuer == issuer))
    tx.write(delete(REVOCATION_FEED).where(REVOCATION_FEED.c.issuer == issuer))
    for digest in listed:
        tx.write(insert(REVOCATION).values(issuer=issuer, digest=digest))
    values = {"issuer": issuer, "sequence": sequence, "fresh_until": fresh_until}
    tx.write(insert(REVOCATION_FEED).values(values))
    return len(listed)


def state(tx: Tx, issuer: str, digest: str, *, now: datetime) -> RevocationState:
    """Return whether ``issuer`` took it back; ``unknown`` if its list is missing or too old.

    What was taken back stays so, however old the list is.
    """
    if tx.one(_TAKEN_BACK, of_issuer=issuer, of_token=digest) is not None:
        return "revoked"
    row = tx.one(_FEED, of_issuer=issuer)
    fresh = row is not None and now < row["fresh_until"]
    return "valid" if fresh else "unknown"

"""Personal values at rest: one key per case, wrapped by the organ's key.

Destroying the key of a case makes all that was sealed with it unreadable (crypto-shredding);
what is not personal (numbers, states, digests) stays. A backup taken before still holds the
wrapped key: keep backups apart from the organ's key, and no longer than need be.
"""

from typing import Final

from sqlalchemy import insert, select, update

from interop.errors import StoreError
from interop.store.columns import Sealed, SensitiveText
from interop.store.keys import KEY_BYTES
from interop.store.reasons import CASE_KEY_DESTROYED, CASE_KEY_IN_USE, CASE_KEY_UNKNOWN
from interop.store.schema import BATCH, CASE_KEY, OUTBOX, TASK
from interop.store.tx import Tx

__all__ = [
    "Sealed",
    "SensitiveText",
    "create_key",
    "destroy_key",
    "destroyed",
    "holds_key",
]

_ADD: Final = insert(CASE_KEY)


def create_key(tx: Tx, case: str) -> None:
    """Give ``case`` a key, unless it has one.

    Raises:
        StoreError: ``case-key-destroyed``; a shredded case gets no second key.
    """
    known = tx.known(case)
    if not known.keyed:
        key = tx.keys.entropy(KEY_BYTES)
        known.keyed, known.wrapped = True, tx.keys.wrap(case, key)
        tx.add(_ADD, {"case_number": case, "wrapped": known.wrapped})
        tx.hold_key(case, key)
    elif known.wrapped is None:
        raise StoreError(CASE_KEY_DESTROYED.of(got=case))


def destroyed(tx: Tx, case: str) -> bool:
    """Whether the key of ``case`` was destroyed."""
    known = tx.known(case)
    return known.keyed and known.wrapped is None


def holds_key(tx: Tx, case: str) -> bool:
    """Whether ``case`` has a key that is not destroyed."""
    return tx.known(case).wrapped is not None


def destroy_key(tx: Tx, case: str) -> None:
    """Destroy the key of ``case``; a second time changes nothing.

    The row is overwritten, and after the commit the log is emptied too.

    Raises:
        StoreError: ``case-key-unknown``; ``case-key-in-use`` while an envelope of the case
            lacks its receipt or a task of it is open.
    """
    if not tx.known(case).keyed:
        raise StoreError(CASE_KEY_UNKNOWN.of(got=case))
    if _in_use(tx, case):
        raise StoreError(CASE_KEY_IN_USE.of(got=case))
    tx.write(update(CASE_KEY).where(CASE_KEY.c.case_number == case).values(wrapped=None))
    tx.forget_key(case)


def _in_use(tx: Tx, case: str) -> bool:
    unsent = (
        select(OUTBOX.c.seq)
        .outerjoin(
            BATCH,
            (BATCH.c.peer == OUTBOX.c.peer)
            & (BATCH.c.lane == OUTBOX.c.lane)
            & (BATCH.c.epoch == OUTBOX.c.batch_epoch)
            & (BATCH.c.first == OUTBOX.c.batch_first),
        )
        .where(OUTBOX.c.case_number == case, BATCH.c.receipt.is_(None))
        .limit(1)
    )
    task = select(TASK.c.id).where(TASK.c.case_number == case).limit(1)
    return tx.row(unsent) is not None or tx.row(task) is not None

"""What a case leaves once its retention has ended: number, states, digests, and no person.

Its key is destroyed, what it sealed is taken out, and so is every keyed digest of a person.
What chains rest on stays: the lines of the audit chain, the digests and numbers of messages,
batches, receipts, the roll-up.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, delete, func, select, update

from interop.errors import CaseError
from interop.store import vault
from interop.store.columns import Sealed
from interop.store.material_reasons import CASE_ON_HOLD
from interop.store.schema import (
    CASE_FILE,
    CASE_PARTY,
    CERTIFICATE_USE,
    DEAD_LETTER,
    DOCUMENT,
    FACT,
    JOINT_PART,
    LEGAL_HOLD,
    MATERIAL,
    MATERIAL_CHUNK,
    MATERIAL_USE,
    NOTICE,
    OUTBOX,
    RECEIVED,
)
from interop.store.tx import Tx, bounded

NOTHING: Final = Sealed(b"")
_EMPTIED: Final = (
    MATERIAL_CHUNK, MATERIAL_USE, MATERIAL, DOCUMENT, FACT, NOTICE, CASE_PARTY, JOINT_PART,
    CERTIFICATE_USE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ended:
    """A case whose retention has ended.

    Attributes:
        number: Case number.
        state: State it stands in.
        since: Day it entered that state, Asia/Shanghai.
    """

    number: str
    state: str
    since: date


def ended(
    tx: Tx, states: Collection[str], until: date, *, after: str = "", limit: int
) -> tuple[Ended, ...]:
    """List cases that have stood in one of ``states`` since ``until`` or before, by number.

    A case that is purged already, or under a legal hold, is not among them.

    Args:
        tx: A transaction.
        states: States of the life cycle.
        until: Day, Asia/Shanghai, inclusive.
        after: Only numbers past this one.
        limit: At most so many, 1 to 10000.
    """
    columns = (CASE_FILE.c.number, CASE_FILE.c.state, CASE_FILE.c.state_on)
    query = select(*columns).where(_over(states, until), CASE_FILE.c.number > after)
    rows = tx.rows(query.order_by(CASE_FILE.c.number).limit(bounded(limit)))
    return tuple(Ended(row["number"], row["state"], row["state_on"]) for row in rows)


def count_ended(tx: Tx, states: Collection[str], until: date) -> int:
    """Return how many cases :func:`ended` would list in all."""
    row = tx.row(select(func.count().label("n")).where(_over(states, until)))
    return 0 if row is None else int(row["n"])


def letters_over(
    tx: Tx, before: datetime, *, after: str = "", limit: int
) -> tuple[tuple[str, datetime], ...]:
    """List cases never taken in whose dead letters were all settled before an instant.

    Args:
        tx: A transaction.
        before: Aware, exclusive.
        after: Only numbers past this one.
        limit: At most so many, 1 to 10000.

    Returns:
        Case number, and when the last of its letters was settled.
    """
    letter = DEAD_LETTER.c
    taken_in = select(CASE_FILE.c.number).where(CASE_FILE.c.number == letter.case_number)
    last = func.max(letter.settled_at)
    query = (
        select(letter.case_number, last.label("settled_at"))
        .where(letter.body.is_not(None), letter.case_number > after, ~taken_in.exists())
        .group_by(letter.case_number)
        .having(func.count(letter.settled_at) == func.count(), last < before)
        .order_by(letter.case_number)
        .limit(bounded(limit))
    )
    return tuple((row["case_number"], row["settled_at"]) for row in tx.rows(query))


def erase(tx: Tx, case: str, *, at: datetime) -> None:
    """Destroy the key of a case and take out all that is personal; once more is no change.

    Raises:
        CaseError: ``case-on-hold``.
        StoreError: ``case-key-unknown``; ``case-key-in-use`` while something of it is still
            to be sent or done.
    """
    held = select(LEGAL_HOLD.c.case_number).where(LEGAL_HOLD.c.case_number == case)
    if tx.row(held) is not None:
        raise CaseError(CASE_ON_HOLD.of(field="case", got=case))
    vault.destroy_key(tx, case)
    for table in _EMPTIED:
        tx.write(delete(table).where(table.c.case_number == case))
    # Their numbers and digests are what books and receipts are compared by.
    tx.write(update(OUTBOX).where(OUTBOX.c.case_number == case).values(body=NOTHING))
    tx.write(update(RECEIVED).where(RECEIVED.c.case_number == case).values(body=None))
    tx.write(update(DEAD_LETTER).where(DEAD_LETTER.c.case_number == case).values(body=None))
    gone: dict[str, object] = {
        "applicant_lookup": "",
        "reference_lookup": None,
        "due_on": None,
        "provisional": False,
        "purged_at": at,
    }
    this = (CASE_FILE.c.number == case) & CASE_FILE.c.purged_at.is_(None)
    tx.write(update(CASE_FILE).where(this).values(**gone))


def _over(states: Collection[str], until: date) -> ColumnElement[bool]:
    held = select(LEGAL_HOLD.c.case_number).where(
        LEGAL_HOLD.c.case_number == CASE_FILE.c.number
    )
    return and_(
        CASE_FILE.c.purged_at.is_(None),
        CASE_FILE.c.state.in_(sorted(set(states))),
        CASE_FILE.c.state_on <= until,
        ~held.correlate(CASE_FILE).exists(),
    )

"""Which cases are parts of one joint application (联办)."""

from typing import Final

from sqlalchemy import insert, select

from interop.store.cases import CaseRow, read_rows
from interop.store.schema import CASE_FILE, JOINT_PART
from interop.store.tx import Tx

PARTS_MAX: Final = 1_000
_ADD: Final = insert(JOINT_PART)


def add_part(tx: Tx, number: str, lookup: str) -> None:
    """Let a case be found as a part of a joint application.

    Args:
        tx: The transaction that added the case.
        number: Case number.
        lookup: Keyed digest of the joint application, from ``Tx.lookup``.
    """
    tx.write(_ADD, lookup=lookup, case_number=number)


def parts(tx: Tx, lookup: str) -> tuple[CaseRow, ...]:
    """List the parts of a joint application by case number; at most a thousand.

    A purged case is a part no more.
    """
    numbers = select(JOINT_PART.c.case_number).where(JOINT_PART.c.lookup == lookup)
    query = select(CASE_FILE).where(CASE_FILE.c.number.in_(numbers))
    return read_rows(tx, query.order_by(CASE_FILE.c.number).limit(PARTS_MAX))

"""Legal holds (依法保全): a case that is held is not purged, whatever its retention says."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, insert, select

from interop.errors import CaseError
from interop.store import cases
from interop.store.material_reasons import CASE_PURGED, HOLD_EXISTS, HOLD_UNKNOWN
from interop.store.schema import LEGAL_HOLD
from interop.store.tx import ROWS_MAX, Tx


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold on one case.

    Attributes:
        case: Case number.
        basis: The document it rests on, such as the number of a court's notice.
        placed_at: When; in UTC.
    """

    case: str
    basis: str = field(repr=False)
    placed_at: datetime


def place(tx: Tx, case: str, basis: str, *, at: datetime) -> bool:
    """Hold a case; return False if it is held on this basis already.

    Raises:
        CaseError: ``case-unknown``; ``case-purged``; ``hold-exists`` on another basis.
    """
    if cases.require(tx, case).purged_at is not None:
        raise CaseError(CASE_PURGED.of(field="case", got=case))
    held = find(tx, case)
    if held is not None:
        if held.basis != basis:
            raise CaseError(HOLD_EXISTS.of(field="basis", got=case))
        return False
    sealed = tx.seal(case, "hold", basis.encode())
    tx.write(insert(LEGAL_HOLD).values(case_number=case, basis=sealed, placed_at=at))
    return True


def release(tx: Tx, case: str) -> Hold:
    """Let a case go; return the hold that it was under.

    Raises:
        CaseError: ``hold-unknown``.
    """
    held = find(tx, case)
    if held is None:
        raise CaseError(HOLD_UNKNOWN.of(field="case", got=case))
    tx.write(delete(LEGAL_HOLD).where(LEGAL_HOLD.c.case_number == case))
    return held


def find(tx: Tx, case: str) -> Hold | None:
    """Return the hold on a case, if it is under one."""
    row = tx.row(select(LEGAL_HOLD).where(LEGAL_HOLD.c.case_number == case))
    if row is None:
        return None
    basis = tx.unseal(case, "hold", row["basis"]).decode()
    return Hold(case, basis, row["placed_at"])


def listed(tx: Tx) -> tuple[str, ...]:
    """List the numbers of the cases under a hold; at most 10000."""
    query = select(LEGAL_HOLD.c.case_number).order_by(LEGAL_HOLD.c.case_number)
    return tuple(row["case_number"] for row in tx.rows(query.limit(ROWS_MAX)))

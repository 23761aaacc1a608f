"""Which cases rest on which certificate; a certificate is known by a keyed digest alone."""

from sqlalchemy import insert, select

from interop.store.schema import CERTIFICATE_USE
from interop.store.tx import Tx, bounded


def add_use(tx: Tx, lookup: str, case: str) -> bool:
    """Note that a case rests on a certificate; return False if that is known.

    Args:
        tx: The transaction of the exemption.
        lookup: Keyed digest of the certificate, from ``Tx.lookup``.
        case: Case number.
    """
    this = (CERTIFICATE_USE.c.lookup == lookup) & (CERTIFICATE_USE.c.case_number == case)
    if tx.row(select(CERTIFICATE_USE.c.lookup).where(this)) is not None:
        return False
    tx.write(insert(CERTIFICATE_USE).values(lookup=lookup, case_number=case))
    return True


def cases_using(tx: Tx, lookup: str, *, limit: int) -> tuple[str, ...]:
    """List the cases that rest on a certificate, by number; at most ``limit``, 1 to 10000."""
    query = select(CERTIFICATE_USE.c.case_number).where(CERTIFICATE_USE.c.lookup == lookup)
    rows = tx.rows(query.order_by(CERTIFICATE_USE.c.case_number).limit(bounded(limit)))
    return tuple(str(row["case_number"]) for row in rows)

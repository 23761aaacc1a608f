"""Which cases rest on which certificate; a certificate is known by a keyed digest alone."""

from collections.abc import Collection

from sqlalchemy import insert, select

from interop.store.schema import CERTIFICATE_USE
from interop.store.tx import Tx, bounded


def add_uses(tx: Tx, case: str, lookups: Collection[str]) -> None:
    """Note on which certificates a case rests; once for each case.

    Args:
        tx: The transaction of the exemption.
        case: Case number.
        lookups: Keyed digests of the certificates, from ``Tx.lookup``.
    """
    rows = [{"lookup": lookup, "case_number": case} for lookup in sorted(set(lookups))]
    if rows:
        tx.write(insert(CERTIFICATE_USE).values(rows))


def cases_using(tx: Tx, lookup: str, *, limit: int) -> tuple[str, ...]:
    """List the cases that rest on a certificate, by number; at most ``limit``, 1 to 10000."""
    query = select(CERTIFICATE_USE.c.case_number).where(CERTIFICATE_USE.c.lookup == lookup)
    rows = tx.rows(query.order_by(CERTIFICATE_USE.c.case_number).limit(bounded(limit)))
    return tuple(str(row["case_number"]) for row in rows)

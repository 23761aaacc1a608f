"""What a case holds: documents, the facts of both sides, notices. All sealed with its key."""

from typing import Final

from sqlalchemy import Table, bindparam, func, insert, select, update

from interop.errors import CaseError, StoreDamaged
from interop.model.case import CaseFact, Notice
from interop.store.reasons import (
    CASE_UNKNOWN,
    FACT_CONFLICT,
    FACT_SEQUENCE_GAP,
    NOTICE_EXISTS,
)
from interop.store.schema import DOCUMENT, FACT, NOTICE
from interop.store.tx import Tx

# Statements that every message runs are made once.
_SEQUENCE: Final = (FACT.c.case_number == bindparam("of_case")) & (
    FACT.c.side == bindparam("on_side")
)
_HELD: Final = select(FACT.c.body).where(_SEQUENCE & (FACT.c.seq == bindparam("at_seq")))
_ADD_FACT: Final = insert(FACT)
_FACTS: Final = (
    select(FACT)
    .where(FACT.c.case_number == bindparam("of_case"))
    .order_by(FACT.c.side.desc(), FACT.c.seq)
)
_THIS_DOCUMENT: Final = (DOCUMENT.c.case_number == bindparam("of_case")) & (
    DOCUMENT.c.name == bindparam("named")
)
_DOCUMENT: Final = select(DOCUMENT.c.body).where(_THIS_DOCUMENT)
_NOTICES: Final = (
    select(NOTICE)
    .where(NOTICE.c.case_number == bindparam("of_case"))
    .order_by(NOTICE.c.position)
)


def put_document(tx: Tx, number: str, name: str, data: bytes) -> None:
    """Keep a document of the case, encrypted; a later one of the same name replaces it.

    Args:
        tx: A transaction.
        number: Case number.
        name: Such as ``package`` or ``material/<digest>``; not personal.
        data: At most 16 MiB.

    Raises:
        CaseError: ``case-unknown``.
        StoreError: ``sealed-too-large``, ``case-key-destroyed``.
    """
    _require(tx, number)
    body = tx.seal(number, _document(name), data)
    here = (DOCUMENT.c.case_number == number) & (DOCUMENT.c.name == name)
    if not tx.write(update(DOCUMENT).where(here).values(body=body)):
        tx.write(insert(DOCUMENT).values(case_number=number, name=name, body=body))


def document(tx: Tx, number: str, name: str) -> bytes | None:
    """Return the document, if there is one.

    Raises:
        StoreDamaged: It was altered or moved.
        StoreError: ``case-key-destroyed``.
    """
    row = tx.one(_DOCUMENT, of_case=number, named=name)
    return None if row is None else tx.unseal(number, _document(name), row["body"])


def append_fact(tx: Tx, fact: CaseFact) -> bool:
    """Append a fact to its side's sequence; return False if it was there already.

    Raises:
        CaseError: ``case-unknown``; ``fact-conflict`` if another fact has its place;
            ``fact-sequence-gap`` if one before it is missing.
    """
    _require(tx, fact.case)
    data, name = fact.to_bytes(), _fact(fact.side, fact.seq)
    last = tx.known(fact.case).last
    expected = last[fact.side] + 1
    if fact.seq < expected and _holds(tx, fact, data):
        return False
    if fact.seq != expected:
        path = f"{fact.case}/{fact.side}"
        raise CaseError(FACT_SEQUENCE_GAP.of(field=path, expected=expected, got=fact.seq))
    row = {"case_number": fact.case, "side": fact.side, "seq": fact.seq}
    tx.add(_ADD_FACT, row | {"body": tx.seal(fact.case, name, data)})
    last[fact.side] = fact.seq
    return True


def _holds(tx: Tx, fact: CaseFact, data: bytes) -> bool:
    held = tx.one(_HELD, of_case=fact.case, on_side=fact.side, at_seq=fact.seq)
    name = _fact(fact.side, fact.seq)
    if held is not None and tx.unseal(fact.case, name, held["body"]) != data:
        raise CaseError(FACT_CONFLICT.of(field=f"{fact.case}/{name}"))
    return held is not None


def facts(tx: Tx, number: str) -> tuple[CaseFact, ...]:
    """List the facts of the case: the receiving side's in order, then the handling side's.

    Raises:
        StoreDamaged: A fact was altered, moved or lost.
        StoreError: ``case-key-destroyed``.
    """
    return tuple(
        CaseFact.from_json(
            tx.unseal(number, _fact(row["side"], row["seq"]), row["body"]),
            error=StoreDamaged,
            field=f"fact[{number}/{row['side']}/{row['seq']}]",
        )
        for row in tx.rows(_FACTS, of_case=number)
    )


def add_notice(tx: Tx, notice: Notice) -> None:
    """Keep a notice (文书), encrypted.

    Raises:
        CaseError: ``case-unknown``; ``notice-exists``, a number is given once.
    """
    _require(tx, notice.case)
    if tx.row(select(NOTICE.c.number).where(NOTICE.c.number == notice.number)) is not None:
        raise CaseError(NOTICE_EXISTS.of(field="number", got=notice.number))
    tx.write(
        insert(NOTICE).values(
            number=notice.number,
            case_number=notice.case,
            position=_count(tx, NOTICE, notice.case) + 1,
            body=tx.seal(notice.case, _notice(notice.number), notice.to_bytes()),
        )
    )


def notices(tx: Tx, number: str) -> tuple[Notice, ...]:
    """List the notices of the case in the order they were added.

    Raises:
        StoreDamaged: A notice was altered or moved.
        StoreError: ``case-key-destroyed``.
    """
    return tuple(
        Notice.from_json(
            tx.unseal(number, _notice(row["number"]), row["body"]),
            error=StoreDamaged,
            field=f"notice[{row['number']}]",
        )
        for row in tx.rows(_NOTICES, of_case=number)
    )


def _document(name: str) -> str:
    return f"document/{name}"


def _fact(side: str, seq: int) -> str:
    return f"fact/{side}/{seq}"


def _notice(number: str) -> str:
    return f"notice/{number}"


def _require(tx: Tx, number: str) -> None:
    if tx.known(number).row is None:
        raise CaseError(CASE_UNKNOWN.of(field="number", got=number))


def _count(tx: Tx, table: Table, number: str) -> int:
    query = select(func.count().label("n")).where(table.c.case_number == number)
    row = tx.row(query)
    return 0 if row is None else int(row["n"])

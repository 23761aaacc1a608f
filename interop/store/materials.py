"""Contents of materials (申请材料), in sealed chunks: resumed, verified, read by range.

A content is named by its digest under the key of its case. One that a case uses twice is kept
once; between two cases, or two organs, equal contents have nothing in common. Sizes show, as
those of all that is sealed do.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, RowMapping, bindparam, delete, insert, select, update

from interop.errors import CaseError, StoreDamaged
from interop.model.canonical import ALGORITHMS
from interop.model.case import SubmittedMaterial
from interop.store.material_reasons import (
    MATERIAL_CUT,
    MATERIAL_NOT_HELD,
    MATERIAL_OFFSET,
    MATERIAL_RANGE,
    MATERIAL_TOO_LONG,
)
from interop.store.schema import MATERIAL, MATERIAL_CHUNK, MATERIAL_USE
from interop.store.tx import Tx, bounded

CHUNK_BYTES: Final = 256 * 1024
READ_BYTES_MAX: Final = 4 * CHUNK_BYTES

_HERE: Final = (MATERIAL.c.case_number == bindparam("of_case")) & (
    MATERIAL.c.name == bindparam("by_name")
)
_ONE: Final = select(MATERIAL).where(_HERE)
_CHUNK: Final = select(MATERIAL_CHUNK.c.body).where(
    MATERIAL_CHUNK.c.case_number == bindparam("of_case"),
    MATERIAL_CHUNK.c.name == bindparam("by_name"),
    MATERIAL_CHUNK.c.n == bindparam("at_n"),
)
_USED: Final = (
    select(MATERIAL, MATERIAL_USE.c.code)
    .join(
        MATERIAL_USE,
        (MATERIAL_USE.c.case_number == MATERIAL.c.case_number)
        & (MATERIAL_USE.c.name == MATERIAL.c.name),
    )
    .where(MATERIAL_USE.c.case_number == bindparam("of_case"))
    .order_by(MATERIAL_USE.c.code)
)
_ADD_CHUNK: Final = insert(MATERIAL_CHUNK)
_GROW: Final = update(MATERIAL).where(_HERE)


@dataclass(frozen=True, slots=True)
class Content:
    """The content of a material of a case, or as much as is held of it.

    Attributes:
        case: Case number.
        name: Name it is kept under; means nothing outside the case.
        told: What it is declared to be: code, digest, size, media type.
        held: Bytes held, from the first one.
        complete: Whether all is held and its digest was verified.
        touched_at: When it last grew; in UTC.
    """

    case: str
    name: str
    told: SubmittedMaterial
    held: int
    complete: bool
    touched_at: datetime


def declare(tx: Tx, case: str, told: SubmittedMaterial, *, at: datetime) -> Content:
    """Begin to hold a content; return what is held if it was begun, under whatever code.

    Raises:
        StoreError: ``case-key-unknown``, ``case-key-destroyed``.
    """
    name = tx.named(case, told.content_digest)
    # A code tells one content: another one begun under it before is no longer that of the code.
    use = (MATERIAL_USE.c.case_number == case) & (MATERIAL_USE.c.code == told.code)
    if not tx.write(update(MATERIAL_USE).where(use).values(name=name)):
        tx.write(insert(MATERIAL_USE).values(case_number=case, code=told.code, name=name))
    if tx.one(_ONE, of_case=case, by_name=name) is None:
        label = tx.seal(case, _label(name), told.to_bytes())
        values = {"case_number": case, "name": name, "label": label, "held": 0}
        tx.write(insert(MATERIAL).values(**values, complete_at=None, touched_at=at))
    return require(tx, case, told.code)


def find(tx: Tx, case: str, code: str) -> Content | None:
    """Return the content of a material, complete or not."""
    return next((one for one in listed(tx, case) if one.told.code == code), None)


def require(tx: Tx, case: str, code: str) -> Content:
    """Return the content of a material, complete or not.

    Raises:
        CaseError: ``material-not-held``.
    """
    found = find(tx, case, code)
    if found is None:
        raise CaseError(MATERIAL_NOT_HELD.of(field=code))
    return found


def listed(tx: Tx, case: str) -> tuple[Content, ...]:
    """List the contents of a case by material code."""
    return tuple(_read(tx, row) for row in tx.rows(_USED, of_case=case))


def append(tx: Tx, content: Content, data: bytes, *, at: datetime) -> Content:
    """Keep the next part of a content.

    Args:
        tx: A transaction.
        content: What was held when the part was asked for.
        data: :data:`CHUNK_BYTES` bytes, or fewer if it is the last part.
        at: Now, aware.

    Raises:
        CaseError: ``material-offset`` if it has grown or was dropped meanwhile;
            ``material-too-long``; ``material-cut``.
    """
    case, name, told = content.case, content.name, content.told
    now = require(tx, case, told.code)
    if now.complete or (now.name, now.held) != (name, content.held):
        raise CaseError(
            MATERIAL_OFFSET.of(field=told.code, expected=now.held, got=content.held)
        )
    held = content.held + len(data)
    if held > told.size:
        raise CaseError(MATERIAL_TOO_LONG.of(field=told.code, expected=told.size))
    # INVARIANT: every chunk but the last has this length, so that a byte is found by division.
    if len(data) != CHUNK_BYTES and held != told.size:
        raise CaseError(MATERIAL_CUT.of(field=told.code, expected=CHUNK_BYTES, got=len(data)))
    n = content.held // CHUNK_BYTES
    body = tx.seal(case, _part(name, n), data)
    tx.write(_ADD_CHUNK, case_number=case, name=name, n=n, body=body)
    tx.write(_GROW, of_case=case, by_name=name, held=held, touched_at=at)
    return require(tx, case, told.code)


def verify(tx: Tx, content: Content, *, at: datetime) -> bool:
    """Mark a content complete if size and digest are as declared; else drop what is held.

    Args:
        tx: A transaction.
        content: All of it is held.
        at: Now, aware.
    """
    told = content.told
    by = told.content_digest.partition(":")[0]
    if by in ALGORITHMS and content.held == told.size:
        running = hashlib.new(ALGORITHMS[by])
        for part in parts(tx, content):
            running.update(part)
        if f"{by}:{running.hexdigest()}" == told.content_digest:
            values = {"complete_at": at, "touched_at": at}
            tx.write(update(MATERIAL).where(_these(content)).values(values))
            return True
    drop(tx, content, at=at)
    return False


def drop(tx: Tx, content: Content, *, at: datetime) -> Content:
    """Drop what is held of a content that is not complete, so that it begins anew."""
    chunks = MATERIAL_CHUNK.c
    tx.write(
        delete(MATERIAL_CHUNK).where(
            chunks.case_number == content.case, chunks.name == content.name
        )
    )
    values = {"held": 0, "complete_at": None, "touched_at": at}
    tx.write(update(MATERIAL).where(_these(content)).values(values))
    return require(tx, content.case, content.told.code)


def parts(tx: Tx, content: Content) -> Iterator[bytes]:
    """Yield what is held, part by part.

    Raises:
        StoreDamaged: A part was altered, moved or lost.
    """
    for n in range(-(-content.held // CHUNK_BYTES)):
        yield part(tx, content, n)


def part(tx: Tx, content: Content, n: int) -> bytes:
    """Return one part; raise as :func:`parts`."""
    row = tx.one(_CHUNK, of_case=content.case, by_name=content.name, at_n=n)
    name = _part(content.name, n)
    if row is None:
        raise StoreDamaged(MATERIAL_NOT_HELD.of(field=name))
    return tx.unseal(content.case, name, row["body"])


def read(tx: Tx, content: Content, first: int, last: int) -> bytes:
    """Return the bytes from ``first`` to ``last``, both inclusive.

    Raises:
        CaseError: ``material-range``: not within what is held, or over 1 MiB.
        StoreDamaged: A part was altered, moved or lost.
    """
    if not 0 <= first <= last < content.held or last - first >= READ_BYTES_MAX:
        got = f"{first}-{last}"
        raise CaseError(
            MATERIAL_RANGE.of(field=content.told.code, expected=content.held, got=got)
        )
    numbers = range(first // CHUNK_BYTES, last // CHUNK_BYTES + 1)
    data = b"".join(part(tx, content, n) for n in numbers)
    begin = first - numbers.start * CHUNK_BYTES
    return data[begin : begin + last - first + 1]


def sweep(tx: Tx, *, before: datetime, limit: int) -> int:
    """Forget contents that were begun and have not grown since ``before``; return how many."""
    stale = tx.rows(
        select(MATERIAL.c.case_number, MATERIAL.c.name)
        .where(MATERIAL.c.complete_at.is_(None), MATERIAL.c.touched_at < before)
        .order_by(MATERIAL.c.touched_at)
        .limit(bounded(limit))
    )
    for row in stale:
        for table in (MATERIAL_CHUNK, MATERIAL_USE, MATERIAL):
            this = (table.c.case_number == row["case_number"]) & (table.c.name == row["name"])
            tx.write(delete(table).where(this))
    return len(stale)


def _read(tx: Tx, row: RowMapping) -> Content:
    case, name = row["case_number"], row["name"]
    label = SubmittedMaterial.from_json(
        tx.unseal(case, _label(name), row["label"]), error=StoreDamaged, field="material"
    )
    return Content(
        case=case,
        name=name,
        told=label.model_copy(update={"code": row["code"]}),
        held=row["held"],
        complete=row["complete_at"] is not None,
        touched_at=row["touched_at"],
    )


def _these(content: Content) -> ColumnElement[bool]:
    return (MATERIAL.c.case_number == content.case) & (MATERIAL.c.name == content.name)


def _label(name: str) -> str:
    return f"material/{name}"


def _part(name: str, n: int) -> str:
    return f"material/{name}/{n}"

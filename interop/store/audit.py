"""The one audit chain: each line carries the hash of the line before.

A line names what happened to which case, by digest; no personal value stands in it. The
head is sealed with the organ's key, so nobody else can cut the chain or write it anew. That
an older copy of the whole file does not pass for the present one, peers attest by cosigning
the head.

Source: RFC 8785 for the form of a line, FIPS 180-4 (SHA-256) or GB/T 32905 (SM3) for its
hash, RFC 2104 (HMAC) for the seal.
"""

import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import RowMapping, bindparam, insert, select, update

from interop.errors import Reason, StoreDamaged
from interop.model.canonical import ALGORITHMS, Json, canonical_bytes, read_json
from interop.model.canonical import digest as digest_of
from interop.store.columns import in_utc
from interop.store.ledger import Entry
from interop.store.reasons import (
    AUDIT_HEAD_ALTERED,
    AUDIT_LINE_ALTERED,
    AUDIT_LINE_MISSING,
)
from interop.store.schema import AUDIT_HEAD, AUDIT_LINE
from interop.store.tx import ROWS_MAX, Tx, bounded

PAGE_LINES: Final = 1_000
REASONS_MAX: Final = 100
_ADD_LINE: Final = insert(AUDIT_LINE)
_MOVE_HEAD: Final = update(AUDIT_HEAD)
_HEAD: Final = select(AUDIT_HEAD).where(AUDIT_HEAD.c.id == bindparam("only"))


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One line of the chain; its hash is the digest of :meth:`to_bytes`.

    Attributes:
        n: Position, from 1.
        prev: Hash of the line before; empty for the first.
        kind: What happened, such as ``exchange.received``.
        case: Case number; empty if no case is meant.
        digest: Digest of what it happened to or with.
        at: When, in UTC.
    """

    n: int
    prev: str
    kind: str
    case: str
    digest: str
    at: datetime

    def to_bytes(self) -> bytes:
        """Return the canonical bytes."""
        line: dict[str, Json] = {name: getattr(self, name) for name in self.__slots__}
        return canonical_bytes(line | {"at": self.at.isoformat()})


def begin(tx: Tx) -> None:
    """Seal the head of an empty chain."""
    tx.write(insert(AUDIT_HEAD).values(id=1, n=0, leaf=b"", seal=_seal(tx, 0, b"")))


def append(tx: Tx, *, kind: str, case: str, digest: str, at: datetime) -> None:
    """Add a line to the chain.

    It gets its place when the transaction ends or asks for the chain: all lines then go out
    together, and in the transaction of a lane after what other lanes wrote meanwhile.

    Args:
        tx: The transaction that does what the line tells.
        kind: What happened, such as ``exchange.received``.
        case: Case number; empty if no case is meant.
        digest: Digest of what it happened to or with; never the thing itself.
        at: When; aware.

    Raises:
        StoreError: ``store-time-naive``.
    """
    tx.ledger.entries.append(Entry(kind, case, digest, in_utc(at)))


def settle(tx: Tx) -> None:
    """Give the lines of a transaction their places in the chain.

    Raises:
        StoreDamaged: ``audit-head-altered``; a chain that was tampered with takes no line.
    """
    if entries := tx.ledger.take_entries():
        # INVARIANT: whoever reads the head to follow on it keeps all others off it.
        tx.hold_books()
        _write(tx, entries)


def head(tx: Tx) -> tuple[int, str]:
    """Return position and hash of the last line; ``(0, "")`` for an empty chain.

    Raises:
        StoreDamaged: ``audit-head-altered``.
    """
    settle(tx)
    return _head(tx)


def _head(tx: Tx) -> tuple[int, str]:
    row = tx.one(_HEAD, only=1)
    if row is None or not _is_sealed(tx, row):
        raise StoreDamaged(AUDIT_HEAD_ALTERED.of(field="audit_head"))
    return row["n"], row["leaf"].decode()


def _write(tx: Tx, entries: Sequence[Entry]) -> None:
    last, prev = _head(tx)
    n, leaf, rows = last, b"", []
    for n, entry in enumerate(entries, start=last + 1):
        line = AuditLine(n, prev, entry.kind, entry.case, entry.digest, entry.at).to_bytes()
        prev = digest_of(line, algorithm=tx.keys.digest)
        leaf = prev.encode()
        rows.append({"n": n, "subject": entry.case.encode(), "line": line, "leaf": leaf})
    if any(entry.case for entry in entries):
        # Somebody may wait for what happens to cases.
        tx.wake()
    tx.write_all(_ADD_LINE, rows)
    tx.write(_MOVE_HEAD, n=n, leaf=leaf, seal=_seal(tx, n, leaf))


def lines(
    tx: Tx, case: str | None = None, *, after: int = 0, limit: int = ROWS_MAX
) -> tuple[AuditLine, ...]:
    """List lines in order.

    Args:
        tx: A transaction.
        case: Only lines of this case.
        after: Only lines past this position.
        limit: At most so many, 1 to 10000.

    Raises:
        StoreDamaged: ``audit-line-altered``; :func:`verify` tells every place.
    """
    settle(tx)
    query = (
        select(AUDIT_LINE)
        .where(AUDIT_LINE.c.n > after)
        .order_by(AUDIT_LINE.c.n)
        .limit(bounded(limit))
    )
    if case is not None:
        query = query.where(AUDIT_LINE.c.subject == case.encode())
    return tuple(_read(row) for row in tx.rows(query))


def verify(tx: Tx) -> tuple[Reason, ...]:
    """List where the chain does not hold; empty if it does.

    Every line is hashed again and compared with its position, its case, the line before and
    the sealed head: an altered, missing, added or reordered line is found. Stops after 100
    reasons.
    """
    settle(tx)
    reasons: list[Reason] = []
    n, leaf = 0, b""
    for row in _all(tx):
        reasons.extend(_faults(row, n, leaf))
        if len(reasons) >= REASONS_MAX:
            return tuple(reasons[:REASONS_MAX])
        n, leaf = row["n"], row["leaf"]
    last = tx.row(select(AUDIT_HEAD))
    if last is None or not _is_sealed(tx, last) or (last["n"], last["leaf"]) != (n, leaf):
        reasons.append(AUDIT_HEAD_ALTERED.of(field="audit_head"))
    return tuple(reasons)


def _all(tx: Tx) -> Iterator[RowMapping]:
    page = _page(tx, None)
    while page:
        yield from page
        page = _page(tx, page[-1]["n"])


def _page(tx: Tx, after: int | None) -> Sequence[RowMapping]:
    query = select(AUDIT_LINE).order_by(AUDIT_LINE.c.n).limit(PAGE_LINES)
    return tx.rows(query if after is None else query.where(AUDIT_LINE.c.n > after))


def _faults(row: RowMapping, n: int, leaf: bytes) -> Iterator[Reason]:
    path = _path(row)
    if row["n"] != n + 1:
        yield AUDIT_LINE_MISSING.of(field=path, expected=n + 1, got=row["n"])
    if not _follows(row, leaf):
        yield AUDIT_LINE_ALTERED.of(field=path)


def _follows(row: RowMapping, leaf: bytes) -> bool:
    try:
        return _read(row).prev.encode() == leaf
    except StoreDamaged:
        return False


def _read(row: RowMapping) -> AuditLine:
    path, data = _path(row), row["line"]
    # A damaged file can hold text or a number where bytes were written.
    if not (isinstance(data, bytes) and _is_hashed(data, row["leaf"])):
        raise StoreDamaged(AUDIT_LINE_ALTERED.of(field=path))
    line = _line(read_json(data, error=StoreDamaged, field=path))
    if line is None or line.n != row["n"] or line.case.encode() != row["subject"]:
        raise StoreDamaged(AUDIT_LINE_ALTERED.of(field=path))
    return line


def _is_hashed(data: bytes, leaf: object) -> bool:
    # Which hash it is stands before the digest; the chain's head is sealed by a keyed one.
    if not isinstance(leaf, bytes):
        return False
    by = leaf.partition(b":")[0].decode("ascii", "replace")
    return by in ALGORITHMS and digest_of(data, algorithm=by).encode() == leaf


def _line(value: Json) -> AuditLine | None:
    match value:
        case {
            "n": int(n),
            "prev": str(prev),
            "kind": str(kind),
            "case": str(case),
            "digest": str(digest),
            "at": str(at),
        }:
            return AuditLine(n, prev, kind, case, digest, datetime.fromisoformat(at))
        case _:
            return None


def _is_sealed(tx: Tx, row: RowMapping) -> bool:
    leaf, seal = row["leaf"], row["seal"]
    if not (isinstance(leaf, bytes) and isinstance(seal, bytes)):
        return False
    return hmac.compare_digest(seal, _seal(tx, row["n"], leaf))


def _seal(tx: Tx, n: int, leaf: bytes) -> bytes:
    return tx.keys.mac("audit-head", f"{n}|".encode() + leaf)


def _path(row: RowMapping) -> str:
    return f"audit_line[{row['n']}]"

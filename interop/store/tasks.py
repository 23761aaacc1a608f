"""Intents to call a regional system, written before anything is sent.

A task stays until its call is known to have had its effect; a crash in between leads to the
call being repeated, never to its being forgotten. Finished tasks leave no row: the audit
chain tells of them.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import RowMapping, Select, delete, func, insert, select, update

from interop.errors import CaseError, StoreError
from interop.store.reasons import TASK_CONFLICT, TASK_UNKNOWN
from interop.store.schema import TASK
from interop.store.serials import next_serial
from interop.store.tx import Tx, bounded


@dataclass(frozen=True, slots=True)
class Task:
    """An open task.

    Attributes:
        id: Identifier, never given twice.
        kind: What to call.
        case: Case number.
        due_at: Not before then; in UTC.
        attempts: How often it was tried.
        reason_code: Why the last try failed; empty before the first.
        body: What to call it with.
    """

    id: int
    kind: str
    case: str
    due_at: datetime
    attempts: int
    reason_code: str
    body: bytes = field(repr=False)


def add(tx: Tx, *, kind: str, case: str, due_at: datetime, body: bytes = b"") -> int:
    """Write an intent; return its id, that of the open task if the same is open already.

    Args:
        tx: The transaction of what makes the call necessary.
        kind: What to call.
        case: Case number.
        due_at: Not before then; aware.
        body: What to call it with; encrypted.

    Raises:
        CaseError: ``task-conflict`` if the open task has another body.
        StoreError: ``case-key-unknown``, ``case-key-destroyed``, ``sealed-too-large``.
    """
    held = tx.row(select(TASK).where(TASK.c.case_number == case, TASK.c.kind == kind))
    if held is not None:
        if _body(tx, held) != body:
            raise CaseError(TASK_CONFLICT.of(field=kind, got=case))
        return int(held["id"])
    number = next_serial(tx, "task")
    tx.write(
        insert(TASK).values(
            id=number,
            kind=kind,
            case_number=case,
            due_at=due_at,
            attempts=0,
            reason_code="",
            body=tx.seal(case, _name(number), body),
        )
    )
    tx.wake()
    return number


def open_task(tx: Tx, *, kind: str, case: str) -> Task | None:
    """Return the open task of a kind of a case, if there is one."""
    held = tx.row(select(TASK).where(TASK.c.case_number == case, TASK.c.kind == kind))
    return None if held is None else _read(tx, held)


def listed(tx: Tx, *, kind: str, after: int, limit: int) -> tuple[Task, ...]:
    """List the open tasks of a kind with an id past ``after``, due or not, by id.

    Raises:
        StoreDamaged: A body was altered or moved.
    """
    query = select(TASK).where(TASK.c.kind == kind, TASK.c.id > after).order_by(TASK.c.id)
    return tuple(_read(tx, row) for row in tx.rows(query.limit(bounded(limit))))


def due(tx: Tx, now: datetime, *, limit: int) -> tuple[Task, ...]:
    """List the open tasks due at ``now``, inclusive, the longest due first.

    Raises:
        StoreDamaged: A body was altered or moved.
    """
    return tuple(_read(tx, row) for row in tx.rows(_due(now, limit)))


def waiting(tx: Tx, now: datetime, *, limit: int) -> tuple[int, datetime | None]:
    """Return how many :func:`due` would list, and since when the first of them is due."""
    some = _due(now, limit).with_only_columns(TASK.c.due_at).subquery()
    first = func.min(some.c.due_at)
    row = tx.rows(select(func.count().label("n"), first.label("first")).select_from(some))[0]
    return int(row["n"]), row["first"]


def claim(tx: Tx, now: datetime, *, seconds: int, limit: int) -> tuple[Task, ...]:
    """Return open tasks due at ``now`` that nobody has claimed, the longest due first.

    For so many seconds they are not due again, for any worker of any process: who crashes
    in between leaves them to the others after that.

    Args:
        tx: A transaction, which may be one of :data:`interop.store.ledger.CLAIMING`.
        now: Now; aware.
        seconds: For how long, from now.
        limit: At most so many, 1 to 10000.

    Raises:
        StoreDamaged: A body was altered or moved.
    """
    found = tx.rows(tx.dialect.claimed(_due(now, limit)))
    if found:
        mine = TASK.c.id.in_([row["id"] for row in found])
        tx.write(update(TASK).where(mine).values(due_at=now + timedelta(seconds=seconds)))
    return tuple(_read(tx, row) for row in found)


def finish(tx: Tx, task_id: int) -> None:
    """Drop a task whose call had its effect.

    Raises:
        StoreError: ``task-unknown``.
    """
    if not tx.write(delete(TASK).where(TASK.c.id == task_id)):
        raise StoreError(TASK_UNKNOWN.of(got=task_id))


def defer(tx: Tx, task_id: int, *, attempts: int, due_at: datetime, reason_code: str) -> None:
    """Put off a task after a try that failed.

    Raises:
        StoreError: ``task-unknown``.
    """
    values = {"attempts": attempts, "due_at": due_at, "reason_code": reason_code}
    if not tx.write(update(TASK).where(TASK.c.id == task_id).values(values)):
        raise StoreError(TASK_UNKNOWN.of(got=task_id))


def _due(now: datetime, limit: int) -> Select[*tuple[object, ...]]:
    query = select(TASK).where(TASK.c.due_at <= now)
    return query.order_by(TASK.c.due_at, TASK.c.id).limit(bounded(limit))


def _read(tx: Tx, row: RowMapping) -> Task:
    return Task(
        **{name: row[name] for name in ("id", "kind", "due_at", "attempts", "reason_code")},
        case=row["case_number"],
        body=_body(tx, row),
    )


def _body(tx: Tx, row: RowMapping) -> bytes:
    return tx.unseal(row["case_number"], _name(row["id"]), row["body"])


def _name(number: int) -> str:
    return f"task/{number}"

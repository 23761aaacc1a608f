"""Counts and ages of one gateway, for whoever watches it."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from interop.gateway.desk import Sitting
from interop.store import audit, outbox, tasks
from interop.store import cases as rows
from interop.store.tx import ROWS_MAX


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts and ages of one gateway; no case and nobody is named.

    Attributes:
        cases: Cases by state.
        overdue: Cases past their last day, at most 10000.
        provisional: Cases whose last day waits for a calendar, at most 10000.
        lanes: Lanes with something to send or without a receipt.
        tasks: Intents due, at most 10000.
        oldest_task_s: Seconds for which the oldest has been due; 0 if none is.
        lines: Lines of the audit chain.
    """

    cases: dict[str, int]
    overdue: int
    provisional: int
    lanes: int
    tasks: int
    oldest_task_s: float
    lines: int


def figures(at: Sitting) -> Figures:
    """Return the figures as of now."""
    desk, cases = at.desk, Counter[str]()
    for row in rows.standing(at.tx):
        cases[row.state] += row.n
    due, since = tasks.waiting(at.tx, desk.now(), limit=ROWS_MAX)
    age = desk.now() - since if since else timedelta()
    return Figures(
        cases=dict(sorted(cases.items())),
        overdue=rows.count_overdue(at.tx, desk.today(), limit=ROWS_MAX),
        provisional=rows.count_provisional(at.tx, limit=ROWS_MAX),
        lanes=len(outbox.lanes(at.tx)),
        tasks=due,
        oldest_task_s=age.total_seconds(),
        lines=audit.head(at.tx)[0],
    )

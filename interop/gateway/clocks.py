"""The clocks of a case as a host sees them: each with the days that it leaves out."""

from datetime import date, timedelta
from typing import Final

from interop.gateway.desk import Desk
from interop.gateway.dossier import Dossier, deadlines_of, running_deadlines
from interop.model.case import Case, Deadline
from interop.model.record import Record

SPAN_DAYS_MAX: Final = 1_000


class ClockEntry(Record):
    """One clock of a case.

    Attributes:
        deadline: Where it starts, how long it is, its last day.
        runs: Whether no fact has stopped it.
        rest_days: Days between start and last day that do not count, Asia/Shanghai; only of
            working-day clocks, at most those of a thousand days.
    """

    deadline: Deadline
    runs: bool
    rest_days: tuple[date, ...] = ()


class Clocks(Record):
    """The clocks of a case as of ``on``, Asia/Shanghai."""

    case: Case
    on: date
    clocks: tuple[ClockEntry, ...]


def clock_entries(desk: Desk, dossier: Dossier) -> tuple[ClockEntry, ...]:
    """Return every clock of a case that has started."""
    running = {deadline.clock for deadline in running_deadlines(desk, dossier)}
    return tuple(
        ClockEntry(deadline=one, runs=one.clock in running, rest_days=_resting(desk, one))
        for one in deadlines_of(desk, dossier)
    )


def _resting(desk: Desk, deadline: Deadline) -> tuple[date, ...]:
    calendar = desk.library.calendar
    if deadline.unit != "working-day":
        return ()
    span = min((deadline.due_on - deadline.starts_on).days, SPAN_DAYS_MAX)
    days = (deadline.starts_on + timedelta(days=n) for n in range(1, span))
    return tuple(d for d in days if calendar.covers(d) and not calendar.is_working(d))

"""What has happened to the cases here, in order: the lines of the audit chain that name one.

The chain has no gap and commits with what it tells, so a host that reads on from its cursor
misses nothing and hears nothing that did not happen. No personal value stands in it.
"""

from typing import Final

from pydantic import AwareDatetime

from interop.errors import CaseError
from interop.gateway.desk import Sitting
from interop.gateway.host_reasons import CURSOR_AHEAD
from interop.model.record import Record
from interop.store import audit

# Lines about no case, such as logins, that a page may step over.
OTHER_LINES_MAX: Final = 100
EVENTS_MAX: Final = 500


class Event(Record):
    """Something that happened to a case.

    Attributes:
        cursor: Its position; grows, not by one.
        at: When, in UTC.
        case: Case number; ``trace`` tells the rest.
        type: Such as ``fact-accepted``, ``deadline-revised`` or ``parked.<code>``.
        about: Digest of what it happened with.
    """

    cursor: int
    at: AwareDatetime
    case: str
    type: str
    about: str


class Events(Record):
    """A page of events.

    Attributes:
        events: In order; may be empty.
        next: The cursor to read on from.
    """

    events: tuple[Event, ...]
    next: int


def events(at: Sitting, *, after: int, limit: int = EVENTS_MAX) -> Events:
    """Return the events past ``after``, the oldest first.

    Args:
        at: A transaction.
        after: The cursor; 0 from the beginning.
        limit: At most so many, 1 to 500.

    Raises:
        CaseError: ``host-cursor-ahead``.
        StoreDamaged: The chain was tampered with.
    """
    last, _ = audit.head(at.tx)
    if after > last:
        raise CaseError(CURSOR_AHEAD.of(field="after", expected=last, got=after))
    most = min(limit, EVENTS_MAX)
    page = audit.lines(at.tx, after=after, limit=most + OTHER_LINES_MAX)
    told = [line for line in page if line.case][:most]
    found = tuple(
        Event(cursor=line.n, at=line.at, case=line.case, type=line.kind, about=line.digest)
        for line in told
    )
    # A page that was cut is read on from its last event, else from the last line seen.
    is_cut = len(told) < sum(1 for line in page if line.case)
    end = told[-1].n if is_cut else (page[-1].n if page else after)
    return Events(events=found, next=end)

"""What a transaction writes last and at once, since all lanes share it.

The audit chain and the roll-up are one per store: whoever writes to them keeps the others
off until the commit. So the lines and counts of a transaction are put down here, and written
when it ends or asks for them; the head of the chain moves once.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

# Day, receiving and handling region, item, state.
Place = tuple[date, str, str, str, str]


# Of no lane, beside all: for a transaction that touches nothing but what it claims.
CLAIMING: Final = -1


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the audit chain before it has its place; ``at`` is in UTC."""

    kind: str
    case: str
    digest: str
    at: datetime


@dataclass(slots=True)
class Ledger:
    """What is not written yet, in order."""

    entries: list[Entry] = field(default_factory=list)
    counts: dict[Place, int] = field(default_factory=dict)

    def copy(self) -> "Ledger":
        """Return what a savepoint goes back to."""
        return Ledger(list(self.entries), dict(self.counts))

    def add(self, place: Place, n: int) -> None:
        """Put down ``n`` cases more, or fewer, at a place."""
        self.counts[place] = self.counts.get(place, 0) + n

    def take_entries(self) -> tuple[Entry, ...]:
        """Return the lines to write now; none is left."""
        taken, self.entries = tuple(self.entries), []
        return taken

    def take_counts(self) -> tuple[tuple[Place, int], ...]:
        """Return the counts to write now, by place; none is left."""
        taken, self.counts = tuple(sorted(self.counts.items())), {}
        return tuple((place, n) for place, n in taken if n)

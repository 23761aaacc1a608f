"""What a step of a case reads does not grow with what the store holds already.

Counted in instructions of SQLite's machine, which no load on this one can change.
"""

import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event
from sqlalchemy.pool import Pool

from interop.simulator.applicants import PUDONG, SUZHOU
from interop.store import audit, purging
from tests.databases import Database
from tests.gateway.delta import Delta

EACH = 5
FEW, MANY = 2, 14
# Fewer and nothing was counted at all; what a deeper tree may cost.
SEEN, SLACK = 1_000, 50


class Meter:
    """Counts the instructions that each statement takes, by its text."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._now = ""

    def watch(self, connection: object, _record: object) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.set_trace_callback(self._begins)
            connection.set_progress_handler(self._goes_on, EACH)

    def _begins(self, statement: str) -> None:
        self._now = re.sub(r"x'[0-9A-Fa-f]*'|'[^']*'|\b\d+\b", "?", statement)

    def _goes_on(self) -> int:
        self.counts[self._now] += EACH
        return 0


@contextmanager
def metered() -> Iterator[Meter]:
    meter = Meter()
    event.listen(Pool, "connect", meter.watch)
    try:
        yield meter
    finally:
        event.remove(Pool, "connect", meter.watch)


def through(delta: Delta, reference: str) -> str:
    """Take a case from its filing into the archive, and look at it at both ends."""
    number = delta.suzhou.spare(delta.filing(reference=reference)).case
    delta.suzhou.receive(number)
    delta.suzhou.hand_over(number)
    delta.work(3)
    delta.pudong.rule(number, "permitted", result_number="P-1")
    delta.work(2)
    delta.suzhou.deliver(number, method="window")
    delta.work(2)
    delta.pudong.close(number)
    delta.work(2)
    assert delta.suzhou.host.number("", reference) == number
    for gateway in (delta.suzhou, delta.pudong):
        assert gateway.trace(number).case.state == "archived"
        gateway.host.clocks(number)
        gateway.host.figures()
    return number


def instructions_of_one_more(new_delta: Callable[[], Delta], cases: int) -> Counter[str]:
    """Return what one more case costs behind so many, and to purge it."""
    with metered() as meter:
        delta = new_delta()
        for n in range(cases):
            through(delta, f"HOST-{n}")
        meter.counts.clear()
        last = through(delta, "HOST-LAST")
        for region in (SUZHOU, PUDONG):
            with delta.desk(region).sit() as here:
                assert audit.lines(here.tx, last)
                purging.erase(here.tx, last, at=delta.clock())
        return Counter(meter.counts)


def test_one_more_case_costs_the_same_behind_many_as_behind_few(
    new_delta: Callable[[], Delta], database: Database
) -> None:
    if database.kind != "sqlite":
        pytest.skip("the instructions are those of SQLite; the indexes are the same")
    few, many = (instructions_of_one_more(new_delta, cases) for cases in (FEW, MANY))
    assert sum(few.values()) > SEEN
    grown = {text: (few[text], n) for text, n in many.items() if n > 2 * few[text] + SLACK}
    assert grown == {}

"""A store of many cases: what a look-up, a list and the dashboard cost as it grows.

``python -m benchmarks exchange_scale --cases 10000000 --json`` takes as many; 100 000 is what
a minute or two allow. Rows go in by the store's own tables and statements, so that keys,
files, both roll-ups and every index are there; what is asked goes through the store's own
functions, each in a transaction as a verb opens it. Beyond a million the indexes are taken
away, and built again by their own statements once the rows are in: row by row, ten million
would write each page of an index hundreds of times.
"""

import os
import random
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Final

from sqlalchemy import insert

from interop.conformance.strategies.exchange import EAST, NOW, Party
from interop.model.canonical import canonical_bytes
from interop.model.day import day_of
from interop.store import Store, Tx, cases
from interop.store.cases import CaseRow
from interop.store.checking import check
from interop.store.columns import Sealed
from interop.store.rollup import PLACE, WHERE
from interop.store.schema import CASE_FILE, CASE_KEY, ROLLUP, STANDING
from interop.store.search import Search, find

CASES: Final = 100_000
SMALLEST: Final = 10_000
CHUNK: Final = 10_000
ROW_BY_ROW_MAX: Final = 1_000_000
INDEXES: Final = (
    "SELECT name, sql FROM sqlite_master"
    " WHERE type = 'index' AND tbl_name = 'case_file' AND sql IS NOT NULL"
)
POINTS: Final = 1_000
LISTS: Final = 9
LISTED: Final = 100
MOVES: Final = 200
WRAPPED_BYTES: Final = 60
PEERS: Final = tuple(f"3{n:05d}" for n in range(40))
ITEMS: Final = tuple(f"item-{n}" for n in range(100))
# One in twenty still runs, half of them late; the others have come to an end.
RUNNING: Final = 20
STATES: Final = ("concluded", "delivered", "archived", "withdrawn")
KINDS: Final = ("calendar", "clocks", "item", "lifecycle", "receipt")
KNOWLEDGE: Final = canonical_bytes(dict.fromkeys(KINDS, f"sha-256:{7:064x}")).decode()
YEAR_DAYS: Final = 365
SEARCHES: Final = {
    "newest": Search(),
    "item": Search(item=ITEMS[0], handling=PEERS[0]),
    "state": Search(states=STATES, handling=PEERS[0]),
    "nothing": Search(item="no such item"),
}


def run(cases: int = CASES) -> dict[str, float | bool]:
    """Return what one store costs at each size up to ``cases``, ten times as many each.

    ``point_p99_ms``: one case by its number. ``overdue_ms``: the hundred most overdue.
    ``dashboard_ms``: how many stand in each state between which regions, from the short
    roll-up. ``recount_s``: the same by counting every case, for comparison;
    ``rollup_equals_recount`` says whether both roll-ups did, after some cases moved on.
    ``search_…_ms``: the hundred newest, of all, of one item, of four states, of an item that
    there is none of. ``bytes_per_case``: file, key, indexes, roll-ups; no facts or messages.
    Keys end with the size; those without are of the largest. ``…_busy_ms`` is the thread's
    own time, to which other processes of a busy machine add nothing, nor does the disk.
    """
    found: dict[str, float | bool] = {}
    with tempfile.TemporaryDirectory() as folder:
        crowd = Crowd(Path(folder) / "crowd.db")
        size, last = SMALLEST, {}
        while size <= cases:
            crowd.grow(size)
            last = crowd.figures()
            found |= {f"{name}_{size:.0e}".replace("e+0", "e"): v for name, v in last.items()}
            size *= 10
        crowd.store.close()
    return {**last, **found}


@dataclass
class Timed:
    """How long something took each time, in seconds: on the wall's clock, and busy itself."""

    wall: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)

    def ms(self, percentile: int, *, busy: bool = False) -> float:
        """Return a percentile in milliseconds."""
        found = sorted(self.busy if busy else self.wall)
        return round(found[len(found) * percentile // 100] * 1e3, 3)


@dataclass
class Crowd:
    """A store that grows."""

    file: Path
    n: int = 0
    chance: random.Random = field(default_factory=lambda: random.Random(6))  # noqa: S311 -- no secret

    def __post_init__(self) -> None:
        """Open it."""
        ring = Party(EAST).ring
        profile = ring.profile
        self.store = Store.open(
            self.file, organ_key=ring.organ, cipher=profile.cipher, digest=profile.digest
        )

    def grow(self, to: int) -> None:
        """Add cases until there are so many."""
        with self._indexes_last() if to > ROW_BY_ROW_MAX else nullcontext():
            while self.n < to:
                rows = [self._row(self.n + k) for k in range(min(CHUNK, to - self.n))]
                with self.store.transaction() as tx:
                    self._write(tx, rows)
                self.n += len(rows)

    @contextmanager
    def _indexes_last(self) -> Iterator[None]:
        with closing(sqlite3.connect(self.file)) as direct:
            indexes = direct.execute(INDEXES).fetchall()
            for name, _ in indexes:
                direct.execute(f"DROP INDEX {name}")
            yield
            for _, made in indexes:
                direct.execute(made)
            direct.commit()

    def _row(self, n: int) -> dict[str, object]:
        created = NOW - timedelta(seconds=self.chance.randrange(YEAR_DAYS * 86_400))
        runs = n % RUNNING == 0
        due = day_of(NOW) + timedelta(days=self.chance.randrange(-30, 30))
        return {
            "number": _number(n),
            # Few items and peers have most of the cases.
            "item": ITEMS[int(len(ITEMS) * self.chance.random() ** 3)],
            "receiving": EAST,
            "handling": PEERS[int(len(PEERS) * self.chance.random() ** 3)],
            "side": "receiving",
            "applicant_lookup": f"{self.chance.getrandbits(250):064x}",
            "state": "accepted" if runs else self.chance.choice(STATES),
            "state_on": day_of(created),
            "state_hash": f"sha-256:{n:064x}",
            "receiving_seq": 3,
            "handling_seq": 4,
            "due_on": due if runs else None,
            "provisional": False,
            "parked_code": None,
            "knowledge": KNOWLEDGE,
            "created_at": created,
            "reference_lookup": f"{self.chance.getrandbits(250):064x}",
        }

    def _write(self, tx: Tx, rows: list[dict[str, object]]) -> None:
        keys = [
            {"case_number": row["number"], "wrapped": Sealed(os.urandom(WRAPPED_BYTES))}
            for row in rows
        ]
        tx.write_all(insert(CASE_KEY), keys)
        tx.write_all(insert(CASE_FILE), rows)
        for table, names in ((ROLLUP, PLACE), (STANDING, WHERE)):
            columns = [{"day": "state_on"}.get(name, name) for name in names]
            counts = Counter(tuple(row[name] for name in columns) for row in rows)
            for place, n in counts.items():
                tx.count(table, by="n", **dict(zip(names, place, strict=True)), n=n)

    def figures(self) -> dict[str, float | bool]:
        """Return what it costs at this size."""
        for _ in range(MOVES):
            with self.store.transaction() as tx:
                self._move(tx)
        points = self._timed(self._point, times=POINTS)
        overdue = self._timed(self._overdue, times=LISTS)
        dashboard = self._timed(cases.standing, times=LISTS)
        searches = {
            name: self._timed(partial(find, search=search, limit=LISTED), times=LISTS)
            for name, search in SEARCHES.items()
        }
        with self.store.transaction() as tx:
            start = time.perf_counter()
            checked = check(tx)
            recount_s = time.perf_counter() - start
            lines = len(cases.rollup(tx))
        self.store.back_up(copy := self.file.with_suffix(".copy"))
        size = copy.stat().st_size
        copy.unlink()
        return {
            "point_p99_ms": points.ms(99),
            "point_p99_busy_ms": points.ms(99, busy=True),
            "overdue_ms": overdue.ms(50),
            "overdue_busy_ms": overdue.ms(50, busy=True),
            "dashboard_ms": dashboard.ms(50),
            "dashboard_busy_ms": dashboard.ms(50, busy=True),
            **{f"search_{name}_ms": timed.ms(50) for name, timed in searches.items()},
            "recount_s": round(recount_s, 2),
            "rollup_equals_recount": not checked.problems and checked.cases == self.n,
            "rollup_lines": lines,
            "bytes_per_case": round(size / self.n),
        }

    def _timed(self, ask: Callable[[Tx], object], *, times: int) -> Timed:
        timed = Timed()
        for _ in range(times):
            wall, busy = time.perf_counter(), time.thread_time()
            with self.store.transaction() as tx:
                ask(tx)
            timed.busy.append(time.thread_time() - busy)
            timed.wall.append(time.perf_counter() - wall)
        return timed

    def _some(self) -> str:
        return _number(self.chance.randrange(self.n))

    def _point(self, tx: Tx) -> CaseRow:
        return cases.require(tx, self._some())

    def _overdue(self, tx: Tx) -> None:
        if len(cases.overdue(tx, day_of(NOW), limit=LISTED)) != LISTED:
            msg = "too few cases are late"
            raise AssertionError(msg)

    def _move(self, tx: Tx) -> None:
        case = self._point(tx)
        cases.update(
            tx,
            case.number,
            state=self.chance.choice(STATES),
            state_hash=case.state_hash,
            receiving_seq=case.receiving_seq,
            handling_seq=case.handling_seq,
            due_on=case.due_on,
            provisional=case.provisional,
            on=day_of(NOW),
        )


def _number(n: int) -> str:
    # As case numbers are: a prefix that most share, then what counts.
    return f"{EAST}-2026-{n:010d}"

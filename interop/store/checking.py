"""Check a store as a whole: its chain, and its roll-up against a full recount."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from sqlalchemy import func, select

from interop.errors import Reason
from interop.store import audit, founding
from interop.store.ledger import Place
from interop.store.reasons import ROLLUP_DIFFERS
from interop.store.rollup import rollup, standing
from interop.store.schema import CASE_FILE
from interop.store.tx import Tx

REASONS_MAX: Final = 100
Where = TypeVar("Where", Place, tuple[str, str, str])
_PLACE: Final = (
    CASE_FILE.c.state_on,
    CASE_FILE.c.receiving,
    CASE_FILE.c.handling,
    CASE_FILE.c.item,
    CASE_FILE.c.state,
)
_RECOUNT: Final = select(*_PLACE, func.count().label("n")).group_by(*_PLACE)


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found.

    Attributes:
        version: Version of the schema.
        cases: How many cases stand in it.
        lines: How many lines the audit chain has.
        problems: What does not hold; empty if all does.
    """

    version: int
    cases: int
    lines: int
    problems: tuple[Reason, ...]


def check(tx: Tx) -> Checked:
    """Verify every line of the chain and count every case anew; minutes for millions.

    Raises:
        StoreDamaged: A value no column was given.
    """
    counted: dict[Place, int] = {}
    for row in tx.rows(_RECOUNT):
        where = (row["receiving"], row["handling"], row["item"], row["state"])
        counted[row["state_on"], *where] = row["n"]
    problems = (*audit.verify(tx), *_differences(tx, counted))
    lines = 0 if problems else audit.head(tx)[0]
    return Checked(founding.version(tx), sum(counted.values()), lines, problems[:REASONS_MAX])


def _differences(tx: Tx, counted: Mapping[Place, int]) -> list[Reason]:
    kept: dict[Place, int] = {
        (row.day, row.receiving, row.handling, row.item, row.state): row.n for row in rollup(tx)
    }
    short = {(row.receiving, row.handling, row.state): row.n for row in standing(tx)}
    recounted: Counter[tuple[str, str, str]] = Counter()
    for (_, receiving, handling, _, state), n in counted.items():
        recounted[receiving, handling, state] += n
    expected = _by_path(counted) | _by_path(recounted)
    got = _by_path(kept) | _by_path(short)
    return [
        ROLLUP_DIFFERS.of(field=path, expected=expected.get(path, 0), got=got.get(path, 0))
        for path in sorted(expected.keys() | got.keys())
        if expected.get(path) != got.get(path)
    ]


def _by_path(counts: Mapping[Where, int]) -> dict[str, int]:
    # Places of five members and of three never share a path.
    return {"/".join(map(str, place)): n for place, n in counts.items()}

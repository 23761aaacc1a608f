"""What proofs cost: districts of a constructed item, compared in every way.

The districts come from a generator with a fixed seed: each keeps, tightens, relaxes or drops
clauses of one item of twenty. Parsing is not measured, for criteria are parsed once when
they load; the start of the solver's process is.
"""

import random
import resource
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

from interop.criteria import Criterion, compile_item
from interop.criteria.criterion import TypedClause
from interop.criteria.prove import Budget, Memory, Solver
from interop.criteria.prove.inquiry import IMPLIES
from interop.criteria.prove.matrix import all_pairs, star
from interop.model.item import Clause, FactDefinition, FactType, Limit, ServiceItem

SEED: Final = 20_260_101
CLAUSES: Final = 20
KEPT_PERCENT: Final = 85
KIB_PER_MIB: Final = 1024
STATUS: Final = Path("/proc/self/status")
WALL_S: Final = 3000.0


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured; the goals hold for :data:`FULL`.

    Attributes:
        jurisdictions: Of one item, with an applicant for each difference; growth.
        cities: Of each item of the star and of all pairs.
        items: Counts after which the star's time is taken; growth.
        certlogic: Jurisdictions whose rules are CertLogic.
    """

    jurisdictions: tuple[int, ...] = (4, 16, 41)
    cities: int = 41
    items: tuple[int, ...] = (20, 100, 300)
    certlogic: int = 12


FULL: Final = Size()


def _fact(name: str, kind: FactType, **more: object) -> FactDefinition:
    row: dict[str, object] = {"id": name, "type": kind, "zh": f"事实{name}", "en": name}
    return FactDefinition.model_validate(row | more)


KINDS: Final = ("person", "company", "public")
PAPERS: Final = ("deed", "lease", "plan", "photo")
FACTS: Final = (
    *(_fact(f"months.n{n}", FactType.INT, min=Decimal(0), max=Decimal(600)) for n in range(4)),
    *(
        _fact(f"area.n{n}", FactType.DECIMAL, min=Decimal(0), max=Decimal(9999))
        for n in range(4)
    ),
    *(_fact(f"flag.n{n}", FactType.BOOL) for n in range(4)),
    *(_fact(f"kind.n{n}", FactType.ENUM, values=KINDS) for n in range(2)),
    *(_fact(f"until.n{n}", FactType.DATE) for n in range(2)),
    _fact("born", FactType.DATE),
    _fact("papers", FactType.SET, values=PAPERS),
)
# A clause's text with one threshold, the common one and the step between districts.
FORMS: Final = (
    *((f'kind.n0 != "person" || months.n{n} >= {{}}', 12, 3) for n in range(4)),
    *((f"area.n{n} <= {{}}", 300, 25) for n in range(4)),
    ("area.n0 + area.n1 <= {}", 900, 50),
    ("3 * area.n2 - area.n3 <= {}", 1200, 100),
    *((f"flag.n{n} || months.n{n} >= {{}}", 24, 6) for n in range(4)),
    *((f"until.n{n} >= on.plus_days({{}})", 60, 15) for n in range(2)),
    ("until.n0 <= on.plus_months({})", 36, 6),
    ("years_between(born, on) >= {}", 18, 1),
    ('kind.n1 in ["company", "public"] || area.n0 <= {}', 100, 10),
    ('"deed" in papers || ("lease" in papers && months.n0 >= {})', 6, 2),
)


def _text(form: tuple[str, int, int], step: int) -> str:
    template, common, width = form
    return template.format(max(common + step * width, 1))


def _item(rows: Sequence[str]) -> ServiceItem:
    return ServiceItem(
        item="constructed",
        region="canonical",
        version="2026-01",
        zh="构造事项",
        en="constructed item",
        setting_basis=(),
        statutory=Limit(length=20),
        promised=Limit(length=10),
        facts=FACTS,
        materials=(),
        clauses=tuple(
            Clause(id=f"clause-{n}", when=when, zh=f"条件{n}", en=f"condition {n}")
            for n, when in enumerate(rows)
        ),
        effective_from=date(2026, 1, 1),
        illustrative=True,
        source="constructed",
    )


@dataclass(frozen=True, slots=True)
class Parts:
    """Every variant of every clause, parsed once; districts are put together from them."""

    common: Criterion
    variants: tuple[tuple[TypedClause, ...], ...]

    @classmethod
    def make(cls) -> "Parts":
        """Return the parts: per clause the common one, then two looser and two stricter."""
        steps = (0, -2, -1, 1, 2)
        made = [compile_item(_item([_text(form, step) for form in FORMS])) for step in steps]
        variants = zip(*(criterion.clauses for criterion in made), strict=True)
        return cls(made[0], tuple(variants))

    def district(self, place: int, dice: random.Random) -> Criterion:
        """Return a district: most clauses kept, the others changed, a few dropped."""
        clauses = []
        for common, *others in self.variants:
            if dice.randrange(100) < KEPT_PERCENT:
                clauses.append(common)
            elif dice.randrange(4):
                clauses.append(dice.choice(others))
        item = self.common.item.model_copy(update={"region": f"r{place}"})
        return replace(self.common, item=item, clauses=tuple(clauses))

    def item(self, count: int, seed: int) -> tuple[Criterion, ...]:
        """Return the criteria of one item in ``count`` jurisdictions, the common ones first."""
        dice = random.Random(seed)  # noqa: S311 -- a figure, no secret
        districts = [self.district(place, dice) for place in range(1, count)]
        return (self.common, *districts)


def run(size: Size = FULL) -> dict[str, float]:
    """Return seconds for one matrix, a star and all pairs, memory, and how they grow."""
    parts = Parts.make()
    figures: dict[str, float] = {}
    for count in size.jurisdictions:
        figures[f"matrix_{count}x{CLAUSES}_s"] = _matrix_s(parts, count)
    named = f"{size.cities}x{size.items[-1]}"
    figures |= _star_s(parts, size)
    figures[f"star_apart_{named}_s"] = _star_apart_s(parts, size)
    figures[f"all_pairs_{named}_s"], figures["undecided"] = _all_pairs_s(parts, size)
    figures["rss_mb"] = _rss_mib()
    return figures


def _matrix_s(parts: Parts, count: int) -> float:
    criteria = parts.item(count, SEED)
    started = time.perf_counter()
    with Solver(Budget()) as solver:
        found = all_pairs(criteria, solver=solver, witnesses=True)
    spent = time.perf_counter() - started
    refusing = [pair for pair in found if pair.kind in {"looser", "overlapping", "disjoint"}]
    if any(pair.witness is None or not pair.witness.isolating for pair in refusing):
        raise AssertionError(refusing)
    return round(spent, 2)


def _star_s(parts: Parts, size: Size) -> dict[str, float]:
    """Return the seconds after so many items, one run for all counts."""
    figures, spent = {}, 0.0
    with Solver(Budget(wall_s=WALL_S)) as solver:
        for done, criteria in enumerate(_items(parts, size), start=1):
            started = time.perf_counter()
            star(criteria, solver=solver)
            spent += time.perf_counter() - started
            if done in size.items:
                figures[f"star_{size.cities}x{done}_s"] = round(spent, 2)
    return figures


def _star_apart_s(parts: Parts, size: Size) -> float:
    """Return the seconds of the same star if no item has anything in common with another."""
    spent = 0.0
    none = Memory(answers_max=0, conditions_max=0)
    with Solver(Budget(wall_s=WALL_S), memory=none) as solver:
        for criteria in _items(parts, size):
            IMPLIES.cache_clear()
            started = time.perf_counter()
            star(criteria, solver=solver)
            spent += time.perf_counter() - started
    return round(spent, 2)


def _all_pairs_s(parts: Parts, size: Size) -> tuple[float, int]:
    spent, undecided = 0.0, 0
    with Solver(Budget(wall_s=WALL_S)) as solver:
        for criteria in _items(parts, size):
            started = time.perf_counter()
            found = all_pairs(criteria, solver=solver)
            spent += time.perf_counter() - started
            undecided += sum(pair.kind == "undecided" for pair in found)
    return round(spent, 2), undecided


def _items(parts: Parts, size: Size) -> Iterator[tuple[Criterion, ...]]:
    return (parts.item(size.cities, SEED + place) for place in range(size.items[-1]))


def _rss_mib() -> float:
    """Return the peak of this process and of the largest worker together."""
    worker = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return round((_own_kib() + worker) / KIB_PER_MIB, 1)


def _own_kib() -> int:
    """Return the peak of this program; what started its process counts in getrusage alone."""
    if STATUS.is_file():
        for line in STATUS.read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

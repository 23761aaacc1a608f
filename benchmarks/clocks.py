"""What statutory clocks cost: one deadline of a case, and a million when a year arrives.

``clock_us`` is one deadline from the facts of a case, folded already, with a record of the
result; ``clocks_mass_s`` reckons provisional terms anew, as a gateway must once the notice of
a new year is out. ``vs_walk`` is how many times longer a walk day by day takes for one term.
"""

import time
from datetime import date, datetime, timedelta
from typing import Final

from benchmarks.measure import interleave
from interop.calendar import Calendar, YearTable
from interop.cases import Header, Limits, Rules, deadlines, explain, fold
from interop.cases.audit import Auditor
from interop.cases.audit_table import AuditRow
from interop.cases.reckoning import Span, Term, last_day
from interop.gateway.library import Library
from interop.model.case import Case, CaseFact, CaseSide
from interop.model.day import SHANGHAI
from interop.model.item import Limit

ROUNDS: Final = 7
REPEAT: Final = 200
TERMS: Final = 1_000_000
BATCH: Final = 10_000
DAY: Final = timedelta(days=1)
START: Final = date(2026, 11, 16)
HEADER: Final = Header("C-1", "outdoor-advertising", "320500", "310115")
# Constructed: no notice for 2027 has been published.
YEAR_2027: Final = YearTable(
    year=2027,
    holidays=tuple(date(2027, m, d) for m, d in ((1, 1), (5, 1), (10, 1), (10, 2), (10, 3))),
    source="constructed for a benchmark",
    verified="no",
)


def run() -> dict[str, float]:
    """Return the figures."""
    rules = _rules()
    case, facts = _case(rules)
    term = Term(date(2026, 2, 11), 20)
    count = len(deadlines(case, facts, rules=rules, on=date(2026, 3, 2)))
    auditor = Auditor(rules, date(2026, 4, 1), promised=True)
    days = {name: date(2026, 3, 2) for name in ("received", "accepted", "ruled", "delivered")}
    row = AuditRow(2, days)
    timing = interleave(
        {
            "deadlines": lambda: deadlines(case, facts, rules=rules, on=date(2026, 3, 2)),
            "explain": lambda: explain(case, facts, rules=rules, on=date(2026, 3, 2)),
            "audit": lambda: auditor.audit(row),
            "term": lambda: last_day(term, rules.calendar),
            "walk": lambda: _walk(term, rules.calendar),
        },
        rounds=ROUNDS,
        repeat=REPEAT,
    )
    return {
        "clock_us": round(timing.medians["deadlines"] / count * 1e6, 2),
        "explain_us": round(timing.medians["explain"] / count * 1e6, 1),
        "term_us": round(timing.medians["term"] * 1e6, 2),
        "vs_walk": round(timing.ratio("walk", "term"), 1),
        "audit_rows_per_s": round(1 / timing.medians["audit"]),
        "clocks_mass_s": round(clocks_mass_s(), 2),
    }


def clocks_mass_s(terms: int = TERMS) -> float:
    """Return the seconds for reckoning so many provisional terms with a new calendar year.

    A tenth stands still for some days. The terms are made in batches beside the clock that
    measures: what is measured is the reckoning alone.
    """
    old = _rules().calendar
    new = Calendar.of([*old.tables, YEAR_2027])
    spans = (Span(date(2026, 12, 14), date(2026, 12, 18)),)
    seconds = 0.0
    for first in range(0, terms, BATCH):
        batch = [
            Term(START + (n % 45) * DAY, 20 + n % 26, spans=spans if n % 10 == 0 else ())
            for n in range(first, min(first + BATCH, terms))
        ]
        started = time.perf_counter()
        moved = sum(last_day(term, new).day > START for term in batch)
        seconds += time.perf_counter() - started
        if moved != len(batch):
            raise AssertionError(moved)
    return seconds


def _walk(term: Term, calendar: Calendar) -> date:
    day, left = term.first, term.length
    while left:
        day += DAY
        left -= calendar.is_working(day)
    return day


def _rules() -> Rules:
    library = Library.of(None)
    return Rules(
        lifecycle=library.lifecycle.value,
        clocks=library.clocks.value,
        limits=Limits(Limit(length=20), Limit(length=10)),
        calendar=library.calendar,
    )


def _case(rules: Rules) -> tuple[Case, tuple[CaseFact, ...]]:
    """Return a case with a special procedure and what was said of it."""
    facts: list[CaseFact] = []
    for side, name in WAY:
        facts.append(_fact(facts, side, name))
    return fold(HEADER, facts, table=rules.lifecycle), tuple(facts)


WAY: Final[tuple[tuple[CaseSide, str], ...]] = (
    ("receiving", "submitted"),
    ("receiving", "received"),
    ("receiving", "handed-over"),
    ("handling", "acknowledged"),
    ("handling", "accepted"),
    ("handling", "special-started"),
    ("handling", "special-ended"),
)


SAYS: Final = {
    "notice": "N-1",
    "notice_digest": "sha-256:00",
    "procedure": "p",
    "kind": "inspection",
    "needed_until": "2026-02-27",
}


def _fact(facts: list[CaseFact], side: CaseSide, name: str) -> CaseFact:
    own = sum(fact.side == side for fact in facts)
    return CaseFact(
        case=HEADER.number,
        side=side,
        seq=own + 1,
        seen=len(facts) - own,
        type=name,
        at=datetime(2026, 2, 11, 9, len(facts), tzinfo=SHANGHAI),
        body=dict(SAYS),
    )

"""What a search finds equals a walk over every row; uses of certificates are told apart."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies import store as drawn
from interop.store import Tx, cases
from interop.store.cases import CaseRow
from interop.store.certificate_uses import add_uses, cases_using
from interop.store.search import Search, find

Blank = Callable[[], AbstractContextManager[Tx]]

ROWS = st.lists(drawn.case_rows(), max_size=4, unique_by=lambda row: row.number)
LOOKUPS = st.sampled_from(["a" * 64, "b" * 64])
# A number that begins like another, and signs that a pattern would take for any.
STARTS = st.sampled_from(["case-", "case-1", "case|", "办件", "c%", "case_1", "ase"])
SEARCHES = st.builds(
    Search,
    number=st.just("") | STARTS,
    item=st.just("") | drawn.ITEMS,
    states=st.lists(drawn.STATES, max_size=2).map(tuple),
    receiving=st.just("") | drawn.REGIONS,
    handling=st.just("") | drawn.REGIONS,
    due_before=st.none() | drawn.DAYS,
    parked=st.none() | st.booleans(),
    reference=st.just("") | st.sampled_from(["reference of case-1", "reference of 办件4"]),
    applicants=st.lists(LOOKUPS, max_size=2).map(tuple),
)


def fits(row: CaseRow, search: Search) -> bool:
    plain = (
        (search.item, row.item),
        (search.receiving, row.receiving),
        (search.handling, row.handling),
        (search.reference, row.reference_lookup),
    )
    return (
        row.number.startswith(search.number)
        and all(got == wanted for wanted, got in plain if wanted)
        and (not search.states or row.state in search.states)
        and (search.parked is None or row.parked == search.parked)
        and (not search.applicants or row.applicant_lookup in search.applicants)
        and (
            search.due_before is None
            or (row.due_on is not None and row.due_on < search.due_before)
        )
    )


@given(rows=ROWS, search=SEARCHES, limit=st.integers(1, 4))
def test_a_search_equals_a_walk_over_all(
    blank: Blank, rows: list[CaseRow], search: Search, limit: int
) -> None:
    wanted = [row for row in rows if fits(row, search)]
    wanted.sort(key=lambda row: (row.created_at, row.number), reverse=True)
    if search.due_before is not None:
        wanted.sort(key=lambda row: (row.due_on or date.max, row.created_at, row.number))
    with blank() as tx:
        for row in rows:
            cases.add(tx, row)
        assert list(find(tx, search, limit=limit)) == wanted[:limit]


@given(uses=st.dictionaries(drawn.NUMBERS, st.lists(LOOKUPS, max_size=3)))
def test_a_certificate_is_found_in_each_case_that_rests_on_it(
    blank: Blank, uses: dict[str, list[str]]
) -> None:
    with blank() as tx:
        for case, lookups in uses.items():
            add_uses(tx, case, lookups)
        for lookup in ("a" * 64, "b" * 64, "c" * 64):
            held = sorted(case for case, names in uses.items() if lookup in names)
            assert sorted(cases_using(tx, lookup, limit=10)) == held

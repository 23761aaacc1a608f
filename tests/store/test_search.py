"""What a search finds equals a walk over every row; uses of certificates are told apart."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import create_engine, text

from interop.conformance.strategies import store as drawn
from interop.store import Tx, cases
from interop.store.cases import CaseRow
from interop.store.certificate_uses import add_uses, cases_using
from interop.store.schema import METADATA
from interop.store.search import Search, find, past, query_of

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


@pytest.mark.parametrize(
    "search",
    [
        Search(),
        Search(item="a"),
        Search(states=("accepted", "archived")),
        Search(states=("archived",), item="a", handling="310115"),
        Search(parked=True),
        Search(number="3101150001"),
        Search(reference="a" * 64),
        Search(applicants=("a" * 64,)),
        Search(due_before=date(2026, 1, 5)),
    ],
    ids=lambda search: repr(search).partition("Search")[2],
)
def test_no_search_reads_every_row_or_sorts_them(tmp_path: Path, search: Search) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'plan.db'}")
    with engine.begin() as connection:
        METADATA.create_all(connection)
        query = query_of(search, limit=10).compile(
            engine, compile_kwargs={"literal_binds": True}
        )
        plan = [row[3] for row in connection.execute(text(f"EXPLAIN QUERY PLAN {query}"))]
    engine.dispose()
    walks = [step for step in plan if step.startswith("SCAN case_file")]
    assert [step for step in walks if "USING INDEX" not in step] == []
    if not (search.states or search.number or search.applicants):
        assert not any("TEMP B-TREE" in step for step in plan), plan


@given(prefix=st.text(min_size=1, max_size=3), rest=st.text(max_size=3), other=st.text())
@example(prefix="\ud7ff", rest="a", other="\ue000")
@example(prefix="a\U0010ffff", rest="", other="b")
@example(prefix="\U0010ffff", rest="\U0010ffff", other="")
def test_what_begins_so_lies_in_one_span(prefix: str, rest: str, other: str) -> None:
    for one in (prefix + rest, other):
        within = prefix <= one and (not past(prefix) or one < past(prefix))
        assert within == one.startswith(prefix)


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

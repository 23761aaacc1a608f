"""Cases: what is written is read again, lists say what they should, the roll-up counts."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import astuple, replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from interop.conformance.strategies import store as drawn
from interop.errors import CaseError, StoreDamaged, StoreError
from interop.model.case import CaseFact, CaseSide, Notice
from interop.model.day import day_of
from interop.store import Store, Tx, cases
from interop.store.cases import CaseRow, RollupRow, StandingRow
from interop.store.schema import CASE_FILE

Blank = Callable[[], AbstractContextManager[Tx]]

Move = tuple[str, str, date]

# Several cases, so that lists have something to leave out.
ROWS = st.lists(drawn.case_rows(), max_size=4, unique_by=lambda row: row.number)
MOVES = st.lists(st.tuples(drawn.NUMBERS, drawn.STATES, drawn.DAYS), max_size=12)
PLACES = st.lists(
    st.tuples(st.sampled_from(drawn.SIDES), st.integers(1, 4), st.booleans()), max_size=14
)


def age(row: CaseRow) -> tuple[datetime, str]:
    return (row.created_at, row.number)


def urgency(row: CaseRow) -> tuple[date, datetime, str]:
    """Earliest due first; without a last day, last of all; then oldest."""
    return (row.due_on or date.max, *age(row))


@given(row=drawn.case_rows())
def test_a_case_is_read_as_it_was_added_and_added_once(blank: Blank, row: CaseRow) -> None:
    with blank() as tx:
        assert cases.get(tx, row.number) is None
        cases.add(tx, row)
        with pytest.raises(CaseError, match="case-exists"):
            cases.add(tx, row)
        assert cases.get(tx, row.number) == cases.require(tx, row.number) == row


@given(rows=ROWS, on=drawn.DAYS, limit=st.integers(1, 4))
def test_clocks_list_the_cases_they_are_asked_for_most_urgent_first(
    blank: Blank, rows: list[CaseRow], on: date, limit: int
) -> None:
    late = [row for row in rows if row.due_on is not None and row.due_on < on]
    unsure = sorted((row for row in rows if row.provisional), key=lambda row: row.number)
    with blank() as tx:
        for row in rows:
            cases.add(tx, row)
        assert list(cases.overdue(tx, on, limit=limit)) == sorted(late, key=urgency)[:limit]
        assert cases.count_overdue(tx, on, limit=limit) == min(limit, len(late))
        assert cases.count_provisional(tx, limit=limit) == min(limit, len(unsure))
        assert list(cases.provisional(tx, limit=limit)) == unsure[:limit]
        for n, row in enumerate(unsure):
            behind = cases.provisional(tx, after=row.number, limit=1)
            assert list(behind) == unsure[n + 1 : n + 2]


@given(rows=ROWS, states=st.sets(drawn.STATES), limit=st.integers(1, 4))
def test_lists_by_state_and_applicant_hold_what_they_are_asked_for_oldest_first(
    blank: Blank, rows: list[CaseRow], states: set[str], limit: int
) -> None:
    rows = sorted(rows, key=age)
    with blank() as tx:
        for row in rows[::-1]:
            cases.add(tx, row)
        for side in drawn.SIDES:
            there = [row for row in rows if row.side == side and row.state in states]
            assert list(cases.by_state(tx, states, side=side, limit=limit)) == there[:limit]
        for lookup in ("a" * 64, "b" * 64, "c" * 64):
            theirs = [row for row in rows if row.applicant_lookup == lookup]
            assert list(cases.by_applicant(tx, lookup)) == theirs
        for row in rows:
            found = cases.by_reference(tx, f"reference of {row.number}")
            assert found == (row if row.reference_lookup else None)


@given(rows=ROWS, moves=MOVES)
def test_the_roll_up_equals_a_full_recount(
    blank: Blank, rows: list[CaseRow], moves: list[Move]
) -> None:
    days = {row.number: day_of(row.created_at) for row in rows}
    states = {row.number: row.state for row in rows}
    with blank() as tx:
        for row in rows:
            cases.add(tx, row)
        for number, state, on in moves:
            move(tx, number, state, on) if number in states else refuse(tx, number)
            if number in states and states[number] != state:
                days[number], states[number] = on, state
        kept = cases.rollup(tx)
        assert kept == tuple(recount(rows, days, states))
        assert [vars_of(line) for line in kept] == recounted_in(tx)
        assert cases.standing(tx) == tuple(summed(kept))


def summed(lines: tuple[RollupRow, ...]) -> Iterator[StandingRow]:
    places = [(line.receiving, line.handling, line.state) for line in lines]
    for place in sorted(set(places)):
        at = zip(lines, places, strict=True)
        yield StandingRow(*place, sum(line.n for line, where in at if where == place))


def vars_of(line: RollupRow) -> tuple[object, ...]:
    day, *place = astuple(line)
    return (str(day), *place)


def recount(
    rows: list[CaseRow], days: dict[str, date], states: dict[str, str]
) -> list[RollupRow]:
    places = [
        (days[row.number], row.receiving, row.handling, row.item, states[row.number])
        for row in rows
    ]
    return [RollupRow(*place, places.count(place)) for place in sorted(set(places))]


def recounted_in(tx: Tx) -> list[tuple[object, ...]]:
    place = "state_on, receiving, handling, item, state"
    query = f"SELECT {place}, COUNT(*) FROM case_file GROUP BY {place} ORDER BY {place}"  # noqa: S608 -- a constant of this test
    with tx.statement() as connection:
        return [(str(day), *row) for day, *row in connection.exec_driver_sql(query)]


def move(tx: Tx, number: str, state: str, on: date) -> None:
    cases.update(
        tx,
        number,
        state=state,
        state_hash="h",
        receiving_seq=1,
        handling_seq=2,
        due_on=on,
        provisional=True,
        on=on,
    )


def refuse(tx: Tx, number: str) -> None:
    with pytest.raises(CaseError, match="case-unknown"):
        move(tx, number, "received", date(2026, 1, 5))


@given(row=drawn.case_rows(), state=drawn.STATES, on=drawn.DAYS)
def test_an_update_changes_what_it_names_and_nothing_else(
    blank: Blank, row: CaseRow, state: str, on: date
) -> None:
    with blank() as tx:
        cases.add(tx, row)
        move(tx, row.number, state, on)
        assert cases.require(tx, row.number) == replace(
            row,
            state=state,
            state_hash="h",
            receiving_seq=1,
            handling_seq=2,
            due_on=on,
            provisional=True,
        )


def test_a_parked_case_says_so(store: Store) -> None:
    with store.transaction() as tx:
        cases.add(tx, drawn.a_case("case"))
        cases.park(tx, "case", "fact-conflict")
        assert cases.require(tx, "case") == replace(drawn.a_case("case"), parked=True)
        with pytest.raises(CaseError, match="case-unknown"):
            cases.park(tx, "nobody", "fact-conflict")


@given(data=st.data(), places=PLACES)
def test_facts_are_appended_in_order_once_and_never_otherwise(
    blank: Blank, data: st.DataObject, places: list[tuple[CaseSide, int, bool]]
) -> None:
    held: dict[str, list[CaseFact]] = {"receiving": [], "handling": []}
    with blank() as tx:
        cases.add(tx, drawn.a_case("case"))
        for side, seq, again in places:
            own = held[side]
            fact = data.draw(drawn.case_facts("case", side, seq))
            fact = own[seq - 1] if again and seq <= len(own) else fact
            if seq <= len(own) and fact == own[seq - 1]:
                assert cases.append_fact(tx, fact) is False
            elif seq == len(own) + 1:
                assert cases.append_fact(tx, fact) is True
                own.append(fact)
            else:
                code = "fact-conflict" if seq <= len(own) else "fact-sequence-gap"
                with pytest.raises(CaseError, match=code):
                    cases.append_fact(tx, fact)
            assert cases.facts(tx, "case") == (*held["receiving"], *held["handling"])


@given(
    first=drawn.case_facts("case", "handling", 1), other=drawn.case_facts("case", "handling", 1)
)
def test_a_place_holds_one_fact(blank: Blank, first: CaseFact, other: CaseFact) -> None:
    other = other.model_copy(update={"type": "another"})
    with blank() as tx:
        cases.add(tx, drawn.a_case("case"))
        assert cases.append_fact(tx, first)
        assert not cases.append_fact(tx, first)
        with pytest.raises(CaseError, match="fact-conflict"):
            cases.append_fact(tx, other)
        assert cases.facts(tx, "case") == (first,)


@given(data=st.data(), numbers=st.lists(st.sampled_from(["n-1", "n-2", "n-3"]), max_size=6))
def test_a_notice_number_is_given_once_and_notices_keep_their_order(
    blank: Blank, data: st.DataObject, numbers: list[str]
) -> None:
    kept: list[Notice] = []
    with blank() as tx:
        for case in ("case", "other"):
            cases.add(tx, drawn.a_case(case))
        for number in numbers:
            notice = data.draw(
                st.sampled_from(["case", "other"]).flatmap(
                    lambda case: drawn.notices(case, number)  # noqa: B023 -- drawn within the turn
                )
            )
            if number in {other.number for other in kept}:
                with pytest.raises(CaseError, match="notice-exists"):
                    cases.add_notice(tx, notice)
            else:
                cases.add_notice(tx, notice)
                kept.append(notice)
        for case in ("case", "other"):
            assert list(cases.notices(tx, case)) == [n for n in kept if n.case == case]


@given(
    puts=st.lists(st.tuples(drawn.NUMBERS, drawn.NAMES, drawn.BODIES), max_size=6),
)
def test_a_document_is_the_last_one_put_under_its_name(
    blank: Blank, puts: list[tuple[str, str, bytes]]
) -> None:
    last: dict[tuple[str, str], bytes] = {}
    with blank() as tx:
        for number in {number for number, _name, _data in puts}:
            cases.add(tx, drawn.a_case(number))
        for number, name, data in puts:
            cases.put_document(tx, number, name, data)
            last[number, name] = data
        for (number, name), data in last.items():
            assert cases.document(tx, number, name) == data
            assert cases.document(tx, number, name + "?") is None


@given(fact=drawn.case_facts("nobody", "receiving", 1), notice=drawn.notices("nobody", "n"))
def test_nothing_is_written_of_a_case_that_is_not_known(
    blank: Blank, fact: CaseFact, notice: Notice
) -> None:
    with blank() as tx:
        asked: list[Callable[[], object]] = [
            lambda: cases.require(tx, "nobody"),
            lambda: cases.put_document(tx, "nobody", "package", b""),
            lambda: cases.append_fact(tx, fact),
            lambda: cases.add_notice(tx, notice),
        ]
        for ask in asked:
            with pytest.raises(CaseError, match="case-unknown"):
                ask()
        assert cases.document(tx, "nobody", "package") is None
        assert cases.facts(tx, "nobody") == ()
        assert cases.notices(tx, "nobody") == ()


@given(taken=st.lists(st.sampled_from(["case", "notice"]), max_size=10))
def test_serials_count_from_one_each_by_itself(blank: Blank, taken: list[str]) -> None:
    with blank() as tx:
        numbers = [cases.next_serial(tx, name) for name in taken]
    assert numbers == [taken[: i + 1].count(name) for i, name in enumerate(taken)]


@pytest.mark.parametrize("limit", [-1, 0, 10_001])
def test_a_list_without_bounds_is_refused(store: Store, limit: int) -> None:
    with store.transaction() as tx, pytest.raises(StoreError, match="store-limit-range"):
        cases.overdue(tx, date(2026, 1, 5), limit=limit)


def test_an_instant_without_time_zone_is_refused(store: Store) -> None:
    naive = replace(drawn.a_case("case"), created_at=datetime(2026, 1, 5))  # noqa: DTZ001 -- what is refused
    with pytest.raises(StoreError, match="store-time-naive"), store.transaction() as tx:
        cases.add(tx, naive)


def test_the_day_of_a_new_case_is_the_day_in_shanghai(store: Store) -> None:
    # 16:00 UTC is midnight in Shanghai.
    for turn, minutes in enumerate((-1, 0)):
        at = drawn.MORNING + timedelta(hours=16, minutes=minutes)
        with store.transaction() as tx:
            cases.add(tx, replace(drawn.a_case(f"case-{turn}"), created_at=at))
            assert cases.rollup(tx)[-1].day == date(2026, 1, 5 + turn)


@pytest.mark.parametrize("damage", ["", "[]", "{"])
def test_damaged_knowledge_of_a_case_is_named(store: Store, damage: str) -> None:
    with store.transaction() as tx:
        cases.add(tx, drawn.a_case("case"))
        tx.write(update(CASE_FILE).values(knowledge=damage))
        with pytest.raises(StoreDamaged) as refused:
            cases.get(tx, "case")
    assert refused.value.reason.field.startswith("case_file[case].knowledge")


@pytest.mark.parametrize("damage", ["created_at = '2026-01'", "item = CAST(x'ff' AS TEXT)"])
def test_a_value_no_column_was_given_is_damage(file_store: Store, damage: str) -> None:
    def read() -> None:
        with file_store.transaction() as tx:
            cases.get(tx, "case")

    with file_store.transaction() as tx:
        cases.add(tx, drawn.a_case("case"))
        with tx.statement() as connection:
            connection.exec_driver_sql(f"UPDATE case_file SET {damage}")  # noqa: S608 -- constants of this test
    with pytest.raises(StoreDamaged, match="store-damaged"):
        read()

"""What a transaction remembers is what a read would find, and is written before one."""

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select, update

from interop.conformance.strategies import store as drawn
from interop.errors import CaseError
from interop.model.case import CaseFact
from interop.store import Store, Tx, cases, vault
from interop.store.memory import Known
from interop.store.schema import CASE_FILE, CASE_KEY, COUNTER, FACT

Blank = Callable[[], AbstractContextManager[Tx]]

Step = tuple[str, str, str, date]

CASES = ("case-1", "case-2")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["add", "fact", "update", "park", "serial", "undone"]),
        st.sampled_from(CASES),
        drawn.STATES,
        drawn.DAYS,
    ),
    max_size=12,
)


class Undo(Exception):
    """Ends a savepoint."""


def take(tx: Tx, step: Step) -> None:
    kind, case, state, day = step
    match kind:
        case "add":
            cases.add(tx, drawn.a_case(case))
        case "fact":
            last = tx.known(case).last["receiving"]
            cases.append_fact(tx, a_fact(case, last + 1))
        case "update":
            move(tx, case, state, day)
        case "park":
            cases.park(tx, case, "code")
        case "serial":
            cases.next_serial(tx, case)
        case _:
            with suppress(Undo), tx.savepoint():
                cases.next_serial(tx, case)
                vault.create_key(tx, f"{case}/undone")
                raise Undo


def a_fact(case: str, seq: int) -> CaseFact:
    return CaseFact(
        case=case, side="receiving", seq=seq, seen=0, type="received", at=drawn.MORNING
    )


def move(tx: Tx, case: str, state: str, day: date) -> None:
    cases.update(
        tx,
        case,
        state=state,
        state_hash=state,
        receiving_seq=1,
        handling_seq=0,
        due_on=None,
        provisional=False,
        on=day,
    )


@given(steps=STEPS)
def test_what_is_remembered_is_what_a_read_finds(blank: Blank, steps: list[Step]) -> None:
    with blank() as tx:
        for one in steps:
            with suppress(CaseError):
                take(tx, one)
        remembered = {case: tx.known(case) for case in CASES}
        serials = dict(tx.memory.serials)
        # Any statement writes what waits; another transaction's memory begins empty.
        rows = {row["number"]: dict(row) for row in tx.rows(select(CASE_FILE))}
        keys = {row["case_number"]: row["wrapped"] for row in tx.rows(select(CASE_KEY))}
        numbers = {row["name"]: row["n"] for row in tx.rows(select(COUNTER))}
        facts = [(row["case_number"], row["seq"]) for row in tx.rows(select(FACT))]
        for case, known in remembered.items():
            held = [seq for number, seq in facts if number == case]
            last = {"receiving": max(held, default=0), "handling": 0}
            assert known == Known(case in keys, keys.get(case), rows.get(case), last)
        assert serials.items() <= numbers.items()
        assert not [key for key in keys if key.endswith("undone")]


def test_cases_are_foreseen_known_or_not(store: Store) -> None:
    with store.transaction() as tx:
        cases.add(tx, drawn.a_case("case-1"))
        cases.append_fact(tx, a_fact("case-1", 1))
        vault.create_key(tx, "case-2")
    with store.transaction() as tx:
        found = {case: tx.known(case) for case in ("case-1", "case-2", "case-3")}
    with store.transaction() as tx:
        tx.foresee(found)
        assert tx.memory.cases == found
    assert [(known.keyed, known.row is None) for known in found.values()] == [
        (True, False),
        (True, True),
        (False, True),
    ]


@pytest.mark.parametrize("state", ["received", "accepted"])
def test_what_is_written_otherwise_is_read_again(store: Store, state: str) -> None:
    with store.transaction() as tx:
        cases.add(tx, drawn.a_case("case-1"))
        tx.write(update(CASE_FILE).values(state=state))
        assert cases.require(tx, "case-1").state == state
        tx.write_all(insert(COUNTER), [{"name": "a", "n": 4}])
        assert cases.next_serial(tx, "a") == 5

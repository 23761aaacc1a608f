"""Several organs, one front: a result each, one closing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.cases import LifeCycle, fold
from interop.cases.joint import ENDED, join, require_closed
from interop.conformance.strategies.cases import HEADER
from interop.errors import CaseError
from interop.model.case import Case

RULINGS = st.sampled_from([None, "permitted", "rejected"])


def part(table: LifeCycle, number: int, state: str, ruling: str | None) -> Case:
    case = fold(HEADER, (), table=table)
    change = {
        "number": f"C-{number}", "handling": f"31010{number}", "state": state, "ruling": ruling,
    }  # fmt: skip
    return case.model_copy(update=change)


@given(data=st.data())
def test_a_joint_case_closes_once_every_organ_has_ended(
    data: st.DataObject, lifecycle: LifeCycle
) -> None:
    states = [row.id for row in lifecycle.states if row.track == "case"]
    drawn = data.draw(
        st.lists(st.tuples(st.sampled_from(states), RULINGS), min_size=1, max_size=4)
    )
    cases = [part(lifecycle, n, state, ruling) for n, (state, ruling) in enumerate(drawn)]
    joint = join(data.draw(st.permutations(cases)))
    assert joint == join(cases)
    assert [p.case for p in joint.parts] == [case.number for case in cases]
    left = [case.handling for case in cases if case.state not in ENDED]
    assert joint.closed == (not left)
    rulings = [ruling for _, ruling in drawn]
    expected = "rejected" if "rejected" in rulings else None
    assert joint.ruling == ("permitted" if set(rulings) == {"permitted"} else expected)
    if joint.closed:
        assert require_closed(joint) is joint
        return
    with pytest.raises(CaseError) as refused:
        require_closed(joint)
    assert refused.value.code == "joint-not-concluded"
    assert refused.value.reason.got == ", ".join(left)


def test_nothing_is_not_a_closed_case() -> None:
    with pytest.raises(CaseError):
        require_closed(join(()))


def test_ended_states_are_states_of_the_table(lifecycle: LifeCycle) -> None:
    assert {row.id for row in lifecycle.states} >= ENDED

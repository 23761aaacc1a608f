"""Findings on guides, sharing types of the use list, and what sparing saved."""

from datetime import date

import pytest

from interop.certificates import spare
from interop.certificates.guide import inspect_guide
from interop.certificates.savings import count_savings
from interop.conformance.strategies.certificates import (
    CARD,
    DAY,
    LICENCE,
    ON,
    covers,
    scene,
    use_list,
)
from interop.errors import Reason

DISTRICT_ITEM = scene().item.model_copy(update={"region": "310115"})


def findings(*, on: date = ON) -> tuple[Reason, ...]:
    return inspect_guide(DISTRICT_ITEM, use_list(), covers=covers, on=on)


def test_a_guide_in_step_with_the_list_has_no_finding() -> None:
    assert findings() == ()


def test_what_is_shared_and_still_asked_for_is_a_finding() -> None:
    bare = DISTRICT_ITEM.model_copy(
        update={
            "materials": tuple(
                one.model_copy(update={"any_of": ()}) for one in DISTRICT_ITEM.materials
            )
        }
    )
    found = inspect_guide(bare, use_list(), covers=covers, on=ON)
    assert [(one.code, one.got) for one in found] == [
        ("guide-asks-what-is-shared", LICENCE),
        ("guide-asks-what-is-shared", CARD),
    ]


def test_what_no_row_approves_any_more_is_a_finding() -> None:
    before = ON - 301 * DAY
    assert {one.code for one in findings(on=before)} == {"guide-relies-on-unlisted"}


@pytest.mark.parametrize(
    ("sharing", "approval", "spared"),
    [
        ("unconditional", "", True),
        ("conditional", "", False),
        ("conditional", "测试批复", True),
        ("not-shared", "测试批复", False),
    ],
)
def test_the_sharing_type_decides_whether_a_row_approves(
    sharing: str,
    approval: str,
    spared: bool,  # noqa: FBT001 -- a parameter of the example
) -> None:
    asked = scene().on_uses(sharing=sharing, approval=approval)
    assert (LICENCE in spare(asked.item, asked.question).spared) is spared


def test_savings_are_counted_by_item() -> None:
    whole = scene().ask(needed=(LICENCE, "agent-card"))
    some = scene()
    none = scene().ask(needed=())
    exemptions = [spare(one.item, one.question) for one in (whole, some, none)]
    (found,) = count_savings(exemptions)
    assert (found.cases, found.required, found.spared, found.owed) == (3, 6, 5, 0)
    assert found.nothing_asked == 1
    assert found.share_spared == pytest.approx(5 / 6)
    assert found.share_nothing_asked == pytest.approx(1 / 3)
    assert count_savings(()) == ()

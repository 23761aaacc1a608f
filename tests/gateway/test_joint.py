"""Joint applications: one front, a case for each organ, one closing; both ends agree."""

from dataclasses import replace

import pytest

from interop.cases.joint import JointCase
from interop.errors import CaseError
from interop.gateway.back import Ruling
from interop.gateway.filing import Filing, joint_lookup
from interop.model.canonical import Json, canonical_bytes
from interop.model.case import Package
from interop.node.app import create_node
from interop.node.verbs import VERBS
from interop.simulator.applicants import ITEM, PUDONG, SUZHOU
from interop.simulator.server import serve
from interop.store.joint import add_part
from tests.gateway.delta import Delta, Forgery
from tests.node.host import send
from tests.node.stand import KEY

NUMBER = "JOINT-7"
OVERLAY = f"mappings/items/{ITEM}/{PUDONG}.toml"
ARRANGED = """
[joint.basis]
level = "law"
document = "中华人民共和国行政许可法"
article = "第二十六条第二款"
verified = "no"

[joint.statutory]
length = 45
unit = "working-day"
illustrative = true

[joint.promised]
length = 30
unit = "working-day"
illustrative = true
"""


def arrange(delta: Delta) -> None:
    """Let Pudong handle the item jointly, as its government arranged it."""
    own = delta.knowledge.knowledge.shelf.read(OVERLAY).decode()
    delta.lay_over(OVERLAY, own + ARRANGED)
    delta.reopen(acceptance=False)


def part(delta: Delta, reference: str, *, joint: str | None = NUMBER) -> Filing:
    filing = delta.filing(reference=reference)
    application = filing.application.model_copy(update={"joint": joint})
    return replace(filing, application=application)


def handed_over(delta: Delta, reference: str, *, joint: str | None = NUMBER) -> str:
    case = delta.suzhou.spare(part(delta, reference, joint=joint)).case
    delta.suzhou.receive(case)
    delta.suzhou.hand_over(case)
    delta.work()
    return case


def ruled(delta: Delta, case: str, ruling: Ruling) -> None:
    delta.pudong.accept(case)
    reasons = () if ruling == "permitted" else ("不符合规划",)
    delta.pudong.rule(case, ruling, result_number=f"P-{case}", reasons=reasons)
    delta.work()


def lengths(delta: Delta, region: str, case: str) -> dict[str, int]:
    found = delta.gateways[region].host.clocks(case).clocks
    return {one.deadline.clock: one.deadline.length for one in found}


def standing(found: JointCase) -> list[tuple[str, str | None, bool]]:
    return [(one.case, one.ruling, one.ended) for one in found.parts]


@pytest.mark.requirement("YRD-CASE-014")
def test_a_joint_application_ends_when_every_organ_has_and_is_delivered_at_once(
    delta: Delta,
) -> None:
    arrange(delta)
    one, two = (handed_over(delta, f"HOST-{n}") for n in (1, 2))
    alone = handed_over(delta, "HOST-3", joint=None)
    other = handed_over(delta, "HOST-4", joint="JOINT-8")
    ruled(delta, one, "permitted")
    for found in (delta.suzhou.joint(NUMBER), delta.pudong.joint(NUMBER, receiving=SUZHOU)):
        assert standing(found) == [(one, "permitted", True), (two, None, False)]
        assert (found.closed, found.ruling) == (False, None)
    with pytest.raises(CaseError) as early:
        delta.suzhou.deliver_joint(NUMBER, method="window")
    assert early.value.code == "joint-not-concluded"
    assert delta.suzhou.trace(one).case.state == "concluded"

    ruled(delta, two, "rejected")
    with pytest.raises(CaseError) as elsewhere:
        delta.pudong.deliver_joint(NUMBER, method="window")
    assert elsewhere.value.code == "joint-unknown"
    closed = delta.suzhou.deliver_joint(NUMBER, method="window")
    assert (closed.closed, closed.ruling) == (True, "rejected")
    assert {one.state for one in closed.parts} == {"delivered"}
    assert delta.suzhou.deliver_joint(NUMBER, method="window") == closed
    delta.work()
    assert delta.pudong.joint(NUMBER, receiving=SUZHOU) == closed
    for case, state in ((alone, "acknowledged"), (other, "acknowledged")):
        assert delta.suzhou.trace(case).case.state == state


@pytest.mark.requirement("YRD-CASE-014")
def test_both_ends_count_the_limit_of_joint_handling_and_only_for_its_parts(
    delta: Delta,
) -> None:
    arrange(delta)
    one, alone = handed_over(delta, "HOST-1"), handed_over(delta, "HOST-2", joint=None)
    for case in (one, alone):
        delta.pudong.accept(case)
    delta.work()
    for region in (SUZHOU, PUDONG):
        joint, single = lengths(delta, region, one), lengths(delta, region, alone)
        assert (joint["C2"], joint["C9"]) == (45, 30)
        assert (single["C2"], single["C9"]) == (20, 5)
    for case, told in ((one, "法定办结时限 45 个工作日，承诺 30 个工作日"),
                       (alone, "法定办结时限 20 个工作日，承诺 5 个工作日")):  # fmt: skip
        assert told in delta.pudong.notice(case, acceptance_of(delta, case)).notice.items


def acceptance_of(delta: Delta, case: str) -> str:
    notices = delta.pudong.trace(case).notices
    return next(one.number for one in notices if one.kind == "acceptance")


@pytest.mark.requirement("YRD-CASE-014")
def test_a_window_lengthens_no_limit_where_no_government_arranged_it(delta: Delta) -> None:
    filing = part(delta, "HOST-1")
    for ask in (
        lambda: delta.suzhou.check(filing.application),
        lambda: delta.suzhou.host.ask(filing.application),
        lambda: delta.suzhou.spare(filing),
    ):
        with pytest.raises(CaseError) as refused:
            ask()
        assert refused.value.code == "joint-not-arranged"
    with pytest.raises(CaseError) as unknown:
        delta.suzhou.joint(NUMBER)
    assert unknown.value.code == "joint-unknown"
    # The organ goes by its own item: a window that writes it in all the same is refused.
    number = delta.suzhou.spare(part(delta, "HOST-1", joint=None)).case
    delta.suzhou.receive(number)
    delta.forge_hand_over(number, Forgery(package=joined))
    assert delta.refusals() == ["joint-not-arranged"]


def joined(package: Package) -> Package:
    application = package.application.model_copy(update={"joint": NUMBER})
    return package.model_copy(update={"application": application})


def test_one_closing_takes_what_was_delivered_or_withdrawn_before(delta: Delta) -> None:
    arrange(delta)
    one, two, three = (handed_over(delta, f"HOST-{n}") for n in (1, 2, 3))
    ruled(delta, one, "permitted")
    delta.suzhou.deliver(one, method="courier")
    ruled(delta, two, "permitted")
    delta.suzhou.state(three, "withdrawn", body={"reason": "申请人撤回"})
    closed = delta.suzhou.deliver_joint(NUMBER, method="electronic")
    assert [part.state for part in closed.parts] == ["delivered", "delivered", "withdrawn"]
    assert [delta.suzhou.trace(case).delivery for case in (one, two)] == [
        "courier", "electronic",
    ]  # fmt: skip


def test_hosts_and_operators_see_it_too(delta: Delta) -> None:
    arrange(delta)
    case = handed_over(delta, "HOST-1")
    found = VERBS["joint"](delta.suzhou, canonical_bytes({"joint": NUMBER}))
    assert isinstance(found, dict)
    assert isinstance(found["parts"], list)
    assert (found["closed"], len(found["parts"])) == (False, 1)
    there = canonical_bytes({"joint": NUMBER, "receiving": SUZHOU})
    assert VERBS["joint"](delta.pudong, there) == found
    ruled(delta, case, "permitted")
    told = VERBS["deliver_joint"](
        delta.suzhou, canonical_bytes({"joint": NUMBER, "method": "window"})
    )
    assert isinstance(told, dict)
    assert (told["closed"], told["ruling"]) == (True, "permitted")


def test_the_notice_tells_the_limit_that_runs_and_the_arrangement_it_rests_on(
    delta: Delta,
) -> None:
    own = delta.knowledge.knowledge.shelf.read(OVERLAY).decode()
    longer = ARRANGED.replace("length = 45", "length = 60").replace(
        "length = 30", "length = 50"
    )
    delta.lay_over(OVERLAY, own + longer)
    delta.reopen(acceptance=False)
    case = handed_over(delta, "HOST-1")
    delta.pudong.accept(case)
    assert {lengths(delta, PUDONG, case)[clock] for clock in ("C2", "C9")} == {45}
    notice = delta.pudong.notice(case, acceptance_of(delta, case)).notice
    assert "法定办结时限 45 个工作日，承诺 45 个工作日" in notice.items
    assert [basis.article for basis in notice.bases] == ["第二十六条第二款"]


def test_the_same_closing_gets_the_same_bytes_though_a_part_was_added_before_its_first(
    delta: Delta,
) -> None:
    arrange(delta)
    before, case = handed_over(delta, "HOST-1", joint=None), handed_over(delta, "HOST-2")
    assert before < case
    ruled(delta, case, "permitted")
    with serve(create_node(delta.suzhou, api_key=KEY, work_every_s=None)) as url:
        closing: Json = {"joint": NUMBER, "method": "window"}
        first = send(url, "deliver_joint", closing, key="K-1")
        assert first.status_code == 200, first.text
        # As the part of an item whose numbers come before would be.
        with delta.desk(SUZHOU).sit() as at:
            add_part(at.tx, before, joint_lookup(at, NUMBER, SUZHOU))
        again = send(url, "deliver_joint", closing, key="K-1")
        assert (again.status_code, again.content) == (200, first.content)
        late = send(url, "deliver_joint", closing, key="K-2")
    assert late.json()["reasons"][0]["code"] == "joint-not-concluded"

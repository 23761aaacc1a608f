"""The way of a case, from login to delivery, in one process."""

import pytest

from interop.errors import CaseError
from tests.gateway.delta import Delta


def test_a_case_crosses_the_delta(delta: Delta) -> None:
    filing = delta.filing()
    assert delta.suzhou.identify(filing.token).level == "high"
    draft = delta.suzhou.spare(filing)
    assert draft.exemption.spared == ("business-licence", "agent-id")
    assert draft.decision.intake == "acceptable"
    assert draft.decision.merits == "met"
    assert delta.suzhou.receive(draft.case).state == "received"
    delta.suzhou.hand_over(draft.case)
    with pytest.raises(CaseError) as refused:
        delta.suzhou.accept(draft.case)
    assert refused.value.code == "not-competent"
    delta.work()
    assert delta.pudong.trace(draft.case).case.state == "concluded"
    delta.suzhou.deliver(draft.case, method="window")
    delta.work()
    ours, theirs = delta.suzhou.trace(draft.case), delta.pudong.trace(draft.case)
    assert ours.case == theirs.case
    assert ours.case.state == "delivered"
    assert all(receipt.verified for receipt in (*ours.receipts, *theirs.receipts))
    assert ours.replay.decision
    assert ours.replay.exemption

"""Grants: issued for what the item uses, after the notice, and bound to one purpose."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.certificates import GrantTerms, GrantUse, check_grant, issue_grant
from interop.certificates.grant import LIFETIME_DAYS_MAX
from interop.conformance.strategies.certificates import (
    APPLICANT,
    AT,
    CARD,
    CASE,
    CONSUMER_DISTRICT,
    DAY,
    LICENCE,
    ON,
    SALT,
    grant,
    item,
)
from interop.errors import CaseError

TERMS = GrantTerms(
    id="g-1",
    case=CASE,
    holder="applicant",
    party=APPLICANT,
    salt=SALT,
    grantee=CONSUMER_DISTRICT,
    basis=grant("applicant").basis,
    not_after=AT + DAY,
)
USE = GrantUse(
    grantee=CONSUMER_DISTRICT,
    item="outdoor-advertising",
    case=CASE,
    certificate=LICENCE,
    holder="applicant",
    at=AT,
)


def test_a_grant_covers_what_the_item_accepts_of_this_holder_and_no_more() -> None:
    issued = issue_grant(item(), TERMS, now=AT)
    assert issued.certificates == (LICENCE, CARD)
    assert issued.purpose == "测试事项"
    assert check_grant(issued, USE) == ()
    agents = issue_grant(item(), replace(TERMS, holder="agent", purpose="核对"), now=AT)
    assert (agents.certificates, agents.purpose) == ((CARD,), "核对")
    assert [one.code for one in check_grant(agents, USE)] == [
        "grant-role-mismatch",
        "grant-certificate-not-covered",
    ]


@pytest.mark.requirement("YRD-CERT-001")
def test_every_reason_against_a_grant_is_named() -> None:
    basis = TERMS.basis.model_copy(
        update={"notice_digest": "", "shown_at": AT + timedelta(seconds=1)}
    )
    bare = item().model_copy(update={"materials": item().materials[:1]})
    with pytest.raises(CaseError) as caught:
        issue_grant(bare, replace(TERMS, basis=basis, not_after=AT), now=AT)
    assert [one.code for one in caught.value.reasons] == [
        "grant-not-needed",
        "grant-notice-missing",
        "grant-notice-late",
        "grant-expired",
    ]


def test_a_grant_ends_within_the_limit() -> None:
    last = AT + timedelta(days=LIFETIME_DAYS_MAX)
    assert issue_grant(item(), replace(TERMS, not_after=last), now=AT).not_after == last
    with pytest.raises(CaseError, match="grant-too-long"):
        issue_grant(item(), replace(TERMS, not_after=last + timedelta(seconds=1)), now=AT)


SECONDS = st.integers(-3, 3).map(lambda seconds: timedelta(seconds=seconds))


@given(notice=SECONDS, end=SECONDS)
def test_use_lies_between_notice_and_end_both_inclusive(
    notice: timedelta, end: timedelta
) -> None:
    bound = grant("applicant")
    basis = bound.basis.model_copy(update={"shown_at": AT + notice})
    bound = bound.model_copy(update={"basis": basis, "not_after": AT + end})
    allowed = notice <= timedelta(0) <= end
    assert (check_grant(bound, USE) == ()) is allowed


@pytest.mark.parametrize(
    ("until", "covered"),
    [
        ("2026-03-04T23:59:59+08:00", False),
        ("2026-03-05T00:00:00+08:00", True),
        ("2026-03-04T16:00:00+00:00", True),
    ],
)
def test_the_day_relied_on_begins_in_shanghai(until: str, covered: bool) -> None:  # noqa: FBT001 -- a parameter of the example
    bound = grant("applicant").model_copy(update={"not_after": datetime.fromisoformat(until)})
    found = check_grant(bound, replace(USE, on=ON + 3 * DAY), field="here")
    assert (found == ()) is covered
    assert covered or [(one.code, one.field) for one in found] == [("grant-expired", "here")]

"""Certificates at the window: what spares, what does not and why, and a source that fails."""

import time

import pytest

from interop.errors import CaseError
from interop.gateway.evidence import GRANT_DAYS
from interop.gateway.filing import Filing
from interop.model.judgement import MaterialVerdict
from interop.simulator.applicants import PAPERS, PUDONG, SUZHOU
from interop.store import nonces
from tests.gateway.delta import Delta

SERVICE = "/320000"
LICENCE = "business-licence"
ALL_PAPERS = (
    "application-form", LICENCE, "agent-id", "design-drawings", "site-right",
    "structural-safety",
)  # fmt: skip


def test_a_licence_that_does_not_count_is_asked_for_with_its_reason(delta: Delta) -> None:
    for who, code in (
        (("enterprise-suspended", "agent-a"), "certificate-suspended"),
        (("enterprise-lapsed", "agent-b"), "certificate-expired"),
        (("enterprise-uploaded", "agent-a"), "certificate-level-low"),
        (("enterprise-unknown", "agent-b"), "certificate-missing"),
    ):
        draft = delta.suzhou.spare(delta.filing(who=who, reference=code))
        verdict = next(m for m in draft.exemption.materials if m.material == LICENCE)
        assert verdict.verdict is MaterialVerdict.NOT_EXEMPT
        assert [reason.code for reason in verdict.reasons] == [code]
        assert verdict.certificates == ()
        assert draft.exemption.spared == ("agent-id",)
        assert draft.exemption.outstanding == (LICENCE,)
        assert draft.decision.missing_materials == (LICENCE,)
        assert delta.suzhou.receive(draft.case).state == "received"


def test_of_two_editions_only_the_newer_spares(delta: Delta) -> None:
    draft = delta.suzhou.spare(delta.filing(who=("enterprise-renewed", "agent-b")))
    verdict = next(m for m in draft.exemption.materials if m.material == LICENCE)
    assert verdict.verdict is MaterialVerdict.EXEMPT
    assert [reason.code for reason in verdict.reasons] == ["certificate-superseded"]
    assert len(verdict.certificates) == 1


def test_only_certificates_that_spare_reach_the_organ(delta: Delta) -> None:
    filing = delta.filing(who=("enterprise-renewed", "agent-b"))
    number = delta.handed_over(filing)
    from interop.gateway.dossier import open_dossier
    from interop.gateway.intents import _registration

    desk = delta.desk(PUDONG)
    with desk.sit() as at:
        dossier = open_dossier(at, number)
    assert len(dossier.package.certificates) == 3
    assert len(_registration(desk, dossier).certificates) == 2


FAULTS = ("unavailable", "fault", "garbage", "html", "empty", "redirect", "error-code")


def test_a_source_that_fails_leaves_it_undecided_and_paper_works(delta: Delta) -> None:
    for fault in FAULTS:
        delta.faults[SERVICE + "/certificates"] = fault
        draft = delta.suzhou.spare(delta.filing(reference=fault))
        assert draft.exemption.spared == ()
        verdicts = {m.material: m for m in draft.exemption.materials}
        for material in (LICENCE, "agent-id"):
            assert verdicts[material].verdict is MaterialVerdict.UNDECIDED
            assert {r.code for r in verdicts[material].reasons} == {
                "certificate-source-unreachable"
            }
        assert draft.exemption.outstanding == (LICENCE, "agent-id")
        assert delta.suzhou.receive(draft.case).state == "received"
        trace = delta.suzhou.trace(draft.case)
        assert trace.replay.exemption
        assert trace.replay.decision
    paper = delta.suzhou.spare(delta.filing(papers=ALL_PAPERS))
    assert paper.exemption.outstanding == ()
    assert paper.decision.intake == "acceptable"
    assert delta.suzhou.receive(paper.case).state == "received"


@pytest.mark.slow
def test_a_source_that_never_ends_does_not_hold_the_window(delta: Delta) -> None:
    delta.faults[SERVICE + "/certificates"] = "timeout"
    began = time.monotonic()
    draft = delta.suzhou.spare(delta.filing())
    assert draft.exemption.spared == ()
    assert time.monotonic() - began < 60


@pytest.mark.requirement("YRD-CERT-001")
def test_nothing_is_fetched_that_could_not_spare_anything(delta: Delta) -> None:
    half = ("application-form", LICENCE, "design-drawings", "site-right", "structural-safety")
    for papers, expected in (
        (PAPERS, ["business-licence", "resident-card"]),
        (half, ["resident-card"]),
        (ALL_PAPERS, []),
    ):
        number = delta.suzhou.spare(delta.filing(papers=papers, reference=str(papers))).case
        asked = [
            kind.partition(".")[2]
            for kind in delta.audited(SUZHOU, number)
            if kind.startswith("certificate-asked")
        ]
        assert asked == expected


def _filing_of(delta: Delta) -> tuple[Filing, str]:
    filing = delta.filing()
    from interop.gateway.filing import begin

    desk = delta.desk(SUZHOU)
    item = desk.library.item("outdoor-advertising", PUDONG)
    with desk.sit() as at:
        return filing, begin(at, filing, item)[0]


@pytest.mark.requirement("YRD-CERT-001")
def test_a_grant_is_counted_before_each_fetch_and_ends(delta: Delta) -> None:
    filing, number = _filing_of(delta)
    with delta.desk(SUZHOU).sit() as at:
        for _ in range(19):
            assert nonces.count_use(at.tx, "grant", f"{number}/applicant", 20)
    assert delta.suzhou.spare(filing).exemption.spared == ("business-licence", "agent-id")
    with delta.desk(SUZHOU).sit() as at:
        assert not nonces.count_use(at.tx, "grant", f"{number}/applicant", 20)


def test_a_grant_without_uses_left_fetches_nothing(delta: Delta) -> None:
    filing, number = _filing_of(delta)
    with delta.desk(SUZHOU).sit() as at:
        while nonces.count_use(at.tx, "grant", f"{number}/applicant", 20):
            pass
    with pytest.raises(CaseError) as refused:
        delta.suzhou.spare(filing)
    assert refused.value.code == "grant-used-up"
    assert "certificate-asked.business-licence" not in delta.audited(SUZHOU, number)
    again = delta.suzhou.spare(delta.filing(reference="HOST-2"))
    assert again.exemption.spared == ("business-licence", "agent-id")


@pytest.mark.requirement("YRD-CERT-001")
def test_the_same_exemption_is_found_at_both_ends_with_its_grants(delta: Delta) -> None:
    number = delta.handed_over()
    from interop.gateway.dossier import open_dossier

    packages = []
    for region in (SUZHOU, PUDONG):
        with delta.desk(region).sit() as at:
            packages.append(open_dossier(at, number).package)
    ours, theirs = packages
    assert ours.exemption == theirs.exemption
    assert ours.grants == theirs.grants
    assert ours.decision == theirs.decision
    for grant in theirs.grants:
        assert (grant.case, grant.item) == (number, "outdoor-advertising")
        assert grant.grantee == PUDONG
        assert grant.purpose
        assert grant.basis.notice_digest
        assert (grant.not_after - ours.application.submitted_at).days <= GRANT_DAYS

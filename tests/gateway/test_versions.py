"""A case keeps the knowledge it began with, on both sides, whatever is laid over later."""

from datetime import date

import pytest

from interop.errors import CaseError, KnowledgeError
from interop.gateway.library import Library
from interop.gateway.trace import Trace
from interop.knowledge import Knowledge
from interop.simulator.applicants import PUDONG, SUZHOU
from tests.gateway.delta import Delta, Forgery

PATH = "mappings/items/outdoor-advertising/310115.toml"
ADDED = """
[[materials]]
change = "add"
norm = { level = "local-regulation", document = "示例条例", article = "九", verified = "no" }

[materials.material]
code = "neighbour-consent"
zh = "相邻权利人意见（示例）"
en = "opinion of the neighbours (illustrative)"

[[clauses]]
change = "add"
norm = { level = "local-regulation", document = "示例条例", article = "十", verified = "no" }

[clauses.clause]
id = "top-bound"
kind = "substantive"
when = 'facility.top <= quantity(18, "m")'
zh = "顶部离地不超过18米（示例）"
en = "the top is at most 18 m above ground (illustrative)"
remedy_zh = "降低设施高度"
remedy_en = "lower the facility"
"""


def _second_version(delta: Delta) -> str:
    text = delta.knowledge.knowledge.shelf.read(PATH).decode()
    changed = text.replace('version = "2026-01"', 'version = "2026-02"', 1)
    changed = changed.replace("length = 5\n", "length = 3\n", 1)
    assert changed != text
    return changed + ADDED


def _promised(trace: Trace) -> int:
    return next(d.length for d in trace.deadlines if d.clock == "C9")


@pytest.mark.requirement("YRD-CASE-012")
def test_a_case_ends_under_the_version_it_began_with(delta: Delta) -> None:
    delta.reopen(acceptance=False)
    old = delta.handed_over()
    before = delta.suzhou.trace(old)
    delta.lay_over(PATH, _second_version(delta))
    delta.reopen(acceptance=False)
    delta.clock.pass_(days=1)
    delta.pudong.accept(old)
    delta.work(2)
    new = delta.handed_over(delta.filing(reference="HOST-2"))
    for gateway in delta.gateways.values():
        ours, theirs = gateway.trace(old), gateway.trace(new)
        assert ours.required == before.required
        assert "neighbour-consent" not in ours.outstanding
        assert ours.versions["item"] == before.versions["item"] != theirs.versions["item"]
        assert "neighbour-consent" in theirs.required
        for trace in (ours, theirs):
            assert trace.replay.decision
            assert trace.replay.exemption
    assert delta.pudong.supplement(new).state == "supplement-noticed"
    delta.pudong.accept(new)
    delta.work(2)
    for gateway in delta.gateways.values():
        assert _promised(gateway.trace(old)) == 5
        assert _promised(gateway.trace(new)) == 3
    _end(delta, old)
    ended = delta.suzhou.trace(old)
    assert ended.case == delta.pudong.trace(old).case
    assert (ended.case.state, ended.versions) == ("archived", before.versions)
    assert ended.replay.decision
    assert ended.replay.exemption


def _end(delta: Delta, number: str) -> None:
    delta.pudong.rule(number, "permitted", result_number="P-1")
    delta.work(2)
    delta.suzhou.deliver(number, method="window")
    delta.work(2)
    delta.pudong.close(number)
    delta.work(2)
    delta.reopen(acceptance=False)


@pytest.mark.requirement("YRD-CASE-012")
def test_a_case_on_its_way_while_the_version_changes_still_arrives(delta: Delta) -> None:
    number = delta.received()
    delta.lay_over(PATH, _second_version(delta))
    delta.reopen()
    delta.suzhou.hand_over(number)
    delta.work(8)
    theirs = delta.pudong.trace(number)
    assert theirs.case.state == "concluded"
    assert theirs.versions["item"] == delta.suzhou.trace(number).versions["item"]
    assert theirs.replay.decision


@pytest.mark.requirement("YRD-CASE-012")
def test_a_version_the_handling_region_never_had_is_refused_by_name(delta: Delta) -> None:
    shared = delta.knowledge
    delta.lay_over(PATH, _second_version(delta))
    delta.open(SUZHOU)
    delta.knowledge = shared
    number = delta.handed_over(rounds=2)
    assert delta.refusals() == ["knowledge-version-unknown"]
    trace = delta.suzhou.trace(number)
    assert (trace.parked, trace.parked_because) == (True, "knowledge-version-unknown")
    assert delta.row(SUZHOU, number).parked


def test_a_draft_is_finished_under_the_version_its_number_was_given(delta: Delta) -> None:
    from interop.gateway.filing import begin

    filing, desk = delta.filing(), delta.desk(SUZHOU)
    with desk.sit() as at:
        number, _ = begin(at, filing, desk.library.item("outdoor-advertising", PUDONG))
    delta.lay_over(PATH, _second_version(delta))
    delta.reopen()
    draft = delta.suzhou.spare(filing)
    assert draft.case == number
    assert draft.decision.version == "2026-01"
    assert "neighbour-consent" not in draft.exemption.required
    assert delta.suzhou.trace(number).replay.decision


def test_a_replay_judges_by_the_list_of_uses_of_its_day(delta: Delta) -> None:
    number = delta.handed_over()
    path = "mappings/certificates/use-list.toml"
    text = delta.knowledge.knowledge.shelf.read(path).decode()
    delta.lay_over(path, text.replace("resident-card", "real-estate-certificate"))
    delta.reopen()
    for gateway in delta.gateways.values():
        assert gateway.trace(number).replay.exemption
    later = delta.suzhou.spare(delta.filing(reference="HOST-2"))
    assert later.exemption.spared == ("business-licence",)


def test_a_kept_version_is_handed_out_by_its_digest_and_no_other(delta: Delta) -> None:
    number = delta.received()
    digest = delta.suzhou.trace(number).versions["item"]
    held = delta.suzhou.knowledge_version(digest)
    assert held is not None
    assert b"outdoor-advertising" in held
    assert delta.lines[SUZHOU].knowledge(digest) == held
    assert delta.suzhou.knowledge_version("sha-256:" + "0" * 64) is None
    # Pudong has kept its own item since it was opened.
    assert delta.pudong.knowledge_version(digest) == held


def test_a_version_that_was_lost_is_named(delta: Delta) -> None:
    library = Library(Knowledge())
    with delta.desk(PUDONG).sit() as at, pytest.raises(KnowledgeError) as refused:
        library.item_version(at.tx, "sha-256:" + "0" * 64)
    assert refused.value.code == "knowledge-version-unknown"


def test_what_the_window_sends_is_never_believed_about_the_merits(delta: Delta) -> None:
    number = delta.received(delta.filing(facts={"site.kind": "heritage"}))

    def flattered(package: object) -> object:
        from interop.model.case import Package

        assert isinstance(package, Package)
        decision = package.decision.model_copy(update={"merits": "met", "outcomes": ()})
        spared = (*package.exemption.spared, "site-right")
        exemption = package.exemption.model_copy(update={"spared": spared})
        return package.model_copy(update={"decision": decision, "exemption": exemption})

    delta.forge_hand_over(number, Forgery(package=flattered))  # type: ignore[arg-type]  # forged on purpose
    theirs = delta.pudong.trace(number)
    assert theirs.spared == ("business-licence", "agent-id")
    assert theirs.replay.decision
    from interop.gateway.dossier import open_dossier

    with delta.desk(PUDONG).sit() as at:
        decision = open_dossier(at, number).package.decision
    assert decision.merits == "not_met"
    assert decision.on == date(2026, 3, 2)
    with pytest.raises(CaseError):
        delta.pudong.deliver(number, method="window")

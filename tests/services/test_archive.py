"""An archive package proves what it lists, and tells nothing of the person."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.cases import LifeCycle, fold
from interop.conformance.strategies.cases import BEGIN, HEADER, Story, stories, told
from interop.errors import CaseError
from interop.model.canonical import canonical_bytes, digest
from interop.model.case import CaseFact, Notice, NoticeKind
from interop.model.sensitive import Sensitive
from interop.services.archive import ArchivePackage, archive_package

NAME = "王示例"
NOTICES = tuple(
    Notice(
        kind=kind,
        number=f"310115〔2026〕{number}",
        case=HEADER.number,
        region="310115",
        on=date(2026, 3, day),
        text=Sensitive(f"申请人：{NAME}"),
    )
    for number, (kind, day) in enumerate(
        [(NoticeKind.RECEIPT, 2), (NoticeKind.ACCEPTANCE, 2), (NoticeKind.RULING, 9)]
    )
)


def packed(
    facts: tuple[CaseFact, ...], table: LifeCycle, notices: tuple[Notice, ...] = NOTICES
) -> ArchivePackage:
    return archive_package(fold(HEADER, facts, table=table), facts, notices)


@given(data=st.data())
def test_both_sides_build_the_same_package(data: st.DataObject, lifecycle: LifeCycle) -> None:
    story: Story = data.draw(stories(lifecycle))
    facts = tuple(data.draw(st.permutations(story.facts)))
    notices = tuple(data.draw(st.permutations(NOTICES)))
    package = packed(facts, lifecycle, notices)
    assert package == packed(story.facts, lifecycle)
    assert ArchivePackage.from_json(package.to_bytes()) == package


@given(data=st.data())
def test_whoever_holds_the_package_can_follow_the_chain(
    data: st.DataObject, lifecycle: LifeCycle
) -> None:
    package = packed(data.draw(stories(lifecycle)).facts, lifecycle)
    link = digest(
        canonical_bytes([package.case, package.item, package.receiving, package.handling])
    )
    for fact in package.facts:
        link = digest(canonical_bytes([link, fact.digest_of_fact]))
    assert link == package.state_hash


@given(data=st.data())
def test_any_change_changes_the_digest(data: st.DataObject, lifecycle: LifeCycle) -> None:
    story: Story = data.draw(stories(lifecycle).filter(lambda story: bool(story.facts)))
    known = packed(story.facts, lifecycle).digest()
    place = data.draw(st.integers(0, len(story.facts) - 1))
    fact = story.facts[place]
    for change in ({"body": {"x": "y"}}, {"at": fact.at + timedelta(microseconds=1)}):
        facts = list(story.facts)
        facts[place] = fact.model_copy(update=change)
        assert packed(tuple(facts), lifecycle).digest() != known
    assert packed(story.facts, lifecycle, NOTICES[1:]).digest() != known
    other = NOTICES[0].model_copy(update={"text": Sensitive("另一份")})
    assert packed(story.facts, lifecycle, (other, *NOTICES[1:])).digest() != known


def test_what_is_listed(lifecycle: LifeCycle) -> None:
    facts = told(
        ("receiving", "submitted", BEGIN),
        ("receiving", "received", BEGIN),
        ("receiving", "handed-over", BEGIN),
        ("handling", "acknowledged", BEGIN),
        ("handling", "accepted", BEGIN),
        ("handling", "rejected", BEGIN),
    )
    package = packed(facts, lifecycle, tuple(reversed(NOTICES)))
    assert (package.case, package.ruling) == (HEADER.number, "rejected")
    assert [(f.side, f.seq, f.type) for f in package.facts] == [
        (f.side, f.seq, f.type) for f in facts
    ]
    assert [(n.kind, n.number) for n in package.notices] == [
        (n.kind, n.number) for n in NOTICES
    ]
    assert packed(facts[:1], lifecycle).ruling is None


def test_no_personal_value_stands_in_it(lifecycle: LifeCycle) -> None:
    (fact,) = told(("receiving", "submitted", BEGIN))
    fact = fact.model_copy(update={"body": {"reasons": [f"{NAME} 未到场"]}})
    package = packed((fact,), lifecycle)
    shown = package.to_bytes().decode() + repr(package)
    assert NAME not in shown
    assert fact.digest() in shown


def test_a_missing_fact_is_refused(lifecycle: LifeCycle) -> None:
    facts = told(("receiving", "submitted", BEGIN), ("receiving", "received", BEGIN))
    case = fold(HEADER, facts, table=lifecycle)
    with pytest.raises(CaseError) as refused:
        archive_package(case, facts[1:], ())
    assert refused.value.code == "fact-sequence"

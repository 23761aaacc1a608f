"""Versions in two times: what was in force on a day, as known on a day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.criteria import item_with
from interop.criteria.versions import (
    VERSIONS_MAX,
    History,
    RecordedVersion,
    check_versions,
    gaps,
    history_of,
    in_force,
    overlaps,
)
from interop.errors import KnowledgeError
from interop.model.item import Clause

PLAIN = item_with((Clause(id="plain", when="flag.one", zh="条件", en="condition"),))
FIRST = date(2026, 1, 1)
# Ten days, so that most draws lie at a border.
OFFSETS = st.integers(0, 9)


def day(offset: int) -> date:
    return FIRST + timedelta(days=offset)


def recorded(
    version: str,
    days: tuple[int, int | None],
    on: int = 0,
    replaces: tuple[str, ...] = (),
) -> RecordedVersion:
    first, last = days
    item = PLAIN.model_copy(
        update={
            "version": version,
            "effective_from": day(first),
            "effective_until": None if last is None else day(last),
        }
    )
    return RecordedVersion(item=item, recorded_on=day(on), replaces=replaces)


@st.composite
def histories(draw: st.DrawFn) -> History:
    rows: list[RecordedVersion] = []
    for name in "abcd"[: draw(st.integers(1, 4))]:
        first = draw(OFFSETS)
        last = draw(st.none() | st.integers(first, 9))
        earlier = [row.item.version for row in rows]
        replaced = draw(st.lists(st.sampled_from(earlier), unique=True)) if earlier else []
        on = draw(st.integers((rows[-1].recorded_on - FIRST).days if rows else 0, 9))
        rows.append(recorded(name, (first, last), on, tuple(replaced)))
    return history_of(rows)


def counting(history: History, on: int, known_on: int) -> list[str]:
    """Count it out, row by row."""
    found = []
    for row in history.versions:
        known = row.recorded_on <= day(known_on)
        gone = any(
            row.item.version in later.replaces and later.recorded_on <= day(known_on)
            for later in history.versions
        )
        until = row.item.effective_until
        inside = row.item.effective_from <= day(on) and (until is None or day(on) <= until)
        if known and not gone and inside:
            found.append(row.item.version)
    return sorted(found)


def answer(history: History, on: int, known_on: int) -> tuple[str, str]:
    try:
        found = in_force(history, on=day(on), known_on=day(known_on))
    except KnowledgeError as fault:
        return fault.code, fault.reason.got
    return "found", found.item.version


@given(histories(), OFFSETS, OFFSETS)
def test_one_version_is_in_force_or_the_answer_says_why_not(
    history: History, on: int, known_on: int
) -> None:
    expected = counting(history, on, known_on)
    code, said = answer(history, on, known_on)
    if len(expected) == 1:
        assert (code, said) == ("found", expected[0])
    else:
        assert code == ("version-overlap" if expected else "version-gap")
        assert sorted(said.split(", ")) == (expected or [""])


@given(histories(), OFFSETS, st.integers(0, 8))
def test_what_was_known_before_never_changes(history: History, on: int, known_on: int) -> None:
    before = answer(history, on, known_on)
    names = tuple(row.item.version for row in history.versions)
    later = recorded("later", (0, None), known_on + 1, names)
    if history.versions[-1].recorded_on <= later.recorded_on:
        grown = history_of((*history.versions, later))
        assert answer(grown, on, known_on) == before
        assert answer(grown, on, 9) == ("found", "later")


@given(histories(), OFFSETS)
def test_gaps_and_overlaps_are_the_days_without_one_answer(
    history: History, known_on: int
) -> None:
    known = history.known(day(known_on))
    if not known:
        assert gaps(history, known_on=day(known_on)) == ()
        return
    first = (min(row.item.effective_from for row in known) - FIRST).days
    last = (max(row.item.effective_until or day(9) for row in known) - FIRST).days
    found = [answer(history, on, known_on)[0] for on in range(first, last + 1)]
    assert ("version-gap" in found) == bool(gaps(history, known_on=day(known_on)))
    beyond = [row for row in known if row.item.effective_until is None]
    double = "version-overlap" in found or len(beyond) > 1
    assert double == bool(overlaps(history, known_on=day(known_on)))


def test_gap_and_overlap_name_their_days() -> None:
    history = history_of(
        [recorded("a", (0, 2)), recorded("b", (5, 8)), recorded("c", (8, None))]
    )
    assert [(r.code, r.expected) for r in gaps(history, known_on=FIRST)] == [
        ("version-gap", "2026-01-04 … 2026-01-05")
    ]
    assert [(r.expected, r.got) for r in overlaps(history, known_on=FIRST)] == [
        ("2026-01-09 … 2026-01-09", "b, c")
    ]


def test_a_correction_counts_from_the_day_it_was_recorded() -> None:
    history = history_of([recorded("b", (0, None), 5, ("a",)), recorded("a", (0, None), 1)])
    assert answer(history, 3, 0)[0] == "version-gap"
    assert [answer(history, 3, known)[1] for known in (1, 4, 5)] == ["a", "a", "b"]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([recorded("a", (0, 1)), recorded("a", (0, 2))], [("version-changed", "a")]),
        ([recorded("a", (0, 1)), recorded("a", (0, 1))], [("item-duplicate", "a")]),
        ([recorded("a", (0, 1), 0, ("b",))], [("version-replaces-unknown", "b")]),
        ([recorded("a", (0, 1), 0, ("a",))], [("version-replaces-unknown", "a")]),
        (
            [recorded("a", (0, 1), 3), recorded("b", (0, 1), 2, ("a",))],
            [("version-replaces-unknown", "a")],
        ),
        (
            [
                recorded("a", (0, 1)),
                RecordedVersion(
                    item=PLAIN.model_copy(update={"item": "other", "region": "990001"}),
                    recorded_on=FIRST,
                ),
            ],
            [("unify-other-items", "other"), ("unify-other-items", "990001")],
        ),
        ([recorded("a", (0, 1))] * (VERSIONS_MAX + 1), [("item-limit", "1001")]),
    ],
)
def test_what_is_no_history_is_refused(
    rows: list[RecordedVersion], expected: list[tuple[str, str]]
) -> None:
    assert [(reason.code, reason.got) for reason in check_versions(rows)] == expected
    with pytest.raises(KnowledgeError):
        history_of(rows)


def test_a_version_cannot_be_changed() -> None:
    row = recorded("a", (0, 1))
    with pytest.raises(ValueError, match="frozen"):
        row.item.version = "b"  # type: ignore[misc]  # that it is refused is the point
    assert RecordedVersion.from_json(row.to_bytes()) == row
    assert row.item.digest() != recorded("a", (0, 2)).item.digest()

"""Text to tree and back; hostile text gives reasons, never another exception."""

from dataclasses import fields, is_dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.criteria import FACTS, conditions
from interop.criteria.faults import FAULTS_MAX, located
from interop.criteria.kinds import check_condition
from interop.criteria.nodes import EXPRESSION_BYTES_MAX, Node, deepest
from interop.criteria.parser import parse
from interop.criteria.printer import text_of_node
from interop.criteria.vocabulary import vocabulary_of

VOCABULARY = vocabulary_of(FACTS)
WORDS = """
    a flag.one whole.one area.one day.one colour.one pieces.one on true in has date quantity
    years_between flag.one.plus_days ( ) [ ] , . + - * ! && || == != < <= > >= 1 2.5 'x' "m2"
    "red" = & ? é \\ "
"""
PIECES = tuple(WORDS.split())


def shape(part: object) -> object:
    """A tree without places, in which 1, 1.0 and true differ."""
    if isinstance(part, tuple):
        return tuple(shape(one) for one in part)
    if is_dataclass(part):
        held = [shape(getattr(part, f.name)) for f in fields(part) if f.name != "at"]
        return (type(part).__name__, *held)
    return (type(part).__name__, part)


def faults_of(text: str) -> list[tuple[str, str]]:
    """Code and place of every problem of a condition."""
    node, faults = parse(text)
    if node is not None:
        faults = check_condition(node, VOCABULARY)
    return [(reason.code, reason.field) for reason in located(faults, text, "when")]


def read(text: str) -> Node:
    node, faults = parse(text)
    assert node is not None, faults
    return node


@given(conditions())
def test_what_is_printed_reads_back_as_the_same_tree(node: Node) -> None:
    assert shape(read(text_of_node(node))) == shape(node)


@given(conditions())
def test_what_is_typed_by_construction_has_no_fault(node: Node) -> None:
    assert check_condition(node, VOCABULARY) == ()


@given(st.lists(st.sampled_from(["frame", "panel", "lamp"]), min_size=1, max_size=3))
def test_all_and_any_of_a_list_are_chains(items: list[str]) -> None:
    listed = ", ".join(f'"{item}"' for item in items)
    each = [f'"{item}" in pieces.one' for item in items]
    for method, sign in (("contains_all", " && "), ("contains_any", " || ")):
        node = read(f"pieces.one.{method}([{listed}])")
        assert shape(node) == shape(read(sign.join(each)))
        assert check_condition(node, VOCABULARY) == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('pieces.one.contains_all(["frame", "pane"])', ("criterion-value", "when:1:35")),
        ("pieces.one.contains_any([])", ("criterion-syntax", "when:1:26")),
        ('colour.one.contains_any(["red"])', ("criterion-type", "when:1:1")),
        ('pieces.one.contains_some(["frame"])', ("criterion-unknown-function", "when:1:1")),
    ],
)
def test_a_fault_in_a_list_is_placed(text: str, found: tuple[str, str]) -> None:
    assert faults_of(text) == [found]


@given(st.text(max_size=60))
def test_any_text_is_a_tree_or_has_faults(text: str) -> None:
    node, faults = parse(text)
    assert (node is None) == bool(faults)
    assert all(r.zh and r.field.startswith("when:") for r in located(faults, text, "when"))


@given(st.lists(st.sampled_from(PIECES), max_size=25).map(" ".join))
def test_any_tokens_are_typed_or_have_faults_within_the_text(text: str) -> None:
    for _, field in faults_of(text):
        assert 1 <= int(field.rsplit(":", 1)[1]) <= len(text) + 1
    node, _ = parse(text)
    if node is not None:
        assert shape(read(text_of_node(node))) == shape(node)


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("flag.one&&flag.two||flag.one", "flag.one && flag.two || flag.one"),
        ("flag.one && (flag.two || flag.one)", "flag.one && (flag.two || flag.one)"),
        ("(flag.one && flag.two) && flag.one", "(flag.one && flag.two) && flag.one"),
        ("!(flag.one == flag.two)", "!(flag.one == flag.two)"),
        ("1 - 2 - -3 * a < 2.50", "1 - 2 - -3 * a < 2.50"),
        ("-(a + b) - (c + d) > 0", "-(a + b) - (c + d) > 0"),
        ("'it\\'s' == \"a\\\"b\\n\\t\"", '"it\'s" == "a\\"b\\n\\t"'),
        ("s.contains('x')", '"x" in s'),
        ("a in [1, -2, 3.0]", "a in [1, -2, 3.0]"),
        ("on.plus_months(3).plus_days(-1) > d", "on.plus_months(3).plus_days(-1) > d"),
        ('date("2026-01-31").plus_months(1) > d', 'date("2026-01-31").plus_months(1) > d'),
        ("has( x ) || years_between(a,on)>=18", "has(x) || years_between(a, on) >= 18"),
        ('a <= -quantity(12, "m2") + b', 'a <= quantity(-12, "m2") + b'),
        ("true", "true"),
    ],
)
def test_one_spelling_for_each_tree(text: str, printed: str) -> None:
    assert text_of_node(read(text)) == printed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [("criterion-syntax", "when:1:1")]),
        (
            "flag.one = true & x",
            [("criterion-token", "when:1:10"), ("criterion-token", "when:1:17")],
        ),
        (
            "flag.one ? 1 : 2",
            [("criterion-token", "when:1:10"), ("criterion-token", "when:1:14")],
        ),
        ('flag.one == "x', [("criterion-text", "when:1:13")]),
        ('note.one == "\\q"', [("criterion-text", "when:1:14")]),
        (f'note.one == "{"x" * 257}"', [("criterion-text", "when:1:13")]),
        ("1234567890123456 > 1", [("criterion-number", "when:1:1")]),
        ("0.1234567 > 1", [("criterion-number", "when:1:1")]),
        ("flag.one flag.two", [("criterion-syntax", "when:1:10")]),
        ("1 < whole.one < 3", [("criterion-syntax", "when:1:15")]),
        ("(flag.one", [("criterion-syntax", "when:1:10")]),
        ("flag.one &&\n  )", [("criterion-syntax", "when:2:3")]),
        ("in", [("criterion-syntax", "when:1:1")]),
        ("has(true)", [("criterion-syntax", "when:1:5")]),
        ("whole.one in 3", [("criterion-syntax", "when:1:14")]),
        ("whole.one in [whole.two]", [("criterion-syntax", "when:1:15")]),
        ("whole.one in pieces.one", [("criterion-syntax", "when:1:1")]),
        ("whole.one in [" + "1, " * 1000 + "1]", [("criterion-limit", "when:1:11")]),
        ("1 * 1 * 1 * 1 * 1 * 1 * 1 * 1 * 1 > 0", [("criterion-limit", "when:1:1")]),
        ('date("2026-02-30") < on', [("criterion-day", "when:1:1")]),
        ('date("1799-12-31") < on', [("criterion-day", "when:1:1")]),
        ("date(1) < on", [("criterion-syntax", "when:1:6")]),
        ("on.plus_days(1.5) > on", [("criterion-syntax", "when:1:14")]),
        ("on.plus_days(36601) > on", [("criterion-limit", "when:1:14")]),
        ("(on).3", [("criterion-syntax", "when:1:6")]),
        ("quantity(whole.one, 'm2') > 1", [("criterion-syntax", "when:1:10")]),
        ("quantity('x', 'm2') > 1", [("criterion-syntax", "when:1:15")]),
        ("nothing(1)", [("criterion-unknown-function", "when:1:1")]),
        ("flag.one.nothing(1)", [("criterion-unknown-function", "when:1:1")]),
        ("(flag.one && flag.two).contains('x')", [("criterion-unknown-function", "when:1:2")]),
    ],
)
def test_syntax_is_refused_where_it_breaks(text: str, expected: list[tuple[str, str]]) -> None:
    assert faults_of(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "(" * 300 + "flag.one" + ")" * 300,
        "!" * 300 + "flag.one",
        "-" * 300 + "whole.one > 1",
        "on" + ".plus_days(1)" * 300 + " > on",
        "(on)" + ".plus_days(1)" * 300 + " > on",
        "years_between(" * 300 + "on",
        "flag.one || flag.one && whole.one == whole.one + whole.one * (" * 300,
    ],
)
def test_nesting_is_refused_with_its_place(text: str) -> None:
    ((code, field),) = faults_of(text)
    assert code == "criterion-nesting"
    assert int(field.rsplit(":", 1)[1]) > 1


def test_nesting_up_to_the_limit_is_read() -> None:
    node = read("(" * 63 + "flag.one" + ")" * 63)
    assert deepest(node)[0] == 1
    assert faults_of("!" * 63 + "flag.one") == []
    assert faults_of("!" * 64 + "flag.one")[0][0] == "criterion-nesting"


def test_a_tree_that_grows_to_the_left_is_bounded_too() -> None:
    text = "flag.one"
    for _ in range(40):
        text = f"({text} && flag.one || flag.two)"
    assert [code for code, _ in faults_of(text)] == ["criterion-nesting"]


def test_the_size_limit_counts_bytes_and_includes_its_end() -> None:
    unit = "flag.one || "
    text = unit * (EXPRESSION_BYTES_MAX // len(unit)) + "flag.one"
    text = text[: text.rindex("||") - 1]
    padded = text + " " * (EXPRESSION_BYTES_MAX - len(text))
    assert faults_of(padded) == []
    assert faults_of(padded + " ") == [("criterion-too-long", "when:1:1")]
    wide = '"' + "区" * (EXPRESSION_BYTES_MAX // 3) + '"'
    assert faults_of(wide) == [("criterion-too-long", "when:1:1")]


def test_all_bad_characters_are_told_up_to_a_count() -> None:
    reasons = located(parse("?" * 80)[1], "?" * 80, "when")
    assert len(reasons) == FAULTS_MAX + 1
    assert (reasons[-1].code, reasons[-1].got) == ("criterion-too-many", "30")


def test_a_lone_surrogate_can_be_written_out() -> None:
    (reason,) = located(parse("\ud800")[1], "\ud800", "when")
    assert reason.zh.encode()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("flag.on", [("criterion-unknown-fact", 1)]),
        ("has(flag.on)", [("criterion-unknown-fact", 5)]),
        (
            "flag.on && whole.on > 1 || pieces.one",
            [
                ("criterion-unknown-fact", 1),
                ("criterion-unknown-fact", 12),
                ("criterion-type", 28),
            ],
        ),
        ("whole.one", [("criterion-type", 1)]),
        ("!whole.one", [("criterion-type", 2)]),
        ("flag.one && 1", [("criterion-type", 13)]),
        ("flag.one < flag.two", [("criterion-type", 1), ("criterion-type", 12)]),
        ("flag.one == 1", [("criterion-type", 13)]),
        ("pieces.one == 'frame'", [("criterion-type", 1)]),
        ("colour.one == note.one", [("criterion-type", 15)]),
        ("colour.one == secret.one", [("criterion-type", 15)]),
        ("colour.one == 'pink'", [("criterion-value", 15)]),
        ("'pink' == colour.one", [("criterion-value", 1)]),
        ("colour.one in ['red', 'pink', 3]", [("criterion-value", 23), ("criterion-type", 31)]),
        ("flag.one in [true]", [("criterion-type", 1)]),
        ("pink in ['red']", [("criterion-unknown-fact", 1)]),
        ("'pink' in pieces.one", [("criterion-value", 1)]),
        ("'pink' in colour.one", [("criterion-type", 11)]),
        ("3 in pieces.one", [("criterion-type", 1)]),
        ("area.one < whole.one", [("criterion-unit", 12)]),
        ("area.one + whole.one < 3", [("criterion-unit", 12)]),
        ("area.one < quantity(3, 'm')", [("criterion-unit", 12)]),
        ("area.one < quantity(3, 'acre')", [("criterion-unit", 12)]),
        ("area.one * whole.one < 3", [("criterion-nonlinear", 12)]),
        ("2 * (area.one * 3) * area.two < 3", [("criterion-nonlinear", 22)]),
        ("day.one + 1 > on", [("criterion-type", 1)]),
        ("-day.one > on", [("criterion-type", 2)]),
        ("whole.one.plus_days(1) > on", [("criterion-type", 1)]),
        ("years_between(whole.one, 3) > 1", [("criterion-type", 15), ("criterion-type", 26)]),
        ("years_between(day.one, on) > area.one", [("criterion-unit", 30)]),
        ("on.plus_months(1200).plus_months(1200) > on", [("criterion-limit", 1)]),
        ("day.one == '2026-01-01'", [("criterion-type", 12)]),
        ("nowhere.plus_days(1) > on", [("criterion-unknown-fact", 1)]),
        ("nothing + 1 + 'x' > 1", [("criterion-unknown-fact", 1), ("criterion-type", 15)]),
    ],
)
def test_types_and_units_are_refused_all_at_once(
    text: str, expected: list[tuple[str, int]]
) -> None:
    assert faults_of(text) == [(code, f"when:1:{column}") for code, column in expected]


@pytest.mark.parametrize(
    "text",
    [
        "area.one <= 3 && area.one <= quantity(3.5, 'm2') && 2 * area.one - area.two < 1.5",
        "whole.one < 1.5",
        "years_between(day.one, on) >= 18 && years_between(day.one, on) < quantity(60, 'year')",
        "'frame' in pieces.one && pieces.one.contains('lamp')",
        "agent.present || colour.one in ['red']",
        "note.one == 'x' || note.one in ['y', '']",
    ],
)
def test_what_fits_is_typed(text: str) -> None:
    assert faults_of(text) == []


def test_a_near_name_is_offered() -> None:
    text = "colour.on == 'red'"
    (reason,) = located(check_condition(read(text), VOCABULARY), text, "clauses.x.when")
    assert reason.field == "clauses.x.when:1:1"
    assert "colour.one" in reason.zh
    assert reason.fix_zh

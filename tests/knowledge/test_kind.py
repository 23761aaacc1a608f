"""Kinds and their keys; versions kept by digest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.errors import KnowledgeError, redacted
from interop.knowledge import Kind, Place
from interop.model.canonical import Json, canonical_bytes, digest
from tests.knowledge.example import ADAPTER, BELOW, CANONICAL, KINDS, LONE, Pair, check_pair

NAMES = st.from_regex(r"[a-z][a-z0-9.-]{0,5}", fullmatch=True)
CODES = st.from_regex(r"[0-9]{6}(-[a-z.]{1,4})?", fullmatch=True)


@given(thing=NAMES, code=CODES)
def test_a_key_is_what_the_stars_stand_for(thing: str, code: str) -> None:
    assert LONE.key_of(f"mappings/lone/{thing}.toml") == thing
    assert BELOW.key_of(f"mappings/things/{thing}/{code}.toml") == f"{thing}/{code}"
    assert CANONICAL.key_of(f"mappings/things/{thing}/canonical.toml") == thing
    # A folder keeps its dots: only the suffix that the pattern names is left out.
    assert ADAPTER.key_of(f"adapters/{code}/adapter.toml") == code


@given(one=st.tuples(NAMES, CODES), two=st.tuples(NAMES, CODES))
def test_two_paths_of_a_kind_never_share_a_key(
    one: tuple[str, str], two: tuple[str, str]
) -> None:
    paths = [
        [f"mappings/things/{thing}/{code}.toml" for thing, code in (one, two)],
        [f"adapters/{code}/adapter.toml" for _, code in (one, two)],
    ]
    for kind, (first, second) in zip((BELOW, ADAPTER), paths, strict=True):
        assert (kind.key_of(first) == kind.key_of(second)) == (first == second)


@pytest.mark.parametrize(
    "path",
    [
        "mappings/lone.toml",
        "mappings/lone/a.tsv",
        "mappings/lone/deep/a.toml",
        "elsewhere/mappings/lone/a.toml",
        "mappings/things/x/31011.toml",
        "mappings/things/x/other.toml",
        "adapters/adapter.toml",
        "adapters/310000/openapi.json",
        "adapters/310000/deep/adapter.toml",
    ],
)
def test_other_paths_are_of_no_kind(path: str) -> None:
    assert [kind.key_of(path) for kind in KINDS] == [None] * len(KINDS)


def test_a_document_has_record_digest_and_place() -> None:
    place = Place("x/310115-pudong", "mappings/things/x/310115-pudong.toml", "overlay")
    document = BELOW.document({"two": 4, "one": 2}, place)
    assert document.value == Pair(one=2, two=4)
    assert document.data == b'{"one":2,"two":4}'
    assert document.digest == digest(document.data)
    assert (document.kind, document.place, document.code) == ("below", place, "310115")


def test_every_problem_of_the_schema_or_of_the_check_comes_at_once() -> None:
    place = Place("a", "mappings/lone/a.toml", "shipped")
    with pytest.raises(KnowledgeError) as refused:
        LONE.document({"one": "x", "three": 3}, place)
    assert [(r.code, r.field) for r in refused.value.reasons] == [
        ("record-invalid", "mappings/lone/a.toml.one"),
        ("record-invalid", "mappings/lone/a.toml.three"),
    ]
    with pytest.raises(KnowledgeError) as refused:
        LONE.document({"one": 1, "two": 3, "needs": "b.xsd"}, place)
    assert [r.field for r in refused.value.reasons] == [
        "mappings/lone/a.toml: one",
        "mappings/lone/a.toml: two",
        "mappings/lone/a.toml: b.xsd",
    ]
    value: Json = {"one": 2, "needs": "b.xsd"}
    assert LONE.document(value, place, beside=frozenset({"b.xsd"})).value.needs == "b.xsd"


@given(one=st.integers(-3, 3), two=st.integers(-3, 3))
def test_a_kept_version_is_read_by_its_digest(one: int, two: int) -> None:
    data = canonical_bytes({"one": one, "two": two})
    # It was checked when it was first used: a later, stricter check does not stop a case.
    assert LONE.kept(data, expected=digest(data)) == Pair(one=one, two=two)
    other = canonical_bytes({"one": one, "two": two + 1})
    with pytest.raises(KnowledgeError) as refused:
        LONE.kept(other, expected=digest(data))
    assert refused.value.code == "knowledge-version-mismatch"
    assert refused.value.reason.field == redacted(digest(data))


@pytest.mark.parametrize("data", [b"", b"{", b'{"one":"x"}', b'{"one":2,"one":2}', b"[]"])
def test_kept_bytes_that_the_schema_refuses_are_refused(data: bytes) -> None:
    with pytest.raises(KnowledgeError):
        LONE.kept(data, expected=digest(data))


def test_kinds_are_values() -> None:
    assert Kind("lone", "mappings/lone/*.toml", Pair, check_pair) == LONE

"""Code systems and maps: nothing unknown passes, nothing lost goes unsaid."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.model import code_systems, crosswalks
from interop.errors import KnowledgeError
from interop.model.canonical import Json
from interop.model.codes import (
    Code,
    CodeSystem,
    ConceptMap,
    MapRow,
    check_ends,
    check_map,
    check_system,
    inverse,
    translate,
)

Walk = tuple[ConceptMap, CodeSystem, CodeSystem]
STARS = ConceptMap(
    id="stars",
    from_system="GBT39046:A.8@2020",
    to_system="INTEROP:stars@1",
    zh="星级",
    en="stars",
    source="made up",
    verified="no",
    rows=tuple(
        MapRow(from_code=str(n), to_code=str(6 - n), relation="equivalent") for n in range(1, 6)
    ),
)


ROW = MapRow(from_code="1", to_code="5", relation="narrower")
CONTRADICTIONS = [
    ((ROW, ROW), "code-twice"),
    ((ROW.model_copy(update={"relation": "unmapped"}),), "code-map-row"),
    ((ROW.model_copy(update={"to_code": None}),), "code-map-row"),
    ((MapRow(from_code="1", relation="equivalent"),), "code-map-row"),
    (
        tuple(MapRow(from_code=c, to_code="1", relation="equivalent") for c in "12"),
        "code-map-not-one-to-one",
    ),
]


@given(system=code_systems(), data=st.data())
def test_a_code_spells_its_system_and_version(system: CodeSystem, data: st.DataObject) -> None:
    value = data.draw(st.sampled_from(system.concepts)).code
    code = system.code(value)
    assert Code.parse(str(code)) == code
    assert str(code) == f"{system.id}@{system.version}#{value}"
    assert code.edition == system.edition
    assert system.concept(value).code == value
    assert check_system(system) == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2",
        "#2",
        "A.4#2",
        "GBT39046:A.4#2",
        "GBT39046:A.4@2020",
        "GBT39046:A.4@2020#",
        "gbt39046:A.4@2020#2",
        "GBT39046:A.4@2020#2 ",
        "GBT39046:A.4@2020#2\n",
        "GBT:@1#2",
        "A:B@1@2#3",
        "A:B@1#2#3",
        "A:B@1#" + "2" * 200,
    ],
)
def test_a_bare_or_malformed_code_is_refused(text: str) -> None:
    with pytest.raises(KnowledgeError) as caught:
        Code.parse(text)
    assert caught.value.code == "code-malformed"
    assert caught.value.reason.expected == "GBT39046:A.4@2020#2"


@given(walk=crosswalks())
def test_what_is_equivalent_comes_back_and_all_else_says_its_loss(walk: Walk) -> None:
    there, source, target = walk
    assert (check_map(there), check_ends(there, source, target)) == ((), ())
    back = inverse(there, target)
    assert (check_map(back), check_ends(back, target, source)) == ((), ())
    for concept in source.concepts:
        code = source.code(concept.code)
        found = translate(there, code)
        assert found.lost == (found.relation != "equivalent")
        assert (found.code is None) == (found.relation == "unmapped")
        if found.code is None:
            continue
        assert target.code(found.code.value) == found.code
        returned = translate(back, found.code)
        if not found.lost:
            assert returned.code == code
        # No way back leads to a code that did not say it is the same.
        assert (returned.code == code) == (not found.lost)


@given(walk=crosswalks())
def test_turning_round_twice_keeps_what_is_equivalent(walk: Walk) -> None:
    there, source, target = walk
    again = inverse(inverse(there, target), source)
    kept = {r.from_code: r.to_code for r in again.rows if r.relation == "equivalent"}
    assert kept == {r.from_code: r.to_code for r in there.rows if r.relation == "equivalent"}
    assert (again.from_system, again.to_system) == (there.from_system, there.to_system)


@given(walk=crosswalks())
def test_records_round_trip(walk: Walk) -> None:
    there, source, _ = walk
    assert ConceptMap.from_json(there.to_bytes()) == there
    assert CodeSystem.from_json(source.to_bytes()) == source


def test_unknown_codes_and_other_editions_are_refused_by_name() -> None:
    best = translate(STARS, Code.parse("GBT39046:A.8@2020#1"))
    assert (str(best.code), best.lost) == ("INTEROP:stars@1#5", False)
    for text, code, got in (
        ("GBT39046:A.8@2020#0", "code-unknown", "0"),
        ("GBT39046:A.8@2019#1", "code-wrong-system", "GBT39046:A.8@2019#1"),
        ("INTEROP:stars@1#1", "code-wrong-system", "INTEROP:stars@1#1"),
    ):
        with pytest.raises(KnowledgeError) as caught:
            translate(STARS, Code.parse(text))
        assert (caught.value.code, caught.value.reason.got) == (code, got)


@given(system=code_systems())
def test_a_system_does_not_know_other_values(system: CodeSystem) -> None:
    with pytest.raises(KnowledgeError) as caught:
        system.code("no-such-value")
    assert caught.value.code == "code-unknown"
    assert caught.value.reason.field == system.edition


@given(system=code_systems())
def test_a_value_listed_twice_is_found(system: CodeSystem) -> None:
    twice = system.model_copy(update={"concepts": (*system.concepts, system.concepts[0])})
    assert [(r.code, r.got) for r in check_system(twice)] == [
        ("code-twice", system.concepts[0].code)
    ]


@pytest.mark.parametrize(("rows", "code"), CONTRADICTIONS)
def test_rows_that_contradict_themselves_are_found(rows: tuple[MapRow, ...], code: str) -> None:
    found = check_map(STARS.model_copy(update={"rows": rows}))
    assert {reason.code for reason in found} == {code}
    assert all(reason.field == "stars" for reason in found)


@given(walk=crosswalks())
def test_a_map_that_does_not_fit_its_ends_is_found(walk: Walk) -> None:
    there, source, target = walk
    first = source.concepts[0]
    new = first.model_copy(update={"code": "new-value"})
    wider = source.model_copy(update={"concepts": (*source.concepts, new)})
    found = check_ends(there, wider, target)
    assert [(r.code, r.got) for r in found] == [("code-map-uncovered", "new-value")]
    poorer = source.model_copy(update={"concepts": (new,)})
    codes = [r.code for r in check_ends(there, poorer, target)]
    assert codes == ["code-map-uncovered"] + ["code-unknown"] * len(there.rows)
    bare = target.model_copy(update={"concepts": (new,)})
    used = [row for row in there.rows if row.to_code]
    assert len(check_ends(there, source, bare)) == len(used)
    swapped = check_ends(there, target, source)
    assert [r.code for r in swapped] == ["code-wrong-system"] * 2
    with pytest.raises(KnowledgeError) as caught:
        inverse(there, source)
    assert caught.value.code == "code-wrong-system"


@pytest.mark.parametrize(
    "change",
    [
        {"id": "no-namespace"},
        {"id": "lower:case"},
        {"version": ""},
        {"version": "1@2"},
        {"verified": "perhaps"},
        {"source": ""},
        {"concepts": []},
        {"concepts": [{"code": "a b", "zh": "甲", "en": "a"}]},
        {"concepts": [{"code": 1, "zh": "甲", "en": "a"}]},
        {"concepts": [{"code": "1", "zh": "甲"}]},
    ],
)
def test_what_the_schema_cannot_read_is_refused(change: dict[str, Json]) -> None:
    sound: dict[str, Json] = {
        "id": "T:t",
        "version": "1",
        "zh": "表",
        "en": "list",
        "source": "made up",
        "verified": "no",
        "concepts": [{"code": "1", "zh": "甲", "en": "a", "columns": {"may_add": "no"}}],
    }
    assert CodeSystem.from_value(sound).concept("1").columns == {"may_add": "no"}
    with pytest.raises(KnowledgeError):
        CodeSystem.from_value({**sound, **change}, error=KnowledgeError)

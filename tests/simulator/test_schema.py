"""The part of JSON Schema that the contracts use, and no keyword beyond it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.transport import JSON_VALUES
from interop.errors import KnowledgeError
from interop.knowledge import Knowledge
from interop.model.canonical import Json
from interop.simulator.schema import JsonSchema

SHIPPED = JsonSchema(
    json.loads(Knowledge().shelf.read("adapters/310000-shanghai/openapi.json"))
)


def _schema(**schemas: Json) -> JsonSchema:
    return JsonSchema({"components": {"schemas": schemas}})


@pytest.mark.parametrize(
    ("schema", "sound", "broken"),
    [
        ({"type": "string", "description": "words"}, "x", 1),
        ({"type": "object"}, {}, []),
        ({"type": "array"}, [], {}),
        ({"enum": ["a", "b"]}, "b", "c"),
        ({"minLength": 2}, "ab", "a"),
        ({"maxLength": 2}, "沪苏", "沪苏浙"),
        ({"maxItems": 1}, [1], [1, 2]),
        ({"pattern": "^[0-9]{2}$"}, "12", "123"),
        ({"required": ["a"]}, {"a": 1}, {"b": 1}),
        ({"$ref": "#/components/schemas/Other"}, "x", 1),
    ],
)
def test_each_keyword_lets_pass_and_refuses(schema: Json, sound: Json, broken: Json) -> None:
    checked = _schema(One=schema, Other={"type": "string"})
    assert checked.problems("One", sound) == ()
    assert checked.problems("One", broken) == ("$",)


def test_every_problem_has_its_path() -> None:
    checked = _schema(
        One={
            "properties": {
                "a": {"type": "string"},
                "b": {"items": {"type": "string"}},
            },
            "additionalProperties": False,
        }
    )
    found = checked.problems("One", {"a": 1, "b": ["x", 2, 3], "c": 4})
    assert set(found) == {"$.a", "$.b[1]", "$.b[2]", "$.c"}


@pytest.mark.parametrize(
    "schema",
    [
        {"oneOf": []},
        {"type": "integer"},
        {"additionalProperties": True},
        {"$ref": "#/components/schemas/Absent"},
        {"properties": []},
    ],
)
def test_what_is_not_understood_is_refused_never_skipped(schema: Json) -> None:
    with pytest.raises(KnowledgeError, match="transport-contract-invalid"):
        _schema(One=schema).problems("One", {"a": 1})


def test_an_unknown_schema_and_a_document_that_is_none_are_refused() -> None:
    with pytest.raises(KnowledgeError):
        _schema().problems("One", {})
    with pytest.raises(KnowledgeError):
        JsonSchema(["openapi"])
    with pytest.raises(KnowledgeError):
        JsonSchema({}).problems("One", {})


@given(value=JSON_VALUES | st.dictionaries(st.sampled_from(["办件编号", "材料"]), JSON_VALUES))
def test_the_shipped_contract_judges_any_json(value: Json) -> None:
    for name in ("Registration", "Progress", "Error"):
        assert SHIPPED.problems(name, value)

"""The OpenAPI document: in step with the code, valid, true of what is answered, kept to."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from openapi_spec_validator import OpenAPIV31SpecValidator

from interop.node.compatibility import breaking
from interop.node.openapi import VERSION, document
from interop.node.verbs import VERBS
from interop.simulator.applicants import SUZHOU
from tests.node.host import BEARER, call, concluded, send
from tests.node.stand import Stand, ask

DOCUMENT = document()
# What hosts of version 1 were written for; replaced only with a new major version.
KEPT = Path(__file__).with_name("openapi-v1.json")


def test_the_document_is_in_step(root: Path) -> None:
    committed = (root / "docs/reference/openapi.json").read_text(encoding="utf-8")
    made = json.dumps(DOCUMENT, ensure_ascii=False, indent=1) + "\n"
    assert committed == made, "interop serve --openapi > docs/reference/openapi.json"


def test_the_document_is_valid() -> None:
    assert [*OpenAPIV31SpecValidator(DOCUMENT).iter_errors()] == []
    broken = {"openapi": "3.1.1", "info": {}, "paths": {}}
    assert [*OpenAPIV31SpecValidator(broken).iter_errors()] != []


def test_hosts_of_this_version_still_work() -> None:
    kept = json.loads(KEPT.read_text(encoding="utf-8"))
    assert VERSION.partition(".")[0] == kept["info"]["version"].partition(".")[0]
    assert breaking(kept, DOCUMENT) == ()


def test_every_verb_is_described() -> None:
    paths: Any = DOCUMENT["paths"]
    assert {f"/v1/{name}" for name in VERBS} <= set(paths)
    keyed = {name for name in VERBS if "parameters" in paths[f"/v1/{name}"]["post"]}
    assert keyed == {name for name, verb in VERBS.items() if verb.effect == "case"}


def conforms(answer: Any, schema: Any) -> None:  # noqa: ANN401 -- JSON
    whole = {**schema, "components": DOCUMENT["components"]}
    jsonschema.validate(answer, whole, cls=jsonschema.Draft202012Validator)


def answer_schema(path: str, method: str = "post") -> Any:  # noqa: ANN401 -- JSON
    paths: Any = DOCUMENT["paths"]
    return paths[path][method]["responses"]["200"]["content"]["application/json"]["schema"]


def test_what_is_answered_is_as_described(stand: Stand) -> None:
    url, login = stand.urls[SUZHOU], stand.login()
    case = concluded(stand, "OPENAPI-1")
    application = {"application": stand.application()}
    requests: dict[str, Any] = {
        "identify": {"token": login.tokens[SUZHOU].reveal()},
        "check": application,
        "ask": application,
        "spare": stand.filing(login, "OPENAPI-2"),
        "receive": {"case": case},
        "hand_over": {"case": case},
        "deliver": {"case": case, "method": "window"},
        "case": {"case": case},
        "trace": {"case": case},
        "clocks": {"case": case},
        "work": {},
    }
    bodies: Any = DOCUMENT["paths"]
    for verb, body in requests.items():
        request = bodies[f"/v1/{verb}"]["post"]["requestBody"]["content"]
        conforms(body, request["application/json"]["schema"])
        conforms(call(url, verb, body), answer_schema(f"/v1/{verb}"))
    events = ask("GET", f"{url}/v1/events", headers=BEARER).json()
    conforms(events, answer_schema("/v1/events", "get"))
    components: Any = DOCUMENT["components"]
    refused = components["responses"]["Refused"]["content"]["application/problem+json"]
    conforms(send(url, "case", {}).json(), refused["schema"])
    with pytest.raises(jsonschema.ValidationError):
        conforms({}, refused["schema"])


def spots(schemas: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 -- JSON
    for name, schema in schemas.items():
        yield from ((name, prop) for prop in schema.get("properties", {}))


SCHEMAS: Any = DOCUMENT["components"]["schemas"]  # type: ignore[index,call-overload]  # an object
PATHS: list[str] = sorted(DOCUMENT["paths"])  # type: ignore[arg-type]  # an object
SENT = {
    "Accept",
    "Ask",
    "Check",
    "Deliver",
    "Identify",
    "OfCase",
    "Rule",
    "Spare",
    "Supplement",
}
# Schemas that only webhooks carry, or refusals: not part of an operation's answer.
ASIDE = {"Message", "MessageData", "Problem", "ReasonRecord"}
SPOTS = [spot for spot in spots(SCHEMAS) if spot[0] not in ASIDE]


@given(spot=st.sampled_from(SPOTS))
def test_a_property_that_goes_breaks_hosts(spot: tuple[str, str]) -> None:
    after = copy.deepcopy(DOCUMENT)
    components: Any = after["components"]
    schema = components["schemas"][spot[0]]
    del schema["properties"][spot[1]]
    schema["required"] = [name for name in schema.get("required", []) if name != spot[1]]
    assert any(f".{spot[1]}: gone" in line for line in breaking(DOCUMENT, after))


@given(spot=st.sampled_from(SPOTS))
def test_a_property_of_another_type_breaks_hosts(spot: tuple[str, str]) -> None:
    after = copy.deepcopy(DOCUMENT)
    components: Any = after["components"]
    components["schemas"][spot[0]]["properties"][spot[1]] = {"type": "null"}
    assert breaking(DOCUMENT, after) != ()


@given(name=st.sampled_from(sorted(SENT)))
def test_a_property_that_must_be_sent_breaks_hosts(name: str) -> None:
    after = copy.deepcopy(DOCUMENT)
    components: Any = after["components"]
    schema = components["schemas"][name]
    schema["properties"]["new"] = {"type": "string"}
    # It may be sent: nobody is hurt.
    assert breaking(DOCUMENT, after) == ()
    schema["required"] = [*schema.get("required", []), "new"]
    assert any(".new: now required" in line for line in breaking(DOCUMENT, after))


@given(path=st.sampled_from(PATHS))
def test_a_path_that_goes_breaks_hosts(path: str) -> None:
    after = copy.deepcopy(DOCUMENT)
    paths: Any = after["paths"]
    gone = {f"{method} {path}: gone" for method in paths[path]}
    del paths[path]
    assert set(breaking(DOCUMENT, after)) == gone
    assert breaking(after, DOCUMENT) == ()


@given(
    name=st.sampled_from(sorted(n for n, s in SCHEMAS.items() if "enum" in s)), data=st.data()
)
def test_a_value_that_is_no_longer_taken_breaks_hosts(name: str, data: st.DataObject) -> None:
    value = data.draw(st.sampled_from(SCHEMAS[name]["enum"]))
    after = copy.deepcopy(DOCUMENT)
    components: Any = after["components"]
    components["schemas"][name]["enum"].remove(value)
    went = breaking(DOCUMENT, after)
    came = breaking(after, DOCUMENT)
    # A value that goes hurts whoever sends it, one that comes whoever is told it.
    assert went or came
    assume(name == "Scheme")
    assert went


def test_a_parameter_that_must_be_sent_breaks_hosts() -> None:
    after = copy.deepcopy(DOCUMENT)
    paths: Any = after["paths"]
    paths["/v1/events"]["get"]["parameters"][0]["required"] = True
    assert breaking(DOCUMENT, after) == ("get /v1/events after: now required",)
    del paths["/v1/events"]["get"]["parameters"][0]
    assert breaking(DOCUMENT, after) == ("get /v1/events after: gone",)


def test_an_answer_that_may_lack_something_breaks_hosts() -> None:
    after = copy.deepcopy(DOCUMENT)
    components: Any = after["components"]
    components["schemas"]["Case"]["required"].remove("state")
    assert "post /v1/case told.state: may be missing" in breaking(DOCUMENT, after)

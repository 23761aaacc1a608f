"""The application's client: the class that the gateway raised comes out again."""

import json
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

import interop.errors
from interop.errors import (
    CaseError,
    ContractViolation,
    InteropError,
    KnowledgeError,
    RegionFault,
    RegionUnavailable,
    StoreFull,
    TrustError,
)
from interop.model.sensitive import Sensitive
from interop.simulator.wire import Wire, answer, wire
from interop.transport.application import ApplicationClient

JSON = "application/json"
REASON = {
    "code": "case-unknown", "side": "host", "fixed_by": "caller", "field": "case",
    "expected": "", "got": "", "zh": "没有该办件", "en": "no such case", "fix_zh": "核对",
    "fix_en": "check",
}  # fmt: skip


TREE = [
    kind
    for kind in vars(interop.errors).values()
    if isinstance(kind, type) and issubclass(kind, InteropError) and kind is not InteropError
]


@contextmanager
def gateway(*steps: bytes | float) -> Iterator[tuple[ApplicationClient, Wire]]:
    key = Sensitive("app-key")
    with wire(*steps) as served, closing(ApplicationClient(served.url, key, timeout=2)) as made:
        yield made, served


def _refusal(error: object, status: int = 422) -> bytes:
    return answer(status, JSON, json.dumps({"error": error, "reasons": [REASON]}).encode())


def test_a_verb_is_posted_with_the_key_and_answers_json() -> None:
    with gateway(answer(200, JSON, '{"办件":"C-1"}'.encode())) as (client, served):
        assert client.call("hand_over", {"b": 1, "a": "沪"}) == {"办件": "C-1"}
    (request,) = served.requests
    assert request.startswith(b"POST /v1/hand_over HTTP/1.1\r\n")
    assert b"Authorization: Bearer app-key\r\n" in request
    assert re.search(rb"\r\nIdempotency-Key: [0-9a-f]{32}\r\n", request)
    assert request.endswith('{"a":"沪","b":1}'.encode())


def test_every_call_has_a_key_of_its_own() -> None:
    with gateway(*[answer(200, JSON, b"{}")] * 2) as (client, served):
        for _ in range(2):
            client.call("hand_over", {})
    keys = [re.findall(rb"Idempotency-Key: (\w+)", one) for one in served.requests]
    assert keys[0] != keys[1]


def test_problem_details_are_read() -> None:
    told = json.dumps({"title": "t", "error": "CaseError", "reasons": [REASON]}).encode()
    reply = answer(422, "application/problem+json", told)
    with gateway(reply) as (client, _), pytest.raises(CaseError, match="case-unknown"):
        client.call("receive", {})


@pytest.mark.parametrize("kind", TREE)
def test_every_class_of_the_tree_comes_out_as_itself(kind: type[InteropError]) -> None:
    with gateway(_refusal(kind.__name__)) as (client, _), pytest.raises(kind) as refused:
        client.call("receive", {})
    assert type(refused.value) is kind
    assert refused.value.code == "case-unknown"


def test_the_tree_holds_the_classes_one_expects() -> None:
    assert {CaseError, TrustError, StoreFull} <= set(TREE)


@pytest.mark.parametrize(
    "error", ["Exception", "InteropError", "Reason", "redacted", "__doc__", "", None, 5, ["x"]]
)
def test_a_class_that_is_not_in_the_tree_is_not_raised(error: object) -> None:
    with gateway(_refusal(error)) as (client, _), pytest.raises(ContractViolation) as refused:
        client.call("receive", {})
    assert refused.value.code == "transport-refusal-unreadable"


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (answer(503, "text/plain", b"x"), RegionUnavailable),
        (answer(500, "text/plain", b"x"), RegionFault),
        (answer(200, "text/html", b"x"), ContractViolation),
        (answer(200, JSON, b"{"), ContractViolation),
    ],
)
def test_no_answer_is_a_region_error(reply: bytes, kind: type[InteropError]) -> None:
    with gateway(reply) as (client, _), pytest.raises(kind):
        client.call("receive", {})


@pytest.mark.parametrize("verb", ["", "../x", "Receive", "re ceive", "a/b", "x" * 41])
def test_what_is_no_verb_is_not_called(verb: str) -> None:
    with gateway() as (client, served), pytest.raises(KnowledgeError):
        client.call(verb, {})
    assert served.requests == []


def test_a_key_that_cannot_be_sent_is_refused() -> None:
    with pytest.raises(KnowledgeError, match="transport-secret-malformed"):
        ApplicationClient("http://127.0.0.1:9", Sensitive("a\r\nb"))

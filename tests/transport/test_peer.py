"""Another gateway over HTTP: batches, receipts, refusals, knowledge."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.transport import JSON_VALUES, reasons
from interop.errors import (
    ContractViolation,
    ExchangeError,
    KnowledgeError,
    Reason,
    RegionError,
    RegionFault,
    RegionTimeout,
    RegionUnavailable,
)
from interop.model.canonical import Json, digest
from interop.model.ports import Peer
from interop.simulator.wire import Wire, answer, wire
from interop.transport.peer import HttpPeer
from interop.transport.refusal import REASONS_MAX, reasons_in

OCTETS = "application/octet-stream"
JSON = "application/json"
BODY = b'{"a":1}'


@contextmanager
def peer(*steps: bytes | float) -> Iterator[tuple[Peer, Wire]]:
    with wire(*steps) as served, closing(HttpPeer("320500", served.url, timeout=0.3)) as made:
        yield made, served


def _refusal(*told: Reason) -> bytes:
    return json.dumps({"reasons": [reason.as_json() for reason in told]}).encode()


def test_a_batch_goes_out_as_it_is_and_the_receipt_comes_back() -> None:
    with peer(answer(200, OCTETS, b"receipt")) as (other, served):
        assert other.send(b"\x00batch\xff") == b"receipt"
    (request,) = served.requests
    assert request.startswith(b"POST /exchange/batches HTTP/1.1\r\n")
    assert b"content-type: application/octet-stream" in request.lower()
    assert request.endswith(b"\r\n\r\n\x00batch\xff")


def test_a_piece_goes_out_as_it_is_and_how_much_is_held_comes_back() -> None:
    with (
        wire(answer(200, OCTETS, b"262144")) as served,
        closing(HttpPeer("320500", served.url, timeout=0.3)) as other,
    ):
        assert other.piece(b"\x00piece") == 262144
    (request,) = served.requests
    assert request.startswith(b"POST /exchange/pieces HTTP/1.1\r\n")
    assert request.endswith(b"\r\n\r\n\x00piece")


@pytest.mark.parametrize("body", [b"-1", b"1.5", b"1" * 17, b"all"])
def test_an_answer_that_is_no_number_of_bytes_breaks_the_contract(body: bytes) -> None:
    with (
        wire(answer(200, OCTETS, body)) as served,
        closing(HttpPeer("320500", served.url, timeout=0.3)) as other,
        pytest.raises(ContractViolation, match="transport-reply-field"),
    ):
        other.piece(b"x")


@given(told=st.lists(reasons(), min_size=1, max_size=4))
def test_every_reason_of_a_refusal_comes_through(told: list[Reason]) -> None:
    body: Json = {"reasons": [{**reason.as_json()} for reason in told]}
    assert list(reasons_in(body)) == told


def test_a_refusal_is_an_exchange_error_with_its_reasons() -> None:
    told = reasons_in({"reasons": [_row("exchange-gap"), _row("exchange-fork")]})
    assert [reason.code for reason in told] == ["exchange-gap", "exchange-fork"]
    for status in (400, 403, 409, 422):
        with (
            peer(answer(status, JSON, _refusal(*told))) as (other, _),
            pytest.raises(ExchangeError) as refused,
        ):
            other.send(b"x")
        assert refused.value.reasons == told


def _row(code: str) -> dict[str, Json]:
    texts: dict[str, Json] = dict.fromkeys(
        ("expected", "got", "zh", "en", "fix_zh", "fix_en", "field"), "x"
    )
    return {"code": code, "side": "handling", "fixed_by": "region", **texts}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html/>",
        b"[]",
        b"{}",
        b'{"reasons":[]}',
        b'{"reasons":["gap"]}',
        json.dumps({"reasons": [_row("a"), {**_row("b"), "side": "nobody"}]}).encode(),
        json.dumps({"reasons": [{**_row("a"), "more": "x"}]}).encode(),
        json.dumps({"reasons": [{**_row("a"), "got": 1}]}).encode(),
        json.dumps({"reasons": [_row("a")] * (REASONS_MAX + 1)}).encode(),
    ],
)
def test_a_refusal_without_sound_reasons_breaks_the_contract(body: bytes) -> None:
    with peer(answer(422, JSON, body)) as (other, _), pytest.raises(RegionError) as refused:
        other.send(b"x")
    assert type(refused.value) is ContractViolation
    assert refused.value.code == "transport-refusal-unreadable"


@given(body=JSON_VALUES | st.builds(lambda v: {"reasons": v}, JSON_VALUES))
def test_any_json_is_reasons_or_none(body: Json) -> None:
    assert all(isinstance(reason, Reason) for reason in reasons_in(body))


def test_personal_data_in_a_refusal_is_masked_again() -> None:
    body: Json = {"reasons": [{**_row("a"), "got": "329901198803120017", "zh": "x" * 5000}]}
    (reason,) = reasons_in(body)
    assert reason.got == "***"
    assert len(reason.zh) == 1000


@pytest.mark.parametrize(
    ("steps", "kind", "code"),
    [
        (
            (answer(503, "text/plain", b"x", "Retry-After: 9"),),
            RegionUnavailable,
            "transport-busy",
        ),
        ((answer(429, JSON, b"{}"),), RegionUnavailable, "transport-busy"),
        ((answer(500, "text/html", b"x"),), RegionFault, "transport-status"),
        ((answer(302, OCTETS, b"x"),), ContractViolation, "transport-redirect"),
        ((answer(200, "text/html", b"login"),), ContractViolation, "transport-content-type"),
        ((answer(200, OCTETS, b""),), ContractViolation, "transport-reply-empty"),
        ((2.0,), RegionTimeout, "transport-deadline"),
    ],
)
def test_what_is_no_answer_is_a_region_error(
    steps: tuple[bytes | float, ...], kind: type[RegionError], code: str
) -> None:
    with peer(*steps) as (other, _), pytest.raises(RegionError) as refused:
        other.send(b"x")
    assert (type(refused.value), refused.value.code) == (kind, code)


def test_retry_after_stands_in_the_reason() -> None:
    busy = answer(503, "text/plain", b"x", "Retry-After: 9")
    with peer(busy) as (other, _), pytest.raises(RegionUnavailable) as refused:
        other.send(b"x")
    assert refused.value.reason.expected == "9"


@pytest.mark.parametrize("algorithm", ["sha-256", "sm3"])
def test_knowledge_is_verified_by_its_digest(algorithm: str) -> None:
    name = digest(BODY, algorithm=algorithm)
    with peer(answer(200, OCTETS, BODY)) as (other, served):
        assert other.knowledge(name) == BODY
    assert served.requests[0].startswith(f"GET /knowledge/{name} HTTP/1.1".encode())


def test_other_bytes_than_asked_for_are_refused() -> None:
    with (
        peer(answer(200, OCTETS, BODY + b" ")) as (other, _),
        pytest.raises(ContractViolation, match="transport-digest-mismatch"),
    ):
        other.knowledge(digest(BODY))


def test_what_the_peer_does_not_hold() -> None:
    with (
        peer(answer(404, JSON, b"{}")) as (other, _),
        pytest.raises(RegionFault, match="transport-not-held"),
    ):
        other.knowledge(digest(BODY))


@pytest.mark.parametrize("name", ["", "sha-256:", "md5:00", "sha-256:../x", digest(BODY) + "/"])
def test_what_is_no_digest_is_not_asked_for(name: str) -> None:
    with peer() as (other, served), pytest.raises(KnowledgeError, match="transport-identifier"):
        other.knowledge(name)
    assert served.requests == []

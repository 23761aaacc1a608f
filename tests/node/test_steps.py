"""Steps beside the main way by HTTP: any fact of the table, commands, notices to print."""

import time
import uuid
from typing import Any

from interop.model.canonical import Json
from interop.simulator.applicants import PUDONG, SUZHOU
from tests.node.host import WAIT_S, call, concluded, send, told
from tests.node.stand import Stand
from tests.node.test_openapi import answer_schema, conforms


def sealed(url: str, case: str, kind: str) -> Any:  # noqa: ANN401 -- JSON
    """Return the notice of a kind once it bears its seal."""
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end:
        found = [n for n in call(url, "trace", {"case": case})["notices"] if n["kind"] == kind]
        if found and found[0]["seal"] == "sealed":
            return found[0]
        time.sleep(0.05)
    raise AssertionError(kind)


def test_a_host_states_what_the_table_knows_and_prints_what_was_written(stand: Stand) -> None:
    suzhou, pudong = stand.urls[SUZHOU], stand.urls[PUDONG]
    case, key = concluded(stand, "STEPS-1"), uuid.uuid4().hex
    revoked: Json = {"case": case, "fact": "revoked", "body": {"reason": "骗取许可"}}
    first, again = (send(pudong, "state", revoked, key=key) for _ in range(2))
    assert (first.status_code, first.json()["licence"]) == (200, "revoked")
    assert (again.content, again.headers["idempotency-replayed"]) == (first.content, "true")
    conforms(first.json(), answer_schema("/v1/state"))
    assert told(send(suzhou, "state", revoked), 422, "CaseError") == ["not-competent"]
    # Sealed by the organ's service, and shown by the window with that seal.
    ruling = sealed(suzhou, case, "ruling")
    answer = send(suzhou, "notice", {"reference": "STEPS-1", "number": ruling["number"]})
    page = answer.json()
    conforms(page, answer_schema("/v1/notice"))
    assert answer.headers["cache-control"] == "no-store"
    name = stand.world.enterprise("enterprise-a").name
    assert name in page["notice"]["text"]
    assert name in page["html"]
    assert page["seal"]["name"] in page["html"]
    assert page["html"].startswith("<!DOCTYPE html>")
    unknown = send(suzhou, "notice", {"case": case, "number": "none"})
    assert told(unknown, 422, "CaseError") == ["notice-unknown"]


def test_a_host_asks_the_other_side_and_hears_the_answer(stand: Stand) -> None:
    suzhou, pudong = stand.urls[SUZHOU], stand.urls[PUDONG]
    case = concluded(stand, "STEPS-2")
    asked: Json = {"case": case, "fact": "delivered"}
    answer = send(pudong, "ask_for", asked)
    conforms(answer.json(), answer_schema("/v1/ask_for"))
    assert call(pudong, "ask_for", asked) == answer.json()
    command = answer.json()["id"]
    end = time.monotonic() + WAIT_S
    while not call(suzhou, "commands", {"case": case})["commands"]:
        assert time.monotonic() < end
        time.sleep(0.05)
    body: Json = {"answers": command, "reason": "申请人尚未到场"}
    call(suzhou, "state", {"case": case, "fact": "command-returned", "body": body})
    while not call(pudong, "commands", {"case": case})["answers"]:
        assert time.monotonic() < end
        time.sleep(0.05)
    found = call(pudong, "commands", {"case": case})
    conforms(found, answer_schema("/v1/commands"))
    assert found["answers"][0]["reason"] == "申请人尚未到场"
    trace = call(pudong, "trace", {"case": case})
    assert [entry["state"] for entry in trace["commands"]] == ["declined"]

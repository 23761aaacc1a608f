"""A host system as tests play it: JSON over HTTP and nothing else."""

import json
import time
import uuid
from typing import Any

import httpx

from interop.model.canonical import Json
from interop.simulator.applicants import PUDONG, SUZHOU
from tests.node.stand import KEY, Stand, ask

WAIT_S = 10.0
BEARER = {"Authorization": f"Bearer {KEY.reveal()}", "Content-Type": "application/json"}


def send(
    url: str, verb: str, body: Json, *, key: str | None = "", **more: str
) -> httpx.Response:
    """Call a verb; ``key``: a new one if empty, none if None."""
    keyed = {} if key is None else {"Idempotency-Key": key or uuid.uuid4().hex}
    content = json.dumps(body).encode()
    return ask("POST", f"{url}/v1/{verb}", content=content, headers={**BEARER, **keyed, **more})


def call(url: str, verb: str, body: Json) -> Any:  # noqa: ANN401 -- JSON as a host reads it
    """Call a verb that must succeed."""
    answer = send(url, verb, body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def told(answer: httpx.Response, status: int, error: str) -> list[str]:
    """Return the codes of a problem that has this status and class."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body.keys() == {"type", "title", "status", "detail", "error", "reasons"}
    assert (body["status"], body["error"]) == (status, error)
    assert body["detail"] == body["reasons"][0]["zh"]
    assert all(reason["en"] and reason["fix_zh"] for reason in body["reasons"])
    return [reason["code"] for reason in body["reasons"]]


def drafted(stand: Stand, reference: str) -> str:
    """Draft a case at Suzhou; return its number."""
    filing = stand.filing(stand.login(), reference)
    return str(call(stand.urls[SUZHOU], "spare", filing)["case"])


def concluded(stand: Stand, reference: str) -> str:
    """Take a case through to its conclusion; return its number."""
    case, suzhou = drafted(stand, reference), stand.urls[SUZHOU]
    call(suzhou, "receive", {"case": case})
    call(suzhou, "hand_over", {"case": case})
    for region in (PUDONG, SUZHOU):
        until(stand.urls[region], case, "concluded")
    return case


def until(url: str, case: str, state: str) -> None:
    """Wait until the case stands in ``state``."""
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end:
        answer = send(url, "case", {"case": case}, key=None)
        if answer.status_code == 200 and answer.json()["state"] == state:
            return
        time.sleep(0.05)
    raise AssertionError(answer.text)

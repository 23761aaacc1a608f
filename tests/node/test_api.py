"""The application interface: the whole way by HTTP alone, keys, references, limits."""

import json
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interop.errors import TrustError
from interop.federation.exchange_reasons import FORM_MALFORMED
from interop.gateway.host import HostService
from interop.gateway.open import Gateway
from interop.gateway.replies import HostCall
from interop.model.canonical import JSON_BYTES_MAX, Json
from interop.node.places import Places
from interop.node.verbs import VERBS
from interop.simulator.applicants import PUDONG, SUZHOU
from tests.node.host import BEARER, call, concluded, drafted, send, told
from tests.node.stand import Stand, ask

CHANGING = sorted(name for name, verb in VERBS.items() if verb.effect == "case")


@pytest.mark.requirement("YRD-EXCH-001")
def test_a_host_runs_the_main_job_by_http_alone(stand: Stand) -> None:
    suzhou, pudong, login = stand.urls[SUZHOU], stand.urls[PUDONG], stand.login()
    application = stand.application()
    who = call(suzhou, "identify", {"token": login.tokens[SUZHOU].reveal()})
    assert who["level"] == "high"
    assert call(suzhou, "check", {"application": application})["intake"] == "supplement"
    asked = call(suzhou, "ask", {"application": application})
    assert (asked["item"], asked["questions"]) == ("outdoor-advertising", [])
    case = concluded(stand, "API-MAIN")
    row = call(suzhou, "clocks", {"reference": "API-MAIN"})
    assert row["case"]["number"] == case
    assert call(suzhou, "deliver", {"reference": "API-MAIN", "method": "window"})["state"] == (
        "delivered"
    )
    clocks = {entry["deadline"]["clock"]: entry for entry in row["clocks"]}
    # Monday 2 March 2026 and five working days: the weekend of 7 and 8 March is left out.
    assert clocks["C9"]["deadline"]["due_on"] == "2026-03-09"
    assert clocks["C9"]["rest_days"] == ["2026-03-07", "2026-03-08"]
    assert clocks["C9"]["runs"] is False
    trace = call(suzhou, "trace", {"reference": "API-MAIN"})
    assert trace["receipts"]
    assert call(pudong, "case", {"case": case})["ruling"] == "permitted"


def test_a_question_is_asked_while_its_answer_matters(stand: Stand) -> None:
    application = dict(stand.application())  # type: ignore[arg-type]  # an object
    facts = dict(application["facts"])  # type: ignore[arg-type]  # an object
    del facts["facility.area"]
    body: Json = {"application": {**application, "facts": facts}}
    found = call(stand.urls[SUZHOU], "ask", body)["questions"]
    assert [question["fact"] for question in found] == ["facility.area"]
    assert found[0]["question"]
    assert found[0]["clauses"]


def test_the_same_request_gets_the_same_bytes(stand: Stand) -> None:
    suzhou, key = stand.urls[SUZHOU], uuid.uuid4().hex
    body: Json = {"case": drafted(stand, "API-SAME")}
    first = send(suzhou, "receive", body, key=key)
    assert (first.status_code, first.headers.get("idempotency-replayed")) == (200, None)
    call(suzhou, "hand_over", body)
    again = send(suzhou, "receive", body, key=f'"{key}"')
    assert (again.content, again.headers["idempotency-replayed"]) == (first.content, "true")
    assert first.json()["state"] == "received"
    # Under a key of its own the verb answers as of now.
    assert send(suzhou, "receive", body).json()["state"] != "received"


def test_a_draft_is_answered_again_by_its_key(stand: Stand) -> None:
    suzhou, key = stand.urls[SUZHOU], uuid.uuid4().hex
    filing = stand.filing(stand.login(), "API-DRAFT")
    first, again = (send(suzhou, "spare", filing, key=key) for _ in range(2))
    assert (first.status_code, again.content) == (200, first.content)
    assert again.headers["idempotency-replayed"] == "true"


@pytest.mark.parametrize("other", ["verb", "case", "field"])
def test_a_key_belongs_to_one_request(stand: Stand, other: str) -> None:
    suzhou, key = stand.urls[SUZHOU], uuid.uuid4().hex
    case = drafted(stand, f"API-KEY-{other}")
    assert send(suzhou, "receive", {"case": case}, key=key).status_code == 200
    requests: dict[str, tuple[str, Json]] = {
        "verb": ("hand_over", {"case": case}),
        "case": ("receive", {"case": drafted(stand, f"API-KEY-{other}-2")}),
        "field": ("receive", {"case": case, "reference": f"API-KEY-{other}"}),
    }
    verb, body = requests[other]
    answer = send(suzhou, verb, body, key=key)
    assert told(answer, 409, "CaseError") == ["host-key-reused"]
    # What was refused did nothing, and the first request still has its answer.
    assert call(suzhou, "case", {"case": case})["state"] == "received"
    assert send(suzhou, "receive", {"case": case}, key=key).status_code == 200


def test_a_refusal_is_not_kept(stand: Stand) -> None:
    suzhou, key = stand.urls[SUZHOU], uuid.uuid4().hex
    case = drafted(stand, "API-REFUSED")
    early = send(suzhou, "hand_over", {"case": case}, key=key)
    assert told(early, 422, "CaseError") == ["transition-illegal"]
    call(suzhou, "receive", {"case": case})
    assert send(suzhou, "hand_over", {"case": case}, key=key).status_code == 200


def test_a_node_that_died_before_it_answered_carries_out_the_call(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    suzhou, key = stand.urls[SUZHOU], uuid.uuid4().hex
    case = drafted(stand, "API-DIED")

    def die(*_: object) -> bytes:
        raise TrustError(FORM_MALFORMED.of())

    with monkeypatch.context() as patch:
        patch.setattr(HostService, "keep", die)
        assert send(suzhou, "receive", {"case": case}, key=key).status_code == 403
    first, again = (send(suzhou, "receive", {"case": case}, key=key) for _ in range(2))
    assert first.json()["state"] == "received"
    assert first.content == again.content
    timeline = call(suzhou, "trace", {"case": case})["timeline"]
    assert [entry["type"] for entry in timeline] == ["submitted", "received"]


def test_the_same_request_at_once_gets_one_answer(stand: Stand) -> None:
    suzhou, key = stand.urls[SUZHOU], uuid.uuid4().hex
    body: Json = {"case": drafted(stand, "API-ONCE")}
    with ThreadPoolExecutor(8) as pool:
        answers = [
            pool.submit(send, suzhou, "receive", body, key=key).result for _ in range(16)
        ]
        found = {answer().content for answer in answers}
    assert len(found) == 1


def test_the_answer_kept_first_stands(stand: Stand) -> None:
    host, case = stand.gateways[SUZHOU].host, drafted(stand, "API-FIRST")
    one, other = HostCall("k-1", "receive", "d"), HostCall("k-2", "receive", "d")
    assert host.recall(one, case) is None
    assert [host.keep(one, case, data) for data in (b"1", b"2")] == [b"1", b"1"]
    assert host.keep(other, case, b"2") == b"2"
    assert (host.recall(one, case), host.recall(one, "")) == (b"1", None)
    assert "k-1" not in repr(one)


def test_a_case_is_named_by_the_number_of_the_host(stand: Stand) -> None:
    suzhou, pudong = stand.urls[SUZHOU], stand.urls[PUDONG]
    case = concluded(stand, "API-REF")
    both: Json = {"case": case, "reference": "API-REF"}
    assert call(suzhou, "case", both)["number"] == case
    refusals: list[tuple[str, Json, str]] = [
        (suzhou, {}, "host-case-unnamed"),
        (suzhou, {"reference": "API-NOBODY"}, "host-reference-unknown"),
        (suzhou, {"case": case, "reference": "API-OTHER"}, "host-reference-other"),
        (suzhou, {"case": "unknown", "reference": "API-REF"}, "case-unknown"),
        (pudong, {"reference": "API-REF"}, "host-reference-unknown"),
    ]
    for url, body, code in refusals:
        assert told(send(url, "case", body), 422, "CaseError") == [code]
    # The handling host's own number is kept the first time and held against it after that.
    own: Json = {"case": case, "reference": "ORGAN-9"}
    assert call(pudong, "case", own)["number"] == case
    assert call(pudong, "case", own)["number"] == case
    answer = send(pudong, "case", {"case": case, "reference": "ORGAN-8"})
    assert told(answer, 422, "CaseError") == ["host-reference-other"]


@pytest.mark.parametrize("verb", CHANGING)
def test_what_changes_a_case_takes_a_key(stand: Stand, verb: str) -> None:
    answer = send(stand.urls[SUZHOU], verb, {"case": "c"}, key=None)
    assert told(answer, 400, "CaseError") == ["node-idempotency-key"]


@pytest.mark.parametrize("key", ['""', "a b", "x" * 201, '"', "a\tb"])
def test_a_key_that_is_none_is_refused(stand: Stand, key: str) -> None:
    for verb in ("receive", "case"):
        answer = send(stand.urls[SUZHOU], verb, {"case": "c"}, key=key)
        assert told(answer, 400, "CaseError") == ["node-idempotency-key"]


def test_what_only_asks_needs_no_key(stand: Stand) -> None:
    answer = send(stand.urls[SUZHOU], "case", {"case": "unknown"}, key=None)
    assert told(answer, 422, "CaseError") == ["case-unknown"]


def test_problems_stand_with_every_refusal(stand: Stand) -> None:
    suzhou, key = stand.urls[SUZHOU], {"Idempotency-Key": "k"}
    bad = {"Authorization": "Bearer no"}
    answers = [
        (send(suzhou, "case", {"case": "c"}, **bad), 401, "TrustError", "node-key-refused"),
        (send(suzhou, "nothing", {}), 404, "CaseError", "node-verb-unknown"),
        (ask("GET", f"{suzhou}/v1/case"), 405, "CaseError", "node-method-refused"),
        (ask("POST", f"{suzhou}/v1/a/b"), 404, "CaseError", "node-path-unknown"),
        (
            send(suzhou, "case", {"case": "c"}, **{"Content-Type": "text/plain"}),
            *(415, "CaseError", "node-content-type"),
        ),
        (
            send(suzhou, "case", {"case": "c"}, **{"X-Long": "x" * 17_000}),
            *(431, "CaseError", "node-headers-too-large"),
        ),
        (send(suzhou, "identify", {"token": "x"}), 403, "TrustError", "jws-part-count"),
        (
            ask(
                "POST",
                f"{suzhou}/v1/case",
                content=b" " * (JSON_BYTES_MAX + 1),
                headers={**BEARER, **key},
            ),
            *(413, "CaseError", "node-body-too-large"),
        ),
    ]
    for answer, status, error, code in answers:
        assert told(answer, status, error) == [code]


def test_a_fault_of_ours_gives_a_number(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(Gateway, "trace", broken)
    answer = send(stand.urls[SUZHOU], "trace", {"case": "c"})
    assert told(answer, 500, "RegionFault") == ["node-internal"]


def test_no_more_calls_than_there_is_room_for(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Places, "taken", Places(0).taken)
    answer = send(stand.urls[SUZHOU], "case", {"case": "c"})
    assert told(answer, 503, "RegionUnavailable") == ["node-busy"]
    assert answer.headers["retry-after"] == "1"


@pytest.fixture
def suzhou(stand: Stand) -> str:
    """The address alone: a stand is long to print."""
    return stand.urls[SUZHOU]


BODIES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["case", "reference", "application", "token", "also", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=6,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(verb=st.sampled_from(sorted(VERBS)), body=BODIES)
def test_whatever_is_sent_is_refused_by_name(suzhou: str, verb: str, body: Json) -> None:
    answer = send(suzhou, verb, body)
    if verb == "work" and body == {}:
        assert answer.status_code == 200
        return
    reasons = answer.json()["reasons"]
    assert told(answer, answer.status_code, answer.json()["error"])
    assert answer.status_code in {403, 422}
    assert all(len(reason["got"]) <= 120 for reason in reasons)
    assert "node-internal" not in json.dumps(reasons)

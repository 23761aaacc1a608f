"""Two nodes and a case that crosses between them over HTTP, both working by themselves."""

import time
from collections.abc import Callable

import pytest

from interop.errors import CaseError, ExchangeError, RegionFault
from interop.model.canonical import Json, digest
from interop.node.logs import Form
from interop.simulator.applicants import PUDONG, SUZHOU
from interop.transport.application import ApplicationClient
from tests.node.stand import KEY, Stand, ask, told

Call = Callable[[str], ApplicationClient]
WAIT_S = 10.0


def of(answer: Json) -> dict[str, Json]:
    assert isinstance(answer, dict)
    return answer


def until(client: ApplicationClient, case: str, state: str) -> dict[str, Json]:
    """Ask again until the case is known and stands in ``state``."""
    end = time.monotonic() + WAIT_S
    found: object = None
    while time.monotonic() < end:
        try:
            trace = of(client.call("trace", {"case": case}))
        except CaseError as unknown:
            found = unknown.code
        else:
            found = of(trace["case"])["state"]
            if found == state:
                return trace
        time.sleep(0.05)
    pytest.fail(f"{found} instead of {state}")


def filed(window: ApplicationClient, filing: Json) -> str:
    """Draft, receive and hand over a case; return its number."""
    application = of(filing)["application"]
    # Without the certificates something is missing; they spare it.
    assert of(window.call("check", {"application": application}))["intake"] == "supplement"
    case = of(window.call("spare", filing))["case"]
    assert of(window.call("receive", {"case": case}))["state"] == "received"
    window.call("hand_over", {"case": case})
    with pytest.raises(CaseError, match="not-competent"):
        window.call("accept", {"case": case})
    return str(case)


def repeated(organ: ApplicationClient, case: str) -> None:
    """Call the organ's verbs for a concluded case: what was done is not done again."""
    again: Json = {"case": case, "acceptance_number": "again"}
    assert of(organ.call("accept", again))["state"] == "concluded"
    rule: Json = {"case": case, "ruling": "permitted", "result_number": "", "reasons": []}
    assert of(organ.call("rule", rule))["state"] == "concluded"
    with pytest.raises(CaseError):
        organ.call("supplement", {"case": case})
    assert of(organ.call("work", {})).keys() == {"receipted", "failed", "tasks", "revised"}


@pytest.mark.requirement("YRD-EXCH-001")
@pytest.mark.parametrize("form", ["json", "console"])
def test_a_case_crosses_between_two_nodes_and_nothing_personal_is_logged(
    stand: Stand, call: Call, form: Form
) -> None:
    window, organ, login = call(SUZHOU), call(PUDONG), stand.login()
    token = login.tokens[SUZHOU].reveal()
    with told(form, "DEBUG") as log:
        assert of(window.call("identify", {"token": token}))["level"] == "high"
        case = filed(window, stand.filing(login, f"HOST-{form}"))
        until(organ, case, "concluded")
        repeated(organ, case)
        until(window, case, "concluded")
        window.call("deliver", {"case": case, "method": "window"})
        here, there = until(window, case, "delivered"), until(organ, case, "delivered")
        with pytest.raises(CaseError):
            window.call("close", {"case": "320500-UNKNOWN"})
    assert here["case"] == there["case"]
    for receipts in (here["receipts"], there["receipts"]):
        assert isinstance(receipts, list)
        assert receipts
        assert all(of(receipt)["verified"] for receipt in receipts)
    secrets = [token, login.tokens[PUDONG].reveal(), login.mandate.reveal(), KEY.reveal()]
    for text in (*stand.personal(), *secrets):
        assert text not in log.getvalue()


@pytest.mark.requirement("YRD-EXCH-001")
def test_a_batch_sent_again_over_http_gets_the_same_bytes(stand: Stand, call: Call) -> None:
    window, tap = call(SUZHOU), stand.peers[PUDONG]
    case = filed(window, stand.filing(stand.login(), "HOST-AGAIN"))
    until(call(PUDONG), case, "concluded")
    before = stand.gateways[PUDONG].trace(case).timeline
    for batch, receipt in list(tap.carried):
        assert tap.peer.send(batch) == receipt
    assert stand.gateways[PUDONG].trace(case).timeline == before


def test_a_peer_learns_why_its_batch_is_refused(stand: Stand) -> None:
    refusals = {b'{"header":1,"header":2}': "batch", b'{"envelopes":[],"header":""}': "batch"}
    for batch, field in refusals.items():
        with pytest.raises(ExchangeError) as refused:
            stand.peers[PUDONG].send(batch)
        assert refused.value.reason.field.startswith(field)
        assert refused.value.code in {"json-malformed", "record-invalid"}


def test_a_forged_batch_is_forbidden(stand: Stand) -> None:
    batch, _ = stand.peers[PUDONG].carried[0]
    at = batch.rindex(b".") + 20
    forged = batch[:at] + (b"B" if batch[at : at + 1] == b"A" else b"A") + batch[at + 1 :]
    answer = ask("POST", f"{stand.urls[PUDONG]}/exchange/batches", content=forged)
    assert answer.status_code == 403
    assert answer.json()["error"] == "TrustError"
    assert answer.json()["reasons"][0]["code"] == "jws-signature-invalid"


@pytest.mark.requirement("YRD-EXCH-002")
def test_a_batch_to_another_region_is_in_conflict(stand: Stand) -> None:
    batch, _ = stand.peers[PUDONG].carried[0]
    answer = ask("POST", f"{stand.urls[SUZHOU]}/exchange/batches", content=batch)
    assert answer.status_code == 409
    assert answer.json()["reasons"][0]["code"] == "exchange-wrong-recipient"


def test_knowledge_is_given_out_by_digest(stand: Stand) -> None:
    versions = stand.gateways[PUDONG]._desk.library.lifecycle
    data = stand.peers[PUDONG].knowledge(versions.digest)
    assert digest(data) == versions.digest
    unknown = "sha-256:" + "0" * 64
    with pytest.raises(RegionFault):
        stand.peers[PUDONG].knowledge(unknown)
    answer = ask("GET", f"{stand.urls[PUDONG]}/knowledge/{unknown}")
    assert answer.status_code == 404
    assert answer.json()["reasons"][0]["code"] == "node-version-not-held"
    assert answer.json()["reasons"][0]["got"] == unknown

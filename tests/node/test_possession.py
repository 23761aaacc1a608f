"""Proofs of possession over HTTP: in the body of a verb, in a header of the token endpoint."""

from urllib.parse import urlencode

import httpx

from interop.model.canonical import Json
from interop.simulator.applicants import PUDONG, SUZHOU
from tests.gateway.holder import Holder
from tests.node.host import call, send, told
from tests.node.stand import KEY, Stand, ask
from tests.node.test_token import FORM, form, refused


def test_a_host_passes_the_proof_on_that_it_got(stand: Stand) -> None:
    holder, url = Holder(), stand.urls[SUZHOU]
    token = holder.bound(stand.login().tokens[SUZHOU], stand.stage)
    shown = holder.proof(token, stand.clock())
    proof: Json = {"jwt": shown.jwt.reveal(), "method": shown.method, "url": shown.url}
    body: Json = {"token": token.reveal(), "proof": proof}
    bare = send(url, "identify", {"token": token.reveal()})
    assert told(bare, 403, "TrustError") == ["token-proof-of-possession"]
    assert call(url, "identify", body)["level"] == "high"
    again = send(url, "identify", body)
    assert told(again, 403, "TrustError") == ["dpop-replayed"]
    assert shown.jwt.reveal() not in again.text


def test_a_draft_takes_a_proof(stand: Stand) -> None:
    holder, url, login = Holder(), stand.urls[SUZHOU], stand.login()
    token = holder.bound(login.tokens[SUZHOU], stand.stage)
    shown = holder.proof(token, stand.clock())
    filing = stand.filing(login, "POSSESSION-1")
    assert isinstance(filing, dict)
    proof: Json = {"jwt": shown.jwt.reveal(), "method": shown.method, "url": shown.url}
    body = {**filing, "token": token.reveal(), "proof": proof}
    first = send(url, "spare", body, key="possession-1")
    assert first.status_code == 200, first.text
    # The same call under the same key is the same answer: no proof is asked for again.
    assert send(url, "spare", body, key="possession-1").content == first.content


def exchanged(url: str, fields: dict[str, str], *proofs: str) -> httpx.Response:
    headers = [
        ("Authorization", f"Bearer {KEY.reveal()}"),
        ("Content-Type", FORM),
        *(("DPoP", proof) for proof in proofs),
    ]
    content = urlencode(fields).encode()
    return httpx.post(f"{url}/token?x=1", content=content, headers=headers, timeout=10)


def test_the_token_endpoint_reads_the_header_and_binds_what_it_issues(stand: Stand) -> None:
    holder, url = Holder(), stand.urls[SUZHOU]
    login = stand.login()
    token = holder.bound(login.tokens[SUZHOU], stand.stage)
    fields = form(login, subject_token=token.reveal())
    here = f"{url}/token"
    jwt = holder.proof(token, stand.clock(), url=here).jwt.reveal()
    elsewhere = holder.proof(token, stand.clock()).jwt.reveal()
    assert refused(exchanged(url, fields), 400, "invalid_request") == (
        "token-proof-of-possession"
    )
    wrong = exchanged(url, fields, elsewhere)
    assert refused(wrong, 400, "invalid_dpop_proof") == "dpop-htu"
    twice = exchanged(url, fields, jwt, jwt)
    assert refused(twice, 400, "invalid_dpop_proof") == "dpop-twice"
    body = exchanged(url, fields, jwt).json()
    assert body["token_type"] == "DPoP"
    again = exchanged(url, fields, jwt)
    assert refused(again, 400, "invalid_dpop_proof") == "dpop-replayed"
    bare = send(stand.urls[PUDONG], "identify", {"token": body["access_token"]})
    assert told(bare, 403, "TrustError") == ["token-proof-of-possession"]


def test_an_unbound_token_needs_no_proof(stand: Stand) -> None:
    answer = exchanged(stand.urls[SUZHOU], form(stand.login()))
    assert answer.json()["token_type"] == "Bearer"
    assert ask("GET", f"{stand.urls[SUZHOU]}/health").status_code == 200

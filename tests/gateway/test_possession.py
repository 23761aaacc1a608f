"""Tokens bound to a key at a gateway: with their proof, each once, also after a restart."""

from dataclasses import replace

import pytest

from interop.errors import StoreError
from interop.federation.exchange_form import ExchangeForm
from interop.simulator.applicants import AUDIENCES, PUDONG
from tests.gateway.delta import Delta
from tests.gateway.holder import URL, Holder
from tests.gateway.test_tokens import code


def test_a_bound_token_is_believed_with_its_proof_once(delta: Delta) -> None:
    holder = Holder()
    token = holder.bound(delta.filing().token, delta.stage)
    assert code(lambda: delta.suzhou.identify(token)) == "token-proof-of-possession"
    proof = holder.proof(token, delta.clock())
    assert delta.suzhou.identify(token, proof=proof).level == "high"
    assert code(lambda: delta.suzhou.identify(token, proof=proof)) == "dpop-replayed"
    delta.reopen()
    assert code(lambda: delta.suzhou.identify(token, proof=proof)) == "dpop-replayed"
    again = holder.proof(token, delta.clock())
    assert delta.suzhou.tokens.read(token, proof=again).jkt == holder.jkt


def test_a_proof_fits_its_request_its_token_and_its_key(delta: Delta) -> None:
    holder, thief = Holder(), Holder()
    plain = delta.filing().token
    token, now = holder.bound(plain, delta.stage), delta.clock()
    good = holder.proof(token, now)
    wrong = {
        "dpop-htm": replace(good, method="GET"),
        "dpop-htu": replace(good, url=f"{URL}/other"),
        "dpop-ath": holder.proof(plain, now),
        "dpop-jkt": thief.proof(token, now),
    }
    for wanted, proof in wrong.items():
        assert code(lambda p=proof: delta.suzhou.identify(token, proof=p)) == wanted  # type: ignore[misc]  # bound now
    # What was refused is not used up.
    delta.suzhou.identify(token, proof=good)
    spare = holder.proof(plain, now)
    assert code(lambda: delta.suzhou.identify(plain, proof=spare)) == "dpop-token-unbound"


def test_a_case_is_filed_on_a_bound_token(delta: Delta) -> None:
    holder, filing = Holder(), delta.filing()
    token = holder.bound(filing.token, delta.stage)
    bound = replace(filing, token=token)
    assert code(lambda: delta.suzhou.spare(bound)) == "token-proof-of-possession"
    proved = replace(bound, proof=holder.proof(token, delta.clock()))
    assert delta.suzhou.spare(proved).case
    assert code(lambda: delta.suzhou.spare(proved)) == "dpop-replayed"


def test_what_is_exchanged_stays_bound(delta: Delta) -> None:
    holder, thief = Holder(), Holder()
    token = holder.bound(delta.filing().token, delta.stage)
    form = ExchangeForm(subject_token=token, audience=AUDIENCES[PUDONG])
    tokens = delta.suzhou.tokens
    assert code(lambda: tokens.exchange(form)) == "token-proof-of-possession"
    issued = tokens.exchange(form, proof=holder.proof(token, delta.clock())).token
    pudong, now = delta.pudong, delta.clock()
    assert code(lambda: pudong.identify(issued)) == "token-proof-of-possession"
    other = thief.proof(issued, now)
    assert code(lambda: pudong.identify(issued, proof=other)) == "dpop-jkt"
    proof = holder.proof(issued, now)
    assert pudong.identify(issued, proof=proof).region == "320000"
    assert code(lambda: pudong.identify(issued, proof=proof)) == "dpop-replayed"


def test_without_the_store_no_proof_is_believed(delta: Delta) -> None:
    holder = Holder()
    token = holder.bound(delta.filing().token, delta.stage)
    proof = holder.proof(token, delta.clock())
    delta.desk(delta.suzhou.region).store.close()
    with pytest.raises(StoreError):
        delta.suzhou.identify(token, proof=proof)
    delta.reopen()
    assert delta.suzhou.identify(token, proof=proof).level == "high"

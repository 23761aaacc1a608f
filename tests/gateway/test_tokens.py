"""Tokens at a gateway: what a decision leaves in the chain, what is remembered, who may act."""

from collections.abc import Callable

import jwt
import pytest

from interop.crypto import sign_compact
from interop.errors import CaseError, StoreError, TrustError
from interop.federation.exchange_form import ExchangeForm
from interop.federation.revocation import RevocationClaims, issue_revocations
from interop.gateway.state import Remembered
from interop.model.canonical import Json, canonical_bytes
from interop.model.sensitive import Sensitive
from interop.simulator.applicants import AUDIENCES, PUDONG, SUZHOU
from interop.store import audit
from tests.gateway.delta import Delta

EVENT = "http://schemas.openid.net/event/backchannel-logout"
IDP, MANDATES = "https://idp.js.sim.example", "https://mandate.js.sim.example"


def lines(delta: Delta, region: str = SUZHOU) -> list[audit.AuditLine]:
    with delta.desk(region).sit() as at:
        assert audit.verify(at.tx) == ()
        return list(audit.lines(at.tx))


def kinds(delta: Delta) -> list[str]:
    return [line.kind for line in lines(delta)]


def form(token: Sensitive, **changes: object) -> ExchangeForm:
    plain = {"subject_token": token, "audience": AUDIENCES[PUDONG]}
    return ExchangeForm(**{**plain, **changes})  # type: ignore[arg-type]  # named by each test


def code(call: Callable[[], object]) -> str:
    with pytest.raises((TrustError, CaseError, StoreError)) as caught:
        call()
    return caught.value.code


def test_every_decision_is_a_line_and_none_holds_a_token_or_a_person(delta: Delta) -> None:
    filing, tokens = delta.filing(), delta.suzhou.tokens
    before = len(lines(delta))
    issued = tokens.exchange(form(filing.token))
    assert code(lambda: tokens.exchange(form(filing.handling_token))) == "token-audience-other"
    assert code(lambda: tokens.exchange(form(filing.token, audience=IDP))) == (
        "exchange-target-unknown"
    )
    new = lines(delta)[before:]
    assert [line.kind for line in new] == [
        "token-exchanged",
        "token-refused.token-audience-other",
        "token-refused.exchange-target-unknown",
    ]
    written = b"".join(line.to_bytes() for line in new).decode()
    read = tokens.read(filing.token)
    planted = [filing.token.reveal(), issued.token.reveal(), issued.claims.sub]
    planted += [read.principal.actor.subject.reveal(), read.principal.actor.proof.mac]
    planted += [filing.application.applicant.code.reveal()]
    assert not [value for value in planted if value in written]
    assert {line.case for line in new} == {""}


def test_the_other_gateway_reads_it_and_this_one_does_not(delta: Delta) -> None:
    issued = delta.suzhou.tokens.exchange(form(delta.filing().token))
    assert delta.pudong.identify(issued.token).region == "320000"
    assert code(lambda: delta.suzhou.identify(issued.token)) == "exchanged-audience"
    back = form(issued.token, audience=AUDIENCES[SUZHOU])
    again = delta.pudong.tokens.exchange(back)
    # It went round: the first gateway exchanges it no more.
    assert delta.suzhou.tokens.read(again.token).path == (
        IDP,
        AUDIENCES[SUZHOU],
        AUDIENCES[PUDONG],
    )
    assert code(lambda: delta.suzhou.tokens.exchange(form(again.token))) == "exchange-path-loop"


def test_names_differ_between_gateways_and_stay_the_same_at_one(delta: Delta) -> None:
    token = delta.filing().token
    one, two = (delta.suzhou.tokens.exchange(form(token)) for _ in range(2))
    assert one.claims.sub == two.claims.sub
    assert one.claims.jti != two.claims.jti
    mine = delta.suzhou.identify(token).actor.subject.reveal()
    assert mine not in one.token.reveal() + one.claims.sub


def ended(delta: Delta, token: Sensitive) -> Sensitive:
    principal = delta.suzhou.identify(token)
    at = int(principal.authenticated_at.timestamp())
    claims: Json = {
        "iss": IDP,
        "aud": AUDIENCES[SUZHOU],
        "iat": at,
        "exp": at + 120,
        "jti": "logout-0001",
        "events": {EVENT: {}},
        "sub": principal.actor.subject.reveal(),
    }
    signer = delta.stage.identity_signer()
    return Sensitive(sign_compact(canonical_bytes(claims), signer, typ="logout+jwt"))


def test_an_ended_session_identifies_exchanges_and_files_no_more(delta: Delta) -> None:
    filing, tokens = delta.filing(), delta.suzhou.tokens
    token = ended(delta, filing.token)
    tokens.log_out(token)
    assert kinds(delta)[-1] == "logged-out"
    assert code(lambda: tokens.log_out(token)) == "logout-replayed"
    delta.reopen()
    for call in (
        lambda: delta.suzhou.identify(filing.token),
        lambda: delta.suzhou.tokens.exchange(form(filing.token)),
        lambda: delta.suzhou.spare(filing),
    ):
        assert code(call) == "session-ended"
    delta.clock.pass_(seconds=1)
    assert delta.suzhou.identify(delta.filing().token).level == "high"


def listed(delta: Delta, *revoked: str, seq: int = 1, life_s: int = 3_600) -> Sensitive:
    now = int(delta.clock().timestamp())
    claims = RevocationClaims(iss=MANDATES, iat=now, exp=now + life_s, seq=seq, revoked=revoked)
    return issue_revocations(claims, delta.stage.identity_signer(), env="sim")


def test_a_mandate_that_was_taken_back_files_no_more(delta: Delta) -> None:
    filing = delta.filing()
    assert filing.mandate is not None
    told = jwt.decode(filing.mandate.reveal(), options={"verify_signature": False})
    tokens = delta.suzhou.tokens
    assert tokens.take_revocations(listed(delta, "other-0001")) == 1
    assert delta.suzhou.check(filing.application).intake
    assert tokens.take_revocations(listed(delta, told["jti"], "other-0001", seq=2)) == 2
    assert kinds(delta)[-1] == "revocations-taken"
    older = listed(delta, seq=1)
    assert code(lambda: tokens.take_revocations(older)) == "revocations-older"
    delta.reopen()
    assert code(lambda: delta.suzhou.spare(filing)) == "mandate-revoked"


def test_the_handling_region_judges_the_mandate_by_its_own_list(delta: Delta) -> None:
    filing = delta.filing()
    assert filing.mandate is not None
    told = jwt.decode(filing.mandate.reveal(), options={"verify_signature": False})
    number = delta.received(filing)
    delta.pudong.tokens.take_revocations(listed(delta, told["jti"]))
    delta.suzhou.hand_over(number)
    delta.work(1)
    assert "mandate-revoked" in delta.refusals()


def test_a_list_that_is_over_is_not_taken(delta: Delta) -> None:
    over = listed(delta, life_s=1)
    delta.clock.pass_(seconds=2)
    assert code(lambda: delta.suzhou.tokens.take_revocations(over)) == "revocations-time"


def test_a_ticket_moves_a_case_once_and_each_region_keeps_its_own_name(delta: Delta) -> None:
    party = delta.filing().application.applicant
    ticket = delta.suzhou.tokens.issue_ticket(party, case="case-1", region=PUDONG)
    redeem = delta.pudong.tokens.redeem_ticket
    other = party.model_copy(update={"code": Sensitive("91310115MA1K000011")})
    assert code(lambda: redeem(ticket, case="case-1", party=other)) == "ticket-party"
    assert code(lambda: redeem(ticket, case="case-2", party=party)) == "ticket-case"
    there = redeem(ticket, case="case-1", party=party)
    assert code(lambda: redeem(ticket, case="case-1", party=party)) == "ticket-used"
    delta.reopen()
    reopened = delta.pudong.tokens.redeem_ticket
    assert code(lambda: reopened(ticket, case="case-1", party=party)) == "ticket-used"
    again = delta.suzhou.tokens.issue_ticket(party, case="case-1", region=PUDONG)
    assert reopened(again, case="case-1", party=party) == there
    back = delta.pudong.tokens.issue_ticket(party, case="case-1", region=SUZHOU)
    here = delta.suzhou.tokens.redeem_ticket(back, case="case-1", party=party)
    assert here.partition("~")[2] != there.partition("~")[2]
    assert delta.audited(PUDONG, "case-1") == [
        "ticket-redeemed",
        "ticket-redeemed",
        "ticket-issued",
    ]


def test_a_status_list_is_kept_and_an_older_one_is_not_taken(delta: Delta) -> None:
    now = int(delta.clock().timestamp())
    take = delta.suzhou.tokens.take_status_list

    def a_list(iat: int, *, packed: str = "eNrbuRgAAhcBXQ") -> Sensitive:
        claims: Json = {
            "iss": MANDATES,
            "sub": f"{MANDATES}/status/1",
            "iat": iat,
            "exp": now + 60,
            "status_list": {"bits": 1, "lst": packed},
        }
        signer = delta.stage.identity_signer()
        return Sensitive(sign_compact(canonical_bytes(claims), signer, typ="statuslist+jwt"))

    for _again in range(2):
        take(a_list(now))
    assert kinds(delta)[-1] == "status-list-taken"
    assert code(lambda: take(a_list(now - 1))) == "status-list-older"
    delta.reopen()
    with delta.desk(SUZHOU).sit() as at:
        told = [
            Remembered(at.tx).at(MANDATES, f"{MANDATES}/status/1", n, now=delta.clock())
            for n in (0, 1, 15, 16)
        ]
        assert Remembered(at.tx).at(MANDATES, "other", 0, now=delta.clock()) == "unknown"
    assert told == ["revoked", "valid", "revoked", "unknown"]

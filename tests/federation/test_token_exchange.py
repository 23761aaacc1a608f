"""No exchange is ever wider than what went in; what comes out is read by the other gateway."""

import secrets
from dataclasses import replace
from datetime import timedelta
from typing import Final

import jwt
import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from interop.conformance.strategies.federation import (
    IDP,
    NOW,
    NOW_S,
    PARTIES,
    a_firm,
    a_login,
    a_person,
    proof_claim,
)
from interop.conformance.strategies.token_exchange import (
    EAST,
    TTL_S,
    WEST,
    Twin,
    a_link,
    a_presented,
    a_principal,
    a_request,
    granted,
    may,
    one_step_wider,
    requests,
)
from interop.errors import Reason, TrustError
from interop.federation import AgentClaim, Need, is_party, issue, prove
from interop.federation.exchange_claims import CHAIN_MAX, DEPTH_MAX, Presented
from interop.federation.token_exchange import (
    Authority,
    ExchangeRequest,
    IssuedToken,
    exchange_token,
    problems,
)
from interop.model.party import Actor, AssuranceLevel, Party
from interop.model.sensitive import Sensitive
from tests.profiles import DEVELOPMENT_ONLY

TWIN: Final = Twin()
BY: Final = TWIN.authority()


def issued(request: ExchangeRequest, **changes: object) -> IssuedToken:
    found = exchange_token(request, by=TWIN.authority(EAST, **changes), now=NOW)
    assert isinstance(found, IssuedToken), found
    return found


def codes(request: ExchangeRequest) -> list[str]:
    return [reason.code for reason in problems(request, by=BY, now=NOW)]


@given(
    request=st.one_of(requests(), granted(), granted()),
    ttl_s=st.integers(1, 300),
    depth_max=st.sampled_from([1, 2, 3, 3]),
)
def test_no_exchanged_token_is_wider_than_what_went_in(
    request: ExchangeRequest, ttl_s: int, depth_max: int
) -> None:
    by = TWIN.authority(ttl_s=ttl_s, depth_max=depth_max)
    for asked in (request, *one_step_wider(request)):
        within(asked, by)


def within(request: ExchangeRequest, by: Authority) -> None:
    """Hold what an exchange gives against everything that went in."""
    found = exchange_token(request, by=by, now=NOW)
    against = problems(request, by=by, now=NOW)
    if isinstance(found, Reason):
        assert found == against[0]
        return
    assert against == ()
    claims, tokens = found.claims, [request.subject, *([request.actor] * bool(request.actor))]
    for token in tokens:
        assert token is not None
        assert token.audience == EAST
        assert set(claims.scope.split()) <= token.scope
        assert AssuranceLevel(claims.level).rank <= token.principal.level.rank
        assert claims.exp <= token.expires_at.timestamp()
        assert claims.auth_time <= token.principal.authenticated_at.timestamp()
        assert not token.bound or (claims.cnf is not None and claims.cnf.jkt == token.jkt)
        assert token.depth_left is None or claims.depth_left < token.depth_left
    assert request.scope is None or set(claims.scope.split()) == request.scope
    assert claims.aud == request.audience == WEST
    assert NOW_S < claims.exp <= NOW_S + by.ttl_s
    assert 0 <= claims.depth_left < by.depth_max
    assert claims.path == (*request.subject.path, EAST)
    assert len(claims.path) - 1 <= by.depth_max


@given(request=granted())
def test_what_is_issued_is_read_by_the_other_gateway_as_it_was_meant(
    request: ExchangeRequest,
) -> None:
    found = exchange_token(request, by=BY, now=NOW)
    assert isinstance(found, IssuedToken)
    # The other gateway knows the gateways of the twin alone.
    assume(len(request.subject.path) == 1)
    read = TWIN.reader(WEST).read(found.token.reveal())
    assert read.scope == set(found.scope.split())
    assert read.principal.level == AssuranceLevel(found.claims.level)
    assert read.principal.actor.kind == request.subject.principal.actor.kind
    assert read.expires_at == NOW + timedelta(seconds=found.expires_in_s)
    was = [link.actor.proof for link in request.subject.chain]
    if request.actor is not None:
        was.insert(0, request.actor.principal.actor.proof)
    assert [link.actor.proof for link in read.chain] == was


def strings(value: object) -> set[str]:
    if isinstance(value, dict):
        return set().union(*(strings(part) for part in value.values()))
    if isinstance(value, list | tuple):
        return set().union(*(strings(part) for part in value))
    return {str(value)}


@given(party=PARTIES, targets=st.permutations([WEST, "https://south.example"]))
def test_two_gateways_tokens_of_one_login_share_nothing_of_the_person(
    party: Party, targets: list[str]
) -> None:
    login = Actor(
        kind=party.kind,
        subject=Sensitive("s-1"),
        proof=prove(party, salt=bytes(16)),
    )
    subject = a_presented(principal=a_principal(actor=login), chain=(a_link("a-1"),))
    by = TWIN.authority(EAST, is_target=targets.__contains__, entropy=secrets.token_bytes)
    said = []
    for audience in targets:
        request = a_request(subject=subject, audience=audience, declared=(party, a_person()))
        found = exchange_token(request, by=by, now=NOW)
        assert isinstance(found, IssuedToken)
        said.append(strings(msgspec.to_builtins(found.claims)))
    # What is left says when, how surely and by whom, of everybody who logged in then.
    times = {str(NOW_S), str(NOW_S + TTL_S), str(NOW_S - 60)}
    common = {party.kind, "person", "high", "310000", "case:read case:write", IDP, EAST, "2"}
    assert said[0] & said[1] <= common | times
    assert party.code.reveal() not in str(said)


def test_the_chain_is_kept_in_order() -> None:
    links = (a_link("s-3"), a_link("s-4"))
    subject = a_presented(chain=links, may_act=may("s-2"))
    actor = a_presented("s-2")
    act = issued(a_request(subject=subject, actor=actor)).claims.act
    named = BY.subject_key.known_as
    wanted = [named(WEST, issuer=IDP, subject=name) for name in ("s-2", "s-3", "s-4")]
    got = []
    while act is not None:
        got.append(act.sub)
        act = act.act
    assert got == wanted


def test_a_login_becomes_a_token_for_the_other_gateway() -> None:
    login = issue(a_login(), TWIN.delta.east, env="sim").reveal()
    subject = TWIN.reader(EAST).read(login)
    assert (subject.path, subject.depth_left, subject.may_act) == ((IDP,), None, None)
    token = issued(ExchangeRequest(subject=subject, audience=WEST)).token.reveal()
    read = TWIN.reader(WEST).read(token, need=Need(level=AssuranceLevel.HIGH, age_s_max=60))
    assert is_party(read.principal.actor, a_person())
    assert read.principal.trust_path[1:3] == (IDP, EAST)
    assert read.principal.actor.subject != subject.principal.actor.subject
    assert read.depth_left == DEPTH_MAX - 1


def test_an_organisation_keeps_its_agent() -> None:
    agent = AgentClaim(sub="a-1", kind="person", proof=proof_claim(a_person(), bytes(20)))
    firm = a_login(kind="organisation", proof=proof_claim(a_firm(), bytes(20)), act=agent)
    login = issue(firm, TWIN.delta.east, env="sim").reveal()
    subject = TWIN.reader(EAST).read(login)
    token = issued(ExchangeRequest(subject=subject, audience=WEST)).token.reveal()
    principal = TWIN.reader(WEST).read(token).principal
    assert principal.agent is not None
    assert is_party(principal.actor, a_firm())
    assert is_party(principal.agent, a_person())


def test_declared_parties_get_a_new_salt() -> None:
    subject = a_presented()
    plain, anew = (
        issued(a_request(subject=subject, declared=declared), entropy=lambda n: b"\7" * n)
        for declared in ((), (a_firm(), a_person()))
    )
    assert plain.claims.proof.record() == subject.principal.actor.proof
    assert anew.claims.proof.record() == prove(a_person(), salt=b"\7" * 32)


@pytest.mark.parametrize(
    ("expires_s", "ttl_s", "wanted"), [(200, TTL_S, TTL_S), (50, TTL_S, 50), (1, 300, 1)]
)
def test_it_lives_no_longer_than_it_may(expires_s: int, ttl_s: int, wanted: int) -> None:
    subject = a_presented(expires_at=NOW + timedelta(seconds=expires_s))
    assert issued(a_request(subject=subject), ttl_s=ttl_s).expires_in_s == wanted


def test_all_reasons_are_told_the_first_decides() -> None:
    subject = a_presented(audience=WEST, expires_at=NOW, scope=frozenset())
    request = a_request(subject=subject, scope=frozenset({"x"}), audience="https://x.example")
    wanted = ["exchange-subject-audience", "exchange-subject-expired"]
    assert codes(request) == [*wanted, "exchange-target-unknown", "exchange-scope-wider"]
    first = exchange_token(request, by=BY, now=NOW)
    assert isinstance(first, Reason)
    assert first.code == wanted[0]


def test_a_chain_may_hold_three_and_no_more() -> None:
    chain = tuple(a_link(f"a-{n}") for n in range(CHAIN_MAX))
    assert codes(a_request(subject=a_presented(chain=chain))) == []
    longer = (*chain, a_link("a-9"))
    assert codes(a_request(subject=a_presented(chain=longer))) == ["exchange-chain-long"]


def test_a_level_can_be_asked_down_not_up() -> None:
    subject = a_presented(principal=a_principal(level=AssuranceLevel.SUBSTANTIAL))
    levels = {level: codes(a_request(subject=subject, level=level)) for level in AssuranceLevel}
    assert levels == {
        AssuranceLevel.LOW: [],
        AssuranceLevel.SUBSTANTIAL: [],
        AssuranceLevel.HIGH: ["exchange-level-wider"],
    }
    low = issued(a_request(subject=subject, level=AssuranceLevel.LOW)).claims
    assert low.level == "low"
    weak = a_presented("s-2", principal=a_principal("s-2", level=AssuranceLevel.LOW))
    acting = a_request(subject=replace(subject, may_act=may("s-2")), actor=weak)
    assert issued(acting).claims.level == "low"


def test_what_was_used_up_of_the_depth_is_not_given_back() -> None:
    subject = a_presented(path=(IDP, "https://south.example"), depth_left=3)
    assert issued(a_request(subject=subject), depth_max=2).claims.depth_left == 1
    assert issued(a_request(subject=subject), depth_max=3).claims.depth_left == 2


@pytest.mark.parametrize("left", [1, 2, 3])
def test_an_actor_that_was_exchanged_brings_its_own_depth(left: int) -> None:
    actor = a_presented("s-2", path=(IDP, "https://south.example"), depth_left=left)
    subject = a_presented(may_act=may("s-2", "https://south.example"))
    claims = issued(a_request(subject=subject, actor=actor)).claims
    assert claims.depth_left == left - 1


def test_the_older_of_two_logins_dates_the_token() -> None:
    old = NOW - timedelta(seconds=300)
    for first, second in (("s-1", "s-2"), ("s-2", "s-1")):
        at = {first: old, second: NOW - timedelta(seconds=1)}
        subject, actor = (
            a_presented(n, principal=a_principal(n, authenticated_at=at[n]), may_act=may("s-2"))
            for n in ("s-1", "s-2")
        )
        claims = issued(a_request(subject=subject, actor=actor)).claims
        assert claims.auth_time == int(old.timestamp())


@DEVELOPMENT_ONLY
def test_pyjwt_reads_the_same() -> None:
    found = issued(a_request())
    key = jwt.PyJWK(TWIN.ring(EAST).signing.public.to_jwk()).key
    options: jwt.types.Options = {"verify_exp": False, "verify_iat": False}
    read = jwt.decode(
        found.token.reveal(),
        key,
        algorithms=["ES256"],
        audience=WEST,
        issuer=EAST,
        options=options,
    )
    assert read["scope"] == found.scope == "case:read case:write"
    assert jwt.get_unverified_header(found.token.reveal())["typ"] == "exchanged+jwt"


def test_nothing_of_a_person_shows_in_what_is_printed() -> None:
    chain = (a_link("secret-agent"),)
    request = a_request(
        subject=replace(a_presented("secret-subject", chain=chain), may_act=may("secret-may"))
    )
    found = issued(request)
    shown = repr((request, found, BY, BY.subject_key))
    for planted in ("secret", found.token.reveal(), found.claims.sub):
        assert planted not in shown


def test_a_login_says_scope_and_may_act_only_once_verified() -> None:
    login = issue(a_login(), TWIN.delta.west, env="sim").reveal()
    with pytest.raises(TrustError, match="token-key-unknown"):
        TWIN.reader(EAST).read(login)


def test_a_presented_token_is_named_by_its_last_issuer() -> None:
    token: Presented = a_presented(path=(IDP, WEST))
    assert token.name == (WEST, "s-1")

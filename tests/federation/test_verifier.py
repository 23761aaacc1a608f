from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import jwt
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.crypto import changed
from interop.conformance.strategies.federation import (
    ACRS,
    AUDIENCE,
    HUB,
    IDP,
    LEVELS,
    NOW,
    NOW_S,
    PERSONS,
    TTL_S,
    Delta,
    Login,
    a_login,
    a_person,
    idp_row,
    issuer_file,
    key_row,
    logins,
    proof_claim,
)
from interop.crypto import PrivateKey, sign_compact
from interop.errors import Side, TrustError
from interop.federation import AgentClaim, IssuerFile, Need, is_party, issue
from interop.federation.claims import write_claims
from interop.federation.files import KeyState
from interop.model.canonical import Json
from interop.model.party import AssuranceLevel, Party
from tests.profiles import DEVELOPMENT_ONLY

DELTA = Delta()
VERIFIER = DELTA.verifier()
GATES = ["clock", "form", "header", "typ", "issuer", "key", "signature", "claims"]
RULES = [
    *("skew", "audience", "validity", "lifetime", "signing-day"),
    *("authentication", "assurance", "source", "region", "parties", "scope", "possession"),
]


MIDDLE = Need(level=AssuranceLevel.SUBSTANTIAL)


def token_of(**changes: object) -> str:
    return issue(a_login(**changes), DELTA.east).reveal()


def codes_of(call: Callable[[], object]) -> list[str]:
    with pytest.raises(TrustError) as caught:
        call()
    return [reason.code for reason in caught.value.reasons]


def east(
    *,
    state: KeyState = "active",
    ceiling: AssuranceLevel = AssuranceLevel.HIGH,
    use_from: datetime = NOW - timedelta(days=30),
    sign_until: datetime = NOW + timedelta(days=30),
    verify_until: datetime = NOW + timedelta(days=60),
) -> IssuerFile:
    row = key_row(
        DELTA.east,
        state=state,
        use_from=use_from,
        sign_until=sign_until,
        verify_until=verify_until,
    )
    idp = idp_row(IDP, row, acrs=ACRS, regions=("310000",))
    return issuer_file("310000", idp.model_copy(update={"ceiling": ceiling}))


@DEVELOPMENT_ONLY
@pytest.mark.requirement("YRD-ID-001")
@given(login=logins())
def test_a_sound_login_says_who_is_asking_and_another_library_agrees(login: Login) -> None:
    token = issue(login.claims, DELTA.east, env="sim").reveal()
    who = VERIFIER.verify(token)
    assert is_party(who.actor, login.party)
    assert (who.issuer, who.region) == (IDP, "310000")
    assert who.level is ACRS[login.claims.acr]
    assert who.authenticated_at == datetime.fromtimestamp(login.claims.auth_time, UTC)
    assert who.trust_path == (DELTA.registry().digest, "direct", IDP, DELTA.east.kid)
    assert (who.agent is None) == (login.agent is None)
    if who.agent is not None and login.agent is not None:
        assert is_party(who.agent, login.agent)
    # The reference library has no settable clock, so its time checks are left out.
    said = jwt.decode(
        token,
        jwt.PyJWK(DELTA.east.public.to_jwk()).key,
        algorithms=["ES256"],
        audience=AUDIENCE,
        issuer=IDP,
        options={"verify_exp": False, "verify_iat": False, "verify_nbf": False},
    )
    assert said == msgspec.to_builtins(login.claims)


@given(data=st.data(), login=logins())
def test_a_token_with_one_character_changed_is_refused(
    data: st.DataObject, login: Login
) -> None:
    token = issue(login.claims, DELTA.east).reveal()
    with pytest.raises(TrustError):
        VERIFIER.verify(data.draw(changed(token)))


@given(login=logins(), other=PERSONS)
def test_nobody_but_the_declared_party_fits_the_proof(login: Login, other: Party) -> None:
    who = VERIFIER.verify(issue(login.claims, DELTA.east).reveal())
    assert is_party(who.actor, other) == (other.code == login.party.code)


@pytest.mark.requirement("YRD-ID-002")
@given(acr=st.sampled_from(sorted(ACRS)), ceiling=LEVELS, need=LEVELS)
def test_the_level_is_the_lower_of_map_and_ceiling_and_decides(
    acr: str, ceiling: AssuranceLevel, need: AssuranceLevel
) -> None:
    verifier = DELTA.verifier(east(ceiling=ceiling))
    token = token_of(acr=acr)
    worth = min(ACRS[acr].rank, ceiling.rank)
    if worth >= need.rank:
        assert verifier.verify(token, need=Need(level=need)).level.rank == worth
    else:
        codes = codes_of(lambda: verifier.verify(token, need=Need(level=need)))
        low = "token-ceiling-low" if ceiling.rank < need.rank else "token-level-low"
        assert codes == [low]


@given(
    iat=st.integers(-TTL_S - 70, 70),
    lifetime=st.integers(-2, TTL_S + 2),
    nbf=st.none() | st.integers(-70, 70),
    auth=st.integers(-70, 70),
)
def test_times_are_judged_with_sixty_seconds_of_skew(
    iat: int, lifetime: int, nbf: int | None, auth: int
) -> None:
    token = token_of(
        iat=NOW_S + iat,
        exp=NOW_S + iat + lifetime,
        nbf=None if nbf is None else NOW_S + nbf,
        auth_time=NOW_S + iat + auth,
    )
    expected = [
        code
        for code, wrong in [
            ("token-clock-skew", iat > 60),
            ("token-expired", iat + lifetime <= -60),
            ("token-not-yet-valid", nbf is not None and nbf > 60),
            ("token-expires-before-issue", lifetime <= 0),
            ("token-lifetime", lifetime > TTL_S),
            ("token-authenticated-later", auth > 60),
        ]
        if wrong
    ]
    found = [r.code for c in VERIFIER.explain(token) for r in c.reasons]
    assert found == expected


@given(age=st.integers(0, 300), limit=st.none() | st.integers(0, 240))
def test_a_login_may_be_as_old_as_the_item_allows(age: int, limit: int | None) -> None:
    token = token_of(auth_time=NOW_S - age, iat=NOW_S)
    need = Need(age_s_max=limit)
    old = limit is not None and age > limit + 60
    found = [r.code for c in VERIFIER.explain(token, need=need) for r in c.reasons]
    assert found == (["token-authentication-old"] if old else [])


def test_all_that_is_wrong_with_an_authentic_token_is_told_at_once_in_order() -> None:
    token = token_of(
        iat=NOW_S + 100,
        exp=NOW_S + 10_000,
        aud="https://other.example",
        acr="urn:nobody",
        region="330000",
        kind="organisation",
    )
    assert codes_of(lambda: VERIFIER.verify(token)) == [
        "token-clock-skew",
        "token-audience-other",
        "token-lifetime",
        "token-acr-unknown",
        "token-region",
        "token-without-agent",
    ]


def test_explaining_lists_every_check_and_stops_at_a_shut_gate() -> None:
    good = VERIFIER.explain(token_of())
    assert [result.name for result in good] == GATES + RULES
    assert {result.outcome for result in good} == {"passed"}
    shut = VERIFIER.explain(issue(a_login(), DELTA.west).reveal())
    assert [r.name for r in shut] == GATES + RULES
    assert [r.outcome for r in shut] == ["passed"] * 5 + ["failed"] + ["skipped"] * 14
    late = VERIFIER.explain(token_of(exp=NOW_S - 70, iat=NOW_S - 80, auth_time=NOW_S - 80))
    assert [r.name for r in late if r.outcome == "failed"] == ["validity"]


@pytest.mark.parametrize("changes", [{}, {"aud": "x"}, {"acr": "urn:nobody"}, {"iss": "x"}])
def test_explaining_never_prints_the_token_or_who_it_is_for(changes: dict[str, str]) -> None:
    token = token_of(sub="very-private-subject", **changes)
    shown = repr(VERIFIER.explain(token)) + repr(
        [r.as_json() for c in VERIFIER.explain(token) for r in c.reasons]
    )
    assert not [part for part in token.split(".") if part in shown]
    assert "very-private-subject" not in shown
    assert a_login().proof.mac not in shown


def signed(payload: bytes, *, typ: str = "at+jwt", **header: Json) -> str:
    return sign_compact(payload, DELTA.east, typ=typ, header=header)


SOUND = write_claims(a_login())
SHUT: dict[str, tuple[str, str, str]] = {
    "no token": ("", "form", "jws-part-count"),
    "unknown header": (signed(SOUND, cty="JWT"), "header", "token-header-unknown"),
    "other env": (signed(SOUND, env="prod"), "header", "token-other-env"),
    "env no text": (signed(SOUND, env=["sim"]), "header", "token-other-env"),
    "other typ": (signed(SOUND, typ="logout+jwt"), "typ", "token-typ"),
    "no issuer": (signed(b"{}"), "issuer", "token-claims-malformed"),
    "stranger": (token_of(iss="https://x.example"), "issuer", "issuer-unknown"),
    "other key": (issue(a_login(), DELTA.west).reveal(), "key", "token-key-unknown"),
    "bound": (token_of(cnf={"jkt": "x" * 43}), "possession", "token-proof-of-possession"),
    "bound to no key": (token_of(cnf={"jkt": "x"}), "claims", "token-claim-type"),
    "claim missing": (signed(b'{"iss":"%s"}' % IDP.encode()), "claims", "token-claim-missing"),
}


@pytest.mark.parametrize(("token", "gate", "code"), SHUT.values(), ids=SHUT)
def test_each_gate_shuts_and_says_why(token: str, gate: str, code: str) -> None:
    results = VERIFIER.explain(token)
    assert [(r.name, r.reasons[0].code) for r in results if r.outcome == "failed"] == [
        (gate, code)
    ]
    assert codes_of(lambda: VERIFIER.verify(token)) == [code]


def test_a_token_without_kid_names_no_key() -> None:
    from interop.federation.gates import read_agreed_header

    code = codes_of(lambda: read_agreed_header(b'{"alg":"ES256"}', env="sim"))
    assert code == ["token-kid-missing"]


def test_both_names_of_its_type_stand_for_an_access_token_and_no_third() -> None:
    verifier, payload = DELTA.verifier(), write_claims(a_login())
    for typ in ("at+jwt", "application/at+jwt"):
        token = sign_compact(payload, DELTA.east, typ=typ)
        # The second time it is remembered.
        assert verifier.verify(token) == verifier.verify(token)
    for typ in ("application/jwt", "text/at+jwt", "application/at+jwt;v=1", "/at+jwt"):
        token = sign_compact(payload, DELTA.east, typ=typ)
        assert codes_of(partial(verifier.verify, token)) == ["token-typ"]


def test_an_audience_is_one_text_and_an_acr_one_value() -> None:
    for token, code in [
        (token_of(aud=[AUDIENCE]), "token-audience-multiple"),
        (token_of(acr="urn:east:sms urn:east:face"), "token-acr-unknown"),
        (token_of(auth_time=NOW_S + 60, iat=NOW_S), ""),
        (token_of(nbf=NOW_S + 61), "token-not-yet-valid"),
    ]:
        found = [r.code for c in VERIFIER.explain(token) for r in c.reasons]
        assert found == ([code] if code else [])


def test_stepping_up_is_named_in_the_fix() -> None:
    need = Need(level=AssuranceLevel.HIGH, age_s_max=600)
    with pytest.raises(TrustError) as caught:
        VERIFIER.verify(token_of(acr="urn:east:sms"), need=need)
    reason = caught.value.reason
    assert reason.expected == "acr_values=urn:east:face, max_age=600"
    assert reason.expected in reason.fix("zh")
    assert reason.side is Side.APPLICANT
    with pytest.raises(TrustError) as caught:
        VERIFIER.verify(
            token_of(acr="urn:east:sms"), need=Need(level=AssuranceLevel.SUBSTANTIAL)
        )
    assert caught.value.reason.expected == "acr_values=urn:east:face urn:east:name"


SECOND = timedelta(seconds=1)
ISSUED = datetime.fromtimestamp(NOW_S - 10, UTC)


def test_a_key_verifies_from_its_first_to_its_last_instant() -> None:
    token = token_of()
    last = DELTA.verifier(east(verify_until=NOW, sign_until=ISSUED))
    assert last.verify(token).issuer == IDP
    past = DELTA.verifier(east(verify_until=NOW - SECOND, sign_until=NOW - SECOND))
    assert codes_of(lambda: past.verify(token)) == ["token-key-past"]
    soon = DELTA.verifier(east(use_from=NOW + 50 * SECOND))
    assert soon.verify(token).issuer == IDP
    early = DELTA.verifier(east(use_from=NOW + 61 * SECOND))
    assert codes_of(lambda: early.verify(token)) == ["token-key-not-yet"]
    stale = DELTA.verifier(east(use_from=NOW + 55 * SECOND))
    assert codes_of(lambda: stale.verify(token)) == ["token-key-not-yet"]


def test_a_rotated_key_verifies_what_it_signed_in_time_and_nothing_newer() -> None:
    token = token_of()
    retired = DELTA.verifier(east(state="retired", sign_until=ISSUED))
    assert retired.verify(token).issuer == IDP
    later = DELTA.verifier(east(state="retired", sign_until=ISSUED - SECOND))
    assert codes_of(lambda: later.verify(token)) == ["token-key-retired"]
    revoked = DELTA.verifier(east(state="revoked"))
    assert codes_of(lambda: revoked.verify(token)) == ["token-key-revoked"]


def test_a_rotation_refuses_nobody_and_keeps_nothing_past_its_end() -> None:
    old, new = PrivateKey.generate(use="sig"), PrivateKey.generate(use="sig")
    start = NOW - timedelta(minutes=10)
    rows = (
        key_row(old, sign_until=NOW, verify_until=NOW + timedelta(seconds=TTL_S)),
        key_row(new, use_from=NOW),
    )
    idp = idp_row(IDP, rows[0], acrs=ACRS, regions=("310000",))
    file = issuer_file("310000", idp.model_copy(update={"keys": rows}))
    for minute in range(21):
        now = start + timedelta(minutes=minute)
        second = int(now.timestamp())
        signer = old if now <= NOW else new
        claims = a_login(iat=second, exp=second + TTL_S, auth_time=second)
        who = DELTA.verifier(file, now=now).verify(issue(claims, signer).reveal())
        assert who.trust_path[-1] == signer.kid
    last = issue(a_login(exp=NOW_S + TTL_S, iat=NOW_S), old).reveal()
    over = DELTA.verifier(file, now=NOW + timedelta(seconds=TTL_S + 1))
    assert codes_of(lambda: over.verify(last)) == ["token-key-past"]


def test_a_hub_must_say_for_which_region_it_vouches() -> None:
    def hub(**changes: object) -> str:
        return issue(a_login(iss=HUB, **changes), DELTA.hub).reveal()

    assert VERIFIER.verify(hub(region="320000")).region == "320000"
    assert VERIFIER.verify(hub(region="320500")).region == "320500"
    assert codes_of(lambda: VERIFIER.verify(hub())) == ["token-region"]
    assert codes_of(lambda: VERIFIER.verify(hub(region="330000"))) == ["token-region"]


def test_the_registry_binds_within_its_days_and_only_a_zoned_clock_tells_them() -> None:
    shanghai_newyear = datetime(2025, 12, 31, 16, 0, tzinfo=UTC)
    shanghai_end = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)
    token = token_of()
    for now, code in [
        (shanghai_newyear - SECOND, "registry-not-yet-valid"),
        (shanghai_end, "registry-expired"),
        (NOW.replace(tzinfo=None), "clock-without-zone"),
    ]:
        assert codes_of(partial(DELTA.verifier(now=now).verify, token)) == [code]
    for now in (shanghai_newyear, shanghai_end - SECOND):
        assert DELTA.verifier(now=now).explain(token)[0].outcome == "passed"


@DEVELOPMENT_ONLY
def test_rewriting_the_signature_leaves_the_digest_as_it_is() -> None:
    from interop.crypto import base64url
    from interop.crypto.algorithms import P256

    token = token_of()
    head, body, signature = token.split(".")
    raw = base64url.decode(signature, field="x")
    s = P256.order - int.from_bytes(raw[32:], "big")
    other = f"{head}.{body}.{base64url.encode(raw[:32] + s.to_bytes(32, 'big'))}"
    assert other != token
    assert VERIFIER.verify(other).token_digest == VERIFIER.verify(token).token_digest


def test_an_agent_is_a_person_of_their_own_and_the_last_in_line() -> None:
    proof = proof_claim(a_person(), bytes(16))

    def with_agent(**changes: object) -> str:
        agent = AgentClaim(sub="agent", kind="person", proof=proof)
        return token_of(kind="organisation", act=msgspec.structs.replace(agent, **changes))

    assert VERIFIER.verify(with_agent()).agent is not None
    refused: list[tuple[dict[str, object], str]] = [
        ({"kind": "organisation"}, "token-agent-not-person"),
        ({"sub": "s-1"}, "token-agent-is-subject"),
        ({"act": {"sub": "x"}}, "token-agent-chain"),
        ({"proof": msgspec.structs.replace(proof, mac="A" * 42)}, "token-proof-malformed"),
    ]
    for changes, code in refused:
        assert codes_of(partial(VERIFIER.verify, with_agent(**changes))) == [code]

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.federation import Login, a_login, a_mandate, logins
from interop.errors import TrustError
from interop.federation.claims import (
    AccessClaims,
    AgentClaim,
    MandateClaims,
    peek_issuer,
    read_claims,
    write_claims,
)
from interop.model.canonical import Json, canonical_bytes


@given(login=logins())
def test_claims_survive_writing(login: Login) -> None:
    data = write_claims(login.claims)
    assert read_claims(data, AccessClaims) == login.claims
    assert peek_issuer(data) == login.claims.iss


def test_a_mandate_survives_writing() -> None:
    mandate = a_mandate()
    assert read_claims(write_claims(mandate), MandateClaims) == mandate


OPTIONAL = {"nbf", "act", "region", "source", "scope", "client_id", "cnf", "may_act", "sid"}
REQUIRED = ("iss", "sub", "aud", "iat", "exp", "jti", "auth_time", "acr", "kind", "proof")


@pytest.mark.parametrize("name", REQUIRED)
def test_each_needed_claim_is_missed_by_name(name: str) -> None:
    members: dict[str, Json] = msgspec.to_builtins(a_login())
    del members[name]
    with pytest.raises(TrustError) as caught:
        read_claims(canonical_bytes(members), AccessClaims)
    assert caught.value.code == "token-claim-missing"
    assert caught.value.reason.field == name


@given(
    name=st.sampled_from(sorted(msgspec.structs.asdict(a_login()))),
    value=st.one_of(
        st.none(),
        st.booleans(),
        st.just([]),
        st.just({}),
        st.just(""),
        st.just(-1),
        st.just("\n"),
    ),
)
def test_a_claim_of_another_type_or_out_of_bounds_is_refused(name: str, value: Json) -> None:
    members: dict[str, Json] = {**msgspec.to_builtins(a_login()), name: value}
    optional = value is None and name in OPTIONAL
    audience = name == "aud" and value in ("", "\n", [])
    data = canonical_bytes(members)
    if optional or audience:
        read_claims(data, AccessClaims)
    else:
        with pytest.raises(TrustError, match="token-claim-type"):
            read_claims(data, AccessClaims)


@pytest.mark.parametrize("name", ["azp", "nonce", "groups", "Exp", "x\u0000", "a" * 99])
def test_an_unknown_claim_is_refused_and_cannot_write_into_a_log(name: str) -> None:
    members: dict[str, Json] = {**msgspec.to_builtins(a_login()), name: 1}
    with pytest.raises(TrustError) as caught:
        read_claims(canonical_bytes(members), AccessClaims)
    assert caught.value.code == "token-claim-unknown"
    assert caught.value.reason.field in {name, "?"}
    assert caught.value.reason.field.isprintable()


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        (b"", "token-claims-malformed"),
        (b"{}", "token-claims-malformed"),
        (b'{"iss":1}', "token-claims-malformed"),
        (b'{"iss":""}', "token-claims-malformed"),
        (b"\xff", "token-claims-encoding"),
        (b"[" * 9000, "token-claims-depth"),
    ],
)
def test_without_an_issuer_no_key_is_looked_for(payload: bytes, code: str) -> None:
    with pytest.raises(TrustError) as caught:
        peek_issuer(payload)
    assert caught.value.code == code


UNREADABLE = {
    "twice": (b'{"iss":"a","iss":"b"}', "token-claim-duplicate"),
    "array": (b"[]", "token-claims-not-object"),
    "number": (b"1e999", "token-claim-number"),
    "large number": (b'{"exp":9007199254740993}', "token-claim-number"),
    "nested": (b"[" * 70 + b"]" * 70, "token-claims-depth"),
    "large": (b" " * 17_000 + b"{}", "token-claim-limit"),
}


@pytest.mark.parametrize(("payload", "code"), UNREADABLE.values(), ids=UNREADABLE)
def test_claims_are_read_strictly(payload: bytes, code: str) -> None:
    with pytest.raises(TrustError) as caught:
        read_claims(payload, AccessClaims)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("iss", "https://idp.east.sim.example"),
        ("sub", "s-1"),
        ("jti", "token-0001"),
        ("acr", "urn:east:face"),
        ("region", "310000"),
        ("source", "east"),
        ("scope", "cert:read"),
        ("client_id", "client"),
        ("cnf", {"jkt": "A" * 43}),
        ("sid", "session-1"),
    ],
)
def test_a_line_end_behind_a_text_is_none_of_it(name: str, text: Json) -> None:
    def read(value: Json) -> AccessClaims:
        members: dict[str, Json] = {**msgspec.to_builtins(a_login()), name: value}
        return read_claims(canonical_bytes(members), AccessClaims)

    read(text)
    ended: Json = f"{text}\n" if isinstance(text, str) else {"jkt": "A" * 42 + "\n"}
    with pytest.raises(TrustError, match="token-claim-type"):
        read(ended)


def test_an_agent_prints_nothing_personal() -> None:
    agent = AgentClaim(sub="private-agent", kind="person", proof=a_login().proof)
    assert repr(agent) == "AgentClaim(***)"


def test_claims_print_nothing_personal() -> None:
    shown = repr(a_login(sub="private-subject"))
    assert shown == "AccessClaims(jti='token-0001')"
    mandate = a_mandate()
    agent = mandate.agent
    assert "private" not in shown
    assert agent.proof.record().mac == agent.proof.mac

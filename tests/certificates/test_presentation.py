"""A carrier between gateways: what is shown is what was issued; every negative has its code."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.certificates.disclosure import digest_of
from interop.certificates.presentation import (
    BINDING_AGE_S_MAX,
    BINDING_TYP,
    CARRIER_TYP,
    LIFETIME_S_MAX,
    SKEW_S,
    Carrier,
    CarrierTerms,
    Expected,
    Presented,
    Showing,
    issue_carrier,
    present,
    read_presentation,
)
from interop.crypto import PrivateKey, VerificationKey, base64url, import_public, sign_compact
from interop.errors import TrustError
from interop.model.canonical import Json, canonical_bytes
from interop.model.sensitive import Sensitive

ISSUER, HOLDER, STRANGER = (PrivateKey.generate(use="sig") for _ in range(3))
NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
AT = int(NOW.timestamp())
GATEWAY, TARGET, CASE = "https://gw.js.example", "https://gw.sh.example", "TEST-2026-000001"
FIELDS: dict[str, Json] = {
    "body.name": "测试1号有限公司",
    "body.scope": ["甲", "乙"],
    "cert.issued_on": "2020-01-01",
    "cert.holder": {"scheme": "uscc"},
}
TERMS = CarrierTerms(
    issuer=GATEWAY,
    certificate="business-licence",
    original="sha-256:" + "0" * 64,
    issued_at=AT,
    expires_at=AT + 300,
    holder=HOLDER.public.to_jwk(),
)
SHOWING = Showing(audience=TARGET, nonce=CASE, at=AT)


def salts() -> Callable[[], str]:
    numbers = count()
    return lambda: f"salt-of-the-test-{next(numbers):08}"


def key_of(issuer: str, kid: str) -> VerificationKey | None:
    if (issuer, kid) != (GATEWAY, ISSUER.kid):
        return None
    return import_public(ISSUER.public.to_jwk(), alg="ES256")


EXPECTED = Expected(
    certificate="business-licence", audience=TARGET, nonce=CASE, now=NOW, key_of=key_of
)


def carrier(terms: CarrierTerms = TERMS) -> Carrier:
    return issue_carrier(FIELDS, terms, ISSUER, salt=salts())


def shown(names: tuple[str, ...] = ("body.name",)) -> str:
    return present(carrier(), names, SHOWING, HOLDER).reveal()


def read(text: str, **changed: object) -> Presented:
    from dataclasses import replace

    return read_presentation(text, replace(EXPECTED, **changed))  # type: ignore[arg-type]  # fields of Expected


def code(text: str, **changed: object) -> str:
    with pytest.raises(TrustError) as caught:
        read(text, **changed)
    return caught.value.code


def forged(payload: dict[str, Json], disclosures: list[str], *, typ: str = CARRIER_TYP) -> str:
    """Return a presentation whose issuer signed any payload, with a sound proof."""
    base: dict[str, Json] = {
        "iss": GATEWAY,
        "vct": "business-licence",
        "iat": AT,
        "exp": AT + 300,
        "original": "sha-256:0",
        "cnf": {"jwk": dict(HOLDER.public.to_jwk())},
    }
    token = sign_compact(canonical_bytes({**base, **payload}), ISSUER, typ=typ)
    return bound("~".join([token, *disclosures, ""]))


def bound(
    text: str,
    claims: dict[str, Json] | None = None,
    *,
    key: PrivateKey = HOLDER,
    typ: str = BINDING_TYP,
) -> str:
    told: dict[str, Json] = {
        "aud": TARGET, "nonce": CASE, "iat": AT, "sd_hash": digest_of(text), **(claims or {}),
    }  # fmt: skip
    return text + sign_compact(canonical_bytes(told), key, typ=typ)


def disclosure(*parts: Json) -> str:
    return base64url.encode(canonical_bytes(list(parts)))


@given(names=st.sets(st.sampled_from(sorted(FIELDS))))
def test_what_is_shown_is_read_and_nothing_else(names: set[str]) -> None:
    text = shown(tuple(names))
    found = read(text)
    assert found.fields == {name: FIELDS[name] for name in names}
    assert (found.issuer, found.original) == (GATEWAY, TERMS.original)
    told = [base64url.decode(one, field="d").decode() for one in text.split("~")[1:-1]]
    assert not [name for name in set(FIELDS) - names if any(name in one for one in told)]


@given(data=st.data())
def test_no_changed_character_is_read(data: st.DataObject) -> None:
    text = shown(("body.name", "body.scope"))
    at = data.draw(st.integers(0, len(text) - 1))
    by = data.draw(st.sampled_from("Aa0_.~"))
    changed = text[:at] + by + text[at + 1 :]
    if changed != text:
        with pytest.raises(TrustError):
            read(changed)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (300, "presentation-expired"),
        (299, "presentation-binding-stale"),
        (BINDING_AGE_S_MAX + 1, "presentation-binding-stale"),
        (BINDING_AGE_S_MAX, ""),
        (-SKEW_S, ""),
        (-SKEW_S - 1, "presentation-not-yet"),
    ],
)
def test_time_is_kept_at_both_ends(seconds: int, expected: str) -> None:
    now = NOW + timedelta(seconds=seconds)
    if expected:
        assert code(shown(), now=now) == expected
    else:
        assert read(shown(), now=now).fields


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({"aud": "https://gw.zj.example"}, "presentation-audience"),
        ({"nonce": "TEST-2026-000002"}, "presentation-nonce"),
        ({"sd_hash": "x"}, "presentation-binding-hash"),
        ({"iat": AT - BINDING_AGE_S_MAX - 1}, "presentation-binding-stale"),
        ({"iat": AT + SKEW_S + 1}, "presentation-binding-stale"),
        ({"iat": "1"}, "presentation-malformed"),
        ({"iat": True}, "presentation-malformed"),
    ],
)
def test_a_proof_for_something_else_is_refused(claims: dict[str, Json], expected: str) -> None:
    text = shown().rpartition("~")[0] + "~"
    assert code(bound(text, claims)) == expected


def test_the_proof_must_be_there_and_by_the_bound_key() -> None:
    text = shown().rpartition("~")[0] + "~"
    assert code(text) == "presentation-binding-missing"
    assert code(text.partition("~")[0]) == "presentation-malformed"
    assert code(bound(text, typ="JWT")) == "presentation-typ"
    with pytest.raises(TrustError) as caught:
        read(bound(text, key=STRANGER))
    assert caught.value.code.startswith("jws-")


SECRET = disclosure("salt-salt-salt-salt", "body.name", "甲")


@pytest.mark.parametrize(
    ("payload", "disclosures", "expected"),
    [
        ({"_sd": [digest_of(SECRET)] * 2}, [SECRET], "presentation-digest-twice"),
        ({"_sd": [digest_of(SECRET)]}, [SECRET, SECRET], "presentation-digest-twice"),
        ({"_sd": []}, [SECRET], "presentation-disclosure-unreferenced"),
        (
            {"_sd": [digest_of(SECRET)], "body.name": "乙"},
            [SECRET],
            "presentation-claim-overwritten",
        ),
        ({}, [disclosure("salt", "_sd", [])], "presentation-claim-reserved"),
        ({}, [disclosure("salt", "...", "x")], "presentation-claim-reserved"),
        ({}, ["not-json"], "presentation-disclosure-malformed"),
        ({}, [disclosure("salt")], "presentation-disclosure-malformed"),
        ({}, [disclosure(1, "a", "b")], "presentation-disclosure-malformed"),
        ({}, [disclosure("salt", "a", "b", "c")], "presentation-disclosure-malformed"),
        ({"_sd_alg": "sha-1"}, [], "presentation-hash-unknown"),
        ({"_sd": "text"}, [], "presentation-disclosure-malformed"),
        (
            {"list": [{"...": digest_of(SECRET)}]},
            [SECRET],
            "presentation-disclosure-unreferenced",
        ),
        ({"vct": "resident-card"}, [], "presentation-vct"),
        ({"exp": AT + LIFETIME_S_MAX + 1}, [], "presentation-lifetime"),
        ({"nbf": AT + SKEW_S + 1}, [], "presentation-not-yet"),
        ({"cnf": {}}, [], "presentation-binding-key"),
        ({"cnf": {"jwk": {"kty": "oct", "k": "AAAA"}}}, [], "presentation-binding-key"),
        ({"status": {"status_list": {}}}, [], "presentation-status-unknown"),
        ({"iss": "https://evil.example"}, [], "presentation-issuer-unknown"),
        ({"original": ""}, [], "presentation-malformed"),
    ],
)
def test_every_negative_has_its_code(
    payload: dict[str, Json], disclosures: list[str], expected: str
) -> None:
    assert code(forged(payload, disclosures)) == expected


def test_the_status_can_neither_be_hidden_nor_ignored() -> None:
    hidden = disclosure("salt-salt-salt-salt", "status", {"list": 1})
    assert code(forged({"_sd": [digest_of(hidden)]}, [hidden])) == "presentation-claim-reserved"
    text = forged({"status": {"list": 1}}, [])
    assert code(text, status_of=lambda _: "revoked") == "presentation-revoked"
    assert code(text, status_of=lambda _: "unknown") == "presentation-status-unknown"
    assert read(text, status_of=lambda _: "valid").fields == {}


def test_other_kinds_of_token_are_no_carrier() -> None:
    assert code(forged({}, [], typ="at+jwt")) == "presentation-typ"
    assert code("ä~") == "presentation-too-large"
    assert code("~" * 502 + "x") == "presentation-too-large"
    none = base64url.encode(json.dumps({"alg": "none", "typ": CARRIER_TYP}).encode())
    assert code(bound(f"{none}.e30.~")).startswith("jws-")


def test_elements_of_a_list_can_be_kept_back() -> None:
    kept, back = disclosure("salt-1", "甲"), disclosure("salt-2", "乙")
    listed: list[Json] = ["丙", {"...": digest_of(kept)}, {"...": digest_of(back)}]
    assert read(forged({"body.scope": listed}, [kept])).fields == {"body.scope": ["丙", "甲"]}


def test_nothing_deeper_than_the_limit_is_resolved() -> None:
    deep: Json = "x"
    for _ in range(20):
        deep = {"a": deep}
    assert code(forged({"deep": deep}, [])) == "presentation-too-large"


def test_terms_longer_than_the_limit_are_not_issued() -> None:
    from dataclasses import replace

    with pytest.raises(TrustError) as caught:
        carrier(replace(TERMS, expires_at=AT + LIFETIME_S_MAX + 1))
    assert caught.value.code == "presentation-lifetime"
    with pytest.raises(TrustError) as caught:
        issue_carrier({"_sd": 1}, TERMS, ISSUER, salt=salts())
    assert caught.value.code == "presentation-claim-reserved"


def test_nothing_shows_itself() -> None:
    text = repr(carrier()) + repr(read(shown())) + repr(Sensitive(shown()))
    assert "测试1号" not in text
    assert "eyJ" not in text

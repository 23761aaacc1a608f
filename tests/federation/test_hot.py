"""The hot path against the gates: it may only say yes where they do, and says the same."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.federation import (
    ACRS,
    HUB,
    IDP,
    LEVELS,
    NOW,
    NOW_S,
    SOURCES,
    Delta,
    Login,
    a_login,
    idp_row,
    issuer_file,
    key_row,
    logins,
)
from interop.crypto import base64url, sign_compact
from interop.errors import TrustError
from interop.federation import IssuerFile, Need, Verifier, issue
from interop.federation.claims import AccessClaims, write_claims
from interop.federation.hot import VERDICTS_MAX, HotPath
from interop.federation.hot_claims import read_base64url
from interop.model.party import AssuranceLevel, Principal

DELTA: Final = Delta()
SOURCED: Final = idp_row(
    HUB, key_row(DELTA.hub), acrs=ACRS, regions=("310000", "320000"), hub=True
).model_copy(update={"sources": SOURCES})
FILES: Final = (*DELTA.files()[:3], issuer_file("000000", SOURCED))
TEXT: Final = st.text(st.characters(max_codepoint=0x17F), max_size=8)


def warmed(*files: IssuerFile, now: datetime = NOW) -> Verifier:
    """Return a verifier that has seen a token of every issuer and knows their headers."""
    verifier = DELTA.verifier(*(files or FILES), now=NOW)
    for claims, key in [
        (a_login(), DELTA.east),
        (a_login(iss=HUB, region="320000", source="east"), DELTA.hub),
    ]:
        verifier.verify(issue(claims, key).reveal())
    verifier._clock = lambda: now
    return verifier


VERIFIER: Final = warmed()


def outcome(call: Callable[[], Principal]) -> Principal | list[str]:
    try:
        return call()
    except TrustError as fault:
        return [reason.code for reason in fault.reasons]


def hot(verifier: Verifier) -> HotPath:
    return verifier._hot


UNPROVED: Final = "token-proof-of-possession"


def agree(verifier: Verifier, token: str, *, need: Need = Need()) -> bool:  # noqa: B008 -- frozen
    """Hold the hot path, the cache and the gates against each other; return the answer."""
    reasons = [r.code for c in verifier.explain(token, need=need) for r in c.reasons]
    cold = Verifier(verifier.registry, audience=verifier._audience, clock=verifier._clock)
    plain = outcome(lambda: cold.verify(token, need=need))
    for _ in range(2):
        assert outcome(lambda: verifier.verify(token, need=need)) == plain
    found = hot(verifier).verdict(token, int(verifier._clock().timestamp()))
    if isinstance(plain, Principal):
        assert reasons == []
        if found is not None:
            assert found.principal == plain
            assert found.principal.to_bytes() == plain.to_bytes()
    else:
        # A bound token is refused for want of a proof only once all else is right.
        assert ([code for code in reasons if code != UNPROVED] or reasons) == plain
        bound = plain == [UNPROVED] and found is not None and found.jkt
        assert found is None or bound or not found.meets(need, int(NOW.timestamp()))
    return isinstance(plain, Principal)


@given(login=logins(), level=LEVELS, age=st.none() | st.integers(0, 90_000))
def test_sound_logins_take_the_hot_path_and_get_the_same_principal(
    login: Login, level: AssuranceLevel, age: int | None
) -> None:
    token = issue(login.claims, DELTA.east).reveal()
    assert hot(VERIFIER).verdict(token, NOW_S) is not None
    agree(VERIFIER, token, need=Need(level=level, age_s_max=age))


ODD: Final = {
    "iat": st.integers(NOW_S - 400, NOW_S + 70),
    "exp": st.integers(NOW_S - 70, NOW_S + 400),
    "nbf": st.none() | st.integers(NOW_S - 70, NOW_S + 70),
    "auth_time": st.integers(NOW_S - 400, NOW_S + 80),
    "aud": st.sampled_from(["https://gateway.east.sim.example", "x", ["x"]]),
    "acr": st.sampled_from([*ACRS, "urn:west:1", "", "é"]),
    "kind": st.sampled_from(["person", "organisation", "robot"]),
    "region": st.sampled_from(
        [None, "310000", "310115", "320000", "31011", "", "３１００００"]
    ),
    "source": st.sampled_from([None, "east", "kiosk", "nobody"]),
    "scope": st.none() | st.sampled_from(["", "a", "a b", "a  b", " a", 'a"b', "a\\b"]) | TEXT,
    "client_id": st.none() | TEXT,
    "sub": TEXT,
    "jti": TEXT | st.just("token-0002"),
    "cnf": st.sampled_from([None, {"jkt": "A" * 43}, {"jkt": "A"}, {}, {"jkt": 1}]),
    "proof": st.builds(
        lambda salt, mac: {"salt": salt, "mac": mac},
        st.sampled_from(["A" * n for n in (21, 22, 23, 24, 25, 86, 87)] + ["A" * 21 + "B"]),
        st.sampled_from(["A" * n for n in (42, 43, 44)] + ["A" * 42 + "B", "A" * 42 + "/"]),
    ),
    "act": st.sampled_from(
        [
            None,
            {"sub": "agent", "kind": "person", "proof": msgspec.to_builtins(a_login().proof)},
            {"sub": "s-1", "kind": "person", "proof": msgspec.to_builtins(a_login().proof)},
            {
                "sub": "agent",
                "kind": "organisation",
                "proof": {"salt": "A" * 22, "mac": "A" * 43},
            },
            {"sub": "a b", "kind": "person", "proof": {"salt": "A" * 22, "mac": "A" * 43}},
        ]
    ),
    "may_act": st.sampled_from(
        [
            None,
            {"sub": "s-2"},
            {"sub": "s-2", "iss": IDP},
            {"sub": "s-2", "iss": None},
            {"sub": "s-2", "iss": "x" * 201},
            {"sub": "s-2", "iss": ""},
            {"sub": "s 2"},
            {"sub": ""},
            {"sub": "s-2", "act": {"sub": "s-3"}},
            {"iss": IDP},
            [],
        ]
    ),
    "sid": st.sampled_from([None, "session-1", "a b", "", "x" * 512, "x" * 513, "é", 1]) | TEXT,
    "extra": st.sampled_from([1, 1e300, None]),
}


@given(
    changes=st.lists(st.sampled_from(sorted(ODD)), max_size=3, unique=True).flatmap(
        lambda names: st.fixed_dictionaries({name: ODD[name] for name in names})
    ),
    hub=st.booleans(),
    spelling=st.sampled_from([(",", ":"), (", ", ": ")]),
    plain_ascii=st.booleans(),
)
def test_whatever_the_claims_the_hot_path_and_the_gates_agree(
    changes: dict[str, object],
    hub: bool,  # noqa: FBT001 -- drawn
    spelling: tuple[str, str],
    plain_ascii: bool,  # noqa: FBT001 -- drawn
) -> None:
    base = a_login(iss=HUB, region="320000", source="east") if hub else a_login()
    members = {**msgspec.to_builtins(base), **changes}
    text = json.dumps(members, ensure_ascii=plain_ascii, separators=spelling)
    key = DELTA.hub if hub else DELTA.east
    agree(VERIFIER, sign_compact(text.encode(), key, typ="at+jwt"), need=Need(scope=""))


WRITTEN: Final = write_claims(a_login()).decode()
SPELLED: Final = {
    "member twice": WRITTEN.replace('"acr"', '"sub":"admin","acr"'),
    "member twice, once escaped": WRITTEN.replace('"acr"', '"s\\u0075b":"admin","acr"'),
    "member of the proof twice": WRITTEN.replace('"mac"', '"salt":"A","mac"'),
    "optional member null": WRITTEN.replace('"acr"', '"nbf":null,"acr"'),
    "null and twice": WRITTEN.replace('"acr"', '"nbf":null,"nbf":1,"acr"'),
    "exponent": WRITTEN.replace(f'"exp":{NOW_S + 200}', f'"exp":{NOW_S + 200}e0'),
    "fraction": WRITTEN.replace(f'"exp":{NOW_S + 200}', f'"exp":{NOW_S + 200}.0'),
    "leading zero": WRITTEN.replace('"exp":', '"exp":0'),
    "minus zero": WRITTEN.replace('"acr"', '"nbf":-0,"acr"'),
    "huge number": WRITTEN.replace('"acr"', f'"nbf":{10**30},"acr"'),
    "escaped letter": WRITTEN.replace("token-0001", "token-\\u00301"),
    "escaped slash": WRITTEN.replace("https://idp", "https:\\/\\/idp"),
    "tail": WRITTEN + "x",
    "two objects": WRITTEN + WRITTEN,
    "white space": f" {WRITTEN} ",
    "tab": WRITTEN.replace(",", ",\t"),
    "control character": WRITTEN.replace("token-0001", "token-\x0101"),
    "byte order mark": "\ufeff" + WRITTEN,
    "agent twice": WRITTEN.replace('"acr"', '"act":{"x":1e99},"act":null,"acr"'),
}


@pytest.mark.parametrize("text", SPELLED.values(), ids=SPELLED)
def test_however_json_is_spelled_the_hot_path_and_the_gates_agree(text: str) -> None:
    agree(VERIFIER, sign_compact(text.encode(), DELTA.east, typ="at+jwt"))


@given(
    part=st.text('Aa-_+/=\\" u04Q.', max_size=12) | st.binary(max_size=9).map(base64url.encode)
)
def test_base64url_is_read_as_the_strict_reader_reads_it(part: str) -> None:
    try:
        wanted: bytes | None = base64url.decode(part, field="x")
    except TrustError:
        wanted = None
    try:
        assert read_base64url(part.encode()) == wanted
    except ValueError:
        assert wanted is None


@given(data=st.data(), login=logins())
def test_no_character_of_a_remembered_token_can_be_moved_or_changed(
    data: st.DataObject, login: Login
) -> None:
    token = issue(login.claims, DELTA.east).reveal()
    VERIFIER.verify(token)
    at = data.draw(st.integers(0, len(token) - 1))
    for other in (
        token[:at] + data.draw(st.sampled_from("Aa-_.=+")) + token[at + 1 :],
        token[:at] + token[at + 1 :],
        token[:at] + "." + token[at:],
        token.replace(".", "", 1),
        token.replace(".", "", 1)[:at] + "." + token.replace(".", "", 1)[at:],
    ):
        if other != token:
            assert not agree(VERIFIER, other)


def test_the_level_of_a_hub_is_also_bounded_by_its_source() -> None:
    def level(source: str) -> AssuranceLevel:
        claims = a_login(iss=HUB, region="320000", source=source)
        return VERIFIER.verify(issue(claims, DELTA.hub).reveal()).level

    assert level("east") is AssuranceLevel.HIGH
    assert level("kiosk") is AssuranceLevel.SUBSTANTIAL
    path = VERIFIER.verify(
        issue(a_login(iss=HUB, region="320000", source="kiosk"), DELTA.hub).reveal()
    ).trust_path
    assert path == (VERIFIER.registry.digest, "hub", HUB, "kiosk", DELTA.hub.kid)


def test_a_verdict_is_kept_a_minute_at_most_and_never_past_its_end() -> None:
    now = NOW
    verifier = DELTA.verifier()
    verifier._clock = lambda: now
    token = issue(a_login(iat=NOW_S, exp=NOW_S + 90), DELTA.east).reveal()
    verifier.verify(token)
    found = hot(verifier).verdict(token, NOW_S)
    assert found is not None
    assert (found.since_s, found.until_s) == (NOW_S, NOW_S + 60)
    later = hot(verifier).verdict(token, NOW_S + 60)
    assert later is not None
    assert (later.since_s, later.until_s) == (NOW_S + 60, NOW_S + 90)
    # A clock that steps back finds nothing that was reached later.
    back = hot(verifier).verdict(token, NOW_S + 30)
    assert back is not None
    assert back.since_s == NOW_S + 30
    for second in (149, 150, 151):
        now = NOW + timedelta(seconds=second)
        assert agree(verifier, token) == (second < 150)


def test_what_is_remembered_holds_neither_the_token_nor_grows_without_end() -> None:
    path = HotPath(DELTA.registry(), audience="x")
    for number in range(VERDICTS_MAX + 10):
        path._headers.keep(b"%d" % number, ("", ""))
    assert len(path._headers._held) <= 1_000
    verifier = warmed()
    token = issue(a_login(), DELTA.east).reveal()
    verifier.verify(token)
    head, body, signature = (part.encode() for part in token.split("."))
    names = b"".join(hot(verifier)._verdicts._held)
    assert body not in names
    assert head not in names
    assert signature in names
    assert token not in repr(vars(hot(verifier)))


def test_a_refused_token_is_not_remembered_nor_its_header() -> None:
    verifier = DELTA.verifier()
    token = issue(a_login(aud="x"), DELTA.east).reveal()
    with pytest.raises(TrustError):
        verifier.verify(token)
    assert not hot(verifier)._headers._held
    assert not hot(verifier)._verdicts._held


def test_a_scope_is_needed_word_for_word() -> None:
    token = issue(a_login(scope="cert:read case:write"), DELTA.east).reveal()
    for scope, lacking in [
        ("", ""),
        ("cert:read", ""),
        ("case:write cert:read", ""),
        ("cert", "cert"),
        ("cert:read admin case", "admin case"),
    ]:
        need = Need(scope=scope)
        assert agree(VERIFIER, token, need=need) == (not lacking)
        if lacking:
            with pytest.raises(TrustError) as caught:
                VERIFIER.verify(token, need=need)
            assert (caught.value.code, caught.value.reason.expected) == ("token-scope", lacking)


def test_a_need_may_be_written_as_text_and_an_unknown_level_is_refused_by_name() -> None:
    need = Need(loa="substantial", max_age_s=600, scope="cert:read")
    assert need == Need(level=AssuranceLevel.SUBSTANTIAL, age_s_max=600, scope="cert:read")
    with pytest.raises(TrustError) as caught:
        Need(loa="sehr hoch")
    assert caught.value.code == "need-level-unknown"
    assert caught.value.reason.got == "sehr hoch"


def test_the_claims_of_the_hot_path_are_those_of_the_gates() -> None:
    from interop.federation.hot_claims import HotClaims

    names = {field.encode_name for field in msgspec.structs.fields(AccessClaims)}
    assert {field.encode_name for field in msgspec.structs.fields(HotClaims)} == names
    assert IDP in repr(DELTA.registry().issuer(IDP).id)


@pytest.mark.parametrize(("after_s", "sound"), [(-1, True), (0, True), (1, False)])
def test_a_remembered_header_does_not_outlive_its_keys_last_signature(
    after_s: int, *, sound: bool
) -> None:
    last_s = NOW_S - 100
    key = key_row(DELTA.east, sign_until=NOW - timedelta(seconds=100))
    file = issuer_file("310000", idp_row(IDP, key, acrs=ACRS, regions=("310000",)))
    verifier = DELTA.verifier(file, now=NOW)

    def login(iat: int, name: str) -> str:
        claims = a_login(iat=iat, exp=iat + 200, auth_time=iat, jti=name)
        return issue(claims, DELTA.east).reveal()

    early = login(last_s - 10, "token-early")
    verifier.verify(early)
    assert hot(verifier).verdict(early, NOW_S) is not None
    token = login(last_s + after_s, "token-asked")
    assert (hot(verifier).verdict(token, NOW_S) is not None) is sound
    told = outcome(lambda: verifier.verify(token))
    assert isinstance(told, Principal) if sound else told == ["token-key-retired"]

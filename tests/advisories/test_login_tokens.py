"""Named attacks on identity tokens and logout tokens, and on mixing kinds of tokens up."""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final

import msgspec
import pytest

from interop.conformance.strategies.federation import (
    ACRS,
    AUDIENCE,
    HUB,
    IDP,
    MANDATES,
    NOW_S,
    SOURCES,
    WEST_IDP,
    Delta,
    a_login,
    a_mandate,
    idp_row,
    issuer_file,
    key_row,
)
from interop.conformance.strategies.federation_tokens import a_logout, an_id_login
from interop.crypto import sign_compact
from interop.errors import TrustError
from interop.federation import (
    LoginRound,
    Need,
    issue,
    issue_login,
    issue_logout,
    issue_mandate,
)
from interop.federation.claims import LOGOUT_EVENT
from interop.federation.id_token import half_hash
from interop.federation.token_reasons import ISSUER_TOKEN_TYPE
from interop.model.party import AssuranceLevel
from interop.model.sensitive import Sensitive

DELTA: Final = Delta()
VERIFIER: Final = DELTA.verifier()
ACCESS: Final = issue(a_login(), DELTA.east)
ROUND: Final = LoginRound(nonce=Sensitive("nonce-0001"), issuer=IDP)
CODE: Final = Sensitive("SplxlOBeZQQYbYS6WxSbIA")
WITH_ACCESS: Final = replace(ROUND, access_token=ACCESS)
AT_HASH: Final = half_hash(ACCESS.reveal(), alg=DELTA.east.alg)
C_HASH: Final = half_hash(CODE.reveal(), alg=DELTA.east.alg)


def codes_of(call: Callable[[], object]) -> list[str]:
    with pytest.raises(TrustError) as caught:
        call()
    return [reason.code for reason in caught.value.reasons]


def login(**changes: object) -> str:
    return issue_login(an_id_login(**changes), DELTA.east).reveal()


def logout(**changes: object) -> str:
    return issue_logout(a_logout(**changes), DELTA.east).reveal()


def typed(typ: str) -> str:
    claims = json.dumps(msgspec.to_builtins(an_id_login())).encode()
    return sign_compact(claims, DELTA.east, typ=typ)


LOGIN: Final[dict[str, tuple[str, LoginRound, list[str]]]] = {
    "nonce of another login": (login(nonce="nonce-0002"), ROUND, ["id-token-nonce"]),
    "nonce missing": (
        sign_compact(
            json.dumps(msgspec.to_builtins(a_login())).encode(), DELTA.east, typ="JWT"
        ),
        ROUND,
        ["token-claim-missing"],
    ),
    "callback of another provider": (
        login(),
        replace(ROUND, issuer=WEST_IDP),
        ["id-token-mix-up"],
    ),
    "access token exchanged": (login(at_hash=C_HASH), WITH_ACCESS, ["id-token-at-hash"]),
    "access token without a hash": (login(), WITH_ACCESS, ["id-token-at-hash"]),
    "code exchanged": (
        login(c_hash=AT_HASH),
        replace(ROUND, code=CODE),
        ["id-token-c-hash"],
    ),
    "issued to another application": (login(azp="other"), ROUND, ["id-token-azp"]),
    "for another audience": (login(aud="https://x.example"), ROUND, ["token-audience-other"]),
    "for us and a stranger": (
        login(aud=[AUDIENCE, "x"]),
        ROUND,
        ["token-audience-multiple"],
    ),
    "login too old": (login(auth_time=NOW_S - 700), ROUND, ["token-authentication-old"]),
    "unknown claim": (
        sign_compact(
            json.dumps({**msgspec.to_builtins(an_id_login()), "email": "x"}).encode(),
            DELTA.east,
            typ="JWT",
        ),
        ROUND,
        ["token-claim-unknown"],
    ),
    "access token as login": (ACCESS.reveal(), ROUND, ["token-typ"]),
    "logout token as login": (logout(), ROUND, ["token-typ"]),
    "proof of possession as login": (typed("dpop+jwt"), ROUND, ["token-typ"]),
    "entity statement as login": (typed("entity-statement+jwt"), ROUND, ["token-typ"]),
    "everything at once": (
        login(nonce="x", azp="y", at_hash=C_HASH),
        replace(WITH_ACCESS, issuer=WEST_IDP, code=CODE),
        [
            *("id-token-mix-up", "id-token-nonce", "id-token-azp"),
            *("id-token-at-hash", "id-token-c-hash"),
        ],
    ),
}
LOGOUT: Final[dict[str, tuple[str, list[str]]]] = {
    "with a nonce": (logout(nonce="n"), ["logout-nonce"]),
    "without the event": (logout(events={}), ["logout-events"]),
    "with another event": (
        logout(events={LOGOUT_EVENT: {}, "urn:x": {}}),
        ["logout-events"],
    ),
    "event with content": (logout(events={LOGOUT_EVENT: {"a": 1}}), ["logout-events"]),
    "of nobody": (logout(sub=None), ["logout-nobody"]),
    "for another audience": (logout(aud="https://x.example"), ["token-audience-other"]),
    "expired": (logout(iat=NOW_S - 99, exp=NOW_S - 60), ["token-expired"]),
    "from the future": (logout(iat=NOW_S + 61), ["token-clock-skew"]),
    "valid for a day": (logout(exp=NOW_S + 86_400), ["token-lifetime"]),
    "access token as logout": (ACCESS.reveal(), ["token-typ"]),
    "login as logout": (login(), ["token-typ"]),
    "of another provider's key": (
        issue_logout(a_logout(), DELTA.west).reveal(),
        ["token-key-unknown"],
    ),
    "of a mandate service": (
        issue_logout(a_logout(iss=MANDATES), DELTA.mandates).reveal(),
        ["issuer-role"],
    ),
}


def test_a_login_with_everything_that_fits_is_accepted() -> None:
    need = Need(level=AssuranceLevel.HIGH, age_s_max=600)
    token = login(at_hash=AT_HASH, c_hash=C_HASH, azp=AUDIENCE)
    who = VERIFIER.verify_login(token, login=replace(WITH_ACCESS, code=CODE), need=need)
    assert (who.issuer, who.level) == (IDP, AssuranceLevel.HIGH)
    plain = json.dumps(msgspec.to_builtins(an_id_login())).encode()
    untyped = sign_compact(plain, DELTA.east, typ="")
    assert VERIFIER.verify_login(untyped, login=ROUND).actor == who.actor


@pytest.mark.parametrize(("token", "round_", "codes"), LOGIN.values(), ids=LOGIN)
def test_each_attack_on_a_login_is_refused_for_its_own_reason(
    token: str, round_: LoginRound, codes: list[str]
) -> None:
    need = Need(age_s_max=600)
    assert codes_of(partial(VERIFIER.verify_login, token, login=round_, need=need)) == codes


def test_a_logout_says_whose_sessions_end() -> None:
    notice = VERIFIER.verify_logout(logout(sid="session-1"))
    assert (notice.issuer, notice.token_id) == (IDP, "logout-0001")
    assert notice.subject == Sensitive("s-1")
    assert notice.session == Sensitive("session-1")
    assert VERIFIER.verify_logout(logout(sub=None, sid="s")).subject is None
    assert "s-1" not in repr(notice)


@pytest.mark.parametrize(("token", "codes"), LOGOUT.values(), ids=LOGOUT)
def test_each_attack_by_a_logout_token_is_refused_for_its_own_reason(
    token: str, codes: list[str]
) -> None:
    assert codes_of(lambda: VERIFIER.verify_logout(token)) == codes


@pytest.mark.parametrize(
    "token",
    [login(), logout(), issue_mandate(a_mandate(), DELTA.mandates).reveal()],
    ids=["login", "logout", "mandate"],
)
def test_no_other_kind_is_an_access_token(token: str) -> None:
    assert codes_of(lambda: VERIFIER.verify(token)) == ["token-typ"]


def test_an_issuer_issues_only_the_kinds_it_is_registered_for() -> None:
    row = idp_row(IDP, key_row(DELTA.east), acrs=ACRS, regions=("310000",))
    narrow = DELTA.verifier(
        issuer_file("310000", row.model_copy(update={"token_types": ("at+jwt",)}))
    )
    narrow.verify(ACCESS.reveal())
    code = [ISSUER_TOKEN_TYPE.code]
    assert codes_of(lambda: narrow.verify_login(login(), login=ROUND)) == code
    assert codes_of(lambda: narrow.verify_logout(logout())) == code


SOURCED: Final = idp_row(
    HUB, key_row(DELTA.hub), acrs=ACRS, regions=("320000",), hub=True
).model_copy(update={"sources": SOURCES})
HUBS: Final = DELTA.verifier(*DELTA.files()[:3], issuer_file("000000", SOURCED))


@pytest.mark.parametrize(
    ("source", "code"),
    [(None, "token-source-missing"), ("other", "token-source-unknown")],
)
def test_a_hub_names_a_source_that_is_registered_for_it(source: str | None, code: str) -> None:
    claims = a_login(iss=HUB, region="320000", source=source)
    assert codes_of(lambda: HUBS.verify(issue(claims, DELTA.hub).reveal())) == [code]


def test_an_issuer_that_is_no_hub_names_no_source() -> None:
    token = issue(a_login(source="east"), DELTA.east).reveal()
    assert codes_of(lambda: HUBS.verify(token)) == ["token-source-unexpected"]


def test_one_subject_at_two_issuers_is_two_people() -> None:
    west = a_login(iss=WEST_IDP, acr="urn:west:3", sub="s-1")
    here, there = (
        VERIFIER.verify(ACCESS.reveal()),
        VERIFIER.verify(issue(west, DELTA.west).reveal()),
    )
    assert here.actor.subject == there.actor.subject
    assert (here.issuer, here.actor.subject) != (there.issuer, there.actor.subject)
    assert here != there

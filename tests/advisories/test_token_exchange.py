"""Named attacks on token exchange: each way to get more out than went in has its own code.

Forged exchanged tokens are signed by a registered gateway's own key: a check must hold even
against what a gateway signs by mistake.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Final

import msgspec
import pytest

from interop.conformance.strategies.federation import (
    IDP,
    MANDATES,
    NOW,
    NOW_S,
    WEST_IDP,
    a_login,
    a_mandate,
    idp_row,
    issuer_file,
    key_row,
    role_row,
)
from interop.conformance.strategies.token_exchange import (
    EAST,
    PROOF,
    WEST,
    Twin,
    a_link,
    a_presented,
    a_principal,
    a_request,
    an_actor,
    may,
)
from interop.crypto import sign_compact
from interop.errors import TrustError
from interop.federation import Need, issue, issue_mandate
from interop.federation.exchange_claims import ExchangedClaims, Presented
from interop.federation.token_exchange import (
    ExchangeRequest,
    IssuedToken,
    exchange_token,
    problems,
)
from interop.model.canonical import Json
from interop.model.party import AssuranceLevel

TWIN: Final = Twin()
BY: Final = TWIN.authority()
LOW, MIDDLE, HIGH = AssuranceLevel
ABSENT: Final = object()


def acting(**changes: object) -> ExchangeRequest:
    """Return a request in which ``s-2`` acts for ``s-1``; ``changes`` are the actor's."""
    return a_request(
        subject=a_presented(may_act=may("s-2")), actor=a_presented("s-2", **changes)
    )


def of(**changes: object) -> ExchangeRequest:
    """Return a request whose subject token has ``changes``."""
    return a_request(subject=a_presented("s-1", **changes))


FIRM: Final = a_principal(actor=an_actor("s-1", kind="organisation"))

REQUESTS: Final[dict[str, tuple[ExchangeRequest, str]]] = {
    "a token stolen from another gateway": (of(audience=WEST), "exchange-subject-audience"),
    "an audience that only starts like ours": (
        of(audience=EAST + ".evil.example"),
        "exchange-subject-audience",
    ),
    "an actor token for another gateway": (acting(audience=WEST), "exchange-actor-audience"),
    "a token bound to its holder's key": (of(bound=True), "exchange-subject-bound"),
    "an actor token bound to its holder's key": (acting(bound=True), "exchange-actor-bound"),
    "a token that ends this second": (of(expires_at=NOW), "exchange-subject-expired"),
    "an actor token that has ended": (
        acting(expires_at=NOW - timedelta(seconds=1)),
        "exchange-actor-expired",
    ),
    "more scope than the token has": (
        a_request(scope=frozenset({"case:read", "cert:read"})),
        "exchange-scope-wider",
    ),
    "a scope that starts like one it has": (
        a_request(scope=frozenset({"case:rea"})),
        "exchange-scope-wider",
    ),
    "more scope than the actor has": (
        replace(acting(scope=frozenset({"case:read"})), scope=frozenset({"case:write"})),
        "exchange-scope-actor",
    ),
    "a flood of scopes": (
        of(scope=frozenset(f"s{n}" for n in range(33))),
        "exchange-scope-limit",
    ),
    "a level above the login's": (
        replace(of(principal=a_principal(level=MIDDLE)), level=HIGH),
        "exchange-level-wider",
    ),
    "a level above the actor's": (
        replace(acting(principal=a_principal("s-2", level=LOW)), level=MIDDLE),
        "exchange-level-wider",
    ),
    "a login below what the item needs": (
        replace(of(principal=a_principal(level=LOW)), need=MIDDLE),
        "exchange-subject-level-low",
    ),
    "an actor below what the item needs": (
        replace(acting(principal=a_principal("s-2", level=LOW)), need=MIDDLE),
        "exchange-actor-level-low",
    ),
    "an exchange too many": (of(path=(IDP, WEST), depth_left=0), "exchange-depth"),
    "a path that is used up, whatever the claim says": (
        of(path=(IDP, WEST, "https://a.example", "https://b.example"), depth_left=3),
        "exchange-depth",
    ),
    "an actor exchanged too often": (
        a_request(
            subject=a_presented(may_act=may("s-2", WEST)),
            actor=a_presented("s-2", path=(IDP, WEST), depth_left=0),
        ),
        "exchange-depth",
    ),
    "a token that comes back": (of(path=(IDP, EAST), depth_left=2), "exchange-path-loop"),
    "an audience that nobody registered": (
        a_request(audience="https://evil.example"),
        "exchange-target-unknown",
    ),
    "an audience with a slash more": (
        a_request(audience=WEST + "/"),
        "exchange-target-unknown",
    ),
    "an audience of ours": (a_request(audience=EAST), "exchange-target-unknown"),
    "an actor that nobody allowed": (
        a_request(actor=a_presented("s-2")),
        "exchange-may-act-absent",
    ),
    "another actor than the one allowed": (
        a_request(subject=a_presented(may_act=may("s-3")), actor=a_presented("s-2")),
        "exchange-may-act-other",
    ),
    "an actor of the same name elsewhere": (
        a_request(subject=a_presented(may_act=may("s-2", WEST_IDP)), actor=a_presented("s-2")),
        "exchange-may-act-other",
    ),
    "an actor who is the subject": (
        a_request(subject=a_presented(may_act=may("s-1")), actor=a_presented("s-1")),
        "exchange-actor-is-subject",
    ),
    "an organisation as actor": (
        acting(principal=a_principal(actor=an_actor("s-2", kind="organisation"))),
        "exchange-actor-not-person",
    ),
    "an organisation within the chain": (
        of(chain=(a_link("s-2", kind="organisation"),)),
        "exchange-actor-not-person",
    ),
    "an actor for whom somebody acts": (
        acting(chain=(a_link("s-9"),)),
        "exchange-actor-delegated",
    ),
    "a chain too long": (
        of(chain=tuple(a_link(f"a-{n}") for n in range(4))),
        "exchange-chain-long",
    ),
    "a chain that closes on itself": (
        of(chain=(a_link("a-1"), a_link("a-2"), a_link("a-1"))),
        "exchange-chain-loop",
    ),
    "a chain that leads back to the subject": (
        of(chain=(a_link("s-1"),)),
        "exchange-chain-loop",
    ),
    "an actor who stands in the chain": (
        a_request(
            subject=a_presented(may_act=may("s-2"), chain=(a_link("s-2"),)),
            actor=a_presented("s-2"),
        ),
        "exchange-chain-loop",
    ),
    "an organisation without an agent": (of(principal=FIRM), "exchange-without-agent"),
}


@pytest.mark.parametrize(("request_", "code"), REQUESTS.values(), ids=REQUESTS)
def test_nothing_more_comes_out(request_: ExchangeRequest, code: str) -> None:
    told = [reason.code for reason in problems(request_, by=BY, now=NOW)]
    assert code in told
    assert not isinstance(exchange_token(request_, by=BY, now=NOW), IssuedToken)
    # Only a loop by way of the actor is told in two ways.
    assert told == [code] or {"exchange-actor-is-subject", "exchange-chain-loop"} & set(told)


def _good() -> dict[str, Json]:
    found = exchange_token(a_request(), by=BY, now=NOW)
    assert isinstance(found, IssuedToken)
    claims: dict[str, Json] = msgspec.to_builtins(found.claims)
    return claims


GOOD: Final = _good()


def proof(**changes: Json) -> dict[str, Json]:
    return {"salt": PROOF.salt, "mac": PROOF.mac, **changes}


def link(sub: str, **more: Json) -> dict[str, Json]:
    return {"iss": EAST, "sub": sub, "kind": "person", "proof": proof(), **more}


def forged(typ: str = "exchanged+jwt", **changes: object) -> str:
    """Return a token that the east gateway signs, with ``changes`` to a good one's claims."""
    members = {**GOOD, **changes}
    payload = json.dumps({k: v for k, v in members.items() if v is not ABSENT}).encode()
    return sign_compact(payload, TWIN.ring(EAST).signing, typ=typ, header={"env": "sim"})


def deep(n: int) -> Json:
    act: Json = None
    for at in range(n):
        act = link(f"a-{at}", **({} if act is None else {"act": act}))
    return act


FORGED: Final[dict[str, tuple[str, str]]] = {
    "a login for another gateway": (
        issue(a_login(aud=EAST), TWIN.delta.east, env="sim").reveal(),
        "token-audience-other",
    ),
    "a mandate": (issue_mandate(a_mandate(), TWIN.delta.mandates).reveal(), "token-typ"),
    "another type of token": (forged(typ="jwt"), "token-typ"),
    "an exchanged token as a login": (forged(typ="at+jwt"), "issuer-role"),
    "for another gateway": (forged(aud=EAST), "exchanged-audience"),
    "several audiences": (forged(aud=[WEST, EAST]), "token-claim-type"),
    "expired": (
        forged(iat=NOW_S - 200, exp=NOW_S - 60, auth_time=NOW_S - 300),
        "exchanged-expired",
    ),
    "from the future": (forged(iat=NOW_S + 61, exp=NOW_S + 90), "exchanged-not-yet-valid"),
    "of a long life": (forged(exp=NOW_S + 301), "exchanged-lifetime"),
    "that ends before it begins": (forged(exp=NOW_S), "exchanged-lifetime"),
    "authenticated after it was issued": (
        forged(auth_time=NOW_S + 61),
        "exchanged-authenticated-later",
    ),
    "by a provider instead of a gateway": (
        forged(iss=IDP, path=[IDP, IDP]),
        "issuer-role",
    ),
    "in another gateway's name": (forged(iss=WEST, path=[IDP, WEST]), "token-key-unknown"),
    "of an unknown gateway": (forged(iss="https://evil.example"), "issuer-unknown"),
    "whose path ends elsewhere": (forged(path=[IDP, WEST]), "exchanged-path"),
    "whose path goes round": (
        forged(path=[IDP, EAST, EAST], depth_left=0),
        "exchanged-path-loop",
    ),
    "without a provider": (forged(path=[EAST]), "token-claim-type"),
    "of an unknown provider": (
        forged(path=["https://idp.evil.example", EAST]),
        "issuer-unknown",
    ),
    "of a provider that is none": (forged(path=[MANDATES, EAST]), "issuer-role"),
    "with depth to spare": (forged(depth_left=3), "exchanged-depth"),
    "of a region not the provider's": (forged(region="320000"), "exchanged-region"),
    "with a level in the provider's words": (forged(level="urn:east:face"), "token-claim-type"),
    "with a chain too long": (forged(act=deep(4)), "exchanged-chain-long"),
    "with a chain that goes round": (
        forged(act=link("a-1", act=link("a-1"))),
        "exchanged-chain-loop",
    ),
    "with an actor who is the subject": (
        forged(act=link(str(GOOD["sub"]))),
        "exchanged-chain-loop",
    ),
    "with an organisation that acts": (
        forged(act={**link("a-1"), "kind": "organisation"}),
        "exchanged-actor-not-person",
    ),
    "of an organisation without an agent": (
        forged(kind="organisation"),
        "exchanged-without-agent",
    ),
    "with a claim more": (forged(may_act={"sub": "s-2"}), "token-claim-unknown"),
    "with a claim less": (forged(path=ABSENT), "token-claim-missing"),
    "with a proof cut short": (forged(proof=proof(mac="A" * 22)), "token-proof-malformed"),
    "with a scope of many lines": (forged(scope="case:read\ncase:write"), "token-claim-type"),
    "with a scope that ends a line": (forged(scope="case:read\n"), "token-claim-type"),
}


def codes(call: Callable[[], object]) -> list[str]:
    with pytest.raises(TrustError) as caught:
        call()
    return [reason.code for reason in caught.value.reasons]


@pytest.mark.parametrize(("token", "code"), FORGED.values(), ids=FORGED)
def test_a_forged_exchanged_token_is_refused(token: str, code: str) -> None:
    assert set(codes(lambda: TWIN.reader(WEST).read(token))) == {code}


def test_the_one_that_all_these_differ_from_is_good() -> None:
    assert isinstance(TWIN.reader(WEST).read(forged()), Presented)
    assert ExchangedClaims.__struct_config__.forbid_unknown_fields


def test_a_gateway_without_the_right_vouches_for_nobody() -> None:
    files = list(TWIN.files())
    files[1] = issuer_file("310115", TWIN.gateway(EAST, regions=()))
    reader = TWIN.reader(WEST, *files)
    assert codes(lambda: reader.read(forged())) == ["exchanged-region"]


def test_a_level_is_worth_no_more_than_the_providers_ceiling_here() -> None:
    row = idp_row(IDP, key_row(TWIN.delta.east), acrs={"a": LOW}, regions=("310000",))
    capped = row.model_copy(update={"ceiling": MIDDLE})
    mandates = role_row(MANDATES, "mandate", (key_row(TWIN.delta.mandates),))
    files = (issuer_file("310000", capped, mandates), *TWIN.files()[1:])
    reader = TWIN.reader(WEST, *files)
    assert reader.read(forged(level="high")).principal.level == MIDDLE
    assert codes(lambda: reader.read(forged(level="high"), need=Need(level=HIGH))) == [
        "exchanged-level-low"
    ]


def test_an_old_login_does_not_become_young() -> None:
    reader, token = TWIN.reader(WEST), forged(auth_time=NOW_S - 1_000)
    assert codes(lambda: reader.read(token, need=Need(age_s_max=900))) == [
        "exchanged-authentication-old"
    ]


def test_an_exchange_stands_in_for_no_scope() -> None:
    reader, token = TWIN.reader(WEST), forged(scope="case:read")
    assert reader.read(token, need=Need(scope="case:read")).scope == {"case:read"}
    for wanted in ("case:write", "case:read case:write", "case:rea"):
        need = Need(scope=wanted)
        assert codes(partial(reader.read, token, need=need)) == ["token-scope"]


def test_a_key_is_believed_in_its_time_alone() -> None:
    row = role_row(EAST, "gateway", ()).model_copy(update={"may_issue_for": ("310000",)})
    signing = TWIN.ring(EAST).signing
    for changes, code in (
        ({"sign_until": NOW - timedelta(seconds=1)}, "token-key-retired"),
        ({"state": "revoked"}, "token-key-revoked"),
    ):
        key = key_row(signing).model_copy(update=changes)
        files = (
            TWIN.files()[0],
            issuer_file("310115", row.model_copy(update={"keys": (key,)})),
        )
        reader = TWIN.reader(WEST, *files)
        assert codes(lambda: reader.read(forged())) == [code]  # noqa: B023 -- called at once

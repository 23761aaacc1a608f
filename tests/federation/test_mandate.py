from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.crypto import changed
from interop.conformance.strategies.federation import (
    IDP,
    NOW,
    NOW_S,
    ORGANISATIONS,
    PERSONS,
    TERM_S,
    Delta,
    a_firm,
    a_login,
    a_mandate,
    a_person,
    issuer_file,
    key_row,
    proof_claim,
    role_row,
)
from interop.crypto import sign_compact
from interop.errors import TrustError
from interop.federation import PartyClaim, issue, issue_mandate, verify_mandate
from interop.federation.claims import write_claims
from interop.model.party import Party

DELTA = Delta()
REGISTRY = DELTA.registry()
ITEM = "road-transport-licence"


def verify(
    token: str,
    *,
    item: str = ITEM,
    region: str = "310115",
    parties: tuple[Party, Party] = (a_firm(), a_person()),
    now: datetime = NOW,
) -> str:
    return verify_mandate(
        token,
        REGISTRY,
        item=item,
        region=region,
        applicant=parties[0],
        agent=parties[1],
        clock=lambda: now,
    )


def mandate(**changes: object) -> str:
    return issue_mandate(a_mandate(**changes), DELTA.mandates, env="sim").reveal()


def codes_of(call: Callable[[], object]) -> list[str]:
    with pytest.raises(TrustError) as caught:
        call()
    return [reason.code for reason in caught.value.reasons]


@given(firm=ORGANISATIONS, agent=PERSONS, salt=st.binary(min_size=16, max_size=16))
def test_a_mandate_lets_its_agent_act_for_its_principal(
    firm: Party, agent: Party, salt: bytes
) -> None:
    token = mandate(
        principal=PartyClaim(kind="organisation", proof=proof_claim(firm, salt)),
        agent=PartyClaim(kind="person", proof=proof_claim(agent, salt)),
    )
    assert verify(token, parties=(firm, agent)).startswith("sha-256:")


@given(firm=ORGANISATIONS, agent=PERSONS)
def test_it_is_no_use_to_anybody_else(firm: Party, agent: Party) -> None:
    token = mandate()
    codes = [
        "mandate-other-applicant" if firm.code != a_firm().code else "",
        "mandate-other-agent" if agent.code != a_person().code else "",
    ]
    expected = [code for code in codes if code]
    assert expected
    assert codes_of(lambda: verify(token, parties=(firm, agent))) == expected


@given(bad=changed(mandate()))
def test_a_mandate_with_one_character_changed_is_refused(bad: str) -> None:
    with pytest.raises(TrustError):
        verify(bad)


REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    "other item": (lambda: verify(mandate(), item="another"), "mandate-other-item"),
    "item prefix": (lambda: verify(mandate(), item=ITEM[:-1]), "mandate-other-item"),
    "other region": (lambda: verify(mandate(), region="320500"), "mandate-other-region"),
    "wider region": (
        lambda: verify(mandate(regions=("310115",)), region="310000"),
        "mandate-other-region",
    ),
    "swapped": (
        lambda: verify(mandate(principal=a_mandate().agent, agent=a_mandate().agent)),
        "mandate-other-applicant",
    ),
    "expired": (lambda: verify(mandate(exp=NOW_S - 60)), "mandate-expired"),
    "from tomorrow": (
        lambda: verify(mandate(iat=NOW_S + 61)),
        "mandate-not-yet-valid",
    ),
    "too long": (lambda: verify(mandate(exp=NOW_S + TERM_S)), "mandate-lifetime"),
    "no term": (
        lambda: verify(mandate(iat=NOW_S, exp=NOW_S)),
        "mandate-lifetime",
    ),
    "unknown issuer": (
        lambda: verify(mandate(iss="https://other.example")),
        "issuer-unknown",
    ),
    "issuer of another role": (lambda: verify(mandate(iss=IDP)), "issuer-role"),
    "login instead": (lambda: verify(issue(a_login(), DELTA.east).reveal()), "mandate-typ"),
    "signed by a login key": (
        lambda: verify(issue_mandate(a_mandate(), DELTA.east).reveal()),
        "token-key-unknown",
    ),
    "no items": (lambda: verify(mandate(items=())), "token-claim-type"),
    "other env": (
        lambda: verify(issue_mandate(a_mandate(), DELTA.mandates, env="prod").reveal()),
        "token-other-env",
    ),
    "registry over": (
        lambda: verify(mandate(), now=NOW + timedelta(days=400)),
        "registry-expired",
    ),
}


@pytest.mark.parametrize(("call", "code"), REFUSED.values(), ids=REFUSED)
def test_each_misuse_has_its_code(call: Callable[[], object], code: str) -> None:
    assert codes_of(call) == [code]


def test_an_organisation_is_no_agent() -> None:
    firm = PartyClaim(kind="organisation", proof=a_mandate().principal.proof)
    codes = codes_of(lambda: verify(mandate(agent=firm), parties=(a_firm(), a_firm())))
    assert codes == ["token-agent-not-person"]


def test_a_mandate_counts_until_the_second_it_ends_and_its_skew() -> None:
    assert verify(mandate(exp=NOW_S - 59))
    assert verify(mandate(iat=NOW_S + 60))
    assert verify(mandate(iat=NOW_S - 5, exp=NOW_S - 5 + TERM_S))


def test_an_issuer_must_be_registered_for_mandates_and_sign_in_its_time() -> None:
    row = role_row(a_mandate().iss, "mandate", (key_row(DELTA.mandates),))
    plain = row.model_copy(
        update={"roles": ("mandate", "gateway"), "audience": "https://a.example"}
    )
    early = key_row(DELTA.mandates, sign_until=NOW - timedelta(days=1))
    for changes, code in [({"keys": (early,)}, "token-key-retired"), ({}, "")]:
        registry = DELTA.registry(issuer_file("310000", plain.model_copy(update=changes)))
        call = partial(
            verify_mandate,
            mandate(),
            registry,
            item=ITEM,
            region="310000",
            applicant=a_firm(),
            agent=a_person(),
            clock=lambda: NOW,
        )
        if code:
            assert codes_of(call) == [code]
        else:
            assert call() == verify(mandate())


def test_a_mandate_says_nothing_but_what_is_agreed() -> None:
    payload = write_claims(a_mandate())[:-1] + b',"amount":1}'
    token = sign_compact(payload, DELTA.mandates, typ="mandate+jwt")
    assert codes_of(lambda: verify(token)) == ["token-claim-unknown"]

"""A mandate's amount, and whether it was taken back; both judged by the region that serves."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.federation import (
    IDP,
    MANDATES,
    NOW,
    NOW_S,
    Delta,
    a_firm,
    a_mandate,
    a_person,
)
from interop.crypto import sign_compact
from interop.errors import TrustError
from interop.federation import issue_mandate, verify_mandate
from interop.federation.mandate_claims import MandateTerms
from interop.federation.revocation import (
    LIST_LIFE_S_MAX,
    MemoryRevocations,
    RevocationClaims,
    RevocationList,
    issue_revocations,
    read_revocations,
)
from interop.model.party import Party
from interop.model.ports import Revocations

DELTA: Final = Delta()
REGISTRY: Final = DELTA.registry()
AGENT: Final = a_person()
AMOUNTS: Final = st.integers(0, 5)


def mandate(**changes: object) -> str:
    known = msgspec.structs.asdict(a_mandate())
    return issue_mandate(MandateTerms(**{**known, **changes}), DELTA.mandates).reveal()


def verify(
    token: str,
    *,
    amount_fen: int | None = None,
    revocations: Revocations | None = None,
    agent: Party | None = AGENT,
) -> str:
    return verify_mandate(
        token,
        REGISTRY,
        item="road-transport-licence",
        region="310115",
        applicant=a_firm(),
        agent=agent,
        clock=lambda: NOW,
        amount_fen=amount_fen,
        revocations=revocations,
    )


def a_list(*revoked: str, **changes: object) -> str:
    claims = RevocationClaims(
        iss=MANDATES, iat=NOW_S - 60, exp=NOW_S + 3_600, seq=1, revoked=revoked
    )
    return issue_revocations(
        msgspec.structs.replace(claims, **changes), DELTA.mandates, env="sim"
    ).reveal()


def read(token: str, now: datetime = NOW) -> RevocationList:
    return read_revocations(token, REGISTRY, clock=lambda: now)


def codes(call: Callable[[], object]) -> list[str]:
    with pytest.raises(TrustError) as caught:
        call()
    return [reason.code for reason in caught.value.reasons]


@given(cap=st.none() | AMOUNTS, amount=st.none() | AMOUNTS)
def test_an_amount_counts_up_to_the_cap(cap: int | None, amount: int | None) -> None:
    token = mandate(amount_fen_max=cap)
    if cap is None or (amount is not None and amount <= cap):
        assert verify(token, amount_fen=amount)
    else:
        code = "mandate-amount-unstated" if amount is None else "mandate-amount-over"
        assert codes(lambda: verify(token, amount_fen=amount)) == [code]


def test_a_negative_amount_is_over_every_cap() -> None:
    token = mandate(amount_fen_max=5)
    assert codes(lambda: verify(token, amount_fen=-1)) == ["mandate-amount-over"]


def test_without_a_natural_person_no_mandate_counts() -> None:
    assert codes(lambda: verify(mandate(), agent=None)) == ["mandate-without-agent"]


@pytest.mark.parametrize("revocable", [True, False])
def test_what_was_taken_back_does_not_count(*, revocable: bool) -> None:
    token = mandate(revocable=revocable)
    known = MemoryRevocations([read(a_list("mandate-0001"))])
    assert codes(lambda: verify(token, revocations=known)) == ["mandate-revoked"]
    other = MemoryRevocations([read(a_list("mandate-0002"))])
    assert verify(token, revocations=other)


def test_a_revocable_mandate_of_unknown_state_is_refused_by_name() -> None:
    token, wanted = mandate(revocable=True), ["mandate-status-unknown"]
    old = read(a_list(exp=NOW_S + 1))
    assert codes(lambda: verify(token)) == wanted
    assert codes(lambda: verify(token, revocations=MemoryRevocations())) == wanted
    stale = MemoryRevocations([old])
    assert stale.state(MANDATES, "mandate-0001", now=NOW) == "valid"
    assert stale.state(MANDATES, "mandate-0001", now=NOW + timedelta(seconds=1)) == "unknown"
    # One that its issuer never lists counts until it ends.
    assert verify(mandate())


def test_what_was_taken_back_stays_so_when_the_list_grows_old() -> None:
    known = MemoryRevocations([read(a_list("mandate-0001", exp=NOW_S + 1))])
    later = NOW + timedelta(days=9)
    assert known.state(MANDATES, "mandate-0001", now=later) == "revoked"


def test_an_older_list_never_takes_the_place_of_a_newer_one() -> None:
    known = MemoryRevocations([read(a_list("mandate-0001", seq=2))])
    for seq in (1, 2):
        older = read(a_list(seq=seq))
        assert codes(lambda: known.take(older)) == ["revocations-rollback"]  # noqa: B023 -- called at once
    known.take(read(a_list(seq=3)))
    assert known.state(MANDATES, "mandate-0001", now=NOW) == "valid"


BAD: Final[dict[str, tuple[str, str]]] = {
    "a mandate": (issue_mandate(a_mandate(), DELTA.mandates).reveal(), "revocations-typ"),
    "over": (a_list(iat=NOW_S - 60, exp=NOW_S), "revocations-time"),
    "early": (a_list(iat=NOW_S + 61, exp=NOW_S + 99), "revocations-time"),
    "long": (a_list(exp=NOW_S - 60 + LIST_LIFE_S_MAX + 1), "revocations-time"),
    "of a provider": (a_list(iss=IDP), "issuer-role"),
    "of nobody": (a_list(iss="https://x.example"), "issuer-unknown"),
    "without a number": (a_list(seq=0), "token-claim-type"),
    "with a claim more": (
        sign_compact(b'{"iss":"x","more":1}', DELTA.mandates, typ="revocations+jwt"),
        "token-claim-type",
    ),
    "signed by another": (
        issue_revocations(
            RevocationClaims(iss=MANDATES, iat=NOW_S, exp=NOW_S + 9, seq=1, revoked=()),
            DELTA.east,
            env="sim",
        ).reveal(),
        "token-key-unknown",
    ),
}


@pytest.mark.parametrize(("token", "code"), BAD.values(), ids=BAD)
def test_a_list_is_believed_by_the_registry_alone(token: str, code: str) -> None:
    assert codes(lambda: read(token)) == [code]

"""A matching ticket fits one gateway, one case and one party, once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.crypto import changed
from interop.conformance.strategies.federation import (
    IDP,
    NOW,
    NOW_S,
    PARTIES,
    a_firm,
    a_login,
    a_person,
)
from interop.conformance.strategies.token_exchange import EAST, WEST, Twin
from interop.conformance.strategies.token_exchange import changed as with_changes
from interop.crypto import PrivateKey, sign_compact
from interop.errors import TrustError
from interop.federation import issue
from interop.federation.replay import MemoryReplay
from interop.federation.ticket import Redemption, TicketOffice, redeem_ticket
from interop.model.canonical import Json, canonical_bytes
from interop.model.party import Party

TWIN: Final = Twin()
REGISTRY: Final = TWIN.registry()
CASE: Final = "case-1"
PERSON: Final = a_person()


def office(entropy: Callable[[int], bytes] = bytes) -> TicketOffice:
    return TicketOffice(EAST, TWIN.ring(EAST).signing, "sim", entropy)


def a_ticket(party: Party = PERSON, *, now: datetime = NOW) -> str:
    return office().issue(party, case=CASE, audience=WEST, now=now).reveal()


HERE: Final = Redemption(audience=WEST, case=CASE, party=PERSON, now=NOW)


def redeem(token: str, *, replay: MemoryReplay | None = None, **changes: object) -> str:
    # `or` would take an empty store for none.
    replay = MemoryReplay() if replay is None else replay
    return redeem_ticket(token, REGISTRY, at=with_changes(HERE, changes), replay=replay)


def codes(call: Callable[[], object]) -> list[str]:
    with pytest.raises(TrustError) as caught:
        call()
    return [reason.code for reason in caught.value.reasons]


def forged(key: PrivateKey = TWIN.ring(EAST).signing, /, **changes: Json) -> str:  # noqa: B008 -- one key
    claims = jwt.decode(a_ticket(), options={"verify_signature": False})
    return sign_compact(canonical_bytes({**claims, **changes}), key, typ="matching-ticket+jwt")


@given(party=PARTIES, other=PARTIES)
def test_it_fits_its_party_alone_and_once(party: Party, other: Party) -> None:
    token, replay = a_ticket(party), MemoryReplay()
    if other.code != party.code:
        assert codes(lambda: redeem(token, replay=replay, party=other)) == ["ticket-party"]
    # What does not fit is not used up.
    assert redeem(token, replay=replay, party=party).startswith("sha-256:")
    assert codes(lambda: redeem(token, replay=replay, party=party)) == ["ticket-used"]


@given(
    salts=st.tuples(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
)
def test_two_tickets_of_one_person_share_nothing(salts: tuple[bytes, bytes]) -> None:
    read = [
        jwt.decode(
            office(lambda n, salt=salt: salt[:n])  # type: ignore[misc]  # a default keeps each salt
            .issue(a_person(), case=CASE, audience=WEST, now=NOW)
            .reveal(),
            options={"verify_signature": False},
        )
        for salt in salts
    ]
    assert set(read[0]) == {"iss", "aud", "iat", "exp", "jti", "case", "kind", "proof"}
    if salts[0].rstrip(b"\0") != salts[1].rstrip(b"\0"):
        assert read[0]["proof"]["mac"] != read[1]["proof"]["mac"]


@given(bad=changed(a_ticket()))
def test_one_with_a_character_changed_is_refused(bad: str) -> None:
    with pytest.raises(TrustError):
        redeem(bad)


REFUSED: Final[dict[str, tuple[Callable[[], object], str]]] = {
    "at another gateway": (lambda: redeem(a_ticket(), audience=EAST), "ticket-audience"),
    "for another case": (lambda: redeem(a_ticket(), case="case-2"), "ticket-case"),
    "of another kind": (lambda: redeem(a_ticket(a_firm())), "ticket-party"),
    "of the same number but another kind": (
        lambda: redeem(a_ticket(PERSON.model_copy(update={"kind": "organisation"}))),
        "ticket-party",
    ),
    "by a provider of logins": (
        lambda: redeem(forged(TWIN.delta.east, iss=IDP)),
        "issuer-role",
    ),
    "over": (lambda: redeem(a_ticket(now=NOW - timedelta(seconds=660))), "ticket-expired"),
    "early": (
        lambda: redeem(a_ticket(now=NOW + timedelta(seconds=61))),
        "ticket-not-yet-valid",
    ),
    "good for too long": (lambda: redeem(forged(exp=NOW_S + 601)), "ticket-lifetime"),
    "good for no time": (lambda: redeem(forged(exp=NOW_S)), "ticket-lifetime"),
    "a login": (lambda: redeem(issue(a_login(), TWIN.delta.east).reveal()), "ticket-typ"),
    "in another's name": (lambda: redeem(forged(iss=WEST)), "token-key-unknown"),
    "with a claim more": (lambda: redeem(forged(sub="s-1")), "token-claim-unknown"),
}


@pytest.mark.parametrize(("call", "code"), REFUSED.values(), ids=REFUSED)
def test_each_misuse_has_its_code(call: Callable[[], object], code: str) -> None:
    assert codes(call) == [code]


def test_all_that_does_not_fit_is_told_at_once() -> None:
    call = lambda: redeem(a_ticket(), audience=EAST, case="x", party=a_firm())  # noqa: E731 -- one call
    assert codes(call) == ["ticket-audience", "ticket-case", "ticket-party"]


def test_it_counts_within_its_skew_and_stays_used() -> None:
    replay, late = MemoryReplay(), NOW + timedelta(seconds=659)
    assert redeem(a_ticket(), replay=replay, now=late)
    assert codes(lambda: redeem(a_ticket(), replay=replay, now=NOW)) == ["ticket-used"]

"""Every kind of signed object shown where another is wanted: only its ``typ`` is wrong.

Worst case: whoever may sign what is wanted has signed the other kind, with the right key.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

import msgspec
import pytest

from interop.conformance.strategies.crypto import PROFILE
from interop.conformance.strategies.federation import (
    IDP,
    MANDATES,
    NOW,
    NOW_S,
    a_firm,
    a_login,
    a_mandate,
    a_person,
)
from interop.conformance.strategies.federation_tokens import (
    Application,
    Uses,
    a_logout,
    an_id_login,
)
from interop.conformance.strategies.token_exchange import EAST, WEST, Twin, a_request
from interop.crypto import PrivateKey, base64url, sign_compact
from interop.crypto.profile import DEVELOPMENT, SecretKey
from interop.errors import TrustError
from interop.federation import (
    ConfirmationClaim,
    LoginRound,
    Possession,
    Verifier,
    issue,
    open_registry,
    verify_mandate,
)
from interop.federation.replay import MemoryReplay
from interop.federation.revocation import read_revocations
from interop.federation.status import read_status_list
from interop.federation.ticket import Redemption, TicketOffice, redeem_ticket
from interop.federation.token_exchange import IssuedToken, exchange_token
from interop.model.canonical import Json
from interop.model.sensitive import Sensitive

TWIN: Final = Twin()
REGISTRY: Final = TWIN.registry()
PUBLISHER: Final = PrivateKey.generate(use="sig")
APPLICATION: Final = Application()
CNF: Final = ConfirmationClaim(jkt=APPLICATION.jkt)
BOUND: Final = issue(a_login(cnf=CNF), TWIN.delta.east).reveal()
STATEMENT: Final[dict[str, Json]] = {"iss": IDP, "sub": IDP, "iat": NOW_S, "exp": NOW_S + 60}


def _exchanged() -> object:
    found = exchange_token(a_request(), by=TWIN.authority(), now=NOW)
    assert isinstance(found, IssuedToken)
    return msgspec.to_builtins(found.claims)


def _ticket() -> object:
    office = TicketOffice(EAST, TWIN.ring(EAST).signing, "sim", bytes)
    token = office.issue(a_person(), case="case-1", audience=WEST, now=NOW).reveal()
    return json.loads(base64url.decode(token.split(".")[1], field="x"))


CLAIMS: Final[dict[str, object]] = {
    "id_token": msgspec.to_builtins(an_id_login()),
    "at+jwt": msgspec.to_builtins(a_login()),
    "logout+jwt": msgspec.to_builtins(a_logout()),
    "dpop+jwt": msgspec.to_builtins(APPLICATION.claims(BOUND)),
    "entity-statement+jwt": STATEMENT,
    "mandate+jwt": msgspec.to_builtins(a_mandate()),
    "exchanged+jwt": _exchanged(),
    "matching-ticket+jwt": _ticket(),
    "revocations+jwt": {"iss": MANDATES, "iat": NOW_S, "exp": NOW_S + 60, "seq": 1},
    "statuslist+jwt": {"iss": MANDATES, "sub": f"{MANDATES}/1", "iat": NOW_S},
    "delta-trust-registry+jwt": {"id": "https://trust.sim.example", "version": 1},
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where one kind of object is wanted: its key, what reads it, how a wrong typ is told."""

    key: SecretKey
    read: Callable[[str], object]
    code: str


def verifier() -> Verifier:
    return Verifier(REGISTRY, audience=EAST, clock=lambda: NOW, replay=Uses())


def mandate(token: str) -> object:
    return verify_mandate(
        token,
        REGISTRY,
        item="road-transport-licence",
        region="310115",
        applicant=a_firm(),
        agent=a_person(),
        clock=lambda: NOW,
    )


def ticket(token: str) -> object:
    at = Redemption(audience=WEST, case="case-1", party=a_person(), now=NOW)
    return redeem_ticket(token, REGISTRY, at=at, replay=MemoryReplay())


def registry(token: str) -> object:
    signers = [PUBLISHER.public.to_jwk()]
    return open_registry(token, signers=signers, now=NOW + timedelta(seconds=1))


def possession(token: str) -> object:
    shown = replace(APPLICATION.shown(BOUND), jwt=Sensitive(token))
    return verifier().verify(BOUND, proof=shown)


ROUND: Final = LoginRound(nonce=Sensitive("nonce-0001"), issuer=IDP)
OWN: Final = TWIN.delta
PLACES: Final[dict[str, Place]] = {
    "id_token": Place(
        OWN.east, lambda token: verifier().verify_login(token, login=ROUND), "token-typ"
    ),
    "at+jwt": Place(OWN.east, lambda token: verifier().verify(token), "token-typ"),
    "logout+jwt": Place(OWN.east, lambda token: verifier().verify_logout(token), "token-typ"),
    "dpop+jwt": Place(APPLICATION.key, possession, "dpop-typ"),
    "mandate+jwt": Place(OWN.mandates, mandate, "mandate-typ"),
    "exchanged+jwt": Place(
        TWIN.ring(EAST).signing, lambda token: TWIN.reader(WEST).read(token), "token-typ"
    ),
    "matching-ticket+jwt": Place(TWIN.ring(EAST).signing, ticket, "ticket-typ"),
    "revocations+jwt": Place(
        OWN.mandates,
        lambda token: read_revocations(token, REGISTRY, clock=lambda: NOW),
        "revocations-typ",
    ),
    "statuslist+jwt": Place(
        OWN.mandates,
        lambda token: read_status_list(token, REGISTRY, clock=lambda: NOW),
        "status-typ",
    ),
    "delta-trust-registry+jwt": Place(PUBLISHER, registry, "registry-typ"),
}


def shown(kind: str, place: str) -> str:
    """Return an object of ``kind``, signed as ``place`` wants it."""
    key, typ = PLACES[place].key, "JWT" if kind == "id_token" else kind
    payload = json.dumps(CLAIMS[kind]).encode()
    if place != "dpop+jwt":
        header: dict[str, Json] = {} if place == "delta-trust-registry+jwt" else {"env": "sim"}
        return sign_compact(payload, key, typ=typ, header=header)
    jwk = {name: key.public.to_jwk()[name] for name in ("kty", "crv", "x", "y")}
    head = json.dumps({"alg": "ES256", "jwk": jwk, "typ": typ}).encode()
    signed = f"{base64url.encode(head)}.{base64url.encode(payload)}"
    return f"{signed}.{base64url.encode(key.sign(signed.encode()))}"


# Whether a login or an exchanged token is wanted, the reader of an exchange tells by typ.
EITHER: Final = {("at+jwt", "exchanged+jwt")}
ATTACKS: Final[dict[str, tuple[Callable[[], object], str]]] = {
    f"{kind} as {place}": (
        lambda kind=kind, place=place: PLACES[place].read(shown(kind, place)),  # type: ignore[misc]  # bound now
        PLACES[place].code,
    )
    for kind in CLAIMS
    for place in PLACES
    if kind != place and (kind, place) not in EITHER
}


@pytest.mark.parametrize(("attack", "code"), ATTACKS.values(), ids=ATTACKS)
def test_no_kind_passes_for_another(attack: Callable[[], object], code: str) -> None:
    with pytest.raises(TrustError) as caught:
        attack()
    assert [reason.code for reason in caught.value.reasons] == [code]


# What is not whole here is refused for what it lacks, past its type.
PAST: Final = {
    "revocations+jwt": "token-claim-type",
    "statuslist+jwt": "token-claim-type",
    "delta-trust-registry+jwt": "registry-malformed",
}


@pytest.mark.parametrize("place", PLACES)
def test_the_kind_that_is_wanted_gets_past_its_type(place: str) -> None:
    if place == "dpop+jwt" and DEVELOPMENT.name != PROFILE:
        pytest.skip("the application of these strategies proves possession with ES256")
    code = PAST.get(place)
    if code is None:
        assert PLACES[place].read(shown(place, place))
    else:
        with pytest.raises(TrustError, match=code):
            PLACES[place].read(shown(place, place))


def test_the_matrix_is_whole() -> None:
    assert len(ATTACKS) == len(CLAIMS) * len(PLACES) - len(PLACES) - len(EITHER)
    assert isinstance(APPLICATION.shown(BOUND), Possession)

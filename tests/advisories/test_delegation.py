"""Named attacks on mandates, tickets, sessions and key sets: for each check its own code."""

import json
import zlib
from collections.abc import Callable
from datetime import timedelta
from typing import Final

import pytest

from interop.conformance.strategies.federation import (
    MANDATES,
    NOW,
    NOW_S,
    TERM_S,
    a_firm,
    a_mandate,
    a_person,
)
from interop.conformance.strategies.token_exchange import (
    EAST,
    WEST,
    Twin,
    a_presented,
)
from interop.crypto import PrivateKey, base64url, sign_compact
from interop.crypto.profile import SecretKey
from interop.errors import RegionUnavailable, TrustError
from interop.federation import issue_mandate, verify_mandate
from interop.federation.jwks import JwksLimits, JwksSource
from interop.federation.logout import MemoryLoggedOut, require_alive, session_key
from interop.federation.mandate_claims import MandateTerms, StatusClaim, StatusPlace
from interop.federation.replay import MemoryReplay
from interop.federation.revocation import (
    MemoryRevocations,
    RevocationClaims,
    RevocationList,
    issue_revocations,
    read_revocations,
)
from interop.federation.status import StatusList, StatusLists, read_status_list
from interop.federation.ticket import Redemption, TicketOffice, redeem_ticket
from interop.model.party import Party, Scheme
from interop.model.sensitive import Sensitive
from interop.transport.reasons import UNREACHABLE

TWIN: Final = Twin()
REGISTRY: Final = TWIN.registry()
ITEM: Final = "road-transport-licence"
OTHER_FIRM: Final = Party(
    kind="organisation",
    scheme=Scheme.USCC,
    code=Sensitive("91310115MA1K000011"),
    name=Sensitive("乙公司"),
)


def act(token: str, **changes: object) -> str:
    """Let the firm's agent act under ``token``, with ``changes`` to what is done."""
    done: dict[str, object] = {
        "item": ITEM,
        "region": "310115",
        "applicant": a_firm(),
        "agent": a_person(),
        "amount_fen": 100,
        "revocations": revocations(),
        **changes,
    }
    return verify_mandate(token, REGISTRY, clock=lambda: NOW, **done)  # type: ignore[arg-type]  # named by each row


def a_token(**changes: object) -> str:
    terms = {"amount_fen_max": 100, "revocable": True, **changes}
    known = {name: getattr(a_mandate(), name) for name in a_mandate().__struct_fields__}
    return issue_mandate(MandateTerms(**{**known, **terms}), TWIN.delta.mandates).reveal()


def revocations(*revoked: str, seq: int = 1) -> MemoryRevocations:
    return MemoryRevocations([a_list(*revoked, seq=seq)])


def a_list(*revoked: str, seq: int = 1) -> RevocationList:
    claims = RevocationClaims(iss=MANDATES, iat=NOW_S, exp=NOW_S + 60, seq=seq, revoked=revoked)
    token = issue_revocations(claims, TWIN.delta.mandates, env="sim").reveal()
    return read_revocations(token, REGISTRY, clock=lambda: NOW)


def older_list() -> None:
    known = revocations("mandate-0001", seq=2)
    known.take(a_list(seq=1))


def ticket(**changes: object) -> str:
    """Redeem a ticket of the east gateway at the west one, with ``changes``."""
    replay = MemoryReplay()
    office = TicketOffice(EAST, TWIN.ring(EAST).signing, "sim", bytes)
    token = office.issue(a_person(), case="case-1", audience=WEST, now=NOW).reveal()
    here: dict[str, object] = {
        "audience": WEST,
        "case": "case-1",
        "party": a_person(),
        "now": NOW,
        **{name: value for name, value in changes.items() if name != "twice"},
    }
    at = Redemption(**here)  # type: ignore[arg-type]  # named by each row
    if changes.get("twice"):
        redeem_ticket(token, REGISTRY, at=at, replay=replay)
        at = Redemption(**{**here, "now": NOW - timedelta(seconds=30)})  # type: ignore[arg-type]  # as above
    return redeem_ticket(token, REGISTRY, at=at, replay=replay)


def ended_session() -> None:
    sessions = MemoryLoggedOut(clock=lambda: NOW)
    key = session_key(a_presented().path[0], "sub", "s-1")
    sessions.end(key, at=NOW, until=NOW + timedelta(days=1))
    require_alive(a_presented(), sessions)


class Answers:
    def __init__(self, answer: bytes | None) -> None:
        self.answer = answer

    def get(self, url: str, *, bytes_max: int, deadline_s: float) -> bytes:
        if self.answer is None:
            raise RegionUnavailable(UNREACHABLE.of(field=url, got=f"{bytes_max} {deadline_s}"))
        return self.answer


KEY: Final = PrivateKey.generate(use="sig")
KEYS: Final = json.dumps({"keys": [KEY.public.to_jwk()]}).encode()


def key(kid: str = KEY.kid, *, answer: bytes | None = KEYS, later_s: float = 0) -> object:
    """Ask a source for a key, once, or again ``later_s`` after the issuer fell silent."""
    now = [0.0]
    issuer = Answers(answer)
    source = JwksSource(
        "https://idp.example",
        issuer,
        algorithms=frozenset({"ES256"}),
        limits=JwksLimits(stale_s_max=100),
        ticks=lambda: now[0],
    )
    if later_s:
        source.key(KEY.kid)
        issuer.answer, now[0] = None, later_s
    return source.key(kid)


def full_memory() -> None:
    replay = MemoryReplay(entries_max=1)
    for name in ("a", "b"):
        replay.first_use(EAST, name, until=NOW + timedelta(seconds=9), now=NOW)


URI: Final = f"{MANDATES}/status/1"


def packed(*states: int) -> str:
    """Pack one bit per position, eight positions at a time."""
    octets = [
        sum(bit << at for at, bit in enumerate(states[start : start + 8]))
        for start in range(0, len(states), 8)
    ]
    return base64url.encode(zlib.compress(bytes(octets)))


def statuses(
    *states: int, lst: str = "", iat: int = NOW_S, signer: SecretKey = TWIN.delta.mandates
) -> StatusList:
    claims = {
        "iss": MANDATES,
        "sub": URI,
        "iat": iat,
        "exp": NOW_S + 60,
        "ttl": 3_600,
        "status_list": {"bits": 1, "lst": lst or packed(*states)},
    }
    token = sign_compact(json.dumps(claims).encode(), signer, typ="statuslist+jwt")
    return read_status_list(token, REGISTRY, clock=lambda: NOW)


def listed(idx: int, uri: str = URI) -> str:
    """Act under a mandate whose state stands at a place of a list of eight, the third gone."""
    known = MemoryRevocations(statuses=StatusLists([statuses(0, 0, 1, 0, 0, 0, 0, 0)]))
    status = StatusClaim(StatusPlace(idx=idx, uri=uri))
    return act(a_token(revocable=False, status=status), revocations=known)


def older_status() -> None:
    StatusLists([statuses(0, 0, 1)]).take(statuses(0, 0, 0, iat=NOW_S - 1))


BOMB: Final = base64url.encode(zlib.compress(bytes(100_000_000)))

ATTACKS: Final[dict[str, tuple[Callable[[], object], str]]] = {
    "a mandate for another item": (lambda: act(a_token(), item="x"), "mandate-other-item"),
    "a mandate for another region": (
        lambda: act(a_token(), region="320500"),
        "mandate-other-region",
    ),
    "a mandate of another legal person": (
        lambda: act(a_token(), applicant=OTHER_FIRM),
        "mandate-other-applicant",
    ),
    "a mandate for another agent": (
        lambda: act(a_token(), agent=a_person().model_copy(update={"code": Sensitive("x")})),
        "mandate-other-agent",
    ),
    "a mandate that has expired": (lambda: act(a_token(exp=NOW_S - 60)), "mandate-expired"),
    "a mandate from the future": (
        lambda: act(a_token(iat=NOW_S + 61)),
        "mandate-not-yet-valid",
    ),
    "a mandate for ever": (lambda: act(a_token(exp=NOW_S + TERM_S)), "mandate-lifetime"),
    "an amount one fen over the cap": (
        lambda: act(a_token(), amount_fen=101),
        "mandate-amount-over",
    ),
    "an amount that is kept back": (
        lambda: act(a_token(), amount_fen=None),
        "mandate-amount-unstated",
    ),
    "a mandate that was taken back": (
        lambda: act(a_token(), revocations=revocations("mandate-0001")),
        "mandate-revoked",
    ),
    "a mandate nobody can tell the state of": (
        lambda: act(a_token(), revocations=None),
        "mandate-status-unknown",
    ),
    "a legal person without a natural one": (
        lambda: act(a_token(), agent=None),
        "mandate-without-agent",
    ),
    "a list from before the revocation": (older_list, "revocations-rollback"),
    "a place beyond the end of the status list": (lambda: listed(8), "mandate-status-unknown"),
    "a place in a list of another name": (
        lambda: listed(0, URI + "0"),
        "mandate-status-unknown",
    ),
    "a place that says revoked": (lambda: listed(2), "mandate-revoked"),
    "a status list from before": (older_status, "status-rollback"),
    "a status list that unpacks without end": (lambda: statuses(lst=BOMB), "status-list-size"),
    "a status list cut short": (
        lambda: statuses(lst=packed(*[1] * 99)[:-8]),
        "status-list-zip",
    ),
    "a status list that is over": (lambda: statuses(0, iat=NOW_S - 3_600), "status-time"),
    "a status list by a provider of logins": (
        lambda: statuses(0, signer=TWIN.delta.east),
        "token-key-unknown",
    ),
    "a ticket at another gateway": (lambda: ticket(audience=EAST), "ticket-audience"),
    "a ticket for another case": (lambda: ticket(case="case-2"), "ticket-case"),
    "a ticket for somebody else": (lambda: ticket(party=a_firm()), "ticket-party"),
    "a ticket used twice, the clock set back between": (
        lambda: ticket(twice=True),
        "ticket-used",
    ),
    "a ticket that is over": (
        lambda: ticket(now=NOW + timedelta(seconds=660)),
        "ticket-expired",
    ),
    "a login whose session has ended": (ended_session, "session-ended"),
    "a memory filled to make it forget": (full_memory, "replay-full"),
    "a kid that nobody has": (lambda: key("../etc/passwd"), "jwks-kid-unknown"),
    "a key set past its age": (lambda: key(later_s=100), "jwks-stale"),
}


@pytest.mark.parametrize(("attack", "code"), ATTACKS.values(), ids=ATTACKS)
def test_the_attack_fails_by_name(attack: Callable[[], object], code: str) -> None:
    with pytest.raises(TrustError) as caught:
        attack()
    assert [reason.code for reason in caught.value.reasons] == [code]


def test_without_an_attack_everything_passes() -> None:
    assert act(a_token())
    assert ticket()
    assert key(later_s=99)
    assert listed(1)
    # One check, one code; three ways lead to what nobody can tell.
    shared = ["mandate-status-unknown"] * 2 + ["mandate-revoked"]
    codes = [code for _, code in ATTACKS.values()]
    assert len(codes) - len(set(codes)) == len(shared)

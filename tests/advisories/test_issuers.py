"""Named attacks on who issued what, when, how surely and for whom: claims, chains, registries.

They go on where the tables of tokens, proofs, exchanges and mandates end.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import msgspec
import pytest

from interop.conformance.strategies.federation import (
    ACRS,
    AUDIENCE,
    IDP,
    NOW,
    NOW_S,
    Delta,
    a_login,
    a_person,
    idp_row,
    issuer_file,
    key_row,
)
from interop.conformance.strategies.federation_tokens import Application, Uses, a_logout
from interop.conformance.strategies.token_exchange import (
    EAST,
    WEST,
    Twin,
    a_link,
    a_presented,
    a_principal,
    a_request,
    an_actor,
)
from interop.crypto import base64url, sign_compact
from interop.crypto.algorithms import EC, P256
from interop.errors import InteropError, KnowledgeError
from interop.federation import (
    ConfirmationClaim,
    IssuerFile,
    IssuerKey,
    Need,
    Verifier,
    issue,
    issue_logout,
)
from interop.federation.exchange_claims import Presented
from interop.federation.logout import MemoryLoggedOut, Sessions
from interop.federation.replay import MemoryReplay
from interop.federation.sequence import FileMark
from interop.federation.subject_key import SubjectKey
from interop.federation.ticket import Redemption, TicketOffice, redeem_ticket
from interop.federation.token_exchange import IssuedToken, exchange_token
from interop.model.party import AssuranceLevel
from interop.model.sensitive import Sensitive

DELTA: Final = Delta()
TWIN: Final = Twin()
LOW, MIDDLE, HIGH = AssuranceLevel
DAY: Final = timedelta(days=1)
APPLICATION: Final = Application()
CLAIMS: Final = json.dumps(msgspec.to_builtins(a_login())).encode()


def saying(payload: bytes) -> object:
    return DELTA.verifier().verify(sign_compact(payload, DELTA.east, typ="at+jwt"))


def login(need: Need = Need(), /, **changes: object) -> object:  # noqa: B008 -- frozen
    return DELTA.verifier().verify(issue(a_login(**changes), DELTA.east).reveal(), need=need)


def under(
    key: IssuerKey, *, ceiling: AssuranceLevel = HIGH, need: AssuranceLevel = LOW
) -> object:
    row = idp_row(IDP, key, acrs=ACRS, regions=("310000",))
    file = issuer_file("310000", row.model_copy(update={"ceiling": ceiling}))
    return DELTA.verifier(file).verify(
        issue(a_login(), DELTA.east).reveal(), need=Need(level=need)
    )


def poisoned(key: IssuerKey) -> object:
    """Have a verifier remember a token, then put another key row in place."""
    verifier, token = DELTA.verifier(), issue(a_login(), DELTA.east).reveal()
    for _ in range(2):
        verifier.verify(token)
    row = idp_row(IDP, key, acrs=ACRS, regions=("310000",))
    verifier.renew(DELTA.registry(issuer_file("310000", row)))
    return verifier.verify(token)


def at(shift: timedelta) -> object:
    return DELTA.verifier(now=NOW + shift).verify(issue(a_login(), DELTA.east).reveal())


def naive() -> object:
    verifier = Verifier(
        DELTA.registry(), audience=AUDIENCE, clock=lambda: NOW.replace(tzinfo=None)
    )
    return verifier.verify(issue(a_login(), DELTA.east).reveal())


def public_subjects() -> object:
    """Register an issuer that names a person alike everywhere."""
    row = idp_row(IDP, key_row(DELTA.east), acrs=ACRS, regions=("310000",))
    told = json.loads(issuer_file("310000", row).to_bytes())
    told["issuer"][0]["subject"]["type"] = "public"
    return IssuerFile.from_json(json.dumps(told).encode(), error=KnowledgeError)


def rewritten(token: str) -> str:
    """Return the same token with its signature written anew, without the key.

    ECDSA alone has a second spelling; a token under SM2 comes back as it was.
    """
    if DELTA.east.alg not in EC:
        return token
    head, body, signature = token.split(".")
    made = base64url.decode(signature, field="x")
    s = (P256.order - int.from_bytes(made[32:], "big")).to_bytes(32, "big")
    return f"{head}.{body}.{base64url.encode(made[:32] + s)}"


BOUND: Final = issue(a_login(cnf=ConfirmationClaim(jkt=APPLICATION.jkt)), DELTA.east).reveal()


def proof_again(write: Callable[[str], str]) -> object:
    verifier = Verifier(DELTA.registry(), audience=AUDIENCE, clock=lambda: NOW, replay=Uses())
    proof = APPLICATION.shown(BOUND)
    verifier.verify(BOUND, proof=proof)
    return verifier.verify(
        BOUND, proof=replace(proof, jwt=Sensitive(write(proof.jwt.reveal())))
    )


def nonce_of_another() -> object:
    verifier = Verifier(DELTA.registry(), audience=AUDIENCE, clock=lambda: NOW, replay=Uses())
    proof = replace(APPLICATION.shown(BOUND, nonce="nonce-2"), nonce=Sensitive("nonce-1"))
    return verifier.verify(BOUND, proof=proof)


def unguarded() -> object:
    return DELTA.verifier().verify(BOUND, proof=APPLICATION.shown(BOUND))


def logout_again(write: Callable[[str], str]) -> None:
    registry = DELTA.registry()
    verifier = Verifier(registry, audience=AUDIENCE, clock=lambda: NOW)
    sessions = Sessions(registry, MemoryLoggedOut(clock=lambda: NOW), MemoryReplay())
    token = issue_logout(a_logout(), DELTA.east).reveal()
    sessions.log_out(verifier.verify_logout(token), now=NOW)
    sessions.log_out(verifier.verify_logout(write(token)), now=NOW)


def ticket(
    write: Callable[[str], str] = str, /, *, twice: bool = False, **changes: object
) -> object:
    """Redeem a ticket whose claims have ``changes``, once or again as ``write`` writes it."""
    signer, replay = TWIN.ring(EAST).signing, MemoryReplay()
    good = TicketOffice(EAST, signer, "sim", bytes).issue(
        a_person(), case="case-1", audience=WEST, now=NOW
    )
    claims = json.loads(base64url.decode(good.reveal().split(".")[1], field="x"))
    payload = json.dumps({**claims, **changes}).encode()
    token = sign_compact(payload, signer, typ="matching-ticket+jwt", header={"env": "sim"})
    here = Redemption(audience=WEST, case="case-1", party=a_person(), now=NOW)
    if twice:
        redeem_ticket(token, TWIN.registry(), at=here, replay=replay)
    return redeem_ticket(write(token), TWIN.registry(), at=here, replay=replay)


def exchanged(**changes: object) -> str:
    found = exchange_token(a_request(**changes), by=TWIN.authority(), now=NOW)
    assert isinstance(found, IssuedToken)
    return found.token.reveal()


FIRM: Final = a_presented(
    principal=a_principal(actor=an_actor("s-1", kind="organisation")),
    chain=(a_link("a-1"), a_link("a-2")),
)


def chain(change: Callable[[dict[str, object]], object]) -> object:
    """Change the chain of actors in a token on its way, as its bearer could."""
    head, body, signature = exchanged(subject=FIRM).split(".")
    claims = json.loads(base64url.decode(body, field="x"))
    change(claims)
    forged = base64url.encode(json.dumps(claims).encode())
    return TWIN.reader(WEST).read(f"{head}.{forged}.{signature}")


def reorder(claims: dict[str, object]) -> None:
    outer = claims["act"]
    assert isinstance(outer, dict)
    inner = outer.pop("act")
    claims["act"] = {**inner, "act": outer}


def back_home() -> object:
    """Show a gateway a token that it made for another one."""
    return TWIN.reader(EAST).read(exchanged())


def damaged_mark() -> object:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "mark"
        path.write_bytes(b'{"version":0}')
        return FileMark(path).read()


ATTACKS: Final[dict[str, tuple[Callable[[], object], str]]] = {
    "claims with a byte order mark": (
        lambda: saying(b"\xef\xbb\xbf" + CLAIMS),
        "token-claims-encoding",
    ),
    "claims in UTF-16": (
        lambda: saying(b"\xff\xfe" + CLAIMS.decode().encode("utf-16-le")),
        "token-claims-encoding",
    ),
    "claims cut short": (lambda: saying(CLAIMS[:-1]), "token-claims-malformed"),
    "claims twice over": (lambda: saying(CLAIMS + CLAIMS), "token-claims-malformed"),
    "a number of a thousand digits": (
        lambda: saying(CLAIMS[:-1] + b',"nbf":' + b"9" * 1_000 + b"}"),
        "token-claim-number",
    ),
    "issuer with a port": (lambda: login(iss=f"{IDP}:443"), "issuer-unknown"),
    "issuer with a user": (lambda: login(iss=IDP.replace("//", "//x@")), "issuer-unknown"),
    "issuer with a path": (lambda: login(iss=f"{IDP}/./"), "issuer-unknown"),
    "issuer over http": (lambda: login(iss=IDP.replace("https", "http")), "issuer-unknown"),
    "expired by the skew": (
        lambda: login(iat=NOW_S - 200, exp=NOW_S - 60, auth_time=NOW_S - 200),
        "token-expired",
    ),
    "ahead by more than the skew": (lambda: login(iat=NOW_S + 61), "token-clock-skew"),
    "a level over the issuer's ceiling": (
        lambda: under(key_row(DELTA.east), ceiling=MIDDLE, need=HIGH),
        "token-ceiling-low",
    ),
    "a level nobody defined": (lambda: Need(loa="very high"), "need-level-unknown"),
    "an issuer that names people alike everywhere": (public_subjects, "record-invalid"),
    "a name for no audience": (
        lambda: SubjectKey("e1", bytes(32)).subject("", "uscc|1"),
        "subject-key",
    ),
    "a name by a secret that can be tried": (
        lambda: SubjectKey("e1", bytes(31)),
        "subject-key",
    ),
    "a proof used twice": (lambda: proof_again(str), "dpop-replayed"),
    "a proof used twice, its signature rewritten": (
        lambda: proof_again(rewritten),
        "dpop-replayed",
    ),
    "a proof with the nonce of another": (nonce_of_another, "dpop-nonce"),
    "a proof where nobody remembers": (unguarded, "dpop-unguarded"),
    "a logout token used twice": (lambda: logout_again(str), "logout-replayed"),
    "a logout token used twice, its signature rewritten": (
        lambda: logout_again(rewritten),
        "logout-replayed",
    ),
    "a ticket used twice, its signature rewritten": (
        lambda: ticket(rewritten, twice=True),
        "ticket-used",
    ),
    "a ticket for a day": (lambda: ticket(exp=NOW_S + 86_400), "ticket-lifetime"),
    "a ticket from the future": (
        lambda: ticket(iat=NOW_S + 61, exp=NOW_S + 100),
        "ticket-not-yet-valid",
    ),
    "a chain of actors dropped on the way": (
        lambda: chain(lambda claims: claims.pop("act")),
        "jws-signature-invalid",
    ),
    "a chain of actors reordered on the way": (lambda: chain(reorder), "jws-signature-invalid"),
    "an exchanged token shown where it was made": (back_home, "exchanged-audience"),
    "an old key for a new token": (
        lambda: under(key_row(DELTA.east, state="retired", sign_until=NOW - DAY)),
        "token-key-retired",
    ),
    "a key past its last day": (
        lambda: under(key_row(DELTA.east, sign_until=NOW - DAY, verify_until=NOW - DAY)),
        "token-key-past",
    ),
    "a key before its first day": (
        lambda: under(key_row(DELTA.east, use_from=NOW + DAY)),
        "token-key-not-yet",
    ),
    "a revoked key": (lambda: under(key_row(DELTA.east, state="revoked")), "token-key-revoked"),
    "a revoked key whose token is remembered": (
        lambda: poisoned(key_row(DELTA.east, state="revoked")),
        "token-key-revoked",
    ),
    "a retired key whose token is remembered": (
        lambda: poisoned(key_row(DELTA.east, sign_until=NOW - DAY)),
        "token-key-retired",
    ),
    "a clock set back behind the registry": (lambda: at(-365 * DAY), "registry-not-yet-valid"),
    "a registry past its last day": (lambda: at(365 * DAY), "registry-expired"),
    "a clock without a zone": (naive, "clock-without-zone"),
    "a mark of the registry overwritten": (damaged_mark, "registry-mark-damaged"),
}


@pytest.mark.parametrize(("attack", "code"), ATTACKS.values(), ids=ATTACKS)
def test_the_attack_fails_by_name(attack: Callable[[], object], code: str) -> None:
    with pytest.raises(InteropError) as caught:
        attack()
    assert {reason.code for reason in caught.value.reasons} == {code}


def test_without_an_attack_everything_passes() -> None:
    assert saying(CLAIMS)
    assert login(iat=NOW_S - 200, exp=NOW_S - 59, auth_time=NOW_S - 200)
    assert login(iat=NOW_S + 60)
    assert under(key_row(DELTA.east), need=HIGH)
    assert poisoned(key_row(DELTA.east))
    assert ticket(exp=NOW_S + 600)
    read = TWIN.reader(WEST).read(exchanged(subject=FIRM))
    assert isinstance(read, Presented)
    assert len(read.chain) == 2


def test_one_person_has_a_name_for_each_audience_and_issuer() -> None:
    key, other = SubjectKey("e1", bytes(32)), SubjectKey("e1", b"1" * 32)
    names = {
        key.subject(EAST, "resident-id|1"),
        key.subject(WEST, "resident-id|1"),
        other.subject(EAST, "resident-id|1"),
        key.known_as(EAST, issuer=IDP, subject="s-1"),
        key.known_as(EAST, issuer=IDP[:-1], subject="s-1"),
    }
    assert len(names) == 5

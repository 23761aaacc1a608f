"""Planted keys, tokens and numbers, searched in what exchange, mandates, tickets and keys say.

What is said: values as text, errors with all that hangs on them and their tracebacks, every
log of this process at DEBUG, every line a command prints. Each planted value is searched for
in every spelling that a repr, a hex dump or base64 would give it.
"""

import io
import json
import logging
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Final

import pytest
import structlog

from interop.cli import main
from interop.conformance.strategies.federation import (
    NOW,
    a_mandate,
)
from interop.conformance.strategies.federation_tokens import Uses
from interop.conformance.strategies.token_exchange import EAST, WEST, a_request
from interop.crypto import KeyRing, PrivateKey, sign_compact
from interop.crypto.cipher import AesGcm
from interop.crypto.jwe import decrypt, encrypt
from interop.crypto.ring import OrganSecret
from interop.crypto.sm2 import Sm2PrivateKey
from interop.crypto.sm2.keys import Sm2PublicKey
from interop.crypto.sm2.libcrypto import LibcryptoBackend, NoLibrary
from interop.errors import InteropError
from interop.federation import (
    Need,
    PartyClaim,
    Possession,
    Verifier,
    verify_mandate,
)
from interop.federation.exchange_claims import Presented
from interop.federation.exchange_form import ExchangeForm, read_form
from interop.federation.middleware import Ask, judge
from interop.federation.presented import ANY
from interop.federation.replay import MemoryReplay
from interop.federation.subject_key import SubjectKey
from interop.federation.ticket import TICKET_JOSE_TYP, Redemption, redeem_ticket
from interop.federation.token_exchange import IssuedToken, exchange_token
from interop.model.party import AssuranceLevel
from interop.model.sensitive import Sensitive
from interop.node.logs import configure_logs
from tests.advisories.plants import (
    ACTOR_TOKEN,
    APPLICATION,
    BOUND,
    CONTENT,
    DECRYPTION,
    DELTA,
    FIRM,
    LOGIN,
    MANDATE,
    NONCE,
    OFFICE,
    OTHER,
    OWN,
    PERSON,
    PLANTED,
    POSSESSION,
    PROOF,
    READER,
    SALT,
    SEALED,
    SECRET,
    SUBJECT,
    SUBJECT_TOKEN,
    TICKET,
    TWIN,
    UNREADABLE,
    found_in,
    pem_lines,
    spelled,
    token_parts,
)


def told(fault: BaseException | None) -> Iterator[str]:
    """Yield all that an error and what it came from say."""
    while fault is not None:
        yield from (str(fault), repr(fault), repr(fault.args), repr(vars(fault)))
        yield "".join(traceback.format_exception(fault))
        if isinstance(fault, InteropError):
            yield from (json.dumps(reason.as_json()) for reason in fault.reasons)
        fault = fault.__cause__ or fault.__context__


def said_of(call: Callable[[], object]) -> Iterator[str]:
    try:
        value = call()
    except InteropError as fault:
        yield from told(fault)
        logging.getLogger("host").error("refused: %r", fault, exc_info=True)
        structlog.get_logger("host").exception("refused", fault=fault)
    else:
        yield from (str(value), repr(value), f"{value}", repr([value]), repr({"v": value}))
        structlog.get_logger("host").debug("accepted", value=value)
        logging.getLogger("host").debug("accepted %s %r", value, value)


def cut(token: Sensitive) -> str:
    """Return ``token`` with its signature broken."""
    return f"{token.reveal()[:-6]}AAAAAA"


def exchanges() -> Iterator[Callable[[], object]]:
    scopes = (None, frozenset({"case:read"}), frozenset({"x"}))
    for scope in scopes:
        for actor in (None, ACTOR_TOKEN):
            request = a_request(
                subject=SUBJECT_TOKEN, actor=actor, scope=scope, declared=(PERSON,)
            )
            yield lambda request=request: request  # type: ignore[misc]  # bound now
            yield lambda request=request: exchange_token(request, by=OWN, now=NOW)  # type: ignore[misc]  # bound now
    late = NOW + timedelta(days=1)
    yield lambda: exchange_token(a_request(subject=SUBJECT_TOKEN), by=OWN, now=late)
    for need in (ANY, Need(level=AssuranceLevel.HIGH, age_s_max=0, scope="x")):
        for token in (LOGIN.reveal(), BOUND.reveal(), cut(LOGIN), MANDATE.reveal()):
            yield lambda token=token, need=need: READER.read(token, need=need)  # type: ignore[misc]  # bound now
    for payload in UNREADABLE:
        token = sign_compact(payload, DELTA.east, typ="at+jwt")
        yield lambda token=token: READER.read(token)  # type: ignore[misc]  # bound now
    form = ExchangeForm(subject_token=LOGIN, actor_token=OTHER, audience=WEST)
    yield lambda: (form, OWN, OWN.subject_key, READER)
    for body in (
        f"subject_token={LOGIN.reveal()}",
        f"grant_type={LOGIN.reveal()}",
        f"{LOGIN.reveal()}=1&{LOGIN.reveal()}=2",
        f"subject_token={LOGIN.reveal()}&subject_token={OTHER.reveal()}",
        LOGIN.reveal(),
    ):
        yield lambda body=body: read_form(body.encode())  # type: ignore[misc]  # bound now


def mandate(token: str, **changes: object) -> object:
    done: dict[str, object] = {
        "item": "road-transport-licence",
        "region": "310115",
        "applicant": FIRM,
        "agent": PERSON,
        **changes,
    }
    return verify_mandate(token, TWIN.registry(), clock=lambda: NOW, **done)  # type: ignore[arg-type]  # named by each row


def mandates() -> Iterator[Callable[[], object]]:
    unread = [sign_compact(one, DELTA.mandates, typ="mandate+jwt") for one in UNREADABLE]
    for token in (MANDATE.reveal(), cut(MANDATE), LOGIN.reveal(), *unread):
        yield partial(mandate, token)
        yield partial(mandate, token, item="x")
        yield partial(mandate, token, applicant=PERSON)
        yield partial(mandate, token, agent=FIRM)
        yield partial(mandate, token, agent=None)
    yield lambda: (a_mandate(agent=PartyClaim(kind="person", proof=PROOF)), PROOF)


def tickets() -> Iterator[Callable[[], object]]:
    plain = Redemption(audience=WEST, case="case-1", party=PERSON, now=NOW)
    replay = MemoryReplay()
    for at in (
        *(plain, plain, replace(plain, party=FIRM), replace(plain, case="case-2")),
        *(replace(plain, audience=EAST), replace(plain, now=NOW + timedelta(days=1))),
    ):
        for token in (TICKET.reveal(), cut(TICKET), LOGIN.reveal()):
            yield lambda token=token, at=at: redeem_ticket(  # type: ignore[misc]  # bound now
                token, TWIN.registry(), at=at, replay=replay
            )
    for payload in UNREADABLE:
        token = sign_compact(payload, TWIN.ring(EAST).signing, typ=TICKET_JOSE_TYP)
        yield lambda token=token: redeem_ticket(  # type: ignore[misc]  # bound now
            token, TWIN.registry(), at=plain, replay=replay
        )
    yield lambda: (plain, OFFICE, replay, vars(replay))


def proofs() -> Iterator[Callable[[], object]]:
    uses = Uses()
    judging = Verifier(TWIN.registry(), audience=EAST, clock=lambda: NOW, replay=uses)
    stolen = replace(POSSESSION, jwt=Sensitive(cut(POSSESSION.jwt)))
    asked = replace(POSSESSION, nonce=Sensitive(NONCE))
    wrong = replace(POSSESSION, nonce=Sensitive(f"{NONCE}x"))
    proof: Possession | None
    for proof in (None, POSSESSION, POSSESSION, stolen, asked, wrong):
        yield lambda proof=proof: judging.verify(BOUND.reveal(), proof=proof)  # type: ignore[misc]  # bound now
        yield lambda proof=proof: judging.explain(BOUND.reveal(), proof=proof)  # type: ignore[misc]  # bound now
    yield lambda: (
        POSSESSION,
        asked,
        APPLICATION,
        APPLICATION.claims(BOUND.reveal(), nonce=NONCE),
    )


def keys() -> Iterator[Callable[[], object]]:
    # A ring holds keys of one profile; the decryption key planted here is one for development.
    east = DELTA.east
    signing = east if isinstance(east, PrivateKey) else PrivateKey.generate(use="sig")
    ring = KeyRing("sim", signing, DECRYPTION, OrganSecret(SECRET))
    yield lambda: (ring, ring.signing, ring.decryption, ring.organ, ring.public_jwks())
    yield lambda: (DELTA.east.public, DECRYPTION.public, AesGcm(), SubjectKey("e1", SECRET))
    yield lambda: DECRYPTION.public.wrap(lambda _: SECRET)
    yield lambda: SubjectKey("e1", SECRET[:31])
    yield lambda: SubjectKey("bad id", SECRET)
    pem = DECRYPTION.to_pem()
    for data in (pem[:-40], pem.replace(b"PRIVATE", b"PUBLIC"), b"x" + pem[30:]):
        yield lambda data=data: PrivateKey.from_pem(data, use="enc")  # type: ignore[misc]  # bound now
    for sealed in (f"{SEALED[:-6]}AAAAAA", SEALED.replace(".", "", 1), f"{SEALED}."):
        yield lambda sealed=sealed: decrypt(sealed, DECRYPTION)  # type: ignore[misc]  # bound now
    other = PrivateKey.generate(use="enc")
    yield lambda: decrypt(SEALED, other)
    yield lambda: DECRYPTION.sign(CONTENT)
    yield lambda: encrypt(CONTENT, DECRYPTION.public, header={"kid": SUBJECT})


class Tokens:
    def read(self, token: Sensitive, *, need: Need = ANY) -> Presented:
        return READER.read(token.reveal(), need=need)


def gates() -> Iterator[Callable[[], object]]:
    for header in (
        [f"Bearer {LOGIN.reveal()}"],
        [f"Bearer {cut(LOGIN)}"],
        [f"Basic {LOGIN.reveal()}"],
        [f"Bearer {LOGIN.reveal()}", f"Bearer {OTHER.reveal()}"],
        [f"DPoP {LOGIN.reveal()}"],
    ):
        yield lambda header=header: judge(header, Ask(Tokens(), scope=frozenset({"x"})))  # type: ignore[misc]  # bound now


ROOMS: Final = {
    "exchange": exchanges,
    "mandate": mandates,
    "ticket": tickets,
    "possession": proofs,
    "keys": keys,
    "gate": gates,
}


def test_the_search_finds_what_is_planted() -> None:
    for name, ways in PLANTED.items():
        assert ways
        for way in ways:
            assert name in found_in(f"x{way}y")
    assert found_in(repr(SECRET)) == ["secret"]
    assert "salt" in found_in(str(int.from_bytes(SALT, "big")))


@pytest.mark.parametrize("room", ROOMS)
def test_nothing_planted_is_said_or_logged(room: str, monkeypatch: pytest.MonkeyPatch) -> None:
    log = io.StringIO()
    monkeypatch.setattr("sys.stderr", log)
    configure_logs(form="json", level="DEBUG")
    said = list(chain.from_iterable(said_of(call) for call in ROOMS[room]()))
    assert len(said) > 20
    assert found_in("\n".join(said)) == []
    assert log.getvalue().count("\n") > 4
    assert found_in(log.getvalue()) == []


@pytest.mark.parametrize("room", ROOMS)
def test_nothing_planted_reaches_a_log_without_our_mask(
    room: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with structlog.testing.capture_logs() as events:
        for _ in chain.from_iterable(said_of(call) for call in ROOMS[room]()):
            pass
    assert events
    assert found_in(caplog.text) == []
    assert found_in(repr(events)) == []


def test_an_exchange_that_is_granted_shows_nothing() -> None:
    request = a_request(subject=SUBJECT_TOKEN, actor=ACTOR_TOKEN, scope=frozenset())
    issued = exchange_token(request, by=OWN, now=NOW)
    assert isinstance(issued, IssuedToken)
    shown = repr((issued, issued.claims, request, READER.read(LOGIN.reveal())))
    assert found_in(shown) == []
    assert not [part for part in token_parts(issued.token.reveal()) if part in shown]
    assert issued.claims.sub not in shown


def test_a_private_key_of_sm2_shows_nothing() -> None:
    try:
        backend = LibcryptoBackend.found()
    except NoLibrary:
        pytest.skip("needs the system's libcrypto of OpenSSL 3 or newer")
    scalar = bytes(7) + SECRET[7:]
    private = backend.private(scalar)
    key, opener = Sm2PrivateKey(private), Sm2PrivateKey(private, use="enc", scalar=scalar)
    public = Sm2PublicKey(private.point, backend=backend)
    sealed = encrypt(CONTENT, public)
    calls: list[Callable[[], object]] = [
        lambda: (private, key, opener, public, public.wrap(lambda _: SECRET[:16])),
        lambda: key.sign(b"x") and key.public_jwk(),
        lambda: opener.sign(b"x"),
        key.to_pem,
        lambda: decrypt(f"{sealed[:-6]}AAAAAA", opener),
        lambda: decrypt(sealed, key),
        lambda: Sm2PrivateKey.from_pem(opener.to_pem()[:-30], backend=backend),
    ]
    said = "\n".join(chain.from_iterable(said_of(call) for call in calls))
    ways = spelled(scalar) | spelled(SECRET[:16]) | set(pem_lines(opener.to_pem()))
    assert [way for way in ways if way in said] == []
    assert found_in(said) == []


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("token", ["good", "cut", "header", "alone"])
def test_a_command_prints_nothing_planted(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], form: str, token: str
) -> None:
    def run(*arguments: str) -> str:
        with pytest.raises(SystemExit):
            main([*arguments, *(["--json"] if form == "json" else [])])
        shown = capfd.readouterr()
        return shown.out + shown.err

    run("identity", "issue-demo", str(tmp_path / "demo"))
    demo = {file.name: str(file) for file in (tmp_path / "demo").iterdir()}
    given = {
        "good": LOGIN.reveal(),
        "cut": cut(LOGIN),
        "header": f"{LOGIN.reveal().split('.')[1]}.{LOGIN.reveal()}",
        "alone": PERSON.code.reveal(),
    }[token]
    file = tmp_path / "planted.jwt"
    file.write_text(given, encoding="ascii")
    trusted = ("--registry", demo["registry.jwt"], "--signers", demo["signers.json"])
    for command in ("verify", "explain"):
        asked = ("identity", command, str(file), "--env", "sim", "--audience", EAST)
        shown = run(*asked, *trusted)
        assert "issuer-unknown" in shown or "jws-" in shown
        assert found_in(shown) == []

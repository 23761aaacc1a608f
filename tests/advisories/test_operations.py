"""Named attacks on a gateway in use: key sets over the wire, replay, logs, gates.

Key sets come over real HTTP on loopback; what is used twice is used in two processes.
"""

import io
import json
import logging
import multiprocessing
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from urllib.parse import urlsplit

import pytest
import structlog

from interop.conformance.strategies.federation import AUDIENCE, NOW, Delta, a_login
from interop.conformance.strategies.federation_tokens import Application
from interop.conformance.strategies.token_exchange import EAST, Twin
from interop.crypto import PrivateKey, base64url
from interop.errors import InteropError, TrustError
from interop.federation import ConfirmationClaim, Need, Possession, Verifier, issue
from interop.federation.exchange_claims import Presented
from interop.federation.jwks import JwksLimits, JwksSource, read_key_set
from interop.federation.middleware import Ask, Refusal, judge
from interop.federation.presented import ANY
from interop.gateway.state import Remembered
from interop.model.canonical import Json
from interop.model.sensitive import Sensitive
from interop.node.logs import configure_logs
from interop.simulator.wire import answer, drip, wire
from interop.transport.fetch import PinnedFetch
from tests.advisories.second_process import opened, use

ES256: Final = frozenset({"ES256"})
KEY: Final = PrivateKey.generate(use="sig")
JWK: Final = KEY.public.to_jwk()
LOOPBACK: Final = PinnedFetch({"issuer.example": ["127.0.0.1"]})
DEADLINE_S: Final = 0.3
FLOOD: Final = 2_000
JSON: Final = "application/jwk-set+json"
DELTA: Final = Delta()
TWIN: Final = Twin(DELTA)
APPLICATION: Final = Application()
BOUND: Final = issue(a_login(cnf=ConfirmationClaim(jkt=APPLICATION.jkt)), DELTA.east).reveal()
GOOD: Final = issue(a_login(), DELTA.east).reveal()


def key_set(*keys: dict[str, Json]) -> bytes:
    return answer(200, JSON, json.dumps({"keys": keys}).encode())


def fetched(*steps: bytes | float, path: str = "/jwks") -> object:
    """Read what an issuer publishes, as a source of keys does."""
    with wire(*steps) as server:
        url = f"http://issuer.example:{urlsplit(server.url).port}{path}"
        data = LOOPBACK.get(url, bytes_max=8_192, deadline_s=DEADLINE_S)
    return read_key_set(data, algorithms=ES256)


def asked(url: str) -> object:
    return LOOPBACK.get(url, bytes_max=8_192, deadline_s=DEADLINE_S)


def flooded() -> object:
    """Ask for kids that nobody has; the issuer must hear of it once."""
    with wire(key_set(JWK)) as server:
        url = f"http://issuer.example:{urlsplit(server.url).port}/jwks"
        source = JwksSource(url, LOOPBACK, algorithms=ES256)
        for number in range(FLOOD):
            with pytest.raises(TrustError, match="jwks-kid-unknown"):
                source.key(f"unknown-{number}")
        assert source.key(KEY.kid).kid == KEY.kid
        try:
            return source.key("unknown")
        finally:
            assert len(server.requests) == 1


def silent(*, after_s: float) -> object:
    """Ask for a known key when the issuer has been silent for a while."""
    now = [0.0]
    with wire(key_set(JWK)) as server:
        url = f"http://issuer.example:{urlsplit(server.url).port}/jwks"
        limits = JwksLimits(stale_s_max=1_000, deadline_s=DEADLINE_S)
        source = JwksSource(
            url, LOOPBACK, algorithms=ES256, limits=limits, ticks=lambda: now[0]
        )
        source.key(KEY.kid)
    now[0] = after_s
    return source.key(KEY.kid)


def redirected_inside() -> object:
    """Follow an issuer to an address inside; nothing there may be asked."""
    with wire(key_set(JWK)) as inside:
        try:
            return fetched(answer(302, JSON, b"{}", f"Location: {inside.url}/"))
        finally:
            assert inside.requests == []


def prove(path: str, possession: Possession) -> str:
    """Use a proof once in a process of its own; return whose login it was, or the code."""
    with opened(Path(path)) as store, store.transaction() as tx:
        verifier = Verifier(
            DELTA.registry(), audience=AUDIENCE, clock=lambda: NOW, replay=Remembered(tx)
        )
        return verifier.verify(BOUND, proof=possession).issuer


def in_two_processes() -> object:
    """Use a proof in another process, then here."""
    with TemporaryDirectory() as folder:
        path = str(Path(folder) / "node.db")
        with opened(Path(path)):
            pass
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            assert pool.apply(use, (path, f"dpop:{APPLICATION.jkt}", "proof-0001", NOW))
        return prove(path, APPLICATION.shown(BOUND))


class Tokens:
    def read(self, token: Sensitive, *, need: Need = ANY) -> Presented:
        return TWIN.reader(EAST).read(token.reveal(), need=need)


def gate(*authorization: str, scope: str = "") -> object:
    return judge(authorization, Ask(Tokens(), scope=frozenset(scope.split())))


def logged(token: str) -> object:
    """Have a refusal logged by us and by a host; the log must not hold the token."""
    log = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stderr", log)
        configure_logs(form="json", level="DEBUG")
        try:
            return DELTA.verifier().verify(token)
        except TrustError as fault:
            logging.getLogger("host").exception("refused %s", token)
            structlog.get_logger("host").warning("refused", token=token, fault=str(fault))
            raise
        finally:
            lines = log.getvalue().splitlines()
            assert len(lines) == 2
            assert all(json.loads(line)["event"] for line in lines)
            assert not [part for part in token.split(".")[1:] if part in log.getvalue()]


def headed(**members: str) -> str:
    """Return a token whose header would write a second line."""
    head = {"alg": "ES256", "kid": DELTA.east.kid, "typ": "at+jwt", **members}
    signed = f"{base64url.encode(json.dumps(head).encode())}.{GOOD.split('.')[1]}"
    return f"{signed}.{base64url.encode(DELTA.east.sign(signed.encode()))}"


LINE: Final = '\n{"event":"login ok","level":"info"}'
ATTACKS: Final[dict[str, tuple[Callable[[], object], str]]] = {
    "a flood of kids that nobody has": (flooded, "jwks-kid-unknown"),
    "a key set over its size": (
        lambda: fetched(answer(200, JSON, bytes(8_193))),
        "transport-reply-too-large",
    ),
    "a key set that says it is endless": (
        lambda: fetched(
            b"HTTP/1.1 200 X\r\nContent-Type: application/json\r\n\r\n" + b" " * 70_000
        ),
        "transport-reply-too-large",
    ),
    "a key set that drips": (
        lambda: fetched(*drip(key_set(JWK), every_s=0.05)),
        "transport-deadline",
    ),
    "a key set that moved": (redirected_inside, "transport-redirect"),
    "a key set that is a page": (
        lambda: fetched(answer(200, "text/html", b"<html>")),
        "transport-content-type",
    ),
    "a key set packed": (
        lambda: fetched(answer(200, JSON, b"\x1f\x8b", "Content-Encoding: gzip")),
        "transport-content-encoding",
    ),
    "a key set that is gone": (lambda: fetched(answer(404, JSON, b"{}")), "transport-status"),
    "a key set cut off": (
        lambda: fetched(key_set(JWK)[:-9]),
        "transport-reply-broken",
    ),
    "a key set that is a list": (
        lambda: fetched(answer(200, JSON, b"[]")),
        "jwks-malformed",
    ),
    "a key set of too many": (lambda: fetched(key_set(*[JWK] * 33)), "jwks-limit"),
    "a key set with a private key": (
        lambda: fetched(key_set(JWK, {**JWK, "kid": "x", "d": "AQ"})),
        "jwks-private",
    ),
    "a key set with a symmetric key": (
        lambda: fetched(key_set(JWK, {"kty": "oct", "k": "AQ"})),
        "jwks-private",
    ),
    "a key set with a kid twice": (lambda: fetched(key_set(JWK, JWK)), "jwks-kid-twice"),
    "a key set with a key off its curve": (
        lambda: fetched(key_set({**JWK, "y": JWK["x"]})),
        "key-point",
    ),
    "a key set past its highest age": (lambda: silent(after_s=1_000), "jwks-stale"),
    "a key set on a host without a pin": (
        lambda: asked("https://metadata.internal/keys"),
        "transport-address-not-pinned",
    ),
    "a key set on a host that only begins like one": (
        lambda: asked("https://issuer.example.evil.example/"),
        "transport-address-not-pinned",
    ),
    "a key set by another scheme": (
        lambda: asked("ftp://issuer.example/keys"),
        "transport-address-unfetchable",
    ),
    "a key set with a user in its address": (
        lambda: asked("https://evil@issuer.example/"),
        "transport-address-unfetchable",
    ),
    "a proof used in two processes": (in_two_processes, "dpop-replayed"),
    "a token in the address, where logs keep it": (gate, "gate-token-missing"),
    "two tokens in one request": (
        lambda: gate(f"Bearer {GOOD}", f"Bearer {GOOD}"),
        "gate-token-malformed",
    ),
    "a token behind another scheme": (lambda: gate(f"Basic {GOOD}"), "gate-token-malformed"),
    "a header that goes on": (
        lambda: gate(f"Bearer {GOOD}\r\nX-Principal: admin"),
        "gate-token-malformed",
    ),
    "a token without the scope of the gate": (
        lambda: gate(f"Bearer {GOOD}", scope="admin"),
        "gate-scope",
    ),
    "a token in a log": (lambda: logged(f"{GOOD[:-4]}AAAA"), "jws-signature-invalid"),
    "a line for the log in a kid": (
        lambda: logged(headed(kid=f"k{LINE}")),
        "jws-kid-malformed",
    ),
    "a line for the log in a typ": (lambda: logged(headed(typ=f"at+jwt{LINE}")), "token-typ"),
    "a line for the log in an alg": (
        lambda: logged(headed(alg=f"ES256{LINE}")),
        "jws-alg-unknown",
    ),
    "a line for the log in an env": (
        lambda: logged(headed(env=f"sim{LINE}")),
        "token-other-env",
    ),
}


def codes_of(attack: Callable[[], object]) -> set[str]:
    try:
        found = attack()
    except InteropError as fault:
        return {reason.code for reason in fault.reasons}
    assert isinstance(found, Refusal), "it went through"
    return {reason["code"] for reason in json.loads(found.body)["reasons"]}


@pytest.mark.parametrize(("attack", "code"), ATTACKS.values(), ids=ATTACKS)
def test_the_attack_fails_by_name(attack: Callable[[], object], code: str) -> None:
    assert codes_of(attack) == {code}


def test_without_an_attack_everything_passes(tmp_path: Path) -> None:
    found = fetched(key_set(JWK))
    assert isinstance(found, dict)
    assert list(found) == [KEY.kid]
    assert silent(after_s=999)
    path = tmp_path / "node.db"
    with opened(path):
        pass
    assert prove(str(path), APPLICATION.shown(BOUND)).startswith("https://")
    assert isinstance(gate(f"Bearer {GOOD}"), Presented)

"""The provider of ``provider.mjs`` as a process, a person's browser, and our own side of it."""

import base64
import hashlib
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, parse_qsl, urlencode, urljoin, urlsplit

import httpx
import pytest

from interop.conformance.strategies.federation import (
    AUDIENCE,
    IDP,
    a_firm,
    a_person,
    assurance_file,
    covers,
    idp_row,
    issuer_file,
    registry_file,
)
from interop.conformance.strategies.federation_tokens import Uses
from interop.crypto import PrivateKey
from interop.federation import IssuerKey, TrustRegistry, Verifier, prove_possession
from interop.federation.claims import PossessionClaims
from interop.model.canonical import Json
from interop.model.party import AssuranceLevel

PACKAGE: Final = "oidc-provider@9.13.3"
INSTALLED: Final = Path(sys.prefix) / "peers"
INSTALL_S_MAX: Final = 90
START_S_MAX: Final = 15
WEST: Final = "https://gateway.west.sim.example"
ACR: Final = "urn:peer:face"
CALLBACK: Final = "https://gateway.east.sim.example/callback"
ELSEWHERE: Final = "urn:app:elsewhere"
EXCHANGE: Final = "urn:ietf:params:oauth:grant-type:token-exchange"
TOKEN_TYPE: Final = "urn:ietf:params:oauth:token-type:access_token"
TTL_S: Final = 120
PEOPLE: Final = {
    name: {"kind": party.kind, "scheme": party.scheme.value, "code": party.code.reveal()}
    for name, party in (("agent", a_person()), ("firm", a_firm()))
}
TLS: Final = httpx.create_ssl_context()
_FORM: Final = re.compile(r'<form[^>]*action="([^"]+)"')
_HIDDEN: Final = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')


def installed() -> Path:
    """Return where the provider is installed; install it, or skip with the reason."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("the provider needs node and npm")
    if not (INSTALLED / "node_modules" / "oidc-provider").is_dir():
        _install()
    return INSTALLED


def _install() -> None:
    command = ("npm", "install", "--prefix", str(INSTALLED), "--fetch-retries=1")
    quiet = ("--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts")
    try:
        INSTALLED.mkdir(exist_ok=True)
        done = subprocess.run(  # noqa: S603 -- npm, with arguments of our own
            [*command, *quiet, PACKAGE],
            capture_output=True,
            text=True,
            check=False,
            timeout=INSTALL_S_MAX,
        )
    except (OSError, subprocess.TimeoutExpired) as fault:
        pytest.skip(f"{PACKAGE} could not be installed: {type(fault).__name__}")
    if done.returncode:
        pytest.skip(f"{PACKAGE} could not be installed: npm ended with {done.returncode}")


@dataclass(frozen=True)
class Provider:
    """A running provider.

    Attributes:
        url: Where it is served.
        keys: The public keys it signs with.
        logouts: What it posted to us when a session ended.
    """

    url: str
    keys: list[dict[str, Json]]
    logouts: list[str]

    def key(self, alg: str) -> dict[str, Json]:
        """Return its key for ``alg``."""
        (found,) = [key for key in self.keys if key["alg"] == alg]
        return found


@contextmanager
def running() -> Iterator[Provider]:
    """Run the provider and a receiver of its log-outs.

    Yields:
        The provider.
    """
    logouts: list[str] = []
    with _receiver(logouts) as receiver:
        setup = {
            "peer": str(installed()),
            "issuer": IDP,
            "east": AUDIENCE,
            "west": WEST,
            "logout": receiver,
            "people": PEOPLE,
        }
        node = shutil.which("node") or "node"
        with subprocess.Popen(  # noqa: S603 -- our own script
            [node, str(Path(__file__).with_name("provider.mjs"))],
            env={**os.environ, "SETUP": json.dumps(setup)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as process:
            try:
                told = json.loads(_first_line(process))
                yield Provider(f"http://127.0.0.1:{told['port']}", told["keys"], logouts)
            finally:
                # Its input ends: it leaves by itself.
                process.communicate(timeout=START_S_MAX)


def _first_line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    late = threading.Timer(START_S_MAX, process.kill)
    late.start()
    try:
        while line := process.stdout.readline():
            if line.startswith("{"):
                return line
    finally:
        late.cancel()
    pytest.fail("the provider did not start")


@contextmanager
def _receiver(logouts: list[str]) -> Iterator[str]:
    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            logouts.append(parse_qs(body)["logout_token"][0])
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/backchannel-logout"
        finally:
            server.shutdown()
            thread.join()


@dataclass(frozen=True, kw_only=True)
class Round:
    """One authorization: what it was started with, and what came back."""

    client: str
    verifier: str
    nonce: str
    back: dict[str, str]

    @property
    def code(self) -> str:
        """Return the authorization code."""
        return self.back["code"]


@dataclass
class Browser:
    """A person's browser and the application it logs in to."""

    provider: Provider
    http: httpx.Client = field(
        default_factory=lambda: httpx.Client(timeout=10, verify=TLS, trust_env=False)
    )

    def close(self) -> None:
        """Close every connection."""
        self.http.close()

    def authorize(
        self, account: str, *, client: str = AUDIENCE, resource: str | None = AUDIENCE
    ) -> Round:
        """Log in as ``account`` through the two forms of the provider, with PKCE."""
        verifier, nonce = secrets.token_urlsafe(32), secrets.token_urlsafe(16)
        digest = hashlib.sha256(verifier.encode()).digest()
        callback = _callback(client)
        wanted = {
            "client_id": client,
            "response_type": "code",
            "redirect_uri": callback,
            "scope": "openid case:read case:write",
            "nonce": nonce,
            "state": "s-0001",
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
        }
        if resource is not None:
            wanted["resource"] = resource
        answer = self.http.get(f"{self.provider.url}/auth?{urlencode(wanted)}")
        for _ in range(12):
            if answer.is_redirect:
                target = urljoin(str(answer.url), answer.headers["location"])
                if target.startswith(callback):
                    back = dict(parse_qsl(urlsplit(target).query))
                    return Round(client=client, verifier=verifier, nonce=nonce, back=back)
                answer = self.http.get(target)
            else:
                answer = self._submit(answer, login=account, password="of no account")
        pytest.fail("the login did not end")

    def _submit(self, page: httpx.Response, **more: str) -> httpx.Response:
        found = _FORM.search(page.text)
        assert found is not None, page.text[:400]
        return self.http.post(found[1], data={**dict(_HIDDEN.findall(page.text)), **more})

    def token(
        self, login: Round, *, proof: str | None = None, **changes: str
    ) -> httpx.Response:
        """Redeem the code of ``login``."""
        callback = _callback(login.client)
        form = {
            "grant_type": "authorization_code",
            "client_id": login.client,
            "code": login.code,
            "code_verifier": login.verifier,
            "redirect_uri": callback,
        }
        return self.post_token({**form, **changes}, proof=proof)

    def post_token(self, form: dict[str, str], *, proof: str | None = None) -> httpx.Response:
        """Send ``form`` to the token endpoint."""
        headers = {} if proof is None else {"DPoP": proof}
        return self.http.post(f"{self.provider.url}/token", data=form, headers=headers)

    def log_out(self) -> None:
        """End the session at the provider, which then tells its applications."""
        answer = self._submit(self.http.get(f"{self.provider.url}/session/end"), logout="yes")
        assert answer.is_redirect or answer.is_success, answer.text[:400]


def _callback(client: str) -> str:
    return "https://elsewhere.example/callback" if client == ELSEWHERE else CALLBACK


def now() -> datetime:
    """Return the present instant; the provider has no other clock."""
    return datetime.now(UTC)


def registry(*keys: dict[str, Json]) -> TrustRegistry:
    """Return a trust registry in which the provider has ``keys``."""
    at = now()
    rows = tuple(
        IssuerKey(
            jwk=jwk,
            use_from=at - timedelta(days=1),
            sign_until=at + timedelta(days=1),
            verify_until=at + timedelta(days=2),
            state="active",
        )
        for jwk in keys
    )
    row = idp_row(IDP, rows[0], acrs={ACR: AssuranceLevel.HIGH}, regions=("310000",))
    header = registry_file().model_copy(
        update={
            "valid_from": at.date() - timedelta(days=2),
            "valid_until": at.date() + timedelta(days=9),
        }
    )
    file = issuer_file("310000", row.model_copy(update={"keys": rows}))
    return TrustRegistry.of(header, assurance_file(), (file,), env="sim", covers=covers)


def verifier(provider: Provider, *, audience: str = AUDIENCE) -> Verifier:
    """Return our verifier, with the provider's keys pinned in its registry."""
    return Verifier(registry(*provider.keys), audience=audience, clock=now, replay=Uses())


def proof(key: PrivateKey, *, method: str, url: str, shown: str = "-") -> str:
    """Return a proof of possession of ours for one request."""
    ath = hashlib.sha256(shown.encode()).digest()
    claims = PossessionClaims(
        jti=secrets.token_urlsafe(16),
        htm=method,
        htu=url,
        iat=int(now().timestamp()),
        ath=base64.urlsafe_b64encode(ath).decode().rstrip("="),
    )
    return prove_possession(claims, key, key.public.to_jwk()).reveal()

"""``import-chain URL``: statements fetched from three entities, at pinned addresses."""

import json
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from interop.conformance.strategies.chains import TYPE, Federation
from interop.model.canonical import Json
from interop.transport.tls import TlsFiles
from tests.cli.runs import Ran
from tests.node.served import served
from tests.transport.authority import Authority, shown

Run = Callable[..., Ran]
HOSTS = ("idp2.sh.sim.example", "federation.sh.sim.example", "trust.delta.sim.example")
AT = ("--at", "2026-06-01T12:00:00+0800")
STATEMENT = "application/entity-statement+jwt"


@dataclass
class Entities:
    """A provider, its superior and the anchor, each at a name of its own on one port."""

    folder: Path
    federation: Federation = field(default_factory=Federation)
    port: int = 0
    asked: list[str] = field(default_factory=list)
    media_type: str = STATEMENT
    hints: tuple[int, ...] = (1,)

    def id(self, at: int) -> str:
        """Return the identifier of the provider, its superior or the anchor."""
        return f"https://{HOSTS[at]}:{self.port}"

    async def __call__(self, request: Request) -> Response:
        """Answer as whoever the request names."""
        at = HOSTS.index(request.url.hostname or "")
        self.asked.append(f"{request.url.hostname}{request.url.path}")
        if request.url.path == "/fetch":
            below = next(n for n in range(3) if self.id(n) == request.query_params["sub"])
            told = self.federation.say(self.id(at), self.id(below))
        else:
            told = self.own(at)
        return Response(told, media_type=self.media_type)

    def own(self, at: int) -> str:
        """Return the configuration of one of them."""
        if at == 0:
            hints = [self.id(n) for n in self.hints]
            return self.federation.own(self.id(0), *hints, metadata={TYPE: self.metadata()})
        api: Json = {"federation_entity": {"federation_fetch_endpoint": f"{self.id(at)}/fetch"}}
        above = (self.id(2),) if at == 1 else ()
        return self.federation.own(self.id(at), *above, metadata=api)

    def metadata(self) -> dict[str, Json]:
        """Return what the provider publishes about itself."""
        key = self.federation.key("tokens")
        return {
            "issuer": self.id(0),
            "jwks": {"keys": [key.public.to_jwk()]},
            "subject_types_supported": ["pairwise"],
            "acr_values_supported": ["urn:sim:sh:real-name"],
            "organization_name": "模拟认证源",
        }

    def command(self, *more: str, pinned: tuple[str, ...] = HOSTS) -> tuple[str, ...]:
        """Return the command that imports the provider."""
        jwks = {"keys": [self.federation.key(self.id(2)).public.to_jwk()]}
        anchors = self.folder / "anchors.json"
        anchors.write_text(json.dumps({self.id(2): jwks}), encoding="ascii")
        network = self.folder / "network.toml"
        network.write_text('services = {anchors = ["root.pem"]}\n', encoding="ascii")
        pins = (word for host in pinned for word in ("--pin", f"{host}=127.0.0.1"))
        return (
            *("identity", "registry", "import-chain", self.id(0), "--anchors", str(anchors)),
            *("--region", "310000", "--env", "sim", "--network", str(network), *AT),
            *(*pins, *more),
        )


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> TlsFiles:
    return Authority(tmp_path_factory.mktemp("root")).issue(*HOSTS)


@pytest.fixture
def entities(files: TlsFiles) -> Iterator[Entities]:
    made = Entities(files.anchors[0].parent)
    app = Starlette()
    app.add_route("/{rest:path}", made.__call__)
    with served(app, tls=shown(files)) as (_, port):
        made.port = port
        yield made


def test_a_chain_is_fetched_up_to_the_anchor(run: Run, entities: Entities) -> None:
    ran = run(*entities.command())
    assert ran.code == 0, ran.out + ran.err
    path = " > ".join(entities.id(n) for n in range(3))
    assert ran.out.startswith(f"# {path}\n# + issuer-added")
    provider, middle, anchor = HOSTS
    well_known = "/.well-known/openid-federation"
    assert entities.asked == [
        f"{provider}{well_known}",
        f"{middle}{well_known}",
        f"{middle}/fetch",
        f"{anchor}{well_known}",
        f"{anchor}/fetch",
    ]


def code_of(ran: Ran) -> str:
    assert (ran.code, ran.out) == (1, "")
    return ran.err.split(" ", 1)[0]


def test_only_statements_are_taken(run: Run, entities: Entities) -> None:
    entities.media_type = "text/html"
    assert code_of(run(*entities.command())) == "transport-content-type"
    assert len(entities.asked) == 1


def test_a_name_that_is_not_pinned_is_resolved_under_the_rule(
    run: Run, entities: Entities, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = socket.getaddrinfo

    def resolver(host: str, port: int, *args: int, **more: int) -> object:
        return real("10.1.2.3" if host == HOSTS[1] else host, port, *args, **more)

    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    ran = run(*entities.command(pinned=HOSTS[:1]))
    assert code_of(ran) == "transport-address-denied"
    assert len(entities.asked) == 1


def test_a_web_of_superiors_is_not_walked_without_end(run: Run, entities: Entities) -> None:
    entities.hints = (1, 2, 0)
    ran = run(*entities.command())
    # It names itself, which has no fetch endpoint; nothing loops.
    assert code_of(ran) == "chain-address"
    assert len(entities.asked) < 10


def test_what_is_given_must_say_which_entity(run: Run, entities: Entities) -> None:
    whole = entities.command()
    two = run(*whole[:4], entities.id(1), *whole[4:])
    assert two.code == 2
    assert "--entity" in two.err
    bad = run(*whole, "--pin", "nothing")
    assert bad.code == 2
    assert "--pin" in bad.err

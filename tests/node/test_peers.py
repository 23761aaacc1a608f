"""The endpoint for other regions alone: under mutual TLS, through a proxy, with its places."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from interop.errors import ExchangeError, InteropError, RegionUnavailable
from interop.model.sensitive import Sensitive
from interop.node import peers as module
from interop.node.app import create_node, create_peer_node
from interop.simulator.applicants import PUDONG, SUZHOU
from interop.simulator.server import serve
from interop.transport.adapter import Limits
from interop.transport.http import HttpClient
from interop.transport.peer import HttpPeer
from interop.transport.rule import LOOPBACK, AddressRule
from interop.transport.tls import client_context, server_context, trusting
from interop.transport.way import Proxy, Way, basic
from tests.node.host import concluded
from tests.node.served import served
from tests.node.stand import KEY, Stand, ask
from tests.transport.authority import Authority
from tests.transport.tunnels import PASSWORD, USER, tunnels

HERE = AddressRule(LOOPBACK)


@dataclass
class Endpoint:
    """Pudong's endpoint for regions, and the way that Suzhou takes to it."""

    port: int
    way: Way
    root: Authority

    def peer(self, way: Way) -> "closing[HttpPeer]":
        """Return Pudong as reached that way."""
        url = f"https://localhost:{self.port}"
        return closing(HttpPeer(PUDONG, url, timeout=5, way=way))


@pytest.fixture(scope="module")
def endpoint(stand: Stand, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    root = Authority(tmp_path_factory.mktemp("root"))
    app = create_peer_node(stand.gateways[PUDONG])
    with served(app, tls=server_context(root.issue("localhost"))) as (_, port):
        own = client_context(root.issue("suzhou.example"))
        yield Endpoint(port, Way(rule=HERE, tls=own), root)


def test_a_batch_gets_the_same_receipt_under_tls_and_through_a_proxy(
    stand: Stand, endpoint: Endpoint
) -> None:
    concluded(stand, "PEERS-1")
    batch, receipt = stand.peers[PUDONG].carried[-1]
    with tunnels(to=("127.0.0.1", endpoint.port)) as opened:
        proxy = Proxy("127.0.0.1", opened.port, basic(USER, Sensitive(PASSWORD)))
        for way in (endpoint.way, Way(rule=HERE, proxy=proxy, tls=endpoint.way.tls)):
            with endpoint.peer(way) as peer:
                assert peer.send(batch) == receipt
                with pytest.raises(ExchangeError):
                    peer.send(b"{")
    assert len(opened.asked) == 1


def test_who_shows_no_certificate_is_answered_nothing(
    endpoint: Endpoint, tmp_path: Path
) -> None:
    stranger = client_context(Authority(tmp_path).issue("suzhou.example"))
    stranger.load_verify_locations(endpoint.root.anchor)
    for tls in (trusting((endpoint.root.anchor,)), stranger):
        with (
            endpoint.peer(Way(rule=HERE, tls=tls)) as peer,
            pytest.raises(InteropError, match="transport-"),
        ):
            peer.send(b"{")


@pytest.mark.parametrize(
    "path", ["/v1/case", "/v1/events", "/token", "/backchannel-logout", "/metrics", "/ready"]
)
def test_nothing_else_stands_there(endpoint: Endpoint, path: str) -> None:
    url = f"https://localhost:{endpoint.port}"
    http = HttpClient(url, limits=Limits(), peer="pudong", way=endpoint.way)
    with closing(http):
        headers = {"Authorization": f"Bearer {KEY.reveal()}"}
        assert http.send("GET", path, headers=headers).status == 404
        assert http.send("GET", "/health").status == 200


def test_a_node_with_that_endpoint_has_no_other_for_regions(stand: Stand) -> None:
    gateway = stand.gateways[SUZHOU]
    node = create_node(gateway, api_key=KEY, work_every_s=None, peers_apart=True)
    with serve(node) as url:
        for path in ("/exchange/batches", "/exchange/asks", "/knowledge/x"):
            assert ask("POST", url + path).json()["reasons"][0]["code"] == "node-path-unknown"
        assert ask("GET", f"{url}/health").status_code == 200


def test_regions_are_asked_to_come_again_when_all_places_are_taken(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CALLS_MAX", 0)
    with serve(create_peer_node(stand.gateways[SUZHOU])) as url:
        answer = ask("POST", f"{url}/exchange/asks", content=b"{")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        assert answer.json()["reasons"][0]["code"] == "node-busy"
        with (
            closing(HttpPeer(SUZHOU, url)) as peer,
            pytest.raises(RegionUnavailable, match="transport-busy"),
        ):
            peer.send(b"{")

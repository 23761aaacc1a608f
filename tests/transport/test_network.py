"""The network file of a node: what it allows, whom it believes, and no secret in it."""

from pathlib import Path

import pytest

from interop.errors import InteropError, KnowledgeError
from interop.model.ports import Env
from interop.model.sensitive import Sensitive
from interop.transport.network import NodeNetwork, read_network
from interop.transport.way import basic
from tests.transport.authority import Authority

PASSWORD = "password-of-the-proxy"
TLS = 'tls = {certificate = "n.crt", key = "n.key", anchors = ["root.pem"]}\n'
PROXY = 'url = "http://proxy.example:8080"\nuser = "node"\n'


def secret(name: str) -> Sensitive:
    return Sensitive(f"{PASSWORD}/{name}")


def read(folder: Path, text: str, env: Env = "prod") -> NodeNetwork:
    file = folder / "network.toml"
    file.write_text(text, encoding="utf-8")
    return read_network(file, env=env, secret=secret)


def permits(network: NodeNetwork, address: str) -> list[bool]:
    ways = (network.services, network.peers)
    return [way.rule is not None and way.rule.permits(address) for way in ways]


@pytest.mark.parametrize("env", ["prod", "test", "sim"])
def test_without_a_file_only_a_simulation_reaches_this_machine(env: Env) -> None:
    network = NodeNetwork.usual(env)
    assert permits(network, "127.0.0.1") == [env == "sim"] * 2
    assert permits(network, "10.0.0.1") == [False] * 2
    assert permits(network, "8.8.8.8") == [True] * 2
    assert network.listening is None


@pytest.mark.parametrize("env", ["prod", "sim"])
def test_a_file_allows_networks_beside(tmp_path: Path, env: Env) -> None:
    network = read(tmp_path, 'allow = ["10.20.0.0/16", "fd00::/8"]\n', env)
    for address, allowed in (
        ("10.20.255.255", True),
        ("10.21.0.0", False),
        ("fd00::1", True),
        ("127.0.0.1", env == "sim"),
    ):
        assert permits(network, address) == [allowed] * 2


def test_tls_is_for_peers_and_needs_no_listener(tmp_path: Path) -> None:
    Authority(tmp_path).issue("node.example", file="n")
    network = read(tmp_path, TLS)
    assert network.peers.tls is not None
    assert network.services.tls is None
    assert network.listening is None


@pytest.mark.parametrize(
    ("listen", "host", "port"), [("10.1.2.3:8311", "10.1.2.3", 8311), ("[::1]:0", "::1", 0)]
)
def test_a_listener_shows_what_the_calls_show(
    tmp_path: Path, listen: str, host: str, port: int
) -> None:
    Authority(tmp_path).issue("node.example", file="n")
    listening = read(tmp_path, f'{TLS}peers = {{listen = "{listen}"}}\n').listening
    assert listening is not None
    assert (listening.host, listening.port) == (host, port)
    assert listening.tls.anchors == (tmp_path / "root.pem",)


def test_the_passphrase_of_a_key_has_a_name(tmp_path: Path) -> None:
    Authority(tmp_path).issue("x", passphrase=f"{PASSWORD}/tls-key", file="n")
    text = TLS.replace("anchors", 'key_secret = "tls-key", anchors')
    network = read(tmp_path, text)
    assert network.peers.tls is not None
    with pytest.raises(KnowledgeError, match="transport-tls-file"):
        read(tmp_path, text.replace("tls-key", "another"))


@pytest.mark.parametrize("where", ["secret", "secret_file"])
def test_the_password_of_the_proxy_comes_from_outside(tmp_path: Path, where: str) -> None:
    (tmp_path / "proxy").write_text(f"{PASSWORD}/proxy\n", encoding="utf-8")
    network = read(tmp_path, f'[proxy]\n{PROXY}{where} = "proxy"\ndirect = ["A.example"]\n')
    for way in (network.services, network.peers):
        proxy = way.proxy_for("b.example")
        assert proxy is not None
        assert (proxy.host, proxy.port, proxy.tls) == ("proxy.example", 8080, None)
        assert proxy.authorization == basic("node", Sensitive(f"{PASSWORD}/proxy"))
        assert way.proxy_for("a.EXAMPLE") is None
    assert PASSWORD not in repr(network)
    assert basic("node", secret("proxy")).reveal() not in repr(network)


@pytest.mark.parametrize(
    ("text", "code", "field"),
    [
        ('allow = ["10.0.0.1/8"]', "transport-network-setting", "allow"),
        ('allow = ["intranet"]', "transport-network-setting", "allow"),
        ('peers = {listen = "127.0.0.1:1"}', "transport-network-setting", "peers"),
        ('peers = {listen = "nowhere"}', "record-invalid", "network.toml.peers.listen"),
        ('password = "x"', "record-invalid", "network.toml.password"),
        ('proxy = {url = "socks5://p:1"}', "transport-network-setting", "proxy.url"),
        ('proxy = {url = "http://u:p@h:1"}', "transport-network-setting", "proxy.url"),
        ('proxy = {url = "http://h:99999"}', "transport-network-setting", "proxy.url"),
        (f"[proxy]\n{PROXY}", "transport-network-setting", "proxy.secret"),
        ("allow = [", "knowledge-toml-broken", "network.toml"),
        (TLS, "transport-tls-file", "n.crt, n.key"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, code: str, field: str) -> None:
    with pytest.raises(InteropError) as refused:
        read(tmp_path, text + "\n")
    assert (refused.value.code, refused.value.reason.field) == (code, field)

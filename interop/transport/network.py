"""The network file of a node: whom it may reach, through what, and who may call it.

It belongs to one node and its operator, not to the knowledge of the regions. Paths in it are
relative to it. It holds no secret: passphrase and password come from the environment, by
name, or from a file.
"""

import ipaddress
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Self
from urllib.parse import urlsplit

from pydantic import Field

from interop.errors import KnowledgeError
from interop.knowledge.reading import read_bytes
from interop.model.ports import Env
from interop.model.record import Record
from interop.model.sensitive import Sensitive
from interop.transport.adapter import PLAIN_NAME
from interop.transport.rule import LOOPBACK, AddressRule, Network
from interop.transport.tls import TlsFiles, client_context, trusting
from interop.transport.way import Proxy, Way, basic
from interop.transport.way_reasons import NETWORK_SETTING

FILES_MAX: Final = 32
NETWORKS_MAX: Final = 200
SECRET_BYTES_MAX: Final = 4096
PROXY_PORT: Final = 3128

Secrets = Callable[[str], Sensitive]


class TlsSection(Record):
    """What the node shows to other nodes, and whom it believes."""

    certificate: str = Field(min_length=1)
    key: str = Field(min_length=1)
    key_secret: str = Field(default="", pattern=rf"^$|{PLAIN_NAME}")
    anchors: tuple[str, ...] = Field(min_length=1, max_length=FILES_MAX)


class PeersSection(Record):
    """Where other nodes reach this one under mutual TLS, as ``address:port``."""

    listen: str = Field(pattern=r"^(\[[0-9a-fA-F:.]+\]|[0-9A-Za-z.-]+):[0-9]{1,5}$")


class ProxySection(Record):
    """The outgoing proxy; see :class:`interop.transport.way.Proxy`.

    Attributes:
        url: ``http`` or ``https``, without user and path.
        user: Who the node is there; empty for nobody.
        secret: Name of the secret that holds the password.
        secret_file: File that holds the password, instead.
        anchors: Who may have issued the certificate of an ``https`` proxy.
        resolves: Whether names are left to the proxy.
        direct: Hosts reached without it.
    """

    url: str = Field(min_length=1)
    user: str = Field(default="", pattern=r"^[!-9;-~]{0,200}$")
    secret: str = Field(default="", pattern=rf"^$|{PLAIN_NAME}")
    secret_file: str = ""
    anchors: tuple[str, ...] = Field(default=(), max_length=FILES_MAX)
    resolves: bool = False
    direct: tuple[str, ...] = Field(default=(), max_length=NETWORKS_MAX)


class ServicesSection(Record):
    """Whose certificates regional systems and issuers may have, instead of the system's."""

    anchors: tuple[str, ...] = Field(min_length=1, max_length=FILES_MAX)


class NetworkFile(Record):
    """A network file: private networks that may be reached, TLS, listener, proxy."""

    allow: tuple[str, ...] = Field(default=(), max_length=NETWORKS_MAX)
    services: ServicesSection | None = None
    tls: TlsSection | None = None
    peers: PeersSection | None = None
    proxy: ProxySection | None = None


@dataclass(frozen=True, slots=True)
class Listening:
    """Where other nodes reach this one.

    Attributes:
        host: Address to listen on.
        port: Port; 0 takes a free one.
        tls: What it shows there and whom it believes.
    """

    host: str
    port: int
    tls: TlsFiles


@dataclass(frozen=True, slots=True)
class NodeNetwork:
    """The network of one node.

    Attributes:
        services: The way to regional systems.
        peers: The way to other nodes.
        listening: Where other nodes reach it apart from its application, if they do.
    """

    services: Way
    peers: Way
    listening: Listening | None = None

    @classmethod
    def usual(cls, env: Env) -> Self:
        """Return the network of a node without a file: public addresses alone.

        Simulations run on one machine, so they reach it.
        """
        way = Way(rule=AddressRule(LOOPBACK if env == "sim" else ()))
        return cls(way, way)


def read_network(file: Path, *, env: Env, secret: Secrets) -> NodeNetwork:
    """Return the network that ``file`` describes.

    Args:
        file: TOML.
        env: Environment of the node; of ``sim``, this machine may be reached too.
        secret: Returns the value of a named secret.

    Raises:
        KnowledgeError: Every problem of its shape; ``transport-network-setting``,
            ``transport-tls-file``; what ``secret`` raises.
        OSError: It cannot be read.
    """
    value = read_bytes(file.read_bytes(), file.name)
    found = NetworkFile.from_value(value, error=KnowledgeError, field=file.name)
    beside = file.parent
    usual = NodeNetwork.usual(env)
    own = usual.services.rule.allowed if usual.services.rule else ()
    rule = AddressRule((*own, *(_network(text) for text in found.allow)))
    proxy = None if found.proxy is None else _proxy(found.proxy, beside, secret)
    services = Way(rule=rule, proxy=proxy, tls=_trust(found.services, beside))
    if found.tls is None:
        if found.peers is not None:
            raise KnowledgeError(NETWORK_SETTING.of(field="peers", expected="[tls]"))
        return NodeNetwork(services, replace(services, tls=None))
    files = _tls(found.tls, beside, secret)
    peers = replace(services, tls=client_context(files))
    return NodeNetwork(services, peers, _listening(found.peers, files))


def _trust(section: ServicesSection | None, beside: Path) -> ssl.SSLContext | None:
    if section is None:
        return None
    return trusting(tuple(beside / name for name in section.anchors))


def _network(text: str) -> Network:
    try:
        return ipaddress.ip_network(text)
    except ValueError:
        refused = NETWORK_SETTING.of(field="allow", expected="10.0.0.0/8, fd00::/8")
        raise KnowledgeError(refused) from None


def _tls(section: TlsSection, beside: Path, secret: Secrets) -> TlsFiles:
    return TlsFiles(
        certificate=beside / section.certificate,
        key=beside / section.key,
        anchors=tuple(beside / name for name in section.anchors),
        passphrase=secret(section.key_secret) if section.key_secret else Sensitive(""),
    )


def _listening(section: PeersSection | None, files: TlsFiles) -> Listening | None:
    if section is None:
        return None
    host, _, port = section.listen.rpartition(":")
    return Listening(host.strip("[]"), int(port), files)


def _proxy(section: ProxySection, beside: Path, secret: Secrets) -> Proxy:
    parts = urlsplit(section.url)
    port = None
    with suppress(ValueError):
        port = parts.port or PROXY_PORT
    extra = parts.path.strip("/") or parts.query or parts.fragment or parts.username
    if parts.scheme not in {"http", "https"} or not parts.hostname or extra or port is None:
        wanted = "http(s)://host:port"
        raise KnowledgeError(NETWORK_SETTING.of(field="proxy.url", expected=wanted))
    anchors = tuple(beside / name for name in section.anchors)
    return Proxy(
        host=parts.hostname,
        port=port,
        authorization=_authorization(section, beside, secret),
        tls=trusting(anchors) if parts.scheme == "https" else None,
        resolves=section.resolves,
        direct=frozenset(host.lower() for host in section.direct),
    )


def _authorization(section: ProxySection, beside: Path, secret: Secrets) -> Sensitive:
    if not section.user:
        return Sensitive("")
    if bool(section.secret) == bool(section.secret_file):
        wanted = "secret | secret_file"
        raise KnowledgeError(NETWORK_SETTING.of(field="proxy.secret", expected=wanted))
    if section.secret:
        return basic(section.user, secret(section.secret))
    with (beside / section.secret_file).open("rb") as file:
        data = file.read(SECRET_BYTES_MAX)
    text = data.decode("utf-8", "replace").strip("\r\n")
    return basic(section.user, Sensitive(text))

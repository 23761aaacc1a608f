"""How a host is reached: pinned or resolved under a rule, directly or through a proxy."""

import base64
import ssl
from dataclasses import dataclass, field
from typing import Final

from interop.model.sensitive import Sensitive
from interop.transport.rule import AddressRule


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy that opens tunnels (CONNECT).

    Attributes:
        host: Where it is; the operator names it, so no rule is asked about it.
        port: Its port.
        authorization: Value of ``Proxy-Authorization``; empty for none.
        tls: Trust for a proxy that is itself reached over TLS; None for a plain one.
        resolves: Leave names to the proxy. The rule is then asked only about hosts that are
            written as addresses: the proxy has to keep it for names.
        direct: Hosts that are reached without it.
    """

    host: str
    port: int
    authorization: Sensitive = field(default_factory=lambda: Sensitive(""))
    tls: ssl.SSLContext | None = None
    resolves: bool = False
    direct: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Way:
    """How one client reaches its host.

    Attributes:
        addresses: Connect to these in turn; no name is resolved then.
        rule: Which addresses may be reached; None asks nothing.
        proxy: Through what; None for none.
        tls: Trust and identity for https; None for the trust of the system.
    """

    addresses: tuple[str, ...] = ()
    rule: AddressRule | None = None
    proxy: Proxy | None = None
    tls: ssl.SSLContext | None = None

    def proxy_for(self, host: str) -> Proxy | None:
        """Return the proxy through which ``host`` is reached, if through one."""
        if self.proxy is None or host.lower() in self.proxy.direct:
            return None
        return self.proxy

    def targets(self, host: str, port: int) -> tuple[str, ...]:
        """Return what to connect to for ``host``, at least one.

        Raises:
            OSError: The name does not resolve.
            RegionUnavailable: ``transport-address-denied``.
        """
        if self.addresses or self.rule is None:
            return self.addresses or (host,)
        proxy = self.proxy_for(host)
        if proxy is not None and proxy.resolves and not _is_address(host):
            return (host,)
        return self.rule.resolve(host, port)


DIRECT: Final = Way()


def basic(user: str, password: Sensitive) -> Sensitive:
    """Return the value of ``Proxy-Authorization``. Source: RFC 7617."""
    pair = f"{user}:{password.reveal()}".encode()
    return Sensitive("Basic " + base64.b64encode(pair).decode())


def _is_address(host: str) -> bool:
    # Whatever a resolver of addresses might read as one: 10.1, 0x7f.1, 2130706433.
    last = host.rstrip(".").rpartition(".")[2].lower()
    return ":" in host or last.isdigit() or last.startswith("0x")

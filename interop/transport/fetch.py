"""Fetch small documents of issuers, each host at addresses fixed beforehand.

A name that is resolved at the time of the call can be made to point inside the network; a
pinned address cannot. A host without an address is not asked at all, unless whoever asks says
under which rule names may be resolved: then each is resolved once per call, and the call goes
to the address that passed.
Source: RFC 8725 section 3.10 (server-side request forgery); RFC 9110 section 15.4.
"""

import ipaddress
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from interop.errors import KnowledgeError, RegionUnavailable
from interop.transport.adapter import Limits
from interop.transport.http import HttpClient, require
from interop.transport.reasons import ADDRESS_NOT_PINNED, ADDRESS_UNFETCHABLE
from interop.transport.way import DIRECT, Way

MEDIA_TYPES: Final = frozenset({"application/json", "application/jwk-set+json"})
CONNECT_S_MAX: Final = 3.0
MS: Final = 1000


class PinnedFetch:
    """The port ``Fetch`` over HTTP; thread-safe, one connection per call."""

    def __init__(
        self,
        pins: Mapping[str, Sequence[str]],
        *,
        media_types: Collection[str] = MEDIA_TYPES,
        way: Way = DIRECT,
    ) -> None:
        """Take the addresses of every host that may be asked.

        Args:
            pins: Host name to its addresses, tried in order.
            media_types: What answers may be, lower case without parameters, such as
                ``application/entity-statement+jwt``.
            way: How to reach them: proxy and trust; with a rule, also hosts that are not
                pinned, at what their name stands for under it.

        Raises:
            KnowledgeError: ``transport-address-not-pinned`` for what is no IP address.
        """
        self._pins = {host.lower(): tuple(addresses) for host, addresses in pins.items()}
        self._media_types, self._way = frozenset(media_types), way
        for host, addresses in self._pins.items():
            for address in addresses or ("",):
                _require_address(host, address)

    def get(self, url: str, *, bytes_max: int, deadline_s: float) -> bytes:
        """Return the body of a 200 answer of one of the media types.

        Args:
            url: ``https``; plain ``http`` only to a host that is pinned to loopback.
            bytes_max: Largest body.
            deadline_s: Seconds for the whole call.

        Raises:
            KnowledgeError: ``transport-address-unfetchable``.
            RegionUnavailable: Not reached, or no address is pinned for the host.
            RegionError: Late, too large, redirected, or another type of answer.
        """
        parts = urlsplit(url)
        host = parts.hostname or ""
        addresses = self._pins.get(host, ())
        if not addresses and self._way.rule is None:
            raise RegionUnavailable(ADDRESS_NOT_PINNED.of(field="url", got=host))
        local = bool(addresses) and all(
            ipaddress.ip_address(address).is_loopback for address in addresses
        )
        if parts.scheme != "https" and not (parts.scheme == "http" and local):
            raise KnowledgeError(ADDRESS_UNFETCHABLE.of(field="url", got=parts.scheme))
        if parts.username is not None or parts.fragment:
            raise KnowledgeError(ADDRESS_UNFETCHABLE.of(field="url", got="user or fragment"))
        limits, way = _limits(bytes_max, deadline_s), replace(self._way, addresses=addresses)
        client = HttpClient(url, limits=limits, peer=host, way=way)
        try:
            accepted = ", ".join(sorted(self._media_types))
            reply = client.send("GET", headers={"Accept": accepted})
        finally:
            client.close()
        require(reply, peer=host, media_types=self._media_types)
        return reply.body


def _require_address(host: str, address: str) -> None:
    try:
        ipaddress.ip_address(address)
    except ValueError:
        raise KnowledgeError(ADDRESS_NOT_PINNED.of(field="pins", got=host)) from None


def _limits(bytes_max: int, deadline_s: float) -> Limits:
    return Limits(
        connect_ms=round(min(CONNECT_S_MAX, deadline_s) * MS),
        deadline_ms=round(deadline_s * MS),
        reply_bytes_max=bytes_max,
    )

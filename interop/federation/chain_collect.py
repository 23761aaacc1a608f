"""Collect the statements of a chain through a port; nothing of them is believed here.

The port is a callable ``fetch(url) -> bytes``; whoever hands it in pins addresses as
:class:`interop.transport.fetch.PinnedFetch` does, for a name may point anywhere. Here only
https addresses with a public domain name are asked for, each once, few in all.
Source: OpenID Federation 1.0 sections 8.1, 9 and 10.1; RFC 8725 section 3.10.
"""

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

from interop.crypto.algorithms import printable
from interop.errors import TrustError
from interop.federation.chain_memory import STATEMENT_BYTES_MAX
from interop.federation.chain_reasons import CHAIN_ADDRESS, CHAIN_FETCHES
from interop.federation.statement import Statement, is_entity, read_statement

Fetch = Callable[[str], bytes]
WELL_KNOWN: Final = "/.well-known/openid-federation"


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectLimits:
    """Limits of one collection.

    Attributes:
        fetches_max: Most calls.
        bytes_max: Largest answer.
    """

    fetches_max: int = 32
    bytes_max: int = STATEMENT_BYTES_MAX


DEFAULT: Final = CollectLimits()


def collect(
    subject: str, *, anchors: Set[str], fetch: Fetch, limits: CollectLimits = DEFAULT
) -> list[str]:
    """Return statements about ``subject`` and its superiors, up to the anchors.

    Args:
        subject: Entity identifier.
        anchors: Where to stop; their own configurations are read for their fetch endpoint.
        fetch: Returns the body found at an https address, or raises.
        limits: Calls and sizes.

    Returns:
        Compact JWS for :meth:`ChainVerifier.resolve`.

    Raises:
        TrustError: ``chain-address``, ``chain-fetch-limit``, or a code of a statement's form.
    """
    walk = _Walk(fetch, limits)
    below, seen = [subject], {subject}
    while below:
        entity = below.pop(0)
        if entity in anchors:
            continue
        for superior in walk.own(entity).claims.authority_hints or ():
            walk.statement(superior, entity)
            if superior not in seen:
                seen.add(superior)
                below.append(superior)
    return walk.found


@dataclass(slots=True)
class _Walk:
    fetch: Fetch
    limits: CollectLimits
    calls: int = 0
    found: list[str] = field(default_factory=list)
    owned: dict[str, Statement] = field(default_factory=dict)

    def own(self, entity: str) -> Statement:
        """Return the configuration of ``entity``, fetched once."""
        if entity not in self.owned:
            self.owned[entity] = self._read(entity.removesuffix("/") + WELL_KNOWN)
        return self.owned[entity]

    def statement(self, superior: str, entity: str) -> None:
        """Fetch what ``superior`` says of ``entity``."""
        api = self.own(superior).metadata.get("federation_entity", {})
        address = _text(api, "federation_fetch_endpoint")
        self._read(f"{address}?sub={quote(entity, safe='')}")

    def _read(self, url: str) -> Statement:
        address = url.partition("?")[0]
        if not is_entity(address):
            raise TrustError(CHAIN_ADDRESS.of(field="url", got=printable(address)))
        most = self.limits.fetches_max
        if self.calls == most:
            raise TrustError(CHAIN_FETCHES.of(field="fetches", expected=most))
        self.calls += 1
        body = self.fetch(url)
        if len(body) > self.limits.bytes_max:
            raise TrustError(CHAIN_FETCHES.of(field="answer", expected=most, got=len(body)))
        token = body.decode("ascii", "replace").strip()
        statement = read_statement(token, place=address)
        self.found.append(token)
        return statement


def _text(members: Mapping[str, object], name: str) -> str:
    value = members.get(name)
    return value if isinstance(value, str) else ""

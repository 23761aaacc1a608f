"""Entity statements for a chain: from files, or from where entities publish them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from interop.cli.reasons import VALUE_REFUSED
from interop.cli.speech import Misuse
from interop.errors import KnowledgeError
from interop.federation.chain import STATEMENTS_MAX
from interop.federation.chain_collect import collect
from interop.federation.chain_memory import STATEMENT_BYTES_MAX
from interop.federation.chain_reasons import CHAIN_FILE
from interop.gateway.outside import secret
from interop.model.canonical import Json, read_json
from interop.model.ports import Env
from interop.transport.fetch import PinnedFetch
from interop.transport.network import NodeNetwork, read_network

FILE_BYTES_MAX: Final = STATEMENTS_MAX * STATEMENT_BYTES_MAX
FETCH_S_MAX: Final = 5.0
MEDIA_TYPE: Final = "application/entity-statement+jwt"
HTTPS: Final = "https://"


@dataclass(frozen=True, slots=True)
class Sources:
    """Where statements come from.

    Attributes:
        named: Files, and entities by their https identifier.
        anchors: Where the way up ends.
        pins: Host to its addresses; other hosts are resolved under the rule of the network.
        network: The network file; without it public addresses alone.
        env: Environment of the registry.
    """

    named: Sequence[str]
    anchors: Mapping[str, object]
    pins: Mapping[str, Sequence[str]]
    network: Path | None
    env: Env

    def statements(self) -> Iterator[str]:
        """Yield compact JWS, in any order.

        Raises:
            KnowledgeError: ``chain-file``, or the network file does not fit.
            TrustError: What was fetched has not the form of a statement.
            RegionError: An entity was not reached, or answered something else.
            OSError: A file cannot be read.
        """
        entities = [name for name in self.named if name.startswith(HTTPS)]
        for name in self.named:
            if name not in entities:
                yield from _in_file(Path(name))
        if entities:
            fetch, anchors = self._fetch(), set(self.anchors)
            for entity in entities:
                yield from collect(entity, anchors=anchors, fetch=fetch)

    def _fetch(self) -> "_Get":
        network = (
            NodeNetwork.usual(self.env)
            if self.network is None
            else read_network(self.network, env=self.env, secret=secret)
        )
        return _Get(PinnedFetch(self.pins, media_types=[MEDIA_TYPE], way=network.services))


@dataclass(frozen=True, slots=True)
class _Get:
    fetch: PinnedFetch

    def __call__(self, url: str) -> bytes:
        return self.fetch.get(url, bytes_max=STATEMENT_BYTES_MAX, deadline_s=FETCH_S_MAX)


def read_pins(given: Sequence[str]) -> dict[str, list[str]]:
    """Return host to addresses from ``HOST=ADDRESS``, each host as often as wanted.

    Raises:
        Misuse: What is of another shape.
    """
    found: dict[str, list[str]] = {}
    for pair in given:
        host, _, address = pair.partition("=")
        if not host or not address:
            raise Misuse(VALUE_REFUSED.of(field="--pin", expected="HOST=ADDRESS"))
        found.setdefault(host, []).append(address)
    return found


def bytes_of(file: Path) -> bytes:
    """Return the bytes of a file of statements or keys.

    Raises:
        KnowledgeError: ``chain-file`` if there are too many.
        OSError: It cannot be read.
    """
    with file.open("rb") as opened:
        data = opened.read(FILE_BYTES_MAX + 1)
    if len(data) > FILE_BYTES_MAX:
        raise KnowledgeError(CHAIN_FILE.of(field=file.name, got="too large"))
    return data


def read_anchors(file: Path) -> dict[str, list[dict[str, Json]]]:
    """Return the public keys of each anchor, by its identifier.

    Raises:
        KnowledgeError: ``chain-file``, or it is no JSON.
        OSError: It cannot be read.
    """
    told = read_json(bytes_of(file), error=KnowledgeError, field=file.name)
    found = {}
    for name, jwks in told.items() if isinstance(told, dict) else ():
        keys = jwks.get("keys") if isinstance(jwks, dict) else None
        if not isinstance(keys, list) or not all(isinstance(key, dict) for key in keys):
            raise KnowledgeError(CHAIN_FILE.of(field=file.name, got=f"no JWK Set of {name}"))
        found[name] = [dict(key) for key in keys if isinstance(key, dict)]
    if not found:
        raise KnowledgeError(CHAIN_FILE.of(field=file.name, got="no anchor"))
    return found


def _in_file(file: Path) -> Iterator[str]:
    data = bytes_of(file)
    if data.lstrip().startswith(b"["):
        told = read_json(data, error=KnowledgeError, field=file.name)
        if not isinstance(told, list) or not all(isinstance(one, str) for one in told):
            raise KnowledgeError(CHAIN_FILE.of(field=file.name, got="no array of text"))
        yield from map(str, told)
    else:
        yield from data.decode("utf-8", "replace").split()

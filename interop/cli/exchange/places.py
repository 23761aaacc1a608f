"""Open what exchange commands are given: a store alone, or a whole gateway."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from interop.cli.reasons import PARAMETER_MISSING
from interop.cli.speech import Misuse
from interop.crypto.ring import KeyRing
from interop.gateway.open import Gateway
from interop.gateway.opening import open_store
from interop.gateway.station import Station
from interop.gateway.trust import SignedTrust
from interop.model.canonical import Json
from interop.node.logs import configure_logs
from interop.store import Store

F = TypeVar("F", bound=Callable[..., Any])

STORE: Final = click.option(
    "--store", required=True, help="数据库路径或 URL · path or URL of the database"
)
KEYS: Final = click.option(
    "--keys", required=True, type=click.Path(path_type=Path), help="密钥目录 · key folder"
)
REGION: Final = click.option(
    "--region", required=True, help="地区代码，如 310115 · region code, such as 310115"
)
JSON: Final = click.option("--json", "as_json", is_flag=True, help="打印 JSON · print JSON")
KNOWLEDGE: Final = click.option(
    "--knowledge",
    type=click.Path(path_type=Path),
    help="覆盖随库知识的目录 · folder over the shipped knowledge",
)
REGISTRY: Final = click.option(
    "--registry",
    type=click.Path(path_type=Path),
    help="信任名录：签名文件或目录 · trust registry: a signed file",
)
SIGNERS: Final = click.option(
    "--signers",
    type=click.Path(path_type=Path),
    help="名录发布方公钥 · public keys of the registry's publisher",
)


def gateway_options(command: F) -> F:
    """Add the options that open a gateway."""
    for option in (SIGNERS, REGISTRY, KNOWLEDGE, KEYS, STORE, REGION):
        command = option(command)
    return command


@contextmanager
def store_at(store: str, keys: Path) -> Iterator[tuple[Store, KeyRing]]:
    """Open a store with the keys of its gateway.

    Yields:
        The store and the keys.
    """
    ring = KeyRing.load(keys)
    with open_store(store, ring) as opened:
        yield opened, ring


@contextmanager
def station_at(given: Mapping[str, Any]) -> Iterator[Station]:
    """Open a gateway from its options, and give it as its peers see it.

    Yields:
        The station.

    Raises:
        click.UsageError: A signed registry without the keys of its publisher.
    """
    with gateway_at(given) as gateway:
        yield gateway.station


@contextmanager
def gateway_at(given: Mapping[str, Any]) -> Iterator[Gateway]:
    """Open a gateway from its options.

    Yields:
        The gateway.

    Raises:
        click.UsageError: A signed registry without the keys of its publisher.
    """
    configure_logs(form="console", level="WARNING")
    registry, signers = given["registry"], given["signers"]
    if (registry is None) != (signers is None):
        raise Misuse(PARAMETER_MISSING.of(field="--registry, --signers", expected="FILE"))
    trust = SignedTrust.load(registry, signers) if registry and signers else None
    with Gateway.open(
        given["region"],
        store=given["store"],
        keys=KeyRing.load(given["keys"]),
        knowledge=given["knowledge"],
        trust=trust,
    ) as gateway:
        yield gateway


def tell(told: Mapping[str, Json]) -> None:
    """Print one JSON object."""
    click.echo(json.dumps(told, ensure_ascii=False, default=str))


def now() -> datetime:
    """Return the present instant."""
    return datetime.now(UTC)

"""Read what identity commands are given: registries as folder or signed file, tokens, times."""

import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click

from interop.cli.reasons import PARAMETER_MISSING
from interop.cli.speech import Misuse
from interop.crypto import TOKEN_BYTES_MAX
from interop.federation import OpenedRegistry, RegistryFiles, TrustRegistry
from interop.gateway.library import Library
from interop.gateway.trust import SignedTrust, files_of
from interop.model.ports import Env
from interop.model.sensitive import Sensitive

STDIN: Final = "-"

SIGNERS: Final = click.option(
    "--signers",
    type=click.Path(path_type=Path),
    help="发布方公钥（JWK、列表或 JWK Set）；签名名录必须给出 · "
    "public keys of the publisher (JWK, list or JWK Set); a signed registry needs them",
)
AT: Final = click.option(
    "--at",
    type=click.DateTime(["%Y-%m-%dT%H:%M:%S%z"]),
    help="以此时刻为准，如 2026-06-01T12:00:00+0800 · as of this instant",
)
JSON: Final = click.option("--json", "as_json", is_flag=True, help="打印 JSON · print JSON")


@dataclass(frozen=True, slots=True)
class Place:
    """A registry as it was named: a folder, or a signed file that was opened.

    Attributes:
        files: Its files.
        opened: What was signed; None for a folder.
        library: Knowledge around it: regions and what they cover.
    """

    files: RegistryFiles
    opened: OpenedRegistry | None
    library: Library

    def trusted(self, env: Env) -> TrustRegistry:
        """Return the registry of ``env``."""
        source = self.opened or self.files
        return source.trusted(env=env, covers=self.library.covers)


def registry_at(place: Path | None, signers: Path | None, *, now: datetime) -> Place:
    """Return the registry in a folder laid over the shipped one, or in a signed file.

    Raises:
        click.UsageError: A signed file without ``--signers``: nothing is believed unsigned.
        InteropError: It is not sound, or not signed by one of them.
    """
    if place is None or place.is_dir():
        library = Library.of(place)
        return Place(files_of(library), None, library)
    if signers is None:
        raise Misuse(PARAMETER_MISSING.of(field="--signers", expected="FILE"))
    opened = SignedTrust.load(place, signers).open(now)
    return Place(opened.content.files, opened, Library.of(None))


def token_in(file: str) -> Sensitive:
    """Return the token in a file, or on standard input.

    Never on the command line, where every process of the machine could read it.
    """
    if file == STDIN:
        return Sensitive(sys.stdin.read(TOKEN_BYTES_MAX + 2).strip())
    with Path(file).open(encoding="utf-8", errors="replace") as opened:
        return Sensitive(opened.read(TOKEN_BYTES_MAX + 2).strip())


def instant(at: datetime | None) -> datetime:
    """Return ``at``, or now."""
    return at or datetime.now(UTC)

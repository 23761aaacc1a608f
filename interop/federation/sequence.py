"""The sequence of registries: a gateway never goes back, and never onto another branch.

Source: The Update Framework 1.0 section 5.3 (rollback of metadata).
"""

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pydantic import Field

from interop.errors import InteropError, KnowledgeError, ReasonRow, TrustError
from interop.federation.registry_reasons import (
    REGISTRY_FORK,
    REGISTRY_GAP,
    REGISTRY_MARK,
    REGISTRY_OTHER,
    REGISTRY_PREVIOUS,
    REGISTRY_ROLLBACK,
)
from interop.federation.signed import OpenedRegistry
from interop.model.record import Record

FILE_MODE = 0o600


class SeenRegistry(Record):
    """The highest version that was ever in use here.

    Attributes:
        id: Identifier of the registry.
        version: Its version.
        files: Digest over its files.
    """

    id: str
    version: int = Field(ge=1)
    files: str


class RegistryMark(Protocol):
    """Where the highest version is kept: a file, or a row of the store."""

    def read(self) -> SeenRegistry | None:
        """Return the highest version that was in use, if any was."""
        ...

    def write(self, seen: SeenRegistry) -> None:
        """Keep ``seen`` so that no crash loses it."""
        ...


def advance(mark: RegistryMark, opened: OpenedRegistry) -> None:
    """Refuse ``opened`` unless it follows on what ``mark`` keeps; then keep it.

    Raises:
        TrustError: As :func:`require_next`.
    """
    seen = mark.read()
    require_next(seen, opened)
    if seen is None or seen.version < opened.version:
        mark.write(seen_of(opened))


def seen_of(opened: OpenedRegistry) -> SeenRegistry:
    """Return what is kept of an opened registry."""
    return SeenRegistry(id=opened.id, version=opened.version, files=opened.digest)


def require_next(seen: SeenRegistry | None, opened: OpenedRegistry) -> None:
    """Refuse ``opened`` unless it is ``seen`` again or follows on it.

    Raises:
        TrustError: ``registry-other``, ``registry-rollback``, ``registry-fork``,
            ``registry-previous`` or ``registry-gap``.
    """
    if seen is None:
        return
    if opened.id != seen.id:
        raise TrustError(REGISTRY_OTHER.of(field="id", expected=seen.id, got=opened.id))
    if row := _fault(seen, opened):
        raise TrustError(row.of(field="version", expected=seen.version, got=opened.version))


def _fault(seen: SeenRegistry, opened: OpenedRegistry) -> ReasonRow | None:
    if opened.version < seen.version:
        return REGISTRY_ROLLBACK
    if opened.version == seen.version:
        return None if opened.digest == seen.files else REGISTRY_FORK
    named = _digest_of_version(opened, seen.version)
    if named is None:
        return REGISTRY_GAP
    return None if named == seen.files else REGISTRY_PREVIOUS


def _digest_of_version(opened: OpenedRegistry, version: int) -> str | None:
    """Return the digest that ``opened`` says an earlier version had, if it says one."""
    if version == opened.version - 1:
        return opened.content.prev
    past = {row.version: row.files for row in opened.content.history}
    return past.get(version)


@dataclass(frozen=True, slots=True)
class FileMark:
    """A mark in a file, readable by its owner alone; replaced in one step."""

    path: Path

    def read(self) -> SeenRegistry | None:
        """Return what the file keeps, None if there is no file.

        Raises:
            TrustError: ``registry-mark-damaged``; it is never taken for none.
        """
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return None
        try:
            return SeenRegistry.from_json(data, error=KnowledgeError)
        except InteropError:
            raise TrustError(REGISTRY_MARK.of(field=str(self.path))) from None

    def write(self, seen: SeenRegistry) -> None:
        """Replace what the file keeps."""
        fresh = self.path.with_name(f"{self.path.name}.new")
        with contextlib.suppress(FileNotFoundError):
            fresh.unlink()
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
        with os.fdopen(handle, "wb") as file:
            file.write(seen.to_bytes() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.path)

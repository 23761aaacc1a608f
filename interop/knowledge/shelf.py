"""The files of the knowledge folders: shipped ones under the embedder's overlay.

An overlay replaces whole files, never single keys; ``identity/`` is replaced as a whole or
not at all, since half a trust registry is none.
"""

import errno
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Final

from interop.errors import KnowledgeError
from interop.knowledge.reasons import (
    FILE_MISSING,
    FILE_NOT_OPENED,
    FILE_OUTSIDE,
    FILE_TOO_LARGE,
    FILES_TOO_MANY,
    FOLDER_MISSING,
)

FOLDERS: Final = ("adapters", "identity", "mappings")
CONTRACT_BYTES_MAX: Final = 8 * 1024 * 1024
FILES_MAX: Final = 20_000


def shipped_root() -> Path:
    """Return the folder that holds the shipped knowledge, in a wheel or a checkout."""
    package = Path(__file__).parents[1]
    packed = package / "_regions"
    return packed if packed.is_dir() else package.parent


class Shelf:
    """Find and read files by relative path; the overlay comes first."""

    def __init__(self, overlay: Path | None = None, *, shipped: Path | None = None) -> None:
        """List the files.

        Args:
            overlay: The embedder's folder, holding any of adapters, identity, mappings.
            shipped: Root of the shipped folders; the library's own if not given.

        Raises:
            KnowledgeError: ``knowledge-folder-missing``, ``knowledge-too-many-files`` or
                ``knowledge-outside``.
        """
        below = _listed(shipped or shipped_root())
        above: dict[str, Path] = {}
        if overlay is not None:
            above = _listed(overlay)
            if (overlay / "identity").is_dir():
                below = {p: f for p, f in below.items() if not p.startswith("identity/")}
        self._above = frozenset(above)
        self._files: Mapping[str, Path] = MappingProxyType(
            dict(sorted((below | above).items()))
        )

    @property
    def paths(self) -> tuple[str, ...]:
        """Return every relative path, sorted."""
        return tuple(self._files)

    def is_overlay(self, path: str) -> bool:
        """Return whether ``path`` comes from the overlay."""
        return path in self._above

    def beside(self, path: str) -> frozenset[str]:
        """Return the names of the other files in the folder of ``path``."""
        folder, _, own = path.rpartition("/")
        return self._names.get(folder, frozenset()) - {own}

    @cached_property
    def _names(self) -> Mapping[str, frozenset[str]]:
        names: defaultdict[str, set[str]] = defaultdict(set)
        for path in self._files:
            folder, _, name = path.rpartition("/")
            names[folder].add(name)
        return {folder: frozenset(found) for folder, found in names.items()}

    def read(self, path: str, *, bytes_max: int = CONTRACT_BYTES_MAX) -> bytes:
        """Return the bytes of a file.

        Raises:
            KnowledgeError: ``knowledge-missing``, ``knowledge-too-large`` or
                ``knowledge-not-opened``.
        """
        file = self._files.get(path)
        if file is None:
            near = ", ".join(sorted(self.beside(path))) or "-"
            raise KnowledgeError(FILE_MISSING.of(field=path, expected=near))
        try:
            with file.open("rb") as source:
                data = source.read(bytes_max + 1)
        except OSError as fault:
            name = errno.errorcode.get(fault.errno or 0, "-")
            raise KnowledgeError(FILE_NOT_OPENED.of(field=path, got=name)) from None
        if len(data) > bytes_max:
            raise KnowledgeError(
                FILE_TOO_LARGE.of(field=path, expected=bytes_max, got=f"> {bytes_max}")
            )
        return data


def _listed(root: Path) -> dict[str, Path]:
    folders = [root / name for name in FOLDERS if (root / name).is_dir()]
    if not folders:
        raise KnowledgeError(FOLDER_MISSING.of(field=str(root), expected=" / ".join(FOLDERS)))
    found: dict[str, Path] = {}
    for path, file in _files(root, folders):
        found[path] = file
        if len(found) > FILES_MAX:
            raise KnowledgeError(FILES_TOO_MANY.of(field=str(root), expected=FILES_MAX))
    return found


def _files(root: Path, folders: Iterable[Path]) -> Iterator[tuple[str, Path]]:
    """Yield every visible file with its path; a link must lead to a file inside ``root``.

    Hidden files, such as those of editors and of mounted volumes, are no knowledge.
    """
    inside = root.resolve()
    for folder in folders:
        _require_within(folder, folder.name, inside)
        for top, below, names in os.walk(folder):
            below[:] = filter(_visible, below)
            where = os.path.relpath(top, root).replace(os.sep, "/")
            for name in (*below, *filter(_visible, names)):
                path, file = f"{where}/{name}", Path(top, name)
                _require_within(file, path, inside)
                if file.is_file():
                    yield path, file


def _visible(name: str) -> bool:
    return not name.startswith(".") and name != "__pycache__"


def _require_within(file: Path, path: str, inside: Path) -> None:
    # A link to a folder would hide its files, a broken one the file it should be.
    if file.is_symlink() and not (file.is_file() and file.resolve().is_relative_to(inside)):
        raise KnowledgeError(FILE_OUTSIDE.of(field=path))

"""Typed documents by kind and key."""

from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import cast

from interop.errors import KnowledgeError
from interop.knowledge.kind import Document, Kind, Origin, Place, R
from interop.knowledge.reading import FILE_BYTES_MAX, read_bytes
from interop.knowledge.reasons import FILE_MISSING
from interop.knowledge.shelf import Shelf
from interop.model.record import Record


class Knowledge:
    """Regional knowledge: read once, kept for the life of the process, safe to share.

    Example:
        >>> knowledge = Knowledge()
        >>> "mappings/regions/regions.tsv" in knowledge.shelf.paths
        True
    """

    def __init__(self, overlay: Path | None = None, *, shipped: Path | None = None) -> None:
        """Open the shipped knowledge under ``overlay``; raise as :class:`Shelf`."""
        self.shelf = Shelf(overlay, shipped=shipped)
        self._read: dict[tuple[str, str], Document[Record]] = {}
        self._indexes: dict[str, dict[str, str]] = {}

    def document(self, kind: Kind[R], key: str) -> Document[R]:
        """Return the document of ``kind`` under ``key``.

        Raises:
            KnowledgeError: ``knowledge-missing``, or every problem of the file.
        """
        held = self._read.get((kind.name, key))
        if held is None:
            path = self._index(kind).get(key)
            if path is None:
                raise KnowledgeError(
                    FILE_MISSING.of(
                        field=_shown(kind, key), expected=", ".join(self.keys(kind))
                    )
                )
            held = cast("Document[Record]", self._opened(kind, key, path))
            self._read[kind.name, key] = held
        return cast("Document[R]", held)

    def _opened(self, kind: Kind[R], key: str, path: str) -> Document[R]:
        value = read_bytes(self.shelf.read(path, bytes_max=FILE_BYTES_MAX + 1), path)
        origin: Origin = "overlay" if self.shelf.is_overlay(path) else "shipped"
        return kind.document(value, Place(key, path, origin), beside=self.shelf.beside(path))

    def _index(self, kind: Kind[R]) -> dict[str, str]:
        index = self._indexes.get(kind.name)
        if index is None:
            keyed = ((kind.key_of(path), path) for path in self.shelf.paths)
            index = {key: path for key, path in keyed if key is not None}
            self._indexes[kind.name] = index
        return index

    def keys(self, kind: Kind[R]) -> tuple[str, ...]:
        """Return the keys of all files of ``kind``, sorted by path."""
        return tuple(self._index(kind))

    def documents(self, kind: Kind[R]) -> tuple[Document[R], ...]:
        """Return all documents of ``kind``; raise as :meth:`document`."""
        return tuple(self.document(kind, key) for key in self.keys(kind))

    def nearest(self, kind: Kind[R], chain: Sequence[str], *, under: str = "") -> Document[R]:
        """Return the document of the first code in ``chain`` that has one.

        Args:
            kind: A kind whose last key part starts with a region code.
            chain: Region code, then its city, then its province.
            under: Leading part of the key, such as a certificate type.

        Raises:
            KnowledgeError: ``knowledge-missing`` naming the codes tried.
        """
        prefix = f"{under}/" if under else ""
        keys = [key for key in self.keys(kind) if key.startswith(prefix)]
        for code in chain:
            for key in keys:
                if key.removeprefix(prefix).split("-", 1)[0] == code:
                    return self.document(kind, key)
        where = _shown(kind, under) if under else kind.pattern
        raise KnowledgeError(FILE_MISSING.of(field=where, expected=" / ".join(chain)))


def _shown(kind: Kind[R], key: str) -> str:
    parts = iter(key.split("/"))
    return "/".join(
        f"{next(parts, '*')}{PurePosixPath(part).suffix}" if "*" in part else part
        for part in kind.pattern.split("/")
    )

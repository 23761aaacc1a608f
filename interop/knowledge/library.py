"""Typed documents by kind and key."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Final, cast

from interop.errors import KnowledgeError
from interop.knowledge.kind import Document, Kind, Origin, Place, R
from interop.knowledge.reading import FILE_BYTES_MAX, read_bytes
from interop.knowledge.reasons import FILE_AMBIGUOUS, FILE_MISSING, FILE_NOT_NEAR
from interop.knowledge.shelf import Shelf
from interop.model.record import Record

KEYS_SHOWN_MAX: Final = 20
DOCUMENTS_KEPT_MAX: Final = 1_000


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
                    FILE_MISSING.of(field=_path_of(kind, key), expected=_shown(self.keys(kind)))
                )
            held = cast("Document[Record]", self._opened(kind, key, path))
            self._read[kind.name, key] = held
        return cast("Document[R]", held)

    def _opened(self, kind: Kind[R], key: str, path: str) -> Document[R]:
        data = self.shelf.read(path, bytes_max=FILE_BYTES_MAX)
        origin: Origin = "overlay" if self.shelf.is_overlay(path) else "shipped"
        place = Place(key, path, origin)
        return cast("Document[R]", _typed(kind, place, self.shelf.beside(path), data))

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
            KnowledgeError: ``knowledge-missing-for-region`` naming the codes tried;
                ``knowledge-ambiguous`` if one code has several files; every problem of the
                file.
        """
        prefix = f"{under}/" if under else ""
        keys = [key for key in self.keys(kind) if key.startswith(prefix)]
        where = _path_of(kind, under)
        for code in chain:
            own = [k for k in keys if k.removeprefix(prefix).split("-", 1)[0] == code]
            if len(own) > 1:
                raise KnowledgeError(FILE_AMBIGUOUS.of(field=where, got=_shown(own)))
            if own:
                return self.document(kind, own[0])
        raise KnowledgeError(
            FILE_NOT_NEAR.of(field=where, expected=_shown(keys), got=" / ".join(chain) or "-")
        )


# Knowledge that is opened again has mostly the same files: what was found sound with these
# very bytes at this place, among these files, is sound.
@lru_cache(maxsize=DOCUMENTS_KEPT_MAX)
def _typed(
    kind: Kind[Record], place: Place, beside: frozenset[str], data: bytes
) -> Document[Record]:
    return kind.document(read_bytes(data, place.path), place, beside=beside)


def _shown(keys: Sequence[str]) -> str:
    more = ", …" if len(keys) > KEYS_SHOWN_MAX else ""
    return ", ".join(keys[:KEYS_SHOWN_MAX]) + more or "-"


def _path_of(kind: Kind[R], key: str) -> str:
    """Return the path that ``key`` stands for; what it leaves open stays a star."""
    parts = iter(key.split("/") if key else ())
    return "/".join(
        f"{next(parts, '*')}{PurePosixPath(part).suffix}" if "*" in part else part
        for part in kind.pattern.split("/")
    )

"""A kind of knowledge: where its files are and the schema its room hands in."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from fnmatch import translate
from functools import cache
from pathlib import PurePosixPath
from typing import Final, Generic, Literal, TypeVar

from interop.errors import KnowledgeError, Reason
from interop.knowledge.reasons import VERSION_MISMATCH
from interop.model.canonical import Json, canonical_bytes, digest, read_json
from interop.model.record import Record

R = TypeVar("R", bound=Record)
Origin = Literal["shipped", "overlay"]
# Between the path of a file and the key path of a reason.
BELOW: Final = ": "


@dataclass(frozen=True, slots=True)
class Kind(Generic[R]):
    """One kind of knowledge file.

    Attributes:
        name: Such as ``calendar-year``.
        pattern: Path below the knowledge root; ``*`` stands for one part of the key, such as
            ``mappings/items/*/canonical.toml``.
        schema: Record of the file; this room does not know what it means.
        check: What the schema cannot say; gets the record and the names of the files beside
            it, and returns every problem at once.
    """

    name: str
    pattern: str
    schema: type[R]
    check: Callable[[R, frozenset[str]], Iterable[Reason]]

    def key_of(self, path: str) -> str | None:
        """Return the key of ``path``, or None if it is no file of this kind.

        The key joins what the stars stand for with ``/``; a suffix that the pattern names
        is left out.
        """
        parts, wanted = path.split("/"), _parts_of(self.pattern)
        if len(parts) != len(wanted):
            return None
        pairs = tuple(zip(parts, wanted, strict=True))
        if not all(want.fits.match(part) for part, want in pairs):
            return None
        return "/".join(
            part.removesuffix(want.suffix) for part, want in pairs if want.suffix is not None
        )

    def document(
        self, value: Json, place: "Place", *, beside: frozenset[str] = frozenset()
    ) -> "Document[R]":
        """Return the typed document of ``value``.

        Args:
            value: The file as JSON.
            place: Where it stands.
            beside: Names of the other files in its folder.

        Raises:
            KnowledgeError: Every problem of schema and check, with path and key path.
        """
        record = self.schema.from_value(value, error=KnowledgeError, field=place.path)
        if found := tuple(self.check(record, beside)):
            raise placed(KnowledgeError(*found), place.path)
        data = canonical_bytes(value)
        return Document(self.name, place, digest(data), data, record)

    def kept(self, data: bytes, *, expected: str) -> R:
        """Return the record of a version kept by digest.

        It passed its check when it was first used; a later, stricter check does not stop a
        case that runs under it.

        Raises:
            KnowledgeError: ``knowledge-version-mismatch``, or the schema refuses.
        """
        if digest(data) != expected:
            raise KnowledgeError(VERSION_MISMATCH.of(field=expected))
        value = read_json(data, error=KnowledgeError, field=self.name)
        return self.schema.from_value(value, error=KnowledgeError, field=self.name)


@dataclass(frozen=True, slots=True)
class _Part:
    """One part of a pattern: what fits it; its suffix, or None if it is no part of the key."""

    fits: re.Pattern[str]
    suffix: str | None


# Every path is held against every pattern, each time knowledge is opened.
@cache
def _parts_of(pattern: str) -> tuple[_Part, ...]:
    return tuple(
        _Part(
            re.compile(translate(part)),
            PurePosixPath(part).suffix if "*" in part else None,
        )
        for part in pattern.split("/")
    )


def placed(fault: KnowledgeError, path: str) -> KnowledgeError:
    """Return ``fault`` with every field below ``path``, as ``path: key path``."""
    return KnowledgeError(
        *(
            reason if reason.field.startswith(path) else _below(reason, path)
            for reason in fault.reasons
        )
    )


def _below(reason: Reason, path: str) -> Reason:
    return replace(reason, field=f"{path}{BELOW}{reason.field}" if reason.field else path)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file stands.

    Attributes:
        key: What the stars of the kind's pattern stand for.
        path: Relative path, with ``/``.
        origin: Whether it was shipped or laid over by the embedder.
    """

    key: str
    path: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Document(Generic[R]):
    """One file, typed and digested.

    Attributes:
        kind: Name of its kind.
        place: Where it stands.
        digest: Digest of ``data``.
        data: Canonical JSON bytes.
        value: The record.
    """

    kind: str
    place: Place
    digest: str
    data: bytes
    value: R

    @property
    def code(self) -> str:
        """Return the region code that the last part of the key starts with."""
        return self.place.key.rsplit("/", 1)[-1].split("-", 1)[0]

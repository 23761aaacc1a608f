"""Steps: layouts that are no tree of fields are unfolded into one before reading.

Dates in three fields, holders joined in one text with their numbers in another, numbered
repetitions, ranges, documents inside texts: each step opens such a place into plain fields
and lists, and closes it again when writing. What was not changed gets its old text back, so
that the lens between them needs to know of objects, texts and lists only.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeAlias, cast

from interop.errors import ReasonRow
from interop.lens.faults import Broken, Fault
from interop.lens.names import read_text
from interop.lens.paths import Path, dotted, find, place, remove
from interop.lens.reasons import (
    FIELD_MISSING,
    FIELD_NOT_TEXT,
    FIELD_UNREADABLE,
    ROOT_NOT_SINGLE,
)
from interop.lens.template import Template
from interop.lens.unfit import Unfit
from interop.model.canonical import Json

RAW: Final = "\x1f"  # key under which an opened place keeps its old text; no document has it

Document: TypeAlias = dict[str, Json]


class Joined(str):
    """A text joined from several fields, with the old texts of those fields."""

    __slots__ = ("raw",)
    raw: Mapping[Path, Json]


class Step(Protocol):
    """One place to open and close."""

    def open(self, document: Document) -> Iterator[Fault]:
        """Open the place in ``document``, in place; tell faults and leave Broken there."""

    def close(self, document: Document) -> None:
        """Close the place in ``document``, in place; raise Unfit if it can't."""


def blank(value: Json) -> bool:
    """Return whether ``value`` says nothing: missing, null, or blanks."""
    return value is None or (isinstance(value, str) and not value.strip())


def stray(document: Document, sources: Iterable[Path], *, optional: bool) -> list[Fault] | None:
    """Return the faults of containers that ``sources`` stand in; None if all are there.

    A container at fault is told of once: what is no object by the reading, what is missing
    in the same words as the reading would use.
    """
    told, missing = False, dict[Path, None]()
    for source in sources:
        at: object = document
        for length, part in enumerate(source[:-1], start=1):
            if not isinstance(at, dict):
                told = True
                break
            if part not in at:
                missing[source[:length]] = None
                break
            at = at[part]
        else:
            told = told or not isinstance(at, dict)
    if told:
        return []
    if optional or not missing:
        return None
    return [fault_at(FIELD_MISSING, dotted(path), dotted(path)) for path in missing]


def fault_at(
    row: ReasonRow, at: str, source: str, value: Json = None, *, codec: str = ""
) -> Fault:
    """Return the fault of one place."""
    return Fault.of(row, field=at, source=source, codec=codec, value=value)


def _readable(text: str) -> bool:
    try:
        return bool(read_text(text))
    except Unfit:
        return False


@dataclass(frozen=True, slots=True)
class Join:
    """Several fields that together are one text, such as year, month and day."""

    field: str
    key: str
    shown: tuple[str, ...]
    sources: tuple[Path, ...]
    template: Template
    optional: bool
    blank: bool

    def open(self, document: Document) -> Iterator[Fault]:
        """Join the fields into one text.

        Yields:
            Each fault of the place.
        """
        outer = stray(document, self.sources, optional=self.optional)
        if outer is not None:
            yield from outer
            document[self.key] = cast("Json", Broken())
            return
        raw = {source: find(document, source) for source in self.sources}
        texts = list(raw.values())
        if all(map(blank, texts)) and self.optional:
            return
        faults = [
            fault
            for number in range(len(self.sources))
            if (fault := self._part(number, texts[number]))
        ]
        yield from faults
        for source in self.sources:
            remove(document, source)
        if faults:
            document[self.key] = cast("Json", Broken())
            return
        joined = Joined(self.template.filled(tuple(str(text).strip() for text in texts)))
        joined.raw = raw
        document[self.key] = joined

    def _part(self, number: int, text: Json) -> Fault | None:
        shown = self.shown[number]
        if blank(text):
            return fault_at(FIELD_MISSING, self.field, shown)
        if not isinstance(text, str):
            return fault_at(FIELD_NOT_TEXT, self.field, shown, text)
        if not self.template.fits(number, text.strip()) or not _readable(text):
            return fault_at(FIELD_UNREADABLE, self.field, shown, text, codec=self.template.text)
        return None

    def close(self, document: Document) -> None:
        """Split the text into its fields."""
        text = document.pop(self.key, None)
        if isinstance(text, Joined):
            for source, old in text.raw.items():
                place(document, source, old)
        elif isinstance(text, str):
            parts = self.template.split(text)
            if self.template.join(parts) != text or any(blank(part) for part in parts):
                raise Unfit
            for source, part in zip(self.sources, parts, strict=True):
                place(document, source, part)
        elif self.blank:
            for source in self.sources:
                place(document, source, "")


@dataclass(frozen=True, slots=True)
class Split:
    """One text with several values in it, such as a period of validity."""

    shown: str
    source: Path
    template: Template

    def open(self, document: Document) -> Iterator[Fault]:
        """Open the text into an object with one field per part.

        Yields:
            Each fault of the place.
        """
        text = find(document, self.source)
        if text is None:
            return
        if blank(text):
            place(document, self.source, {RAW: text})
        elif not isinstance(text, str):
            yield fault_at(FIELD_NOT_TEXT, self.shown, self.shown, text)
            place(document, self.source, cast("Json", Broken()))
        else:
            yield from self._opened(document, text)

    def _opened(self, document: Document, text: str) -> Iterator[Fault]:
        at = self.shown
        try:
            parts = self.template.split(text.strip())
        except Unfit:
            yield fault_at(FIELD_UNREADABLE, at, at, text, codec=self.template.text)
            place(document, self.source, cast("Json", Broken()))
            return
        named: Document = dict(zip(self.template.names, parts, strict=True))
        place(document, self.source, {**named, RAW: text})

    def close(self, document: Document) -> None:
        """Write the fields into one text."""
        opened = find(document, self.source)
        if not isinstance(opened, dict):
            return
        raw = opened.get(RAW)
        parts = tuple(opened.get(name) for name in self.template.names)
        if all(map(blank, parts)):
            _put_back(document, self.source, raw if blank(raw) else None)
            return
        texts = tuple(part for part in parts if isinstance(part, str))
        if len(texts) < len(parts):
            raise Unfit
        same = isinstance(raw, str) and not blank(raw)
        if same and self.template.split(str(raw).strip()) == tuple(t.strip() for t in texts):
            place(document, self.source, raw)
        else:
            place(document, self.source, self.template.join(texts))


def _put_back(document: Document, at: Path, raw: Json) -> None:
    if raw is None:
        remove(document, at)
    else:
        place(document, at, raw)


@dataclass(frozen=True, slots=True)
class Embed:
    """A document inside a text."""

    shown: str
    source: Path
    read: Callable[[str], Json] = field(repr=False)
    write: Callable[[Json], str] = field(repr=False)
    name: str

    def open(self, document: Document) -> Iterator[Fault]:
        """Read the inner document in its place.

        Yields:
            Each fault of the place.
        """
        text = find(document, self.source)
        if text is None:
            return
        inner: Json = {}
        if not blank(text):
            inner = self._read(text)
        if isinstance(inner, dict):
            place(document, self.source, {**inner, RAW: text})
            return
        yield fault_at(FIELD_UNREADABLE, self.shown, self.shown, text, codec=self.name)
        place(document, self.source, cast("Json", Broken()))

    def _read(self, text: Json) -> Json:
        try:
            return self.read(text) if isinstance(text, str) else None
        except ValueError:
            return None

    def close(self, document: Document) -> None:
        """Write the inner document into one text."""
        opened = find(document, self.source)
        if not isinstance(opened, dict):
            return
        inner = {key: value for key, value in opened.items() if key != RAW}
        raw = opened.get(RAW)
        if isinstance(raw, str) and (self._read(raw) if raw.strip() else {}) == inner:
            place(document, self.source, raw)
        else:
            place(document, self.source, self.write(inner))


@dataclass(frozen=True, slots=True)
class Single:
    """A list of exactly one object that stands around the fields."""

    source: Path

    def open(self, document: Document) -> Iterator[Fault]:
        """Put the only member in the place of the list.

        Yields:
            Each fault of the place.
        """
        held = find(document, self.source)
        if isinstance(held, list) and len(held) == 1:
            place(document, self.source, held[0])
        elif held is not None:
            at = dotted(self.source)
            yield fault_at(ROOT_NOT_SINGLE, at, at, held)
            place(document, self.source, cast("Json", Broken()))

    def close(self, document: Document) -> None:
        """Put the object into a list again."""
        held = find(document, self.source)
        if held is not None:
            place(document, self.source, [held])

"""Steps: layouts that are no tree of fields are unfolded into one before reading.

Dates in three fields, holders joined in one text with their numbers in another, numbered
repetitions, ranges, documents inside texts: each step opens such a place into plain fields
and lists, and closes it again when writing. What was not changed gets its old text back, so
that the lens between them needs to know of objects, texts and lists only.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Protocol, TypeAlias, cast

from interop.errors import ReasonRow
from interop.lens.faults import Broken, Fault
from interop.lens.paths import Path, dotted, find, place, remove
from interop.lens.reasons import (
    FIELD_MISSING,
    FIELD_NOT_TEXT,
    FIELD_UNREADABLE,
    LIST_UNEVEN,
    ROOT_NOT_SINGLE,
)
from interop.lens.template import Template
from interop.lens.unfit import Unfit
from interop.model.canonical import Json

NUMBER: Final = "{n}"
RAW: Final = "\x1f"  # key under which an opened place keeps its old text; no document has it

Document: TypeAlias = dict[str, Json]


class Joined(str):
    """A text joined from several fields, with the old texts of those fields."""

    __slots__ = ("raw",)
    raw: Mapping[Path, Json]


class Gathered(list[Json]):
    """A list gathered from several fields, with the old texts of those fields."""

    __slots__ = ("raw",)
    raw: Mapping[Path, Json]
    numbers: tuple[int, ...]

    def source(self, member: str, at: int) -> str:
        """Return where ``member`` of the object at position ``at`` stands in the document."""
        if not self.numbers:
            return f"{member}[{at}]"
        return member.replace(NUMBER, str(self.numbers[at]))


class Step(Protocol):
    """One place to open and close. ``open`` yields faults and leaves Broken behind."""

    def open(self, document: Document) -> Iterator[Fault]:
        """Open the place in ``document``, in place."""

    def close(self, document: Document) -> None:
        """Close the place in ``document``, in place; raise Unfit if it can't."""


def blank(value: Json) -> bool:
    """Return whether ``value`` says nothing: missing, null, or blanks."""
    return value is None or (isinstance(value, str) and not value.strip())


def _fault(row: ReasonRow, at: str, source: str, value: Json = None, codec: str = "") -> Fault:
    return Fault.of(row, field=at, source=source, codec=codec, value=value)


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
        """Join the fields into one text."""
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
            return _fault(FIELD_MISSING, self.field, shown)
        if not isinstance(text, str):
            return _fault(FIELD_NOT_TEXT, self.field, shown, text)
        if not self.template.fits(number, text.strip()):
            return _fault(FIELD_UNREADABLE, self.field, shown, text, self.template.text)
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
        """Open the text into an object with one field per part."""
        text = find(document, self.source)
        if text is None:
            return
        if blank(text):
            place(document, self.source, {RAW: text})
        elif not isinstance(text, str):
            yield _fault(FIELD_NOT_TEXT, self.shown, self.shown, text)
            place(document, self.source, cast("Json", Broken()))
        else:
            yield from self._opened(document, text)

    def _opened(self, document: Document, text: str) -> Iterator[Fault]:
        at = self.shown
        try:
            parts = self.template.split(text.strip())
        except Unfit:
            yield _fault(FIELD_UNREADABLE, at, at, text, self.template.text)
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
        """Read the inner document in its place."""
        text = find(document, self.source)
        if text is None:
            return
        inner: Json = {}
        if not blank(text):
            inner = self._read(text)
        if isinstance(inner, dict):
            place(document, self.source, {**inner, RAW: text})
            return
        yield _fault(FIELD_UNREADABLE, self.shown, self.shown, text, self.name)
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
        """Put the only member in the place of the list."""
        held = find(document, self.source)
        if isinstance(held, list) and len(held) == 1:
            place(document, self.source, held[0])
        elif held is not None:
            at = dotted(self.source)
            yield _fault(ROOT_NOT_SINGLE, at, at, held)
            place(document, self.source, cast("Json", Broken()))

    def close(self, document: Document) -> None:
        """Put the object into a list again."""
        held = find(document, self.source)
        if held is not None:
            place(document, self.source, [held])


@dataclass(frozen=True, slots=True)
class Zip:
    """Lists joined in texts side by side: names in one, their numbers in another."""

    field: str
    key: str
    separator: str
    columns: Mapping[str, Path]
    optional: frozenset[str]

    def open(self, document: Document) -> Iterator[Fault]:
        """Gather the texts into one list of objects."""
        raw = {name: find(document, column) for name, column in self.columns.items()}
        if all(map(blank, raw.values())):
            return
        split = {
            name: text.split(self.separator)
            for name, text in raw.items()
            if isinstance(text, str) and not blank(text)
        }
        faults = list(self._faults(raw, split))
        yield from faults
        for column in self.columns.values():
            remove(document, column)
        if faults:
            document[self.key] = cast("Json", Broken())
            return
        count = len(next(iter(split.values())))
        gathered = Gathered(
            {name: texts[at] for name, texts in split.items()} for at in range(count)
        )
        gathered.raw = {self.columns[name]: text for name, text in raw.items()}
        gathered.numbers = ()
        document[self.key] = gathered

    def _faults(self, raw: Document, split: Mapping[str, list[str]]) -> Iterator[Fault]:
        wrong = [fault for name, text in raw.items() if (fault := self._column(name, text))]
        yield from wrong
        counts = [str(len(texts)) for texts in split.values()]
        if not wrong and len(set(counts)) > 1:
            shown = Fault.of(LIST_UNEVEN, field=self.field, source="+".join(split))
            yield replace(shown, masked=" / ".join(counts))

    def _column(self, name: str, text: Json) -> Fault | None:
        if blank(text):
            missing = name not in self.optional
            return _fault(FIELD_MISSING, self.field, name) if missing else None
        if isinstance(text, str):
            return None
        return _fault(FIELD_NOT_TEXT, self.field, name, text)

    def close(self, document: Document) -> None:
        """Join the members' texts column by column."""
        members = document.pop(self.key, None)
        if isinstance(members, Gathered):
            for column, old in members.raw.items():
                if old is not None:
                    place(document, column, old)
            return
        if not isinstance(members, list):
            return
        for name, column in self.columns.items():
            texts = [str(find(member, (name,)) or "") for member in members]
            if any(self.separator in text for text in texts):
                raise Unfit
            if any(texts):
                place(document, column, self.separator.join(texts))


@dataclass(frozen=True, slots=True)
class Numbered:
    """Numbered repetitions: name1, code1, name2, code2."""

    key: str
    patterns: tuple[str, ...]
    spell: Callable[[str, int], Path] = field(repr=False)
    most: int

    def open(self, document: Document) -> Iterator[Fault]:
        """Gather the repetitions into one list of objects."""
        raw: dict[Path, Json] = {}
        members: list[Json] = []
        numbers: list[int] = []
        for number in range(1, self.most + 1):
            member: Document = {}
            for pattern in self.patterns:
                at = self.spell(pattern, number)
                if (value := find(document, at)) is None:
                    continue
                raw[at] = value
                remove(document, at)
                if not blank(value):
                    member[pattern] = value
            if member:
                members.append(member)
                numbers.append(number)
        yield from ()
        if members:
            gathered = Gathered(members)
            gathered.raw, gathered.numbers = raw, tuple(numbers)
            document[self.key] = gathered
        else:
            for at, value in raw.items():
                place(document, at, value)

    def close(self, document: Document) -> None:
        """Spread the members over the numbered fields."""
        members = document.pop(self.key, None)
        if isinstance(members, Gathered):
            for at, old in members.raw.items():
                place(document, at, old)
            return
        if not isinstance(members, list):
            return
        if len(members) > self.most:
            raise Unfit
        for number, member in enumerate(members, start=1):
            for pattern in self.patterns:
                at = self.spell(pattern, number)
                value = find(member, (pattern,))
                if value is None:
                    remove(document, at)
                else:
                    place(document, at, value)

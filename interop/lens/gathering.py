"""Steps that gather one list of objects from several fields, and spread it over them again."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, cast

from interop.lens.faults import Broken, Fault
from interop.lens.paths import Path, find, place, remove
from interop.lens.reasons import FIELD_MISSING, FIELD_NOT_TEXT, LIST_UNEVEN
from interop.lens.steps import Document, blank, fault_at, stray
from interop.lens.unfit import Unfit
from interop.model.canonical import Json

NUMBER: Final = "{n}"


class Gathered(list[Json]):
    """A list gathered from several fields, with the old texts of those fields."""

    __slots__ = ("numbers", "raw")
    raw: Mapping[Path, Json]
    numbers: tuple[int, ...]

    def source(self, member: str, at: int) -> str:
        """Return where ``member`` of the object at position ``at`` stands in the document."""
        if not self.numbers:
            return f"{member}[{at}]"
        return member.replace(NUMBER, str(self.numbers[at]))


@dataclass(frozen=True, slots=True)
class Zip:
    """Lists joined in texts side by side: names in one, their numbers in another."""

    field: str
    key: str
    separator: str
    columns: Mapping[str, Path]
    optional: frozenset[str]
    may_lack: bool

    def open(self, document: Document) -> Iterator[Fault]:
        """Gather the texts into one list of objects.

        Yields:
            Each fault of the place.
        """
        outer = stray(document, self.columns.values(), optional=self.may_lack)
        if outer is not None:
            yield from outer
            document[self.key] = cast("Json", Broken())
            return
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
            return fault_at(FIELD_MISSING, self.field, name) if missing else None
        if isinstance(text, str):
            return None
        return fault_at(FIELD_NOT_TEXT, self.field, name, text)

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
    may_lack: bool

    def open(self, document: Document) -> Iterator[Fault]:
        """Gather the repetitions into one list of objects.

        Yields:
            Each fault of the place.
        """
        first = [self.spell(pattern, 1) for pattern in self.patterns]
        outer = stray(document, first, optional=self.may_lack)
        if outer is not None:
            yield from outer
            document[self.key] = cast("Json", Broken())
            return
        self._gather(document)

    def _gather(self, document: Document) -> None:
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

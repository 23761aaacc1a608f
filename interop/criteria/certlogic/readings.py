"""What a condition may read of a payload: facts with explicit presence.

Of every place that a rule looks at, its ``sort`` is always stated (``null`` where nothing
stands); its text, its integer and its moments are stated only where they exist. A condition
that asks for the sort first is therefore never unknown.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from interop.criteria.certlogic.concrete import fragment_of
from interop.criteria.certlogic.data import reach
from interop.criteria.certlogic.moments import birth_of, moment_of, plus_months
from interop.criteria.nodes import NUMBER_DIGITS_MAX
from interop.model.canonical import Json
from interop.model.case import FactValue
from interop.model.item import FactDefinition, FactType

FALSY: Final = ("null", "false", "zero", "blank", "empty-list", "empty-object")
TRUTHY: Final = ("true", "integer", "number", "text", "list", "object")
SORTS: Final = (*FALSY, *TRUTHY)
TEXTS: Final = ("blank", "text")
INTEGERS: Final = ("zero", "integer")
LISTS: Final = ("empty-list", "list")
# A reduction over a longer array of the data has no value.
LIST_PARTS_MAX: Final = 8
NUMBER_MAX: Final = 10**NUMBER_DIGITS_MAX - 1

_PLAIN: Final = re.compile(r"[a-z][a-z0-9]*", re.ASCII)
_INDEX: Final = re.compile(r"[0-9]+", re.ASCII)
_INDEXED: Final = re.compile(r"n[0-9].*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the data.

    Attributes:
        path: The fragments that lead there.
        fragment: Index of the fragment of the certificate identifier that stands there;
            None for the whole value.
    """

    path: tuple[str, ...]
    fragment: int | None = None


class View(StrEnum):
    """How a place is read."""

    SORT = "sort"
    TEXT = "text"
    INTEGER = "integer"
    DATED = "dated"
    MOMENT = "moment"
    BORN = "born"
    BIRTH = "birth"
    HOLDS = "holds"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Reading:
    """One fact: a place, read in one way.

    Attributes:
        place: The place.
        view: How it is read.
        months: Months by which a moment is shifted.
        item: The literal that a list is asked for.
    """

    place: Place
    view: View
    months: int = 0
    item: bool | int | str | None = None


TYPES: Final = {
    View.SORT: FactType.ENUM,
    View.TEXT: FactType.TEXT,
    View.INTEGER: FactType.INT,
    View.DATED: FactType.BOOL,
    View.MOMENT: FactType.INT,
    View.BORN: FactType.BOOL,
    View.BIRTH: FactType.INT,
    View.HOLDS: FactType.BOOL,
    View.COUNT: FactType.INT,
}
LABELS: Final[dict[View, tuple[str, str]]] = {
    View.SORT: ("{path} 的种类", "sort of {path}"),
    View.TEXT: ("{path}", "{path}"),
    View.INTEGER: ("{path}", "{path}"),
    View.DATED: ("{path} 可读作时刻", "{path} can be read as a moment"),
    View.MOMENT: ("{path} 的时刻（毫秒）", "moment of {path} (ms)"),
    View.BORN: ("{path} 可读作出生日期", "{path} can be read as a date of birth"),
    View.BIRTH: ("{path} 的出生日期（毫秒）", "date of birth of {path} (ms)"),
    View.HOLDS: ("{path} 含有该值", "{path} holds the value"),
    View.COUNT: ("{path} 的项数", "number of parts of {path}"),
}


def name_of(reading: Reading) -> str:
    """Return the name of the fact: one for each reading."""
    tail = reading.view.value
    if reading.months:
        sign = "plus" if reading.months > 0 else "minus"
        tail = f"{tail}_{sign}_{abs(reading.months)}"
    if reading.view is View.HOLDS:
        tail = f"{tail}_{_spelt(repr(reading.item))}"
    where = [_segment(fragment) for fragment in reading.place.path] or ["x_"]
    if reading.place.fragment is not None:
        tail = f"fragment_{reading.place.fragment}_{tail}"
    return ".".join([*where, tail])


def definition_of(reading: Reading) -> FactDefinition:
    """Return the entry of the vocabulary for ``reading``."""
    zh, en = LABELS[reading.view]
    path = ".".join(reading.place.path) or "·"
    number = TYPES[reading.view] is FactType.INT
    return FactDefinition(
        id=name_of(reading),
        type=TYPES[reading.view],
        zh=zh.format(path=path),
        en=en.format(path=path),
        values=SORTS if reading.view is View.SORT else (),
        min=Decimal(-NUMBER_MAX) if number else None,
        max=Decimal(NUMBER_MAX) if number else None,
        source="form",
    )


def read_payload(readings: Iterable[Reading], data: Json) -> dict[str, FactValue]:
    """Return the facts that ``data`` states, by name."""
    found: dict[str, FactValue] = {}
    for reading in readings:
        value = _read(reading, _at(reading.place, data))
        if value is not None:
            found[name_of(reading)] = value
    return found


def sort_of(value: Json) -> str:
    """Return the sort of a JSON value."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int | float):
        whole = "integer" if isinstance(value, int) else "number"
        return whole if value else "zero"
    if isinstance(value, str):
        return "text" if value else "blank"
    full = "list" if isinstance(value, list) else "object"
    return full if value else f"empty-{full}"


def _at(place: Place, data: Json) -> Json:
    value = reach(data, place.path)
    if place.fragment is None:
        return value
    return fragment_of(value, place.fragment) if isinstance(value, str) else None


def _read(reading: Reading, value: Json) -> FactValue | None:
    text = value if isinstance(value, str) else None
    view = reading.view
    if view is View.SORT:
        return sort_of(value)
    if view is View.TEXT:
        return text
    if view is View.INTEGER:
        whole = isinstance(value, int) and not isinstance(value, bool)
        return value if whole and isinstance(value, int) else None
    if view is View.HOLDS:
        parts = value if isinstance(value, list) else []
        return any(type(part) is type(reading.item) and part == reading.item for part in parts)
    if view is View.COUNT:
        return len(value) if isinstance(value, list) else None
    return _moment(reading, text)


def _moment(reading: Reading, text: str | None) -> FactValue | None:
    born = reading.view in {View.BORN, View.BIRTH}
    ms = None if text is None else birth_of(text) if born else moment_of(text)
    if ms is not None and reading.months:
        ms = plus_months(ms, reading.months)
    return ms is not None if reading.view in {View.DATED, View.BORN} else ms


def _segment(fragment: str) -> str:
    if _INDEX.fullmatch(fragment):
        return f"n{fragment}"
    if _PLAIN.fullmatch(fragment) and not _INDEXED.fullmatch(fragment):
        return fragment
    return f"x_{_spelt(fragment)}"


def _spelt(text: str) -> str:
    return text.encode("utf-8", "surrogatepass").hex()

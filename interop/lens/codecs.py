"""Codecs: how a canonical value is spelt in a document, both ways.

A codec is a pair. ``parse`` reads every spelling the region is known to use; ``print``
writes one, and ``parse(print(value)) == value`` for every value of the declared domain.
Domains are plain data, so that generators for tests are derived, never written by hand.

============================  =========================================================
spec                          canonical value
============================  =========================================================
``text``                      text without surrounding blanks and control characters
``date:<pattern>``            ISO day; ``%Y``, ``%m`` and ``%d`` once each
``date_or_open:<pattern>|w``  ISO day, or null where the document says ``w``, such as 长期
``code:<list>``               value of a closed list under ``[codes]``
``const:<text>``              this text and no other
``uscc``                      GB 32100 credit code with a right check character
``resident_id``               GB 11643 citizen number with a right check character
``cert_id``                   GB/T 36904 certificate identifier with a right check character
``region``                    six-digit region code
============================  =========================================================
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, TypeAlias

from interop.errors import Reason
from interop.lens.reasons import CODE_LIST_UNKNOWN, CODEC_ARGUMENT, CODEC_UNKNOWN
from interop.model import certificate_id, resident_id, uscc
from interop.model.canonical import Json
from interop.model.inspection import Inspection

TEXT_CHARS_MAX: Final = 20_000

Codes: TypeAlias = Mapping[str, Mapping[str, str]]
DomainKind: TypeAlias = Literal[
    "text", "date", "date-or-open", "choice", "uscc", "resident-id", "cert-id", "region"
]

_ISO_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PLACE: Final = re.compile(r"%[Ymd]")
_LAYOUT_CHARACTERS: Final = "\n\t"
_NONCHARACTERS: Final = "\ufffe\uffff"


class Unfit(ValueError):
    """Say that a text or a value is outside a codec's domain; shows neither."""


@dataclass(frozen=True, slots=True)
class Domain:
    """The canonical values of a codec, as plain data.

    Attributes:
        kind: What they are.
        choices: All of them, sorted, where the domain is a closed list.
    """

    kind: DomainKind
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Codec:
    """A pair of functions with the domain they are inverse on.

    Attributes:
        spec: As written in the mapping file.
        domain: Canonical values.
        parse: Text without surrounding blanks to value; raises Unfit.
        print: Value to text; raises Unfit.
    """

    spec: str
    domain: Domain
    parse: Callable[[str], Json]
    print: Callable[[Json], str]


def build_codec(spec: str, *, codes: Codes, field: str) -> Codec | Reason:
    """Return the codec that ``spec`` names, or why there is none."""
    name, _, argument = spec.partition(":")
    plain = _PLAIN.get(name)
    if plain is not None:
        if ":" in spec:
            return CODEC_ARGUMENT.of(field=field, expected=name, got=spec)
        return Codec(spec, Domain(plain[0]), plain[1], _printed(plain[1]))
    build = _WITH_ARGUMENT.get(name)
    if build is None:
        known = ", ".join([*_PLAIN, *_WITH_ARGUMENT])
        return CODEC_UNKNOWN.of(field=field, expected=known, got=spec)
    if name == "code" and argument not in codes:
        return CODE_LIST_UNKNOWN.of(field=field, expected=", ".join(codes), got=argument)
    codec = build(spec, argument, codes)
    if codec is None:
        return CODEC_ARGUMENT.of(field=field, expected=_SHAPES[name], got=spec)
    return codec


def _printed(parse: Callable[[str], Json]) -> Callable[[Json], str]:
    """Return the printer of a codec whose texts are its values."""

    def write(value: Json) -> str:
        if not isinstance(value, str) or parse(value) != value:
            raise Unfit
        return value

    return write


def _text(text: str) -> str:
    value = text.replace("\r\n", "\n").strip()
    if not 0 < len(value) <= TEXT_CHARS_MAX or any(map(_unprintable, value)):
        raise Unfit
    return value


def _unprintable(char: str) -> bool:
    # What XML 1.0 cannot carry, and what no certificate prints.
    return (
        char not in _LAYOUT_CHARACTERS and unicodedata.category(char) in {"Cc", "Cs"}
    ) or char in _NONCHARACTERS


def _inspected(inspect: Callable[[str], Inspection]) -> Callable[[str], str]:
    def read(text: str) -> str:
        found = inspect(text)
        if not found.ok:
            raise Unfit
        return found.value

    return read


def _inspect_resident_id(text: str) -> Inspection:
    # A codec has no clock: births in the future are found when the number is used.
    return resident_id.inspect(text, on=date.max)


def _region(text: str) -> str:
    if re.fullmatch(r"[1-9][0-9]{5}", text) is None:
        raise Unfit
    return text


def _date(spec: str, argument: str, _codes: Codes) -> Codec | None:
    day = _day_reader(argument)
    if day is None:
        return None
    return Codec(spec, Domain("date"), day, _day_writer(argument))


def _date_or_open(spec: str, argument: str, _codes: Codes) -> Codec | None:
    pattern, bar, word = argument.rpartition("|")
    day, write = _day_reader(pattern), _day_writer(pattern)
    if day is None or not bar or not word or word != word.strip():
        return None

    def read(text: str) -> Json:
        return None if text == word else day(text)

    return Codec(
        spec,
        Domain("date-or-open"),
        read,
        lambda value: word if value is None else write(value),
    )


def _day_reader(pattern: str) -> Callable[[str], str] | None:
    between = _PLACE.split(pattern)
    places = _PLACE.findall(pattern)
    if sorted(places) != ["%Y", "%d", "%m"] or re.search(r"[0-9%]", "".join(between)):
        return None
    # Months and days of one digit are read only where something separates them.
    short = "[0-9]{1,2}" if all(between[1:-1]) else "[0-9]{2}"
    wanted = {"%Y": "(?P<Y>[0-9]{4})", "%m": f"(?P<m>{short})", "%d": f"(?P<d>{short})"}
    shape = re.compile(_PLACE.sub(lambda hit: wanted[hit[0]], re.escape(pattern)))

    def read(text: str) -> str:
        hit = shape.fullmatch(text)
        if hit is None:
            raise Unfit
        try:
            return date(int(hit["Y"]), int(hit["m"]), int(hit["d"])).isoformat()
        except ValueError:
            raise Unfit from None

    return read


def _day_writer(pattern: str) -> Callable[[Json], str]:
    def write(value: Json) -> str:
        if not isinstance(value, str) or not _ISO_DAY.fullmatch(value):
            raise Unfit
        try:
            day = date.fromisoformat(value)
        except ValueError:
            raise Unfit from None
        spelt = {"%Y": f"{day.year:04}", "%m": f"{day.month:02}", "%d": f"{day.day:02}"}
        return _PLACE.sub(lambda hit: spelt[hit[0]], pattern)

    return write


def _code(spec: str, argument: str, codes: Codes) -> Codec:
    table = codes[argument]
    # Sorted backwards, so that the first code in order is the one that stays.
    back = {table[code]: code for code in sorted(table, reverse=True)}
    return Codec(
        spec, Domain("choice", tuple(sorted(back))), _look_up(table), _look_up_value(back)
    )


def _const(spec: str, argument: str, _codes: Codes) -> Codec | None:
    if not argument or argument != argument.strip():
        return None
    only = {argument: argument}
    return Codec(spec, Domain("choice", (argument,)), _look_up(only), _look_up_value(only))


def _look_up(table: Mapping[str, str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in table:
            raise Unfit
        return table[text]

    return read


def _look_up_value(table: Mapping[str, str]) -> Callable[[Json], str]:
    read = _look_up(table)

    def write(value: Json) -> str:
        if not isinstance(value, str):
            raise Unfit
        return read(value)

    return write


_PLAIN: Final[Mapping[str, tuple[DomainKind, Callable[[str], str]]]] = {
    "text": ("text", _text),
    "uscc": ("uscc", _inspected(uscc.inspect)),
    "resident_id": ("resident-id", _inspected(_inspect_resident_id)),
    "cert_id": ("cert-id", _inspected(certificate_id.inspect)),
    "region": ("region", _region),
}
_WITH_ARGUMENT: Final[Mapping[str, Callable[[str, str, Codes], Codec | None]]] = {
    "date": _date,
    "date_or_open": _date_or_open,
    "code": _code,
    "const": _const,
}
_SHAPES: Final[Mapping[str, str]] = {
    "date": "date:%Y年%m月%d日",
    "date_or_open": "date_or_open:%Y年%m月%d日|长期",
    "code": "code:<list>",
    "const": "const:<text>",
}

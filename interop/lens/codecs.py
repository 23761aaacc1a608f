"""Codecs: how a canonical value is spelt in a document, both ways.

A codec is a pair. ``parse`` reads every spelling the region is known to use; ``print``
writes one, and ``parse(print(value)) == value`` for every value of the declared domain.
Domains are plain data, so that generators for tests are derived, never written by hand.
docs/reference/mapping-language.md lists every codec with its argument.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final, TypeAlias

from interop.errors import Reason
from interop.lens.codec import Codec, Codes, Domain, DomainKind
from interop.lens.days import day_codec, instant_codec
from interop.lens.lists import list_codec, split_codec
from interop.lens.money import (
    read_decimal,
    read_number,
    unit_of,
    write_decimal,
    write_number,
)
from interop.lens.names import (
    name_reader,
    read_address,
    read_half,
    read_text,
    write_address,
)
from interop.lens.reasons import CODE_LIST_UNKNOWN, CODEC_ARGUMENT, CODEC_UNKNOWN
from interop.lens.template import read_template
from interop.lens.unfit import Unfit
from interop.model import certificate_id, resident_id, uscc
from interop.model.canonical import Json
from interop.model.inspection import Inspection


def build_codec(spec: str, *, codes: Codes, field: str, item: str = "") -> Codec | Reason:
    """Return the codec that ``spec`` names, or why there is none.

    Args:
        spec: Name, colon, argument.
        codes: Code lists of the file.
        field: Canonical path, for the reason.
        item: Codec of each part, for ``split`` and ``list``.
    """
    name, colon, argument = spec.partition(":")
    if name in {"split", "list"}:
        return _listed(spec, codes=codes, field=field, item=item or "text")
    if name not in _BUILDERS or item:
        known = ", ".join([*_BUILDERS, *_LISTS])
        return CODEC_UNKNOWN.of(field=field, expected=known, got=f"{spec} {item}".strip())
    if name in {"code", "name"} and colon and argument not in codes:
        return CODE_LIST_UNKNOWN.of(field=field, expected=", ".join(codes), got=argument)
    bare = name in _BARE
    codec = (
        None
        if bool(colon) == bare and name not in _EITHER
        else _BUILDERS[name](spec, argument, codes)
    )
    if codec is None:
        return CODEC_ARGUMENT.of(field=field, expected=SHAPES.get(name, name), got=spec)
    return codec


def _listed(spec: str, *, codes: Codes, field: str, item: str) -> Codec | Reason:
    name, colon, separator = spec.partition(":")
    inner = build_codec(item, codes=codes, field=field)
    if isinstance(inner, Reason):
        return inner
    if inner.domain.kind == "list" or (inner.raw and name == "split"):
        return CODEC_ARGUMENT.of(field=field, expected="text, code:<list> …", got=item)
    if name == "list" and not colon:
        return list_codec(spec, inner)
    if name == "list" or not separator or separator.strip() != separator:
        return CODEC_ARGUMENT.of(field=field, expected=SHAPES[name], got=spec)
    return split_codec(spec, separator, inner)


def _same(kind: DomainKind, read: Callable[[str], str], *, exact: bool) -> "Build":
    """Return the builder of a codec whose texts are its values."""

    def write(value: Json) -> str:
        if not isinstance(value, str) or read(value) != value:
            raise Unfit
        return value

    return lambda spec, _argument, _codes: Codec(spec, Domain(kind), read, write, exact=exact)


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


def _matching(pattern: str) -> Callable[[str], str]:
    shape = re.compile(pattern)

    def read(text: str) -> str:
        if shape.fullmatch(text) is None:
            raise Unfit
        return text

    return read


def _name(spec: str, argument: str, codes: Codes) -> Codec | None:
    rare = codes[argument] if argument else {}
    if any(len(real) != 1 for real in rare.values()):
        return None
    read = name_reader(rare)
    made = _same("name", read, exact=False)(spec, argument, codes)
    domain = Domain("name", tuple(sorted(set(rare.values()))))
    return made and Codec(spec, domain, made.parse, made.print, exact=False)


def _date(spec: str, argument: str, _codes: Codes) -> Codec | None:
    day = day_codec(argument)
    return day and Codec(spec, Domain("date"), *day, exact=not _short(argument), kept=True)


def _short(pattern: str) -> bool:
    # Where something separates them, months and days of one digit are read too.
    return re.search(r"%[Ymd]%[Ymd]", pattern) is None


def _date_or_open(spec: str, argument: str, _codes: Codes) -> Codec | None:
    pattern, *words = argument.split("|")
    day = day_codec(pattern)
    if day is None or not words or any(word != word.strip() for word in words):
        return None
    read, write = day
    return Codec(
        spec,
        Domain("date-or-open"),
        lambda text: None if text in words else read(text),
        lambda value: words[0] if value is None else write(value),
        exact=len(words) == 1 and not _short(pattern),
        kept=True,
        blank="" in words,
    )


def _instant(spec: str, argument: str, _codes: Codes) -> Codec | None:
    instant = instant_codec(argument)
    return instant and Codec(spec, Domain("instant"), *instant, exact=not _short(argument))


def _code(spec: str, argument: str, codes: Codes) -> Codec:
    table = codes[argument]
    # Sorted backwards, so that the first code in order is the one that stays.
    back = {table[code]: code for code in sorted(table, reverse=True)}
    domain = Domain("choice", tuple(sorted(back)))
    exact = len(back) == len(table)
    return Codec(spec, domain, _look_up(table), _look_up_value(back), exact=exact, kept=True)


def _const(spec: str, argument: str, _codes: Codes) -> Codec | None:
    if not argument or argument != argument.strip():
        return None
    only = {argument: argument}
    domain = Domain("choice", (argument,))
    return Codec(spec, domain, _look_up(only), _look_up_value(only), kept=True)


def _bool(spec: str, argument: str, _codes: Codes) -> Codec | None:
    words = argument.split("|")
    if not argument:
        return Codec(spec, Domain("bool"), _truth, _truth, raw=True)
    if len(words) != 2 or not all(words) or words[0] == words[1]:  # noqa: PLR2004 -- yes and no
        return None

    def read(text: str) -> Json:
        if text not in words:
            raise Unfit
        return text == words[0]

    return Codec(spec, Domain("bool"), read, lambda v: words[0] if _truth(v) else words[1])


def _truth(value: Json) -> Json:
    if not isinstance(value, bool):
        raise Unfit
    return value


def _decimal(spec: str, _argument: str, _codes: Codes) -> Codec:
    return Codec(spec, Domain("decimal"), read_decimal, write_decimal, exact=False)


def _number(spec: str, _argument: str, _codes: Codes) -> Codec:
    return Codec(spec, Domain("number"), read_number, write_number, exact=False, raw=True)


def _money_cn(spec: str, argument: str, _codes: Codes) -> Codec | None:
    return _unit(spec, Domain("decimal"), argument, "CNY")


def _money(spec: str, argument: str, _codes: Codes) -> Codec | None:
    return _unit(spec, Domain("amount"), argument, "")


def _unit(spec: str, domain: Domain, argument: str, currency: str) -> Codec | None:
    unit = unit_of(argument or "元", currency=currency)
    if unit is None:
        return None
    return Codec(spec, domain, unit.read, unit.write, exact=False, rewrite=unit.rewrite)


def _digits(spec: str, argument: str, _codes: Codes) -> Codec | None:
    hit = re.fullmatch(r"([1-9]\d?)(?:-([1-9]\d?))?", argument)
    if hit is None or int(hit[2] or hit[1]) < int(hit[1]):
        return None
    shape = f"[0-9]{{{hit[1]},{hit[2] or hit[1]}}}"
    made = _same("digits", _matching(shape), exact=True)(spec, argument, _codes)
    return made and Codec(spec, Domain("digits", (shape,)), made.parse, made.print)


def _inside(spec: str, argument: str, _codes: Codes) -> Codec | None:
    template = read_template(argument)
    if template is None or len(template.places) != 1:
        return None

    def read(text: str) -> Json:
        return read_text(template.split(text)[0])

    def write(value: Json) -> str:
        if not isinstance(value, str) or read_text(value) != value:
            raise Unfit
        return template.join((value,))

    return Codec(spec, Domain("template", template=f"{{:{_place(argument)}}}"), read, write)


def _place(argument: str) -> str:
    return argument[argument.index("{") + 1 : argument.index("}")].partition(":")[2]


def _affix(spec: str, argument: str, _codes: Codes) -> Codec | None:
    template = read_template(argument)
    if template is None:
        return None

    def read(text: str) -> Json:
        template.split(text)
        return read_text(text)

    def write(value: Json) -> str:
        if (
            not isinstance(value, str)
            or template.join(template.split(read_text(value))) != value
        ):
            raise Unfit
        return value

    return Codec(spec, Domain("template", template=argument), read, write)


def _address(spec: str, _argument: str, _codes: Codes) -> Codec:
    return Codec(spec, Domain("address"), read_address, write_address)


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


Build: TypeAlias = Callable[[str, str, Codes], Codec | None]

_BARE: Final = frozenset(
    {"text", "half", "address", "uscc", "resident_id", "cert_id", "region", "decimal", "number"}
)
_EITHER: Final = frozenset({"name", "bool", "money", "money_cn"})
_LISTS: Final = ("split", "list")
_BUILDERS: Final[Mapping[str, Build]] = {
    "text": _same("text", read_text, exact=True),
    "name": _name,
    "half": _same("half", read_half, exact=False),
    "address": _address,
    "uscc": _same("uscc", _inspected(uscc.inspect), exact=False),
    "resident_id": _same("resident-id", _inspected(_inspect_resident_id), exact=False),
    "cert_id": _same("cert-id", _inspected(certificate_id.inspect), exact=False),
    "region": _same("region", _matching(r"[1-9][0-9]{5}"), exact=True),
    "digits": _digits,
    "date": _date,
    "date_or_open": _date_or_open,
    "datetime": _instant,
    "code": _code,
    "const": _const,
    "bool": _bool,
    "decimal": _decimal,
    "number": _number,
    "money_cn": _money_cn,
    "money": _money,
    "inside": _inside,
    "affix": _affix,
}
SHAPES: Final[Mapping[str, str]] = {
    "name": "name or name:<list>, each value one character",
    "digits": "digits:6 or digits:1-20",
    "date": "date:%Y年%m月%d日",
    "date_or_open": "date_or_open:%Y年%m月%d日|长期",
    "datetime": "datetime:%Y-%m-%d %H:%M:%S",
    "code": "code:<list>",
    "const": "const:<text>",
    "bool": "bool or bool:是|否",
    "money_cn": "money_cn or money_cn:万元",
    "money": "money or money:万美元",
    "inside": "inside:第{}号",
    "affix": "affix:{}（{:4d}）第{}号",
    "split": "split:<separator>",
    "list": "list",
}

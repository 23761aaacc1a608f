"""Amounts: exact decimals as text, with their unit; nothing goes through binary floats.

The canonical amount is a plain decimal without exponent or trailing zeros, in yuan for
``money_cn``: 5000 and 万元 give ``50000000``. Writing into an old document keeps its unit.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from types import MappingProxyType
from typing import Final

from interop.lens.unfit import Unfit
from interop.model.canonical import Json

# More digits than an amount may have: moving the point rounds nothing.
_EXACT: Final = Context(prec=100)
DIGITS_KEPT: Final = 6  # decimals that an old unit may lead to

_SCALES: Final[Mapping[str, int]] = MappingProxyType(
    {"": 0, "千": 3, "万": 4, "百万": 6, "亿": 8}
)
_CURRENCIES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "CNY": ("元", "元人民币", "人民币元", "人民币"),
        "USD": ("美元", "元美元"),
        "EUR": ("欧元",),
        "HKD": ("港元", "港币"),
        "JPY": ("日元",),
        "TWD": ("新台币", "台币"),
    }
)


def _units() -> dict[str, tuple[str, int]]:
    found = {
        scale + word: (currency, power)
        for currency, words in _CURRENCIES.items()
        for word in words
        for scale, power in _SCALES.items()
    }
    found |= {f"人民币{scale}元": ("CNY", power) for scale, power in _SCALES.items() if scale}
    return found


UNITS: Final[Mapping[str, tuple[str, int]]] = MappingProxyType(_units())

_AMOUNT: Final = re.compile(r"(-?[0-9]{1,30}(?:\.[0-9]{1,20})?)")
_WITH_UNIT: Final = re.compile(
    r"(-?[0-9][0-9,，]*(?:\.[0-9]{1,20})?)\s*([^\s0-9.,，-][^\s0-9]*)"
)
_GROUPED: Final = re.compile(r"-?[0-9]{1,3}(?:[,，][0-9]{3})*(?:\.[0-9]+)?")


def plain(value: Decimal) -> str:
    """Return ``value`` as canonical text: no exponent, no trailing zeros, no minus zero."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def read_decimal(text: str) -> str:
    """Return the canonical decimal in ``text``; thousands may be grouped by commas."""
    if _GROUPED.fullmatch(text):
        text = text.replace(",", "").replace("，", "")
    if not _AMOUNT.fullmatch(text):
        raise Unfit
    return plain(Decimal(text))


def write_decimal(value: Json) -> str:
    """Return ``value`` if it is a canonical decimal; raise Unfit otherwise."""
    if (
        not isinstance(value, str)
        or not _AMOUNT.fullmatch(value)
        or read_decimal(value) != value
    ):
        raise Unfit
    return value


def read_number(value: Json) -> str:
    """Return the canonical decimal of a JSON number; raise Unfit for all else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unfit
    text = plain(Decimal(repr(value)))
    if not _AMOUNT.fullmatch(text):
        raise Unfit
    return text


def write_number(value: Json) -> Json:
    """Return the JSON number of a canonical decimal that a number can hold exactly."""
    text = write_decimal(value)
    if "." not in text:
        if abs(int(text)) > 2**53 - 1:
            raise Unfit
        return int(text)
    if read_number(float(text)) != text:
        raise Unfit
    return float(text)


@dataclass(frozen=True, slots=True)
class Unit:
    """Amounts with their unit.

    Attributes:
        unit: Unit that a new document is written in.
        currency: The one currency accepted, the value then being a decimal; empty accepts
            all, the value then being ``{amount, currency}``.
    """

    unit: str
    currency: str

    def read(self, text: str) -> Json:
        """Return the amount that ``text`` means."""
        amount, (found, power) = _parted(text)
        value = plain(Decimal(amount).scaleb(power, _EXACT))
        if not _AMOUNT.fullmatch(value) or self.currency not in {"", found}:
            raise Unfit
        return value if self.currency else {"amount": value, "currency": found}

    def write(self, value: Json) -> str:
        """Return an amount in the unit of new documents, or the plain one of its currency."""
        _, kind = _amount(value, self.currency)
        same = UNITS[self.unit][0] == kind
        return self._write_in(value, self.unit if same else _CURRENCIES[kind][0])

    def rewrite(self, value: Json, old: str) -> str:
        """Return an amount in the unit of ``old``, where that takes no more than cents do."""
        hit = _WITH_UNIT.fullmatch(old)
        unit = hit[2] if hit else ""
        amount, kind = _amount(value, self.currency)
        if UNITS.get(unit, ("", 0))[0] != kind:
            return self.write(value)
        shifted = plain(Decimal(amount).scaleb(-UNITS[unit][1], _EXACT))
        digits = len(shifted.partition(".")[2])
        return self._write_in(value, unit) if digits <= DIGITS_KEPT else self.write(value)

    def _write_in(self, value: Json, unit: str) -> str:
        amount, _ = _amount(value, self.currency)
        text = plain(Decimal(amount).scaleb(-UNITS[unit][1], _EXACT)) + unit
        if self.read(text) != value:
            raise Unfit
        return text


def unit_of(unit: str, *, currency: str) -> Unit | None:
    """Return the codec of amounts in ``unit``; None if that is no unit of ``currency``."""
    if unit not in UNITS or currency not in {"", UNITS[unit][0]}:
        return None
    return Unit(unit, currency)


def _parted(text: str) -> tuple[str, tuple[str, int]]:
    hit = _WITH_UNIT.fullmatch(text)
    if hit is None or hit[2] not in UNITS:
        raise Unfit
    return read_decimal(hit[1]), UNITS[hit[2]]


def _amount(value: Json, currency: str) -> tuple[str, str]:
    if currency:
        return write_decimal(value), currency
    if not isinstance(value, dict) or value.keys() != {"amount", "currency"}:
        raise Unfit
    kind = value["currency"]
    if not isinstance(kind, str) or kind not in _CURRENCIES:
        raise Unfit
    return write_decimal(value["amount"]), kind

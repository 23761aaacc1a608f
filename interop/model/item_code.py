"""Implementation codes (实施编码) and basic codes (基本编码) of service items.

Two schemes live side by side. In the 12/31 scheme the implementation code is the credit code
of the organ (18), its level (1) and the basic code (12: region 2, kind 2, main item 5, sub
item 3). In the 10/24 scheme only the lengths are published: such a code is opaque.

Source: GB/T 39554.1-2020 and C0109.1-2018 (12/31); GB/T 39046-2020 (10/24).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from interop.errors import CaseError, Reason
from interop.model import uscc
from interop.model.inspection import Inspection, normal_spelling
from interop.model.iso7064 import ALPHANUMERIC, DIGITS
from interop.model.reasons import (
    IDENTIFIER_CHARACTER,
    IDENTIFIER_LENGTH,
    ITEM_CODE_DISAGREES,
    ITEM_CODE_PART,
)
from interop.model.region import PROVINCE_PREFIXES

FIELD: Final = "task-code"
CATALOG_FIELD: Final = "catalog-code"
LONG: Final = 31
LONG_CATALOG: Final = 12
SHORT_MAX: Final = 24
SHORT_CATALOG_MAX: Final = 10
LEVELS: Final = "1234567"
KINDS: Final = frozenset({f"{kind:02}" for kind in range(11)} | {"20"})
NATIONAL: Final = "00"


@dataclass(frozen=True, slots=True)
class ItemCode:
    """An implementation code in its parts.

    Attributes:
        scheme: ``12/31``, or ``10/24`` whose parts are not published and stay empty.
        organ: Credit code of the organ.
        use_level: Value of GBT39046:A.2.
        catalog_code: Basic code.
    """

    scheme: Literal["12/31", "10/24"]
    organ: str = ""
    use_level: str = ""
    catalog_code: str = ""


def inspect(text: str) -> Inspection:
    """Return what is wrong with the implementation code ``text`` of either scheme."""
    value, warnings = normal_spelling(text, field=FIELD)
    if form := _check_form(value, FIELD, SHORT_MAX, LONG):
        return Inspection(value, form, warnings)
    errors = tuple(_long_problems(value)) if len(value) == LONG else ()
    return Inspection(value, errors, warnings)


def inspect_catalog(text: str) -> Inspection:
    """Return what is wrong with the basic code ``text`` of either scheme."""
    value, warnings = normal_spelling(text, field=CATALOG_FIELD)
    if form := _check_form(value, CATALOG_FIELD, SHORT_CATALOG_MAX, LONG_CATALOG):
        return Inspection(value, form, warnings)
    errors = tuple(_catalog_problems(value)) if len(value) == LONG_CATALOG else ()
    return Inspection(value, errors, warnings)


def parse(text: str) -> ItemCode:
    """Return the parts of a valid implementation code.

    Raises:
        CaseError: With every error that :func:`inspect` finds.
    """
    found = inspect(text)
    if found.errors:
        raise CaseError(*found.errors)
    if len(found.value) != LONG:
        return ItemCode("10/24")
    organ, level, catalog = found.value[:18], found.value[18], found.value[19:]
    return ItemCode("12/31", organ, level, catalog)


def compare(
    text: str, *, organ: str = "", use_level: str = "", catalog_code: str = ""
) -> tuple[Reason, ...]:
    """Return where a code of the 12/31 scheme contradicts the fields of its item.

    Fields that are empty, and codes of the 10/24 scheme, contradict nothing. Raises as
    :func:`parse`.
    """
    code = parse(text)
    pairs = (
        ("organ", code.organ, organ),
        ("use_level", code.use_level, use_level),
        ("catalog_code", code.catalog_code, catalog_code),
    )
    return tuple(
        ITEM_CODE_DISAGREES.of(field=field, expected=said, got=held)
        for field, held, said in pairs
        if held and said and held != said
    )


def _check_form(value: str, field: str, short_max: int, long: int) -> tuple[Reason, ...]:
    if not value or (len(value) > short_max and len(value) != long):
        expected = f"1-{short_max}, {long}"
        return (IDENTIFIER_LENGTH.of(field=field, expected=expected, got=len(value)),)
    return tuple(
        IDENTIFIER_CHARACTER.of(field=field, expected="0-9 A-Z", got=place)
        for place, character in enumerate(value, start=1)
        if character not in ALPHANUMERIC
    )


def _long_problems(value: str) -> Iterator[Reason]:
    if not uscc.inspect(value[:18]).ok:
        yield ITEM_CODE_PART.of(field="organ", expected="18 (GB 32100)", got=value[:18])
    if value[18] not in LEVELS:
        yield ITEM_CODE_PART.of(field="use_level", expected="1-7", got=value[18])
    yield from _catalog_problems(value[19:])


def _catalog_problems(value: str) -> Iterator[Reason]:
    region, kind = value[:2], value[2:4]
    if not all(character in DIGITS for character in value):
        yield ITEM_CODE_PART.of(field="catalog_code", expected="12 [0-9]", got=value)
    if region != NATIONAL and region not in PROVINCE_PREFIXES:
        yield ITEM_CODE_PART.of(field="region", expected="00, GB/T 2260", got=region)
    if kind not in KINDS:
        yield ITEM_CODE_PART.of(field="task_type", expected="00-10, 20", got=kind)

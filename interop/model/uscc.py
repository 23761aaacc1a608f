"""The unified social credit code (统一社会信用代码).

Length, alphabet and check character decide. Department, type and region are only looked at:
registers of new kinds (A, N, Y) came after the standard, and more will.

Source: GB 32100.
"""

from collections.abc import Iterator
from typing import Final

from interop.errors import Reason
from interop.model.inspection import Inspection, check_form, normal_spelling
from interop.model.iso7064 import ranks
from interop.model.reasons import (
    IDENTIFIER_CHECK_CHARACTER,
    USCC_DEPARTMENT,
    USCC_REGION,
    USCC_TYPE,
)
from interop.model.region import PROVINCE_PREFIXES

FIELD: Final = "uscc"
LENGTH: Final = 18
ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
DEPARTMENTS: Final = frozenset("123456789ANY")
TYPES: Final = frozenset("123456789")
NATIONAL_PREFIX: Final = "10"

_MODULUS: Final = 31
_WRITTEN: Final = "0-9 A-H J-N P-R T U W-Y"


def check_character(body: str) -> str:
    """Return the check character of the first 17 characters.

    Raises:
        CaseError: ``identifier-character``.
    """
    total = sum(
        value * pow(3, place, _MODULUS) for place, value in enumerate(ranks(body, ALPHABET))
    )
    return ALPHABET[-total % _MODULUS]


def inspect(text: str) -> Inspection:
    """Return what is wrong with the code ``text``, all of it."""
    value, warnings = normal_spelling(text, field=FIELD)
    form = check_form(value, field=FIELD, length=LENGTH, alphabet=ALPHABET, written=_WRITTEN)
    if form:
        return Inspection(value, form, warnings)
    return Inspection(value, _check_check(value), (*warnings, *_doubts(value)))


def _check_check(value: str) -> tuple[Reason, ...]:
    if check_character(value[:-1]) == value[-1]:
        return ()
    return (IDENTIFIER_CHECK_CHARACTER.of(field=FIELD, expected="GB 32100"),)


def _doubts(value: str) -> Iterator[Reason]:
    if value[0] not in DEPARTMENTS:
        yield USCC_DEPARTMENT.of(field=FIELD, got=value[0])
    if value[1] not in TYPES:
        yield USCC_TYPE.of(field=FIELD, got=value[1])
    if value[2:4] not in PROVINCE_PREFIXES | {NATIONAL_PREFIX} or not value[2:8].isdigit():
        yield USCC_REGION.of(field=FIELD, got=value[2:4])

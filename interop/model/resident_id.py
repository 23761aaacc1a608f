"""The citizen identity number (公民身份号码).

The first six digits name the county of first registration, not of birth, and counties are
newer or older than people: they are looked at, never used to refuse a person. Only the two
digits of the province must exist. 81, 82 and 83 are residence permits for people of Hong
Kong, Macao and Taiwan.

Source: GB 11643; ISO 7064 MOD 11-2.
"""

import re
from datetime import date
from typing import Final

from interop.errors import Reason
from interop.model.inspection import Inspection, check_form, normal_spelling
from interop.model.iso7064 import DIGITS, mod_11_2
from interop.model.reasons import (
    IDENTIFIER_CHECK_CHARACTER,
    RESIDENT_ID_DATE,
    RESIDENT_ID_FIFTEEN_DIGITS,
    RESIDENT_ID_FUTURE_BIRTH,
    RESIDENT_ID_PROVINCE,
    RESIDENT_ID_REGION,
)
from interop.model.region import PROVINCE_PREFIXES

FIELD: Final = "resident-id"
LENGTH: Final = 18
BIRTH_YEAR_MIN: Final = 1850
PERMIT_PREFIXES: Final = frozenset({"81", "82", "83"})

_FIRST_GENERATION: Final = "[0-9]{15}"


def check_character(body: str) -> str:
    """Return the check character of the first 17 digits.

    Raises:
        CaseError: ``identifier-character``.
    """
    return mod_11_2(body)


def inspect(text: str, *, on: date) -> Inspection:
    """Return what is wrong with the number ``text``, all of it.

    Args:
        text: The number as written; separators, full width and a small x are a warning.
        on: The present day, Asia/Shanghai; nobody is born after it.
    """
    value, warnings = normal_spelling(text, field=FIELD)
    if re.fullmatch(_FIRST_GENERATION, value):
        return Inspection(value, (RESIDENT_ID_FIFTEEN_DIGITS.of(field=FIELD),), warnings)
    if form := _check_form(value):
        return Inspection(value, form, warnings)
    errors = (*_check_province(value), *_check_birth(value, on), *_check_check(value))
    return Inspection(value, errors, (*warnings, *_check_region(value)))


def birth_date(text: str) -> date | None:
    """Return the date of birth that ``text`` holds, or None if it holds none.

    Only the form is looked at; use :func:`inspect` first to know whether the number is valid.
    """
    value, _ = normal_spelling(text, field=FIELD)
    return None if _check_form(value) else _date_in(value)


def _check_form(value: str) -> tuple[Reason, ...]:
    body = value[:-1] + ("0" if value[-1:] == "X" else value[-1:])
    return check_form(body, field=FIELD, length=LENGTH, alphabet=DIGITS, written="0-9 … 0-9X")


def _check_province(value: str) -> tuple[Reason, ...]:
    known = value[:2] in PROVINCE_PREFIXES
    return () if known else (RESIDENT_ID_PROVINCE.of(field=FIELD),)


def _check_region(value: str) -> tuple[Reason, ...]:
    if value[:2] in PERMIT_PREFIXES or (value[2:4] != "00" and value[4:6] != "00"):
        return ()
    return (RESIDENT_ID_REGION.of(field=FIELD),)


def _check_birth(value: str, on: date) -> tuple[Reason, ...]:
    born = _date_in(value)
    if born is None or born.year < BIRTH_YEAR_MIN:
        return (RESIDENT_ID_DATE.of(field=FIELD, expected=BIRTH_YEAR_MIN),)
    if born > on:
        return (RESIDENT_ID_FUTURE_BIRTH.of(field=FIELD, expected=on.isoformat()),)
    return ()


def _check_check(value: str) -> tuple[Reason, ...]:
    if check_character(value[:-1]) == value[-1]:
        return ()
    return (IDENTIFIER_CHECK_CHARACTER.of(field=FIELD, expected="GB 11643"),)


def _date_in(value: str) -> date | None:
    try:
        return date(int(value[6:10]), int(value[10:12]), int(value[12:14]))
    except ValueError:
        return None

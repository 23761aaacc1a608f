"""The case number (办件编号).

No national formula is published: ours is implementation code (31), day (8) and serial (6),
45 characters. A number from elsewhere is opaque: it is bounded, never taken apart, and never
respelled, since two spellings may be two cases.

Source: field project_no, an..50, of the national exchange schema.
"""

import re
from datetime import date
from typing import Final

from interop.errors import CaseError
from interop.model import item_code
from interop.model.inspection import Inspection
from interop.model.reasons import CASE_NUMBER_SERIAL, IDENTIFIER_CHARACTER, IDENTIFIER_LENGTH

FIELD: Final = "case-number"
LENGTH_MAX: Final = 50
SERIAL_MAX: Final = 999_999

_FOREIGN = re.compile(r"[^0-9A-Za-z._-]")


def compose(task_code: str, on: date, serial: int) -> str:
    """Return the case number of the ``serial``-th case of an item and day.

    Args:
        task_code: Implementation code of the 12/31 scheme.
        on: Day of receipt, Asia/Shanghai.
        serial: From 1 to 999 999.

    Raises:
        CaseError: The implementation code is refused, or ``case-number-serial``.
    """
    found = item_code.inspect(task_code)
    if found.errors:
        raise CaseError(*found.errors)
    if len(found.value) != item_code.LONG:
        got = len(found.value)
        raise CaseError(
            IDENTIFIER_LENGTH.of(field=item_code.FIELD, expected=item_code.LONG, got=got)
        )
    if not 1 <= serial <= SERIAL_MAX:
        raise CaseError(
            CASE_NUMBER_SERIAL.of(field=FIELD, expected=f"1-{SERIAL_MAX}", got=serial)
        )
    return f"{found.value}{on.isoformat().replace('-', '')}{serial:06}"


def inspect(text: str) -> Inspection:
    """Return what is wrong with the length or the characters of ``text``."""
    if not 1 <= len(text) <= LENGTH_MAX:
        length = IDENTIFIER_LENGTH.of(field=FIELD, expected=f"1-{LENGTH_MAX}", got=len(text))
        return Inspection(text[:LENGTH_MAX], (length,))
    return Inspection(
        text,
        tuple(
            IDENTIFIER_CHARACTER.of(
                field=FIELD, expected="0-9 A-Z a-z . _ -", got=hit.start() + 1
            )
            for hit in _FOREIGN.finditer(text)
        ),
    )

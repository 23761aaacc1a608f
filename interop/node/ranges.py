"""Byte ranges of a request: one, or the whole; several at once are answered by the whole.

Source: RFC 9110 sections 14.1.2, 14.2, 14.4 and 15.5.17.
"""

import re
from dataclasses import dataclass
from typing import Final

_RANGE: Final = re.compile(r"bytes=([0-9]{0,16})-([0-9]{0,16})")


class Unsatisfiable(Exception):
    """A range of which no byte exists."""


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes to give, both ends inclusive; empty if ``last`` lies before ``first``.

    Attributes:
        first: First byte.
        last: Last byte.
        partial: Whether a range was asked for.
    """

    first: int
    last: int
    partial: bool


def span_of(header: str | None, size: int) -> Span:
    """Return which of ``size`` bytes a Range header asks for.

    A header that is none, of another unit, or with several ranges is left out of account.

    Raises:
        Unsatisfiable: No byte of it exists.
    """
    whole = Span(0, size - 1, partial=False)
    found = _RANGE.fullmatch((header or "").strip())
    if found is None or not any(found.groups()):
        return whole
    first, last = found.groups()
    if not first:
        # The last so many bytes.
        begin, end = max(0, size - int(last)), size - 1
    else:
        begin, end = int(first), min(int(last or size - 1), size - 1)
        if last and int(last) < begin:
            return whole
    if begin >= size:
        raise Unsatisfiable
    return Span(begin, end, partial=True)

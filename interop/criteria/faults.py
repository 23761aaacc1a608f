"""A fault in the text of a condition, and where it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from interop.criteria.reasons import TOO_MANY
from interop.criteria.words import Words, both, worded
from interop.errors import Reason, ReasonRow

FAULTS_MAX: Final = 50


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong at one place.

    Attributes:
        row: The row that words it.
        at: Offset in the text, from 0.
        expected: What would be right; a pair if it is said in words.
        got: What stands there; a pair if it is said in words.
    """

    row: ReasonRow
    at: int
    expected: str | Words = ""
    got: str | Words = ""


class Unreadable(Exception):
    """Stop reading one condition; never leaves the room."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.row.code)
        self.fault = fault


def located(faults: Sequence[Fault], text: str, path: str) -> tuple[Reason, ...]:
    """Return reasons with the field ``path:line:column``, from 1; at most 50 and a count."""
    ordered = sorted(faults, key=lambda fault: fault.at)
    reasons = [
        worded(
            fault.row,
            field=f"{path}:{_place(text, fault.at)}",
            expected=_pair(fault.expected),
            got=_pair(fault.got),
        )
        for fault in ordered[:FAULTS_MAX]
    ]
    if len(ordered) > FAULTS_MAX:
        more = len(ordered) - FAULTS_MAX
        reasons.append(TOO_MANY.of(field=path, expected=FAULTS_MAX, got=more))
    return tuple(reasons)


def _pair(words: str | Words) -> Words:
    if not isinstance(words, str):
        return words
    # A lone surrogate could not be written out.
    return both(words.encode(errors="backslashreplace").decode())


def _place(text: str, at: int) -> str:
    before = text[:at]
    return f"{before.count(chr(10)) + 1}:{at - before.rfind(chr(10))}"

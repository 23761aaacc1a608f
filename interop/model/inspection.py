"""What inspecting an identifier finds, and the one spelling it is read in.

A malformed identifier is a finding with a code, never an exception: the numbers that people
and registers hold are dirtier than the standards. No reason repeats the number itself.
"""

from dataclasses import dataclass, field
from typing import Final

from interop.errors import Reason
from interop.model.reasons import (
    IDENTIFIER_CHARACTER,
    IDENTIFIER_LENGTH,
    IDENTIFIER_NORMALISED,
)

TEXT_CHARS_MAX: Final = 256
HYPHENS: Final = "-\u2010\u2011\u2012\u2013\u2014\u2212"
SPACES: Final = " \t\r\n\u00a0\u3000"

_HALF_WIDTH: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_UPPER: Final = {code: code - 32 for code in range(ord("a"), ord("z") + 1)}


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was found in one identifier.

    Attributes:
        value: The identifier in its normal spelling; left out of ``repr``, since it may be
            personal. Only meaningful as far as there are no errors.
        errors: Why it is not valid, all of them.
        warnings: What should be looked at but bars nothing.
    """

    value: str = field(repr=False)
    errors: tuple[Reason, ...] = ()
    warnings: tuple[Reason, ...] = ()

    @property
    def ok(self) -> bool:
        """Return whether the identifier is valid."""
        return not self.errors


def normal_spelling(
    text: str, *, field: str, separators: str = HYPHENS
) -> tuple[str, tuple[Reason, ...]]:
    """Return ``text`` in its normal spelling and a warning for each kind of change.

    Full width becomes half width, ASCII letters become upper case, spaces and
    ``separators`` go. Text over 256 characters is no identifier and returned as it is.
    """
    if len(text) > TEXT_CHARS_MAX:
        return text, ()
    half = text.translate(_HALF_WIDTH)
    bare = half.translate(dict.fromkeys(map(ord, SPACES + separators)))
    upper = bare.translate(_UPPER)
    # Examples, not words: they read alike in both languages.
    changes = (
        ("Ａ→A", half != text),
        ("A-1 → A1", bare != half),
        ("a→A", upper != bare),
    )
    return upper, tuple(
        IDENTIFIER_NORMALISED.of(field=field, got=kind) for kind, changed in changes if changed
    )


def check_form(
    value: str, *, field: str, length: int, alphabet: str, written: str
) -> tuple[Reason, ...]:
    """Return what is wrong with the length or, if that is right, with the characters.

    Args:
        value: Identifier in its normal spelling.
        field: Name of the identifier.
        length: The one length allowed.
        alphabet: Characters allowed.
        written: The alphabet as the reason shows it.
    """
    if len(value) != length:
        return (IDENTIFIER_LENGTH.of(field=field, expected=length, got=len(value)),)
    return tuple(
        IDENTIFIER_CHARACTER.of(field=field, expected=written, got=place)
        for place, character in enumerate(value, start=1)
        if character not in alphabet
    )

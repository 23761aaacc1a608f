"""Check characters of ISO 7064, as the national identifiers use them.

Source: ISO/IEC 7064 (GB/T 17710): pure system MOD 11-2, hybrid system MOD 37,36.
"""

from typing import Final

from interop.errors import CaseError
from interop.model.reasons import IDENTIFIER_CHARACTER

DIGITS: Final = "0123456789"
ALPHANUMERIC: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

_MOD_11_2: Final = "0123456789X"


def mod_11_2(body: str) -> str:
    """Return the check character (0-9 or X) of the digits ``body``.

    Raises:
        CaseError: ``identifier-character``.
    """
    remainder = 0
    for value in ranks(body, DIGITS):
        remainder = (remainder + value) * 2 % 11
    return _MOD_11_2[(12 - remainder) % 11]


def mod_37_36(body: str) -> str:
    """Return the check character (0-9, A-Z) of the upper-case alphanumeric ``body``.

    Raises:
        CaseError: ``identifier-character``.
    """
    product = 36
    for value in ranks(body, ALPHANUMERIC):
        product = ((product + value) % 36 or 36) * 2 % 37
    return ALPHANUMERIC[(37 - product) % 36]


def ranks(body: str, alphabet: str) -> list[int]:
    """Return the place of each character of ``body`` in ``alphabet``.

    Raises:
        CaseError: ``identifier-character`` names the first position that is not in it.
    """
    found = [alphabet.find(character) for character in body]
    if -1 in found:
        place = found.index(-1) + 1
        raise CaseError(IDENTIFIER_CHARACTER.of(field="body", expected=alphabet, got=place))
    return found

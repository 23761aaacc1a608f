"""Whether identifiers are right, said in microseconds: for streams of certificates.

``inspect`` of each identifier says what is wrong, and is asked only where these say no. A
test holds both to the same answers.

Source: GB 32100; GB 11643; GB/T 36904 with ISO 7064 MOD 37,36.
"""

from datetime import date
from functools import lru_cache
from operator import mul
from typing import Final

from interop.model import certificate_id, resident_id, uscc
from interop.model.canonical import Json
from interop.model.iso7064 import ALPHANUMERIC

ORGANS_MAX: Final = 8_192  # codes of authorities remembered; they name no person

_USCC_RANK: Final = {char: at for at, char in enumerate(uscc.ALPHABET)}
_USCC_WEIGHTS: Final = tuple(pow(3, place, 31) for place in range(uscc.LENGTH - 1))
_RANK: Final = {char: at for at, char in enumerate(ALPHANUMERIC)}
_PREFIX: Final = f"{certificate_id.ROOT}."


def is_uscc(value: Json) -> bool:
    """Return whether ``value`` is a credit code in its normal spelling."""
    if not isinstance(value, str) or len(value) != uscc.LENGTH:
        return False
    try:
        total = sum(map(mul, map(_USCC_RANK.__getitem__, value[:-1]), _USCC_WEIGHTS))
    except KeyError:
        return False
    return uscc.ALPHABET[-total % 31] == value[-1]


def is_resident_id(value: Json) -> bool:
    """Return whether ``value`` is a citizen number in its normal spelling.

    Births in the future are found when the number is used.
    """
    found = resident_id.inspect(str(value), on=date.max)
    return found.ok and found.value == value


def is_cert_id(value: Json) -> bool:
    """Return whether ``value`` is a certificate identifier."""
    return isinstance(value, str) and (
        _plain_cert_id(value) or certificate_id.inspect(value).ok
    )


@lru_cache(ORGANS_MAX)
def _is_organ(code: str) -> bool:
    return is_uscc(code)


def _plain_cert_id(text: str) -> bool:
    parts = text.removeprefix(_PREFIX).split(".")
    if not text.startswith(_PREFIX) or len(parts) != len(certificate_id.PARTS):
        return False
    type_code, issuer, serial, version, check = parts
    digits = type_code[-certificate_id.TYPE_DIGITS :] + version
    return (
        len(version) == certificate_id.VERSION_DIGITS
        and (digits.isascii() and digits.isdigit())
        and 0 < len(serial) <= certificate_id.SERIAL_CHARS_MAX
        and _is_organ(type_code[: -certificate_id.TYPE_DIGITS])
        and _is_organ(issuer)
        and _check(f"{type_code}{issuer}{serial}{version}") == check
    )


def _check(body: str) -> str:
    product = 36
    for char in body:
        rank = _RANK.get(char)
        if rank is None:
            return ""
        product = ((product + rank) % 36 or 36) * 2 % 37
    return ALPHANUMERIC[(37 - product) % 36]

"""As much of DER as SM2 needs: lengths, whole numbers, one value after the other.

Source: ITU-T X.690.
"""

from typing import Final

INTEGER: Final = 0x02
OCTETS: Final = 0x04
OBJECT: Final = 0x06
SEQUENCE: Final = 0x30
NULL: Final = b"\x05\x00"
_LONG: Final = 0x80
_LENGTH_BYTES_MAX: Final = 4


def tlv(tag: int, value: bytes) -> bytes:
    """Return ``value`` with its tag and length."""
    size = len(value)
    if size < _LONG:
        return bytes([tag, size]) + value
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, _LONG | len(length)]) + length + value


def integer(number: int) -> bytes:
    """Return a whole number that is not negative."""
    return tlv(INTEGER, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def values(data: bytes) -> list[tuple[int, bytes]]:
    """Return tag and content of each value in ``data``, one after the other.

    Raises:
        ValueError: It is cut short, or a length is not written the one right way.
    """
    found, at = [], 0
    while at < len(data):
        tag, start, end = _bounds(data, at)
        found.append((tag, data[start:end]))
        at = end
    return found


def first(data: bytes, tag: int) -> bytes:
    """Return the content of the one value in ``data``, which has this tag.

    Raises:
        ValueError: It has another tag, or more follows.
    """
    ((found, content),) = values(data)
    if found != tag:
        raise ValueError(found)
    return content


def _bounds(data: bytes, at: int) -> tuple[int, int, int]:
    if len(data) < at + 2:
        raise ValueError(at)
    size, start = data[at + 1], at + 2
    if size >= _LONG:
        width = size & ~_LONG
        start += width
        size = int.from_bytes(data[at + 2 : start], "big")
        shortest = size >= _LONG and size.bit_length() > 8 * (width - 1)
        if not (0 < width <= _LENGTH_BYTES_MAX and shortest):
            raise ValueError(at)
    if start + size > len(data):
        raise ValueError(at)
    return data[at], start, start + size

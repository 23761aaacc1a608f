"""Values of a seal signature as they stand in the file: never encoded again.

What was hashed and signed is a slice of the original bytes, so a value keeps its own.
Source: ITU-T X.690.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from asn1crypto import parser

from interop.model.day import SHANGHAI

INTEGER: Final = 0x02
BITS: Final = 0x03
OCTETS: Final = 0x04
OID: Final = 0x06
UTC_TIME: Final = 0x17
GENERALIZED_TIME: Final = 0x18
SEQUENCE: Final = 0x30
VALUES_MAX: Final = 256
INTEGER_BYTES_MAX: Final = 8
OID_BYTES_MAX: Final = 32
_ARC_BITS: Final = 7
_MORE: Final = 0x80
# UTCTime has two digits of the year: 50 … 99 are 1950 … 1999 (RFC 5280).
_PIVOT: Final = 50
_TIME: Final = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)[ T]?(\d\d):?(\d\d):?(\d\d)?(?:[.,]\d{1,9})?"
    r"(Z|[+-]\d\d:?\d\d)?"
)


@dataclass(frozen=True, slots=True)
class Value:
    """One value.

    Attributes:
        tag: Its first byte.
        raw: Tag, length and content as they stand in the file.
        content: The content alone.
    """

    tag: int
    raw: bytes
    content: bytes

    def parts(self, tag: int = SEQUENCE) -> tuple["Value", ...]:
        """Return what is in a value of this tag; raise ValueError for another."""
        if self.tag != tag:
            raise ValueError(self.tag)
        return read_values(self.content)

    def of(self, *tags: int) -> "Value":
        """Return the value itself if it has one of these tags; raise ValueError if not."""
        if self.tag not in tags:
            raise ValueError(self.tag)
        return self

    def bits(self) -> bytes:
        """Return a bit string of whole bytes; raise ValueError for another."""
        content = self.of(BITS).content
        if not content or content[0]:
            raise ValueError(self.tag)
        return content[1:]

    def number(self) -> int:
        """Return an integer of at most eight bytes."""
        content = self.of(INTEGER).content
        if not 0 < len(content) <= INTEGER_BYTES_MAX:
            raise ValueError(len(content))
        return int.from_bytes(content, "big", signed=True)

    def oid(self) -> str:
        """Return an object identifier, dotted."""
        return dotted(self.of(OID).content)


def read_values(data: bytes) -> tuple[Value, ...]:
    """Return the values in ``data``, one after the other.

    Raises:
        ValueError: It is cut short, of indefinite length, or holds more than 256 values.
    """
    found: list[Value] = []
    at = 0
    while at < len(data):
        _, _, _, header, content, trailer = parser.parse(data[at:])
        if trailer or len(found) >= VALUES_MAX:
            raise ValueError(at)
        end = at + len(header) + len(content)
        found.append(Value(header[0], data[at:end], content))
        at = end
    return tuple(found)


def read_value(data: bytes) -> Value:
    """Return the one value in ``data``; raise ValueError if more or less is there."""
    (found,) = read_values(data)
    return found


def dotted(content: bytes) -> str:
    """Return an object identifier by the content of its value.

    Raises:
        ValueError: It is empty, cut short or longer than 32 bytes.
    """
    if not 0 < len(content) <= OID_BYTES_MAX or content[-1] & _MORE:
        raise ValueError(len(content))
    arcs, arc = [], 0
    for byte in content:
        arc = arc << _ARC_BITS | byte & ~_MORE
        if not byte & _MORE:
            arcs.append(arc)
            arc = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(str(each) for each in (first, arcs[0] - 40 * first, *arcs[1:]))


def instant_of(value: Value) -> datetime:
    """Return the instant of a UTCTime or GeneralizedTime.

    Raises:
        ValueError: It is another value, or no time.
    """
    text = value.of(UTC_TIME, GENERALIZED_TIME).content.decode("ascii")
    if value.tag == UTC_TIME:
        text = f"{'19' if int(text[:2]) >= _PIVOT else '20'}{text}"
    return instant_in(text)


def instant_in(text: str) -> datetime:
    """Return the instant that ``text`` writes, to the second; without a zone it is China's.

    Raises:
        ValueError: It is none.
    """
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise ValueError(len(text))
    *numbers, zone = found.groups(default="0")
    year, month, day, hour, minute, second = (int(number) for number in numbers)
    return datetime(year, month, day, hour, minute, second, tzinfo=_zone(zone))


def _zone(text: str) -> timezone:
    if text == "0":
        return SHANGHAI
    if text == "Z":
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text[0] == "-" else offset)

"""Text, names and addresses as people have them: rare characters, middle dots, full width.

Every dot that is seen between the parts of a name is read, and one is written. Characters
beyond the basic plane are kept as they are (GB 18030 has them all).
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Final

from interop.lens.unfit import Unfit
from interop.model.canonical import Json

TEXT_CHARS_MAX: Final = 20_000
MIDDLE_DOT: Final = "\u00b7"

_LAYOUT_CHARACTERS: Final = "\n\t"
_NONCHARACTERS: Final = "\ufffe\uffff"
_DOTS: Final = str.maketrans(
    dict.fromkeys("\u2022\u2027\u22c5\u30fb\uff65\u2219\u16eb", MIDDLE_DOT)
)
_HALF: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_ZERO_WIDTH: Final = dict.fromkeys((0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF))


def read_text(text: str) -> str:
    """Return ``text`` without blanks around; raise Unfit for control characters."""
    value = text.replace("\r\n", "\n").strip()
    if not 0 < len(value) <= TEXT_CHARS_MAX:
        raise Unfit
    if not value.isprintable() and any(map(_unprintable, value)):
        raise Unfit
    return value


def _unprintable(char: str) -> bool:
    # What XML 1.0 cannot carry, and what no certificate prints.
    return (
        char not in _LAYOUT_CHARACTERS and unicodedata.category(char) in {"Cc", "Cs"}
    ) or char in _NONCHARACTERS


def read_half(text: str) -> str:
    """Return ``text`` with full-width ASCII in half width."""
    return read_text(text.translate(_HALF))


def name_reader(rare: Mapping[str, str]) -> Callable[[str], str]:
    """Return the reader of names: one middle dot, half-width Latin, no invisible characters.

    Characters of the private use area mean something else in every system. ``rare`` says
    what they are in this one; one that it does not list is refused, not passed on.
    """

    def read(text: str) -> str:
        value = text.translate(_HALF).translate(_ZERO_WIDTH).translate(_DOTS)
        value = re.sub(r" *· *", MIDDLE_DOT, " ".join(value.split()))
        for own, real in rare.items():
            value = value.replace(own, real)
        if any(unicodedata.category(char) == "Co" for char in value):
            raise Unfit
        return read_text(value)

    return read


# A municipality stands where a city does: no region is named here.
_PROVINCE: Final = r"(?P<province>[^省市区县]{2,6}?(?:省|自治区|特别行政区))"
_CITY: Final = r"(?P<city>[^市区县省]{1,10}?(?:市|自治州|地区|盟))"
_DISTRICT: Final = r"(?P<district>[^区县省]{1,12}?(?:新区|区|县|旗|市))"
_ADDRESS: Final = re.compile(f"{_PROVINCE}?{_CITY}?{_DISTRICT}?" + r"(?P<detail>[\s\S]+)")
ADDRESS_PARTS: Final = ("province", "city", "district", "detail")


def read_address(text: str) -> Json:
    """Return the parts of an address: province, city, district where named, and the rest."""
    hit = _ADDRESS.fullmatch(read_text(text))
    if hit is None:
        raise Unfit
    return {name: part for name in ADDRESS_PARTS if (part := hit[name])}


def write_address(value: Json) -> str:
    """Return an address in one text; raise Unfit unless it is read back as the same parts."""
    if not isinstance(value, dict) or value.keys() - set(ADDRESS_PARTS):
        raise Unfit
    parts = [value[name] for name in ADDRESS_PARTS if name in value]
    texts = [part for part in parts if isinstance(part, str)]
    text = "".join(texts)
    if len(texts) < len(parts) or read_address(text) != value:
        raise Unfit
    return text

"""Templates: fixed text with places in it, read and written both ways.

::

    {}          one or more characters, as few as will do
    {year:4d}   exactly four digits; {n:1-6d} one to six, {n:d} any number of digits
    {code:2}    exactly two characters
    {:Y} {:M} {:D}   a year of four digits, a month and a day of one or two
    {:N}        an amount: digits, commas between thousands, a point
    {:U}        a unit of money, such as 万元

What a template prints is read again before it is given out, so that a part holding the
fixed text next to it is refused and never shifts into its neighbour.
"""

import re
from dataclasses import dataclass
from typing import Final

from interop.lens.money import UNITS
from interop.lens.unfit import Unfit

PLACES_MAX: Final = 20

_PLACE: Final = re.compile(r"\{([^{}:]*)(?::([^{}]*))?\}")
_WIDTH: Final = re.compile(r"(\d{1,3})(?:-(\d{1,3}))?(d?)|(d)")
_KINDS: Final[dict[str, str]] = {
    "Y": "[0-9]{4}",
    "M": "0?[1-9]|1[0-2]",
    "D": "0?[1-9]|[12][0-9]|3[01]",
    "N": r"-?[0-9][0-9,，]*(?:\.[0-9]+)?",
}
_KINDS["U"] = "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True))
_ANY: Final = r"[\s\S]+?"


@dataclass(frozen=True, slots=True)
class Template:
    """A template ready to use.

    Attributes:
        text: As written.
        names: Name of each place in order; numbered from 0 where the template names none.
        places: What each place takes, as a regular expression.
        literals: The fixed text before, between and after the places.
    """

    text: str
    names: tuple[str, ...]
    places: tuple[str, ...]
    literals: tuple[str, ...]
    whole: re.Pattern[str]
    each: tuple[re.Pattern[str], ...]

    def split(self, text: str) -> tuple[str, ...]:
        """Return the parts of ``text``, without blanks around; raise Unfit if it has others."""
        hit = self.whole.fullmatch(text)
        if hit is None:
            raise Unfit
        return tuple(part.strip() for part in hit.groups())

    def join(self, parts: tuple[str, ...]) -> str:
        """Return the text of ``parts``; raise Unfit unless it is read back as them."""
        text = self.filled(parts)
        if len(parts) != len(self.places) or self.split(text) != parts:
            raise Unfit
        return text

    def filled(self, parts: tuple[str, ...]) -> str:
        """Return the text of ``parts``, unchecked."""
        pieces = [self.literals[0]]
        for part, literal in zip(parts, self.literals[1:], strict=False):
            pieces += (part, literal)
        return "".join(pieces)

    def fits(self, place: int, part: str) -> bool:
        """Return whether ``part`` can stand at ``place``, counted from 0."""
        return self.each[place].fullmatch(part) is not None


def read_template(text: str) -> Template | None:
    """Return the template in ``text``; None if it is malformed or can't be read back."""
    hits = list(_PLACE.finditer(text))
    literals = _literals(text, hits)
    if not 0 < len(hits) <= PLACES_MAX or any(set(piece) & set("{}") for piece in literals):
        return None
    names = tuple(hit[1] or str(number) for number, hit in enumerate(hits))
    places = [_shape(hit[2]) for hit in hits]
    found = tuple(place for place in places if place is not None)
    if len(found) < len(places) or len(set(names)) < len(names) or _runs_on(found, literals):
        return None
    pattern = re.escape(literals[0])
    for place, literal in zip(found, literals[1:], strict=True):
        pattern += f"({place})" + re.escape(literal)
    each = tuple(re.compile(place) for place in found)
    return Template(text, names, found, literals, re.compile(pattern), each)


def _literals(text: str, hits: list[re.Match[str]]) -> tuple[str, ...]:
    ends = [0, *(hit.end() for hit in hits)]
    starts = [*(hit.start() for hit in hits), len(text)]
    return tuple(text[end:start] for end, start in zip(ends, starts, strict=True))


def _shape(spec: str | None) -> str | None:
    if not spec:
        return _ANY
    if spec in _KINDS:
        return _KINDS[spec]
    hit = _WIDTH.fullmatch(spec)
    if hit is None:
        return None
    if hit[4]:
        return "[0-9]+"
    least, most = int(hit[1]), int(hit[2] or hit[1])
    if not 0 < least <= most:
        return None
    return f"{'[0-9]' if hit[3] else r'[^ ]'}{{{least},{most}}}"


def _runs_on(places: tuple[str, ...], literals: tuple[str, ...]) -> bool:
    """Return whether two places of open length touch: where one ends could not be told."""
    between = zip(places, places[1:], literals[1:-1], strict=False)
    return any(not literal and _open(one) and _open(two) for one, two, literal in between)


def _open(place: str) -> bool:
    return place in {_ANY, "[0-9]+"}

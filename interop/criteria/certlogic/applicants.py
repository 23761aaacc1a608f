"""Whom rule sets are compared on: payloads with exactly one certificate of a kind.

All fields of the certificate are there, and a field that a rule names beyond them. Days lie
in 2000 … 2049, dates of birth in 1901 … 2099, the clock of the validation in 2021 … 2023, all
ends inclusive, times in whole seconds; integers are 1 … 1,000,000,000. A relation is proved
within this domain.

Source: EU DCC JSON schema 1.3.0, names and formats of the fields.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from interop.criteria.certlogic.moments import MS_PER_DAY, MS_PER_SECOND, day_ms, written
from interop.criteria.certlogic.readings import Place, Reading, View
from interop.model.canonical import Json

Shape = Literal["absent", "object", "list", "integer", "day", "time", "text"]

KEYS: Final = {"Vaccination": "v", "Test": "t", "Recovery": "r"}
FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "v": ("tg", "vp", "mp", "ma", "dn", "sd", "dt", "co", "is", "ci"),
    "t": ("tg", "tt", "nm", "ma", "sc", "tr", "tc", "co", "is", "ci"),
    "r": ("tg", "fr", "co", "is", "df", "du", "ci"),
}
INTEGER_FIELDS: Final = frozenset({"dn", "sd"})
DAY_FIELDS: Final = frozenset({"dt", "fr", "df", "du"})
TIME_FIELDS: Final = frozenset({"sc"})
NAMES: Final = ("fn", "gn", "fnt", "gnt")
CLOCK: Final = Place(("external", "validationClock"))
CLOCK_DAYS: Final = (day_ms(2021, 1, 1) // MS_PER_DAY, day_ms(2023, 12, 31) // MS_PER_DAY)
DAYS: Final = (day_ms(2000, 1, 1) // MS_PER_DAY, day_ms(2049, 12, 31) // MS_PER_DAY)
BIRTHS: Final = (day_ms(1901, 1, 1) // MS_PER_DAY, day_ms(2099, 12, 31) // MS_PER_DAY)
SECONDS_PER_DAY: Final = 86_400
INTEGER_MAX: Final = 1_000_000_000
SHAPE_SORTS: Final[Mapping[Shape, str]] = {
    "absent": "null",
    "object": "object",
    "list": "list",
    "integer": "integer",
    "day": "text",
    "time": "text",
    "text": "text",
}


@dataclass(frozen=True, slots=True)
class Domain:
    """The payloads with one certificate of a kind.

    Attributes:
        key: ``v``, ``t`` or ``r``.
        extra: Shape of the fields that rules name beyond those of the certificate.
    """

    key: str
    extra: Mapping[str, Shape]

    def shape(self, place: Place) -> Shape:
        """Return what stands at ``place`` in every payload of the domain."""
        path, key = place.path, self.key
        if path[:3] == ("payload", key, "0") and len(path) == len(("payload", key, "0", "")):
            return self.field(path[-1])
        return self._fixed().get(path, "absent")

    def _fixed(self) -> dict[tuple[str, ...], Shape]:
        """Return what stands outside the fields of the certificate."""
        names: dict[tuple[str, ...], Shape] = {("payload", "nam", n): "text" for n in NAMES}
        return names | {
            (): "object",
            ("external",): "object",
            CLOCK.path: "time",
            ("payload",): "object",
            ("payload", "nam"): "object",
            ("payload", "dob"): "day",
            ("payload", "ver"): "text",
            ("payload", self.key): "list",
            ("payload", self.key, "0"): "object",
        }

    def field(self, name: str) -> Shape:
        """Return the shape of a field of the certificate."""
        if name in INTEGER_FIELDS:
            return "integer"
        if name in DAY_FIELDS:
            return "day"
        if name in TIME_FIELDS:
            return "time"
        return self.extra.get(name, "text")

    def places(self) -> tuple[Place, ...]:
        """Return the places of all fields, clock and date of birth included."""
        names = dict.fromkeys((*FIELDS[self.key], *self.extra))
        fields = (Place(("payload", self.key, "0", name)) for name in names)
        own = (Place(("payload", "nam", name)) for name in NAMES)
        return (CLOCK, Place(("payload", "ver")), Place(("payload", "dob")), *own, *fields)

    def payload(self, values: Mapping[Place, Json], value_sets: Json) -> Json:
        """Return the payload and its external data with ``values`` in their places."""
        certificate: dict[str, Json] = {}
        names: dict[str, Json] = {}
        found: dict[str, Json] = {"ver": "1.3.0", "nam": names, self.key: [certificate]}
        for place in self.places():
            value = values.get(place, _usual(self.shape(place)))
            if place.path[:2] == ("payload", self.key):
                certificate[place.path[-1]] = value
            elif place.path[:2] == ("payload", "nam"):
                names[place.path[-1]] = value
            elif place != CLOCK:
                found[place.path[-1]] = value
        clock = values.get(CLOCK, written(CLOCK_DAYS[0] * MS_PER_DAY))
        return {
            "payload": found,
            "external": {"validationClock": clock, "valueSets": value_sets},
        }


def domain_of(kind: str, readings: Iterable[Reading]) -> Domain:
    """Return the domain of a kind of certificate for rules that read ``readings``."""
    key = KEYS[kind]
    extra: dict[str, Shape] = {}
    # A date-time if it is read as one, an integer if it is only compared as one.
    ranks: dict[str, int] = {}
    for reading in readings:
        path = reading.place.path
        if path[:3] != ("payload", key, "0") or len(path) != 4 or path[3] in FIELDS[key]:  # noqa: PLR2004 -- the path of a field
            continue
        shape, rank = _read_as(reading.view)
        if rank >= ranks.get(path[3], -1):
            extra[path[3]], ranks[path[3]] = shape, rank
    return Domain(key, extra)


def days_at(place: Place) -> tuple[int, int]:
    """Return the first and the last day that can stand at ``place``."""
    if place == CLOCK:
        return CLOCK_DAYS
    return BIRTHS if place.path[-1] == "dob" else DAYS


def written_as(shape: Shape, ms: int) -> str:
    """Return a moment as a field of this shape writes it."""
    text = written(ms)
    return text[:10] if shape == "day" else text


def _read_as(view: View) -> tuple[Shape, int]:
    if view is View.MOMENT:
        return "time", 3
    if view is View.TEXT:
        return "text", 2
    return ("integer", 1) if view is View.INTEGER else ("text", 0)


def _usual(shape: Shape) -> Json:
    if shape == "integer":
        return 1
    if shape in {"day", "time"}:
        day = CLOCK_DAYS[0] * MS_PER_DAY
        return written_as(shape, day + (0 if shape == "day" else MS_PER_SECOND))
    return "x"

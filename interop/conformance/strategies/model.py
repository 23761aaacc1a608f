"""Draw the words of the domain: JSON, identifiers, code systems and maps, regions.

Every number of a person or firm is made up, with valid check characters.
"""

from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from hypothesis import strategies as st

from interop.model import case_number, certificate_id, item_code, resident_id, uscc
from interop.model.canonical import INT_MAX, Json
from interop.model.codes import CodeSystem, Concept, ConceptMap, MapRow
from interop.model.iso7064 import ALPHANUMERIC, DIGITS
from interop.model.party import Party, Scheme
from interop.model.region import PROVINCE_PREFIXES, Level, Region
from interop.model.sensitive import Sensitive

SERIALS_MAX: Final = 999
CODES_MAX: Final = 6

TEXTS: Final = st.text(max_size=12)
INTEGERS: Final = st.one_of(
    st.integers(-INT_MAX, INT_MAX), st.sampled_from([0, -1, INT_MAX, -INT_MAX])
)
JSONS: Final[st.SearchStrategy[Json]] = st.recursive(
    st.one_of(st.none(), st.booleans(), INTEGERS, TEXTS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(TEXTS, inner, max_size=4)
    ),
    max_leaves=20,
)


VALUES: Final = st.lists(
    st.from_regex(r"[0-9A-Z]{1,3}", fullmatch=True), min_size=1, max_size=CODES_MAX, unique=True
)


@st.composite
def resident_ids(
    draw: st.DrawFn,
    births: st.SearchStrategy[date] = st.dates(date(1850, 1, 1), date(2026, 1, 1)),  # noqa: B008 -- strategies are immutable
) -> str:
    """Draw a valid citizen number."""
    prefix = draw(st.sampled_from(sorted(PROVINCE_PREFIXES)))
    county = draw(st.integers(0, 9999))
    born = draw(births).isoformat().replace("-", "")
    body = f"{prefix}{county:04}{born}{draw(st.integers(0, SERIALS_MAX)):03}"
    return body + resident_id.check_character(body)


@st.composite
def usccs(draw: st.DrawFn) -> str:
    """Draw a valid credit code whose parts raise no doubt."""
    head = draw(st.sampled_from(sorted(uscc.DEPARTMENTS)))
    kind = draw(st.sampled_from(sorted(uscc.TYPES)))
    prefix = draw(st.sampled_from(sorted(PROVINCE_PREFIXES | {uscc.NATIONAL_PREFIX})))
    county = draw(st.integers(0, 9999))
    organ = draw(st.text(uscc.ALPHABET, min_size=9, max_size=9))
    body = f"{head}{kind}{prefix}{county:04}{organ}"
    return body + uscc.check_character(body)


@st.composite
def certificate_parts(draw: st.DrawFn) -> tuple[str, str, str, str]:
    """Draw type code, issuer code, serial and version of a certificate identifier."""
    kind = f"{draw(usccs())}{draw(st.integers(0, 999)):03}"
    issuer = draw(usccs())
    serial = draw(st.text(ALPHANUMERIC, min_size=1, max_size=certificate_id.SERIAL_CHARS_MAX))
    return kind, issuer, serial, f"{draw(st.integers(0, 999)):03}"


CERTIFICATE_IDS: Final = certificate_parts().map(lambda parts: certificate_id.build(*parts))


@st.composite
def catalog_codes(draw: st.DrawFn) -> str:
    """Draw a basic code of twelve digits."""
    region = draw(st.sampled_from([item_code.NATIONAL, *sorted(PROVINCE_PREFIXES)]))
    kind = draw(st.sampled_from(sorted(item_code.KINDS)))
    return region + kind + draw(st.text(DIGITS, min_size=8, max_size=8))


@st.composite
def item_codes(draw: st.DrawFn) -> str:
    """Draw an implementation code of the 12/31 scheme."""
    return draw(usccs()) + draw(st.sampled_from(item_code.LEVELS)) + draw(catalog_codes())


@st.composite
def case_numbers(draw: st.DrawFn) -> str:
    """Draw a case number of our own form."""
    on = draw(st.dates(date(2018, 1, 1), date(2030, 12, 31)))
    serial = draw(st.integers(1, case_number.SERIAL_MAX))
    return case_number.compose(draw(item_codes()), on, serial)


@st.composite
def slips(draw: st.DrawFn, text: str, alphabet: str) -> str:
    """Draw ``text`` with one character replaced by another of ``alphabet``."""
    place = draw(st.integers(0, len(text) - 1))
    other = draw(st.sampled_from([c for c in alphabet if c != text[place]]))
    return text[:place] + other + text[place + 1 :]


@st.composite
def parties(draw: st.DrawFn) -> Party:
    """Draw a person or an organisation with a made-up number and name."""
    scheme = draw(st.sampled_from(Scheme))
    person = scheme is Scheme.RESIDENT_ID
    return Party(
        kind="person" if person else "organisation",
        scheme=scheme,
        code=Sensitive(draw(resident_ids() if person else usccs())),
        name=Sensitive("测试" + draw(st.text("甲乙丙丁戊己庚辛", min_size=1, max_size=4))),
    )


@st.composite
def code_systems(draw: st.DrawFn, name: str = "TEST:list") -> CodeSystem:
    """Draw a code system whose values are all different."""
    values = draw(VALUES)
    return CodeSystem(
        id=name,
        version=draw(st.sampled_from(["1", "2020"])),
        zh="测试代码表",
        en="test list",
        source="made up",
        verified="no",
        illustrative=True,
        concepts=tuple(Concept(code=value, zh=value, en=value) for value in values),
    )


@st.composite
def crosswalks(draw: st.DrawFn) -> tuple[ConceptMap, CodeSystem, CodeSystem]:
    """Draw a sound map with the systems it starts from and leads to."""
    source, target = draw(code_systems("TEST:from")), draw(code_systems("TEST:to"))
    goals = draw(st.permutations([concept.code for concept in target.concepts]))
    taken = iter(goals)
    rows = tuple(
        _row(draw, concept.code, next(taken, None), goals[0]) for concept in source.concepts
    )
    crosswalk = ConceptMap(
        id="test-map",
        from_system=source.edition,
        to_system=target.edition,
        zh="测试对照",
        en="test map",
        source="made up",
        verified="no",
        illustrative=True,
        rows=rows,
    )
    return crosswalk, source, target


def _row(draw: st.DrawFn, value: str, equal: str | None, broad: str) -> MapRow:
    choices = [
        MapRow(from_code=value, relation="unmapped"),
        MapRow(from_code=value, to_code=broad, relation="narrower"),
    ]
    if equal is not None:
        choices.append(MapRow(from_code=value, to_code=equal, relation="equivalent"))
    return draw(st.sampled_from(choices))


@st.composite
def region_rows(draw: st.DrawFn) -> tuple[Region, ...]:
    """Draw provinces with cities and counties, some of them replaced by another."""
    found: list[Region] = []
    for prefix in draw(st.lists(st.integers(11, 14), min_size=1, max_size=2, unique=True)):
        province = f"{prefix}0000"
        found.append(_region(province, "province", ""))
        for city in range(1, draw(st.integers(1, 3))):
            above = f"{prefix}{city:02}00"
            found += [_region(above, "city", province), *_counties(draw, above)]
        if draw(st.booleans()):
            found += _counties(draw, province, cut=f"{prefix}90")
    return tuple(draw(st.permutations(found)))


def _counties(draw: st.DrawFn, parent: str, *, cut: str = "") -> list[Region]:
    codes = [f"{cut or parent[:4]}{place:02}" for place in range(1, draw(st.integers(2, 5)))]
    ends = date(2020, 1, 1) + timedelta(days=draw(st.integers(0, 6)))
    gone = draw(st.integers(0, len(codes) - 1))
    kept = [_region(code, "county", parent) for code in codes[gone:]]
    replaced = [
        _region(code, "county", parent).model_copy(
            update={"valid_to": ends, "successor": after}
        )
        for code, after in pairwise(codes[: gone + 1])
    ]
    return kept + replaced


def _region(code: str, level: Level, parent: str) -> Region:
    return Region(code6=code, zh="某地", level=level, parent=parent)

"""Numbers, moments and fragments of certificate identifiers as symbols."""

from collections.abc import Iterator

from interop.criteria.certlogic.concrete import fragment_of
from interop.criteria.certlogic.guards import (
    TRUE,
    Cases,
    Facts,
    Known,
    Many,
    Moment,
    Read,
    Symbol,
    both,
    merged,
)
from interop.criteria.certlogic.moments import (
    AMOUNT_MAX,
    MONTH_AMOUNT_MAX,
    MONTHS_PER_YEAR,
    MS_PER_DAY,
    MS_PER_HOUR,
    UNITS,
    birth_of,
    moment_of,
    plus_months,
)
from interop.criteria.certlogic.paths import malformed, shown
from interop.criteria.certlogic.readings import LIST_PARTS_MAX, TEXTS, Place, Reading, View
from interop.criteria.certlogic.reasons import LIMIT
from interop.criteria.certlogic.relations import integer, ints_of, total
from interop.criteria.nodes import Compare, Node, Sum
from interop.criteria.words import both as same_words
from interop.errors import KnowledgeError
from interop.model.canonical import Json


def plus(facts: Facts, left: Cases, right: Cases) -> Cases:
    """Return the sums of the integers among the operands."""
    pairs = tuple(ints_of(facts, left)), tuple(ints_of(facts, right))
    return merged((both(g, h), total(a, b)) for g, a in pairs[0] for h, b in pairs[1])


def plus_time(facts: Facts, cases: Cases, shift: list[Json], at: str) -> Cases:
    """Return the moments that ``cases`` write, shifted by an amount of a unit."""
    months, ms = _shift(shift, at)
    return merged(
        (both(guard, inner), moment)
        for guard, symbol in cases
        for inner, moment in _moment(facts, symbol, months, ms)
    )


def birth(facts: Facts, cases: Cases) -> Cases:
    """Return the dates of birth that ``cases`` write."""
    return merged(
        (both(guard, inner), moment)
        for guard, symbol in cases
        for inner, moment in _birth(facts, symbol)
    )


def fragments(facts: Facts, cases: Cases, index: Json, at: str) -> Cases:
    """Return a fragment of the certificate identifiers among ``cases``."""
    if isinstance(index, bool) or not isinstance(index, int):
        raise malformed(f"{at}[1]", ("整数", "an integer"), shown(index))
    return merged(
        (both(guard, inner), found)
        for guard, symbol in cases
        for inner, found in _fragment(facts, symbol, index, at)
    )


def parts_of(facts: Facts, symbol: Symbol) -> Iterator[tuple[Node, tuple[Cases, ...]]]:
    """Yield the parts of an array, each way with its condition; of null, none."""
    match symbol:
        case Known(value=None):
            yield TRUE, ()
        case Known(value=list() as listed):
            yield TRUE, tuple(((TRUE, Known(part)),) for part in listed)
        case Many():
            yield TRUE, symbol.parts
        case Read(place=place) if place.fragment is None:
            yield facts.sort_in(place, ("null", "empty-list")), ()
            listed_here = facts.sort_in(place, ("list",))
            for count in range(1, LIST_PARTS_MAX + 1):
                counted = Compare("==", facts.view(place, View.COUNT), integer(count))
                parts = tuple(Place((*place.path, str(i))) for i in range(count))
                yield both(listed_here, counted), tuple(((TRUE, Read(p)),) for p in parts)
        case _:
            pass


def _shift(shift: list[Json], at: str) -> tuple[int, int]:
    amount, unit = shift
    if isinstance(amount, bool) or not isinstance(amount, int):
        raise malformed(f"{at}[1]", ("整数", "an integer"), shown(amount))
    if not isinstance(unit, str) or unit not in UNITS:
        raise malformed(f"{at}[2]", same_words("/".join(UNITS)), shown(unit))
    months = amount * {"year": MONTHS_PER_YEAR, "month": 1}.get(unit, 0)
    if abs(amount) > AMOUNT_MAX or abs(months) > MONTH_AMOUNT_MAX:
        raise KnowledgeError(LIMIT.of(field=f"{at}[1]", expected=AMOUNT_MAX, got=amount))
    return months, amount * {"day": MS_PER_DAY, "hour": MS_PER_HOUR}.get(unit, 0)


def _moment(facts: Facts, symbol: Symbol, months: int, ms: int) -> Cases:
    if isinstance(symbol, Known) and isinstance(symbol.value, str):
        known = moment_of(symbol.value)
        later = known if known is None or not months else plus_months(known, months)
        return () if later is None else ((TRUE, Moment(integer(later + ms))),)
    if not isinstance(symbol, Read):
        return ()
    fact = facts.of(Reading(symbol.place, View.MOMENT, months))
    dated = facts.of(Reading(symbol.place, View.DATED, months))
    stands = both(facts.sort_in(symbol.place, ("text",)), dated)
    return ((stands, Moment(Sum((fact, integer(ms))) if ms else fact)),)


def _birth(facts: Facts, symbol: Symbol) -> Cases:
    if isinstance(symbol, Known) and isinstance(symbol.value, str):
        known = birth_of(symbol.value)
        return () if known is None else ((TRUE, Moment(integer(known))),)
    if not isinstance(symbol, Read):
        return ()
    born = facts.view(symbol.place, View.BORN)
    stands = both(facts.sort_in(symbol.place, ("text",)), born)
    return ((stands, Moment(facts.view(symbol.place, View.BIRTH))),)


def _fragment(facts: Facts, symbol: Symbol, index: int, at: str) -> Cases:
    if isinstance(symbol, Known):
        text = symbol.value
        if text is not None and not isinstance(text, str):
            return ()
        return ((TRUE, Known(None if text is None else fragment_of(text, index))),)
    if not isinstance(symbol, Read):
        return ()
    place = symbol.place
    if place.fragment is not None:
        raise malformed(at, ("数据中的值", "a value of the data"), "a fragment")
    stands = facts.sort_in(place, ("null", *TEXTS))
    found = Known(None) if index < 0 else Read(Place(place.path, index))
    return ((stands, found),)

"""Declared facts to typed values; every ill-typed or impossible one is refused at once."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Final, TypeAlias

from interop.criteria.evaluation import Value
from interop.criteria.nodes import FRACTION_DIGITS_MAX, NUMBER_DIGITS_MAX
from interop.criteria.parser import DAY_WINDOW, day_in
from interop.criteria.reasons import (
    FACT_CONFLICT,
    FACT_RANGE,
    FACT_TWICE,
    FACT_TYPE,
    FACT_UNKNOWN,
    FACT_VALUE,
)
from interop.criteria.vocabulary import AGENT_PRESENT, Vocabulary
from interop.criteria.words import TYPE_WORDS, Words, ascii_of, both, worded
from interop.errors import CaseError, Reason
from interop.model.case import FactValue
from interop.model.item import FactDefinition, FactType

TEXT_FACT_CHARS_MAX: Final = 2000
FACTS_MAX: Final = 500
MASK: Final = "***"
NUMBER_MAX: Final = Decimal(10**NUMBER_DIGITS_MAX - 1)

Reader: TypeAlias = Callable[[FactDefinition, FactValue], Value | Reason]

_DECIMAL = re.compile(r"-?([0-9]+)(?:\.([0-9]+))?")
_PLAIN = re.compile(r"[A-Za-z0-9_.:+-]{1,32}")


def read_facts(
    vocabulary: Vocabulary, declared: Mapping[str, FactValue], *, has_agent: bool
) -> dict[str, Value]:
    """Return the typed values of ``declared``, with ``agent.present`` set from ``has_agent``.

    A local name of a fact counts as its name.

    Raises:
        CaseError: Every fact that is unknown, ill-typed, out of bounds or contradictory.
    """
    reasons: list[Reason] = []
    values: dict[str, Value] = {}
    if len(declared) > FACTS_MAX:
        raise CaseError(FACT_RANGE.of(field="facts", expected=FACTS_MAX, got=len(declared)))
    for said, stated in declared.items():
        name = vocabulary.synonyms.get(said, said)
        if name != said and (name in declared or name in values):
            reasons.append(FACT_TWICE.of(field=name, got=ascii_of(said)))
            continue
        value = _read(vocabulary, name, stated)
        if isinstance(value, Reason):
            reasons.append(value)
        else:
            values[name] = value
    if values.get(AGENT_PRESENT.id, has_agent) != has_agent:
        reasons.append(
            FACT_CONFLICT.of(
                field=AGENT_PRESENT.id,
                expected=str(has_agent).lower(),
                got=str(not has_agent).lower(),
            )
        )
    if reasons:
        raise CaseError(*reasons)
    values[AGENT_PRESENT.id] = has_agent
    return values


def _read(vocabulary: Vocabulary, name: str, stated: FactValue) -> Value | Reason:
    fact = vocabulary.facts.get(name)
    if fact is None:
        return FACT_UNKNOWN.of(field=ascii_of(name))
    return READERS[fact.type](fact, stated)


def _shown(fact: FactDefinition, stated: object) -> Words:
    """Return what was stated, as far as it may be shown."""
    if fact.sensitive or fact.type is FactType.TEXT:
        return both(MASK)
    if isinstance(stated, int):
        return both(f"`{_written(stated)}`")
    if isinstance(stated, str):
        if _PLAIN.fullmatch(stated):
            return both(f"`{stated}`")
        return f"{len(stated)} 个字符的文字", f"text of {len(stated)} characters"
    return both(type(stated).__name__)


def _ill_typed(fact: FactDefinition, stated: object) -> Reason:
    return worded(
        FACT_TYPE, field=fact.id, expected=TYPE_WORDS[fact.type], got=_shown(fact, stated)
    )


def _bool(fact: FactDefinition, stated: FactValue) -> Value | Reason:
    return stated if isinstance(stated, bool) else _ill_typed(fact, stated)


def _int(fact: FactDefinition, stated: FactValue) -> Value | Reason:
    if isinstance(stated, bool) or not isinstance(stated, int):
        return _ill_typed(fact, stated)
    return _bounded(fact, stated)


def _decimal(fact: FactDefinition, stated: FactValue) -> Value | Reason:
    if isinstance(stated, int) and not isinstance(stated, bool):
        return _bounded(fact, stated)
    hit = _DECIMAL.fullmatch(stated) if isinstance(stated, str) else None
    if hit is None:
        return _ill_typed(fact, stated)
    whole, fraction = hit[1], hit[2] or ""
    if len(fraction) > FRACTION_DIGITS_MAX or len(whole + fraction) > NUMBER_DIGITS_MAX:
        return _out_of_range(fact, f"{len(whole)}.{len(fraction)} digits")
    return _bounded(fact, Decimal(hit[0]))


def _bounded(fact: FactDefinition, value: int | Decimal) -> Value | Reason:
    low, high = _bounds(fact)
    return value if low <= value <= high else _out_of_range(fact, _written(value))


def _bounds(fact: FactDefinition) -> tuple[Decimal, Decimal]:
    low = fact.min if fact.min is not None else -NUMBER_MAX
    high = fact.max if fact.max is not None else NUMBER_MAX
    return low, high


def _written(value: int | Decimal) -> str:
    # Python refuses to write integers of thousands of digits.
    return str(value) if -NUMBER_MAX <= value <= NUMBER_MAX else f"over {NUMBER_MAX}"


def _out_of_range(fact: FactDefinition, stated: str) -> Reason:
    low, high = _bounds(fact)
    shown = both(MASK) if fact.sensitive else both(stated)
    return worded(FACT_RANGE, field=fact.id, expected=both(f"{low} … {high}"), got=shown)


def _date(fact: FactDefinition, stated: FactValue) -> Value | Reason:
    day: date | None = day_in(stated) if isinstance(stated, str) else None
    if day is None:
        reason = FACT_TYPE if not isinstance(stated, str) else FACT_RANGE
        expected = TYPE_WORDS[fact.type] if reason is FACT_TYPE else both(DAY_WINDOW)
        return worded(reason, field=fact.id, expected=expected, got=_shown(fact, stated))
    return day


def _enum(fact: FactDefinition, stated: FactValue) -> Value | Reason:
    if not isinstance(stated, str):
        return _ill_typed(fact, stated)
    return stated if stated in fact.values else _unlisted(fact, stated)


def _set(fact: FactDefinition, stated: FactValue) -> Value | Reason:
    if not isinstance(stated, list) or not all(isinstance(item, str) for item in stated):
        return _ill_typed(fact, stated)
    unlisted = [item for item in stated if item not in fact.values]
    return _unlisted(fact, unlisted[0]) if unlisted else frozenset(stated)


def _unlisted(fact: FactDefinition, stated: str) -> Reason:
    expected = both(", ".join(fact.values))
    return worded(FACT_VALUE, field=fact.id, expected=expected, got=_shown(fact, stated))


def _text(fact: FactDefinition, stated: FactValue) -> Value | Reason:
    if not isinstance(stated, str) or len(stated) > TEXT_FACT_CHARS_MAX:
        return _ill_typed(fact, stated)
    return stated


READERS: Final[Mapping[FactType, Reader]] = {
    FactType.BOOL: _bool,
    FactType.INT: _int,
    FactType.DECIMAL: _decimal,
    FactType.DATE: _date,
    FactType.ENUM: _enum,
    FactType.SET: _set,
    FactType.TEXT: _text,
}

"""Norms (规范依据) and the days they are in force: ``mappings/norms/<name>.toml``.

A document may have several editions, each with days of its own. What the table does not list
is not judged.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from pydantic import Field

from interop.criteria.nodes import DAY_MAX, DAY_MIN
from interop.criteria.reasons import DUPLICATE, EFFECTIVE_DAYS
from interop.errors import Reason
from interop.model.item import Basis, Verified
from interop.model.record import Record

NORMS_MAX: Final = 5000


class Norm(Record):
    """One edition of one document.

    Attributes:
        document: Full name of the document, as bases name it.
        edition: The edition, as bases name it, such as ``2017年修订``.
        valid_from: First day in force; None where it is not known.
        valid_until: Last day in force; None while it is.
        superseded_by: What holds instead; empty if nothing does, or if it is in force.
        source: Where the days come from.
        verified: ``yes`` read in the official text, ``secondary`` in a copy, ``no`` not read.
        note: What a reader must know.
    """

    document: str = Field(min_length=1)
    edition: str = Field(min_length=1)
    valid_from: date | None = None
    valid_until: date | None = None
    superseded_by: str = ""
    source: str = Field(min_length=1)
    verified: Verified
    note: str = ""


class NormTable(Record):
    """A file of norms.

    Attributes:
        zh: Title in Chinese.
        en: Title in English.
        norms: The editions, in any order.
    """

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)
    norms: tuple[Norm, ...] = Field(max_length=NORMS_MAX)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a basis stands on a day that its norm is not in force.

    Attributes:
        norm: The edition that comes nearest to the day.
        is_over: Whether it is over; otherwise it has not begun.
    """

    norm: Norm
    is_over: bool


def check_norms(table: NormTable) -> tuple[Reason, ...]:
    """Return every problem of the table: an edition twice, days that end before they begin."""
    return tuple(_problems(table.norms))


def standing_of(basis: Basis, norms: Iterable[Norm], *, on: date) -> Standing | None:
    """Return how ``basis`` stands on day ``on``; None if in force, or if nothing is known.

    A basis without an edition is in force while any edition is.
    """
    rows = [norm for norm in norms if norm.document == basis.document]
    if basis.edition is not None:
        rows = [norm for norm in rows if norm.edition == basis.edition]
    if not rows or any(_first(norm) <= on <= _last(norm) for norm in rows):
        return None
    over = [norm for norm in rows if _last(norm) < on]
    if over:
        return Standing(max(over, key=_last), is_over=True)
    return Standing(min(rows, key=_first), is_over=False)


def _problems(norms: Iterable[Norm]) -> Iterator[Reason]:
    rows = tuple(norms)
    for (document, edition), count in Counter((n.document, n.edition) for n in rows).items():
        if count > 1:
            yield DUPLICATE.of(field="norms", got=f"{document} {edition}")
    for place, norm in enumerate(rows):
        if _last(norm) < _first(norm):
            yield EFFECTIVE_DAYS.of(
                field=f"norms[{place}].valid_until",
                expected=norm.valid_from or "",
                got=norm.valid_until or "",
            )


def _first(norm: Norm) -> date:
    return norm.valid_from or DAY_MIN


def _last(norm: Norm) -> date:
    return norm.valid_until or DAY_MAX

"""When materials count as received (收件), and whose receipt starts the clock of the notice.

The instant is the entry into the designated system. A rest day counts like any other, the
next working day only by a named rule. Between two regions the earliest receipt counts unless
their agreement says otherwise: doubt is resolved against the organ.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final, Literal, Self

from pydantic import Field, JsonValue

from interop.cases.reasons import RECEIPT_AGREEMENT_TWICE, RECEIPT_RULE_UNNAMED
from interop.cases.values import day_at
from interop.errors import Reason
from interop.model.item import Basis, Verified
from interop.model.record import Record

RestDay = Literal["same-day", "next-working-day"]
# The value by which a submission names its entry into the designated system.
ENTERED_AT: Final = "submitted_at"
# The fact by which each receipt shows.
RECEIPTS: Final = {"window": "received", "handling": "acknowledged"}


class Agreement(Record):
    """Which receipt starts the clock between two regions.

    Attributes:
        receiving: Region of the window, or one above it.
        handling: Region of the organ, or one above it.
        counts: ``window`` the window's receipt; ``handling`` the handling side's own.
        effective_from: First day of receipt it holds for, inclusive.
        effective_until: Last day, inclusive; None is open.
        document: The agreement.
    """

    receiving: str
    handling: str
    counts: Literal["window", "handling"]
    effective_from: date
    effective_until: date | None = None
    document: Basis


class ReceiptRules(Record):
    """The rules of one handling region, or the common ones.

    Attributes:
        region: Region code, or ``canonical``.
        rest_day: What day a receipt on a rest day counts for.
        rule: The norm that says so; needed for ``next-working-day``.
        agreements: With other regions; the first that fits holds.
    """

    region: str
    version: str
    rest_day: RestDay = "same-day"
    rule: Basis | None = None
    agreements: tuple[Agreement, ...] = Field(default=(), alias="agreement")
    source: str
    verified: Verified

    @classmethod
    def check(cls, rules: Self) -> tuple[Reason, ...]:
        """Return every problem: a rest-day rule without its norm, agreements that collide."""
        return tuple(_problems(rules))

    def counted(self, receiving: Iterable[str], handling: Iterable[str], on: date) -> str:
        """Return the fact whose day is the day of receipt.

        Args:
            receiving: Region of the window and the regions above it.
            handling: Region of the organ and the regions above it.
            on: Day of the window's receipt.
        """
        near, far = frozenset(receiving), frozenset(handling)
        for row in self.agreements:
            in_force = row.effective_from <= on <= (row.effective_until or date.max)
            if in_force and row.receiving in near and row.handling in far:
                return RECEIPTS[row.counts]
        return RECEIPTS["window"]


def entered_on(received: date, submitted: Iterable[Mapping[str, JsonValue]]) -> date:
    """Return the day of receipt: that of the entry into the system, if the clerk acted later.

    Args:
        received: Day on which the window stated the receipt.
        submitted: What the facts of submission say.
    """
    entries = (day_at(body, ENTERED_AT) for body in submitted)
    return min([received, *(day for day in entries if day is not None)])


def _problems(rules: ReceiptRules) -> Iterator[Reason]:
    if rules.rest_day == "next-working-day" and rules.rule is None:
        yield RECEIPT_RULE_UNNAMED.of(field="rest_day", got=rules.rest_day)
    ends = [(row.receiving, row.handling, row.effective_from) for row in rules.agreements]
    for place, row in enumerate(ends):
        if row in ends[:place]:
            shown = f"{row[0]} / {row[1]}"
            yield RECEIPT_AGREEMENT_TWICE.of(field=f"agreement.{place}", got=shown)


# What holds where no file says otherwise.
EARLIEST: Final = ReceiptRules(
    region="canonical", version="-", source="earliest receipt, same day", verified="no"
)

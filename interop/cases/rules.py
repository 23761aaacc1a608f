"""The rules that a case runs under, in one hand."""

from dataclasses import dataclass

from interop.calendar import Calendar
from interop.cases.clocks import ClockTable, Limits
from interop.cases.lifecycle import LifeCycle
from interop.cases.receipt import EARLIEST, ReceiptRules


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything that deadlines and deeming follow from, the facts and the day apart.

    Attributes:
        lifecycle: The life cycle that the case began with.
        clocks: The clocks that it began with.
        limits: Limits of the item version that it runs under.
        calendar: Working days.
        receipt: When materials count as received.
        receiving: The receiving region and the regions above it, for an agreement on receipt.
        handling: The same for the handling region.
    """

    lifecycle: LifeCycle
    clocks: ClockTable
    limits: Limits
    calendar: Calendar
    receipt: ReceiptRules = EARLIEST
    receiving: tuple[str, ...] = ()
    handling: tuple[str, ...] = ()

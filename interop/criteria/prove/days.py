"""Months and years of a day for the solver: exact, and quick to search.

A month is the number ``12 · year + month - 1``; its first day is counted in years that begin
in March, so that the leap day comes last. Beside the exact definition stands a linear bound
on it, without which the search is slow by orders. Days that a condition writes out are
counted by the evaluator.
"""

from datetime import date
from itertools import starmap
from typing import Final

import z3

from interop.criteria.evaluation import plus_months, years_between

MONTHS: Final = 12
MARCH: Final = 2
LENGTHS: Final = (31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 31)  # March … January
MONTH_DAYS_MAX: Final = 31
CENTURY: Final = 100
CENTURIES: Final = (14, 33)
# The Gregorian calendar repeats after 4800 months, which have 146097 days.
CYCLE_MONTHS: Final = 4800
CYCLE_DAYS: Final = 146_097
EPOCH: Final = -305


def first_day(month: int) -> int:
    """Return the ordinal of the first day of ``12 · year + month - 1``."""
    year, place = divmod(month - MARCH, MONTHS)
    leap = year // 4 - year // CENTURY + year // 400
    return 365 * year + leap + sum(LENGTHS[:place]) + EPOCH


_OFF: Final = [
    CYCLE_MONTHS * first_day(month) - CYCLE_DAYS * month for month in range(CYCLE_MONTHS)
]
LOW: Final = min(_OFF)
HIGH: Final = max(_OFF)


class Days:
    """Months of days, as terms of one solver that holds what ties them together."""

    def __init__(self, solver: z3.Solver) -> None:
        self._solver = solver
        # Terms are kept beside what is made of them: an id lives as long as its term.
        self._kept: dict[tuple[str, int], tuple[z3.ArithRef, z3.ArithRef]] = {}
        self._fresh = 0

    def plus_months(self, day: z3.ArithRef, months: int) -> z3.ArithRef:
        """Return the same day of a later month, or its last day if it has no such day."""
        day = z3.simplify(day)
        if z3.is_int_value(day):
            return self._literal(plus_months(_date(day), months).toordinal())
        month = self._month(day)
        same = self._first(month + months) + day - self._first(month)
        last = self._first(month + (months + 1)) - 1
        return z3.If(same < last, same, last)

    def years_between(self, start: z3.ArithRef, end: z3.ArithRef) -> z3.ArithRef:
        """Return the most years that fit between the days."""
        start, end = z3.simplify(start), z3.simplify(end)
        if z3.is_int_value(start) and z3.is_int_value(end):
            return self._literal(years_between(_date(start), _date(end)))
        begun, ended = self._month(start), self._month(end)
        year_begun, year_ended = self._year(begun), self._year(ended)
        place_begun, place_ended = begun - MONTHS * year_begun, ended - MONTHS * year_ended
        # A day that a shorter month does not have counts as its last.
        reached = z3.Or(
            start - self._first(begun) <= end - self._first(ended),
            end + 1 == self._first(ended + 1),
        )
        short = z3.Or(
            place_ended < place_begun, z3.And(place_ended == place_begun, z3.Not(reached))
        )
        return year_ended - year_begun - z3.If(short, 1, 0)

    def _month(self, day: z3.ArithRef) -> z3.ArithRef:
        return self._tied("month", day)

    def _first(self, month: z3.ArithRef) -> z3.ArithRef:
        return self._tied("first", z3.simplify(month))

    def _year(self, month: z3.ArithRef) -> z3.ArithRef:
        return self._tied("year", month)

    def _tied(self, sort: str, term: z3.ArithRef) -> z3.ArithRef:
        key = sort, term.get_id()
        if key not in self._kept:
            tie = {"month": self._tie_month, "first": self._tie_first, "year": self._tie_year}
            self._kept[key] = term, tie[sort](term)
        return self._kept[key][1]

    def _tie_month(self, day: z3.ArithRef) -> z3.ArithRef:
        month = self._whole("month")
        self._solver.add(self._first(month) <= day, day < self._first(month + 1))
        off = CYCLE_MONTHS * day - CYCLE_DAYS * month
        self._solver.add(off >= LOW, off <= HIGH + CYCLE_MONTHS * MONTH_DAYS_MAX)
        return month

    def _tie_year(self, month: z3.ArithRef) -> z3.ArithRef:
        return self._quotient(month, MONTHS)[0]

    def _tie_first(self, month: z3.ArithRef) -> z3.ArithRef:
        year, place = self._quotient(month - MARCH, MONTHS)
        century, left = self._quotient(year, CENTURY)
        self._solver.add(century >= CENTURIES[0], century <= CENTURIES[1])
        leap = 24 * century + self._quotient(left, 4)[0] + self._quotient(century, 4)[0]
        passed = starmap(
            lambda month_, length: z3.If(place >= month_, length, 0),
            enumerate(LENGTHS, start=1),
        )
        first = self._whole("first")
        self._solver.add(first == 365 * year + leap + EPOCH + z3.Sum(*passed))
        off = CYCLE_MONTHS * first - CYCLE_DAYS * month
        self._solver.add(off >= LOW, off <= HIGH)
        return first

    def _quotient(self, number: z3.ArithRef, by: int) -> tuple[z3.ArithRef, z3.ArithRef]:
        """Return the quotient, rounded down, and what is left."""
        whole = self._whole("quotient")
        left = number - by * whole
        self._solver.add(left >= 0, left < by)
        return whole, left

    def _literal(self, number: int) -> z3.ArithRef:
        return z3.IntVal(number, self._solver.ctx)

    def _whole(self, name: str) -> z3.ArithRef:
        self._fresh += 1
        return z3.Int(f"{name}#{self._fresh}", self._solver.ctx)


def _date(day: z3.ArithRef) -> date:
    return date.fromordinal(day.as_long())

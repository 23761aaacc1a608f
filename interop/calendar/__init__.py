"""Working days: year tables from the holiday notices, deadlines added and counted.

A year that no notice covers is never guessed: adding into it is refused, or answered with
the earliest possible day, marked provisional.
"""

from interop.calendar.calendar import Calendar, DayKind, Due
from interop.calendar.year import YearTable, check_year

__all__ = ["Calendar", "DayKind", "Due", "YearTable", "check_year"]

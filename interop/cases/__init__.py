"""Cases (办件): life cycle as data, statutory clocks, notices, the fold of facts."""

from interop.cases.clocks import (
    ClockRow,
    ClockTable,
    Limits,
    check_clock_facts,
    deadlines,
    running,
)
from interop.cases.fold import Header, deemed, fold, in_time, ordered, state_fact
from interop.cases.lifecycle import FactRow, LifeCycle, StateRow
from interop.cases.notices import Content, NoticeTexts, compose, require_one_notice

__all__ = [
    "ClockRow",
    "ClockTable",
    "Content",
    "FactRow",
    "Header",
    "LifeCycle",
    "Limits",
    "NoticeTexts",
    "StateRow",
    "check_clock_facts",
    "compose",
    "deadlines",
    "deemed",
    "fold",
    "in_time",
    "ordered",
    "require_one_notice",
    "running",
    "state_fact",
]

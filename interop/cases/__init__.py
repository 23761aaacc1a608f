"""Cases (办件): life cycle as data, statutory clocks, notices, the fold of facts."""

from interop.cases.clocks import ClockRow, ClockTable, Limits, check_clock_facts
from interop.cases.deadlines import deadlines, foreseen, revised, running
from interop.cases.deeming import deemed
from interop.cases.explanation import Explanation, explain
from interop.cases.fold import Header, fold, in_time, ordered
from interop.cases.gate import state_fact
from interop.cases.lifecycle import FactRow, LifeCycle, StateRow
from interop.cases.materials import MaterialRules, files_of
from interop.cases.notices import Content, NoticeTexts, compose, require_one_notice
from interop.cases.receipt import ReceiptRules
from interop.cases.retention import RetentionTable, check_retention_states
from interop.cases.rules import Rules

__all__ = [
    "ClockRow",
    "ClockTable",
    "Content",
    "Explanation",
    "FactRow",
    "Header",
    "LifeCycle",
    "Limits",
    "MaterialRules",
    "NoticeTexts",
    "ReceiptRules",
    "RetentionTable",
    "Rules",
    "StateRow",
    "check_clock_facts",
    "check_retention_states",
    "compose",
    "deadlines",
    "deemed",
    "explain",
    "files_of",
    "fold",
    "foreseen",
    "in_time",
    "ordered",
    "require_one_notice",
    "revised",
    "running",
    "state_fact",
]

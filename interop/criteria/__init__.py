"""Acceptance criteria (受理条件): parse, type, decide with every reason, one item for all.

Conditions are text in a small typed language; a district's file says what it does otherwise
than the canonical item; :func:`decide` answers intake and merits with every failing clause,
every missing fact and every missing material. Pure: no clock, no file, no network.
"""

from interop.criteria.criterion import Criterion, check_item, compile_item
from interop.criteria.decision import decide
from interop.criteria.explanation import one_time_notice
from interop.criteria.profile import DistrictItem, check_district, resolve

__all__ = [
    "Criterion",
    "DistrictItem",
    "check_district",
    "check_item",
    "compile_item",
    "decide",
    "one_time_notice",
    "resolve",
]

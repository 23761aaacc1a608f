"""Reasons of looking over criteria that load."""

from typing import Final

from interop.errors import FixedBy, ReasonRow

TABLE_DEAD: Final = ReasonRow(
    "lint-table-dead",
    "决策表的 `{field}` 不会用到：没有情形符合，或者都由前面的行决定",
    "`{field}` of the decision table never counts: no case matches it, or earlier rows do",
    "删除该行，或改正其情形",
    "drop the row, or correct its case",
    FixedBy.INTEGRATOR,
)
TABLE_OVERLAP: Final = ReasonRow(
    "lint-table-overlap",
    "决策表的 `{field}` 与 {expected} 在同一情形下都符合：{got}",
    "`{field}` of the decision table and {expected} both match one case: {got}",
    "使各行情形互斥，或将 hit 改为 first",
    "keep the cases apart, or make the hit policy `first`",
    FixedBy.INTEGRATOR,
)
NORM_REPEALED: Final = ReasonRow(
    "lint-norm-repealed",
    "`{field}` 所依据的 {got} 已失效，现行依据：{expected}",
    "`{field}` rests on {got}, no longer in force; now: {expected}",
    "核对现行规定，改写依据；条件不再有依据的应当取消",
    "check what is in force and name it; drop the condition if nothing carries it any more",
    FixedBy.INTEGRATOR,
)
NORM_NOT_YET: Final = ReasonRow(
    "lint-norm-not-yet",
    "`{field}` 所依据的 {got} 自 {expected} 起才施行",
    "`{field}` rests on {got}, in force only from {expected}",
    "在施行之前写明仍然有效的依据",
    "name the norm that is in force until then",
    FixedBy.INTEGRATOR,
)

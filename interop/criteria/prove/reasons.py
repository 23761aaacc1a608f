"""Reasons of comparing and proving."""

from typing import Final

from interop.errors import FixedBy, ReasonRow, Side

PROVER_MISSING: Final = ReasonRow(
    "prover-missing",
    "未安装求解器，无法证明条件之间的关系",
    "the solver is not installed; relations between criteria cannot be proved",
    "安装扩展：pip install 'interop-gateway[{expected}]'",
    "install the extra: pip install 'interop-gateway[{expected}]'",
    FixedBy.OPERATOR,
    Side.HOST,
)
PROVER_START: Final = ReasonRow(
    "prover-start",
    "求解进程无法启动",
    "the solver's process cannot start",
    "主程序须为可导入的文件，并以 if __name__ == '__main__' 保护入口",
    "the main program must be a file that can be imported, its entry guarded by if __name__ == '__main__'",
    FixedBy.OPERATOR,
    Side.HOST,
)
FACTS_CLASH: Final = ReasonRow(
    "compare-facts-clash",
    "事实 `{field}` 在两份条件中的定义不同：{expected}；{got}",
    "the fact `{field}` is defined in two ways: {expected}; {got}",
    "统一事实字典后再比较",
    "agree on one definition before comparing",
    FixedBy.INTEGRATOR,
)
OTHER_ITEMS: Final = ReasonRow(
    "compare-other-items",
    "只能比较同一事项：`{expected}` 与 `{got}`",
    "only one item can be compared: `{expected}` and `{got}`",
    "选择同一事项的两份条件",
    "choose two versions of one item",
    FixedBy.CALLER,
    Side.HOST,
)
TOO_MANY_CRITERIA: Final = ReasonRow(
    "compare-too-many",
    "一次比较 {got} 份条件，上限 {expected} 份",
    "{got} criteria in one comparison; the limit is {expected}",
    "分批比较",
    "compare in several runs",
    FixedBy.CALLER,
    Side.HOST,
)
BUDGET: Final = ReasonRow(
    "prove-budget",
    "`{field}` 为 {got}，应在 {expected} 之内",
    "`{field}` is {got}; it must be within {expected}",
    "改用范围内的预算",
    "choose a budget within the range",
    FixedBy.CALLER,
    Side.HOST,
)

# What lint finds.
NEVER_MET: Final = ReasonRow(
    "lint-never-met",
    "条件 `{field}` 任何申请都不能满足",
    "no application can meet `{field}`",
    "核对条件与事实的取值范围",
    "check the condition against the bounds of its facts",
    FixedBy.INTEGRATOR,
)
ALWAYS_MET: Final = ReasonRow(
    "lint-always-met",
    "条件 `{field}` 任何申请都满足，没有作用",
    "every application meets `{field}`: it has no effect",
    "删除该条，或改正条件",
    "drop the clause, or correct its condition",
    FixedBy.INTEGRATOR,
)
REDUNDANT: Final = ReasonRow(
    "lint-redundant",
    "条件 `{field}` 已由同类的其他条件包含：{expected}",
    "`{field}` follows from the other conditions of its sort: {expected}",
    "删除该条，或改正条件",
    "drop the clause, or correct its condition",
    FixedBy.INTEGRATOR,
)
NOBODY: Final = ReasonRow(
    "lint-nobody",
    "`{field}` 的全部条件不能同时满足：{expected}",
    "nobody can meet all conditions of `{field}`: {expected}",
    "改正相互矛盾的条件",
    "correct the conditions that contradict each other",
    FixedBy.INTEGRATOR,
)
LINT_UNDECIDED: Final = ReasonRow(
    "lint-undecided",
    "在预算内未能判定 `{field}`",
    "`{field}` could not be decided within the budget",
    "增加预算，或简化条件",
    "raise the budget, or simplify the condition",
    FixedBy.CALLER,
    Side.HOST,
)

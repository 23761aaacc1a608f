"""Reasons of the exchange with CertLogic."""

from typing import Final

from interop.errors import FixedBy, ReasonRow


def _knowledge(code: str, zh: str, en: str, fix: tuple[str, str]) -> ReasonRow:
    return ReasonRow(code, zh, en, fix[0], fix[1], FixedBy.INTEGRATOR)


JSON_FAULT: Final = _knowledge(
    "certlogic-json",
    "`{field}` 不是可用的 JSON：{got}",
    "`{field}` is not usable json: {got}",
    ("改正该文件", "mend the file"),
)
FORM: Final = _knowledge(
    "certlogic-form",
    "`{field}` 应为{expected}，实为 `{got}`",
    "`{field}` must be {expected}, found `{got}`",
    ("对照 CertLogic 规范改正该处", "follow the CertLogic specification at that place"),
)
OPERATION: Final = _knowledge(
    "certlogic-operation",
    "`{field}` 处的运算 `{got}` 不在 CertLogic 1.x 之内",
    "the operation `{got}` at `{field}` is not part of CertLogic 1.x",
    ("可用运算：{expected}", "use one of: {expected}"),
)
OUTSIDE: Final = _knowledge(
    "certlogic-outside",
    "`{field}` 处的写法无法转为受理条件：{got}",
    "what stands at `{field}` cannot become a condition: {got}",
    ("改写为{expected}", "rewrite it as {expected}"),
)
LIMIT: Final = _knowledge(
    "certlogic-limit",
    "`{field}` 为 {got}，上限 {expected}",
    "`{field}` is {got}; the limit is {expected}",
    ("减少到上限以内", "stay within the limit"),
)
FOLDER: Final = _knowledge(
    "certlogic-folder",
    "`{field}` 下没有 */rule.json",
    "there is no */rule.json below `{field}`",
    ("给出一个国家的文件夹，或其上级文件夹", "name the folder of a country, or the one above"),
)
ALLOWED: Final = _knowledge(
    "certlogic-not-expressible",
    "条件中的 {got} 无法写成{expected}",
    "{got} in the condition cannot be written as {expected}",
    ("改用可导出的写法，或换一种导出格式", "use what can be exported, or another format"),
)
SOLVER_MISSING: Final = ReasonRow(
    "certlogic-solver-missing",
    "没有安装证明用的求解器",
    "the solver for proofs is not installed",
    "安装 extra `prove`",
    "install the extra `prove`",
    FixedBy.OPERATOR,
)

"""``interop criteria``: decide, compare and exchange acceptance criteria.

Every command is a module of its own that is imported when it is called.
"""

from typing import Final

import click

from interop.cli.doors import Doors, Entry

COMMANDS: Final = {
    "decide": Entry(
        "interop.cli.criteria.decide:decide_",
        "判断一件申请能否受理、是否符合条件",
        "decide on one application",
    ),
    "ask": Entry(
        "interop.cli.criteria.ask:ask",
        "列出还需要问的事实",
        "list what still has to be asked",
    ),
    "compare": Entry(
        "interop.cli.criteria.compare:compare",
        "比较两地的受理条件",
        "compare the criteria of two regions",
    ),
    "matrix": Entry(
        "interop.cli.criteria.matrix:matrix_",
        "各区 × 各条件的关系表",
        "districts × clauses",
    ),
    "lint": Entry(
        "interop.cli.criteria.lint:lint_",
        "找出无作用或矛盾的条件",
        "find clauses without effect or contradictory",
    ),
    "diff": Entry(
        "interop.cli.criteria.diff:diff",
        "两个版本之间的实质差异",
        "what a new version means for applicants",
    ),
    "gate": Entry(
        "interop.cli.criteria.gate:gate",
        "阻止新增拒绝的版本",
        "stop a version that refuses more",
    ),
    "export": Entry(
        "interop.cli.criteria.export:export",
        "把受理条件写成 CEL、CertLogic、DMN 或中文",
        "write criteria as CEL, CertLogic, DMN or Chinese",
    ),
    "import": Entry(
        "interop.cli.criteria.import_:import_",
        "把 CertLogic 规则读成受理条件",
        "read a CertLogic rule as criteria",
    ),
    "test-certlogic": Entry(
        "interop.cli.criteria.test_certlogic:test_certlogic",
        "用附带的案例检验 CertLogic 规则",
        "run CertLogic rules on their cases",
    ),
    "unify": Entry(
        "interop.cli.criteria.unify:unify_",
        "为各区提出统一的受理条件",
        "propose one criterion for all districts",
    ),
}


@click.group(cls=Doors, entries=COMMANDS)
def criteria() -> None:
    """受理条件：判断、比较、导入导出 · Acceptance criteria: decide, compare, exchange."""

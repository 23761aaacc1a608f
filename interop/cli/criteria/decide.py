"""``interop criteria decide``: intake and merits of one application, with every reason."""

import json
from collections.abc import Iterator, Mapping
from typing import TypeAlias, cast

import click

from interop.cli.criteria.application import Filed, filed
from interop.cli.speech import Command
from interop.criteria import Criterion, decide, one_time_notice
from interop.criteria.change import ChangePlan, plan_change
from interop.criteria.elsewhere import Elsewhere, elsewhere, is_in_force
from interop.criteria.exact_change import exact_plan
from interop.criteria.explanation import record_line
from interop.criteria.prove import Budget, Solver, require_prover
from interop.errors import KnowledgeError, Lang
from interop.model.canonical import Json
from interop.model.case import FactValue

Facts: TypeAlias = Mapping[str, FactValue]
PROOF_S_MAX = 20.0

PLAN_WORDS = {
    "found": ("最少改动", "smallest change"),
    "bound": ("可行的改动（未证明为最少）", "a change that is enough (not proved smallest)"),
    "none-needed": ("无需改动", "nothing to change"),
    "impossible": ("可改动的事实都不足以符合条件", "no change that may be proposed is enough"),
    "not-found": ("限定范围内未找到可行的改动", "no change was found within the limits"),
    "undetermined": ("先说明所缺事实，再求改动", "state the missing facts first"),
}
NOT_IN_FORCE = (
    "注意：{on} 该日没有有效版本，按版本 {version} 判断，仅供参考",
    "note: no version is in force on {on}; decided by version {version}, for orientation only",
)


@click.command("decide", cls=Command)
@click.option("--change", is_flag=True, help="另列最少改动 · also the smallest change")
@click.option(
    "--elsewhere", "others", is_flag=True, help="另列其他区是否可受理 · also ask other regions"
)
@filed
def decide_(lang: Lang, case: Filed, *, change: bool, others: bool, as_json: bool) -> None:
    """判断一件申请能否受理、是否符合条件 · Decide on one application for ITEM.

    列出全部理由、依据与办法；办理地以其现行版本判断 · Lists every reason with its basis and
    remedy, by the version of the handling region.
    """
    library, facts, on = case.library(), case.facts(), case.day
    criterion = case.criterion(library)
    held, has_agent = case.materials, case.agent
    found = decide(criterion, facts, materials=held, has_agent=has_agent, on=on)
    plan = _planned(criterion, case, facts) if change else None
    rows = (
        elsewhere(case.others(library), facts, materials=held, has_agent=has_agent, on=on)
        if others
        else ()
    )
    counts = is_in_force(criterion.item, on)
    if as_json:
        told = cast("dict[str, Json]", found.masked())
        told |= {} if counts else {"in_force": False}
        told |= {"change": plan.masked()} if plan else {}
        told |= {"elsewhere": [row.masked() for row in rows]} if others else {}
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    if not counts:
        click.echo(NOT_IN_FORCE[lang == "en"].format(on=on, version=criterion.item.version))
    click.echo(one_time_notice(found, criterion.item, lang))
    for line in (record_line(found, lang), *_plan(plan, lang), *_rows(rows, lang)):
        click.echo(line)


def _planned(criterion: Criterion, case: Filed, facts: Facts) -> ChangePlan:
    """Return the smallest change; with the extra ``prove``, proved where that can be done."""
    held, has_agent, on = case.materials, case.agent, case.day
    try:
        require_prover()
    except KnowledgeError:
        return plan_change(criterion, facts, materials=held, has_agent=has_agent, on=on)
    with Solver(Budget(wall_s=PROOF_S_MAX)) as solver:
        return exact_plan(
            criterion, facts, materials=held, has_agent=has_agent, on=on, solver=solver
        )


def _plan(plan: ChangePlan | None, lang: Lang) -> Iterator[str]:
    if plan is None:
        return
    key = "bound" if plan.outcome == "found" and not plan.exact else plan.outcome
    yield PLAN_WORDS[key][lang == "en"]
    for row in plan.changes:
        if lang == "zh":
            yield f"  {row.zh}：{row.from_zh} → {row.to_zh}"
        else:
            yield f"  {row.en}: {row.from_en} → {row.to_en}"
    for clause in plan.blocking:
        yield f"  {clause}"


def _rows(rows: tuple[Elsewhere, ...], lang: Lang) -> Iterator[str]:
    for row in rows:
        answer = ("可受理", "would accept") if row.accepts else ("不可受理", "would not accept")
        if not row.in_force:
            answer = ("版本未生效", "version not in force")
        why = ", ".join((*row.failing, *(f"{name}?" for name in row.missing_facts)))
        yield f"{row.region} {answer[lang == 'en']}{f': {why}' if why else ''}"

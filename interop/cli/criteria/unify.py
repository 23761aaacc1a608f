"""``interop criteria unify``: one criterion for all districts of an item."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final, cast, get_args

import click

from interop.cli.criteria.options import AS_JSON, KNOWLEDGE
from interop.cli.criteria.sources import districts_of
from interop.cli.speech import Command
from interop.criteria import Criterion, DistrictItem, compile_item, resolve
from interop.criteria.deviation import VERDICT_WORDS, Deviation, Verdict, deviations_of
from interop.criteria.unify import (
    DistrictPlan,
    Policy,
    Proposal,
    ProposedClause,
    RecordedApplication,
    unify,
)
from interop.errors import CaseError, KnowledgeError, Lang
from interop.gateway import kinds
from interop.gateway.reasons import ITEM_UNKNOWN
from interop.knowledge import Knowledge
from interop.model.canonical import Json, read_json
from interop.model.codes import CodeSystem
from interop.model.item import ServiceItem
from interop.model.record import Record

NORM_LEVELS: Final = "norm-levels"
POLICIES: Final = get_args(Policy)
RECORDED: Final = "recorded"

HOW_WORDS: Final = {
    "same": "各区一致",
    "exact": "逐条比较",
    "counted": "多数地区",
    "norm": "依据层级",
    "recorded": "按历史申请",
    "undecided": "未决",
}
ACT_WORDS: Final = {
    "add": "增加",
    "drop": "取消",
    "tighten": "收紧",
    "relax": "放宽",
    "replace": "改为",
}


class _Applications(Record):
    """Recorded applications, as a file holds them."""

    applications: tuple[RecordedApplication, ...]


@click.command("unify", cls=Command)
@click.argument("item")
@click.option(
    "--policy",
    type=click.Choice(POLICIES),
    default="majority",
    show_default=True,
    help="法定、最严、最宽或多数 · which form to propose",
)
@click.option(
    "--recorded",
    type=click.Path(path_type=Path),
    help="历史申请的 JSON 文件 · JSON file of recorded applications",
)
@KNOWLEDGE
@AS_JSON
@click.pass_obj
def unify_(  # noqa: PLR0913 -- one parameter for each option
    lang: Lang,
    item: str,
    policy: str,
    *,
    recorded: Path | None,
    folder: Path | None,
    as_json: bool,
) -> None:
    """为 ITEM 提出各区统一的受理条件 · Propose one criterion for all districts of ITEM.

    列出各区与通用版本的差异及其依据是否足够、应改的条款、受影响的历史申请比例
    · Lists how each district differs and whether its norm may carry it, what it would change,
    and the share of recorded applications affected.
    """
    known = Knowledge(folder)
    canonical, districts = _files(known, item)
    levels = known.document(kinds.CODES, NORM_LEVELS).value
    proposal = unify(
        [_criterion(canonical, district) for district in districts],
        policy=cast("Policy", policy),
        levels=levels,
        recorded=() if recorded is None else _applications(recorded),
    )
    found = {d.region: _deviations(canonical, d, levels) for d in districts}
    if as_json:
        told = _json(proposal, found)
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for line in _lines(proposal, found, lang):
        click.echo(line)


def _files(known: Knowledge, item: str) -> tuple[ServiceItem, tuple[DistrictItem, ...]]:
    keys = [f"{item}/{region}" for region in districts_of(known, item)]
    if item not in known.keys(kinds.ITEMS) or not keys:
        shown = ", ".join(known.keys(kinds.ITEMS))
        raise KnowledgeError(ITEM_UNKNOWN.of(field=item, expected=shown, got="*"))
    documents = (known.document(kinds.DISTRICT_ITEMS, key) for key in keys)
    return known.document(kinds.ITEMS, item).value, tuple(d.value for d in documents)


def _criterion(canonical: ServiceItem, district: DistrictItem) -> Criterion:
    return compile_item(resolve(canonical, district))


def _applications(file: Path) -> tuple[RecordedApplication, ...]:
    value = read_json(file.read_bytes(), error=CaseError, field=RECORDED)
    wrapped: Json = {"applications": value}
    return _Applications.from_value(wrapped, field=RECORDED).applications


def _deviations(
    canonical: ServiceItem, district: DistrictItem, levels: CodeSystem
) -> tuple[Deviation, ...]:
    return deviations_of(canonical, district, levels=levels)


def _json(proposal: Proposal, found: dict[str, tuple[Deviation, ...]]) -> Json:
    shown = proposal.masked()
    deviations: Json = {region: [d.masked() for d in rows] for region, rows in found.items()}
    return cast("dict[str, Json]", shown) | {"deviations": deviations}


def _lines(
    proposal: Proposal, found: dict[str, tuple[Deviation, ...]], lang: Lang
) -> Iterator[str]:
    yield f"{proposal.item}  {proposal.policy}"
    for clause in proposal.clauses:
        yield _clause(clause, lang)
    for plan in proposal.districts:
        yield from _plan(plan, lang)
        for deviation in found[plan.region]:
            if deviation.verdict is not Verdict.NOT_NEEDED:
                word = VERDICT_WORDS[deviation.verdict][lang == "en"]
                yield f"  {deviation.path} {deviation.kind}: {word}"


def _clause(row: ProposedClause, lang: Lang) -> str:
    how = HOW_WORDS[row.how] if lang == "zh" else row.how
    said = "—"
    if row.clause is not None:
        said = row.clause.zh if lang == "zh" else row.clause.en
    return f"{row.id} [{how}] {said} ({len(row.regions)})"


def _plan(plan: DistrictPlan, lang: Lang) -> Iterator[str]:
    share = f"  {plan.affected}/{plan.applications} = {plan.share_percent}%"
    yield f"{plan.region}{share if plan.applications else ''}"
    for row in plan.alterations:
        act = ACT_WORDS[row.act] if lang == "zh" else row.act
        yield f"  {row.clause} {act}: {row.own or '—'} → {row.proposed or '—'}"

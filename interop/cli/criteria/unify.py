"""``interop criteria unify``: one criterion for all districts of an item."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeAlias, cast, get_args

import click

from interop.cli.criteria.options import AS_JSON, KNOWLEDGE
from interop.cli.criteria.sources import districts_of
from interop.cli.speech import Command
from interop.criteria import Criterion, DistrictItem, compile_item, resolve
from interop.criteria.deviation import VERDICT_WORDS, Deviation, deviations_of
from interop.criteria.unify import (
    DistrictPlan,
    Policy,
    Proposal,
    ProposedClause,
    RecordedApplication,
    unify,
)
from interop.errors import CaseError, KnowledgeError, Lang, Reason
from interop.gateway import kinds
from interop.gateway.reasons import ITEM_UNKNOWN
from interop.knowledge import Knowledge
from interop.model.canonical import Json, read_json
from interop.model.item import ServiceItem
from interop.model.record import Record

NORM_LEVELS: Final = "norm-levels"
POLICIES: Final = get_args(Policy)
RECORDED: Final = "recorded"
LEFT_OUT: Final = ("不能采用，未计入", "cannot be used and was left out")
Refused: TypeAlias = Mapping[str, tuple[Reason, ...]]

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
    and the share of recorded applications affected. A district that cannot be used, such as
    one that promises more days than the law allows, is left out and named; the exit code is 1.
    """
    known = Knowledge(folder)
    canonical, districts = _files(known, item)
    levels = known.document(kinds.CODES, NORM_LEVELS).value
    found = {d.region: deviations_of(canonical, d, levels=levels) for d in districts}
    criteria, refused = _sound(canonical, districts)
    proposal = unify(
        criteria,
        policy=cast("Policy", policy),
        levels=levels,
        recorded=() if recorded is None else _applications(recorded),
    )
    if as_json:
        told = _json(proposal, found) | {"refused": _refused_json(refused)}
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        for line in (*_lines(proposal, found, lang), *_refused(refused, found, lang)):
            click.echo(line)
    sys.exit(1 if refused else 0)


def _files(known: Knowledge, item: str) -> tuple[ServiceItem, tuple[DistrictItem, ...]]:
    keys = [f"{item}/{region}" for region in districts_of(known, item)]
    if item not in known.keys(kinds.ITEMS) or not keys:
        shown = ", ".join(known.keys(kinds.ITEMS))
        raise KnowledgeError(ITEM_UNKNOWN.of(field=item, expected=shown, got="*"))
    documents = (known.document(kinds.DISTRICT_ITEMS, key) for key in keys)
    return known.document(kinds.ITEMS, item).value, tuple(d.value for d in documents)


def _sound(
    canonical: ServiceItem, districts: Sequence[DistrictItem]
) -> tuple[list[Criterion], Refused]:
    """Return the criteria of the districts that can be used, and why others cannot.

    Raises:
        KnowledgeError: None can be used.
    """
    sound: list[Criterion] = []
    refused: dict[str, tuple[Reason, ...]] = {}
    for district in districts:
        try:
            sound.append(compile_item(resolve(canonical, district)))
        except KnowledgeError as fault:
            refused[district.region] = fault.reasons
    if not sound:
        raise KnowledgeError(*(reason for reasons in refused.values() for reason in reasons))
    return sound, refused


def _applications(file: Path) -> tuple[RecordedApplication, ...]:
    value = read_json(file.read_bytes(), error=CaseError, field=RECORDED)
    wrapped: Json = {"applications": value}
    return _Applications.from_value(wrapped, field=RECORDED).applications


def _json(proposal: Proposal, found: dict[str, tuple[Deviation, ...]]) -> dict[str, Json]:
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
        yield from (_deviation(row, lang) for row in found[plan.region])


def _deviation(row: Deviation, lang: Lang) -> str:
    word = VERDICT_WORDS[row.verdict][lang == "en"]
    return f"  {row.path} {row.kind}: {word}"


def _refused(
    refused: Refused, found: dict[str, tuple[Deviation, ...]], lang: Lang
) -> Iterator[str]:
    """Yield which districts had to be left out, and why."""
    for region, reasons in refused.items():
        yield f"{region} {LEFT_OUT[lang == 'en']}"
        yield from (f"  [{row.field}] {row.code}: {row.text(lang)}" for row in reasons)
        yield from (_deviation(row, lang) for row in found[region])


def _refused_json(refused: Refused) -> Json:
    told: dict[str, Json] = {}
    for region, reasons in refused.items():
        rows: list[Json] = [{**reason.as_json()} for reason in reasons]
        told[region] = rows
    return told


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

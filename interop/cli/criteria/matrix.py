"""``interop criteria matrix``: districts × clauses of an item, or CertLogic jurisdictions."""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from interop.cli.criteria.matrix_certlogic import tell_matrix
from interop.cli.criteria.options import AS_JSON, FACET, KNOWLEDGE, SECONDS
from interop.cli.criteria.relation_words import domain_line, witness_lines, word
from interop.cli.criteria.sources import (
    CANONICAL,
    FACETS,
    criterion_of,
    districts_of,
    region_names,
)
from interop.cli.reasons import PARAMETER_MISSING
from interop.cli.speech import Command, Misuse
from interop.criteria.prove import Budget, Solver, require_prover
from interop.criteria.prove.matrix import Matrix, matrix
from interop.errors import Lang
from interop.knowledge import Knowledge


@click.command("matrix", cls=Command)
@click.argument("item", required=False)
@click.option("--witness", is_flag=True, help="逐条给出申请人实例 · show an applicant each")
@click.option(
    "--certlogic",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="改为比较该文件夹下的 CertLogic 规则集 · compare the CertLogic rule sets below it",
)
@FACET
@SECONDS
@KNOWLEDGE
@AS_JSON
@click.pass_obj
def matrix_(  # noqa: PLR0913 -- one parameter for each option
    lang: Lang,
    item: str | None,
    *,
    witness: bool,
    certlogic: Path | None,
    facet: str,
    seconds: float,
    folder: Path | None,
    as_json: bool,
) -> None:
    """列出各区条件与通用版本的关系 · Print how each district lies to the common item.

    列为 ITEM 的条件和必交材料，行为地区 · Columns are the clauses and required materials of
    ITEM, rows are regions.
    """
    require_prover()
    if certlogic is not None:
        if not tell_matrix(certlogic, as_json=as_json, lang=lang):
            sys.exit(1)
        return
    if item is None:
        raise Misuse(PARAMETER_MISSING.of(field="ITEM"))
    known = Knowledge(folder)
    regions = districts_of(known, item)
    common = criterion_of(known, item, CANONICAL)
    with Solver(Budget(wall_s=seconds)) as solver:
        found = matrix(
            common,
            [criterion_of(known, item, region) for region in regions],
            solver=solver,
            kinds=FACETS[facet],
            witnesses=witness,
        )
    if as_json:
        click.echo(json.dumps({"facet": facet, **found.as_json()}, ensure_ascii=False))
        return
    for line in _lines(found, region_names(known, regions), lang):
        click.echo(line)


def _lines(found: Matrix, names: Mapping[str, str], lang: Lang) -> Iterator[str]:
    yield domain_line(found.domain, lang)
    yield "\t".join(["", "", *found.clauses])
    for row in found.rows:
        called = names.get(row.region, row.region) if lang == "zh" else row.region
        cells = (word(cell.kind, lang) for cell in row.cells)
        yield "\t".join([called, word(row.kind, lang), *cells])
        shown = [cell.witness for cell in row.cells if cell.witness is not None]
        yield from witness_lines(shown, lang, names)

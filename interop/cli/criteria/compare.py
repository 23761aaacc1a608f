"""``interop criteria compare``: how two regions' criteria of an item lie to each other."""

import json
from pathlib import Path

import click

from interop.cli.criteria.options import AS_JSON, FACET, KNOWLEDGE, SECONDS
from interop.cli.criteria.relation_words import domain_line, witness_lines, word
from interop.cli.criteria.sources import FACETS, criterion_of, region_names
from interop.cli.speech import Command
from interop.criteria.prove import Budget, relate, require_prover
from interop.errors import Lang
from interop.knowledge import Knowledge


@click.command("compare", cls=Command)
@click.argument("item")
@click.argument("one")
@click.argument("other")
@FACET
@SECONDS
@KNOWLEDGE
@AS_JSON
@click.pass_obj
def compare(  # noqa: PLR0913 -- one parameter for each option
    lang: Lang,
    item: str,
    one: str,
    other: str,
    *,
    facet: str,
    seconds: float,
    folder: Path | None,
    as_json: bool,
) -> None:
    """比较两地对 ITEM 的受理条件 · Compare the criteria of two regions for ITEM.

    ONE、OTHER 为区划代码或 canonical；更严指前者受理的更少 · ONE and OTHER are region codes, or
    canonical; stricter means that the first accepts fewer.
    """
    require_prover()
    known = Knowledge(folder)
    found = relate(
        criterion_of(known, item, one),
        criterion_of(known, item, other),
        budget=Budget(wall_s=seconds),
        kinds=FACETS[facet],
    )
    if as_json:
        told = {"item": item, "a": one, "b": other, "facet": facet, **found.as_json()}
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    click.echo(f"{one} → {other}: {word(found.kind, lang)}")
    click.echo(domain_line(found.domain, lang))
    for row in found.clauses:
        click.echo(f"  {row.id}: {word(row.kind, lang)}")
    for line in witness_lines(found.witnesses, lang, region_names(known, (one, other))):
        click.echo(line)

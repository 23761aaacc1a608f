"""``interop criteria diff``: what a new version means for applicants."""

import json
from collections.abc import Iterator
from pathlib import Path

import click

from interop.cli.criteria.options import AS_JSON, EXISTING, FACET, SECONDS
from interop.cli.criteria.relation_words import domain_line, witness_lines, word
from interop.cli.criteria.sources import FACETS, item_in
from interop.cli.speech import Command
from interop.criteria import compile_item
from interop.criteria.prove import Budget, Solver, require_prover
from interop.criteria.prove.change import Change, change_of
from interop.errors import Lang

NAMES = {"old": "旧版", "new": "新版"}


@click.command("diff", cls=Command)
@click.argument("old", type=EXISTING)
@click.argument("new", type=EXISTING)
@FACET
@SECONDS
@AS_JSON
@click.pass_obj
def diff(  # noqa: PLR0913 -- one parameter for each option
    lang: Lang, old: Path, new: Path, *, facet: str, seconds: float, as_json: bool
) -> None:
    """比较两个版本文件，指出谁会被新拒绝、谁会被新接受 · Tell who is newly refused or accepted.

    OLD、NEW 为事项文件；区级文件须与 canonical.toml 同目录 · OLD and NEW are item files; a
    district's file needs canonical.toml beside it.
    """
    found = change_between(old, new, facet=facet, seconds=seconds)
    if as_json:
        click.echo(json.dumps({"facet": facet, **found.as_json()}, ensure_ascii=False))
        return
    for line in change_lines(found, lang):
        click.echo(line)


def change_between(old: Path, new: Path, *, facet: str, seconds: float) -> Change:
    """Return the semantic difference of two files."""
    require_prover()
    with Solver(Budget(wall_s=seconds)) as solver:
        return change_of(
            compile_item(item_in(old)),
            compile_item(item_in(new)),
            solver=solver,
            kinds=FACETS[facet],
        )


def change_lines(found: Change, lang: Lang) -> Iterator[str]:
    """Yield the difference, line by line."""
    yield word(found.kind, lang)
    yield domain_line(found.domain, lang)
    for row in found.clauses:
        if row.kind != "equal":
            yield f"  {row.id}: {word(row.kind, lang)}"
    for zh, en, witnesses in (
        ("新拒绝", "newly refused", found.newly_refused),
        ("新接受", "newly accepted", found.newly_accepted),
    ):
        yield f"{zh if lang == 'zh' else en}: {len(witnesses)}"
        yield from witness_lines(witnesses, lang, NAMES)

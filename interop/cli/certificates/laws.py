"""``interop certificates laws``: hold mapping files to their laws."""

import json
import sys
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import click

from interop.cli.certificates.files import Loaded, load, shipped
from interop.cli.certificates.reasons import EXTRA_MISSING
from interop.cli.speech import Command
from interop.errors import KnowledgeError, Lang
from interop.knowledge import Knowledge
from interop.lens import Lens
from interop.lens.report import report
from interop.model.canonical import Json

EXAMPLES: Final = 50
SIGNS: Final = {True: "✓", False: "✗", None: "–"}


@click.command(cls=Command)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option(
    "--examples",
    default=EXAMPLES,
    show_default=True,
    type=click.IntRange(1, 10_000),
    help="每个文件生成的样本数 · documents drawn per file",
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON · print JSON")
@click.pass_obj
def laws(lang: Lang, *, files: tuple[Path, ...], examples: int, as_json: bool) -> None:
    """检查映射文件是否守法 · Hold mapping files to their laws.

    不写 FILES 则检查随库的全部映射。有一条不成立时退出码为 1 · Without FILES all shipped
    mappings are checked. Exit code 1 if a law does not hold.
    """
    if find_spec("hypothesis") is None:
        raise KnowledgeError(EXTRA_MISSING.of(field="hypothesis", expected="conformance"))
    knowledge = Knowledge()
    found = [load(path, knowledge) for path in files] or shipped(knowledge)
    told = [_told(one, knowledge, examples) for one in found]
    passed = all(one["passed"] for one in told)
    if as_json:
        click.echo(json.dumps({"passed": passed, "files": told}, ensure_ascii=False))
    else:
        for one in told:
            _show(one, lang)
    sys.exit(0 if passed else 1)


def _told(one: Loaded, knowledge: Knowledge, examples: int) -> dict[str, Json]:
    from interop.conformance.laws import check_laws, lawful

    told: dict[str, Json] = {"file": one.name, "id": one.file.mapping.id, "digest": one.digest}
    if problems := one.problems():
        return {
            **told,
            "passed": False,
            "problems": [dict[str, Json](p.as_json()) for p in problems],
            "laws": [],
        }
    others = _others(one, knowledge)
    verdicts = check_laws(one.file, others=others, examples=examples)
    seen = report(one.file, one.lens())
    return {
        **told,
        "passed": lawful(verdicts),
        "problems": [],
        "laws": [asdict(verdict) for verdict in verdicts],
        "report": json.loads(json.dumps(asdict(seen))),
    }


def _others(one: Loaded, knowledge: Knowledge) -> dict[str, Lens]:
    certificate = one.file.mapping.certificate
    if not certificate:
        return {}
    found = shipped(knowledge, certificate=certificate)
    return {
        other.file.mapping.id: other.lens()
        for other in found
        if other.file.mapping.region != one.file.mapping.region
    }


def _show(told: dict[str, Json], lang: Lang) -> None:
    click.echo(f"{SIGNS[bool(told['passed'])]} {told['file']}  {told['id']}")
    for problem in _rows(told["problems"]):
        wording = problem["zh"] if lang == "zh" else problem["en"]
        fix = problem["fix_zh"] if lang == "zh" else problem["fix_en"]
        click.echo(f"    {problem['code']} [{problem['field']}]: {wording}\n      → {fix}")
    for verdict in _rows(told["laws"]):
        sign = {"True": "✓", "False": "✗"}.get(str(verdict["holds"]), "–")
        click.echo(f"    {sign} {verdict['law']:20} {verdict['tried']:>6}  {verdict['told']}")
    seen = told.get("report")
    if isinstance(seen, dict):
        kinds = [str(row["kind"]) for row in _rows(seen["fields"])]
        counted = (
            f"{kinds.count(kind)} {kind}" for kind in ("bijective", "quotient", "one-way")
        )
        click.echo(f"    {' · '.join(counted)}")
        for name in ("ignored", "absent"):
            for line in _lines(seen[name]):
                click.echo(f"    {name}: {line}")


def _lines(value: Json) -> list[str]:
    found = value if isinstance(value, list) else []
    return [" — ".join(map(str, pair)) for pair in found if isinstance(pair, list)]


def _rows(value: Json) -> list[dict[str, Json]]:
    found = value if isinstance(value, list) else []
    return [row for row in found if isinstance(row, dict)]

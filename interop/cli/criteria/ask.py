"""``interop criteria ask``: what to ask next, and what need not be asked."""

import json
from collections.abc import Iterator
from typing import cast, get_args

import click

from interop.cli.criteria.application import Filed, filed
from interop.cli.speech import Command
from interop.criteria.questions import Purpose, Question, questions
from interop.errors import Lang

NOTHING_LEFT = ("无需再问", "nothing more to ask")


@click.command("ask", cls=Command)
@click.option(
    "--purpose",
    type=click.Choice(get_args(Purpose)),
    default="notice",
    show_default=True,
    help="一次性告知或预审 · one-time notice or pre-check",
)
@filed
def ask(lang: Lang, case: Filed, *, purpose: str, as_json: bool) -> None:
    """列出还需要问的事实，最先问的在前 · List what to ask for ITEM, what to ask next first.

    已无关的不再问；门已关上的不再问 · What can no longer matter is left out.
    """
    left = questions(
        case.criterion(case.library()),
        case.facts(),
        materials=case.materials,
        has_agent=case.agent,
        on=case.day,
        purpose=cast("Purpose", purpose),
    )
    if as_json:
        told = {
            "item": case.item,
            "region": case.region,
            "purpose": purpose,
            "next": left[0].fact if left else None,
            "questions": [question.masked() for question in left],
        }
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for line in _lines(left, lang):
        click.echo(line)


def _lines(left: tuple[Question, ...], lang: Lang) -> Iterator[str]:
    if not left:
        yield NOTHING_LEFT[lang == "en"]
    for number, row in enumerate(left, start=1):
        asked = row.question if lang == "zh" else row.en
        labels = [label.zh if lang == "zh" else label.en for label in row.values]
        choice = f" ({' / '.join(labels)})" if labels else ""
        yield f"{number}. {row.fact}: {asked}{choice}"

"""What ``interop criteria matrix --certlogic DIR`` prints."""

import json
from pathlib import Path
from typing import Final

import click

from interop.criteria.certlogic.matrix import RELATIONS, Pair, compare_folder
from interop.errors import Lang

RELATION_WORDS: Final = {
    "equal": "相同",
    "stricter": "更严",
    "looser": "更宽",
    "overlapping": "交叉",
    "disjoint": "互斥",
    "undecided": "未决",
}


def tell_matrix(folder: Path, *, as_json: bool, lang: Lang) -> bool:
    """Print how the rule sets of the jurisdictions below ``folder`` relate.

    Rules that cannot be compared are told on standard error; their pairs are undecided.

    Returns:
        Whether every applicant the solver named replayed.

    Raises:
        KnowledgeError: No rules, too many, or some that cannot be read; no solver.
    """
    matrix = compare_folder(folder)
    found = matrix.as_json()
    for reason in matrix.problems:
        click.echo(f"{reason.code} [{reason.field}]: {reason.text(lang)}", err=True)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return not found["spurious"]
    for pair in matrix.pairs:
        click.echo(_line(pair, lang))
    words = RELATION_WORDS if lang == "zh" else dict(zip(RELATIONS, RELATIONS, strict=True))
    click.echo(" ".join(f"{words[name]}={found[name]}" for name in RELATIONS))
    return not found["spurious"]


def _line(pair: Pair, lang: Lang) -> str:
    word = RELATION_WORDS[pair.relation] if lang == "zh" else pair.relation
    shown = "" if pair.witness is None else f"  {json.dumps(_told(pair), ensure_ascii=False)}"
    return f"{pair.kind:12} {pair.one} → {pair.other}: {word}{shown}"


def _told(pair: Pair) -> object:
    witness = pair.witness
    if not isinstance(witness, dict) or not isinstance(witness["external"], dict):
        return None
    clock = witness["external"]["validationClock"]
    return {"validationClock": clock, "payload": witness["payload"]}

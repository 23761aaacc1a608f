"""How relations are called on the command line."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from interop.criteria.prove import Domain, Witness
from interop.criteria.prove.relation import CellKind
from interop.errors import Lang

WORDS: Final[Mapping[CellKind, tuple[str, str]]] = {
    "equal": ("=", "="),
    "stricter": ("更严", "stricter"),
    "looser": ("更宽", "looser"),
    "overlapping": ("交叉", "overlapping"),
    "disjoint": ("互斥", "disjoint"),
    "undecided": ("未决", "undecided"),
    "missing": ("缺", "missing"),
    "added": ("增", "added"),
    "absent": ("—", "—"),
}


def word(kind: CellKind, lang: Lang) -> str:
    """Return what a relation is called."""
    return WORDS[kind][lang == "en"]


def domain_line(domain: Domain, lang: Lang) -> str:
    """Return within which domain the relations are proved."""
    if lang == "zh":
        return f"证明范围：全部事实已申报且在取值范围内，判断日 {domain.first} 至 {domain.last}"
    return f"proved for complete facts within bounds, days {domain.first} to {domain.last}"


def witness_lines(
    witnesses: Iterable[Witness], lang: Lang, names: Mapping[str, str]
) -> Iterator[str]:
    """Yield one line for each witness."""
    called = names if lang == "zh" else {}
    yield from (f"  {witness.text(lang, called)}" for witness in witnesses)

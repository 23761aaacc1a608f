"""The judge of a criterion: its conditions compiled, each by its name, each set once."""

from collections import OrderedDict
from datetime import date
from threading import Lock
from typing import Final, TypeVar, cast

from interop.criteria.codegen import Masks, generated
from interop.criteria.criterion import Criterion
from interop.criteria.evaluation import Facts
from interop.criteria.nodes import Node, facts_of
from interop.criteria.printer import text_of_node
from interop.model.canonical import Json, canonical_bytes
from interop.model.canonical import digest as digest_of

JUDGES_MAX: Final = 4096
MASKS_MAX: Final = 256
MATERIAL_PREFIX: Final = "material:"

T = TypeVar("T")


class _Names(dict[int, tuple[str, ...]]):
    """The names of the bits of a mask, kept for the masks that occur."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__()
        self._names = names

    def __missing__(self, mask: int) -> tuple[str, ...]:
        found = tuple(name for n, name in enumerate(self._names) if mask >> n & 1)
        if len(self) < MASKS_MAX:
            self[mask] = found
        return found


class Judge:
    """The conditions of one criterion, compiled.

    Attributes:
        names: Name of the condition of each bit, lowest first: clauses, then
            ``material:<code>`` for each material with a condition.
        masks: The generated function.
    """

    def __init__(self, names: tuple[str, ...], masks: Masks) -> None:
        self.names = names
        self.masks = masks
        self._named = _Names(names)

    def explain(self, facts: Facts, on: date) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the names of all false and of all unknown conditions."""
        failed, unknown = self.masks(facts, on)
        named = self._named
        return named[failed], named[unknown]


class _Shelf:
    """Compiled criteria: each once, whatever the thread, the least used dropped first.

    INVARIANT: a judge is found by its conditions. The digest of the item only spares writing
    them out, and counts only for the very conditions that it was kept with.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._versions: OrderedDict[str, tuple[object, object, Judge]] = OrderedDict()
        self._judges: OrderedDict[str, Judge] = OrderedDict()

    def judge(self, criterion: Criterion) -> Judge:
        """Return the judge of ``criterion``; criteria with the same conditions share it."""
        clauses, materials = criterion.clauses, criterion.materials
        with self._lock:
            held = self._versions.get(criterion.digest)
            if held is None or held[0] is not clauses or held[1] is not materials:
                held = clauses, materials, self._alike(criterion)
            _keep(self._versions, criterion.digest, held)
            return held[2]

    def _alike(self, criterion: Criterion) -> Judge:
        key = _digest(criterion)
        held = self._judges.get(key) or compiled(criterion)
        _keep(self._judges, key, held)
        return held


def _keep(shelf: OrderedDict[str, T], key: str, held: T) -> None:
    shelf[key] = held
    shelf.move_to_end(key)
    while len(shelf) > JUDGES_MAX:
        shelf.popitem(last=False)


_SHELF: Final = _Shelf()


def judge_of(criterion: Criterion) -> Judge:
    """Return the compiled conditions of ``criterion``, made at the first call.

    Safe to call from several threads. At most :data:`JUDGES_MAX` are kept.
    """
    return _SHELF.judge(criterion)


def compiled(criterion: Criterion) -> Judge:
    """Return the conditions of ``criterion`` compiled anew."""
    rows = conditions_of(criterion)
    names = tuple(name for name, _ in rows)
    return Judge(names, generated([when for _, when in rows], criterion.vocabulary))


def conditions_of(criterion: Criterion) -> tuple[tuple[str, Node], ...]:
    """Return name and condition of each clause, then of each material that has one."""
    clauses = [(row.clause.id, row.when) for row in criterion.clauses]
    materials = [
        (f"{MATERIAL_PREFIX}{row.material.code}", row.when)
        for row in criterion.materials
        if row.when is not None
    ]
    return (*clauses, *materials)


def _digest(criterion: Criterion) -> str:
    rows = conditions_of(criterion)
    named = dict.fromkeys(name for _, when in rows for name in facts_of(when))
    facts = criterion.vocabulary.facts
    types = [[name, facts[name].type.value] for name in named]
    texts = [[name, text_of_node(when)] for name, when in rows]
    return digest_of(canonical_bytes([cast("Json", types), cast("Json", texts)]))

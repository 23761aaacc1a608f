"""Hold one mapping file to its laws, with generated documents and its own worked examples."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis import strategies as st
from hypothesis.errors import HypothesisException

from interop.conformance.strategies.lens import documents, faults_max, planted, views
from interop.conformance.strategies.model import JSONS
from interop.errors import InteropError
from interop.lens import Lens, MappingFile, laws
from interop.lens.paths import masked
from interop.lens.plan import ListRow
from interop.lens.schema import Example
from interop.model.canonical import Json

EXAMPLES_MAX: Final = 50
FAULTS: Final = (1, 5, 20)
SEED: Final = 20_260_101


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one law fares.

    Attributes:
        law: Its name.
        holds: Whether it held on everything tried; None if it does not apply to the file.
        tried: How many documents it was tried on.
        told: What broke it, without values.
    """

    law: str
    holds: bool | None
    tried: int
    told: str = ""


@dataclass(frozen=True, slots=True)
class _Case:
    """One draw: a document, a view, faulty documents, and any JSON."""

    document: Json
    view: Json
    faulty: tuple[tuple[int, Json], ...]
    junk: Json


Law = Callable[[_Case], bool]


def check_laws(
    file: MappingFile,
    *,
    others: Mapping[str, Lens] | None = None,
    examples: int = EXAMPLES_MAX,
) -> tuple[Verdict, ...]:
    """Return how every law fares on a sound ``file``; the same on every run.

    Args:
        file: The mapping file.
        others: Mappings of the same canonical type in other regions, by name: for the route.
        examples: How many draws.

    Raises:
        KnowledgeError: The file is not sound, so that there is nothing to hold to laws.
    """
    lens = Lens.of(file)
    table = _laws(lens, others or {})
    broken = _tried(lens, file, table, examples)
    verdicts = [
        Verdict(name, name not in broken, examples, broken.get(name, "")) for name in table
    ]
    if not any(isinstance(row, ListRow) for row in lens.scope.rows):
        verdicts = [v if v.law != "reorder" else Verdict("reorder", None, 0) for v in verdicts]
    if not others:
        verdicts.append(Verdict("route", None, 0))
    return (*verdicts, _examples(lens, file))


def _laws(lens: Lens, others: Mapping[str, Lens]) -> dict[str, Law]:
    table: dict[str, Law] = {
        "get-put": lambda case: laws.get_put(lens, case.document),
        "put-get": lambda case: laws.put_get(lens, case.view, case.document),
        "create-get": lambda case: laws.create_get(lens, case.view),
        "reorder": lambda case: laws.reordered(lens, case.document),
        "unmapped-preserved": lambda case: laws.unmapped_preserved(
            lens, case.view, case.document
        ),
        "bytes": lambda case: laws.encode_decode(lens, case.document),
        "totality": lambda case: (
            laws.total(lens, case.junk) and laws.total(lens, case.document)
        ),
        "every-fault": lambda case: all(
            len(lens.diagnose(faulty)) == count and laws.total(lens, faulty)
            for count, faulty in case.faulty
        ),
    }
    if others:
        table["route"] = lambda case: all(
            laws.route(lens, there, case.document) for there in others.values()
        )
    return table


def _tried(
    lens: Lens, file: MappingFile, table: Mapping[str, Law], examples: int
) -> dict[str, str]:
    broken: dict[str, str] = {}

    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
    )
    @given(case=_cases(lens, file))
    def draw(case: _Case) -> None:
        for name, law in table.items():
            if name not in broken and (told := _told(law, case)):
                broken[name] = told

    try:
        draw()
    except (HypothesisException, InteropError) as fault:
        told = f"no document could be drawn: {type(fault).__name__}"
        return dict.fromkeys(table, told)
    return broken


def _cases(lens: Lens, file: MappingFile) -> st.SearchStrategy[_Case]:
    # A closure, as hypothesis prints the arguments of a strategy with every refused draw,
    # and warns of tens of kilobytes.
    @st.composite
    def cases(draw: st.DrawFn) -> _Case:
        document = draw(documents(lens, file))
        count = faults_max(lens, draw(st.sampled_from(FAULTS)))
        faulty = ((count, draw(planted(lens, document, count))),)
        return _Case(document, draw(views(lens)), faulty, draw(JSONS))

    return cases()


def _told(law: Law, case: _Case) -> str:
    try:
        return "" if law(case) else f"document {_outline(case.document)}"
    except InteropError as fault:
        return f"refused: {', '.join(sorted({reason.code for reason in fault.reasons}))}"


def _outline(document: Json) -> str:
    """Return the shape of ``document``: every value masked."""
    if isinstance(document, dict):
        inner = ", ".join(f"{key}: {_outline(below)}" for key, below in document.items())
        return f"{{{inner}}}"
    if isinstance(document, list):
        return f"[{', '.join(map(_outline, document))}]"
    return masked(document)


def _examples(lens: Lens, file: MappingFile) -> Verdict:
    """Return whether the file's own examples mean what it says; None if it has none."""
    if not file.examples:
        return Verdict("examples", None, 0)
    failed = [
        str(number)
        for number, one in enumerate(file.examples, start=1)
        if not _holds(lens, one)
    ]
    told = f"example {', '.join(failed)}" if failed else ""
    return Verdict("examples", not failed, len(file.examples), told)


def _holds(lens: Lens, example: Example) -> bool:
    try:
        return laws.holds(lens, example)
    except InteropError:
        return False


def lawful(verdicts: Sequence[Verdict]) -> bool:
    """Return whether no law is broken."""
    return all(verdict.holds is not False for verdict in verdicts)

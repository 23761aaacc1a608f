"""Run rules on the cases published with them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from interop.criteria.certlogic.data import read_file
from interop.criteria.certlogic.imported import Imported, import_rule
from interop.criteria.certlogic.paths import malformed, shown
from interop.criteria.certlogic.reasons import LIMIT
from interop.criteria.certlogic.rules import (
    CASES_PER_RULE_MAX,
    RULE_FILE,
    Rule,
    read_rule,
    read_value_sets,
    rule_folders,
)
from interop.errors import InteropError, KnowledgeError, Reason
from interop.model.canonical import Json, canonical_bytes, digest

IMPORTS_KEPT_MAX: Final = 32


@dataclass(frozen=True, slots=True)
class Failure:
    """A case that did not come out as expected, or a rule or case that cannot be read."""

    file: str
    expected: str
    got: str
    reasons: tuple[Reason, ...] = ()
    is_case: bool = True

    def as_json(self) -> dict[str, Json]:
        """Return the failure as JSON."""
        told: list[Json] = [dict(reason.as_json()) for reason in self.reasons]
        found: dict[str, Json] = {"case": self.file, "expected": self.expected, "got": self.got}
        return found | ({"reasons": told} if told else {})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came out of all rules and cases."""

    rules: int
    cases: int
    failed: tuple[Failure, ...]

    def as_json(self) -> dict[str, Json]:
        """Return ``{"rules", "cases", "passed", "failed"}``."""
        return {
            "rules": self.rules,
            "cases": self.cases,
            "passed": self.cases - sum(failure.is_case for failure in self.failed),
            "failed": [failure.as_json() for failure in self.failed],
        }


def run_cases(folder: Path) -> Outcome:
    """Return how the rules below ``folder`` do on their cases, imported and decided.

    Args:
        folder: A country's folder, or a folder of them.

    Raises:
        KnowledgeError: There is no rule, or too many.
    """
    folders = rule_folders(folder)
    value_sets = read_value_sets(folder)
    cases = 0
    failed: list[Failure] = []
    for place in folders:
        files = sorted((place / "tests").glob("*.json"))
        if len(files) > CASES_PER_RULE_MAX:
            raise KnowledgeError(
                LIMIT.of(field=place.name, expected=CASES_PER_RULE_MAX, got=len(files))
            )
        cases += len(files)
        failed.extend(_run_rule(folder, place, files, value_sets))
    return Outcome(len(folders), cases, tuple(failed))


def _run_rule(
    folder: Path, place: Path, files: list[Path], value_sets: dict[str, Json]
) -> Iterator[Failure]:
    shown_at = [file.relative_to(folder).as_posix() for file in files]
    try:
        runner = _Runner(read_rule(place / RULE_FILE), value_sets)
    except InteropError as fault:
        for name in shown_at:
            yield Failure(name, "a rule", fault.code, fault.reasons)
        if not files:
            own = (place / RULE_FILE).relative_to(folder).as_posix()
            yield Failure(own, "a rule", fault.code, fault.reasons, is_case=False)
        return
    for file, name in zip(files, shown_at, strict=True):
        try:
            expected, got = runner.run(read_file(file), name)
        except InteropError as fault:
            yield Failure(name, "a case", fault.code, fault.reasons)
            continue
        if got is not expected:
            yield Failure(name, str(expected).lower(), str(got).lower())


class _Runner:
    """One rule; imported once for each collection of value sets."""

    def __init__(self, rule: Rule, value_sets: dict[str, Json]) -> None:
        self._rule = rule
        self._sets = value_sets
        self._imports: dict[str, Imported] = {}

    def run(self, case: Json, place: str) -> tuple[bool, bool]:
        """Return what is expected and what came out."""
        if not isinstance(case, dict) or not isinstance(case.get("expected"), bool):
            raise malformed(
                place, ("含 payload、external、expected 的对象", "a case"), shown(case)
            )
        external = case.get("external") or {}
        if not isinstance(external, dict):
            raise malformed(f"{place}:external", ("对象", "an object"), shown(external))
        own = external.get("valueSets")
        sets = own if isinstance(own, dict) else self._sets
        data: Json = {"payload": case.get("payload"), "external": external}
        return case["expected"] is True, self._imported(sets).holds(data)

    def _imported(self, sets: dict[str, Json]) -> Imported:
        key = digest(canonical_bytes(sets))
        if key not in self._imports:
            if len(self._imports) >= IMPORTS_KEPT_MAX:
                self._imports.clear()
            self._imports[key] = import_rule(self._rule, sets)
        return self._imports[key]

"""Combine the policies of a chain into one, from the trust anchor's down.

Each policy is checked by itself, then merged; what the merge puts together is checked again.
Merging narrows alone, so the order in which policies are found conflicting does not matter.
Source: OpenID Federation 1.0 sections 6.1.2, 6.1.3.2, 6.1.4.1.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from interop.crypto.algorithms import printable
from interop.errors import Reason
from interop.federation.errors import PolicyError
from interop.federation.policy.operators import (
    MERGE,
    OPERATORS,
    TAKES,
    Operands,
    Unfit,
    disagreements,
    operand_of,
)
from interop.federation.policy.reasons import (
    POLICY_COMBINATION,
    POLICY_CONFLICT,
    POLICY_MALFORMED,
    POLICY_OPERATOR_CRITICAL,
    POLICY_VALUE_TYPE,
)
from interop.federation.policy.values import key_for, kind_of
from interop.model.canonical import Json

NAME_CHARS_MAX: Final = 64
REASONS_MAX: Final = 50

# What one parameter's policy says: operator to operand.
Policy = Mapping[str, Operands]


def combine(policies: object, *, critical: Iterable[str] = ()) -> Policy:
    """Return the one policy that all ``policies`` come to.

    Args:
        policies: From the trust anchor's down to the immediate superior's.
        critical: Names of operators that statements call critical.

    Raises:
        PolicyError: ``invalid_policy`` with every problem found, at most 50.
    """
    problems = [
        POLICY_OPERATOR_CRITICAL.of(field="metadata_policy_crit", got=shown(name))
        for name in sorted({*critical} - {*OPERATORS})
    ]
    if not isinstance(policies, list | tuple):
        problems.append(_malformed("policies", "an array", policies))
        raise _refused(problems)
    whole: dict[str, dict[str, Json]] = {}
    for level, policy in enumerate(policies):
        for parameter, operands in _read(policy, f"{level}", problems):
            found = _merge(parameter, whole.get(parameter, {}), operands, problems)
            whole[parameter] = found
    if problems:
        raise _refused(problems)
    return whole


def shown(name: str) -> str:
    """Return a foreign name for a reason."""
    return printable(name[:NAME_CHARS_MAX])


def _refused(problems: list[Reason]) -> PolicyError:
    return PolicyError(*problems[:REASONS_MAX], kind="invalid_policy")


def _malformed(path: str, expected: str, got: object) -> Reason:
    return POLICY_MALFORMED.of(field=path, expected=expected, got=kind_of(got))


def _read(
    policy: object, path: str, problems: list[Reason]
) -> Iterator[tuple[str, dict[str, Json]]]:
    if not isinstance(policy, dict):
        problems.append(_malformed(path, "an object", policy))
        return
    for parameter, operators in policy.items():
        if not isinstance(parameter, str) or not isinstance(operators, dict):
            where = f"{path}.{shown(str(parameter))}"
            problems.append(_malformed(where, "an object of operators", operators))
            continue
        operands = _operands(parameter, operators, path, problems)
        problems.extend(_disagreements(parameter, operands))
        yield parameter, operands


def _operands(
    parameter: str, operators: dict[object, object], path: str, problems: list[Reason]
) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for operator in OPERATORS:
        if operator not in operators:
            continue
        value = operators[operator]
        try:
            found[operator] = operand_of(parameter, operator, value)
        except Unfit:
            where = f"{path}.{shown(parameter)}.{operator}"
            problems.append(
                POLICY_VALUE_TYPE.of(field=where, expected=TAKES[operator], got=kind_of(value))
            )
    return found


def _merge(
    parameter: str, upper: dict[str, Json], lower: dict[str, Json], problems: list[Reason]
) -> dict[str, Json]:
    by = key_for(parameter)
    whole = {**upper, **lower}
    for operator in upper.keys() & lower.keys():
        try:
            whole[operator] = MERGE[operator](upper[operator], lower[operator], by)
        except Unfit:
            problems.append(POLICY_CONFLICT.of(field=f"{shown(parameter)}.{operator}"))
    if upper and lower:
        problems.extend(_disagreements(parameter, whole))
    return whole


def _disagreements(parameter: str, operands: Operands) -> Iterator[Reason]:
    for pair in disagreements(operands, key_for(parameter)):
        yield POLICY_COMBINATION.of(field=shown(parameter), got=" + ".join(pair))

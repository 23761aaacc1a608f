"""Apply one combined policy to the metadata of an entity.

A policy is laid out once as steps, so that a superior's policy need not be looked into again
for each entity below it. Whatever fails here is put down to the metadata
(``invalid_metadata``): the policies have been found sound before any metadata is looked at.
Source: OpenID Federation 1.0 sections 6.1.3.1 and 6.1.4.2.
"""

from collections.abc import Callable, Mapping
from typing import Final

from interop.errors import Reason
from interop.federation.errors import PolicyError
from interop.federation.policy.combining import REASONS_MAX, Policy, shown
from interop.federation.policy.operators import OPERATORS, Operands
from interop.federation.policy.reasons import (
    METADATA_MALFORMED,
    METADATA_MISSING,
    METADATA_NOT_ONE_OF,
    METADATA_NOT_SUPERSET,
    METADATA_TYPE,
)
from interop.federation.policy.values import (
    SCOPE,
    is_json,
    items,
    key,
    key_for,
    kind_of,
    split_scopes,
)
from interop.model.canonical import Json

Held = dict[str, Json]
# Changes what is held, or says why it may not stand.
Step = Callable[[Held], Reason | None]
# The steps of each parameter, in the order of application; after a refusal the rest is moot.
Steps = tuple[tuple[Step, ...], ...]


def apply(policy: Policy, metadata: object) -> Held:
    """Return the metadata that ``policy`` makes of ``metadata``; neither is changed.

    Raises:
        PolicyError: ``invalid_metadata`` with every problem found, at most 50.
    """
    return enforce(laid_out(policy), read_metadata(metadata))


def read_metadata(metadata: object) -> Held:
    """Return a copy of ``metadata``, found to be JSON without null parameters.

    Raises:
        PolicyError: ``invalid_metadata``.
    """
    if not isinstance(metadata, dict):
        got = kind_of(metadata)
        raise _refused([METADATA_MALFORMED.of(field="metadata", expected="an object", got=got)])
    held: Held = {}
    problems: list[Reason] = []
    for name, value in metadata.items():
        if isinstance(name, str) and value is not None and is_json(value):
            held[name] = value
        else:
            problems.append(
                METADATA_MALFORMED.of(
                    field=shown(str(name)), expected="any JSON but null", got=kind_of(value)
                )
            )
    if problems:
        raise _refused(problems)
    return held


def laid_out(policy: Policy) -> Steps:
    """Return ``policy`` as steps."""
    return tuple(_steps(parameter, operands) for parameter, operands in policy.items())


def enforce(steps: Steps, held: Held) -> Held:
    """Take every step on ``held``, which is changed and returned.

    Args:
        steps: A policy laid out.
        held: JSON without null parameters, the caller's own.

    Raises:
        PolicyError: As :func:`apply`.
    """
    problems = []
    for parameter in steps:
        for step in parameter:
            reason = step(held)
            if reason is not None:
                problems.append(reason)
                break
    if problems:
        raise _refused(problems)
    return held


def _refused(problems: list[Reason]) -> PolicyError:
    return PolicyError(*problems[:REASONS_MAX], kind="invalid_metadata")


def _steps(parameter: str, operands: Operands) -> tuple[Step, ...]:
    steps = tuple(
        STEP[operator](parameter, operands[operator])
        for operator in OPERATORS
        if operator in operands
    )
    return (_scopes_apart, *steps, _scopes_together) if parameter == SCOPE else steps


def _scopes_apart(held: Held) -> None:
    if SCOPE in held:
        held[SCOPE] = split_scopes(held[SCOPE])


def _scopes_together(held: Held) -> None:
    if isinstance(held.get(SCOPE), list):
        held[SCOPE] = " ".join(map(str, items(held[SCOPE])))


def _value(parameter: str, operand: Json) -> Step:
    def assign(held: Held) -> None:
        if operand is None:
            held.pop(parameter, None)
        else:
            held[parameter] = operand

    return assign


def _add(parameter: str, operand: Json) -> Step:
    wanted = [(key(value), value) for value in items(operand)]

    def add(held: Held) -> Reason | None:
        present = held.get(parameter, [])
        if not isinstance(present, list):
            return _no_array(parameter, "add", present)
        known = {*map(key, present)}
        held[parameter] = [*present, *(value for name, value in wanted if name not in known)]
        return None

    return add


def _default(parameter: str, operand: Json) -> Step:
    def assign(held: Held) -> None:
        held.setdefault(parameter, operand)

    return assign


def _one_of(parameter: str, operand: Json) -> Step:
    by = key_for(parameter)
    choices = {by(one) for one in items(operand)}

    def check(held: Held) -> Reason | None:
        if parameter in held and by(held[parameter]) not in choices:
            return METADATA_NOT_ONE_OF.of(field=f"{shown(parameter)}.one_of")
        return None

    return check


def _subset_of(parameter: str, operand: Json) -> Step:
    allowed = {*map(key, items(operand))}

    def narrow(held: Held) -> Reason | None:
        present = held.get(parameter, [])
        if not isinstance(present, list):
            return _no_array(parameter, "subset_of", present)
        if parameter in held:
            named = dict(zip(map(key, present), present, strict=True))
            held[parameter] = [value for name, value in named.items() if name in allowed]
        return None

    return narrow


def _superset_of(parameter: str, operand: Json) -> Step:
    needed = {*map(key, items(operand))}

    def check(held: Held) -> Reason | None:
        if parameter not in held:
            return None
        present = held[parameter]
        if not isinstance(present, list):
            return _no_array(parameter, "superset_of", present)
        if not needed.issubset(map(key, present)):
            return METADATA_NOT_SUPERSET.of(field=f"{shown(parameter)}.superset_of")
        return None

    return check


def _essential(parameter: str, operand: Json) -> Step:
    def check(held: Held) -> Reason | None:
        if operand is True and parameter not in held:
            return METADATA_MISSING.of(field=shown(parameter))
        return None

    return check


def _no_array(parameter: str, operator: str, got: Json) -> Reason:
    where = f"{shown(parameter)}.{operator}"
    return METADATA_TYPE.of(field=where, expected="an array", got=kind_of(got))


# INVARIANT: as in OPERATORS; essential comes last, after all that sets or removes.
STEP: Final[Mapping[str, Callable[[str, Json], Step]]] = {
    "value": _value,
    "add": _add,
    "default": _default,
    "one_of": _one_of,
    "subset_of": _subset_of,
    "superset_of": _superset_of,
    "essential": _essential,
}

"""Quality (质量) of a certificate: completeness, accuracy, validity, each with its findings.

Rules are data (mappings/certificates/quality.toml); those of completeness follow from the
canonical type. They are compiled once per type to plain Python, like mappings, so that
assessing a stream costs little more than reading it. A finding bars nothing by itself.

Source: docs/reference/mapping-language.md, quality rules; GB/T 36904 (identifier).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal, TypeAlias, cast

from pydantic import Field

from interop.certificates.check_characters import is_cert_id, is_resident_id, is_uscc
from interop.certificates.reading import view
from interop.certificates.type_reasons import (
    QUALITY_CHECK_CHARACTER,
    QUALITY_DAY_AHEAD,
    QUALITY_DAY_PAST,
    QUALITY_DAYS_REVERSED,
    QUALITY_FIELDS_DIFFER,
    QUALITY_MISSING,
    QUALITY_RULE_MISFIT,
)
from interop.certificates.types import CertificateType
from interop.errors import KnowledgeError, Reason, ReasonRow
from interop.model.canonical import Json
from interop.model.certificate import Certificate
from interop.model.item import Verified
from interop.model.record import Record

Score: TypeAlias = Literal["completeness", "accuracy", "validity"]
Kind: TypeAlias = Literal[
    "uscc", "resident_id", "cert_id", "same", "order", "not_past", "not_ahead"
]
SCORES: Final[tuple[Score, ...]] = ("completeness", "accuracy", "validity")
FULL: Final = 1000
REQUIRED_WEIGHT: Final = 2
OPTIONAL_WEIGHT: Final = 1
RULES_MAX: Final = 500
HOLDER: Final = "cert.holder."
PATH: Final = r"(?:cert|body)(?:\.[a-z][a-z0-9_]*){1,4}"
TWO: Final = frozenset({"same", "order"})

_PATH: Final = re.compile(PATH)
_ROWS: Final[Mapping[str, ReasonRow]] = {
    "present": QUALITY_MISSING,
    "uscc": QUALITY_CHECK_CHARACTER,
    "resident_id": QUALITY_CHECK_CHARACTER,
    "cert_id": QUALITY_CHECK_CHARACTER,
    "same": QUALITY_FIELDS_DIFFER,
    "order": QUALITY_DAYS_REVERSED,
    "not_past": QUALITY_DAY_PAST,
    "not_ahead": QUALITY_DAY_AHEAD,
}


class QualityRule(Record):
    """One rule.

    Attributes:
        kind: ``uscc``, ``resident_id``, ``cert_id``: the field has that form and check
            character. ``same``: the field equals ``other``. ``order``: the day of the field
            is not earlier than that of ``other``. ``not_past``, ``not_ahead``: the day does
            not lie before, or after, the present one.
        field: Canonical path; ``cert.holder.`` means every holder.
        other: The field that it is held against, for ``same`` and ``order``.
        when: Canonical path and value that switch the rule on; of the same holder for one.
        score: Which score it counts for.
        weight: How much it counts.
        types: Certificate types that it is for; empty for all.
        source: Where the rule comes from.
        verified: Whether somebody read it there.
    """

    kind: Kind
    field: str = Field(pattern=rf"^{PATH}$")
    other: str = Field(default="", pattern=rf"^(?:{PATH})?$")
    when: dict[str, str] = Field(default_factory=dict, max_length=3)
    score: Literal["accuracy", "validity"]
    weight: int = Field(default=1, ge=1, le=100)
    types: tuple[str, ...] = ()
    source: str = Field(min_length=1)
    verified: Verified


class QualityRules(Record):
    """The rules that hold for certificates of every region, a ``quality.toml``."""

    rules: tuple[QualityRule, ...] = Field(max_length=RULES_MAX)


def check_quality_rules(file: QualityRules) -> tuple[Reason, ...]:
    """Return every problem of ``file`` that its schema can't say; empty if it is sound."""
    return tuple(_misfits(file))


def _misfits(file: QualityRules) -> Iterator[Reason]:
    for number, rule in enumerate(file.rules):
        for path in rule.when:
            if _PATH.fullmatch(path) is None:
                yield QUALITY_RULE_MISFIT.of(
                    field=f"rules.{number}.when", expected="cert.status", got=path
                )
        if (rule.kind in TWO) != bool(rule.other):
            shown = "field, other" if rule.kind in TWO else "field"
            yield QUALITY_RULE_MISFIT.of(
                field=f"rules.{number}", expected=shown, got=f"{rule.kind} {rule.other}"
            )


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that a certificate does not meet."""

    score: Score
    reason: Reason


@dataclass(frozen=True, slots=True)
class Quality:
    """The quality of one certificate.

    Attributes:
        completeness: 0 to 1000: weight of the fields that are there.
        accuracy: 0 to 1000: weight of the rules on content that are met.
        validity: 0 to 1000: weight of the rules on time that are met.
        findings: Every rule that is not met, in the order of the rules.
    """

    completeness: int
    accuracy: int
    validity: int
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class _Rule:
    kind: str
    field: str
    other: str
    when: Mapping[str, str]
    score: Score
    weight: int


@dataclass(frozen=True, slots=True)
class QualityCheck:
    """The rules of one certificate type, compiled; pure and safe to share.

    Attributes:
        text: The rules in Python, for people to read.
    """

    text: str = field(repr=False)
    _rules: tuple[_Rule, ...] = field(repr=False)
    _run: Callable[[Json, str], list[int]] = field(repr=False)
    _totals: Mapping[Score, int] = field(repr=False)

    @classmethod
    def of(cls, rules: QualityRules, type: CertificateType) -> "QualityCheck":  # noqa: A002 -- the domain's word
        """Return ``rules`` compiled for ``type``.

        Raises:
            KnowledgeError: Every problem of the rules.
        """
        if problems := check_quality_rules(rules):
            raise KnowledgeError(*problems)
        own = (*_completeness(type), *_stated(rules, type))
        text = _source(own)
        names: dict[str, object] = dict(_NAMES)
        exec(compile(text, "<quality>", "exec"), names)  # noqa: S102 -- our own source; paths are checked by the schema
        totals = {score: sum(r.weight for r in own if r.score == score) for score in SCORES}
        run = cast("Callable[[Json, str], list[int]]", names["unmet"])
        return cls(text, own, run, totals)

    def assess(self, view: Json, *, on: date) -> Quality:
        """Return the quality of a canonical ``view`` of a certificate.

        Args:
            view: As a lens reads it: ``cert`` and ``body``.
            on: The present day, Asia/Shanghai.
        """
        unmet = self._run(view, on.isoformat())
        if not unmet:
            return _PERFECT
        lost = dict.fromkeys(SCORES, 0)
        for number in unmet:
            lost[self._rules[number].score] += self._rules[number].weight
        return Quality(
            self._mark("completeness", lost["completeness"]),
            self._mark("accuracy", lost["accuracy"]),
            self._mark("validity", lost["validity"]),
            tuple(self._finding(number, on) for number in unmet),
        )

    def assess_certificate(self, certificate: Certificate, *, on: date) -> Quality:
        """Return the quality of ``certificate``; see :meth:`assess`."""
        if len(certificate.holders) == 1:
            return self.assess(view(certificate), on=on)
        first = certificate.model_copy(update={"holders": certificate.holders[:1]})
        whole = cast("dict[str, Json]", view(first))
        holders: list[Json] = [
            {"name": h.name.reveal(), "code": h.code.reveal(), "scheme": str(h.scheme)}
            for h in certificate.holders
        ]
        return self.assess(
            {**whole, "cert": {**_dict(whole["cert"]), "holders": holders}}, on=on
        )

    def _mark(self, score: Score, lost: int) -> int:
        total = self._totals[score]
        return FULL if not total else FULL * (total - lost) // total

    def _finding(self, number: int, on: date) -> Finding:
        rule = self._rules[number]
        expected = rule.other or (on.isoformat() if rule.kind.startswith("not_") else rule.kind)
        return Finding(rule.score, _ROWS[rule.kind].of(field=rule.field, expected=expected))


_PERFECT: Final = Quality(FULL, FULL, FULL)


def _dict(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}


def _completeness(type_: CertificateType) -> Iterator[_Rule]:
    for path, required in type_.canonical().items():
        if "[]" not in path or path.endswith("[]"):
            weight = REQUIRED_WEIGHT if required else OPTIONAL_WEIGHT
            yield _Rule("present", path.removesuffix("[]"), "", {}, "completeness", weight)


def _stated(rules: QualityRules, type_: CertificateType) -> Iterator[_Rule]:
    for one in rules.rules:
        if type_.type in one.types or not one.types:
            yield _Rule(one.kind, one.field, one.other, one.when, one.score, one.weight)


def _source(rules: tuple[_Rule, ...]) -> str:
    lines = [
        "def unmet(v, on):",
        "    c, b = branch(v, 'cert'), branch(v, 'body')",
        "    hs = holders(c)",
        "    bad = []",
    ]
    lines += [f"    if {_broken(rule)}: bad.append({n})" for n, rule in enumerate(rules)]
    return "\n".join([*lines, "    return bad", ""])


def _broken(rule: _Rule) -> str:
    """Return the Python that is true where ``rule`` is not met; nothing missing is wrong."""
    one, two = _value(rule.field), _value(rule.other) if rule.other else ""
    told = {
        # An open end is null, and there.
        "present": f"{_value(rule.field, missing=True)} in blank",
        "uscc": f"{one} and not is_uscc({one})",
        "resident_id": f"{one} and not is_resident_id({one})",
        "cert_id": f"{one} and not is_cert_id({one})",
        "same": f"{one} and {two} and {one} != {two}",
        "order": f"{one} and {two} and {one} < {two}",
        "not_past": f"{one} and {one} < on",
        "not_ahead": f"{one} and {one} > on",
    }[rule.kind]
    switched = [f"{_value(path)} == {value!r}" for path, value in rule.when.items()]
    whole = " and ".join([*switched, told])
    paths = (rule.field, rule.other, *rule.when)
    each = any(path.startswith(HOLDER) for path in paths)
    return f"any({whole} for h in hs)" if each else whole


def _value(path: str, *, missing: bool = False) -> str:
    at, default = path, ", ''" if missing else ""
    if path.startswith(HOLDER):
        return f"h.get({path.removeprefix(HOLDER)!r}{default})"
    root, *names, last = at.split(".")
    held = root[0]
    for name in names:
        held = f"branch({held}, {name!r})"
    return f"{held}.get({last!r}{default})"


def _branch(value: Json, name: str) -> dict[str, Json]:
    held = value.get(name) if isinstance(value, dict) else None
    return held if isinstance(held, dict) else {}


def _holders(cert: Json) -> list[dict[str, Json]]:
    several = cert.get("holders") if isinstance(cert, dict) else None
    if isinstance(several, list):
        return [_dict(one) for one in several]
    return [_branch(cert, "holder")]


_NAMES: Final[Mapping[str, object]] = {
    "branch": _branch,
    "holders": _holders,
    "is_uscc": is_uscc,
    "is_resident_id": is_resident_id,
    "is_cert_id": is_cert_id,
    "blank": ("", [], {}),
}

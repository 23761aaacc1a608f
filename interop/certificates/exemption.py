"""Exemption (材料减免): which materials the certificates at hand stand in for.

A pure function of its question: no clock, no network, no order of arrival. It is monotone:
taking away a certificate or a grant, or letting a check fail, never spares more. Where a
source could not be asked the verdict is ``undecided``, which spares nothing.

Source: 国令716号 article 7 (what sharing supplies is not asked for again; unverified);
DB31/T 310018—2024 clauses 7 and 8.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final, TypeVar

from interop.certificates.evidence import (
    SALT_BYTES_MIN,
    AlternativeLine,
    CheckLine,
    EvidenceRecord,
    MaterialLine,
    Outcome,
    RequirementLine,
    describe_candidate,
)
from interop.certificates.exemption_reasons import (
    EXEMPTION_MATERIAL_UNKNOWN,
    EXEMPTION_SALT_SHORT,
    EXEMPTION_TOO_MANY,
)
from interop.certificates.hearing import (
    PASSED,
    Alternative,
    Bench,
    Failed,
    Judged,
    Question,
    Requirement,
    hear,
    judge,
    seat,
)
from interop.errors import CaseError, Reason
from interop.model.item import ServiceItem
from interop.model.judgement import Exemption, MaterialVerdict, SparedMaterial
from interop.model.record import Record

HELD_MAX: Final = 200
R = TypeVar("R", bound=Record)

OWED: Final = frozenset({MaterialVerdict.DEFERRED, MaterialVerdict.COMMITTED})

_VERDICTS: Final[Mapping[Outcome, MaterialVerdict]] = {
    "pass": MaterialVerdict.EXEMPT,
    "partial": MaterialVerdict.PARTIAL,
    "unknown": MaterialVerdict.UNDECIDED,
    "fail": MaterialVerdict.NOT_EXEMPT,
}


def spare(item: ServiceItem, question: Question) -> Exemption:
    """Return what is spared and what is still asked for, with every reason.

    Raises:
        CaseError: The question itself is malformed.
    """
    return examine(item, question)[0]


def examine(item: ServiceItem, question: Question) -> tuple[Exemption, EvidenceRecord]:
    """Return the exemption together with the record its evidence digest is over.

    Raises:
        CaseError: The question itself is malformed.
    """
    _require_sound(item, question)
    ordered = replace(
        question,
        held=_ordered(question.held),
        grants=_ordered(question.grants),
    )
    bench = seat(item, ordered)
    judged = [_heard(bench, one) for one in judge(bench)]
    verdicts = tuple(_verdict(one) for one in judged)
    needed = tuple(one.code for one in item.materials if one.code in question.needed)
    evidence = EvidenceRecord(
        case=question.case,
        item=item.item,
        region=item.region,
        item_digest=item.digest(),
        use_list_digest=question.use_list.digest(),
        grantee=question.grantee,
        on=question.on,
        needed=needed,
        submitted=tuple(sorted(set(question.submitted))),
        unreachable=tuple(sorted(set(question.unreachable))),
        withdrawn=tuple(sorted(question.withdrawn)),
        materials=tuple(
            _line(one, verdict, question.salt)
            for one, verdict in zip(judged, verdicts, strict=True)
        ),
    )
    spared = tuple(one.material for one in verdicts if one.verdict is MaterialVerdict.EXEMPT)
    owed = tuple(one.material for one in verdicts if one.verdict in OWED)
    met = {*spared, *owed, *question.submitted}
    exemption = Exemption(
        item=item.item,
        region=item.region,
        item_digest=evidence.item_digest,
        on=question.on,
        required=needed,
        materials=verdicts,
        spared=spared,
        owed=owed,
        outstanding=tuple(code for code in needed if code not in met),
        evidence_digest=evidence.digest(),
    )
    return exemption, evidence


def _require_sound(item: ServiceItem, question: Question) -> None:
    known = {material.code for material in item.materials}
    named = {
        "needed": question.needed,
        "later": question.later,
        "promised": question.promised,
    }
    problems = [
        EXEMPTION_MATERIAL_UNKNOWN.of(field=name, expected=item.item, got=code)
        for name, codes in named.items()
        for code in sorted(set(codes) - known)
    ]
    if len(question.salt) < SALT_BYTES_MIN:
        problems.append(EXEMPTION_SALT_SHORT.of(field="salt", expected=SALT_BYTES_MIN))
    if len(question.held) > HELD_MAX:
        problems.append(
            EXEMPTION_TOO_MANY.of(field="held", expected=HELD_MAX, got=len(question.held))
        )
    if problems:
        raise CaseError(*problems)


def _ordered(given: Collection[R]) -> tuple[R, ...]:
    """Return each record once, in an order that does not depend on how they came."""
    return tuple(one for _, one in sorted({one.to_bytes(): one for one in given}.items()))


def _heard(bench: Bench, one: Judged) -> Judged:
    """Return ``one`` with all that was looked at, which a record needs even of a yes."""
    return replace(one, heard=hear(bench, one.material)) if one.heard is None else one


def _verdict(one: Judged) -> SparedMaterial:
    best = next((alt for alt in (one.heard or ()) if alt.outcome == one.outcome), None)
    rests = best.requirements if best and one.outcome in {"pass", "partial"} else []
    return SparedMaterial(
        material=one.material.code,
        verdict=one.offer.verdict or _VERDICTS[one.outcome],
        certificates=tuple(part.used for part in rests),
        prefilled=tuple(_prefilled(rests)) if one.outcome == "partial" else (),
        until=one.offer.until,
        reasons=(
            *(reason for alt in (one.heard or ()) for reason in _reasons(alt)),
            *one.offer.reasons,
        ),
    )


def _prefilled(rests: Iterable[Requirement]) -> Iterator[str]:
    for part in rests:
        if part.evidence.prefills:
            yield from (f"{part.evidence.certificate}.{name}" for name in part.evidence.fields)


def _reasons(alternative: Alternative) -> Iterator[Reason]:
    yield from alternative.reasons
    for part in alternative.requirements:
        yield from part.reasons


def _line(one: Judged, verdict: SparedMaterial, salt: bytes) -> MaterialLine:
    return MaterialLine(
        material=verdict.material,
        verdict=verdict.verdict,
        until=verdict.until,
        promised=one.offer.promised,
        alternatives=tuple(
            AlternativeLine(
                outcome=alternative.outcome,
                requirements=tuple(
                    _requirement(part, salt) for part in alternative.requirements
                ),
            )
            for alternative in (one.heard or ())
        ),
    )


def _requirement(part: Requirement, salt: bytes) -> RequirementLine:
    return RequirementLine(
        certificate=part.evidence.certificate,
        outcome=part.outcome,
        candidates=tuple(
            describe_candidate(
                held, _ALL_PASSED if failed is PASSED else _lines(failed), salt=salt
            )
            for held, failed in part.candidates
        ),
    )


def _lines(failed: Failed) -> tuple[CheckLine, ...]:
    return _ALL_PASSED if failed is PASSED else _told(failed)


def _told(failed: Failed) -> tuple[CheckLine, ...]:
    return tuple(
        CheckLine(check=name, failed=tuple(reason.code for reason in reasons))
        for name, reasons in failed.items()
    )


_ALL_PASSED: Final = _told(PASSED)

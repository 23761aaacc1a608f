"""Exemption (材料减免): which materials the certificates at hand stand in for.

A pure function of its question: no clock, no network, no order of arrival. It is monotone:
taking away a certificate or a grant, or letting a check fail, never spares more. Where a
source could not be asked the verdict is ``undecided``, which spares nothing.

Source: 国令716号 article 7 (what sharing supplies is not asked for again; unverified);
DB31/T 310018—2024 clauses 7 and 8.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final

from interop.certificates.checks import CHECKS, UNSETTLED, Subject
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
    CERTIFICATE_MISSING,
    CERTIFICATE_SOURCE_UNREACHABLE,
    CERTIFICATE_USE_NOT_LISTED,
    EXEMPTION_ALTERNATIVE_EMPTY,
    EXEMPTION_MATERIAL_UNKNOWN,
    EXEMPTION_SALT_SHORT,
    EXEMPTION_TOO_MANY,
)
from interop.certificates.grant_reasons import GRANT_WITHDRAWN
from interop.certificates.offers import Hearing, Offers, hear_offer
from interop.certificates.use_list import Covers, Use, UseList
from interop.errors import CaseError, Reason
from interop.model.certificate import Grant, HeldCertificate
from interop.model.item import Evidence, Material, ServiceItem
from interop.model.judgement import Exemption, MaterialVerdict, SparedMaterial
from interop.model.party import Party, Role

HELD_MAX: Final = 200

OWED: Final = frozenset({MaterialVerdict.DEFERRED, MaterialVerdict.COMMITTED})

_VERDICTS: Final[Mapping[Outcome, MaterialVerdict]] = {
    "pass": MaterialVerdict.EXEMPT,
    "partial": MaterialVerdict.PARTIAL,
    "unknown": MaterialVerdict.UNDECIDED,
    "fail": MaterialVerdict.NOT_EXEMPT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What an exemption is decided on; the same question has the same answer, bit for bit.

    Attributes:
        parties: Who has which role in the case.
        held: Certificates at hand; the order does not matter.
        grants: Grants they were fetched under.
        use_list: List of certificate uses (用证清单).
        covers: Whether the region of the first code is or contains that of the second.
        submitted: Codes of materials already handed in.
        needed: Codes of the materials that apply now.
        on: Day as of which validity counts, Asia/Shanghai; end days included.
        grantee: Region code of the organ that relies on the certificates.
        case: Case number.
        salt: Key of the digests in the evidence, at least 16 bytes, kept with the case.
        unreachable: Certificate types whose source did not answer.
        withdrawn: Grants withdrawn until the day that counts: identifier to instant.
        later: Materials that the applicant asks to bring later (容缺), with the last day.
        promised: Materials that the applicant promises (告知承诺), with the digest of the text.
    """

    parties: Mapping[Role, Party]
    held: Collection[HeldCertificate]
    grants: Collection[Grant]
    use_list: UseList
    covers: Covers
    submitted: Collection[str]
    needed: Collection[str]
    on: date
    grantee: str
    case: str
    salt: bytes
    unreachable: Collection[str] = ()
    withdrawn: Mapping[str, datetime] = field(default_factory=dict)
    later: Mapping[str, date] = field(default_factory=dict)
    promised: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Found:
    """What became of one requirement or alternative."""

    outcome: Outcome
    certificates: tuple[str, ...]
    reasons: tuple[Reason, ...]
    prefilled: tuple[str, ...] = ()


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
    asked = [material for material in item.materials if material.code in question.needed]
    ordered = replace(
        question,
        held=_ordered(question.held),
        grants=sorted(question.grants, key=lambda grant: grant.to_bytes()),
    )
    judged = [
        _Hearing(item, material, ordered).judge()
        for material in asked
        if material.any_of or _offered(material.code, question)
    ]
    needed = tuple(material.code for material in asked)
    spared = tuple(one.material for one, _ in judged if one.verdict is MaterialVerdict.EXEMPT)
    owed = tuple(one.material for one, _ in judged if one.verdict in OWED)
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
        materials=tuple(line for _, line in judged),
    )
    exemption = Exemption(
        item=item.item,
        region=item.region,
        item_digest=evidence.item_digest,
        on=question.on,
        required=needed,
        materials=tuple(verdict for verdict, _ in judged),
        spared=spared,
        owed=owed,
        outstanding=tuple(
            code for code in needed if code not in {*spared, *owed, *question.submitted}
        ),
        evidence_digest=evidence.digest(),
    )
    return exemption, evidence


def _offered(code: str, question: Question) -> bool:
    """Return whether the applicant offers to bring or promise what is not handed in."""
    offers = {*question.later, *question.promised}
    return code in offers and code not in question.submitted


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


def _ordered(held: Collection[HeldCertificate]) -> tuple[HeldCertificate, ...]:
    """Return each certificate once, in an order that does not depend on how they came."""
    return tuple(one for _, one in sorted({one.to_bytes(): one for one in held}.items()))


_NOTHING: Final = _Found("fail", (), ())
_NO_OFFER: Final = Hearing()


@dataclass(frozen=True, slots=True)
class _Hearing:
    """One material of one question."""

    item: ServiceItem
    material: Material
    question: Question

    def judge(self) -> tuple[SparedMaterial, MaterialLine]:
        tried = [self.try_alternative(at) for at in range(len(self.material.any_of))]
        outcome = _any(found.outcome for found, _ in tried)
        best = next((found for found, _ in tried if found.outcome == outcome), _NOTHING)
        offer = _NO_OFFER if outcome == "pass" else hear_offer(self.material, self.offers())
        spared = SparedMaterial(
            material=self.material.code,
            verdict=offer.verdict or _VERDICTS[outcome],
            certificates=best.certificates if outcome in {"pass", "partial"} else (),
            prefilled=best.prefilled if outcome == "partial" else (),
            until=offer.until,
            reasons=(
                *(reason for found, _ in tried for reason in found.reasons),
                *offer.reasons,
            ),
        )
        line = MaterialLine(
            material=spared.material,
            verdict=spared.verdict,
            until=spared.until,
            promised=offer.promised,
            alternatives=tuple(line for _, line in tried),
        )
        return spared, line

    def try_alternative(self, at: int) -> tuple[_Found, AlternativeLine]:
        wanted, place = self.material.any_of[at], f"{self.material.code}[{at}]"
        if not wanted:
            empty = EXEMPTION_ALTERNATIVE_EMPTY.of(field=place)
            return _Found("fail", (), (empty,)), AlternativeLine(outcome="fail")
        tried = [self.try_evidence(evidence, place) for evidence in wanted]
        found = _Found(
            _all(part.outcome for part, _ in tried),
            tuple(digest for part, _ in tried for digest in part.certificates),
            tuple(reason for part, _ in tried for reason in part.reasons),
            tuple(name for part, _ in tried for name in part.prefilled),
        )
        lines = tuple(line for _, line in tried)
        return found, AlternativeLine(outcome=found.outcome, requirements=lines)

    def try_evidence(self, evidence: Evidence, at: str) -> tuple[_Found, RequirementLine]:
        kind, place = evidence.certificate, f"{at}.{evidence.certificate}"
        held = [one for one in self.question.held if one.certificate.type == kind]
        tried = [
            _run(self.subject(one, evidence, f"{place}#{number}"))
            for number, one in enumerate(held, start=1)
        ]
        outcomes = [_outcome(found, prefills=evidence.prefills) for found in tried]
        outcome = _any(outcomes)
        reasons = [reason for found in tried for part in found.values() for reason in part]
        if kind in self.question.unreachable:
            outcome = "unknown"
            reasons.append(CERTIFICATE_SOURCE_UNREACHABLE.of(field=place, got=kind))
        elif not held:
            reasons.append(self.absence(kind, place))
        stands = outcome in {"pass", "partial"}
        used = (held[outcomes.index(outcome)].source_digest,) if stands else ()
        names = evidence.fields if outcome == "partial" else ()
        candidates = tuple(
            describe_candidate(one, _lines(found), salt=self.question.salt)
            for one, found in zip(held, tried, strict=True)
        )
        found = _Found(outcome, used, tuple(reasons), tuple(f"{kind}.{name}" for name in names))
        return found, RequirementLine(certificate=kind, outcome=outcome, candidates=candidates)

    def offers(self) -> Offers:
        ask = self.question
        return Offers(ask.later, ask.promised, frozenset(ask.submitted), ask.on)

    def absence(self, kind: str, place: str) -> Reason:
        """Say why no certificate is there: none was found, or none may even be asked for."""
        ask = self.question
        for grant in ask.grants:
            if grant.id in ask.withdrawn and self.covers(grant, kind):
                when = ask.withdrawn[grant.id].isoformat()
                return GRANT_WITHDRAWN.of(field=place, got=when)
        use = Use(self.item.item, kind, "", ask.grantee, ask.on)
        if ask.use_list.allows(use, covers=ask.covers):
            return CERTIFICATE_MISSING.of(field=place, expected=kind)
        return CERTIFICATE_USE_NOT_LISTED.of(field=place, expected=ask.grantee, got=kind)

    def covers(self, grant: Grant, kind: str) -> bool:
        return grant.holder == self.material.holder_role and kind in grant.certificates

    def subject(self, held: HeldCertificate, evidence: Evidence, place: str) -> Subject:
        ask, role = self.question, self.material.holder_role
        return Subject(
            held=held,
            evidence=evidence,
            item=self.item.item,
            role=role,
            party=ask.parties.get(role),
            guarded="guardian" in ask.parties,
            withdrawn=ask.withdrawn,
            grants=tuple(grant for grant in ask.grants if grant.id == held.grant),
            uses=ask.use_list,
            covers=ask.covers,
            grantee=ask.grantee,
            case=ask.case,
            on=ask.on,
            field=place,
        )


def _run(subject: Subject) -> dict[str, tuple[Reason, ...]]:
    return {name: tuple(check(subject)) for name, check in CHECKS.items()}


def _lines(found: Mapping[str, tuple[Reason, ...]]) -> tuple[CheckLine, ...]:
    return tuple(
        CheckLine(check=name, failed=tuple(reason.code for reason in reasons))
        for name, reasons in found.items()
    )


def _outcome(found: Mapping[str, tuple[Reason, ...]], *, prefills: bool) -> Outcome:
    """Return what became of one certificate: a fault outweighs that nobody answered."""
    codes = {reason.code for reasons in found.values() for reason in reasons}
    if codes - UNSETTLED:
        return "fail"
    if codes:
        return "unknown"
    return "partial" if prefills else "pass"


# From what stands in whole down to what does not at all. Not knowing comes before filling in:
# the source's answer may still spare the material.
_RANKS: Final[tuple[Outcome, ...]] = ("pass", "unknown", "partial", "fail")


def _any(outcomes: Iterable[Outcome]) -> Outcome:
    """Return the outcome of things of which one must pass; of none, ``fail``."""
    found = {*outcomes, "fail"}
    return next(rank for rank in _RANKS if rank in found)


def _all(outcomes: Iterable[Outcome]) -> Outcome:
    """Return the outcome of things that must all pass: the weakest of them."""
    found = {*outcomes, "pass"}
    return next(rank for rank in ("fail", "unknown", "partial", "pass") if rank in found)

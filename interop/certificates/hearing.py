"""Hear every material of a question: alternatives, requirements, candidates, with reasons.

What comes out is light; :mod:`interop.certificates.exemption` writes exemption and evidence
from it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from interop.certificates.checks import CHECKS, UNSETTLED, Subject
from interop.certificates.evidence import Outcome
from interop.certificates.exemption_reasons import (
    CERTIFICATE_MISSING,
    CERTIFICATE_SOURCE_UNREACHABLE,
    CERTIFICATE_USE_NOT_LISTED,
    EXEMPTION_ALTERNATIVE_EMPTY,
)
from interop.certificates.grant_reasons import GRANT_WITHDRAWN
from interop.certificates.offers import Hearing, Offers, hear_offer
from interop.certificates.standing import Asked, Ready, ask, make_ready, stands
from interop.certificates.use_list import Covers, Use, UseList
from interop.errors import Reason
from interop.model.certificate import Grant, HeldCertificate
from interop.model.item import Evidence, Material, ServiceItem
from interop.model.party import Party, Role

Failed = Mapping[str, tuple[Reason, ...]]

# A candidate that stands passed every check.
PASSED: Final[Failed] = MappingProxyType(dict.fromkeys(CHECKS, ()))


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


@dataclass(slots=True)
class Requirement:
    """What became of one certificate type that an alternative asks for.

    Attributes:
        evidence: What is asked for.
        outcome: What became of it.
        candidates: Every certificate of the type with the reasons of each check.
        used: Digest of the document it rests on, or empty.
        reasons: Every reason, each with its place.
    """

    evidence: Evidence
    outcome: Outcome
    candidates: list[tuple[HeldCertificate, Failed]]
    used: str
    reasons: list[Reason]


@dataclass(slots=True)
class Alternative:
    """What became of one alternative of a material."""

    outcome: Outcome
    requirements: list[Requirement]
    reasons: list[Reason]


@dataclass(slots=True)
class Judged:
    """What became of one material.

    Attributes:
        material: The material.
        outcome: What certificates come to.
        offer: What the applicant's offer comes to, where they do not spare it.
        heard: Every alternative; None where one stood at once and nothing else was looked at.
    """

    material: Material
    outcome: Outcome
    offer: Hearing
    heard: list[Alternative] | None


@dataclass(frozen=True, slots=True)
class Bench:
    """A question made ready: what :func:`judge` works on.

    Attributes:
        item: The item.
        question: The question, its certificates and grants in a fixed order.
        asked: The question, looked at once.
        ready: The certificates by type, each looked at once.
        materials: What is asked for and could be spared or owed, in the order of the guide.
    """

    item: ServiceItem
    question: Question
    asked: Asked
    ready: Mapping[str, list[Ready]]
    materials: tuple[Material, ...]


def seat(item: ServiceItem, question: Question) -> Bench:
    """Return the bench for ``question``; certificates and grants keep their order."""
    ready: dict[str, list[Ready]] = {}
    for held in question.held:
        found = make_ready(held, question.grants)
        ready.setdefault(held.certificate.type, []).append(found)
    asked = ask(
        question.parties,
        bound=(question.grantee, item.item, question.case),
        on=question.on,
        withdrawn=question.withdrawn,
        uses=(question.use_list, question.covers),
    )
    materials = tuple(
        material
        for material in item.materials
        if material.code in question.needed
        and (material.any_of or _is_offered(material.code, question))
    )
    return Bench(item, question, asked, ready, materials)


def judge(bench: Bench) -> list[Judged]:
    """Return what became of each material that is asked for and could be spared or owed."""
    return [
        Judged(material, "pass", _NO_OFFER, None)
        if _stands_at_once(bench, material)
        else _judged(bench, material)
        for material in bench.materials
    ]


def _stands_at_once(bench: Bench, material: Material) -> bool:
    """Return True only if some alternative stands in whole, by the quick yes of each part."""
    role, asked, ready, silent = (
        material.holder_role, bench.asked, bench.ready, bench.question.unreachable,
    )  # fmt: skip
    for wanted in material.any_of:
        for evidence in wanted:
            kind = evidence.certificate
            if evidence.prefills or kind in silent:
                break
            for one in ready.get(kind, ()):
                if stands(one, evidence, role, asked):
                    break
            else:
                break
        else:
            if wanted:
                return True
    return False


def _is_offered(code: str, question: Question) -> bool:
    return (code in question.later or code in question.promised) and (
        code not in question.submitted
    )


_NO_OFFER: Final = Hearing()


def _judged(bench: Bench, material: Material) -> Judged:
    tried = hear(bench, material)
    outcome = any_of(one.outcome for one in tried)
    offer = _NO_OFFER
    if outcome != "pass":
        ask_ = bench.question
        offers = Offers(ask_.later, ask_.promised, frozenset(ask_.submitted), ask_.on)
        offer = hear_offer(material, offers)
    return Judged(material, outcome, offer, tried)


def hear(bench: Bench, material: Material) -> list[Alternative]:
    """Return every alternative of ``material`` with every certificate and every reason."""
    return [
        _alternative(bench, material, at, wanted) for at, wanted in enumerate(material.any_of)
    ]


def _alternative(
    bench: Bench, material: Material, at: int, wanted: tuple[Evidence, ...]
) -> Alternative:
    if not wanted:
        empty = EXEMPTION_ALTERNATIVE_EMPTY.of(field=f"{material.code}[{at}]")
        return Alternative("fail", [], [empty])
    tried = [_requirement(bench, material, at, evidence) for evidence in wanted]
    outcome = all_of(one.outcome for one in tried)
    return Alternative(outcome, tried, [])


def _requirement(bench: Bench, material: Material, at: int, evidence: Evidence) -> Requirement:
    kind, role = evidence.certificate, material.holder_role
    tried: list[tuple[HeldCertificate, Failed]] = []
    outcome: Outcome = "fail"
    used = ""
    reasons: list[Reason] = []
    for number, one in enumerate(bench.ready.get(kind, ()), start=1):
        failed, found = PASSED, _whole(evidence)
        if not stands(one, evidence, role, bench.asked):
            place = f"{material.code}[{at}].{kind}#{number}"
            failed = check_all(
                subject_of(bench, material, one.held, evidence=evidence, place=place)
            )
            found = _outcome(failed, evidence)
            reasons.extend(reason for part in failed.values() for reason in part)
        tried.append((one.held, failed))
        if RANKS[found] < RANKS[outcome]:
            outcome = found
            used = one.held.source_digest if found != "unknown" else ""
    return _closed(bench, material, at, Requirement(evidence, outcome, tried, used, reasons))


def _closed(bench: Bench, material: Material, at: int, found: Requirement) -> Requirement:
    """Return ``found`` with what no certificate can say: silence of the source, or absence."""
    kind = found.evidence.certificate
    place = f"{material.code}[{at}].{kind}"
    if kind in bench.question.unreachable:
        found.reasons.append(CERTIFICATE_SOURCE_UNREACHABLE.of(field=place, got=kind))
        found.outcome, found.used = "unknown", ""
    elif not found.candidates:
        found.reasons.append(_absence(bench, material, kind, place))
    return found


def _absence(bench: Bench, material: Material, kind: str, place: str) -> Reason:
    """Say why no certificate is there: none was found, or none may even be asked for."""
    ask_, role = bench.question, material.holder_role
    for grant in ask_.grants:
        covers = grant.holder == role and kind in grant.certificates
        if covers and grant.id in ask_.withdrawn:
            when = ask_.withdrawn[grant.id].isoformat()
            return GRANT_WITHDRAWN.of(field=place, got=when)
    use = Use(bench.item.item, kind, "", ask_.grantee, ask_.on)
    if ask_.use_list.allows(use, covers=ask_.covers):
        return CERTIFICATE_MISSING.of(field=place, expected=kind)
    return CERTIFICATE_USE_NOT_LISTED.of(field=place, expected=ask_.grantee, got=kind)


def subject_of(
    bench: Bench, material: Material, held: HeldCertificate, *, evidence: Evidence, place: str
) -> Subject:
    """Return what the checks look at: one certificate held against one piece of evidence."""
    ask_, role = bench.question, material.holder_role
    return Subject(
        held=held,
        evidence=evidence,
        item=bench.item.item,
        role=role,
        party=ask_.parties.get(role),
        guarded="guardian" in ask_.parties,
        withdrawn=ask_.withdrawn,
        grants=tuple(grant for grant in ask_.grants if grant.id == held.grant),
        uses=ask_.use_list,
        covers=ask_.covers,
        grantee=ask_.grantee,
        case=ask_.case,
        on=ask_.on,
        field=place,
    )


def check_all(subject: Subject) -> Failed:
    """Return the reasons of every check by its name."""
    return {name: tuple(check(subject)) for name, check in CHECKS.items()}


def _whole(evidence: Evidence) -> Outcome:
    return "partial" if evidence.prefills else "pass"


def _outcome(failed: Failed, evidence: Evidence) -> Outcome:
    """Return what became of one certificate: a fault outweighs that nobody answered."""
    codes = {reason.code for reasons in failed.values() for reason in reasons}
    if codes - UNSETTLED:
        return "fail"
    return "unknown" if codes else _whole(evidence)


# From what stands in whole down to what does not at all. Not knowing comes before filling in:
# the source's answer may still spare the material.
RANKS: Final[Mapping[Outcome, int]] = {"pass": 0, "unknown": 1, "partial": 2, "fail": 3}
_WEAKEST: Final[tuple[Outcome, ...]] = ("fail", "unknown", "partial", "pass")


def any_of(outcomes: Iterable[Outcome]) -> Outcome:
    """Return the outcome of things of which one must pass; of none, ``fail``."""
    return min(outcomes, key=RANKS.__getitem__, default="fail")


def all_of(outcomes: Iterable[Outcome]) -> Outcome:
    """Return the outcome of things that must all pass: the weakest of them."""
    found = set(outcomes)
    return next(rank for rank in _WEAKEST if rank in found)

"""What judging returns: a decision (判断) on criteria, an exemption (材料减免)."""

from datetime import date
from enum import StrEnum
from typing import Literal

from interop.errors import Reason
from interop.model.item import Basis, ClauseKind
from interop.model.record import Record

Intake = Literal["acceptable", "supplement", "not_competent", "not_required", "undetermined"]
Merits = Literal["met", "not_met", "undetermined"]


class ClauseOutcome(Record):
    """One clause that failed or could not be decided.

    Attributes:
        clause: Clause identifier, or ``material:<code>``.
        kind: What an unmet clause leads to.
        outcome: ``failed`` or ``unknown``.
        effect: ``supplement`` (补正), ``precheck`` (预审提示, never bars filing),
            ``refuse`` (不予受理) or ``not-required`` (不受理).
        reason: Code, fields and wording; ``expected`` holds the threshold, ``got`` the value.
        basis: The norm, if the clause names one.
        remedy_zh: What to do, in Chinese.
        remedy_en: What to do, in English.
        missing: Facts that are not known and matter.
    """

    clause: str
    kind: ClauseKind
    outcome: Literal["failed", "unknown"]
    effect: Literal["supplement", "precheck", "refuse", "not-required"]
    reason: Reason
    basis: Basis | None = None
    remedy_zh: str = ""
    remedy_en: str = ""
    missing: tuple[str, ...] = ()


class StatedFact(Record):
    """One fact that a decision rests on, and where it came from; never its value.

    Attributes:
        fact: Name of the fact.
        source: ``form`` as declared, ``application`` from what was filed, ``shared``, or
            ``certificate:<type>.<field>``.
    """

    fact: str
    source: str


class Decision(Record):
    """Decision (判断) on one application: every reason, every missing fact.

    Attributes:
        item: Service item.
        region: Region whose version of the item was used.
        version: Version of the item.
        criterion_digest: Digest of that version.
        on: Day of the decision, Asia/Shanghai.
        intake: Whether the case may come in. No substantive clause can change it.
        merits: Whether the substantive conditions hold, as far as known.
        outcomes: Every failing or undecided clause, in the order of the item.
        missing_facts: Every fact that is not known and matters.
        missing_materials: Codes of every material still to be handed in.
        stated: The facts that were stated, by name, and where each came from.
    """

    item: str
    region: str
    version: str
    criterion_digest: str
    on: date
    intake: Intake
    merits: Merits
    outcomes: tuple[ClauseOutcome, ...] = ()
    missing_facts: tuple[str, ...] = ()
    missing_materials: tuple[str, ...] = ()
    stated: tuple[StatedFact, ...] = ()


class MaterialVerdict(StrEnum):
    """What becomes of one material."""

    EXEMPT = "exempt"
    PARTIAL = "partial"
    DEFERRED = "deferred"
    COMMITTED = "committed"
    NOT_EXEMPT = "not-exempt"
    UNDECIDED = "undecided"


class SparedMaterial(Record):
    """The verdict on one material with every reason of every alternative.

    Attributes:
        material: Material code.
        verdict: ``exempt`` it is not asked for; ``partial`` certificates fill in fields, the
            original is still asked for; ``deferred`` it may come until ``until``;
            ``committed`` a promise stands in its place; ``not-exempt``; ``undecided`` a source
            did not answer.
        certificates: Digests of the documents that the verdict rests on.
        prefilled: Canonical fields that certificates fill in, as ``<type>.<field>``.
        until: Last day on which a deferred material may come, Asia/Shanghai.
        reasons: Why the alternatives failed, each with its place.
    """

    material: str
    verdict: MaterialVerdict
    certificates: tuple[str, ...] = ()
    prefilled: tuple[str, ...] = ()
    until: date | None = None
    reasons: tuple[Reason, ...] = ()


class Exemption(Record):
    """Exemption (材料减免): what is spared and what is still asked for, once.

    Attributes:
        item: Service item.
        region: Region whose version was used.
        item_digest: Digest of that version.
        on: Day as of which validity was judged, Asia/Shanghai.
        required: Codes of the materials asked for without certificates.
        materials: A verdict for each material that a certificate could spare.
        spared: Codes spared.
        owed: Codes deferred or promised: not asked for today, and not spared either.
        outstanding: Codes still to be handed in, in the order of the guide.
        evidence_digest: Digest of the evidence record (no personal values).
    """

    item: str
    region: str
    item_digest: str
    on: date
    required: tuple[str, ...]
    materials: tuple[SparedMaterial, ...]
    spared: tuple[str, ...]
    owed: tuple[str, ...] = ()
    outstanding: tuple[str, ...]
    evidence_digest: str

    @property
    def settled(self) -> tuple[str, ...]:
        """Return the codes that need not be handed in today: spared, deferred or promised."""
        return (*self.spared, *self.owed)

"""A case (办件): what is applied for, what is handed over, and the facts it is folded from."""

from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import AwareDatetime, Field, JsonValue

from interop.model.certificate import Grant, HeldCertificate
from interop.model.item import Basis
from interop.model.judgement import Decision, Exemption
from interop.model.party import Party
from interop.model.ports import SealMark
from interop.model.record import Record
from interop.model.sensitive import Sensitive

CaseSide = Literal["receiving", "handling"]
FactValue = bool | int | str | list[str]


class SubmittedMaterial(Record):
    """A material handed in at the window.

    Attributes:
        code: Material code of the item.
        content_digest: Digest of the content.
        size: Bytes.
        media_type: Such as ``application/pdf``.
    """

    code: str
    content_digest: str
    size: int = Field(ge=0)
    media_type: str


class Application(Record):
    """What an applicant asks for.

    Attributes:
        item: Service item.
        handling_region: Region whose organ is to rule.
        applicant: In whose name.
        agent: The natural person acting for the applicant, if another.
        facts: Declared facts by vocabulary name; decimals and dates as strings.
        materials: Materials handed in.
        guardian: The guardian (监护人), where the applicant is a minor; acts itself.
        principal: The principal (委托人), where a material asks for its certificate.
        later: Materials to come later (容缺), with the last day, Asia/Shanghai.
        promised: Materials promised (告知承诺), with the digest of the text that was signed.
        submitted_at: Entry into the designated system; aware.
        channel: Value of GBT39046:A.5.
        contact_mobile: Where the applicant or its agent can be reached, if they say so.
        joint: Number of the joint application (联办) that it is a part of, as the window
            numbers it; None by itself.
    """

    item: str
    handling_region: str
    applicant: Party
    agent: Party | None = None
    facts: dict[str, FactValue] = Field(default_factory=dict)
    materials: tuple[SubmittedMaterial, ...] = ()
    guardian: Party | None = None
    principal: Party | None = None
    later: dict[str, date] = Field(default_factory=dict)
    promised: dict[str, str] = Field(default_factory=dict)
    submitted_at: AwareDatetime
    channel: str = "1"
    contact_mobile: Sensitive | None = None
    joint: str | None = Field(default=None, min_length=1, max_length=64)


class Package(Record):
    """What is handed over (转办): all that the handling region needs to decide by itself.

    Attributes:
        case: Case number.
        application: The application.
        token: Token that the handling region verifies by its own registry; None once it has
            done so, or once the package has left.
        mandate: Signed mandate (授权委托) of the applicant for its agent, if one acts.
        certificates: Certificates that spare materials.
        grants: Grants they were fetched under.
        withdrawn: Grants that their holder withdrew, by identifier, with the instant.
        exemption: What the receiving window found; the handling region finds again.
        decision: What the receiving window found.
        knowledge: Digests of the knowledge used, by kind.
        unreachable: Certificate types whose service did not answer as its contract says.
        evidence_salt: Salt of the digests in the evidence record; lets both sides replay it.
        contents: Materials whose content the window holds, to be fetched from it; None where
            it holds none, and the papers travel by themselves.
    """

    case: str
    application: Application
    token: Sensitive | None = None
    mandate: Sensitive | None = None
    certificates: tuple[HeldCertificate, ...] = ()
    grants: tuple[Grant, ...] = ()
    withdrawn: dict[str, AwareDatetime] = Field(default_factory=dict)
    exemption: Exemption
    decision: Decision
    knowledge: dict[str, str]
    unreachable: tuple[str, ...] = ()
    evidence_salt: Sensitive
    contents: tuple[str, ...] | None = None


class CaseFact(Record):
    """One fact of one side; a case is the fold of both sides' facts.

    Attributes:
        case: Case number.
        side: The side that owns the type.
        seq: Position in that side's own sequence, from 1.
        seen: Last position of the other side's sequence known when this was stated.
        type: A row of the life-cycle table.
        at: When it happened; aware.
        body: What the type needs, such as a notice number.
    """

    case: str
    side: CaseSide
    seq: int = Field(ge=1)
    seen: int = Field(ge=0)
    type: str
    at: AwareDatetime
    body: dict[str, JsonValue] = Field(default_factory=dict)


class Command(Record):
    """What one side asks the other to state.

    Attributes:
        id: Unique among the commands of the case.
        case: Case number.
        side: The side that asks.
        asks: Type of the fact that is asked for.
        at: When; aware.
        body: What the fact should say.
    """

    id: str = Field(min_length=1, max_length=64)
    case: str
    side: CaseSide
    asks: str
    at: AwareDatetime
    body: dict[str, JsonValue] = Field(default_factory=dict)


class NoticeKind(StrEnum):
    """Kinds of notice (文书)."""

    RECEIPT = "receipt-note"
    ACCEPTANCE = "acceptance"
    SUPPLEMENT = "supplement"
    NOT_REQUIRED = "not-required"
    REFUSAL = "refusal"
    EXTENSION = "extension"
    SPECIAL = "special-procedure"
    HEARING_RIGHT = "hearing-right"
    HEARING = "hearing-notice"
    RULING = "ruling"
    DELIVERY = "delivery-record"


class NoticeDeadline(Record):
    """A last day that a notice tells, inclusive."""

    clock: str
    zh: str
    due_on: date
    provisional: bool = False


class Remedy(Record):
    """A way to contest what a notice decides (救济途径).

    Attributes:
        kind: Administrative review (行政复议) or litigation (行政诉讼).
        zh: The sentence in the notice: to whom, within what time.
        basis: The norm.
    """

    kind: Literal["review", "litigation"]
    zh: str
    basis: Basis


class Notice(Record):
    """A notice (文书) with its number and text.

    Attributes:
        kind: Kind of notice.
        number: Document number.
        case: Case number.
        region: Region of the organ that issues it.
        on: Date on the notice, Asia/Shanghai.
        items: What it asks for or decides, one line each, in Chinese.
        bases: Norms it rests on.
        deadlines: Last days it tells.
        remedies: How it can be contested.
        text: The full text in Chinese.
    """

    kind: NoticeKind
    number: str
    case: str
    region: str
    on: date
    items: tuple[str, ...] = ()
    bases: tuple[Basis, ...] = ()
    deadlines: tuple[NoticeDeadline, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    text: Sensitive


class SealedNotice(Record):
    """The seal (盖章) of a notice: it lies beside the notice and changes no byte of it.

    Attributes:
        case: Case number.
        notice: Number of the notice.
        mark: What the organ's seal service gave.
    """

    case: str
    notice: str
    mark: SealMark


class HeldContent(Record):
    """The organ's word that the content of a material is with it, whole and verified.

    Attributes:
        case: Case number.
        code: Material, as the application addresses it.
        content_digest: Digest of the content.
    """

    case: str
    code: str
    content_digest: str


class LicenceNews(Record):
    """What became of a licence, told to whoever may have spared a material by it.

    Attributes:
        case: The case that granted it.
        fact: What became of it, such as ``revoked``.
        licence: Digest of its number; who has not seen the number learns nothing.
    """

    case: str
    fact: str
    licence: str


class Deadline(Record):
    """Deadline (时限) of one clock.

    Attributes:
        clock: Row of mappings/clocks, such as ``C2``.
        zh: What runs, in Chinese.
        en: What runs, in English.
        binds: Who is bound by it.
        starts_on: Day that starts it; not counted. For a clock counted back, the day it is
            counted back from.
        due_on: Last day, inclusive; the earliest possible day if provisional.
        provisional: True while a calendar year it runs into is not announced.
        length: How many units, an extension included.
        unit: Working or calendar days.
        calendar_digest: Digest of the calendar it was computed with.
        effect: What follows once the last day has passed, see mappings/clocks.
        counts_until: Later day up to which an act still counts as in time; None if none.
        suspended: Units left out while the clock stood still.
        stands_still: Whether it stands still on the day of asking.
        fact: The fact that started it, as ``side:seq``, where each such fact starts a clock
            of its own; empty else.
    """

    clock: str
    zh: str
    en: str
    binds: Literal["organ", "citizen"]
    starts_on: date
    due_on: date
    provisional: bool = False
    length: int
    unit: Literal["working-day", "calendar-day"]
    calendar_digest: str
    effect: str = "overdue"
    counts_until: date | None = None
    suspended: int = 0
    stands_still: bool = False
    fact: str = ""


class DeadlineRevised(Record):
    """A deadline moved or became definite, as a new calendar year was announced.

    Attributes:
        case: Case number.
        clock: Row of mappings/clocks.
        before: Last day as it was told.
        due_on: Last day now.
        provisional: Whether it still waits for a year not announced.
        calendar_digest: Digest of the calendar that moved it.
    """

    case: str
    clock: str
    before: date
    due_on: date
    provisional: bool
    calendar_digest: str


class Case(Record):
    """A case as folded from both sides' facts.

    Attributes:
        number: Case number (办件编号), opaque on input.
        item: Service item.
        receiving: Receiving region (收件地).
        handling: Handling region (办理地).
        state: A state of the life-cycle table.
        received_at: When the materials were received; aware.
        accepted_on: Day of acceptance, deemed or stated.
        deemed: True if acceptance follows from silence (逾期不告知).
        ruling: ``permitted`` (准予) or ``rejected`` (不予).
        receiving_seq: Facts of the receiving side.
        handling_seq: Facts of the handling side.
        state_hash: Digest over all facts in the order both sides agree on.
        out_of_time: Facts that came too late, as ``side:seq``.
        licence: Standing of the licence once one was granted, such as ``revoked``.
        deemed_renewed: True if a renewal asked for in time follows from silence at expiry.
        procedures: Special procedures that have begun and not ended.
        done: Facts that may be stated once only, and were.
    """

    number: str
    item: str
    receiving: str
    handling: str
    state: str
    received_at: AwareDatetime | None = None
    accepted_on: date | None = None
    deemed: bool = False
    ruling: Literal["permitted", "rejected"] | None = None
    receiving_seq: int = 0
    handling_seq: int = 0
    state_hash: str
    out_of_time: tuple[str, ...] = ()
    licence: str | None = None
    deemed_renewed: bool = False
    procedures: tuple[str, ...] = ()
    done: tuple[str, ...] = ()

"""An electronic certificate (电子证照) in canonical form, and the grant to use it.

Source: names after GB/T 36903 as production code writes them (docs/glossary.md).
"""

from datetime import date
from enum import StrEnum
from typing import Final, Literal

from pydantic import AwareDatetime, Field

from interop.model.item import Basis
from interop.model.party import IdentityProof, Party, Role
from interop.model.record import Record
from interop.model.sensitive import Sensitive

REGION: Final = r"^\d{6}$"
# What a body field holds that was sent and says nothing; lists are kept as canonical JSON.
_SAYS_NOTHING: Final = frozenset({"", "[]"})

TrustLevel = Literal["A", "B", "C", "D"]


class CertificateStatus(StrEnum):
    """Status of a certificate; mappings/codes holds the crosswalk to 01…07, 99."""

    VALID = "valid"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"
    MOVED_OUT = "moved-out"
    WITHDRAWN = "withdrawn"
    OTHER = "other"


class Certificate(Record):
    """One certificate, whatever region and format it came in.

    Attributes:
        type: Canonical type, a folder of mappings/certificates.
        type_code: National certificate type code, 21 characters.
        identifier: GB/T 36904 identifier with check character.
        number: Number printed on the certificate.
        title: Name of the certificate.
        issuer_code: Credit code of the issuing authority (some cities: region code).
        issuer_name: Name of the issuing authority.
        issued_on: Day of issue, Asia/Shanghai.
        valid_from: First day of validity, inclusive; None if not stated.
        valid_until: Last day of validity, inclusive; None is 长期.
        status: Status at the time of fetching.
        holders: Holders in the order of the certificate.
        area: Region code that the certificate belongs to.
        trust_level: A issued and sealed at source … D uploaded by the holder (unverified).
        fields: Body fields by canonical name.
    """

    type: str
    type_code: str
    identifier: Sensitive
    number: Sensitive
    title: str
    issuer_code: str
    issuer_name: str
    issued_on: date
    valid_from: date | None = None
    valid_until: date | None = None
    status: CertificateStatus
    holders: tuple[Party, ...] = Field(min_length=1)
    area: str
    trust_level: TrustLevel
    fields: dict[str, Sensitive] = Field(default_factory=dict)

    def states(self, name: str) -> bool:
        """Return whether the body field is there and neither blank nor an empty list."""
        value = self.fields.get(name)
        return value is not None and value.reveal().strip() not in _SAYS_NOTHING


SealVerdict = Literal["valid", "tampered", "expired", "untrusted", "incomplete", "unreadable"]


class SealFinding(Record):
    """What verifying the seals of a document found.

    Attributes:
        verdict: The first that holds of the verdicts, ``valid`` last.
        signers: Credit codes of the organs whose seals hold, as the seals name them.
        uncovered: How many content files no seal covers.
    """

    verdict: SealVerdict
    signers: tuple[str, ...] = ()
    uncovered: int = Field(default=0, ge=0)


class Annotation(Record):
    """What an annotated copy (加注件) says of itself: for what it may be used, until when.

    Attributes:
        case: Case number.
        item: Service item.
        grantee: Region code of the organ that it was made for.
        purpose: 用证事由.
        not_after: Last instant of use; aware.
    """

    case: str
    item: str
    grantee: str
    purpose: str = Field(min_length=1, max_length=200)
    not_after: AwareDatetime


class HeldCertificate(Record):
    """A certificate with where it came from: what an exemption is decided on.

    Attributes:
        certificate: The canonical certificate.
        source_region: Region whose service supplied it.
        source_digest: Digest of the bytes as received.
        mapping_digest: Digest of the mapping that read them.
        grant: Identifier of the grant under which it was fetched.
        fetched_at: When; aware.
        superseded: Whether the source's status answer says that a newer version exists.
        replaces: Identifier of the certificate it was renewed from, as the source states it.
        status_at: When the source last answered about the status; aware. None if it did not:
            nothing is then decided on it.
        seal: What verifying its seals found; None for a document that carries none.
        unsigned: Canonical paths whose source parts no valid signature covers although it
            should; what rests on them spares nothing.
        annotation: What it may be used for, where it is an annotated copy.
    """

    certificate: Certificate
    source_region: str = Field(pattern=REGION)
    source_digest: str
    mapping_digest: str
    grant: str
    fetched_at: AwareDatetime
    superseded: bool = False
    replaces: Sensitive | None = None
    status_at: AwareDatetime | None = None
    seal: SealFinding | None = None
    unsigned: tuple[str, ...] = ()
    annotation: Annotation | None = None


class LegalBasis(Record):
    """Why a certificate may be used: duty, consent, or a guardian's consent.

    Attributes:
        kind: Statutory duty needs notice, consent needs the notice agreed to.
        basis: The norm.
        notice_version: Version of the notice that was shown.
        notice_digest: Digest of that notice.
        shown_at: When it was shown; aware.
        channel: Where it was shown, such as ``window``.
    """

    kind: Literal["statutory_duty", "consent", "guardian_consent"]
    basis: Basis
    notice_version: str
    notice_digest: str
    shown_at: AwareDatetime
    channel: str


class Grant(Record):
    """Grant (用证授权): a purpose-bound right to fetch and use certificates.

    Attributes:
        id: Unique identifier.
        holder: Whose certificates; role of the case.
        holder_proof: Ties the grant to the holder's number, without the number.
        grantee: Region code of the organ that may use them.
        item: Service item.
        case: Case number.
        certificates: Canonical certificate types covered.
        fields: Canonical body fields covered, by certificate type; a type that is not listed
            is covered whole.
        purpose: 用证事由, at most 200 characters, mandatory on every fetch.
        basis: Legal basis with the notice shown.
        not_after: Last instant of use; aware.
        uses_max: How many fetches it covers.
    """

    id: str
    holder: Role
    holder_proof: IdentityProof
    grantee: str
    item: str
    case: str
    certificates: tuple[str, ...] = Field(min_length=1)
    fields: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    purpose: str = Field(min_length=1, max_length=200)
    basis: LegalBasis
    not_after: AwareDatetime
    uses_max: int = Field(ge=1, le=100)

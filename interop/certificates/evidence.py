"""The evidence record (留痕): what an exemption was decided on, without a personal value.

Identifiers and holder numbers stand as keyed digests; the key (``salt``) is kept with the
case, so that an auditor with the case can check them and nobody else can guess them.
"""

import hashlib
import hmac
from datetime import date
from typing import Final, Literal

from pydantic import AwareDatetime

from interop.model.certificate import HeldCertificate, SealFinding
from interop.model.judgement import MaterialVerdict
from interop.model.record import Record
from interop.model.sensitive import Sensitive

SALT_BYTES_MIN: Final = 16

# ``partial``: certificates fill in fields, the original is still asked for.
Outcome = Literal["pass", "partial", "unknown", "fail"]


class CheckLine(Record):
    """One check of one certificate; passed if no code is listed."""

    check: str
    failed: tuple[str, ...] = ()


class CandidateLine(Record):
    """One certificate that was looked at.

    Attributes:
        source_digest: Digest of the bytes as received.
        mapping_digest: Digest of the mapping that read them.
        source_region: Region whose service supplied it.
        grant: Identifier of the grant.
        identifier: Keyed digest of the certificate identifier.
        holders: Keyed digests of the holders' numbers.
        status_at: When the source answered about the status, UTC; None if it did not.
        seal: What verifying the seals found; None for a document without.
        unsigned: Canonical paths that no valid signature covers.
        checks: Every check with its result.
    """

    source_digest: str
    mapping_digest: str
    source_region: str
    grant: str
    identifier: str
    holders: tuple[str, ...]
    status_at: AwareDatetime | None = None
    seal: SealFinding | None = None
    unsigned: tuple[str, ...] = ()
    checks: tuple[CheckLine, ...]


class RequirementLine(Record):
    """One certificate type that an alternative asks for."""

    certificate: str
    outcome: Outcome
    candidates: tuple[CandidateLine, ...] = ()


class AlternativeLine(Record):
    """One alternative of a material."""

    outcome: Outcome
    requirements: tuple[RequirementLine, ...] = ()


class MaterialLine(Record):
    """One material with every alternative.

    Attributes:
        material: Material code.
        verdict: What became of it.
        until: Last day on which it may come, where it was deferred.
        promised: Digest of the text that was promised in its place, or empty.
        alternatives: Every alternative, in the order of the guide.
    """

    material: str
    verdict: MaterialVerdict
    until: date | None = None
    promised: str = ""
    alternatives: tuple[AlternativeLine, ...] = ()


class EvidenceRecord(Record):
    """Everything the decision rests on; the same question gives the same bytes.

    Attributes:
        case: Case number.
        item: Service item.
        region: Region whose version of the item was used.
        item_digest: Digest of that version.
        use_list_digest: Digest of the list of certificate uses.
        grantee: Region code of the organ that relies on the certificates.
        on: Day as of which validity was judged, Asia/Shanghai.
        needed: Codes of the materials asked for, in the order of the guide.
        submitted: Codes handed in, sorted.
        unreachable: Certificate types whose source did not answer, sorted.
        withdrawn: Identifiers of the grants that were withdrawn, sorted.
        materials: Every material that a certificate could spare.
    """

    case: str
    item: str
    region: str
    item_digest: str
    use_list_digest: str
    grantee: str
    on: date
    needed: tuple[str, ...]
    submitted: tuple[str, ...]
    unreachable: tuple[str, ...]
    withdrawn: tuple[str, ...] = ()
    materials: tuple[MaterialLine, ...]


def keyed_digest(value: Sensitive, *, salt: bytes) -> str:
    """Return the HMAC-SHA-256 of a personal value under ``salt``."""
    mac = hmac.new(salt, value.reveal().encode(), hashlib.sha256)
    return f"hmac-sha-256:{mac.hexdigest()}"


def describe_candidate(
    held: HeldCertificate, checks: tuple[CheckLine, ...], *, salt: bytes
) -> CandidateLine:
    """Return the line of one certificate that was looked at."""
    one = held.certificate
    return CandidateLine(
        source_digest=held.source_digest,
        mapping_digest=held.mapping_digest,
        source_region=held.source_region,
        grant=held.grant,
        identifier=keyed_digest(one.identifier, salt=salt),
        holders=tuple(keyed_digest(holder.code, salt=salt) for holder in one.holders),
        status_at=held.status_at,
        seal=held.seal,
        unsigned=held.unsigned,
        checks=checks,
    )

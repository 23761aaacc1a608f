"""What verifying a sealed document comes to: a verdict, and every check of every seal."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from interop.certificates.ofd import reasons as rows
from interop.errors import Reason
from interop.model.canonical import Json


class Result(StrEnum):
    """How one check went."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_APPLICABLE = "not-applicable"


class Verdict(StrEnum):
    """What the document is worth; the first that holds, in this order."""

    UNREADABLE = "unreadable"
    TAMPERED = "tampered"
    EXPIRED = "expired"
    UNTRUSTED = "untrusted"
    INCOMPLETE = "incomplete"
    VALID = "valid"


CHECKS: Final = (
    "file-digests",
    "coverage",
    "signature-hash",
    "signature",
    "signer-validity",
    "seal-signature",
    "seal-period",
    "signer-in-seal",
    "signing-time",
    "issuer-trusted",
    "later-extended",
)
# What a failed check with this reason makes of the document. A reason that is not listed
# tells that something could not be read or judged.
VERDICTS: Final[Mapping[str, Verdict]] = MappingProxyType(
    {
        **dict.fromkeys(
            (
                rows.REFERENCES_NONE.code,
                rows.REFERENCE_LOST.code,
                rows.FILE_CHANGED.code,
                rows.SIGNATURE_FILE_CHANGED.code,
                rows.SIGNATURE_FALSE.code,
                rows.SEAL_FALSE.code,
                rows.SIGNER_NOT_IN_SEAL.code,
            ),
            Verdict.TAMPERED,
        ),
        **dict.fromkeys(
            (
                rows.SIGNER_NOT_VALID.code,
                rows.MAKER_NOT_VALID.code,
                rows.SEAL_NOT_VALID.code,
                rows.TIME_AHEAD.code,
            ),
            Verdict.EXPIRED,
        ),
        **dict.fromkeys(
            (rows.NO_SEAL.code, rows.NOT_TRUSTED.code, rows.SIGNER_KEY_USE.code),
            Verdict.UNTRUSTED,
        ),
        **dict.fromkeys((rows.NOT_COVERED.code, rows.LATER_CHANGED.code), Verdict.INCOMPLETE),
    }
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one check went, and why.

    Attributes:
        result: Passed, failed or not applicable.
        reasons: Why it failed; for one that passed, what should be known all the same.
    """

    result: Result
    reasons: tuple[Reason, ...] = ()


PASSED: Final = Outcome(Result.PASSED)
NOT_APPLICABLE: Final = Outcome(Result.NOT_APPLICABLE)


def judged(reasons: Iterable[Reason]) -> Outcome:
    """Return a check that failed for ``reasons``, or passed if there are none."""
    found = tuple(reasons)
    return Outcome(Result.FAILED, found) if found else PASSED


@dataclass(frozen=True, slots=True)
class SealFinding:
    """One seal of a document.

    Attributes:
        part: File of the signature.
        version: 1 for GM/T 0031, 4 for GB/T 38540; 0 if it could not be read or is none.
        checks: Each check by name, in the order of :data:`CHECKS`.
        signed_at: Signing time; None if it could not be read.
        signer: Name in the signer's certificate, for display alone.
        covered: Files that the seal vouches for, if it is sound.
    """

    part: str
    version: int
    checks: Mapping[str, Outcome]
    signed_at: datetime | None = None
    signer: str = field(default="", repr=False)
    covered: frozenset[str] = frozenset()

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Return the reasons of every check that failed."""
        failed = (each for each in self.checks.values() if each.result is Result.FAILED)
        return tuple(reason for each in failed for reason in each.reasons)

    @property
    def is_sound(self) -> bool:
        """Return whether the seal vouches for what it covers: only coverage may lack."""
        return all(VERDICTS.get(r.code) is Verdict.INCOMPLETE for r in self.reasons)

    def as_json(self) -> dict[str, Json]:
        """Return the seal as JSON; the time with its zone, each reason with its check."""
        told: list[Json] = [
            {"check": name, **reason.as_json()}
            for name, outcome in self.checks.items()
            for reason in outcome.reasons
        ]
        return {
            "part": self.part,
            "version": self.version,
            "checks": {name: outcome.result.value for name, outcome in self.checks.items()},
            "signed_at": self.signed_at.isoformat() if self.signed_at else None,
            "signer": self.signer,
            "reasons": told,
        }


@dataclass(frozen=True, slots=True)
class SealReport:
    """A sealed document, judged.

    Attributes:
        verdict: What it is worth.
        seals: Its seals, in the order of their lists.
        uncovered: Content files that some seal leaves out and no later valid seal takes in.
        digest: SHA-256 of the document, hexadecimal.
        signed: Files that a sound and trusted seal vouches for.
        reasons: Why the document as a whole is not valid; empty if it is.
    """

    verdict: Verdict
    seals: tuple[SealFinding, ...]
    uncovered: tuple[str, ...]
    digest: str
    signed: frozenset[str] = frozenset()
    reasons: tuple[Reason, ...] = ()

    @classmethod
    def unreadable(cls, digest: str, reasons: tuple[Reason, ...]) -> "SealReport":
        """Return the report on a document that could not be read."""
        return cls(Verdict.UNREADABLE, (), (), digest, reasons=reasons)

    def as_json(self) -> dict[str, Json]:
        """Return the report as JSON."""
        return {
            "verdict": self.verdict.value,
            "seals": [seal.as_json() for seal in self.seals],
            "uncovered": list(self.uncovered),
            "digest": self.digest,
            "reasons": [dict(reason.as_json()) for reason in self.reasons],
        }


def verdict_of(reasons: Iterable[Reason]) -> Verdict:
    """Return the first verdict, in their order, that one of ``reasons`` comes to."""
    found = {VERDICTS.get(reason.code, Verdict.UNREADABLE) for reason in reasons}
    return next((verdict for verdict in Verdict if verdict in found), Verdict.VALID)

"""Certificates trusted to vouch for seals: named by the caller, or in identity/anchors.

An anchor is an authority, or the signer's or the seal maker's own certificate, pinned. Any
certificate of an authority chains to it, so an authority that also serves the public should
vouch for signers only, with the seal makers pinned.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from pydantic import Field

from interop.certificates.ofd.reasons import ANCHOR_BROKEN, ANCHOR_TWICE
from interop.crypto.sm2.reasons import X509_ALGORITHM
from interop.crypto.sm2.x509 import Sm2Certificate
from interop.errors import Reason, TrustError
from interop.model.item import Verified
from interop.model.record import Record

PEM_CHARS_MAX: Final = 16 * 1024
ANCHORS_MAX: Final = 500


class Use(StrEnum):
    """What an anchor vouches for."""

    SIGNER = "signer"
    SEAL_MAKER = "seal-maker"


EVERY_USE: Final = frozenset(Use)


@dataclass(frozen=True, slots=True)
class Anchor:
    """A certificate that is trusted.

    Attributes:
        certificate: The certificate.
        uses: Whether it vouches for signers, for seal makers, or for both.
    """

    certificate: Sm2Certificate
    uses: frozenset[Use] = EVERY_USE

    @classmethod
    def read(cls, data: bytes, *, uses: frozenset[Use] = EVERY_USE) -> "Anchor":
        """Return the anchor in PEM or DER.

        Raises:
            TrustError: ``x509-malformed``, ``x509-algorithm`` or ``key-point``.
        """
        return cls(Sm2Certificate.read(data), uses)


class AnchorRow(Record):
    """One anchor of identity/anchors.

    Attributes:
        name: Short name, ASCII.
        zh: Whose certificate it is, in Chinese.
        en: The same in English.
        uses: What it vouches for.
        pem: The certificate: with an SM2 key for OFD seals, with any other for PDF signatures.
        source: Where the certificate came from, and who checked it with its owner.
        verified: Whether that was done.
    """

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=64)
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)
    uses: tuple[Use, ...] = Field(min_length=1)
    pem: str = Field(min_length=1, max_length=PEM_CHARS_MAX)
    source: str = Field(min_length=1)
    verified: Verified

    def anchor(self) -> Anchor | None:
        """Return the anchor of OFD seals; None for a certificate with another key than SM2.

        Raises:
            TrustError: ``x509-malformed`` or ``key-point``.
        """
        try:
            return Anchor.read(self.pem.encode("utf-8"), uses=frozenset(self.uses))
        except TrustError as fault:
            if fault.code == X509_ALGORITHM.code:
                return None
            raise


class AnchorFile(Record):
    """A file of identity/anchors.

    Attributes:
        anchor: Its anchors.
    """

    anchor: tuple[AnchorRow, ...] = Field(min_length=1, max_length=ANCHORS_MAX)


def check_anchors(file: AnchorFile) -> tuple[Reason, ...]:
    """Return every problem of the certificates in ``file``; empty if all can be used."""
    return tuple(_problems(file))


def _problems(file: AnchorFile) -> Iterator[Reason]:
    seen: set[str] = set()
    for at, row in enumerate(file.anchor):
        field = f"anchor.{at}.pem"
        try:
            found = row.anchor()
            digest = found.certificate.digest if found else row.pem.strip()
        except TrustError as fault:
            yield ANCHOR_BROKEN.of(field=field, got=fault.code)
            continue
        if digest in seen:
            yield ANCHOR_TWICE.of(field=field)
        seen.add(digest)

"""Pairwise subjects of this region: one person, a different name for every audience.

The key of an epoch belongs to one region and never leaves it. Two regions, or two audiences
of one region, hold names of a person that nobody without the keys can bring together.
Source: OpenID Connect Core 1.0 section 8.1; GB/T 32905 (SM3); RFC 2104; RFC 5869.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from typing import Final, Literal, Self

from interop.crypto import base64url
from interop.errors import TrustError
from interop.federation.exchange_reasons import SUBJECT_KEY

Algorithm = Literal["sha-256", "sm3"]

KEY_BYTES_MIN: Final = 32
EPOCH_MAX: Final = 9_999
# Between key id and digest; neither can hold it.
BETWEEN: Final = "~"
HASHES: Final = {"sha-256": "sha256", "sm3": "sm3"}
_VERSION: Final = "v1"
_LABEL: Final = b"interop pairwise subjects v1|"
_SECTOR: Final = re.compile(r"[!-{}~]{1,300}")
_IDENTIFIER: Final = re.compile(r"[a-z0-9-]{1,32}\|[^|\s]{1,400}")
_ID: Final = re.compile(r"[a-z0-9.-]{1,32}")


@dataclass(frozen=True, slots=True)
class SubjectKey:
    """The key of one epoch.

    Attributes:
        id: Names the key and its epoch, such as ``e1``; stands before every subject.
        secret: 32 bytes or more.
        algorithm: ``sha-256``, or ``sm3`` under the profile production-cn.
    """

    id: str
    secret: bytes = field(repr=False)
    algorithm: Algorithm = "sha-256"

    def __post_init__(self) -> None:
        if len(self.secret) < KEY_BYTES_MIN or not _ID.fullmatch(self.id):
            raise TrustError(SUBJECT_KEY.of(field="key"))
        if self.algorithm not in HASHES:
            raise TrustError(SUBJECT_KEY.of(field="algorithm"))

    @classmethod
    def of(cls, secret: bytes, *, epoch: int, algorithm: Algorithm = "sha-256") -> Self:
        """Return the key of ``epoch``, derived from a region's ``secret``.

        A new epoch gives every person new names; the old key is kept as long as old names
        must be recognised.

        Raises:
            TrustError: ``subject-key``.
        """
        if not 1 <= epoch <= EPOCH_MAX or len(secret) < KEY_BYTES_MIN:
            raise TrustError(SUBJECT_KEY.of(field="epoch"))
        derived = hmac.digest(secret, _LABEL + f"{epoch}|{algorithm}".encode(), hashlib.sha256)
        return cls(f"e{epoch}", derived, algorithm)

    def subject(self, sector: str, scheme_and_code: str) -> str:
        """Return the name of a party within ``sector``.

        Args:
            sector: Whom the name is for: an audience.
            scheme_and_code: ``scheme|code``, such as ``uscc|…``.

        Returns:
            ``id~`` and 43 characters of base64url: HMAC over ``v1|sector|scheme|code``.

        Raises:
            TrustError: ``subject-key``.
        """
        if not _SECTOR.fullmatch(sector):
            raise TrustError(SUBJECT_KEY.of(field="sector"))
        if not _IDENTIFIER.fullmatch(scheme_and_code):
            raise TrustError(SUBJECT_KEY.of(field="scheme_and_code"))
        message = f"{_VERSION}|{sector}|{scheme_and_code}".encode()
        mac = hmac.new(self.secret, message, HASHES[self.algorithm]).digest()
        return f"{self.id}{BETWEEN}{base64url.encode(mac)}"

    def known_as(self, sector: str, *, issuer: str, subject: str) -> str:
        """Return the name within ``sector`` of whom ``issuer`` calls ``subject``.

        No identity number is needed: the name hangs on the issuer's own pairwise name.
        """
        known = hashlib.sha256(f"{len(issuer)}|{issuer}|{subject}".encode()).digest()
        return self.subject(sector, f"subject|{base64url.encode(known)}")

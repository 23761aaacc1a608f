"""A key that an issuer signs with, and the instants between which it counts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from interop.crypto import VerificationKey
from interop.errors import TrustError
from interop.federation.files import IssuerKey
from interop.federation.reasons import (
    TOKEN_KEY_NOT_YET,
    TOKEN_KEY_PAST,
    TOKEN_KEY_RETIRED,
    TOKEN_KEY_REVOKED,
)

SKEW_S_MAX: Final = 60
SKEW: Final = timedelta(seconds=SKEW_S_MAX)


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """A signing key of an issuer, imported once, with its dates."""

    row: IssuerKey
    key: VerificationKey

    def require_usable(self, now: datetime) -> None:
        """Refuse the key unless it may verify at ``now``.

        Raises:
            TrustError: ``token-key-revoked``, ``token-key-not-yet`` or ``token-key-past``.
        """
        if self.row.state == "revoked":
            raise TrustError(TOKEN_KEY_REVOKED.of(field="kid", got=self.row.kid))
        if now < self.row.use_from - SKEW:
            raise TrustError(TOKEN_KEY_NOT_YET.of(field="kid", got=self.row.kid))
        if now > self.row.verify_until:
            raise TrustError(TOKEN_KEY_PAST.of(field="kid", got=self.row.kid))

    def require_signing(self, signed_at: datetime) -> None:
        """Refuse what was signed before the key's first or after its last signing instant.

        Raises:
            TrustError: ``token-key-not-yet`` or ``token-key-retired``.
        """
        if signed_at < self.row.use_from - SKEW:
            raise TrustError(TOKEN_KEY_NOT_YET.of(field="kid", got=self.row.kid))
        if signed_at > self.row.sign_until:
            raise TrustError(TOKEN_KEY_RETIRED.of(field="kid", got=self.row.kid))

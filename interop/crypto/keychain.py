"""A decryption key, and those that it has replaced.

What was encrypted to a former key comes for as long as batches and files are under way; each
body names the key that it is encrypted to.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from interop.crypto.jwe import Opener
from interop.crypto.seal_reasons import JWE_OTHER_RECIPIENT
from interop.errors import TrustError
from interop.model.canonical import Json


@dataclass(frozen=True, slots=True)
class Keychain:
    """Private keys of one kind; implements ``Opener``.

    Attributes:
        present: The key that peers encrypt to now; opens what names none.
        former: Keys that it has replaced.
    """

    present: Opener
    former: tuple[Opener, ...] = ()

    @property
    def kid(self) -> str:
        """Return the name of the present key."""
        return self.present.kid

    @property
    def kids(self) -> tuple[str, ...]:
        """Return the names of all keys."""
        return (self.kid, *(key.kid for key in self.former))

    @property
    def alg(self) -> str:
        """Return how they take content keys."""
        return self.present.alg

    @property
    def enc(self) -> str:
        """Return the cipher of the bodies."""
        return self.present.enc

    def unwrap(self, header: Mapping[str, Json], sealed: bytes) -> bytes:
        """Return the content key of a body, by the key that it names.

        Raises:
            TrustError: ``jwe-other-recipient``, or as the key itself.
        """
        named = header.get("kid", self.kid)
        for key in (self.present, *self.former):
            if key.kid == named:
                return key.unwrap(header, sealed)
        raise TrustError(JWE_OTHER_RECIPIENT.of(field="kid", expected=self.kid))

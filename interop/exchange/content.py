"""One content key per batch: one key agreement for five hundred bodies.

Each body keeps a nonce of its own, so the key is never used twice with the same one.
Source: NIST SP 800-38D section 8.3 (random nonces: far below 2^32 uses of one key).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from interop.crypto.content import Wrapped
from interop.crypto.jwe import Opener, Random, Recipient
from interop.model.canonical import Json, canonical_bytes


class BatchKey:
    """A recipient to whom everything is encrypted under one content key; made per batch."""

    def __init__(self, recipient: Recipient) -> None:
        """Take the recipient; the key is made with the first body."""
        self._recipient = recipient
        self._wrapped: Wrapped | None = None
        self.kid, self.alg, self.enc = recipient.kid, recipient.alg, recipient.enc

    def wrap(self, random: Random) -> Wrapped:
        """Return the batch's content key, for this recipient."""
        if self._wrapped is None:
            self._wrapped = self._recipient.wrap(random)
        return self._wrapped


@dataclass(slots=True)
class BatchOpener:
    """A private key that opens each content key of a batch once.

    Attributes:
        key: The private key.
    """

    key: Opener
    _opened: dict[bytes, bytes] = field(default_factory=dict, repr=False)

    @property
    def kid(self) -> str:
        """Return the key's name."""
        return self.key.kid

    @property
    def kids(self) -> tuple[str, ...]:
        """Return the names of all that it opens."""
        return self.key.kids

    @property
    def alg(self) -> str:
        """Return how it takes content keys."""
        return self.key.alg

    @property
    def enc(self) -> str:
        """Return the cipher of the bodies."""
        return self.key.enc

    def unwrap(self, header: Mapping[str, Json], sealed: bytes) -> bytes:
        """Return the content key that a body brings."""
        name = canonical_bytes(dict(header)) + b"." + sealed
        if name not in self._opened:
            self._opened[name] = self.key.unwrap(header, sealed)
        return self._opened[name]

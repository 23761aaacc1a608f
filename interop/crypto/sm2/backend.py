"""Which implementation of SM2 is used: the first that passes a known-answer test.

The system's library comes first, the verifier in Python last. An embedder with another
implementation, or with a security module that keeps its keys (PKCS#11, GM/T 0018 SDF), hands
it in as a :class:`Sm2Backend`; it has to pass the same test.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Final, Protocol

from interop.crypto.sm2.curve import message_digest, signer_digest
from interop.crypto.sm2.libcrypto import LibcryptoBackend, NoLibrary
from interop.crypto.sm2.pure import PureBackend
from interop.crypto.sm2.reasons import SM2_NO_BACKEND
from interop.errors import TrustError


class Sm2Public(Protocol):
    """A public key of a backend."""

    def verify(self, signature: bytes, digest: bytes) -> bool:
        """Return whether ``signature``, r and s in 64 bytes, is over the digest e."""
        ...

    def encrypt(self, plain: bytes) -> bytes:
        """Return ``plain`` encrypted: C1, C3, C2 one after the other."""
        ...


class Sm2Private(Protocol):
    """A private key of a backend, or of a security module that never gives it away."""

    @property
    def point(self) -> bytes:
        """Return the public point: x and y, 64 bytes."""
        ...

    def sign(self, digest: bytes) -> bytes:
        """Return r and s over the digest e, 64 bytes."""
        ...

    def decrypt(self, sealed: bytes) -> bytes:
        """Return what was encrypted to this key."""
        ...


class Sm2Backend(Protocol):
    """An implementation of SM2.

    Attributes:
        name: What it is called in reports.
        can_sign: Whether it has private keys; one without only verifies.
    """

    @property
    def name(self) -> str: ...  # noqa: D102 -- told in the class

    @property
    def can_sign(self) -> bool: ...  # noqa: D102 -- told in the class

    def public(self, point: bytes) -> Sm2Public:
        """Return the key with this point: x and y, 64 bytes, on the curve."""
        ...

    def private(self, scalar: bytes) -> Sm2Private:
        """Return the key with this scalar: 32 bytes."""
        ...


# The example of GB/T 32918.5-2017, annex A.2, with the default identifier.
KNOWN_SCALAR: Final = bytes.fromhex(
    "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8"
)
KNOWN_POINT: Final = bytes.fromhex(
    "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
    "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
)
KNOWN_MESSAGE: Final = b"message digest"
KNOWN_SIGNATURE: Final = bytes.fromhex(
    "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
    "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"
)

Found = Callable[[], Sm2Backend]


def passes(backend: Sm2Backend) -> bool:
    """Return whether ``backend`` gives the known answers."""
    digest = message_digest(signer_digest(KNOWN_POINT), KNOWN_MESSAGE)
    public = backend.public(KNOWN_POINT)
    broken = bytes([KNOWN_SIGNATURE[0] ^ 1]) + KNOWN_SIGNATURE[1:]
    if not public.verify(KNOWN_SIGNATURE, digest) or public.verify(broken, digest):
        return False
    if not backend.can_sign:
        return True
    private = backend.private(KNOWN_SCALAR)
    opened = private.decrypt(public.encrypt(KNOWN_MESSAGE)) == KNOWN_MESSAGE
    return opened and public.verify(private.sign(digest), digest)


def choose(candidates: Sequence[Found]) -> Sm2Backend:
    """Return the first backend that can be had and passes the known-answer test.

    Raises:
        TrustError: ``sm2-no-backend``: none is left.
    """
    for found in candidates:
        try:
            backend = found()
            if passes(backend):
                return backend
        except (NoLibrary, TrustError, OSError):
            continue
    raise TrustError(SM2_NO_BACKEND.of(field="SM2"))


@cache
def default_backend() -> Sm2Backend:
    """Return the backend of this process: the system's library, else Python."""
    return choose((LibcryptoBackend.found, PureBackend))

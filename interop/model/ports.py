"""What a capability needs from outside, as protocols.

transport/ (for Cipher and Signer, crypto/) implements them; gateway/ hands them in. No
implementation keeps a secret in its repr, and every call has a time limit of its own.
"""

from datetime import date, datetime
from typing import Literal, Protocol, runtime_checkable

from pydantic import AwareDatetime, Field, JsonValue

from interop.model.certificate import Grant
from interop.model.party import Party
from interop.model.record import Record
from interop.model.sensitive import Sensitive

Env = Literal["prod", "test", "sim"]


class Clock(Protocol):
    """The one source of now; injected everywhere."""

    def __call__(self) -> datetime:
        """Return the present instant, aware."""
        ...


class Cipher(Protocol):
    """Authenticated encryption of what is stored."""

    name: str

    def seal(self, key: bytes, plain: bytes, *, bound_to: bytes) -> bytes:
        """Return ``plain`` encrypted under ``key`` and tied to ``bound_to``."""
        ...

    def unseal(self, key: bytes, sealed: bytes, *, bound_to: bytes) -> bytes:
        """Return the plain bytes.

        Raises:
            StoreDamaged: The bytes, the key or ``bound_to`` do not fit.
        """
        ...


class OrganKey(Protocol):
    """The organ's key that wraps case keys; a file, the environment or an HSM."""

    key_id: str

    def secret(self) -> bytes:
        """Return the 32 secret bytes."""
        ...


class Signer(Protocol):
    """A private key that signs; the key itself may live in hardware."""

    kid: str
    alg: str

    def sign(self, message: bytes) -> bytes:
        """Return the JOSE signature of ``message``."""
        ...


class Peer(Protocol):
    """Another region's gateway, reached over some carrier."""

    def send(self, batch: bytes) -> bytes:
        """Deliver a batch and return the peer's receipt.

        Raises:
            RegionError: Not reached, timed out, or answered with a fault.
            ExchangeError: The peer refused the batch, with its reason.
        """
        ...

    def ask(self, question: bytes) -> bytes:
        """Put a signed question about a channel and return the answer.

        Raises:
            RegionError: Not reached, timed out, or answered with a fault.
            ExchangeError: The peer refused the question, with its reason.
        """
        ...

    def knowledge(self, digest: str) -> bytes:
        """Return the canonical bytes of a knowledge version by digest.

        Raises:
            RegionError: Not reached, timed out, or not held there.
        """
        ...


@runtime_checkable
class MaterialSource(Protocol):
    """A peer over a carrier that brings contents of materials, piece by piece."""

    def material(self, ask: bytes, case: str, code: str, *, first: int, last: int) -> bytes:
        """Return the bytes from ``first`` to ``last`` of a content, both inclusive.

        Args:
            ask: Signed question for this content.
            case: Case number.
            code: Material, as the application addresses it.
            first: First byte.
            last: Last byte.

        Raises:
            RegionError: Not reached, timed out, or answered with a fault.
            ExchangeError: The peer refused, with its reason.
        """
        ...


@runtime_checkable
class MaterialSink(Protocol):
    """A peer over a carrier that takes contents of materials, piece by piece."""

    def piece(self, piece: bytes) -> int:
        """Deliver a piece, signed and encrypted; return how many bytes are held there then.

        Raises:
            RegionError: Not reached, timed out, or answered with a fault.
            ExchangeError: The peer refused, with its reason.
        """
        ...


class CertificateQuery(Record):
    """A question to a region's certificate service.

    Attributes:
        certificate: Canonical certificate type.
        type_code: Certificate type code in the region's own catalogue.
        holder: Whose certificate.
        grant: The grant; its purpose travels with the question.
    """

    certificate: str
    type_code: str
    holder: Party
    grant: Grant


class CertificateSource(Protocol):
    """A region's certificate service."""

    region: str

    def fetch(self, query: CertificateQuery) -> tuple[bytes, ...]:
        """Return the documents found, each as the bytes received; empty if there is none.

        Raises:
            RegionError: Not reached, timed out, fault, or contract violated.
        """
        ...


class Registration(Record):
    """What an acceptance system is told about a case.

    Attributes:
        case: Case number; the system answers the same to a repeated number.
        task_code: Implementation code of the item.
        item_name: Name of the item.
        applicant: In whose name.
        agent: Who acts for it.
        received_at: When the materials were received; aware.
        receiving_region: Where.
        materials: Codes of materials handed in or spared.
        certificates: Certificates that spare materials, in the region's own format.
    """

    case: str
    task_code: str
    item_name: str
    applicant: Party
    agent: Party | None = None
    received_at: AwareDatetime
    receiving_region: str
    materials: tuple[str, ...]
    certificates: tuple[dict[str, JsonValue], ...] = ()


class Progress(Record):
    """How far an acceptance system is with a case.

    Attributes:
        case: Case number.
        acceptance_number: Number of the acceptance document (受理文书编号).
        state: Where the case stands there.
        on: Day of that state, Asia/Shanghai.
        result_number: Number of the resulting licence, once permitted.
        explanation: Reason stated with a rejection.
    """

    case: str
    acceptance_number: str
    state: Literal["accepted", "permitted", "rejected"]
    on: date
    result_number: str = ""
    explanation: Sensitive = Field(default_factory=lambda: Sensitive(""))


class AcceptanceSystem(Protocol):
    """A region's acceptance system (受理系统), the system of record of its organ."""

    region: str

    def register(self, registration: Registration) -> Progress:
        """Register a case; idempotent by case number.

        Raises:
            RegionError: Not reached, timed out, fault, or contract violated.
        """
        ...

    def progress(self, case: str) -> Progress:
        """Return how far the case is.

        Raises:
            RegionError: Not reached, timed out, fault, or contract violated.
        """
        ...


class ReplayStore(Protocol):
    """What may be used once, named by who issued it and its identifier."""

    def first_use(self, issuer: str, token_id: str, *, until: datetime, now: datetime) -> bool:
        """Return True the first time ``issuer`` and ``token_id`` come, False afterwards.

        Args:
            issuer: Who issued it.
            token_id: Its ``jti``; never its bytes, since a signature can be rewritten.
            until: The instant from which everybody refuses it as expired; aware.
            now: The present instant, aware. What is past ``until`` may be forgotten; a clock
                that steps back opens nothing again.

        Raises:
            TrustError: It cannot be told, so the use is refused.
        """
        ...


RevocationState = Literal["valid", "revoked", "unknown"]


class Revocations(Protocol):
    """Whether an issuer has taken something back."""

    def state(self, issuer: str, token_id: str, *, now: datetime) -> RevocationState:
        """Return the state of what ``issuer`` named ``token_id``, as told not too long ago.

        ``unknown`` if the issuer has told nothing, or nothing lately; whoever asks refuses.
        """
        ...

    def at(self, issuer: str, uri: str, index: int, *, now: datetime) -> RevocationState:
        """Return the state at a position of the status list that ``issuer`` tells at ``uri``.

        ``unknown`` as in :meth:`state`, and for a position that the list does not have.
        """
        ...


class LoggedOut(Protocol):
    """Which sessions an identity provider has ended."""

    def end(self, key: str, *, at: datetime, until: datetime) -> None:
        """Remember that the sessions under ``key`` that began by ``at`` are over.

        Args:
            key: Digest of issuer and subject or session.
            at: When they ended; aware.
            until: From when no token of them can be alive any more; aware.
        """
        ...

    def ended_at(self, key: str) -> datetime | None:
        """Return when the sessions under ``key`` ended last, if they did."""
        ...


class Fetch(Protocol):
    """Read a small JSON document of an issuer."""

    def get(self, url: str, *, bytes_max: int, deadline_s: float) -> bytes:
        """Return the body of a 200 answer of JSON; no redirect, no proxy, no other type.

        Raises:
            RegionError: Not reached, late, too large, or another answer.
        """
        ...


class SealMark(Record):
    """What the organ's seal service gives back for a document.

    Attributes:
        organ: Unified social credit code of the organ whose seal it is.
        name: Name of the seal, as it is shown.
        content_digest: Digest of the sealed bytes, ``sha-256:…`` or ``sm3:…``.
        sealed_at: When; aware.
        token: The service's own proof, opaque here.
    """

    organ: str
    name: str
    content_digest: str = Field(pattern=r"^(sha-256|sm3):[0-9a-f]{64}$")
    sealed_at: AwareDatetime
    token: str = Field(max_length=65_536)


class SealService(Protocol):
    """The seal service (电子印章) of an organ; the seal itself never leaves it."""

    def seal(self, data: bytes, *, organ: str) -> SealMark:
        """Return the mark of the organ's seal on ``data``.

        Raises:
            RegionError: Not reached, timed out, or refused: nothing is sealed.
        """
        ...

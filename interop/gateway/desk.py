"""What one gateway works with: everything wired once, handed to every verb."""

import random
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime

from interop.cases import LifeCycle
from interop.crypto.ring import KeyRing
from interop.errors import KnowledgeError
from interop.exchange import Backoff, Directory
from interop.federation import TrustRegistry, Verifier
from interop.gateway.library import Library
from interop.gateway.reasons import NO_ACCEPTANCE_SYSTEM, NO_CERTIFICATE_SOURCE
from interop.gateway.station import Memory, Retry
from interop.gateway.step_reasons import NO_SEAL_SERVICE
from interop.gateway.trust import SignedTrust
from interop.model.day import day_of
from interop.model.ports import (
    AcceptanceSystem,
    CertificateSource,
    Clock,
    Env,
    Peer,
    SealService,
)
from interop.store import Store
from interop.store.tx import Tx


@dataclass(frozen=True, slots=True)
class Outside:
    """The world beyond this process, as ports.

    Attributes:
        peer: Returns the gateway of a region.
        certificates: Returns the certificate service of this region, if it has one.
        acceptance: Returns the organ's acceptance system, if it is reached over an adapter;
            an embedding host that is the system of record itself has none here.
        seals: Returns the organ's seal service, if it is reached over an adapter.
        seal_organ: Credit code of the organ whose seal a notice bears where the item names
            none, such as the window's; empty for no seal there.
        close: Closes every client that was made.
    """

    peer: Callable[[str], Peer]
    certificates: Callable[[], CertificateSource] | None = None
    acceptance: Callable[[], AcceptanceSystem] | None = None
    seals: Callable[[], SealService] | None = None
    seal_organ: str = ""
    close: Callable[[], None] = lambda: None


@dataclass(slots=True)
class Rest:
    """How long a service that was not reached is left alone, in this process only.

    Attributes:
        until: Second of the monotonic clock.
        code: Why it was not reached.
    """

    until: float = 0.0
    code: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """One region's gateway, wired.

    Attributes:
        region: Region code it acts for.
        env: Environment of its keys.
        clock: The one source of now.
        store: Its database.
        keys: Its keys.
        library: Its knowledge, typed.
        verifier: Verifies tokens addressed to it; holds the registry in use.
        directory: Itself and its peers.
        outside: Ports.
        backoff: Delays between retries.
        holder: Name under which it takes leases.
        memory: What is remembered of lanes and peers, in this process only.
        seal_rest: How long the seal service is left alone.
        trust: The signed registry, if it is not read from the folder identity/.
    """

    region: str
    env: Env
    clock: Clock
    store: Store
    keys: KeyRing
    library: Library
    verifier: Verifier
    directory: Directory
    outside: Outside
    backoff: Backoff = field(default_factory=lambda: Backoff(random.SystemRandom()))
    holder: str = field(default_factory=lambda: uuid.uuid4().hex)
    memory: Memory = field(default_factory=Memory)
    seal_rest: Rest = field(default_factory=Rest)
    trust: SignedTrust | None = None

    @property
    def retries(self) -> dict[tuple[str, int], Retry]:
        """Return the lanes that are put off."""
        return self.memory.retries

    @property
    def registry(self) -> TrustRegistry:
        """Return whom it trusts now."""
        return self.verifier.registry

    @contextmanager
    def sit(self) -> Iterator["Sitting"]:
        """Open the one transaction of a verb; it commits if the block succeeds.

        Yields:
            The sitting.
        """
        with self.store.transaction() as tx:
            yield Sitting(self, tx)

    def now(self) -> datetime:
        """Return the present instant, aware."""
        return self.clock()

    def today(self) -> date:
        """Return the present day in Asia/Shanghai."""
        return day_of(self.clock())

    @property
    def table(self) -> LifeCycle:
        """Return the life-cycle table that new cases begin with."""
        return self.library.lifecycle.value

    def source(self) -> CertificateSource:
        """Return the certificate service of this region or its province.

        Raises:
            KnowledgeError: ``gateway-no-certificate-source``.
        """
        if self.outside.certificates is None:
            raise KnowledgeError(NO_CERTIFICATE_SOURCE.of(field="adapters", got=self.region))
        return self.outside.certificates()

    def acceptance(self) -> AcceptanceSystem:
        """Return the acceptance system.

        Raises:
            KnowledgeError: ``gateway-no-acceptance-system``.
        """
        if self.outside.acceptance is None:
            raise KnowledgeError(NO_ACCEPTANCE_SYSTEM.of(field="adapters", got=self.region))
        return self.outside.acceptance()

    def seals(self) -> SealService:
        """Return the organ's seal service.

        Raises:
            KnowledgeError: ``gateway-no-seal-service``.
        """
        if self.outside.seals is None:
            raise KnowledgeError(NO_SEAL_SERVICE.of(field="adapters", got=self.region))
        return self.outside.seals()


@dataclass(frozen=True, slots=True)
class Sitting:
    """One transaction at a desk: what a step of a case needs."""

    desk: Desk
    tx: Tx

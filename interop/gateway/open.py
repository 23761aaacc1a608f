"""The gateway of one region: open it, then use its verbs in the order of the way."""

from collections.abc import Sequence
from datetime import datetime
from os import PathLike
from pathlib import Path
from typing import Self

from interop.crypto.ring import KeyRing
from interop.federation import Possession
from interop.gateway import back, front, stationing, withdrawal
from interop.gateway import trace as tracing
from interop.gateway import work as working
from interop.gateway.desk import Desk, Outside
from interop.gateway.filing import Filing
from interop.gateway.host import HostService
from interop.gateway.library import Library
from interop.gateway.opening import believing, keep_beginning, open_store, system_clock
from interop.gateway.outside import reach_out
from interop.gateway.sparing import Draft, draft_case
from interop.gateway.station import Station
from interop.gateway.steps import Steps
from interop.gateway.tokens import TokenService
from interop.gateway.trace import Trace
from interop.gateway.trust import SignedTrust, directory_of
from interop.gateway.work import WorkReport
from interop.knowledge import Knowledge
from interop.model.case import Application, Case
from interop.model.day import day_of
from interop.model.judgement import Decision
from interop.model.party import Principal, Role
from interop.model.ports import Clock
from interop.model.sensitive import Sensitive
from interop.store import versions as kept_versions


class Gateway(Steps):
    """One region's gateway; synchronous and thread-safe.

    The verbs, in the order of the way: identify, check, spare, withdraw_grant, receive,
    hand_over, accept, supplement, rule, deliver, trace, work, close; beside it: state,
    ask_for, commands, notice. Each that changes a case does so in one transaction, and
    repeating it repeats nothing.
    """

    @classmethod
    def open(  # noqa: PLR0913 -- what a gateway is made of, each by name
        cls,
        region: str,
        *,
        store: str | PathLike[str],
        keys: KeyRing,
        knowledge: Library | Knowledge | Path | None = None,
        clock: Clock | None = None,
        outside: Outside | None = None,
        trust: SignedTrust | None = None,
    ) -> Self:
        """Open the gateway of ``region``.

        Args:
            region: Region code; a process may open several gateways.
            store: Path or URL of its database, created and migrated as needed.
            keys: Its keys; their env decides whom it talks to.
            knowledge: Knowledge, or the folder to lay over the shipped one; gateways of one
                process may share a library of it.
            clock: The source of now, aware; the system's if not given.
            outside: Ports to regional systems and peers; made from adapters/ if not given.
            trust: The signed registry; without it identity/ of the knowledge is believed.

        Raises:
            KnowledgeError: Bad or missing knowledge, every problem at once; ``profile-…`` for
                keys that may not be used here.
            TrustError: The registry lacks this gateway or its keys, is not valid or goes back.
            StoreError: The store refuses.
        """
        now = clock or system_clock
        keys.require_openable(day_of(now()))
        library = Library.of(knowledge)
        library.require_sound(region)
        # All of this before the store, so that nothing stays open if a file is broken.
        verifier, opened = believing(library, region, keys, clock=now, trust=trust)
        items = library.items_of(region)
        desk = Desk(
            region=region,
            env=keys.env,
            clock=now,
            outside=outside or reach_out(library, region, env=keys.env, clock=now),
            store=open_store(store, keys),
            keys=keys,
            library=library,
            verifier=verifier,
            directory=directory_of(lambda: verifier.registry, region, keys, now),
            trust=trust,
        )
        keep_beginning(desk, items, opened)
        return cls(desk)

    @property
    def region(self) -> str:
        """Return the region code this gateway acts for."""
        return self._desk.region

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.shut()

    def shut(self) -> None:
        """Release clients and store."""
        self._desk.outside.close()
        self._desk.store.close()

    @property
    def tokens(self) -> TokenService:
        """Return what can be done with tokens: read, exchange, log out, revoke."""
        return TokenService(self._desk)

    @property
    def host(self) -> HostService:
        """Return what a host system asks beyond the verbs: questions, clocks, events."""
        return HostService(self._desk)

    def identify(self, token: Sensitive, *, proof: Possession | None = None) -> Principal:
        """Return who is asking and how surely; a token bound to a key needs its proof.

        Raises:
            TrustError: Which check failed, on whose side, and what to do.
        """
        return self.tokens.identify(token, proof=proof).principal

    def check(self, application: Application) -> Decision:
        """Return what the criteria say of an application; nothing is kept.

        Raises:
            CaseError: Bad parties or facts, all at once.
            KnowledgeError: Unknown item or region.
        """
        return front.check(self._desk, application)

    def spare(self, filing: Filing) -> Draft:
        """Fetch certificates, decide which materials are spared, keep it as a draft.

        Raises:
            CaseError: Bad parties or facts, or the reference was used before.
            TrustError: The login does not prove the parties.
            KnowledgeError: Unknown item or region, or no certificate service.
        """
        return draft_case(self._desk, filing)

    def withdraw_grant(self, case: str, *, holder: Role) -> Draft:
        """Take back a grant of ``holder``: no further fetch, its materials are asked for.

        Raises:
            CaseError: ``case-unknown``, ``case-draft-unfinished`` or ``grant-missing``.
        """
        return withdrawal.withdraw_grant(self._desk, case, holder)

    def receive(self, case: str) -> Case:
        """Receive a drafted case; C1 runs from its entry into the system.

        Raises:
            CaseError: ``intake-barred``, ``case-unknown``, ``not-competent``.
        """
        return front.receive(self._desk, case)

    def hand_over(self, case: str) -> Case:
        """Hand a received case over to the handling region.

        Raises:
            CaseError: ``not-competent``, ``transition-illegal``, ``case-unknown``.
        """
        return front.hand_over(self._desk, case)

    def accept(self, case: str, *, acceptance_number: str = "") -> Case:
        """Accept a case; only the competent organ may.

        Raises:
            CaseError: ``not-competent``, ``transition-illegal``, ``case-unknown``.
        """
        return back.accept(self._desk, case, acceptance_number=acceptance_number)

    def supplement(self, case: str, *, also: Sequence[str] = ()) -> Case:
        """Tell the applicant once all that is missing; ``also``: what a person found.

        Raises:
            CaseError: ``not-competent``, ``transition-illegal``, ``notice-too-late``,
                ``notice-second-requirement``, ``supplement-without-items``.
        """
        return back.supplement(self._desk, case, also=also)

    def rule(
        self,
        case: str,
        ruling: back.Ruling,
        *,
        result_number: str = "",
        reasons: Sequence[str] = (),
    ) -> Case:
        """Record the ruling and conclude the case.

        Raises:
            CaseError: ``not-competent``, ``transition-illegal``, ``ruling-without-reason``.
        """
        return back.rule(self._desk, case, ruling, result_number=result_number, reasons=reasons)

    def deliver(self, case: str, *, method: str, served_at: datetime | None = None) -> Case:
        """Deliver the result and keep the record of it.

        Raises:
            CaseError: ``not-competent``, ``transition-illegal``, ``case-unknown``.
        """
        return front.deliver(self._desk, case, method=method, served_at=served_at)

    def trace(self, case: str) -> Trace:
        """Return timeline, deadlines, notices, receipts and replay of a case.

        Raises:
            CaseError: ``case-unknown``.
        """
        return tracing.trace(self._desk, case)

    def work(self) -> WorkReport:
        """Pump outboxes, carry out intents, revise provisional deadlines; once."""
        return working.work(self._desk)

    def close(self, case: str) -> Case:
        """Archive a case.

        Raises:
            CaseError: ``not-competent``, ``transition-illegal``.
        """
        return back.close(self._desk, case)

    def receive_batch(self, data: bytes) -> bytes:
        """Apply a batch and return the receipt; raise as ``gateway.intake.take_batch``."""
        return stationing.receive_batch(self._desk, data)

    @property
    def station(self) -> Station:
        """Return it as its peers see it: what carries batches works on it."""
        return stationing.station_of(self._desk)

    def knowledge_version(self, digest: str) -> bytes | None:
        """Return the canonical bytes of a knowledge version kept here, if it is."""
        with self._desk.sit() as at:
            return kept_versions.held(at.tx, digest)

"""What a host system asks of a gateway beyond its verbs, whatever wire it comes over."""

from datetime import datetime
from typing import Final

from interop.cases import Explanation, LifeCycle
from interop.criteria.questions import Purpose, Question, questions
from interop.errors import CaseError
from interop.gateway import feed, replies, searching
from interop.gateway import trace as tracing
from interop.gateway.clocks import Clocks, clock_entries
from interop.gateway.desk import Desk, Sitting
from interop.gateway.dossier import (
    deemed_case,
    kept_row,
    open_dossier,
)
from interop.gateway.feed import EVENTS_MAX, Events
from interop.gateway.figures import Figures, figures
from interop.gateway.filing import item_in_force
from interop.gateway.giving import MaterialService
from interop.gateway.host_reasons import CASE_UNNAMED, REFERENCE_OTHER, REFERENCE_UNKNOWN
from interop.gateway.parties import require_sound
from interop.gateway.replies import HostCall
from interop.gateway.searching import CaseQuery, FoundCases
from interop.gateway.trust import own_entry
from interop.gateway.work import renew_trust
from interop.model.case import Application
from interop.model.record import Record
from interop.store import audit, cursors, leases
from interop.store import cases as rows

REFERENCE: Final = "host-reference"
PUSHING_S: Final = 120


class Questions(Record):
    """What to ask next, the first first; empty once nothing can matter any more."""

    item: str
    region: str
    version: str
    questions: tuple[Question, ...]


class HostService:
    """What a host asks at one gateway; thread-safe."""

    def __init__(self, desk: Desk) -> None:
        """Take a wired desk."""
        self._desk = desk

    @property
    def materials(self) -> MaterialService:
        """Return the contents of materials, to be taken in and given out."""
        return MaterialService(self._desk)

    def number(self, case: str, reference: str) -> str:
        """Return the number of the case that a host names, by its own number or ours.

        Where a case was handed over, the host's number is kept the first time it comes with
        the case's, and held against it from then on.

        Raises:
            CaseError: ``host-case-unnamed``, ``host-reference-unknown``,
                ``host-reference-other``, ``case-unknown``, ``case-purged``.
        """
        if not case and not reference:
            raise CaseError(CASE_UNNAMED.of(field="case"))
        with self._desk.sit() as at:
            return _named(at, case, reference) if reference else case

    def filed(self, reference: str) -> str:
        """Return the number of the case filed under ``reference``; empty if none was."""
        with self._desk.sit() as at:
            row = rows.by_reference(at.tx, _lookup(at, reference))
            return "" if row is None else row.number

    def ask(self, application: Application, *, purpose: Purpose = "notice") -> Questions:
        """Return what can still matter to the decision, what to ask next first.

        Raises:
            CaseError: Bad parties or facts.
            KnowledgeError: Unknown item or region, or the item is not in force.
        """
        desk = self._desk
        require_sound(application, on=desk.today())
        item = item_in_force(desk, application)
        found = questions(
            desk.library.criterion(item),
            application.facts,
            materials=[material.code for material in application.materials],
            has_agent=application.agent is not None,
            on=desk.today(),
            purpose=purpose,
        )
        return Questions(
            item=item.item, region=item.region, version=item.version, questions=found
        )

    def clocks(self, case: str) -> Clocks:
        """Return every clock of a case that has started, with the days it leaves out.

        Raises:
            CaseError: ``case-unknown``, ``case-draft-unfinished``.
        """
        desk = self._desk
        with desk.sit() as at:
            dossier = open_dossier(at, case)
            entries = clock_entries(desk, dossier)
            return Clocks(case=deemed_case(desk, dossier), on=desk.today(), clocks=entries)

    def explain(self, case: str) -> tuple[Explanation, ...]:
        """Return why each deadline of a case is what it is; raise as :meth:`clocks`."""
        return tracing.explained(self._desk, case)

    @property
    def lifecycle(self) -> LifeCycle:
        """Return the life-cycle table that new cases begin with."""
        return self._desk.table

    def search(self, query: CaseQuery, *, limit: int) -> FoundCases:
        """Return the cases that fit, at most ``limit`` of them."""
        return searching.search(self._desk, query, limit=limit)

    def events(self, *, after: int, limit: int = EVENTS_MAX) -> Events:
        """Return the events past a cursor; raise as :func:`interop.gateway.feed.events`."""
        with self._desk.sit() as at:
            return feed.events(at, after=after, limit=limit)

    def recall(self, call: HostCall, *cases: str) -> bytes | None:
        """Return the kept answer; raise as :func:`interop.gateway.replies.recall`."""
        with self._desk.sit() as at:
            return replies.recall(at, call, *cases)

    def keep(self, call: HostCall, case: str, answer: bytes) -> bytes:
        """Keep an answer; return the one kept first."""
        with self._desk.sit() as at:
            return replies.keep(at, call, case, answer)

    def begin_push(self, reader: str) -> int | None:
        """Return how far ``reader`` has been told; None while another process tells it."""
        desk = self._desk
        with desk.sit() as at:
            if not leases.take(at.tx, reader, desk.holder, desk.now(), PUSHING_S):
                return None
            return cursors.position(at.tx, reader)

    def pushed(self, reader: str, cursor: int) -> None:
        """Keep that ``reader`` has been told everything up to ``cursor``."""
        with self._desk.sit() as at:
            cursors.advance(at.tx, reader, cursor)

    def end_push(self, reader: str) -> None:
        """Let another process tell ``reader``."""
        with self._desk.sit() as at:
            leases.release(at.tx, reader, self._desk.holder)

    def figures(self) -> Figures:
        """Return counts and ages for whoever watches the gateway."""
        with self._desk.sit() as at:
            return figures(at)

    def renew(self) -> bool:
        """Believe a newer signed registry, as ``work`` does; nothing is sent."""
        return renew_trust(self._desk)

    def wait(self, timeout_s: float) -> bool:
        """Return True once a commit made work or told of a case, False after ``timeout_s``.

        One caller per process; a call may be missed, so look again after a time-out too.
        """
        return self._desk.store.wait(timeout_s)

    def now(self) -> datetime:
        """Return the present instant of the gateway's clock, aware."""
        return self._desk.now()

    def require_ready(self) -> None:
        """Return if the gateway can work: its store answers, its registry lists it now.

        Raises:
            StoreError: The store refuses.
            TrustError: The registry is not valid now, or lacks this gateway's keys.
        """
        desk = self._desk
        with desk.sit() as at:
            audit.head(at.tx)
        own_entry(desk.registry, desk.region, desk.keys, desk.now())


def _lookup(at: Sitting, reference: str) -> str:
    return at.tx.lookup(f"reference|{reference}")


def _named(at: Sitting, case: str, reference: str) -> str:
    lookup = _lookup(at, reference)
    known = rows.by_reference(at.tx, lookup)
    if not case:
        if known is None:
            raise CaseError(REFERENCE_UNKNOWN.of(field="reference"))
        return known.number
    row = kept_row(at, case)
    held = row.reference_lookup
    if held is None:
        kept = rows.document(at.tx, case, REFERENCE)
        if kept is None and known is None:
            rows.put_document(at.tx, case, REFERENCE, kept := lookup.encode())
        held = (kept or b"").decode()
    if held != lookup:
        raise CaseError(REFERENCE_OTHER.of(field="reference"))
    return case

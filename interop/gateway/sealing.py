"""Have notices sealed by the organ's own service, and show them to be printed.

A seal lies beside its notice: a service that fails keeps its intent open and holds up nobody.
"""

from collections.abc import Iterator

import structlog
from pydantic import Field

from interop.cases.printing import to_html
from interop.cases.reasons import SEAL_MISMATCH
from interop.cases.sealing import seal_notice
from interop.errors import CaseError
from interop.exchange import Message, post
from interop.gateway.desk import Desk, Sitting
from interop.gateway.dossier import Dossier, open_dossier, other_region
from interop.gateway.ledger import note
from interop.gateway.marks import keep_mark, mark_of, organ_of
from interop.gateway.step_reasons import NOTICE_UNKNOWN
from interop.model.case import Notice, SealedNotice
from interop.model.ports import SealMark
from interop.model.record import Record
from interop.model.sensitive import Sensitive
from interop.store import cases as rows
from interop.store import tasks
from interop.store.tasks import Task

log = structlog.get_logger("interop.gateway")


class IssuedNotice(Record):
    """A notice to be shown or printed, with its seal once there is one.

    Attributes:
        notice: The notice; its text is personal.
        title: Its title.
        seal: The mark of the organ's seal.
        html: One printable page.
    """

    notice: Notice
    title: str
    seal: SealMark | None = None
    html: Sensitive = Field(default_factory=lambda: Sensitive(""))


def issued(desk: Desk, number: str, notice: str) -> IssuedNotice:
    """Return a notice of a case, and its printable page.

    Args:
        desk: The gateway.
        number: Case number.
        notice: Number of the notice.

    Raises:
        CaseError: ``case-unknown``, ``notice-unknown``.
    """
    with desk.sit() as at:
        open_dossier(at, number)
        found = _notice(at, number, notice)
        mark = mark_of(at, found)
    texts = desk.library.texts_of(found.region)
    page = to_html(found, texts=texts, seal=mark)
    title = texts.template(found.kind).title
    return IssuedNotice(notice=found, title=title, seal=mark, html=Sensitive(page))


def seal_notices(desk: Desk, task: Task) -> None:
    """Have every notice of a case sealed that this gateway wrote and that bears no seal yet.

    Each seal is kept by itself: what is sealed stays so, whatever becomes of the next.

    Raises:
        RegionError: The service was not reached or refused.
        KnowledgeError: ``gateway-no-seal-service``.
    """
    for notice, organ in _unsealed(desk, task.case):
        mark = seal_notice(notice, desk.seals(), organ=organ)
        sealed = SealedNotice(case=task.case, notice=notice.number, mark=mark)
        with desk.sit() as at:
            _kept(at, sealed)
    with desk.sit() as at:
        # A notice may have been written meanwhile: then the intent stays.
        if not list(_waiting(at, open_dossier(at, task.case))):
            tasks.finish(at.tx, task.id)


def take_seal(at: Sitting, sealed: SealedNotice, *, source: str) -> bool:
    """Keep the seal that another region put on a notice of its own.

    One that does not fit is not taken and told of; a refused message would hold up its case.
    """
    found = {one.number: one for one in rows.notices(at.tx, sealed.case)}
    notice, stated = found.get(sealed.notice), sealed.mark.content_digest
    if notice is None or notice.region != source or stated != _digest(notice, stated):
        note(at, sealed.case, "seal-refused", stated)
        log.warning("seal-refused", case=sealed.case, peer=source, code=SEAL_MISMATCH.code)
        return False
    keep_mark(at, sealed)
    return True


def _digest(notice: Notice, like: str) -> str:
    return notice.digest(algorithm=like.partition(":")[0])


def _notice(at: Sitting, number: str, notice: str) -> Notice:
    found = {one.number: one for one in rows.notices(at.tx, number)}
    if notice not in found:
        known = ", ".join(found) or "-"
        raise CaseError(NOTICE_UNKNOWN.of(field=number, expected=known, got=notice))
    return found[notice]


def _unsealed(desk: Desk, number: str) -> list[tuple[Notice, str]]:
    with desk.sit() as at:
        return list(_waiting(at, open_dossier(at, number)))


def _waiting(at: Sitting, dossier: Dossier) -> Iterator[tuple[Notice, str]]:
    for notice in rows.notices(at.tx, dossier.row.number):
        organ = organ_of(at, dossier, notice)
        if notice.region == at.desk.region and organ and mark_of(at, notice) is None:
            yield notice, organ


def _kept(at: Sitting, sealed: SealedNotice) -> None:
    """Keep a seal and tell the other region, which shows the notice to the applicant too."""
    dossier = open_dossier(at, sealed.case)
    if mark_of(at, _notice(at, sealed.case, sealed.notice)) is not None:
        # Another worker was faster.
        return
    keep_mark(at, sealed)
    note(at, sealed.case, "notice-sealed", sealed.mark.content_digest)
    peer = other_region(at.desk, dossier)
    if peer is not None and dossier.said("handed-over") is not None:
        message = Message(seals=(sealed,), state_hash=dossier.case.state_hash)
        name = f"{sealed.case}/seal/{sealed.notice}"
        post(at.tx, message, peer=peer, message_id=name, at=at.desk.now())

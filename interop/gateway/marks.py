"""Seals (盖章) of notices as they are kept here, and the intent to ask for one."""

from collections.abc import Iterable
from typing import Final

from interop.gateway.desk import Sitting
from interop.gateway.dossier import Dossier
from interop.model.case import Notice, SealedNotice
from interop.model.ports import SealMark
from interop.store import cases as rows
from interop.store import tasks

SEAL: Final = "seal"


def organ_of(at: Sitting, dossier: Dossier, notice: Notice) -> str:
    """Return the credit code of the organ whose seal a notice bears; empty if none is known.

    The organ of the item where it handles the case; the window's where it receives one.
    """
    organ = dossier.item.organ
    if organ is not None and notice.region == dossier.row.handling:
        return organ.uscc
    return at.desk.outside.seal_organ


def intend_seal(at: Sitting, dossier: Dossier, notice: Notice) -> None:
    """Leave the intent to have a notice sealed, if there is a service and an organ."""
    if at.desk.outside.seals is not None and organ_of(at, dossier, notice):
        tasks.add(at.tx, kind=SEAL, case=dossier.row.number, due_at=at.desk.now())


def mark_of(at: Sitting, notice: Notice) -> SealMark | None:
    """Return the seal of a notice, once there is one."""
    kept = rows.document(at.tx, notice.case, _name(notice.number))
    return None if kept is None else SealMark.from_json(kept, field=SEAL)


def keep_mark(at: Sitting, sealed: SealedNotice) -> None:
    """Keep the seal of a notice beside it."""
    rows.put_document(at.tx, sealed.case, _name(sealed.notice), sealed.mark.to_bytes())


def seals_of(at: Sitting, notices: Iterable[Notice]) -> tuple[SealedNotice, ...]:
    """Return the seals of those notices that have one."""
    found = ((notice, mark_of(at, notice)) for notice in notices)
    return tuple(
        SealedNotice(case=notice.case, notice=notice.number, mark=mark)
        for notice, mark in found
        if mark is not None
    )


def _name(number: str) -> str:
    return f"seal/{number}"

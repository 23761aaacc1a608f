"""Contents on their way to the organ: taken piece by piece, verified, and told to the window.

Whether the organ fetched them or they were brought to it, each is kept by what is here, and the
window hears over the exchange which of them have arrived.
"""

from collections.abc import Iterable

from interop.cases.retention import AT_REST
from interop.errors import CaseError, ExchangeError
from interop.exchange import Correspondent, Message, post
from interop.exchange.pieces import Piece, open_piece
from interop.gateway import uploading
from interop.gateway.contents import files, material_rules, travelling
from interop.gateway.desk import Desk, Sitting
from interop.gateway.dossier import Dossier, open_dossier, other_region
from interop.gateway.ledger import note
from interop.gateway.material_reasons import (
    MATERIAL_CLOSED,
    MATERIAL_DIGEST,
    MATERIAL_FOREIGN,
    MATERIAL_UNLIKE,
)
from interop.gateway.station import Brought
from interop.model.case import HeldContent, SubmittedMaterial
from interop.store import cases as rows
from interop.store import materials
from interop.store.materials import CHUNK_BYTES, Content


def take_piece(desk: Desk, data: bytes) -> Brought:
    """Take a piece in that a window sent or exported; as often and in whatever order it comes.

    One that lies further on than what is held is not kept: it is wanted later.

    Args:
        desk: The gateway of the organ.
        data: The piece as it came.

    Raises:
        ExchangeError: It is not for us or was altered; ``material-digest`` if the content is
            whole now and not that of its digest: it is dropped.
        TrustError: It is not signed by a peer we know, or does not open.
        CaseError: ``material-foreign``, ``material-closed``; or this region does not take it.
        StoreError: Nothing of it was kept; send again.
    """
    piece, peer = open_piece(data, directory=desk.directory)
    with desk.store.transaction_about(piece.case) as tx:
        at = Sitting(desk, tx)
        dossier = _awaiting(at, piece, peer)
        content = materials.find(tx, piece.case, piece.told.code)
        if content is None or not content.complete:
            content = _kept(at, dossier, piece)
    if _ends(content) and not settled(desk, content):
        raise ExchangeError(MATERIAL_DIGEST.of(field=piece.told.code))
    return Brought(content.held, piece.end)


def begun(at: Sitting, dossier: Dossier, told: SubmittedMaterial) -> Content:
    """Begin to hold a content that the window hands over, or go on.

    Raises:
        CaseError: This region does not take it; ``material-unlike``.
    """
    uploading.require_taken(at.desk, told, of=files(dossier).values())
    case = dossier.row.number
    before = materials.find(at.tx, case, told.code)
    content = materials.declare(at.tx, case, told, at=at.desk.now())
    if content.told != told:
        raise CaseError(MATERIAL_UNLIKE.of(field=told.code))
    if before is None and content.complete:
        # Held already, under the code of another material.
        _told(at, dossier, (content,))
    return content


def grown(at: Sitting, content: Content, data: bytes) -> Content:
    """Keep what comes next of a content, part by part.

    Raises:
        CaseError: ``material-disguised``, ``material-offset``, ``material-cut``.
    """
    if content.held == 0:
        wrong = material_rules(at.desk).disguise(content.told, data)
        if wrong is not None:
            raise CaseError(wrong)
    for begin in range(0, len(data), CHUNK_BYTES):
        part = data[begin : begin + CHUNK_BYTES]
        content = materials.append(at.tx, content, part, at=at.desk.now())
    return content


def settled(desk: Desk, content: Content) -> bool:
    """Verify a content that is here wholly and tell the window; False if it was dropped."""
    with desk.store.transaction_about(content.case) as tx:
        at = Sitting(desk, tx)
        found = materials.require(tx, content.case, content.told.code)
        if found.complete:
            # Another worker was faster.
            return True
        if not materials.verify(tx, found, at=desk.now()):
            return False
        note(at, content.case, "material-held", content.name)
        dossier = open_dossier(at, content.case)
        same = (one for one in materials.listed(tx, content.case) if one.name == content.name)
        _told(at, dossier, same)
        return True


def _awaiting(at: Sitting, piece: Piece, peer: Correspondent) -> Dossier:
    """Return the case that a piece is of, if that window handed it over with this content.

    Whoever may not bring it hears the same as if there were no such case.
    """
    foreign = CaseError(MATERIAL_FOREIGN.of(field=peer.region))
    row = rows.get(at.tx, piece.case)
    if row is None or row.purged_at is not None:
        raise foreign
    if (row.receiving, row.handling) != (peer.region, at.desk.region):
        raise foreign
    dossier = open_dossier(at, piece.case)
    if travelling(dossier).get(piece.told.code) != piece.told:
        raise foreign
    return dossier


def _kept(at: Sitting, dossier: Dossier, piece: Piece) -> Content:
    if dossier.case.state in AT_REST:
        raise CaseError(MATERIAL_CLOSED.of(field=piece.told.code, got=piece.case))
    content = begun(at, dossier, piece.told)
    if content.complete or not piece.first <= content.held < piece.end:
        return content
    return grown(at, content, piece.data[content.held - piece.first :])


def _ends(content: Content) -> bool:
    return not content.complete and content.held == content.told.size


def _told(at: Sitting, dossier: Dossier, held: Iterable[Content]) -> None:
    """Tell the window what has arrived."""
    case, window = dossier.row.number, other_region(at.desk, dossier)
    if window is None:
        return
    for one in held:
        content = HeldContent(
            case=case, code=one.told.code, content_digest=one.told.content_digest
        )
        message = Message(held=(content,), state_hash=dossier.case.state_hash)
        name = f"{case}/held/{at.tx.named(case, one.told.code)}"
        post(at.tx, message, peer=window, message_id=name, at=at.desk.now())

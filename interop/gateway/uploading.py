"""Take contents of materials in from the host: in parts, never whole."""

import hashlib
from collections.abc import Iterable
from typing import Final

from interop.cases.reasons import NOT_COMPETENT
from interop.cases.retention import AT_REST
from interop.errors import CaseError, Side
from interop.gateway.contents import draft_of, files, material_rules
from interop.gateway.desk import Desk, Sitting
from interop.gateway.dossier import Dossier, open_dossier
from interop.gateway.ledger import note
from interop.gateway.material_reasons import (
    MATERIAL_CLOSED,
    MATERIAL_DIGEST,
    MATERIAL_NOT_DECLARED,
    MATERIAL_UNLIKE,
)
from interop.model.canonical import ALGORITHMS
from interop.model.case import SubmittedMaterial
from interop.model.record import Record
from interop.store import materials
from interop.store.material_reasons import MATERIAL_OFFSET, MATERIAL_TOO_LONG
from interop.store.materials import CHUNK_BYTES, Content

# At rest, and not merely drafted.
ENDED: Final = AT_REST - {"draft"}


class HeldMaterial(Record):
    """How much of a content is held.

    Attributes:
        case: Case number.
        code: Material, as the application addresses it.
        media_type: What it is declared to be.
        size: Bytes it is declared to have.
        held: Bytes held, from the first one: where an upload goes on.
        complete: Whether all is held and size and digest were verified.
    """

    case: str
    code: str
    media_type: str
    size: int
    held: int
    complete: bool


class Upload:
    """One content on its way in; :meth:`write` each part, then :meth:`finish`.

    Attributes:
        part_bytes: Bytes of every part but the last.
    """

    def __init__(self, desk: Desk, content: Content, *, offset: int) -> None:
        self._desk, self._content = desk, content
        told = content.told
        # Of a content that is held already nothing is written: it is only compared.
        again = content.complete and not offset
        by = ALGORITHMS[told.content_digest.partition(":")[0]] if again else ""
        self._compared = hashlib.new(by) if by else None
        self._seen = offset
        self.part_bytes = CHUNK_BYTES

    def write(self, data: bytes) -> None:
        """Keep the next part: ``part_bytes`` bytes, or fewer if it is the last.

        Raises:
            CaseError: ``material-disguised``, ``material-too-long``, ``material-cut``,
                ``material-offset``.
        """
        told = self._content.told
        self._seen += len(data)
        if self._seen > told.size:
            raise CaseError(MATERIAL_TOO_LONG.of(field=told.code, expected=told.size))
        if self._compared is not None:
            self._compared.update(data)
            return
        if self._content.held == 0:
            wrong = material_rules(self._desk).disguise(told, data)
            if wrong is not None:
                raise CaseError(wrong)
        with self._desk.store.transaction_about(self._content.case) as tx:
            self._content = materials.append(tx, self._content, data, at=self._desk.now())

    def finish(self) -> HeldMaterial:
        """Return how much is held; all of it is verified, and dropped if it is not as told.

        Raises:
            CaseError: ``material-digest``.
        """
        told = self._content.told
        if self._compared is not None:
            by = told.content_digest.partition(":")[0]
            if f"{by}:{self._compared.hexdigest()}" != told.content_digest:
                raise CaseError(MATERIAL_DIGEST.of(field=told.code))
        elif self._ends() and not settle(self._desk, self._content):
            raise CaseError(MATERIAL_DIGEST.of(field=told.code))
        return standing(self._desk, self._content.case, told.code)

    def _ends(self) -> bool:
        return not self._content.complete and self._content.held == self._content.told.size


def settle(desk: Desk, content: Content) -> bool:
    """Verify a content that is held wholly, and say so; return False if it was dropped."""
    with desk.store.transaction_about(content.case) as tx:
        if not materials.verify(tx, content, at=desk.now()):
            return False
        # Its name within the case: the digest itself would show equal contents of two cases.
        note(Sitting(desk, tx), content.case, "material-held", content.name)
        return True


def begin(desk: Desk, case: str, code: str, *, offset: int = 0) -> Upload:
    """Begin to take a content in, or go on; from 0 what is held of it is dropped.

    Args:
        desk: The gateway.
        case: Case number.
        code: Material, as the application addresses it.
        offset: Where it goes on: as many bytes as are held.

    Raises:
        CaseError: ``not-competent``, ``material-closed``, ``material-not-declared``,
            ``material-type``, ``material-large``, ``material-unlike``, ``material-offset``.
    """
    with desk.store.transaction_about(case) as tx:
        dossier = open_dossier(Sitting(desk, tx), case)
        told = _declared(Sitting(desk, tx), dossier, code)
        held = materials.declare(tx, case, told, at=desk.now())
        if held.told != told:
            raise CaseError(MATERIAL_UNLIKE.of(field=code))
        if offset not in {0, held.held}:
            raise CaseError(MATERIAL_OFFSET.of(field=code, expected=held.held, got=offset))
        if not offset and held.held and not held.complete:
            held = materials.drop(tx, held, at=desk.now())
    return Upload(desk, held, offset=offset)


def _declared(at: Sitting, dossier: Dossier, code: str) -> SubmittedMaterial:
    desk = at.desk
    number, receiving = dossier.row.number, dossier.row.receiving
    if desk.region != receiving:
        reason = NOT_COMPETENT.of(
            field="material", expected=receiving, got=desk.region, side=Side.HANDLING
        )
        raise CaseError(reason)
    declared = files(dossier, draft_of(at, dossier))
    left = () if dossier.said("handed-over") is None else files(dossier)
    # What was handed over is the organ's; a supplement adds to it.
    if dossier.case.state in ENDED or code in left or (left and code not in declared):
        raise CaseError(MATERIAL_CLOSED.of(field=code, got=number))
    told = declared.get(code)
    if told is None:
        raise CaseError(MATERIAL_NOT_DECLARED.of(field=code, expected=", ".join(declared)))
    require_taken(desk, told, of=declared.values())
    return told


def require_taken(
    desk: Desk, told: SubmittedMaterial, *, of: Iterable[SubmittedMaterial]
) -> None:
    """Refuse a content that the rules of this region do not take, among all of its case.

    Raises:
        CaseError: ``material-type``, ``material-large``.
    """
    rules = material_rules(desk)
    over = rules.over(of)
    if refusals := (*rules.refusals(told), *(() if over is None else (over,))):
        raise CaseError(*refusals)


def standing(desk: Desk, case: str, code: str) -> HeldMaterial:
    """Return how much of a content is held; nothing of one that was not begun.

    Raises:
        CaseError: ``case-unknown``, ``material-not-declared``.
    """
    with desk.store.transaction_about(case) as tx:
        dossier = open_dossier(Sitting(desk, tx), case)
        declared = files(dossier, draft_of(Sitting(desk, tx), dossier))
        found = materials.find(tx, case, code)
    told = declared.get(code)
    if told is None:
        raise CaseError(MATERIAL_NOT_DECLARED.of(field=code, expected=", ".join(declared)))
    if found is not None and found.told != told:
        # Sent for an earlier declaration.
        found = None
    return HeldMaterial(
        case=case,
        code=code,
        media_type=told.media_type,
        size=told.size,
        held=0 if found is None else found.held,
        complete=found is not None and found.complete,
    )

"""Give contents of materials out: to the host, and to the region that was handed the case."""

from interop.errors import CaseError
from interop.exchange.materials import read_material_ask
from interop.gateway import supplementing, uploading
from interop.gateway.contents import travelling
from interop.gateway.desk import Desk, Sitting
from interop.gateway.dossier import open_dossier
from interop.gateway.supplementing import DeclaredSupplement
from interop.gateway.uploading import HeldMaterial, Upload
from interop.model.case import SubmittedMaterial
from interop.store import materials
from interop.store.material_reasons import MATERIAL_NOT_HELD
from interop.store.materials import Content


class MaterialService:
    """The contents of materials at one gateway; thread-safe.

    No call holds more than about a mebibyte of a content.
    """

    def __init__(self, desk: Desk) -> None:
        """Take a wired desk."""
        self._desk = desk

    def standing(self, case: str, code: str) -> HeldMaterial:
        """Return how much of a content is held; raise as ``uploading.standing``."""
        return uploading.standing(self._desk, case, code)

    def declare_supplement(
        self, case: str, told: tuple[SubmittedMaterial, ...]
    ) -> DeclaredSupplement:
        """Declare what a supplement hands in; raise as ``supplementing.declare``."""
        return supplementing.declare(self._desk, case, told)

    def begin(self, case: str, code: str, *, offset: int = 0) -> Upload:
        """Begin to take a content in, or go on; raise as ``uploading.begin``."""
        return uploading.begin(self._desk, case, code, offset=offset)

    def opened(self, case: str, code: str) -> Content:
        """Return a content that is complete; raise as :func:`opened`."""
        return opened(self._desk, case, code)

    def opened_for_peer(self, ask: bytes, case: str, code: str) -> Content:
        """Return a content for a peer; raise as :func:`opened_for_peer`."""
        return opened_for_peer(self._desk, ask, case, code)

    def read(self, content: Content, first: int, last: int) -> bytes:
        """Return some bytes of a content, both ends inclusive, at most 1 MiB.

        Raises:
            CaseError: ``material-range``.
            StoreDamaged: They were altered, moved or lost.
        """
        with self._desk.store.transaction_about(content.case) as tx:
            return materials.read(tx, content, first, last)


def opened(desk: Desk, case: str, code: str) -> Content:
    """Return a content that is complete, to be read.

    Raises:
        CaseError: ``material-not-held``, ``case-unknown``.
    """
    with desk.store.transaction_about(case) as tx:
        open_dossier(Sitting(desk, tx), case)
        return _whole(materials.require(tx, case, code))


def opened_for_peer(desk: Desk, ask: bytes, case: str, code: str) -> Content:
    """Return a content that a peer asks for, if it was handed that case.

    Whoever may not have it hears the same as if there were none.

    Raises:
        ExchangeError: The question is not for us, too old or malformed.
        TrustError: It is not signed by a peer we know.
        CaseError: ``material-not-held``.
    """
    asked, peer = read_material_ask(ask, directory=desk.directory, at=desk.now())
    unknown = CaseError(MATERIAL_NOT_HELD.of(field=code))
    if (asked.case, asked.code) != (case, code):
        raise unknown
    with desk.store.transaction_about(case) as tx:
        found = materials.find(tx, case, code)
        if found is None:
            raise unknown
        dossier = open_dossier(Sitting(desk, tx), case)
    ends = (dossier.row.receiving, dossier.row.handling)
    told = code in travelling(dossier)
    if ends != (desk.region, peer.region) or dossier.said("handed-over") is None or not told:
        raise unknown
    return _whole(found)


def _whole(content: Content) -> Content:
    if not content.complete:
        raise CaseError(MATERIAL_NOT_HELD.of(field=content.told.code))
    return content

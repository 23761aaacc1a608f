"""Seal notices (盖章) by the organ's own service, and hold what comes back to the notice."""

from interop.cases.reasons import SEAL_MISMATCH
from interop.errors import RegionFault
from interop.model.case import Notice
from interop.model.ports import SealMark, SealService


def seal_notice(notice: Notice, service: SealService, *, organ: str) -> SealMark:
    """Return the mark of the organ's seal on a notice.

    Args:
        notice: The notice; its canonical bytes are what is sealed.
        service: The organ's seal service.
        organ: Unified social credit code of the organ.

    Raises:
        RegionError: The service was not reached or refused, or sealed something else
            (``seal-mismatch``).
    """
    mark = service.seal(notice.to_bytes(), organ=organ)
    expected = notice.digest(algorithm=mark.content_digest.partition(":")[0])
    if (mark.content_digest, mark.organ) != (expected, organ):
        raise RegionFault(
            SEAL_MISMATCH.of(field=notice.number, expected=expected, got=mark.content_digest)
        )
    return mark

"""A seal service that is simulated: it signs what it seals, with a key of this run."""

from collections.abc import Mapping

from interop.crypto.jose import sign_compact, verify_compact
from interop.errors import RegionFault
from interop.model.canonical import Json, canonical_bytes, digest
from interop.model.ports import Clock, SealMark, Signer
from interop.simulator.reasons import SEAL_UNKNOWN

SEAL_TYPE = "notice-seal+jws"


class SimulatedSeals:
    """Implements the port ``SealService`` for organs that it knows by name."""

    def __init__(self, signer: Signer, clock: Clock, *, seals: Mapping[str, str]) -> None:
        """Take the key that signs, the clock, and the name of the seal of each organ."""
        self._signer = signer
        self._clock = clock
        self._seals = dict(seals)

    def seal(self, data: bytes, *, organ: str) -> SealMark:
        """Return the mark of the organ's seal on ``data``.

        Raises:
            RegionFault: ``seal-unknown``: it holds no seal of that organ.
        """
        name = self._seals.get(organ)
        if name is None:
            raise RegionFault(SEAL_UNKNOWN.of(field="organ", got=organ))
        mark = SealMark(
            organ=organ,
            name=name,
            content_digest=digest(data),
            sealed_at=self._clock(),
            token="",
        )
        token = sign_compact(_signed(mark), self._signer, typ=SEAL_TYPE)
        return mark.model_copy(update={"token": token})


def seal_holds(mark: SealMark, data: bytes, jwk: Mapping[str, Json], *, alg: str) -> bool:
    """Return whether a simulated mark was made by this key for exactly these bytes.

    Raises:
        TrustError: The token does not verify.
    """
    payload = verify_compact(mark.token, jwk, alg=alg)
    return payload == _signed(mark) and mark.content_digest == digest(data)


def _signed(mark: SealMark) -> bytes:
    return canonical_bytes(
        {
            "organ": mark.organ,
            "name": mark.name,
            "content_digest": mark.content_digest,
            "sealed_at": mark.sealed_at.isoformat(),
        }
    )

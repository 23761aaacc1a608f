"""Another region's gateway over HTTP."""

import re
from typing import Final

from interop.errors import (
    ContractViolation,
    ExchangeError,
    KnowledgeError,
    RegionFault,
)
from interop.model.canonical import JSON_BYTES_MAX, digest
from interop.transport.adapter import Limits
from interop.transport.http import HttpClient, Reply, require, segment
from interop.transport.reasons import (
    DIGEST_MISMATCH,
    IDENTIFIER_UNSENDABLE,
    NOT_HELD,
    REPLY_FIELD,
)
from interop.transport.refusal import read_refusal
from interop.transport.way import DIRECT, Way

OCTETS: Final = "application/octet-stream"
PIECES: Final = "/exchange/pieces"
BATCHES: Final = "/exchange/batches"
ASKS: Final = "/exchange/asks"
KNOWLEDGE: Final = "/knowledge/"
MATERIALS: Final = "/exchange/materials/"
# How a signed question stands in the header that proves who asks.
ASK_SCHEME: Final = "Ask"
PARTIAL: Final = 206
NO_CONTENT: Final = 204
NOT_FOUND: Final = 404
REFUSALS: Final = range(400, 500)
WAY: Final = frozenset({408, 429})
TIMEOUT_S: Final = 30.0
BATCH_BYTES_MAX: Final = 16 * 1024 * 1024

_HELD: Final = re.compile(rb"[0-9]{1,16}")
_DIGEST: Final = re.compile(r"(sha-256|sm3):[0-9a-f]{64}")


class HttpPeer:
    """Send batches to one region; implements the port ``Peer``."""

    def __init__(
        self, region: str, url: str, *, timeout: float = TIMEOUT_S, way: Way = DIRECT
    ) -> None:
        """Prepare the client; nothing is sent.

        Args:
            region: Region code of the peer.
            url: Base address of its gateway.
            timeout: Seconds for a whole call.
            way: How it is reached; its TLS shows who calls.
        """
        self.region = region
        limits = Limits(
            connect_ms=min(3000, round(timeout * 1000)),
            deadline_ms=round(timeout * 1000),
            request_bytes_max=BATCH_BYTES_MAX,
            reply_bytes_max=JSON_BYTES_MAX,
        )
        self._peer = f"{region}/gateway"
        self._http = HttpClient(url, limits=limits, peer=self._peer, way=way)

    def send(self, batch: bytes) -> bytes:
        """Deliver a batch and return the peer's receipt.

        Raises:
            RegionError: Not reached, timed out, or answered with a fault. Of
                ``transport-busy`` the reason's ``expected`` is the seconds to wait.
            ExchangeError: The peer refused the batch, with its reasons.
        """
        reply = self._post(BATCHES, batch)
        require(reply, peer=self._peer, media_types={OCTETS})
        return reply.body

    def ask(self, question: bytes) -> bytes:
        """Put a signed question about a channel; the answer may be empty. Raise as send."""
        reply = self._post(ASKS, question)
        if reply.status != NO_CONTENT:
            require(reply, peer=self._peer, media_types={OCTETS})
        return reply.body

    def _post(self, path: str, body: bytes) -> Reply:
        headers = {"Content-Type": OCTETS, "Accept": OCTETS}
        reply = self._http.send("POST", path, body=body, headers=headers)
        self._require_taken(reply)
        return reply

    def _require_taken(self, reply: Reply) -> None:
        if reply.status in REFUSALS and reply.status not in WAY:
            _, reasons = read_refusal(reply.body, peer=self._peer, status=reply.status)
            raise ExchangeError(*reasons)

    def knowledge(self, digest: str) -> bytes:
        """Return the canonical bytes of a knowledge version, verified by ``digest``.

        Raises:
            KnowledgeError: ``digest`` is none.
            RegionError: Not reached, timed out, not held there, or other bytes sent.
        """
        if not _DIGEST.fullmatch(digest):
            raise KnowledgeError(IDENTIFIER_UNSENDABLE.of(field="digest"))
        reply = self._http.send("GET", KNOWLEDGE + digest, headers={"Accept": OCTETS})
        if reply.status == NOT_FOUND:
            raise RegionFault(NOT_HELD.of(field=self._peer))
        require(reply, peer=self._peer, media_types={OCTETS, "application/json"})
        if _digest(reply.body, digest) != digest:
            raise ContractViolation(DIGEST_MISMATCH.of(field=self._peer))
        return reply.body

    def material(self, ask: bytes, case: str, code: str, *, first: int, last: int) -> bytes:
        """Return the bytes from ``first`` to ``last`` of a content, both inclusive.

        Raises:
            RegionError: Not reached, timed out, or another answer than these bytes.
            ExchangeError: The peer refused, with its reasons.
        """
        path = f"{MATERIALS}{segment(case, field='case')}/{segment(code, field='code')}"
        headers = {
            "Accept": OCTETS,
            "Authorization": f"{ASK_SCHEME} {ask.decode('ascii')}",
            "Range": f"bytes={first}-{last}",
        }
        reply = self._http.send("GET", path, headers=headers)
        self._require_taken(reply)
        require(reply, peer=self._peer, media_types={OCTETS}, statuses={PARTIAL})
        return reply.body

    def piece(self, piece: bytes) -> int:
        """Deliver a piece of a content; return how much of it is held there then.

        Raises:
            RegionError: Not reached, timed out, or another answer than a number.
            ExchangeError: The peer refused, with its reasons.
        """
        reply = self._post(PIECES, piece)
        require(reply, peer=self._peer, media_types={OCTETS})
        if not _HELD.fullmatch(reply.body):
            raise ContractViolation(REPLY_FIELD.of(field="held", expected="0..", got="-"))
        return int(reply.body)

    def close(self) -> None:
        """Close every connection."""
        self._http.close()


def _digest(data: bytes, like: str) -> str:
    return digest(data, algorithm=like.partition(":")[0])

"""The application interface of a gateway, as a client calls it over HTTP."""

import re
import uuid
from typing import Final

from interop.errors import ContractViolation, KnowledgeError
from interop.model.canonical import Json, canonical_bytes, read_json
from interop.model.sensitive import Sensitive
from interop.transport.adapter import Limits
from interop.transport.http import OK, HttpClient, header_secret, require
from interop.transport.reasons import IDENTIFIER_UNSENDABLE, REFUSAL_UNREADABLE
from interop.transport.refusal import error_class, read_refusal

JSON: Final = "application/json"
PROBLEM: Final = "application/problem+json"
TIMEOUT_S: Final = 60.0

_VERB: Final = re.compile(r"[a-z][a-z_]{0,39}")


class ApplicationClient:
    """Call the verbs of a gateway that runs beside the application."""

    def __init__(self, url: str, key: Sensitive, *, timeout: float = TIMEOUT_S) -> None:
        """Prepare the client; nothing is sent.

        Args:
            url: Base address of the gateway.
            key: The application's key.
            timeout: Seconds for a whole call.

        Raises:
            KnowledgeError: ``transport-secret-malformed``.
        """
        self._key = Sensitive("Bearer " + header_secret(key, field="application-key"))
        limits = Limits(deadline_ms=round(timeout * 1000), request_bytes_max=16 * 1024 * 1024)
        self._http = HttpClient(url, limits=limits, peer="gateway")

    def call(self, verb: str, body: Json) -> Json:
        """Return the answer of ``POST /v1/{verb}``, every call under a key of its own.

        Args:
            verb: Such as ``receive``.
            body: What the verb takes.

        Raises:
            InteropError: The class that the gateway raised, with its reasons; RegionError
                if the gateway itself did not answer.
        """
        if not _VERB.fullmatch(verb):
            raise KnowledgeError(IDENTIFIER_UNSENDABLE.of(field="verb"))
        headers = {
            "Authorization": self._key.reveal(),
            "Content-Type": JSON,
            "Accept": f"{JSON}, {PROBLEM}",
            "Idempotency-Key": uuid.uuid4().hex,
        }
        data = canonical_bytes(body)
        reply = self._http.send("POST", f"/v1/{verb}", body=data, headers=headers)
        if reply.status != OK and reply.media_type in {JSON, PROBLEM}:
            told, reasons = read_refusal(reply.body, peer="gateway", status=reply.status)
            raised = error_class(told)
            if raised is None:
                raise ContractViolation(
                    REFUSAL_UNREADABLE.of(field="gateway", got=reply.status)
                )
            raise raised(*reasons)
        require(reply, peer="gateway", media_types={JSON})
        return read_json(reply.body, error=ContractViolation, field="gateway")

    def close(self) -> None:
        """Close every connection."""
        self._http.close()

"""An organ's seal service over REST with JSON under the region's own keys."""

import base64
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from pydantic import ValidationError

from interop.errors import ContractViolation, KnowledgeError
from interop.model.canonical import Json, canonical_bytes, digest
from interop.model.ports import Clock, SealMark
from interop.model.sensitive import Sensitive
from interop.transport.adapter import AdapterFile
from interop.transport.adapter_checks import SEAL_REPLY
from interop.transport.http import HttpClient, header_secret
from interop.transport.reasons import ADAPTER_SERVICE_MISSING, REPLY_FIELD
from interop.transport.rename import canonical, renamed
from interop.transport.rest import JSON, json_of
from interop.transport.way import DIRECT, Way

# Two clocks may disagree by that much.
SKEW: Final = timedelta(hours=1)


class RestSealService:
    """Have documents sealed by one seal service; implements the port ``SealService``."""

    def __init__(
        self,
        adapter: AdapterFile,
        *,
        endpoint: str,
        secret: Sensitive,
        clock: Clock,
        way: Way = DIRECT,
    ) -> None:
        """Prepare the client; nothing is sent.

        Args:
            adapter: The region's file, with ``extends`` followed.
            endpoint: Base address.
            secret: API key, value of the named secret.
            clock: The source of now; a seal of the future is refused.
            way: How the service is reached.

        Raises:
            KnowledgeError: No such service, or a secret that cannot be sent.
        """
        service = adapter.services.seals
        if service is None:
            raise KnowledgeError(ADAPTER_SERVICE_MISSING.of(field=f"{adapter.code}/seals"))
        self._service = service
        self._clock = clock
        self._key = Sensitive(
            service.auth.prefix + header_secret(secret, field=service.secrets.key)
        )
        self._peer = f"{adapter.code}/seals"
        self._http = HttpClient(endpoint, limits=service.limits, peer=self._peer, way=way)

    def seal(self, data: bytes, *, organ: str) -> SealMark:
        """Return the mark of the organ's seal on ``data``.

        Raises:
            RegionError: Not reached, timed out, refused, or contract violated.
        """
        service = self._service
        values: dict[str, Json] = {
            "organ": organ,
            "content": base64.b64encode(data).decode(),
            "content_digest": digest(data),
        }
        tree = renamed(service.request, values, whitespace=service.whitespace)
        headers = {
            "Accept": JSON,
            "Content-Type": JSON,
            service.auth.header: self._key.reveal(),
        }
        reply = self._http.send(
            "POST", service.seal_path, body=canonical_bytes(tree), headers=headers
        )
        answer = json_of(reply, peer=self._peer, code_key=service.error.code)
        return self._mark(canonical(service.reply, answer))

    def close(self) -> None:
        """Close every connection."""
        self._http.close()

    def _mark(self, found: Mapping[str, str]) -> SealMark:
        absent = [
            REPLY_FIELD.of(field=path, expected="text", got="-")
            for path in sorted(SEAL_REPLY)
            if not found.get(path)
        ]
        if absent:
            raise ContractViolation(*absent)
        sealed_at = self._instant(found["sealed_at"])
        named = {path: found[path] for path in SEAL_REPLY - {"sealed_at"}}
        try:
            return SealMark(**named, sealed_at=sealed_at)
        except ValidationError as fault:
            # Only where it is wrong is told: what stands there is theirs.
            places = {str(part["loc"][0]) for part in fault.errors(include_input=False)}
        raise ContractViolation(
            *(REPLY_FIELD.of(field=path, expected="a mark", got="-") for path in sorted(places))
        )

    def _instant(self, text: str) -> datetime:
        try:
            instant = datetime.fromisoformat(text)
        except ValueError:
            instant = None
        if instant is None or instant.tzinfo is None or instant > self._clock() + SKEW:
            raise ContractViolation(
                REPLY_FIELD.of(field="sealed_at", expected="an instant until now", got="-")
            )
        return instant

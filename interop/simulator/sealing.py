"""The simulated seal service: REST with Chinese keys, a key of its own for each run."""

import base64
import binascii
import hmac
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from interop.crypto.keys import PrivateKey
from interop.errors import InteropError, KnowledgeError, RegionFault
from interop.model.canonical import Json, digest, read_json
from interop.model.ports import Clock, SealMark
from interop.simulator.acceptance import BAD, DENIED, MISSING, OK, answered_json, refusal
from interop.simulator.body import read_body
from interop.simulator.schema import JsonSchema
from interop.simulator.seals import SimulatedSeals
from interop.simulator.world import World
from interop.transport.adapter import RestSeals

ORGAN: Final = "机关代码"
CONTENT: Final = "内容"
CONTENT_DIGEST: Final = "内容摘要"


class SealEndpoint:
    """Seal what is sent with the seal of an organ of the world."""

    def __init__(
        self, service: RestSeals, *, openapi: bytes, world: World, clock: Clock
    ) -> None:
        """Load the contract and make the key.

        Args:
            service: The adapter's description of this very service.
            openapi: Its contract.
            world: Whose seals it holds.
            clock: The source of now.

        Raises:
            KnowledgeError: The contract is broken.
        """
        self._service = service
        self._schema = JsonSchema(read_json(openapi, error=KnowledgeError, field="openapi"))
        self._key = world.seals.key
        names = {seal.organ: seal.name for seal in world.seals.held}
        self._seals = SimulatedSeals(PrivateKey.generate(use="sig"), clock, seals=names)

    async def seal(self, request: Request) -> Response:
        """Serve POST of what is to be sealed."""
        auth = self._service.auth
        given = request.headers.get(auth.header, "").encode()
        if not hmac.compare_digest(given, (auth.prefix + self._key).encode()):
            return refusal(DENIED, "SIM-401", "密钥无效")
        data = await read_body(request, self._service.limits.request_bytes_max)
        return await run_in_threadpool(self._seal, data)

    def _seal(self, data: bytes) -> Response:
        try:
            asked = read_json(data, error=RegionFault)
        except InteropError:
            return refusal(BAD, "SIM-3001", "请求不是合法的 JSON")
        if not isinstance(asked, dict) or self._schema.problems("Sealing", asked):
            return refusal(BAD, "SIM-3002", "请求不符合接口契约")
        content = _decoded(str(asked[CONTENT]))
        if content is None or digest(content) != asked[CONTENT_DIGEST]:
            return refusal(BAD, "SIM-3003", "内容与摘要不符")
        try:
            mark = self._seals.seal(content, organ=str(asked[ORGAN]))
        except RegionFault:
            return refusal(MISSING, "SIM-3004", "没有该机关的印章")
        return self._shown(mark)

    def _shown(self, mark: SealMark) -> Response:
        told: dict[str, Json] = {
            ORGAN: mark.organ,
            "印章名称": mark.name,
            CONTENT_DIGEST: mark.content_digest,
            "盖章时间": mark.sealed_at.isoformat(),
            "盖章凭证": mark.token,
        }
        if problems := self._schema.problems("Mark", told):
            msg = f"the answer does not fit its own contract: {problems}"
            raise ValueError(msg)
        return answered_json(OK, told)


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return None

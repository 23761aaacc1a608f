"""What other regions reach: batches, questions about a channel, contents, knowledge.

They prove themselves by what they sign. So many requests are taken at once; a region that
comes while all places are taken is told to come again, and does.
"""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from interop.errors import KnowledgeError
from interop.exchange.asks import ASK_CHARS_MAX
from interop.exchange.batch import BATCH_BYTES_MAX
from interop.exchange.pieces import PIECE_BYTES_MAX
from interop.gateway.intake import take_ask
from interop.gateway.open import Gateway
from interop.node.answering import answered, octets, refused
from interop.node.materials import PEER, Giving
from interop.node.places import Places
from interop.node.reasons import VERSION_NOT_HELD

# Each may hold a whole batch in memory.
CALLS_MAX: Final = 16


class PeerFace:
    """A gateway as other regions reach it."""

    def __init__(self, gateway: Gateway) -> None:
        """Take the gateway."""
        self._gateway = gateway
        self._giving = Giving(gateway.host.materials)
        self._places = Places(CALLS_MAX)

    @property
    def routes(self) -> list[Route]:
        """Return where it is reached."""
        return [
            Route("/exchange/batches", self.batch, methods=["POST"]),
            Route("/exchange/asks", self.ask, methods=["POST"]),
            Route("/exchange/pieces", self.piece, methods=["POST"]),
            Route(PEER, self.material, methods=["GET"]),
            Route("/knowledge/{digest}", self.version, methods=["GET"]),
        ]

    async def batch(self, request: Request) -> Response:
        """Take a batch from another region and answer with the receipt."""

        def take(data: bytes) -> Response:
            return octets(self._gateway.receive_batch(data))

        return await answered(request, take, bytes_max=BATCH_BYTES_MAX, within=self._places)

    async def ask(self, request: Request) -> Response:
        """Answer a region's signed question about a channel."""

        def tell(data: bytes) -> Response:
            found = take_ask(self._gateway.station, data)
            return octets(found) if found else Response(status_code=204)

        return await answered(request, tell, bytes_max=ASK_CHARS_MAX, within=self._places)

    async def material(self, request: Request) -> Response:
        """Give a content to the region that was handed its case."""
        return await self._giving.to_peer(request, within=self._places)

    async def piece(self, request: Request) -> Response:
        """Take a piece of a content from the window of its case; answer how much is held."""

        def take(data: bytes) -> Response:
            return octets(str(self._gateway.station.take_piece(data).held).encode())

        return await answered(request, take, bytes_max=PIECE_BYTES_MAX, within=self._places)

    async def version(self, request: Request) -> Response:
        """Give out a knowledge version by digest."""
        digest = str(request.path_params["digest"])

        def give(_data: bytes) -> Response:
            held = self._gateway.knowledge_version(digest)
            if held is None:
                return refused(404, KnowledgeError, VERSION_NOT_HELD.of(got=digest))
            return octets(held)

        return await answered(request, give, bytes_max=0, within=self._places)

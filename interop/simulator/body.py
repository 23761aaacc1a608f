"""Read a request body within a limit."""

from starlette.exceptions import HTTPException
from starlette.requests import Request

TOO_LARGE = 413


async def read_body(request: Request, bytes_max: int) -> bytes:
    """Return the body; answer 413 if it has more than ``bytes_max`` bytes."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > bytes_max:
            raise HTTPException(TOO_LARGE)
    return bytes(body)

"""The node's token endpoint: token exchange (RFC 8693) and back-channel logout.

``POST /token`` takes a form from the application beside the node, which proves itself by the
node's key, as Bearer or as the password of Basic. ``POST /backchannel-logout`` takes a logout
token, which proves itself. Refusals are OAuth's JSON with our reasons beside.
Source: RFC 6749 sections 2.3.1, 3.2 and 5; RFC 8693 section 2; OpenID Connect Back-Channel
Logout 1.0 sections 2.5 to 2.8.
"""

import base64
import binascii
import hmac
from typing import Final
from urllib.parse import unquote_plus

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from interop.errors import InteropError, Reason, TrustError
from interop.federation import Possession
from interop.federation.exchange_form import (
    FORM_BYTES_MAX,
    answer,
    read_fields,
    read_form,
    refusal,
)
from interop.federation.exchange_reasons import CLIENT_REFUSED, FORM_MALFORMED, FORM_MISSING
from interop.federation.token_reasons import DPOP_TWICE
from interop.gateway.open import Gateway
from interop.model.canonical import canonical_bytes
from interop.model.sensitive import Sensitive

__all__ = [
    "FORM_BYTES_MAX",
    "exchanged",
    "is_client",
    "logged_out",
    "no_client",
    "proof_of",
    "refused",
    "require_form",
]

FORM: Final = "application/x-www-form-urlencoded"
BAD: Final = 400
FORBIDDEN: Final = 403
UNKNOWN_CLIENT: Final = 401
UNAVAILABLE: Final = 503
BASIC_CHARS_MAX: Final = 8_192
# Source: RFC 6749 section 5.1; OpenID Connect Back-Channel Logout 1.0 section 2.8.
NOT_KEPT: Final = {"Cache-Control": "no-store", "Pragma": "no-cache"}


def is_client(request: Request, key: Sensitive) -> bool:
    """Return whether a request carries the node's key, in constant time."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        given = _password(given)
    elif scheme.lower() != "bearer":
        given = ""
    return hmac.compare_digest(given.encode(), key.reveal().encode())


def no_client() -> Response:
    """Return the refusal of a request without the node's key; its body was not read."""
    reason = CLIENT_REFUSED.of(field="authorization")
    headers = {"WWW-Authenticate": 'Basic realm="token"', "Connection": "close"}
    return _json(UNKNOWN_CLIENT, refusal(reason), headers)


def require_form(request: Request) -> None:
    """Refuse a request of another content type.

    Raises:
        TrustError: ``exchange-form``.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise TrustError(FORM_MALFORMED.of(field="content-type"))


def proof_of(request: Request) -> Possession | None:
    """Return the proof of possession in the header ``DPoP``, if there is one.

    It is for the subject token: a proof for this very request, with the digest of that token
    (``ath``). The token that is issued is bound to the same key.

    Raises:
        TrustError: ``dpop-twice``.
    """
    given = request.headers.getlist("dpop")
    if not given:
        return None
    if len(given) > 1:
        raise TrustError(DPOP_TWICE.of(field="DPoP", got=len(given)))
    url = str(request.url.replace(query="", fragment=""))
    return Possession(jwt=Sensitive(given[0]), method=request.method, url=url)


def exchanged(gateway: Gateway, data: bytes, *, proof: Possession | None = None) -> Response:
    """Return the answer to a form.

    Args:
        gateway: Who exchanges.
        data: The form.
        proof: Proof of possession that came with it.

    Raises:
        TrustError: Why the form, a token or the exchange is refused.
        StoreError: The decision could not be recorded.
    """
    form = read_form(data)
    issued = gateway.tokens.exchange(form, proof=proof)
    body = canonical_bytes(answer(issued, type=form.type))
    return Response(body, media_type="application/json", headers=NOT_KEPT)


def logged_out(gateway: Gateway, data: bytes) -> Response:
    """Return the answer to a logout token.

    Raises:
        TrustError: Why it is refused.
        StoreError: It could not be recorded.
    """
    given = read_fields(data).get("logout_token")
    if given is None:
        raise TrustError(FORM_MISSING.of(field="logout_token"))
    gateway.tokens.log_out(Sensitive(given))
    return Response(status_code=200, headers=NOT_KEPT)


def refused(status: int, error: type[InteropError], *reasons: Reason) -> Response:
    """Return a refusal as OAuth says it: what is not believed is a bad request."""
    del error
    again = {"Retry-After": "1"} if status == UNAVAILABLE else {}
    return _json(BAD if status == FORBIDDEN else status, refusal(*reasons), again)


def _json(status: int, told: object, headers: dict[str, str]) -> Response:
    return JSONResponse(told, status_code=status, headers={**NOT_KEPT, **headers})


def _password(given: str) -> str:
    try:
        pair = base64.b64decode(given[:BASIC_CHARS_MAX], validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        return ""
    return unquote_plus(pair.partition(":")[2])

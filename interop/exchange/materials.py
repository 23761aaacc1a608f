"""The signed question for one content of a material.

Whoever holds the question could ask again: it counts a few minutes, for one case and one
material, and only for the gateway it is addressed to.
"""

from datetime import datetime
from typing import Final

from pydantic import AwareDatetime, Field

from interop.crypto.jose import sign_compact, split
from interop.errors import ExchangeError
from interop.exchange.batch import Correspondent, Directory, Own, require_for
from interop.exchange.envelope import IDENTIFIER_CHARS_MAX
from interop.exchange.reasons import ASK_STALE
from interop.model.ports import Env
from interop.model.record import Record

MATERIAL_TYP: Final = "yrd-material+jwt"
MATERIAL_ASK_CHARS_MAX: Final = 4096
ASK_S_MAX: Final = 300


class MaterialAsk(Record):
    """A question for a content.

    Attributes:
        v: Version of this format.
        env: Environment.
        sender: Who asks.
        to: Who is asked.
        case: Case number.
        code: Material, as the application addresses it.
        at: When; aware.
    """

    v: int = Field(default=1, ge=1, le=1)
    env: Env
    sender: str = Field(alias="from")
    to: str
    case: str = Field(max_length=IDENTIFIER_CHARS_MAX)
    code: str = Field(max_length=IDENTIFIER_CHARS_MAX)
    at: AwareDatetime


def sign_material_ask(own: Own, *, to: str, case: str, code: str, at: datetime) -> bytes:
    """Return a signed question to ``to`` for one content."""
    ask = MaterialAsk.model_validate(
        {"env": own.env, "from": own.region, "to": to, "case": case, "code": code, "at": at}
    )
    return sign_compact(ask.to_bytes(), own.signer, typ=MATERIAL_TYP).encode()


def read_material_ask(
    data: bytes, *, directory: Directory, at: datetime
) -> tuple[MaterialAsk, Correspondent]:
    """Return a question and who asks it.

    Raises:
        ExchangeError: It is not for us, too old, or malformed.
        TrustError: The peer is unknown, or the signature does not verify.
    """
    token = data.decode("ascii", "replace")
    # INVARIANT: what is not verified yet only refuses, and chooses whose keys are tried.
    claimed = _ask(split(token, bytes_max=MATERIAL_ASK_CHARS_MAX).payload)
    require_for(directory.own, env=claimed.env, to=claimed.to)
    peer = directory.find(claimed.sender)
    ask = _ask(peer.verify(token, typ=MATERIAL_TYP, chars_max=MATERIAL_ASK_CHARS_MAX))
    if abs((at - ask.at).total_seconds()) > ASK_S_MAX:
        raise ExchangeError(
            ASK_STALE.of(field="at", expected=ASK_S_MAX, got=ask.at.isoformat())
        )
    return ask, peer


def _ask(payload: bytes) -> MaterialAsk:
    return MaterialAsk.from_json(payload, error=ExchangeError, field="ask")

"""Who is asking, at one gateway: read a token, and leave the decision in the audit chain."""

from interop.errors import TrustError
from interop.federation import Need, Possession
from interop.federation.exchange_claims import Presented
from interop.federation.logout import require_alive
from interop.federation.presented import ANY, Reader
from interop.gateway.desk import Desk, Sitting
from interop.gateway.state import Remembered
from interop.model.sensitive import Sensitive
from interop.store import audit


def read_token(
    desk: Desk, token: Sensitive, *, need: Need = ANY, proof: Possession | None = None
) -> Presented:
    """Return what ``token`` says here and now; outside any transaction.

    Raises:
        TrustError: Why it is not believed; ``session-ended``.
    """
    found = _believed(desk, token, need, proof)
    with desk.sit() as at:
        require_alive(found, Remembered(at.tx))
    return found


def identified(
    desk: Desk, token: Sensitive, *, need: Need = ANY, proof: Possession | None = None
) -> Presented:
    """Return what :func:`read_token` returns, and leave a line of that or of the refusal.

    Raises:
        TrustError: Why it is not believed; ``session-ended``.
    """
    try:
        found = _believed(desk, token, need, proof)
        with desk.sit() as at:
            require_alive(found, Remembered(at.tx))
            line(at, "identified", digest_of(found))
    except TrustError as fault:
        tell(desk, f"token-refused.{fault.code}", "")
        raise
    return found


def digest_of(token: Presented | None) -> str:
    """Return what stands for a token in the chain; empty for none."""
    return "" if token is None else token.principal.token_digest


def tell(desk: Desk, kind: str, about: str) -> None:
    """Leave a line in a transaction of its own."""
    with desk.sit() as at:
        line(at, kind, about)


def line(at: Sitting, kind: str, about: str, *, case: str = "") -> None:
    """Leave a line in the transaction that does what it tells."""
    audit.append(at.tx, kind=kind, case=case, digest=about, at=at.desk.now())


def _believed(desk: Desk, token: Sensitive, need: Need, proof: Possession | None) -> Presented:
    audience = desk.registry.gateway(desk.region).audience
    reader = Reader(desk.verifier, desk.registry, audience, desk.clock)
    return reader.read(token.reveal(), need=need, proof=proof)

"""The one entry for tokens: who is asking, and how surely.

The same checks in the same order serve :meth:`Verifier.verify`, which raises, and
:meth:`Verifier.explain`, which lists them all. Neither fetches anything: every key comes from
the registry. The audience belongs to the verifier, so no call can weaken it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from interop.errors import Reason, TrustError
from interop.federation.gates import GATES, Examination, Frame, Need
from interop.federation.registry import TrustRegistry
from interop.federation.rules import RULES
from interop.model.canonical import digest
from interop.model.party import Actor, Principal
from interop.model.ports import Clock
from interop.model.sensitive import Sensitive

Outcome = Literal["passed", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """How one check went.

    Attributes:
        name: Name of the check.
        outcome: ``skipped`` if an earlier gate was not passed.
        reasons: Why it failed; never any part of the token.
    """

    name: str
    outcome: Outcome
    reasons: tuple[Reason, ...] = ()


class Verifier:
    """Verify access tokens for one gateway.

    Args:
        registry: Whom to believe.
        audience: The gateway's own audience; a token for anybody else is refused.
        clock: The present instant, aware.
    """

    def __init__(self, registry: TrustRegistry, *, audience: str, clock: Clock) -> None:
        self._registry, self._audience, self._clock = registry, audience, clock

    def verify(self, token: str, *, need: Need = Need()) -> Principal:  # noqa: B008 -- frozen
        """Return who is asking if every check is passed.

        The principal's ``token_digest`` is over header and payload without the signature:
        an ECDSA signature can be rewritten without the key, so nothing may hang on it.

        Args:
            token: Compact JWS.
            need: What the item asks of a login.

        Raises:
            TrustError: The reason of the first gate not passed, else those of every rule
                that failed. ``fix`` says how to step up when that would help.
        """
        seen = self._examination(token, need)
        reasons = [reason for result in _run(seen) for reason in result.reasons]
        if reasons:
            raise TrustError(*reasons)
        return _principal(seen)

    def explain(self, token: str, *, need: Need = Need()) -> tuple[CheckResult, ...]:  # noqa: B008 -- frozen
        """Return how every check goes, in order, without raising and without I/O."""
        return tuple(_run(self._examination(token, need)))

    def _examination(self, token: str, need: Need) -> Examination:
        return Examination(token, Frame(self._registry, self._audience, self._clock(), need))


def _run(seen: Examination) -> Iterator[CheckResult]:
    shut = False
    for name, gate in GATES:
        if shut:
            yield CheckResult(name, "skipped")
            continue
        try:
            gate(seen)
        except TrustError as fault:
            shut = True
            yield CheckResult(name, "failed", fault.reasons)
        else:
            yield CheckResult(name, "passed")
    for name, rule in RULES:
        reasons = () if shut else tuple(rule(seen))
        outcome: Outcome = "failed" if reasons else "passed"
        yield CheckResult(name, "skipped" if shut else outcome, reasons)


def _principal(seen: Examination) -> Principal:
    claims = seen.claims
    agent = None
    if claims.act is not None:
        agent = Actor(
            kind=claims.act.kind,
            subject=Sensitive(claims.act.sub),
            proof=claims.act.proof.record(),
        )
    return Principal(
        issuer=seen.issuer.id,
        region=seen.region,
        actor=Actor(
            kind=claims.kind, subject=Sensitive(claims.sub), proof=claims.proof.record()
        ),
        agent=agent,
        level=seen.issuer.level(claims.acr),
        authenticated_at=datetime.fromtimestamp(claims.auth_time, UTC),
        token_digest=digest(seen.compact.signed),
        trust_path=(seen.frame.registry.digest, seen.issuer.id, seen.header.kid),
    )

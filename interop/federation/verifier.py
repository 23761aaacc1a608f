"""The one entry for tokens: who is asking, and how surely.

The same checks in the same order serve :meth:`Verifier.verify`, which raises, and
:meth:`Verifier.explain`, which lists them all. Neither fetches anything: every key comes from
the registry. The audience belongs to the verifier, so no call can weaken it.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from interop.errors import Reason, TrustError
from interop.federation.claims import AccessClaims, LogoutClaims
from interop.federation.gates import (
    ACCESS,
    GATES,
    IDENTITY,
    LOGOUT,
    C,
    Examination,
    Frame,
    Need,
    TokenKind,
)
from interop.federation.hot import HotPath
from interop.federation.id_token import LoginRound, round_problems
from interop.federation.logout_token import LogoutNotice, logout_problems, notice_of
from interop.federation.possession import FirstUse, Possession, require_possession
from interop.federation.principal import principal_of
from interop.federation.registry import TrustRegistry, path_of
from interop.federation.rules import RULES, TIME_RULES, region_of
from interop.model.party import Principal
from interop.model.ports import Clock

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
    """Verify access, identity and logout tokens for one gateway; safe to share by threads.

    Args:
        registry: Whom to believe; :meth:`renew` puts a newer one in its place.
        audience: The gateway's own audience; a token for anybody else is refused.
        clock: The present instant, aware.
        replay: Which proofs of possession were used; without it none is accepted.
    """

    def __init__(
        self,
        registry: TrustRegistry,
        *,
        audience: str,
        clock: Clock,
        replay: FirstUse | None = None,
    ) -> None:
        self._audience, self._clock, self._replay = audience, clock, replay
        self._hot = HotPath(registry, audience=audience)

    @property
    def replay(self) -> FirstUse | None:
        """Return what remembers used proofs, if anything does."""
        return self._replay

    def remember_in(self, replay: FirstUse) -> None:
        """Let ``replay`` remember used proofs from here on."""
        self._replay = replay

    @property
    def registry(self) -> TrustRegistry:
        """Return the registry that is believed now."""
        return self._hot.registry

    def renew(self, registry: TrustRegistry) -> None:
        """Believe ``registry`` from here on; nothing remembered under the last one counts."""
        # INVARIANT: registry and memory are one reference, so no thread sees half a change.
        self._hot = HotPath(registry, audience=self._audience)

    def verify(
        self,
        token: str,
        *,
        need: Need = Need(),  # noqa: B008 -- frozen
        proof: Possession | None = None,
    ) -> Principal:
        """Return who is asking if every check of an access token is passed.

        The principal's ``token_digest`` is over header and payload without the signature:
        an ECDSA signature can be rewritten without the key, so nothing may hang on it.

        Args:
            token: Compact JWS.
            need: What the item asks of a login.
            proof: Proof of possession that came along; a bound token is refused without.

        Raises:
            TrustError: The reason of the first gate not passed, else those of every rule
                that failed. ``fix`` says how to step up when that would help.
        """
        now, hot = self._clock(), self._hot
        if now.tzinfo is not None:
            now_s = int(now.timestamp())
            found = hot.verdict(token, now_s)
            if found is not None and found.meets(need, now_s):
                if found.jkt or proof is not None:
                    require_possession(found.jkt, proof, token, now=now, replay=self._replay)
                return found.principal
        return self._verified(hot, token, now, need, proof)

    def _verified(  # noqa: PLR0917 -- one token with everything it is held against
        self,
        hot: HotPath,
        token: str,
        now: datetime,
        need: Need,
        proof: Possession | None,
    ) -> Principal:
        seen = self._examination(hot.registry, token, ACCESS, now, need)
        _require(_run(seen, RULES))
        hot.learn(token, seen.header)
        jkt = seen.claims.cnf.jkt if seen.claims.cnf else ""
        if jkt or proof is not None:
            require_possession(jkt, proof, token, now=now, replay=self._replay)
        return _principal(seen)

    def verify_login(
        self,
        token: str,
        *,
        login: LoginRound,
        need: Need = Need(),  # noqa: B008 -- frozen
    ) -> Principal:
        """Return who logged in if every check of an identity token (id_token) is passed.

        Args:
            token: Compact JWS, as the token endpoint returned it.
            login: What this login was started with and what came back beside the token.
            need: What the item asks of a login.

        Raises:
            TrustError: As :meth:`verify`, or an ``id-token-…`` code.
        """
        seen = self._examination(self.registry, token, IDENTITY, self._clock(), need)
        _require(_run(seen, RULES))
        if problems := tuple(round_problems(seen, login)):
            raise TrustError(*problems)
        return _principal(seen)

    def verify_logout(self, token: str) -> LogoutNotice:
        """Return whose sessions end if every check of a logout token is passed.

        The caller records its issuer and ``token_id`` as used; a second one changes nothing.

        Raises:
            TrustError: The reason of the first gate not passed, else every other, among
                them ``logout-nonce``, ``logout-events`` and ``logout-nobody``.
        """
        seen = self._examination(self.registry, token, LOGOUT, self._clock(), Need())
        results = (*_run(seen, TIME_RULES), *_logout(seen))
        _require(results)
        return notice_of(seen.claims)

    def explain(
        self,
        token: str,
        *,
        need: Need = Need(),  # noqa: B008 -- frozen
        proof: Possession | None = None,
    ) -> tuple[CheckResult, ...]:
        """Return how every check of an access token goes, without raising and without I/O.

        Nothing is used up: a proof explained may still be used once.
        """
        now = self._clock()
        seen = self._examination(self.registry, token, ACCESS, now, need)
        results = tuple(_run(seen, RULES))
        if any(result.outcome != "passed" for result in results):
            return (*results, CheckResult("possession", "skipped"))
        jkt = seen.claims.cnf.jkt if seen.claims.cnf else ""
        try:
            if jkt or proof is not None:
                require_possession(jkt, proof, token, now=now, replay=_Unused())
        except TrustError as fault:
            return (*results, CheckResult("possession", "failed", fault.reasons))
        return (*results, CheckResult("possession", "passed"))

    def _examination(  # noqa: PLR0917 -- one token with everything it is held against
        self,
        registry: TrustRegistry,
        token: str,
        kind: TokenKind[C],
        now: datetime,
        need: Need,
    ) -> Examination[C]:
        return Examination(token, Frame(registry, self._audience, now, need), kind)


class _Unused:
    """A replay store that remembers nothing, for explaining."""

    def first_use(self, issuer: str, token_id: str, *, until: datetime, now: datetime) -> bool:
        del issuer, token_id, until, now
        return True


def _require(results: Iterable[CheckResult]) -> None:
    if reasons := [reason for result in results for reason in result.reasons]:
        raise TrustError(*reasons)


def _run(
    seen: Examination[C],
    rules: Sequence[tuple[str, Callable[[Examination[C]], Iterator[Reason]]]],
) -> Iterator[CheckResult]:
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
    for name, rule in rules:
        reasons = () if shut else tuple(rule(seen))
        outcome: Outcome = "failed" if reasons else "passed"
        yield CheckResult(name, "skipped" if shut else outcome, reasons)


def _logout(seen: Examination[LogoutClaims]) -> Iterator[CheckResult]:
    if hasattr(seen, "claims"):
        reasons = tuple(logout_problems(seen.claims))
        yield CheckResult("logout", "failed" if reasons else "passed", reasons)


def _principal(seen: Examination[AccessClaims]) -> Principal:
    claims = seen.claims
    return principal_of(
        claims,
        region_of(seen),
        seen.issuer.level(claims.acr, source=claims.source),
        digest=hashlib.sha256(seen.compact.signed).hexdigest(),
        trust_path=path_of(
            seen.frame.registry, seen.issuer, kid=seen.header.kid, source=claims.source
        ),
    )

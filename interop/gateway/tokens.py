"""Tokens at one gateway: read, exchange, log out, take revocation lists.

Every decision is a line of the audit chain, by digest: no token and no personal value.
"""

import secrets
from typing import Final

from interop.errors import Reason, TrustError
from interop.federation import Need
from interop.federation.exchange_claims import Presented
from interop.federation.exchange_form import ExchangeForm
from interop.federation.logout import Sessions, require_alive
from interop.federation.presented import ANY, Reader
from interop.federation.registry import GatewayEntry, TrustRegistry
from interop.federation.revocation import read_revocations
from interop.federation.subject_key import SubjectKey
from interop.federation.token_exchange import (
    Authority,
    ExchangeRequest,
    IssuedToken,
    exchange_token,
)
from interop.gateway.desk import Desk, Sitting
from interop.gateway.state import Remembered
from interop.model.canonical import Json, canonical_bytes, digest
from interop.model.party import Party
from interop.model.sensitive import Sensitive
from interop.store import audit, logouts, revocations

# A new epoch renames everybody towards every other gateway.
SUBJECT_EPOCH: Final = 1


class TokenService:
    """Tokens at one gateway; thread-safe."""

    def __init__(self, desk: Desk) -> None:
        """Take a wired desk."""
        self._desk = desk

    def read(self, token: Sensitive, *, need: Need = ANY) -> Presented:
        """Return what a login or an exchanged token says, if its session has not ended.

        Raises:
            TrustError: Why it is not believed; ``session-ended``.
        """
        return read_token(self._desk, token, need=need)

    def exchange(self, form: ExchangeForm, *, declared: tuple[Party, ...] = ()) -> IssuedToken:
        """Return a narrower token for one other gateway (RFC 8693).

        Args:
            form: What is asked for.
            declared: Parties that the application knows by number. Their proofs get a new
                salt; without them the new token carries the login's own, by which two
                gateways that hold tokens of one login could tell that it is one.

        Raises:
            TrustError: Why a token is not believed, or would be widened.
        """
        desk = self._desk
        subject: Presented | None = None
        try:
            subject = self.read(form.subject_token)
            actor = None if form.actor_token is None else self.read(form.actor_token)
            request = ExchangeRequest(
                subject=subject,
                actor=actor,
                audience=form.audience,
                scope=form.scope,
                level=form.level,
                need=form.need,
                declared=declared,
            )
            issued = _granted(desk, request)
        except TrustError as fault:
            _tell(desk, f"token-refused.{fault.code}", _digest_of(subject))
            raise
        _tell(desk, "token-exchanged", _record(subject, actor, issued))
        return issued

    def log_out(self, token: Sensitive) -> None:
        """End the sessions that a logout token of an identity provider names.

        Refusals leave no line: whoever can reach this address could fill the chain.

        Raises:
            TrustError: Why the token is not believed; ``logout-replayed``.
        """
        desk, now = self._desk, self._desk.now()
        notice = desk.verifier.verify_logout(token.reveal())
        with desk.sit() as at:
            kept = Remembered(at.tx)
            logouts.sweep(at.tx, now)
            Sessions(desk.registry, kept, kept).log_out(notice, now=now)
            told: Json = [notice.issuer, notice.token_id]
            _line(at, "logged-out", digest(canonical_bytes(told)))

    def take_revocations(self, token: Sensitive) -> int:
        """Put the list of an issuer of mandates in place of its last one; return its length.

        Raises:
            TrustError: Why the list is not believed.
            StoreError: ``revocations-older`` for a list before the one that is held.
        """
        desk = self._desk
        found = read_revocations(token.reveal(), desk.registry, clock=desk.clock)
        with desk.sit() as at:
            count = revocations.replace(
                at.tx,
                found.issuer,
                sequence=found.sequence,
                digests=found.digests,
                fresh_until=found.fresh_until,
            )
            listed: Json = [*sorted(found.digests)]
            _line(at, "revocations-taken", digest(canonical_bytes(listed)))
        return count


def read_token(desk: Desk, token: Sensitive, *, need: Need = ANY) -> Presented:
    """Return what ``token`` says here and now; outside any transaction.

    Raises:
        TrustError: Why it is not believed; ``session-ended``.
    """
    reader = Reader(desk.verifier, desk.registry, _own(desk).audience, desk.clock)
    found = reader.read(token.reveal(), need=need)
    with desk.sit() as at:
        require_alive(found, Remembered(at.tx))
    return found


def _granted(desk: Desk, request: ExchangeRequest) -> IssuedToken:
    issued = exchange_token(request, by=_authority(desk), now=desk.now())
    if isinstance(issued, Reason):
        raise TrustError(issued)
    return issued


def _own(desk: Desk) -> GatewayEntry:
    return desk.registry.gateway(desk.region)


def _authority(desk: Desk) -> Authority:
    own = _own(desk)
    return Authority(
        issuer=own.id,
        audience=own.audience,
        is_target=lambda audience: _is_other_gateway(desk.registry, own, audience),
        signer=desk.keys.signing,
        subject_key=SubjectKey.of(
            desk.keys.organ.secret(), epoch=SUBJECT_EPOCH, algorithm=desk.keys.profile.digest
        ),
        entropy=secrets.token_bytes,
        env=desk.env,
    )


def _is_other_gateway(registry: TrustRegistry, own: GatewayEntry, audience: str) -> bool:
    """Return whether ``audience`` is a gateway that is registered under this very name."""
    try:
        entry = registry.issuer(audience)
        entry.require_role("gateway")
    except TrustError:
        return False
    return entry.row.audience == audience != own.audience


def _record(subject: Presented, actor: Presented | None, issued: IssuedToken) -> str:
    told: Json = {
        "subject": _digest_of(subject),
        "actor": _digest_of(actor),
        "issued": [issued.claims.iss, issued.claims.jti],
        "audience": issued.claims.aud,
    }
    return digest(canonical_bytes(told))


def _digest_of(token: Presented | None) -> str:
    return "" if token is None else token.principal.token_digest


def _tell(desk: Desk, kind: str, about: str) -> None:
    with desk.sit() as at:
        _line(at, kind, about)


def _line(at: Sitting, kind: str, about: str) -> None:
    audit.append(at.tx, kind=kind, case="", digest=about, at=at.desk.now())

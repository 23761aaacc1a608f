"""Tokens at one gateway: read, exchange, log out, tickets, revocation lists.

Every decision is a line of the audit chain, by digest: no token and no personal value.
"""

import secrets
from dataclasses import asdict
from typing import Final

from interop.errors import Reason, TrustError
from interop.federation import Need, Possession
from interop.federation.exchange_claims import Presented
from interop.federation.exchange_form import ExchangeForm
from interop.federation.logout import Sessions
from interop.federation.presented import ANY
from interop.federation.registry import GatewayEntry, TrustRegistry
from interop.federation.revocation import read_revocations
from interop.federation.status import read_status_list
from interop.federation.subject_key import SubjectKey
from interop.federation.ticket import Redemption, TicketOffice, redeem_ticket
from interop.federation.token_exchange import (
    Authority,
    ExchangeRequest,
    IssuedToken,
    exchange_token,
)
from interop.gateway.desk import Desk
from interop.gateway.identification import digest_of, identified, line, read_token, tell
from interop.gateway.state import Remembered
from interop.model.canonical import Json, canonical_bytes, digest
from interop.model.party import Party
from interop.model.sensitive import Sensitive
from interop.store import logouts, revocations, status_lists

# A new epoch renames everybody towards every other gateway.
SUBJECT_EPOCH: Final = 1


class TokenService:
    """Tokens at one gateway; thread-safe."""

    def __init__(self, desk: Desk) -> None:
        """Take a wired desk."""
        self._desk = desk

    def read(
        self, token: Sensitive, *, need: Need = ANY, proof: Possession | None = None
    ) -> Presented:
        """Return what a login or an exchanged token says, if its session has not ended.

        Args:
            token: The token.
            need: What the item asks of a login.
            proof: Proof of possession that came along, used up by this; a bound token is
                refused without.

        Raises:
            TrustError: Why it is not believed; ``session-ended``.
        """
        return read_token(self._desk, token, need=need, proof=proof)

    def identify(
        self, token: Sensitive, *, need: Need = ANY, proof: Possession | None = None
    ) -> Presented:
        """Return what :meth:`read` returns, and leave the decision in the audit chain.

        For the application that proves itself; a gate before strangers reads instead, or
        whoever can reach it could fill the chain.

        Raises:
            TrustError: Why it is not believed; ``session-ended``.
        """
        return identified(self._desk, token, need=need, proof=proof)

    def exchange(
        self,
        form: ExchangeForm,
        *,
        declared: tuple[Party, ...] = (),
        proof: Possession | None = None,
    ) -> IssuedToken:
        """Return a narrower token for one other gateway (RFC 8693).

        Args:
            form: What is asked for.
            declared: Parties that the application knows by number. Their proofs get a new
                salt; without them the new token carries the login's own, by which two
                gateways that hold tokens of one login could tell that it is one.
            proof: Proof of possession of the subject token's key; the new token is bound to
                that key too.

        Raises:
            TrustError: Why a token is not believed, or would be widened.
        """
        desk = self._desk
        subject: Presented | None = None
        try:
            subject = self.read(form.subject_token, proof=proof)
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
            tell(desk, f"token-refused.{fault.code}", digest_of(subject))
            raise
        tell(desk, "token-exchanged", _record(subject, actor, issued))
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
            line(at, "logged-out", digest(canonical_bytes(told)))

    def issue_ticket(self, party: Party, *, case: str, region: str) -> Sensitive:
        """Return a matching ticket with which the gateway of ``region`` takes ``case`` over.

        Raises:
            TrustError: ``gateway-unknown``.
        """
        desk, own = self._desk, self._desk.registry.gateway(self._desk.region)
        office = TicketOffice(own.id, desk.keys.signing, desk.env, secrets.token_bytes)
        audience = desk.registry.gateway(region).audience
        ticket = office.issue(party, case=case, audience=audience, now=desk.now())
        with desk.sit() as at:
            line(at, "ticket-issued", digest(canonical_bytes([case, audience])), case=case)
        return ticket

    def redeem_ticket(self, ticket: Sensitive, *, case: str, party: Party) -> str:
        """Use a matching ticket up and return this region's own name for ``party``.

        Raises:
            TrustError: ``ticket-…``, or why it is not believed; it is then not used up.
        """
        desk, own = self._desk, self._desk.registry.gateway(self._desk.region)
        at_hand = Redemption(audience=own.audience, case=case, party=party, now=desk.now())
        with desk.sit() as at:
            used = redeem_ticket(
                ticket.reveal(), desk.registry, at=at_hand, replay=Remembered(at.tx)
            )
            line(at, "ticket-redeemed", used, case=case)
        known = f"{party.scheme}|{party.code.reveal()}"
        return _subject_key(desk).subject(own.audience, known)

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
            line(at, "revocations-taken", digest(canonical_bytes(listed)))
        return count

    def take_status_list(self, token: Sensitive) -> None:
        """Put a status list of an issuer of mandates in place of its last one.

        Raises:
            TrustError: Why the list is not believed.
            StoreError: ``status-list-older``.
        """
        desk = self._desk
        found = read_status_list(token.reveal(), desk.registry, clock=desk.clock)
        with desk.sit() as at:
            row = status_lists.StatusListRow(**asdict(found))
            status_lists.replace(at.tx, row)
            line(at, "status-list-taken", digest(found.states))


def _granted(desk: Desk, request: ExchangeRequest) -> IssuedToken:
    issued = exchange_token(request, by=_authority(desk), now=desk.now())
    if isinstance(issued, Reason):
        raise TrustError(issued)
    return issued


def _authority(desk: Desk) -> Authority:
    own = desk.registry.gateway(desk.region)
    return Authority(
        issuer=own.id,
        audience=own.audience,
        is_target=lambda audience: _is_other_gateway(desk.registry, own, audience),
        signer=desk.keys.signing,
        subject_key=_subject_key(desk),
        entropy=secrets.token_bytes,
        env=desk.env,
    )


def _subject_key(desk: Desk) -> SubjectKey:
    secret, digest = desk.keys.organ.secret(), desk.keys.profile.digest
    return SubjectKey.of(secret, epoch=SUBJECT_EPOCH, algorithm=digest)


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
        "subject": digest_of(subject),
        "actor": digest_of(actor),
        "issued": [issued.claims.iss, issued.claims.jti],
        "audience": issued.claims.aud,
    }
    return digest(canonical_bytes(told))

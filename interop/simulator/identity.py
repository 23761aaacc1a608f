"""The simulated identity provider: logs in the persons of the world.

A login is simulated and proves nothing about anybody. What it issues are real tokens under
the key it is given, so that a gateway verifies them as it would verify any other's.
"""

import hashlib
import re
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeVar

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from interop.crypto import base64url, pairwise
from interop.errors import CaseError, InteropError
from interop.federation import (
    AccessClaims,
    AgentClaim,
    MandateClaims,
    MayActClaim,
    PartyClaim,
    ProofClaim,
    issue,
    issue_mandate,
    prove,
)
from interop.model.canonical import Json, canonical_bytes
from interop.model.party import Party
from interop.model.ports import Clock, Signer
from interop.model.record import Record
from interop.simulator.body import read_body
from interop.simulator.world import Enterprise, Person, World

JSON: Final = "application/json"
BODY_BYTES_MAX: Final = 16 * 1024
SESSIONS_MAX: Final = 1000
SESSION_LIFE: Final = timedelta(hours=1)
TOKEN_LIFE: Final = timedelta(minutes=5)
MANDATE_LIFE: Final = timedelta(days=30)
SALT_BYTES: Final = 32
BAD, UNKNOWN, DENIED = 400, 404, 401

Entropy = Callable[[int], bytes]
R = TypeVar("R", bound=Record)


class LoginRequest(Record):
    """Who logs in, in whose name and how; keys of the world."""

    person: str
    organisation: str = ""
    method: str


class TokenRequest(Record):
    """For whom a token is wanted.

    Attributes:
        session: What the login gave.
        audience: The verifier's own name.
        may_act: Key of a person who may act for the one of the session; empty for nobody.
    """

    session: str
    audience: str = Field(min_length=1, max_length=200, pattern=r"^[!-~]+$")
    may_act: str = ""


class MandateRequest(Record):
    """What the enterprise lets the person of the session do for it."""

    session: str
    items: tuple[str, ...] = Field(min_length=1, max_length=50)
    regions: tuple[str, ...] = Field(min_length=1, max_length=50)
    purpose: str = Field(min_length=1, max_length=200)


@dataclass(frozen=True, slots=True)
class _Session:
    person: Person
    enterprise: Enterprise | None
    method: str
    at: datetime


class _Refused(Exception):
    def __init__(self, status: int, error: str) -> None:
        self.status, self.error = status, error


class IdentityProvider:
    """Log persons in, issue access tokens and mandates."""

    def __init__(self, world: World, *, signer: Signer, clock: Clock, entropy: Entropy) -> None:
        """Take the world and the issuer's key.

        Args:
            world: Persons, enterprises and the provider's own name.
            signer: The issuer's signing key.
            clock: The source of now.
            entropy: Returns that many random bytes.
        """
        self._world = world
        self._signer = signer
        self._clock = clock
        self._entropy = entropy
        # Stable over restarts and secret from nobody: this is a simulation.
        self._key = hashlib.sha256(f"simulation|{world.identity.issuer}".encode()).digest()
        self._sessions: OrderedDict[str, _Session] = OrderedDict()
        self._lock = threading.Lock()

    async def login(self, request: Request) -> Response:
        """Serve POST {person, organisation, method} and return {session}."""
        return await _served(request, lambda data: self._login(_read(LoginRequest, data)))

    async def token(self, request: Request) -> Response:
        """Serve POST {session, audience} and return {access_token, expires_in}."""
        return await _served(request, lambda data: self._token(_read(TokenRequest, data)))

    async def mandate(self, request: Request) -> Response:
        """Serve POST {session, items, regions, purpose} and return {mandate}."""
        return await _served(request, lambda data: self._mandate(_read(MandateRequest, data)))

    def _login(self, asked: LoginRequest) -> Json:
        persons = {one.key: one for one in self._world.persons}
        firms = {one.key: one for one in self._world.enterprises}
        person, firm = persons.get(asked.person), firms.get(asked.organisation)
        if person is None or (asked.organisation and firm is None):
            raise _Refused(DENIED, "unknown person or organisation")
        if firm is not None and person.key not in firm.agents:
            raise _Refused(DENIED, "not an agent of the organisation")
        if asked.method not in self._world.identity.methods:
            raise _Refused(BAD, "unknown method")
        name = base64url.encode(self._entropy(SALT_BYTES))
        with self._lock:
            self._sessions[name] = _Session(person, firm, asked.method, self._clock())
            while len(self._sessions) > SESSIONS_MAX:
                self._sessions.popitem(last=False)
        return {"session": name}

    def _token(self, asked: TokenRequest) -> Json:
        session, now = self._session(asked.session), self._clock()
        actor = (session.enterprise or session.person).party()
        claims = AccessClaims(
            iss=self._world.identity.issuer,
            sub=self._subject(actor, asked.audience),
            aud=asked.audience,
            iat=_s(now),
            exp=_s(now + TOKEN_LIFE),
            jti=base64url.encode(self._entropy(SALT_BYTES)),
            auth_time=_s(session.at),
            acr=self._world.identity.methods[session.method],
            kind=actor.kind,
            proof=self._proof(actor),
            act=self._agent(session, asked.audience),
            may_act=self._may_act(asked),
            sid=self._sid(asked),
        )
        token = issue(claims, self._signer, env="sim")
        return {"access_token": token.reveal(), "expires_in": int(TOKEN_LIFE.total_seconds())}

    def _mandate(self, asked: MandateRequest) -> Json:
        session, now = self._session(asked.session), self._clock()
        if session.enterprise is None:
            raise _Refused(BAD, "the session is in nobody's name")
        principal, agent = session.enterprise.party(), session.person.party()
        claims = MandateClaims(
            iss=self._world.identity.mandate_issuer,
            jti=base64url.encode(self._entropy(SALT_BYTES)),
            iat=_s(now),
            exp=_s(now + MANDATE_LIFE),
            principal=PartyClaim(kind=principal.kind, proof=self._proof(principal)),
            agent=PartyClaim(kind=agent.kind, proof=self._proof(agent)),
            items=asked.items,
            regions=asked.regions,
            purpose=asked.purpose,
        )
        return {"mandate": issue_mandate(claims, self._signer, env="sim").reveal()}

    def _session(self, name: str) -> _Session:
        with self._lock:
            session = self._sessions.get(name)
        if session is None or self._clock() >= session.at + SESSION_LIFE:
            raise _Refused(DENIED, "no such session")
        return session

    def _agent(self, session: _Session, audience: str) -> AgentClaim | None:
        if session.enterprise is None:
            return None
        party = session.person.party()
        return AgentClaim(
            sub=self._subject(party, audience), kind="person", proof=self._proof(party)
        )

    def _may_act(self, asked: TokenRequest) -> MayActClaim | None:
        if not asked.may_act:
            return None
        for person in self._world.persons:
            if person.key == asked.may_act:
                return MayActClaim(sub=self._subject(person.party(), asked.audience))
        raise _Refused(DENIED, "unknown person")

    def _sid(self, asked: TokenRequest) -> str:
        # Another name for every audience, so that two gateways cannot compare sessions.
        return pairwise(self._key, _sector(asked.audience), f"session|{asked.session}")

    def _subject(self, party: Party, audience: str) -> str:
        code = f"{party.scheme}|{party.code.reveal()}"
        return pairwise(self._key, _sector(audience), code)

    def _proof(self, party: Party) -> ProofClaim:
        proof = prove(party, salt=self._entropy(SALT_BYTES))
        return ProofClaim(salt=proof.salt, mac=proof.mac)


def _sector(audience: str) -> str:
    return re.sub(r"[^a-z0-9.-]+", "-", audience.lower()).strip("-.")


def _read(record: type[R], data: bytes) -> R:
    return record.from_json(data, error=CaseError, field="request")


async def _served(request: Request, answer: Callable[[bytes], Json]) -> Response:
    data = await read_body(request, BODY_BYTES_MAX)
    try:
        return _json(200, answer(data))
    except _Refused as refused:
        return _json(refused.status, {"error": refused.error})
    except InteropError as refused:
        return _json(BAD, {"error": refused.code})


def _json(status: int, body: Json) -> Response:
    return Response(canonical_bytes(body), status_code=status, media_type=JSON)


def _s(instant: datetime) -> int:
    return int(instant.timestamp())

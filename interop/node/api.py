"""The application interface: every step of the way for a host in any language.

``POST /v1/{verb}`` takes and gives JSON; what changes a case takes an ``Idempotency-Key``: the
same request under it gets the same bytes, another is refused. ``GET /v1/events`` gives what
happened past a cursor and may wait for it. docs/reference/openapi.json describes all of it.
"""

import hmac
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from time import monotonic
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from interop.cases.joint import JointCase
from interop.errors import CaseError, Reason, RegionUnavailable, TrustError
from interop.gateway.feed import EVENTS_MAX, Events
from interop.gateway.open import Gateway
from interop.gateway.replies import HostCall
from interop.gateway.sparing import Draft
from interop.model.canonical import JSON_BYTES_MAX, canonical_bytes
from interop.model.case import Case, Command
from interop.model.record import Record
from interop.model.sensitive import Sensitive
from interop.node.answering import UNAVAILABLE, answered, read_body, settled
from interop.node.doorbell import Doorbell, heard
from interop.node.places import Places
from interop.node.problems import problem
from interop.node.reasons import (
    BUSY,
    CONTENT_TYPE,
    HEADERS_TOO_LARGE,
    IDEMPOTENCY_KEY,
    KEY_REFUSED,
    ONLY_ADVISES,
    QUERY_REFUSED,
    VERB_UNKNOWN,
)
from interop.node.verbs import VERBS, Verb, cases_of

JSON: Final = "application/json"
PREFIX: Final = "/v1"
KEY_CHARS_MAX: Final = 200
HEADER_BYTES_MAX: Final = 16 * 1024
CALLS_MAX: Final = 64
# Each asks the store whenever something happens, and now and then.
WAITS_MAX: Final = 16
WAIT_S_MAX: Final = 30
# Commits wake who waits; how often to look where nobody listens, and where somebody does: of
# another process on one SQLite file nothing is heard.
POLL_S: Final = 0.25
LOOK_S: Final = 1.0
CURSOR_MAX: Final = 2**53

_KEY: Final = re.compile(rf'"?([!#-~]{{1,{KEY_CHARS_MAX}}})"?')
_INTEGER: Final = re.compile(r"[0-9]{1,16}")


class _Refused(Exception):
    """A request that is refused before its body is read."""

    def __init__(self, status: int, reason: Reason) -> None:
        self.status, self.reason = status, reason


class ApplicationApi:
    """The application interface of one gateway.

    Attributes:
        counts: Answers so far, by verb and status.
    """

    def __init__(
        self, gateway: Gateway, api_key: Sensitive, *, bell: Doorbell, shadow: bool = False
    ) -> None:
        """Take the gateway and the key that applications send as Bearer.

        Args:
            gateway: The gateway.
            api_key: The key.
            bell: Wakes who waits for events.
            shadow: Whether only to advise: what changes anything is refused.
        """
        self.counts: Counter[tuple[str, int]] = Counter()
        self._gateway = gateway
        self._api_key = api_key
        self._shadow, self._bell = shadow, bell
        self._calls = Places(CALLS_MAX)
        self._waits = Places(WAITS_MAX)

    @property
    def routes(self) -> list[Route]:
        """Return where it is reached."""
        return [
            Route(f"{PREFIX}/events", self.events, methods=["GET"]),
            Route(f"{PREFIX}/{{verb}}", self.verb, methods=["POST"]),
        ]

    def is_known(self, request: Request) -> bool:
        """Return whether a request carries the key, in constant time."""
        given = request.headers.get("authorization", "").encode()
        wanted = f"Bearer {self._api_key.reveal()}".encode()
        return hmac.compare_digest(given, wanted)

    async def verb(self, request: Request) -> Response:
        """Call a verb."""
        name = str(request.path_params["verb"])
        counted = name if name in VERBS else "unknown"
        return self._counted(counted, await self._verb(request, name))

    async def _verb(self, request: Request, name: str) -> Response:
        try:
            self._require_caller(request)
            verb = self._require_verb(name)
            key = _key(request, needed=verb.effect == "case")
            _require_json(request)
            with _entered(self._calls):
                return await answered(
                    request,
                    lambda data: self._called(name, verb, key, data),
                    bytes_max=JSON_BYTES_MAX,
                    refuse=problem,
                )
        except _Refused as why:
            return _told(why)

    def _called(self, name: str, verb: Verb, key: str, data: bytes) -> Response:
        gateway, body = self._gateway, verb.body.from_json(data)
        if verb.effect != "case":
            return _json(canonical_bytes(verb.told(verb.run(gateway, body))))
        call = HostCall(key, name, body.digest())
        held = gateway.host.recall(call, *cases_of(gateway, body))
        if held is not None:
            return _json(held, replayed=True)
        found = verb.run(gateway, body)
        answer = canonical_bytes(verb.told(found))
        return _json(gateway.host.keep(call, _number(found), answer))

    async def events(self, request: Request) -> Response:
        """Give the events past a cursor; wait for one if asked to."""
        return self._counted("events", await self._events(request))

    async def _events(self, request: Request) -> Response:
        try:
            self._require_caller(request)
            after = _integer(request, "after", range(CURSOR_MAX), 0)
            limit = _integer(request, "limit", range(1, EVENTS_MAX + 1), EVENTS_MAX)
            wait_s = _integer(request, "wait_s", range(WAIT_S_MAX + 1), 0)
            with _entered(self._waits):

                async def go() -> Response:
                    await read_body(request, 0)
                    until = monotonic() + wait_s
                    found = await self._waited(request, limit, after=after, until=until)
                    return _json(canonical_bytes(found.masked()))

                return await settled(go, problem)
        except _Refused as why:
            return _told(why)

    async def _waited(
        self, request: Request, limit: int, *, after: int, until: float
    ) -> Events:
        read = partial(self._gateway.host.events, limit=limit)
        while True:
            # Taken before looking: what happens meanwhile is heard.
            rung = self._bell.next
            found = await run_in_threadpool(read, after=after)
            left = until - monotonic()
            if found.events or left <= 0 or await request.is_disconnected():
                return found
            after = found.next
            await heard(rung, min(left, LOOK_S if self._bell.listening else POLL_S))

    def _require_caller(self, request: Request) -> None:
        if not self.is_known(request):
            raise _Refused(401, KEY_REFUSED.of(field="authorization"))
        size = sum(len(name) + len(value) for name, value in request.headers.raw)
        if size > HEADER_BYTES_MAX:
            reason = HEADERS_TOO_LARGE.of(field="headers", expected=HEADER_BYTES_MAX)
            raise _Refused(431, reason)

    def _require_verb(self, name: str) -> Verb:
        verb = VERBS.get(name)
        if verb is None:
            known = ", ".join(VERBS)
            raise _Refused(404, VERB_UNKNOWN.of(field="verb", expected=known, got=name))
        if self._shadow and verb.effect != "none":
            raise _Refused(403, ONLY_ADVISES.of(field="verb", got=name))
        return verb

    def _counted(self, name: str, answer: Response) -> Response:
        self.counts[name, answer.status_code] += 1
        return answer


@contextmanager
def _entered(places: Places) -> Iterator[None]:
    with places.taken() as free:
        if not free:
            raise _Refused(UNAVAILABLE, BUSY.of(expected=places.places))
        yield


def _number(answer: Record) -> str:
    # INVARIANT: what changes a case answers with the case, its draft, a command about it, or
    # the joint case that it is a part of.
    if isinstance(answer, Draft | Command):
        return answer.case
    if isinstance(answer, JointCase):
        return answer.first
    return answer.number if isinstance(answer, Case) else ""


def _key(request: Request, *, needed: bool) -> str:
    given = request.headers.get("idempotency-key")
    found = None if given is None else _KEY.fullmatch(given)
    if found is not None:
        return found[1]
    if given is None and not needed:
        return ""
    raise _Refused(400, IDEMPOTENCY_KEY.of(field="Idempotency-Key", expected=KEY_CHARS_MAX))


def _require_json(request: Request) -> None:
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given != JSON:
        raise _Refused(415, CONTENT_TYPE.of(field="Content-Type", expected=JSON))


def _integer(request: Request, name: str, allowed: range, default: int) -> int:
    given = request.query_params.get(name)
    if given is None:
        return default
    found = int(given) if _INTEGER.fullmatch(given) else -1
    if found not in allowed:
        expected = f"{allowed.start}..{allowed.stop - 1}"
        raise _Refused(400, QUERY_REFUSED.of(field=name, expected=expected))
    return found


def _json(data: bytes, *, replayed: bool = False) -> Response:
    headers = {"Cache-Control": "no-store"} | (
        {"Idempotency-Replayed": "true"} if replayed else {}
    )
    return Response(data, media_type=JSON, headers=headers)


def _told(why: _Refused) -> Response:
    kinds = {401: TrustError, UNAVAILABLE: RegionUnavailable}
    return problem(why.status, kinds.get(why.status, CaseError), why.reason)

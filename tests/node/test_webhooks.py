"""Webhooks: signed as the standard says, in order, told again until they are taken."""

import base64
import json
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook as Peer
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from interop.errors import KnowledgeError, TrustError
from interop.gateway.open import Gateway
from interop.model.sensitive import Sensitive
from interop.node.app import create_node
from interop.node.webhooks import Teller, Webhook, secret_bytes, signed, verify
from interop.simulator.applicants import SUZHOU
from interop.simulator.server import serve
from tests.node.host import call, concluded, drafted
from tests.node.stand import KEY, Lone, Stand, told

SECRET = b"secret of this test and of nothing else!"
WRITTEN = Sensitive("whsec_" + base64.b64encode(SECRET).decode())
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WAIT_S = 10.0


@dataclass
class Receiver:
    """A host's own address; answers what it is told to."""

    statuses: list[int] = field(default_factory=list)
    taken: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    refused: int = 0
    url: str = field(default="", repr=False)

    async def take(self, request: Request) -> Response:
        body = await request.body()
        status = self.statuses.pop(0) if self.statuses else 204
        if status < 300:
            self.taken.append((dict(request.headers), body))
        else:
            self.refused += 1
        return Response(status_code=status)

    def begin(self, statuses: list[int]) -> None:
        """Forget everything; answer with ``statuses``, then take what comes."""
        self.statuses, self.refused = [*statuses], 0
        self.taken.clear()

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.taken]


@contextmanager
def receiving(*statuses: int) -> Iterator[Receiver]:
    receiver = Receiver([*statuses])
    app = Starlette(routes=[Route("/told", receiver.take, methods=["POST"])])
    with serve(app) as url:
        receiver.url = f"{url}/told"
        yield receiver


def until(ready: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT_S
    while not ready():
        assert time.monotonic() < end
        time.sleep(0.02)


def told_all(teller: Teller) -> int:
    """Tell until nothing is left, however often it fails on the way."""
    total, idle, end = 0, 0, time.monotonic() + WAIT_S
    while idle < 3:
        assert time.monotonic() < end
        teller._not_before = 0.0
        done = teller.tell()
        total, idle = total + done, 0 if done or teller._attempts else idle + 1
    return total


@dataclass(frozen=True)
class Told:
    """A gateway with a case, and its events; short to print."""

    gateway: Gateway = field(repr=False)
    cursors: tuple[int, ...] = field(repr=False)


@pytest.fixture(scope="module")
def eventful(stand: Stand) -> Iterator[Told]:
    with stand.open(SUZHOU, stand.clock, store="hook.db") as gateway:
        with serve(create_node(gateway, api_key=KEY, work_every_s=None)) as url:
            case = call(url, "spare", stand.filing(stand.login(), "HOOK-0"))["case"]
            call(url, "receive", {"case": case})
        events = gateway.host.events(after=0).events
        assert len(events) > 3
        yield Told(gateway, tuple(event.cursor for event in events))


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


@given(name=st.text("ab-0", min_size=1, max_size=9), body=st.binary(max_size=50))
def test_messages_are_signed_as_the_standard_says(name: str, body: bytes) -> None:
    now = datetime.now(UTC)
    headers = signed(name, b"{}" + body.hex().encode(), secret=SECRET, at=now)
    data = b"{}" + body.hex().encode()
    peer = Peer(WRITTEN.reveal())
    assert peer.sign(name, now, data.decode()) == headers["webhook-signature"]
    assert verify(headers, data, secret=SECRET, now=now) == name


@given(
    part=st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature", "body"]),
    at=st.integers(0, 200),
    bit=st.integers(0, 6),
)
def test_whatever_is_altered_is_refused(part: str, at: int, bit: int) -> None:
    headers, body = signed("310115-7", b'{"a":1}', secret=SECRET, at=NOW), b'{"a":1}'
    altered = bytearray(body if part == "body" else headers[part].encode())
    altered[at % len(altered)] ^= 1 << bit
    if part == "body":
        body = bytes(altered)
    else:
        headers[part] = altered.decode("latin-1")
    with pytest.raises(TrustError, match="node-webhook-refused"):
        verify(headers, body, secret=SECRET, now=NOW)


@pytest.mark.parametrize(
    ("off_s", "passes"), [(-301, 0), (-300, 1), (0, 1), (300, 1), (301, 0)]
)
def test_a_message_is_believed_for_five_minutes(off_s: int, passes: int) -> None:
    headers = signed("n", b"{}", secret=SECRET, at=NOW)
    now = NOW + timedelta(seconds=off_s)
    if passes:
        assert verify(headers, b"{}", secret=SECRET, now=now) == "n"
        return
    with pytest.raises(TrustError, match="node-webhook-refused"):
        verify(headers, b"{}", secret=SECRET, now=now)


def test_a_secret_may_be_rolled() -> None:
    old, new = (signed("n", b"{}", secret=key, at=NOW) for key in (SECRET, SECRET[::-1]))
    both = f"{new['webhook-signature']} {old['webhook-signature']}"
    assert verify({**old, "webhook-signature": both}, b"{}", secret=SECRET, now=NOW) == "n"


def test_a_case_is_told_in_order_and_once(stand: Stand) -> None:
    gateway = stand.gateways[SUZHOU]
    with receiving() as receiver:
        teller = Teller(gateway, Webhook(receiver.url, WRITTEN))
        begun = end_of(gateway)
        gateway.host.pushed(teller._reader, begun)
        case = concluded(stand, "HOOK-1")
        told_all(teller)
        messages = receiver.events()
        past = gateway.host.events(after=begun).events
        assert told_cursors(receiver) == [event.cursor for event in past]
        types = [m["type"] for m in messages if m["data"]["case"] == case]
        assert "fact-concluded" in types
        for headers, body in receiver.taken:
            name = verify(headers, body, secret=SECRET, now=gateway.host.now())
            assert name == f"{SUZHOU}-{json.loads(body)['data']['cursor']}"
        text = b"".join(body for _, body in receiver.taken).decode()
        assert not [value for value in stand.personal() if value in text]
        # Another process that tells the same receiver goes on where this one stopped.
        teller.close()
        again = Teller(gateway, Webhook(receiver.url, WRITTEN))
        drafted(stand, "HOOK-1-MORE")
        told_all(again)
        past = gateway.host.events(after=begun).events
        assert told_cursors(receiver) == [event.cursor for event in past]
        again.close()


def told_cursors(receiver: Receiver) -> list[int]:
    return [json.loads(body)["data"]["cursor"] for _, body in receiver.taken]


def end_of(gateway: Gateway) -> int:
    after = -1
    page = gateway.host.events(after=0)
    while page.next > after:
        after = page.next
        page = gateway.host.events(after=after)
    return after


@given(statuses=st.lists(st.sampled_from([204, 200, 500, 302, 401, 410, 429]), max_size=6))
def test_what_is_not_taken_is_told_again_and_nothing_is_lost(
    eventful: Told, receiver: Receiver, statuses: list[int]
) -> None:
    receiver.begin(statuses)
    with told("json") as log:
        # Another address is another receiver, told from the beginning.
        url = f"{receiver.url}?{uuid.uuid4().hex}"
        teller = Teller(eventful.gateway, Webhook(url, WRITTEN))
        told_all(teller)
        teller.close()
    got = [json.loads(body)["data"]["cursor"] for _, body in receiver.taken]
    assert tuple(got) == eventful.cursors
    assert receiver.refused == log.getvalue().count("webhook-not-taken")
    assert SECRET.decode() not in log.getvalue()


def test_a_receiver_that_is_down_is_put_off(eventful: Told) -> None:
    teller = Teller(eventful.gateway, Webhook("http://127.0.0.1:1/told", WRITTEN))
    with told("json"):
        assert teller.tell() == 0
    first = teller._not_before
    for _ in range(5):
        teller._not_before = 0.0
        with told("json"):
            teller.tell()
    assert teller._attempts == 6
    assert teller._not_before - time.monotonic() <= 60
    assert first <= teller._not_before + 60
    teller.close()


def test_only_one_process_tells_at_a_time(eventful: Told) -> None:
    with receiving() as receiver:
        teller = Teller(eventful.gateway, Webhook(receiver.url, WRITTEN))
        reader, host = teller._reader, eventful.gateway.host
        assert host.begin_push(reader) == 0
        desk = eventful.gateway._desk
        holder = desk.holder
        object.__setattr__(desk, "holder", "another")
        try:
            assert host.begin_push(reader) is None
        finally:
            object.__setattr__(desk, "holder", holder)
        # Its own lease it holds on to.
        assert teller.tell() > 0
        teller.close()


def test_a_node_tells_while_it_lives_and_ends_in_time(eventful: Told) -> None:
    wanted = len(eventful.cursors)
    with receiving() as receiver:
        hook = Webhook(receiver.url, WRITTEN)
        node = create_node(eventful.gateway, api_key=KEY, work_every_s=None, webhook=hook)
        with serve(node):
            until(lambda: len(receiver.taken) >= wanted)
    assert len(receiver.taken) == wanted


@pytest.mark.parametrize(
    "url",
    [
        "http://host.example/told",
        "https://user:word@host.example/",
        "https://host.example/#part",
        "ftp://host.example/",
        "https://",
        "told",
        "https://[::1",
        "http://127.0.0.1.host.example/",
    ],
)
def test_an_address_that_is_not_safe_is_refused(lone: Lone, url: str) -> None:
    with pytest.raises(KnowledgeError, match="node-webhook-url"):
        create_node(lone.gateway, api_key=KEY, webhook=Webhook(url, WRITTEN))


@pytest.mark.parametrize("secret", ["", "short", "whsec_", "whsec_!!", "whsec_YQ==", "x" * 65])
def test_a_secret_that_is_none_is_refused(secret: str) -> None:
    with pytest.raises(KnowledgeError, match="node-webhook-secret") as refused:
        secret_bytes(Sensitive(secret))
    assert len(secret) < 8 or secret not in str(refused.value)


def test_a_secret_may_be_plain_text() -> None:
    assert secret_bytes(Sensitive("x" * 24)) == b"x" * 24
    assert secret_bytes(WRITTEN) == SECRET

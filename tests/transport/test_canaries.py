"""Planted names, numbers and secrets stay out of logs, errors and their tracebacks."""

import logging
import traceback
from collections.abc import Iterator

import pytest

from interop.conformance.strategies.transport import tried
from interop.errors import InteropError
from interop.simulator.clients import Clients
from interop.simulator.wire import answer, wire
from interop.transport.quiet import cap_loggers

BELOW = ("httpcore", "httpcore.http11", "httpx", "zeep", "zeep.transports", "zeep.wsdl")
FAULTS = ("fault", "error-code", "wrong-namespace", "gbk-mislabelled", "garbage", "html")
SOAP, REST = "/320000/certificates", "/310000/acceptance/v1"


@pytest.fixture
def loud(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """Everything logged, as an application in distress would have it."""
    kept = {name: logging.getLogger(name).level for name in BELOW}
    caplog.set_level(logging.DEBUG)
    for name in BELOW:
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield caplog
    for name, level in kept.items():
        logging.getLogger(name).setLevel(level)


def _canaries(clients: Clients) -> list[str]:
    world = clients.world
    secrets = [world.account.token, world.acceptance.key]
    firms = [part for firm in world.enterprises for part in (firm.number, firm.name)]
    return [*secrets, *firms, *(x for p in world.persons for x in (p.number, p.name))]


def _told(error: InteropError) -> str:
    texts = []
    link: BaseException | None = error
    while link is not None:
        texts += [str(link), repr(link), repr(link.args), *traceback.format_exception(link)]
        link = link.__cause__ or link.__context__
    return "\n".join([*texts, *(str(reason.as_json()) for reason in error.reasons)])


def test_nothing_personal_and_no_secret_is_told_whatever_goes_wrong(
    clients: Clients, url: str, faults: dict[str, str], loud: pytest.LogCaptureFixture
) -> None:
    source, system = clients.source(url + SOAP), clients.system(url + REST)
    told = []
    for name in ("", *FAULTS):
        faults.update({"/320000": name, "/310000": name})
        for call in (
            lambda: source.fetch(clients.licence("enterprise-a")),
            lambda: source.fetch(clients.card("person-rare")),
            lambda: system.register(clients.registration("C-canary", "enterprise-a")),
            lambda: system.progress("C-canary"),
        ):
            found = tried(call)
            told.append(_told(found) if isinstance(found, InteropError) else repr(()))
    assert sum(bool(text) for text in told) == 4 * (len(FAULTS) + 1)
    everything = "\n".join(told) + loud.text
    assert [canary for canary in _canaries(clients) if canary in everything] == []


def test_a_reply_that_echoes_the_request_is_not_quoted(
    clients: Clients, loud: pytest.LogCaptureFixture
) -> None:
    firm = clients.world.enterprise("enterprise-a")
    inner = f"&lt;RESPONSE&gt;{firm.name}{firm.number}{clients.world.account.token}"
    body = (
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
        '<r:invokeResponse xmlns:r="urn:interop:sim:320000:certificate:1">'
        f"<r:return>{inner}</r:return></r:invokeResponse></e:Body></e:Envelope>"
    ).encode()
    json_body = f'{{"办件编号":"{firm.number}","状态":"{firm.name}"}}'.encode()
    with wire(answer(200, "text/xml", body)) as served:
        source = clients.source(served.url)
        first = tried(lambda: source.fetch(clients.licence("enterprise-a")))
    with wire(answer(200, "application/json", json_body)) as served:
        system = clients.system(served.url)
        second = tried(lambda: system.progress("C-1"))
    assert isinstance(first, InteropError)
    assert isinstance(second, InteropError)
    everything = _told(first) + _told(second) + loud.text
    assert [canary for canary in _canaries(clients) if canary in everything] == []


def test_loggers_are_capped_and_a_stricter_level_is_kept() -> None:
    for name in BELOW:
        logging.getLogger(name).setLevel(logging.DEBUG)
    logging.getLogger("httpx").setLevel(logging.ERROR)
    cap_loggers()
    assert {logging.getLogger(name).level for name in BELOW} == {logging.WARNING, logging.ERROR}
    logging.getLogger("httpx").setLevel(logging.WARNING)


def test_importing_the_room_loads_neither_client_nor_soap() -> None:
    import subprocess
    import sys

    code = (
        "import sys; import interop.transport, interop.transport.adapter, "
        "interop.transport.http, interop.transport.rest, interop.transport.peer, "
        "interop.transport.application; "
        "print(sorted({'httpx', 'httpcore', 'zeep', 'lxml'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)  # noqa: S603 -- own code
    assert ran.stdout.strip() == b"[]"

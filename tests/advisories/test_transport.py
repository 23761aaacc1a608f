"""Attacks on the way to regional systems, each by name with the code that stops it."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from interop.errors import InteropError, KnowledgeError, RegionError
from interop.model.sensitive import Sensitive
from interop.simulator import default_world
from interop.simulator.clients import Clients
from interop.simulator.wire import Wire, answer, drip, wire
from interop.transport.adapter import Limits
from interop.transport.application import ApplicationClient
from interop.transport.http import HttpClient
from interop.transport.soap import SoapCertificateSource
from interop.transport.xml import Schema, parsed

LIMITS = Limits(connect_ms=200, deadline_ms=300, reply_bytes_max=200_000)
SLACK_S = 10.0
NAMESPACE = "urn:interop:sim:320000:certificate:1"
OUTSIDE = "{outside}"
LAUGHS = "".join(
    f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' if n else '<!ENTITY l0 "ha">' for n in range(9)
)


def _now() -> datetime:
    return datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
def clients() -> Iterator[Clients]:
    with Clients(default_world(), clock=_now, limits=LIMITS) as made:
        yield made


@pytest.fixture
def outside() -> Iterator[Wire]:
    """Where an attack would lead; nothing may ever call here."""
    with wire(answer(200, "text/xml", b"<reached/>")) as served:
        yield served


def _envelope(inner: str, *, namespace: str = NAMESPACE, before: str = "") -> bytes:
    return (
        f'<?xml version="1.0" encoding="utf-8"?>{before}'
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
        f'<r:invokeResponse xmlns:r="{namespace}"><r:return>{inner}</r:return>'
        "</r:invokeResponse></s:Body></s:Envelope>"
    ).encode()


def _escaped(xml: str) -> str:
    return xml.replace("&", "&amp;").replace("<", "&lt;")


OK = _escaped("<RESPONSE><HEAD><CODE>0</CODE><MSG></MSG></HEAD></RESPONSE>")
REPLIES: dict[str, tuple[Callable[[str], bytes], str]] = {
    "xxe-file": (
        lambda _: _envelope(
            "&x;", before='<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
        ),
        "transport-xml-dtd",
    ),
    "xxe-http": (
        lambda url: _envelope("&x;", before=f'<!DOCTYPE a [<!ENTITY x SYSTEM "{url}">]>'),
        "transport-xml-dtd",
    ),
    "xxe-parameter": (
        lambda url: _envelope(
            OK, before=f'<!DOCTYPE a [<!ENTITY % p SYSTEM "{url}"> %p;]>'
        ),
        "transport-xml-dtd",
    ),
    "external-dtd": (
        lambda url: _envelope(OK, before=f'<!DOCTYPE a SYSTEM "{url}/a.dtd">'),
        "transport-xml-dtd",
    ),
    "plain-dtd": (lambda _: _envelope(OK, before="<!DOCTYPE a>"), "transport-xml-dtd"),
    "billion-laughs": (
        lambda _: _envelope("&l8;", before=f"<!DOCTYPE a [{LAUGHS}]>"),
        "transport-xml-dtd",
    ),
    "inner-xxe": (
        lambda url: _envelope(
            _escaped(f'<!DOCTYPE a [<!ENTITY x SYSTEM "{url}">]><RESPONSE>&x;</RESPONSE>')
        ),
        "transport-xml-dtd",
    ),
    "inner-billion-laughs": (
        lambda _: _envelope(_escaped(f"<!DOCTYPE a [{LAUGHS}]><RESPONSE>&l8;</RESPONSE>")),
        "transport-xml-dtd",
    ),
    "inner-undeclared-entity": (
        lambda _: _envelope(_escaped("<RESPONSE>&x;</RESPONSE>")),
        "transport-xml-malformed",
    ),
    "xinclude": (
        lambda url: _envelope(
            _escaped(
                '<RESPONSE xmlns:xi="http://www.w3.org/2001/XInclude">'
                f'<xi:include href="{url}"/></RESPONSE>'
            )
        ),
        "transport-xml-schema",
    ),
    "schema-location": (
        lambda url: _envelope(
            _escaped(
                '<RESPONSE xmlns:i="http://www.w3.org/2001/XMLSchema-instance" '
                f'i:noNamespaceSchemaLocation="{url}/x.xsd"><HEAD/></RESPONSE>'
            )
        ),
        "transport-xml-schema",
    ),
    "depth-bomb": (lambda _: _envelope(_escaped("<a>" * 9000)), "transport-xml-malformed"),
    "wrong-namespace": (
        lambda _: _envelope(OK, namespace="urn:evil"),
        "transport-soap-shape",
    ),
    "wrong-soap-version": (
        lambda _: _envelope(OK).replace(
            b"http://schemas.xmlsoap.org/soap/envelope/",
            b"http://www.w3.org/2003/05/soap-envelope",
        ),
        "transport-soap-shape",
    ),
    "second-body": (
        lambda _: _envelope(OK).replace(b"<s:Body>", b"<s:Body/><s:Body>"),
        "transport-soap-shape",
    ),
    "second-answer": (
        lambda _: _envelope(OK).replace(
            b"</r:invokeResponse>", b"</r:invokeResponse><r:invokeResponse/>"
        )
        .replace(b"<r:invokeResponse/>", f'<r:invokeResponse xmlns:r="{NAMESPACE}"/>'.encode()),
        "transport-soap-shape",
    ),
    "oversize": (lambda _: _envelope(OK) + b" " * 300_000, "transport-reply-too-large"),
    "null-bytes": (lambda _: _envelope(OK).replace(b"0", b"\x00"), "transport-xml-malformed"),
    "control-characters": (
        lambda _: _envelope(_escaped("<RESPONSE>&#1;</RESPONSE>")),
        "transport-xml-malformed",
    ),
    "trailing-document": (lambda _: _envelope(OK) + b"<a/>", "transport-xml-malformed"),
    "duplicate-attribute": (
        lambda _: _envelope(_escaped('<RESPONSE a="1" a="2"/>')),
        "transport-xml-malformed",
    ),
    "two-charsets": (
        lambda _: _envelope(_escaped("<a>张三</a>")).replace(b'"utf-8"', b'"GBK"'),
        "transport-charset",
    ),
    "utf-7": (
        lambda _: _envelope("+ADw-RESPONSE/+AD4-").replace(b'"utf-8"', b'"utf-7"'),
        "transport-xml-malformed",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REPLIES)
def test_a_hostile_reply_is_refused_by_name_and_reaches_nobody(
    clients: Clients, outside: Wire, name: str
) -> None:
    make, code = REPLIES[name]
    body = make(outside.url)
    started = time.monotonic()
    with (
        wire(answer(200, "text/xml; charset=utf-8", body)) as served,
        pytest.raises(RegionError) as refused,
    ):
        clients.source(served.url).fetch(clients.licence("enterprise-a"))
    assert refused.value.code == code
    assert time.monotonic() - started < LIMITS.deadline_ms / 1000 + SLACK_S
    assert outside.requests == []


CONTRACTS: dict[str, tuple[bytes, bytes, str]] = {
    "wsdl-import-http": (
        b"<wsdl:types>",
        b'<wsdl:import namespace="urn:x" location="{outside}/x.wsdl"/><wsdl:types>',
        "transport-contract-import",
    ),
    "wsdl-import-relative": (
        b"<wsdl:types>",
        b'<wsdl:import namespace="urn:x" location="../../etc/hostname"/><wsdl:types>',
        "transport-contract-import",
    ),
    "xsd-import-http": (
        b'<xs:element name="invoke">',
        b'<xs:import namespace="urn:x" schemaLocation="{outside}/x.xsd"/>'
        b'<xs:element name="invoke">',
        "transport-contract-import",
    ),
    "xsd-include-file": (
        b'<xs:element name="invoke">',
        b'<xs:include schemaLocation="file:///etc/hostname"/><xs:element name="invoke">',
        "transport-contract-import",
    ),
    "xsd-redefine": (
        b'<xs:element name="invoke">',
        b'<xs:redefine schemaLocation="x.xsd"/><xs:element name="invoke">',
        "transport-contract-import",
    ),
    "dtd": (b"<wsdl:definitions", b"<!DOCTYPE a><wsdl:definitions", "transport-xml-dtd"),
    "xxe": (
        b"<wsdl:definitions",
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "{outside}">]><wsdl:definitions',
        "transport-xml-dtd",
    ),
}


@pytest.mark.parametrize("name", CONTRACTS)
def test_a_hostile_contract_is_refused_by_name_and_reaches_nobody(
    clients: Clients, outside: Wire, name: str
) -> None:
    old, new, code = CONTRACTS[name]
    wsdl = clients.contracts["certificate.wsdl"]
    evil = wsdl.replace(old, new.replace(OUTSIDE.encode(), outside.url.encode()), 1)
    assert evil != wsdl
    with pytest.raises(KnowledgeError) as refused:
        SoapCertificateSource(
            clients.certificates,
            {**clients.contracts, "certificate.wsdl": evil},
            endpoint="http://127.0.0.1:9",
            account=clients.account(),
            clock=_now,
        )
    assert refused.value.code == code
    assert outside.requests == []


def test_the_address_in_a_contract_never_counts(clients: Clients, outside: Wire) -> None:
    wsdl = clients.contracts["certificate.wsdl"]
    hijacked = wsdl.replace(
        b"http://address-in-contract.invalid/", outside.url.encode() + b"/hijack"
    )
    with wire(answer(200, "text/xml", _envelope(OK))) as served:
        source = SoapCertificateSource(
            clients.certificates,
            {**clients.contracts, "certificate.wsdl": hijacked},
            endpoint=served.url,
            account=clients.account(),
            clock=_now,
        )
        with closing(source):
            assert source.fetch(clients.licence("enterprise-a")) == ()
    assert len(served.requests) == 1
    assert outside.requests == []


def test_an_inner_schema_cannot_reach_out(outside: Wire) -> None:
    xsd = (
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">'
        f'<xs:include schemaLocation="{outside.url}/x.xsd"/></xs:schema>'
    )
    with pytest.raises(KnowledgeError, match="transport-contract-import"):
        Schema(xsd.encode(), field="xsd")
    assert outside.requests == []


@pytest.mark.parametrize("every_s", [0.01, 0.05])
def test_drip_one_byte_at_a_time_ends_at_the_deadline(clients: Clients, every_s: float) -> None:
    whole = answer(200, "text/xml", _envelope(OK))
    started = time.monotonic()
    with wire(*drip(whole, every_s=every_s)) as served, pytest.raises(RegionError) as refused:
        clients.source(served.url).fetch(clients.licence("enterprise-a"))
    assert refused.value.code == "transport-deadline"
    assert time.monotonic() - started < LIMITS.deadline_ms / 1000 + SLACK_S


def test_drip_of_interim_answers_ends_at_the_deadline(clients: Clients) -> None:
    interim: tuple[bytes | float, ...] = (b"HTTP/1.1 100 Continue\r\n\r\n", 0.02)
    with wire(*interim * 100) as served, pytest.raises(RegionError) as refused:
        clients.source(served.url).fetch(clients.licence("enterprise-a"))
    assert refused.value.code == "transport-deadline"


def test_oversize_without_a_length_is_cut_at_the_limit(clients: Clients) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nConnection: close\r\n\r\n"
    with wire(head, b" " * 10_000_000) as served, pytest.raises(RegionError) as refused:
        clients.source(served.url).fetch(clients.licence("enterprise-a"))
    assert refused.value.code == "transport-reply-too-large"


def test_a_compressed_bomb_is_never_inflated(clients: Clients) -> None:
    bomb = answer(200, "text/xml", b"\x1f\x8b" + b"0" * 1000, "Content-Encoding: gzip")
    with wire(bomb) as served, pytest.raises(RegionError) as refused:
        clients.source(served.url).fetch(clients.licence("enterprise-a"))
    assert refused.value.code == "transport-content-encoding"


def test_crlf_in_a_header_is_not_sent_and_not_shown() -> None:
    with wire(answer(200, "text/plain", b"x")) as served:
        with (
            closing(HttpClient(served.url, limits=LIMITS, peer="p")) as http,
            pytest.raises(RegionError) as refused,
        ):
            http.send("GET", headers={"X-A": "secret\r\nX-B: injected"})
        assert refused.value.code == "transport-unreachable"
        assert "secret" not in str(refused.value)
        assert refused.value.__context__ is None
        with pytest.raises(KnowledgeError, match="transport-secret-malformed"):
            ApplicationClient(served.url, Sensitive("key\r\nX-B: injected"))
    assert b"injected" not in b"".join(served.requests)


def test_a_redirect_is_not_followed_with_the_secret(clients: Clients, outside: Wire) -> None:
    moved = answer(307, "application/json", b"{}", f"Location: {outside.url}/steal")
    with wire(moved) as served, pytest.raises(RegionError) as refused:
        clients.system(served.url).progress("C-1")
    assert refused.value.code == "transport-redirect"
    assert outside.requests == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"a":1,"a":2}', "json-malformed"),
        (b'{"a":NaN}', "json-malformed"),
        (b"[" * 100_000, "json-too-large"),
        (b'{"a":' + b"9" * 5000 + b"}", "json-too-large"),
        (b'{"a":"\\ud800"}', "json-malformed"),
        (b"\xef\xbb\xbf{}", "json-malformed"),
    ],
    ids=["duplicate-key", "nan", "depth", "digits", "surrogate", "bom"],
)
def test_hostile_json_is_refused_by_name(clients: Clients, body: bytes, code: str) -> None:
    reply = answer(200, "application/json", body)
    with wire(reply) as served, pytest.raises(InteropError) as refused:
        clients.system(served.url).progress("C-1")
    assert refused.value.code == code


def test_no_file_is_read_by_an_entity_even_when_parsed_directly(tmp_path: Path) -> None:
    planted = tmp_path / "planted"
    planted.write_text("canary")
    with pytest.raises(InteropError, match="transport-xml-dtd"):
        parsed(f'<!DOCTYPE a [<!ENTITY x SYSTEM "{planted}">]><a>&x;</a>', field="x")

"""Documents of issuers: only from pinned addresses, only JSON, within size and time."""

import json
import socket
import ssl
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from interop.crypto import PrivateKey
from interop.errors import InteropError, KnowledgeError, RegionUnavailable, TrustError
from interop.federation.jwks import JwksSource
from interop.simulator.wire import answer, drip, wire
from interop.transport.fetch import PinnedFetch
from interop.transport.rule import AddressRule
from interop.transport.way import Way

DEADLINE_S = 0.5
JSON = answer(200, "application/json; charset=utf-8", b'{"keys":[]}')
LOOPBACK = {"issuer.example": ["127.0.0.1"], "127.0.0.1": ["127.0.0.1"]}


def get(url: str, fetch: PinnedFetch | None = None) -> bytes:
    known = fetch or PinnedFetch(LOOPBACK)
    return known.get(url, bytes_max=1_000, deadline_s=DEADLINE_S)


def named(url: str) -> str:
    return f"http://issuer.example:{urlsplit(url).port}/jwks"


def test_a_name_is_never_resolved() -> None:
    with wire(JSON) as served:
        assert get(named(served.url)) == b'{"keys":[]}'
    (request,) = served.requests
    assert request.startswith(b"GET /jwks HTTP/1.1\r\n")
    assert b"Host: issuer.example:" in request


def test_addresses_are_tried_in_turn() -> None:
    with wire(JSON) as served:
        pins = {"issuer.example": ["127.0.0.2", "127.0.0.1"]}
        assert get(named(served.url), PinnedFetch(pins)) == b'{"keys":[]}'


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (answer(302, "application/json", b"{}", "Location: http://x/"), "transport-redirect"),
        (answer(200, "text/html", b"<html>"), "transport-content-type"),
        (answer(200, "application/json", b""), "transport-reply-empty"),
        (answer(200, "application/json", bytes(1_001)), "transport-reply-too-large"),
        (answer(200, "application/json", b"{}", "Content-Encoding: gzip"), ""),
        (answer(404, "application/json", b"{}"), "transport-status"),
        (answer(503, "application/json", b"{}"), "transport-busy"),
    ],
)
def test_any_other_answer_is_refused(reply: bytes, code: str) -> None:
    with wire(reply) as served, pytest.raises(InteropError) as caught:
        get(served.url)
    assert caught.value.code.startswith(code or "transport-content-")


def test_a_slow_answer_ends_in_time() -> None:
    began = time.monotonic()
    with wire(*drip(JSON, every_s=0.05)) as served, pytest.raises(InteropError) as caught:
        get(served.url)
    assert caught.value.code == "transport-deadline"
    assert time.monotonic() - began < DEADLINE_S + 0.5


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://other.example/jwks", "transport-address-not-pinned"),
        ("https://issuer.example.evil.example/", "transport-address-not-pinned"),
        ("file:///etc/passwd", "transport-address-not-pinned"),
        ("ftp://issuer.example/", "transport-address-unfetchable"),
        ("https://user@issuer.example/", "transport-address-unfetchable"),
        ("https://issuer.example/#x", "transport-address-unfetchable"),
    ],
)
def test_what_is_not_pinned_or_plain_is_not_asked(url: str, code: str) -> None:
    with pytest.raises(InteropError) as caught:
        get(url)
    assert caught.value.code == code


def test_plain_http_stays_on_this_machine() -> None:
    fetch = PinnedFetch({"issuer.example": ["127.0.0.1", "192.0.2.1"]})
    with pytest.raises(KnowledgeError, match="transport-address-unfetchable"):
        get("http://issuer.example/", fetch)


@pytest.mark.parametrize("addresses", [[], ["localhost"], ["10.0.0.1/8"]])
def test_a_pin_is_an_address(addresses: list[str]) -> None:
    with pytest.raises(KnowledgeError, match="transport-address-not-pinned"):
        PinnedFetch({"a.example": addresses})


def test_a_source_of_keys_reads_over_the_wire_and_no_flood_calls_again() -> None:
    key = PrivateKey.generate(use="sig")
    body = json.dumps({"keys": [key.public.to_jwk()]}).encode()
    with wire(answer(200, "application/jwk-set+json", body)) as served:
        source = JwksSource(
            named(served.url), PinnedFetch(LOOPBACK), algorithms=frozenset({"ES256"})
        )
        assert source.key(key.kid).kid == key.kid
        for n in range(1_000):
            with pytest.raises(TrustError, match="jwks-kid-unknown"):
                source.key(f"unknown-{n}")
        assert source.key(key.kid).kid == key.kid
    assert len(served.requests) == 1


def _self_signed(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "issuer.example")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("issuer.example")]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    pem = folder / "server.pem"
    pem.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


def test_a_pinned_address_still_has_to_prove_its_name(tmp_path: Path) -> None:
    context, greeted = _self_signed(tmp_path), []

    def greet(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            connection.settimeout(5)
            with suppress(OSError), context.wrap_socket(connection, server_side=True):
                greeted.append(True)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = threading.Thread(target=greet, args=(listener,), daemon=True)
        server.start()
        port = listener.getsockname()[1]
        with pytest.raises(RegionUnavailable, match="transport-unreachable"):
            get(f"https://issuer.example:{port}/jwks")
        server.join(5)
    assert greeted == []


def test_only_the_types_asked_for_are_taken() -> None:
    wanted = "application/entity-statement+jwt"
    with wire(answer(200, wanted, b"a.b.c")) as served:
        fetch = PinnedFetch(LOOPBACK, media_types=[wanted])
        assert get(named(served.url), fetch) == b"a.b.c"
        with pytest.raises(InteropError, match="transport-content-type"):
            get(named(served.url))
    assert f"accept: {wanted}\r\n".encode() in served.requests[0].lower()
    with wire(JSON) as other, pytest.raises(InteropError, match="transport-content-type"):
        get(named(other.url), fetch)


def test_a_rule_lets_names_be_resolved_and_never_over_plain_http() -> None:
    way = Way(rule=AddressRule())
    fetch = PinnedFetch(LOOPBACK, way=way)
    with wire(JSON) as served:
        port = urlsplit(served.url).port
        assert get(named(served.url), fetch) == b'{"keys":[]}'
        with pytest.raises(RegionUnavailable, match="transport-address-denied"):
            get(f"https://localhost:{port}/", fetch)
        with pytest.raises(KnowledgeError, match="transport-address-unfetchable"):
            get(f"http://localhost:{port}/", fetch)

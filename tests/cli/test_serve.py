"""Nodes and simulators as processes: one line at the start, a clean end, no port war."""

import json
import os
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import pytest

from interop.cli.server import address_of, listen
from interop.crypto.ring import KeyRing
from interop.errors import InteropError
from interop.simulator.applicants import PUDONG, SUZHOU
from interop.simulator.stage import Stage, place_gateways, set_stage
from interop.transport.adapter import Limits
from interop.transport.http import HttpClient
from interop.transport.tls import client_context, trusting
from interop.transport.way import Way
from tests.cli.runs import INTEROP, Ran
from tests.transport.authority import Authority

Run = Callable[..., Ran]

API_KEY = "key-of-the-application"
PASSPHRASE = "passphrase-of-the-key"
NETWORK = """
allow = ["127.0.0.0/8"]
peers = {listen = "127.0.0.1:0"}
[tls]
certificate = "node.crt"
key = "node.key"
key_secret = "node-tls"
anchors = ["root.pem"]
"""


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    folder = tmp_path_factory.mktemp("serve")
    stage = set_stage(folder, regions=(SUZHOU, PUDONG), now=datetime.now(UTC))
    nowhere = "http://127.0.0.1:1"
    place_gateways(stage, gateways=dict.fromkeys((SUZHOU, PUDONG), nowhere), simulator=nowhere)
    return stage


def _serving(stage: Stage, store: Path, *more: str) -> tuple[str, ...]:
    return (
        *("serve", "--region", PUDONG, "--store", str(store)),
        *("--keys", str(stage.keys(PUDONG)), "--knowledge", str(stage.knowledge), *more),
    )


@contextmanager
def _started(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], IO[str]]]:
    process = subprocess.Popen(  # noqa: S603 -- our own interpreter and module
        [*INTEROP, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={
            **os.environ,
            "INTEROP_API_KEY": API_KEY,
            "INTEROP_SECRET_NODE_TLS": PASSPHRASE,
        },
    )
    assert process.stderr is not None
    try:
        yield process, process.stderr
    finally:
        process.kill()
        process.communicate()


def _told_at_the_start(log: IO[str]) -> dict[str, str]:
    line = json.loads(log.readline())
    assert line.pop("event") == "serving"
    assert isinstance(line, dict)
    return line


@pytest.mark.usefixtures("secrets")
def test_a_node_says_where_it_is_and_stops_cleanly(stage: Stage, tmp_path: Path) -> None:
    store = tmp_path / "node.db"
    with _started(*_serving(stage, store, "--port", "0")) as (process, log):
        line = _told_at_the_start(log)
        assert (line["region"], line["env"], line["level"]) == (PUDONG, "sim", "info")
        host, _, port = line["address"].removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port)), timeout=5) as wire:
            wire.sendall(b"GET /health HTTP/1.0\r\nHost: x\r\n\r\n")
            assert b"200 OK" in wire.recv(4096)
        process.terminate()
        out, rest = process.communicate(timeout=20)
    assert process.returncode == 0
    # Nothing more, and never the key.
    assert (out, rest) == ("", "")
    assert API_KEY not in json.dumps(line)
    # The store was closed: its log is merged into the file.
    assert not store.with_name("node.db-wal").exists()


@pytest.mark.usefixtures("secrets")
def test_a_node_meets_other_regions_at_an_endpoint_of_its_own(
    stage: Stage, tmp_path: Path
) -> None:
    root = Authority(tmp_path)
    root.issue("127.0.0.1", file="node", passphrase=PASSPHRASE)
    network = tmp_path / "network.toml"
    network.write_text(NETWORK, encoding="utf-8")
    store = tmp_path / "node.db"
    whole = _serving(stage, store, "--port", "0", "--network", str(network))
    with _started(*whole) as (process, log):
        line = _told_at_the_start(log)
        own = client_context(root.issue("suzhou.example"))
        limits = Limits(connect_ms=3_000)
        for url, way, status in (
            (line["peers"], Way(tls=own), 409),
            (line["address"], Way(), 404),
        ):
            with closing(HttpClient(url, limits=limits, peer="node", way=way)) as http:
                assert http.send("GET", "/health").status == 200
                assert http.send("POST", "/exchange/batches", body=b"{").status == status
        stranger = Way(tls=trusting((root.anchor,)))
        with (
            closing(HttpClient(line["peers"], limits=limits, peer="x", way=stranger)) as http,
            pytest.raises(InteropError, match="transport-"),
        ):
            http.send("GET", "/health")
        process.terminate()
        out, rest = process.communicate(timeout=20)
    assert (process.returncode, out, rest) == (0, "", "")
    assert PASSPHRASE not in json.dumps(line)
    assert not store.with_name("node.db-wal").exists()


@pytest.mark.usefixtures("secrets")
def test_a_network_file_that_does_not_fit_opens_nothing(
    run: Run, stage: Stage, tmp_path: Path
) -> None:
    network, store = tmp_path / "network.toml", tmp_path / "node.db"
    network.write_text(NETWORK, encoding="utf-8")
    found = run(
        *_serving(stage, store, "--port", "0", "--api-key", API_KEY, "--network", str(network))
    )
    assert found.code == 1
    assert found.err.startswith("secret-missing [node-tls]"), found.err
    assert not store.exists()


@pytest.mark.usefixtures("secrets")
def test_a_node_ends_with_the_process_that_started_it(stage: Stage, tmp_path: Path) -> None:
    arguments = _serving(stage, tmp_path / "node.db", "--port", "0", "--until-eof")
    with _started(*arguments) as (process, log):
        _told_at_the_start(log)
        assert process.poll() is None
        process.communicate(timeout=20)  # closes its standard input
        assert process.returncode == 0
    assert not (tmp_path / "node.db-wal").exists()


def test_a_simulator_says_where_it_is_and_stops_cleanly(stage: Stage) -> None:
    with _started("simulate", str(stage.folder), "--port", "0", "--until-eof") as (
        process,
        log,
    ):
        line = _told_at_the_start(log)
        assert line["region"] == "simulator"
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0


@pytest.mark.usefixtures("secrets")
def test_a_taken_port_is_named_and_nothing_is_created(
    run: Run, stage: Stage, tmp_path: Path
) -> None:
    store = tmp_path / "node.db"
    with listen("127.0.0.1", 0) as taken:
        port = str(taken.getsockname()[1])
        for arguments in (
            _serving(stage, store, "--port", port, "--api-key", API_KEY),
            ("simulate", str(stage.folder), "--port", port),
        ):
            found = run(*arguments)
            assert found.code == 1
            assert found.err.startswith(f"address-unusable [127.0.0.1:{port}]: ")
            assert "--port" in found.err
    assert not store.exists()


@pytest.mark.usefixtures("secrets")
@pytest.mark.parametrize(
    ("changed", "code"),
    [
        (("--keys", "nowhere"), "ring-file-missing"),
        (("--store", "nowhere/deep/node.db"), "store-unreachable"),
        (("--region", "999999"), "region-unknown"),
        (("--region", SUZHOU), "gateway-not-in-registry"),
        (("--region", "330000"), "gateway-unknown"),
        (("--knowledge", "nowhere"), "knowledge-folder-missing"),
        (("--api-key", "a b"), "transport-secret-malformed"),
        (("--host", "203.0.113.1"), "address-unusable"),
    ],
)
def test_a_node_that_cannot_be_opened_says_why(
    run: Run, stage: Stage, tmp_path: Path, *, changed: tuple[str, str], code: str
) -> None:
    whole = _serving(stage, tmp_path / "node.db", "--port", "0", "--api-key", API_KEY)
    found = run(*whole, *changed)
    assert found.code == 1
    assert found.err.startswith(code), found.err
    assert "  → " in found.err
    assert API_KEY not in found.err


def test_a_node_under_a_signed_registry_names_who_may_have_signed_it(
    run: Run, stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INTEROP_API_KEY", API_KEY)
    keys, signed = tmp_path / "publisher", tmp_path / "registry.jwt"
    run("keys", "new", keys, "--env", "sim")
    signers = tmp_path / "signers.json"
    ring = KeyRing.load(keys)
    signers.write_text(json.dumps(ring.public_jwks()), encoding="ascii")
    sign = ("identity", "registry", "sign", stage.knowledge, "--keys", keys, "--out", signed)
    assert run(*sign).code == 0
    alone = run(*_serving(stage, tmp_path / "a.db", "--registry", str(signed)))
    assert alone.code == 2
    assert "--signers" in alone.err
    both = ("--registry", str(signed), "--signers", str(signers))
    with _started(*_serving(stage, tmp_path / "b.db", "--port", "0", *both)) as (process, err):
        assert "serving" in err.readline()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
    stranger = tmp_path / "stranger"
    run("keys", "new", stranger, "--env", "sim")
    signers.write_text(json.dumps(KeyRing.load(stranger).public_jwks()), encoding="ascii")
    refused = run(*_serving(stage, tmp_path / "c.db", *both))
    assert refused.code == 1
    assert "registry-signer-unknown" in refused.err
    assert not (tmp_path / "c.db").exists()


def test_a_shifted_clock_is_for_simulation_only(run: Run, stage: Stage, tmp_path: Path) -> None:
    KeyRing.generate(env="prod").save(tmp_path / "keys")
    whole = _serving(stage, tmp_path / "node.db", "--api-key", API_KEY)
    found = run(*whole, "--keys", tmp_path / "keys", "--clock-offset", "1")
    assert found.code == 2
    assert found.err.startswith("usage-value-refused [--clock-offset]")


def test_a_stage_that_was_never_set_is_refused(run: Run, tmp_path: Path) -> None:
    found = run("simulate", tmp_path)
    assert found.code == 1
    assert found.err.startswith("file-refused")


def test_addresses_of_both_families() -> None:
    with listen("127.0.0.1", 0) as four:
        assert address_of(four) == f"http://127.0.0.1:{four.getsockname()[1]}"
        assert four.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    if socket.has_ipv6:
        with listen("::1", 0) as six:
            assert address_of(six) == f"http://[::1]:{six.getsockname()[1]}"
    with pytest.raises(InteropError, match="address-unusable"):
        listen("no.such.host.invalid", 0)

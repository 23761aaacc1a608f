"""``interop identity exchange-token``: tokens come by file and are printed only when asked."""

import io
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from interop.crypto.cipher import AesGcm
from interop.crypto.ring import KeyRing
from interop.simulator.app import create_simulator
from interop.simulator.applicants import AUDIENCES, PUDONG, SUZHOU, Login, log_in
from interop.simulator.server import serve
from interop.simulator.stage import Stage, place_gateways, set_stage
from interop.simulator.world import World
from interop.store import Store, audit
from tests.cli.runs import Ran

Run = Callable[..., Ran]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    now = datetime.now(UTC) - timedelta(seconds=1)
    made = set_stage(tmp_path_factory.mktemp("stage"), regions=(SUZHOU, PUDONG), now=now)
    nowhere = dict.fromkeys((SUZHOU, PUDONG), "http://127.0.0.1:1")
    place_gateways(made, gateways=nowhere, simulator="http://127.0.0.1:1")
    return made


@pytest.fixture(scope="module")
def login(world: World, stage: Stage) -> Iterator[Login]:
    app = create_simulator(
        world, clock=lambda: datetime.now(UTC), idp_signer=stage.identity_signer()
    )
    with serve(app) as url:
        yield log_in(url, person="agent-a")


@pytest.fixture
def exchange(run: Run, stage: Stage, login: Login, tmp_path: Path) -> Callable[..., Ran]:
    file = tmp_path / "token"
    file.write_text(login.tokens[SUZHOU].reveal() + "\n", encoding="ascii")

    def call(*more: object, subject: object = file) -> Ran:
        return run(
            *("identity", "exchange-token", subject, "--region", SUZHOU),
            *("--store", stage.store(SUZHOU), "--keys", stage.keys(SUZHOU)),
            *("--knowledge", stage.knowledge, "--audience", AUDIENCES[PUDONG], *more),
        )

    return call


def test_the_summary_holds_no_token(exchange: Callable[..., Ran]) -> None:
    ran = exchange()
    assert (ran.code, ran.err) == (0, "")
    assert "令牌: ***" in ran.out
    assert f"接收方: {AUDIENCES[PUDONG]}" in ran.out
    assert "eyJ" not in ran.out
    assert "level: high" in exchange("--lang", "en").out


def test_json_is_the_answer_of_the_token_endpoint(
    exchange: Callable[..., Ran], stage: Stage
) -> None:
    told = exchange("--json", "--level", "low").json()
    assert told.keys() == {
        *("access_token", "issued_token_type", "token_type", "expires_in", "scope")
    }
    ring = KeyRing.load(stage.keys(SUZHOU))
    path = stage.store(SUZHOU)
    with (
        Store.open(path, organ_key=ring.organ, cipher=AesGcm()) as store,
        store.transaction() as tx,
    ):
        lines = audit.lines(tx)
        assert audit.verify(tx) == ()
    assert lines[-1].kind == "token-exchanged"
    assert str(told["access_token"]) not in str(lines)


def test_a_token_may_come_by_standard_input(
    exchange: Callable[..., Ran], login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(login.tokens[SUZHOU].reveal()))
    assert exchange(subject="-").code == 0


def test_a_token_on_the_command_line_is_refused_and_not_repeated(
    exchange: Callable[..., Ran], login: Login
) -> None:
    token = login.tokens[SUZHOU].reveal()
    for ran in (exchange(subject=token), exchange("--actor", token)):
        assert ran.code == 2
        assert "token-on-command-line" in ran.err
        assert token[:20] not in ran.out + ran.err


def test_refusals_have_their_code(exchange: Callable[..., Ran], tmp_path: Path) -> None:
    refused = exchange("--scope", "case:read", "--json")
    assert refused.code == 1
    assert json.loads(refused.out)["reasons"][0]["code"] == "exchange-scope-wider"
    assert "file-refused" in exchange(subject=tmp_path / "none").err
    assert "exchange-target-unknown" in exchange("--audience", "https://x.example").err

"""``interop exchange``: two stores that no line connects, settled by files and commands."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from interop.conformance.strategies.exchange import LANES, a_message
from interop.crypto.ring import KeyRing
from interop.exchange import post
from interop.gateway.opening import open_store
from interop.simulator.applicants import PUDONG, SUZHOU
from interop.simulator.stage import Stage, place_gateways, set_stage
from interop.store import audit, vault
from interop.store.lanes import lane_of
from tests.cli.runs import Ran

Run = Callable[..., Ran]
CASE = "case-1"
LANE = lane_of(CASE, LANES)


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    found = set_stage(tmp_path / "stage", regions=(SUZHOU, PUDONG), now=datetime.now(UTC))
    nowhere = {SUZHOU: "http://127.0.0.1:1", PUDONG: "http://127.0.0.1:1"}
    place_gateways(found, gateways=nowhere, simulator="http://127.0.0.1:1")
    return found


def stores(stage: Stage, region: str) -> tuple[str, ...]:
    return ("--store", str(stage.store(region)), "--keys", str(stage.keys(region)))


def whole(stage: Stage, region: str) -> tuple[str, ...]:
    return ("--region", region, *stores(stage, region), "--knowledge", str(stage.knowledge))


def told(stage: Stage, n: int) -> None:
    """Let the window tell the organ about a case that the organ has never heard of."""
    ring = KeyRing.load(stage.keys(SUZHOU))
    with open_store(stage.store(SUZHOU), ring) as store, store.transaction() as tx:
        vault.create_key(tx, CASE)
        now = datetime.now(UTC)
        audit.append(tx, kind="stated", case=CASE, digest="d", at=now)
        post(tx, a_message(CASE, n), peer=PUDONG, message_id=f"m{n}", at=now)


def carried(run: Run, stage: Stage, folder: Path) -> None:
    """Export here, import there, import the receipts here."""
    assert run("exchange", "export", folder, *whole(stage, SUZHOU)).code == 0
    there = run("exchange", "import", folder, *whole(stage, PUDONG), "--json")
    assert (there.code, there.json()["batches"]) == (0, 1)
    here = run("exchange", "import", folder, *whole(stage, SUZHOU), "--json")
    assert (here.code, here.json()["receipts"]) == (0, 1)


def test_a_gap_is_crossed_by_files_and_a_dead_letter_is_settled(
    run: Run, stage: Stage, tmp_path: Path
) -> None:
    told(stage, 1)
    before = run("exchange", "status", *stores(stage, SUZHOU), "--json").json()["sending"]
    assert isinstance(before, list)
    assert isinstance(before[0], dict)
    assert (before[0]["lane"], before[0]["waiting"], before[0]["breaker"]) == (
        LANE,
        1,
        "closed",
    )
    folder = tmp_path / "gap"
    carried(run, stage, folder)
    # The same files again, in whatever direction, change nothing.
    again = run("exchange", "import", folder, *whole(stage, PUDONG), "--json")
    assert (again.code, again.json()["refused"]) == (0, {})
    there = run("exchange", "status", *stores(stage, PUDONG), "--json").json()
    assert there["dead_letters"] == 1
    assert there["receiving"] == [
        {"peer": SUZHOU, "lane": LANE, "epoch": 1, "seq": 1, "head": _head(there)}
    ]
    listed = run("exchange", "deadletters", "list", *stores(stage, PUDONG))
    assert f"{SUZHOU}/{LANE}/1" in listed.out
    assert "case-package-missing" in listed.out
    shown = run("exchange", "deadletters", "show", 1, *stores(stage, PUDONG), "--json")
    assert (shown.json()["case"], shown.json()["readable"]) == (CASE, True)
    redriven = run("exchange", "redrive", 1, *whole(stage, PUDONG), "--json")
    assert redriven.code == 1
    assert "case-package-missing" in redriven.out
    by_case = run("exchange", "redrive", "--case", CASE, *whole(stage, PUDONG))
    assert by_case.code == 1
    for done in (True, False):
        ran = run("exchange", "deadletters", "discard", 1, *whole(stage, PUDONG), "--json")
        assert ran.json() == {"id": 1, "discarded": done}
    assert run("exchange", "redrive", 1, *whole(stage, PUDONG), "--json").json() == {
        "redriven": []
    }


def _head(told: Mapping[str, object]) -> object:
    marks = told["receiving"]
    assert isinstance(marks, list)
    return marks[0]["head"]


def test_proof_and_audit_chain_are_verified_by_a_third_party(
    run: Run, stage: Stage, tmp_path: Path
) -> None:
    told(stage, 1)
    carried(run, stage, tmp_path / "gap")
    registry = ("--registry", str(stage.knowledge), "--env", "sim")
    proven = run("exchange", "prove", SUZHOU, LANE, 1, *stores(stage, PUDONG))
    assert proven.code == 0
    file = tmp_path / "proof.json"
    file.write_text(proven.out, encoding="utf-8")
    verified = run("exchange", "verify-proof", file, *registry, "--json").json()
    assert (verified["sender"], verified["case"], verified["id"]) == (SUZHOU, CASE, "m1")
    proof = json.loads(proven.out)
    proof["envelope"]["subject"] = "case-2"
    file.write_text(json.dumps(proof), encoding="utf-8")
    wrong = run("exchange", "verify-proof", file, *registry, "--json")
    assert wrong.code == 1
    assert "exchange-proof-wrong" in wrong.out
    chain = tmp_path / "chain.jsonl"
    own = ("--region", SUZHOU, *stores(stage, SUZHOU), *registry)
    ran = run("exchange", "verify-audit", *own, "--out", chain, "--json")
    assert (ran.code, ran.json()["passed"], ran.json()["cosigned"]) == (0, True, {PUDONG: 1})
    alone = run("exchange", "verify-audit", chain, *registry, "--json")
    assert (alone.code, alone.json()["lines"]) == (0, 1)
    data = bytearray(chain.read_bytes())
    data[len(data) // 3] ^= 1
    chain.write_bytes(data)
    flipped = run("exchange", "verify-audit", chain, *registry)
    assert flipped.code == 1
    assert "exchange-" in flipped.out


def test_a_peer_that_is_not_reached_ends_with_its_own_code(run: Run, stage: Stage) -> None:
    told(stage, 1)
    for command in ("pull", "reconcile"):
        assert run("exchange", command, PUDONG, *whole(stage, SUZHOU)).code == 3


def test_what_is_missing_or_wrong_is_said(run: Run, stage: Stage, tmp_path: Path) -> None:
    assert run("exchange", "redrive", *whole(stage, PUDONG)).code == 2
    assert run("exchange", "verify-audit", "--env", "sim").code == 2
    unknown = run("exchange", "deadletters", "show", 9, *stores(stage, PUDONG), "--json")
    assert unknown.code == 1
    assert "dead-letter-unknown" in unknown.out
    folder = tmp_path / "gap"
    # What is not there was mistyped: no word of nothing taken.
    assert run("exchange", "import", folder, *whole(stage, PUDONG)).code == 2
    folder.mkdir()
    (folder / f"batch.from-{SUZHOU}.to-{PUDONG}.0.x").write_bytes(b"{}")
    (folder / "notes.txt").write_text("not ours", encoding="utf-8")
    ran = run("exchange", "import", folder, *whole(stage, PUDONG), "--json")
    assert (ran.code, ran.json()["batches"]) == (1, 0)


def test_an_argument_that_is_no_text_is_wrong_usage(run: Run, stage: Stage) -> None:
    ran = run("case", "search", *whole(stage, PUDONG), "--reference", "\udcff", "--json")
    assert ran.code == 2
    assert "usage-value-refused" in ran.out


def test_a_lane_without_a_fork_has_none_to_lift(run: Run, stage: Stage) -> None:
    told(stage, 1)
    ran = run("exchange", "lift-fork", PUDONG, LANE, *whole(stage, SUZHOU), "--json")
    assert (ran.code, ran.json()) == (0, {"peer": PUDONG, "lane": LANE, "lifted": False})
    assert run("exchange", "lift-fork", PUDONG, 64, *whole(stage, SUZHOU)).code == 2

"""The demonstration: every figure of it, at another time, under blows, and cut short."""

import copy
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

from interop.cli.demo import command
from interop.cli.demo.report import report_on
from interop.cli.demo.story import Outcome
from interop.cli.demo.trouble import Blow, drawn
from interop.cli.demo.words import STEPS
from interop.crypto.ring import KeyRing
from interop.model.canonical import Json
from interop.simulator.applicants import PUDONG, SUZHOU
from tests.cli.runs import INTEROP, REGIONS, Ran, in_process, traces_left
from tests.profiles import NATIONAL

Run = Callable[..., Ran]
Tree = dict[str, Json]

# Suzhou while certificates are used, Pudong while it handles and while Suzhou delivers.
PLAIN_SEEDS: Final = (4, 9, 7)
LATE: Final = "2026-12-10T09:00+08:00"
NIGHTLY_SEEDS: Final = tuple(range(1, 21))
FACTS: Final = {
    "submitted",
    "received",
    "handed-over",
    "acknowledged",
    "accepted",
    "permitted",
    "concluded",
    "delivered",
}


def _tree(value: Json) -> Tree:
    assert isinstance(value, dict)
    return value


def _rows(value: Json) -> list[Tree]:
    assert isinstance(value, list)
    return [_tree(row) for row in value]


def _require_whole(folder: Path, body: Tree, *, start: str = command.START) -> None:
    """Require of what a kept run left: chains hold, each fact once, receipts verify."""
    at = datetime.fromisoformat(start) + timedelta(hours=1)
    traces = traces_left(folder, str(body["case"]), at=at)
    for trace in traces.values():
        facts = [entry.type for entry in trace.timeline]
        assert sorted(facts) == sorted(FACTS)
        assert trace.case.state == "delivered"
        assert not trace.parked
        assert trace.receipts
        assert all(receipt.verified for receipt in trace.receipts)
    assert traces[SUZHOU].case == traces[PUDONG].case
    assert traces[SUZHOU].timeline == traces[PUDONG].timeline
    assert len({notice.number for notice in traces[SUZHOU].notices}) == len(
        traces[SUZHOU].notices
    )


@pytest.mark.usefixtures("secrets")
def test_one_run_and_every_figure_of_it(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    ran = in_process("demo", "--json", "--keep", str(folder))
    assert ran.code == 0, ran.err
    assert ran.err == ""
    body = ran.json()
    assert str(body["case"]).startswith("113101159999011534")
    assert (body["profile"], body["state"]) == ("development", "delivered")
    assert body["restarts"] == {SUZHOU: 0, PUDONG: 0, "simulator": 0}
    assert body["kept"] == str(folder)
    assert isinstance(body["seconds"], float)
    assert 0 < body["seconds"] < 60
    materials = _tree(body["materials"])
    assert materials["spared"] == ["business-licence", "agent-id"]
    assert materials["required"] == [
        *("application-form", "business-licence", "agent-id"),
        *("design-drawings", "site-right", "structural-safety"),
    ]
    receipts = _tree(body["receipts"])
    by = _tree(receipts["by"])
    assert set(by) == set(REGIONS)
    assert all(isinstance(n, int) and n > 0 for n in by.values())
    assert receipts["verified"] == receipts["total"] == sum(int(str(n)) for n in by.values())
    _require_whole(folder, body)


@NATIONAL
@pytest.mark.slow
@pytest.mark.usefixtures("secrets")
def test_the_same_story_under_sm2_sm3_and_sm4(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    ran = in_process("demo", "--profile", "production-cn", "--json", "--keep", str(folder))
    assert ran.code == 0, ran.err
    body = ran.json()
    assert (body["profile"], body["state"]) == ("production-cn", "delivered")
    _require_whole(folder, body)
    for region in (SUZHOU, PUDONG):
        ring = KeyRing.load(folder / "keys" / region)
        assert {str(jwk["alg"]) for jwk in ring.public_jwks()} == {"SM2"}


@pytest.fixture(scope="module")
def recorded() -> dict[str, Outcome]:
    """What the run in this process found, for the tests after it."""
    return {}


@pytest.mark.usefixtures("secrets")
def test_late_in_the_year_a_deadline_is_provisional_and_a_kill_changes_nothing(
    run: Run, recorded: dict[str, Outcome], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    played, restarted = command._played, {}

    def record(folder: Path, wish: command._Wish) -> tuple[Outcome, dict[str, int]]:
        outcome, restarts = played(folder, wish)
        recorded["outcome"] = outcome
        restarted.update(restarts)
        return outcome, restarts

    monkeypatch.setattr(command, "_played", record)
    seed, folder = PLAIN_SEEDS[0], tmp_path / "kept"
    ran = run("demo", "--now", LATE, "--chaos", seed, "--keep", folder)
    assert ran.code == 0, ran.err
    assert restarted == _restarts(seed)
    assert ran.out.endswith(f"数据库、密钥和日志: {folder}\n")
    assert "法定: 2027-01-05 (自 2026-12-10 起第 20 个工作日)  暂定：" in ran.out
    assert "承诺: 2026-12-17 (自 2026-12-10 起第 5 个工作日)\n" in ran.out
    assert "已送达，每一步均已核验" in ran.out
    assert "电子证照免提交 (2): 营业执照、经办人身份证" in ran.out
    body = report_on(recorded["outcome"], seconds=1.0, restarts={}).body
    _require_whole(folder, body, start=LATE)
    deadlines = _tree(body["deadlines"])
    assert _tree(deadlines["statutory"])["provisional"] is True
    assert _tree(deadlines["promised"])["provisional"] is False


def test_the_second_applicant_is_told_both_at_once(recorded: dict[str, Outcome]) -> None:
    body = report_on(recorded["outcome"], seconds=1.0, restarts={}).body
    reasons = _rows(body["refused_reasons"])
    assert {(r["kind"], r["effect"], r["code"]) for r in reasons} == {
        ("formal", "supplement", "material-missing"),
        ("substantive", "precheck", "criterion-not-met"),
    }
    assert len(reasons) == 2
    for reason in reasons:
        assert reason["clause"]
        assert reason["zh"]
        assert reason["remedy"]
        assert _tree(reason["basis"])["document"]
    window = _rows(body["window"])
    assert [(r["code"], r["got"], r["expected"]) for r in window] == [
        ("not-competent", SUZHOU, PUDONG)
    ]


def _put(trace: Tree, key: str, value: Json) -> None:
    trace[key] = value


ALTERATIONS: Final[dict[str, Callable[[Outcome], object]]] = {
    "delivered": lambda o: _tree(o.traces[SUZHOU]["case"]).update(state="concluded"),
    "same-case": lambda o: _tree(o.traces[PUDONG]["case"]).update(state="concluded"),
    "nothing-twice": lambda o: _put(
        o.traces[SUZHOU], "timeline", [*_rows(o.traces[SUZHOU]["timeline"])] * 2
    ),
    "two-spared": lambda o: _put(_tree(o.draft["exemption"]), "spared", ["agent-id"]),
    "receipts": lambda o: _rows(o.traces[PUDONG]["receipts"])[0].update(verified=False),
    "receipts-both": lambda o: _put(o.traces[PUDONG], "receipts", []),
    "window-refused": lambda o: setattr(o, "window", ()),
    "second-told-both": lambda o: _put(o.second, "outcomes", []),
    "replayed": lambda o: _tree(o.traces[PUDONG]["replay"]).update(decision=False),
}


@pytest.mark.parametrize("check", ALTERATIONS)
def test_a_step_that_does_not_verify_fails_the_run(
    recorded: dict[str, Outcome], check: str
) -> None:
    outcome = copy.deepcopy(recorded["outcome"])
    ALTERATIONS[check](outcome)
    assert check in report_on(outcome, seconds=1.0, restarts={}).failures
    assert report_on(recorded["outcome"], seconds=1.0, restarts={}).failures == ()


def test_a_failed_run_says_so_and_keeps_only_its_logs(
    recorded: dict[str, Outcome],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    wish = command._Wish(0.0, as_json=False, chaos=None, lang="zh", profile="development")

    def end(outcome: Outcome) -> None:
        with command._folder(None, "zh") as folder:
            (folder / "keys").mkdir()
            for name in ("a.log", "a.db", "keys/signing.pem"):
                (folder / name).touch()
            report = report_on(outcome, seconds=1.0, restarts={})
            command._conclude(report, outcome, wish)

    outcome = copy.deepcopy(recorded["outcome"])
    outcome.window = ()
    with pytest.raises(SystemExit) as failed:
        end(outcome)
    told = capsys.readouterr()
    assert failed.value.code == 1
    assert "有步骤未通过核验" in told.out
    assert "✗ window-refused" in told.out
    (folder,) = tmp_path.iterdir()
    assert str(folder) in told.err
    assert [path.name for path in folder.rglob("*")] == ["a.log"]
    (folder / "a.log").unlink()
    folder.rmdir()
    # The same run with every step verified leaves nothing.
    end(recorded["outcome"])
    assert list(tmp_path.iterdir()) == []


def _restarts(seed: int) -> dict[str, int]:
    others = dict.fromkeys((*REGIONS, "simulator"), 0)
    return {**others, drawn(seed).victim: 1}


def _seeds() -> list[object]:
    # The first kill strikes the run late in the year, the second waits for the slow tests.
    _, second, third = PLAIN_SEEDS
    rest = [seed for seed in NIGHTLY_SEEDS if seed not in {second, third}]
    nightly = (pytest.param(seed, marks=pytest.mark.nightly) for seed in rest)
    return [pytest.param(second, marks=pytest.mark.slow), third, *nightly]


@pytest.mark.usefixtures("secrets")
@pytest.mark.parametrize("seed", _seeds())
def test_a_killed_node_loses_and_repeats_nothing(tmp_path: Path, seed: int) -> None:
    folder = tmp_path / "kept"
    ran = in_process("demo", "--json", "--chaos", str(seed), "--keep", str(folder))
    assert ran.code == 0, ran.err + ran.out
    body = ran.json()
    # A kill that never struck would be no test.
    assert body["restarts"] == _restarts(seed)
    assert body["state"] == "delivered"
    _require_whole(folder, body)


def test_blows_fall_on_both_nodes_at_every_moment() -> None:
    assert {drawn(seed).victim for seed in PLAIN_SEEDS} == set(REGIONS)
    assert len({drawn(seed).step for seed in PLAIN_SEEDS}) == len(PLAIN_SEEDS)
    many = [drawn(seed) for seed in range(500)]
    assert {(blow.victim, blow.step) for blow in many} == {
        (region, step) for region in REGIONS for step in STEPS if step not in {"start", "trace"}
    }
    assert all(blow.after_s >= 0 for blow in many)
    assert drawn(4) == drawn(4)
    assert isinstance(many[0], Blow)


def test_a_demonstration_that_cannot_start_leaves_the_logs_it_names(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    broken = "raise SystemExit('the disk is gone')"
    monkeypatch.setattr("interop.cli.demo.children.COMMAND", (INTEROP[0], "-c", broken))
    ran = run("demo", "--lang", "en")
    assert ran.code == 3
    assert "process-not-started" in ran.err
    assert "the disk is gone" in ran.err
    (folder,) = tmp_path.iterdir()
    assert f"{folder}" in ran.err
    assert {path.suffix for path in folder.rglob("*")} == {".log"}


@pytest.mark.parametrize("what", ["file", "folder with a file"])
def test_a_folder_that_is_not_empty_is_refused(run: Run, tmp_path: Path, what: str) -> None:
    taken = tmp_path / "taken"
    if what == "file":
        taken.touch()
    else:
        taken.mkdir()
        (taken / "mine").touch()
    ran = run("demo", "--keep", taken)
    assert ran.code == 2
    assert ran.err.startswith(f"usage-folder-taken [{taken}]: ")
    assert len(list(tmp_path.rglob("*"))) == (1 if what == "file" else 2)


def test_the_real_time_and_a_naive_one_are_taken() -> None:
    assert command._offset("now") == 0.0
    naive = command._offset("2026-03-02T09:00:00")
    assert abs(naive - command._offset("2026-03-02T09:00:00+08:00")) < 5
    assert abs(naive - command._offset("2026-03-02T01:00:00Z")) < 5

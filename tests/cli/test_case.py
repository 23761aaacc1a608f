"""``interop case``: a case from its filing to its notices by commands alone, nobody named."""

import io
import json
import stat
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from interop.cli import main
from interop.gateway.library import Library
from interop.model.day import SHANGHAI
from interop.simulator.app import create_simulator
from interop.simulator.applicants import (
    ITEM,
    PUDONG,
    SUZHOU,
    advertisement,
    log_in,
    notice_shown,
)
from interop.simulator.server import serve
from interop.simulator.stage import Stage, place_gateways, secrets_of, set_stage
from interop.simulator.world import World
from tests.cli.runs import Ran

Run = Callable[..., Ran]
FIRM = "enterprise-a"
JOINT = "JOINT-7"


@dataclass(frozen=True)
class Desk:
    """A case that the window has handed over and the organ has taken in, by files."""

    stage: Stage
    world: World
    number: str

    def at(self, region: str) -> tuple[str, ...]:
        keys, store = self.stage.keys(region), self.stage.store(region)
        return (
            "--region", region, "--store", str(store), "--keys", str(keys),
            "--knowledge", str(self.stage.knowledge),
        )  # fmt: skip

    def personal(self) -> list[str]:
        firm, person = self.world.enterprise(FIRM), self.world.person("agent-a")
        return [firm.name, firm.number, person.name, person.number, person.mobile]


def read(ran: Ran) -> Any:  # noqa: ANN401 -- JSON
    return json.loads(ran.out)


def command(*arguments: object) -> None:
    with pytest.raises(SystemExit) as ended:
        main([str(one) for one in arguments])
    assert ended.value.code == 0


@pytest.fixture(scope="module")
def desk(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder, now = tmp_path_factory.mktemp("case"), datetime.now(UTC)
    with pytest.MonkeyPatch.context() as patch, ExitStack() as running:
        for name, value in secrets_of(world).items():
            patch.setenv(name, value)
        stage = set_stage(folder / "stage", regions=(SUZHOU, PUDONG), now=now)
        simulator = create_simulator(
            world, clock=lambda: datetime.now(UTC), idp_signer=stage.identity_signer()
        )
        url = running.enter_context(serve(simulator))
        arrange(stage)
        nowhere = {SUZHOU: "http://127.0.0.1:1", PUDONG: "http://127.0.0.1:1"}
        place_gateways(stage, gateways=nowhere, simulator=url)
        made = Desk(stage, world, "")
        file = folder / "filing.json"
        file.write_text(json.dumps(filing(world, url)), encoding="utf-8")
        out = io.StringIO()
        patch.setattr("sys.stdout", out)
        command("case", "receive", "--file", file, *made.at(SUZHOU), "--json")
        number = json.loads(out.getvalue())["case"]["number"]
        command("case", "receive", number, *made.at(SUZHOU))
        command("case", "handover", number, *made.at(SUZHOU))
        command("exchange", "export", folder / "gap", *made.at(SUZHOU))
        command("exchange", "import", folder / "gap", *made.at(PUDONG))
        command("exchange", "import", folder / "gap", *made.at(SUZHOU))
        patch.undo()
        yield Desk(stage, world, number)


def arrange(stage: Stage) -> None:
    """Let Pudong handle the item jointly with others."""
    place = f"mappings/items/{ITEM}/{PUDONG}.toml"
    file = stage.knowledge / place
    file.parent.mkdir(parents=True, exist_ok=True)
    own = Library.of(None).knowledge.shelf.read(place).decode()
    limits = "statutory = { length = 45 }, promised = { length = 30, illustrative = true }"
    basis = 'basis = { level = "law", document = "行政许可法", verified = "no" }'
    first, _, rest = own.partition("\n[organ]")
    file.write_text(
        f"{first}\njoint = {{ {limits}, {basis} }}\n[organ]{rest}", encoding="utf-8"
    )


def filing(world: World, simulator: str) -> Any:  # noqa: ANN401 -- JSON
    login = log_in(simulator, person="agent-a", organisation=FIRM)
    now = datetime.now(UTC)
    return {
        "application": advertisement(world, at=now)
        .model_copy(update={"joint": JOINT})
        .revealed(),
        "token": login.tokens[SUZHOU].reveal(),
        "handling_token": login.tokens[PUDONG].reveal(),
        "mandate": login.mandate.reveal(),
        "basis": notice_shown(now).revealed(),
        "reference": "HOST-7",
    }


def silent_of(desk: Desk, ran: Ran) -> Ran:
    """Return a run that named nobody."""
    for value in desk.personal():
        assert value not in ran.out + ran.err
    return ran


def test_the_parts_of_a_joint_case_are_listed_at_both_ends(run: Run, desk: Desk) -> None:
    window, organ = desk.at(SUZHOU), ("--from", SUZHOU, *desk.at(PUDONG))
    for given, state in ((window, "handed over"), (organ, "acknowledged")):
        told = silent_of(desk, run("case", "joint", JOINT, *given, "--lang", "en"))
        assert told.code == 0
        first, last = told.out.splitlines()
        assert first.startswith(f"{desk.number}  {PUDONG}  {ITEM}  {state}")
        assert last == "not every organ has ended its part"
        found = read(run("case", "joint", JOINT, *given, "--json"))
        assert [(one["case"], one["ended"]) for one in found["parts"]] == [(desk.number, False)]
    unknown = run("case", "joint", JOINT, *desk.at(PUDONG))
    assert (unknown.code, unknown.out) == (1, "")
    assert "joint-unknown" in unknown.err


@pytest.mark.parametrize("verb", ["show", "trace", "notice", "search", "clocks"])
def test_no_command_names_anybody(run: Run, desk: Desk, verb: str) -> None:
    named = ("--case", desk.number) if verb == "search" else (desk.number,)
    for given in (desk.at(SUZHOU), (*desk.at(PUDONG), "--json")):
        ran = run("case", verb, *named, *given)
        assert ran.code == 0, ran.err
        silent_of(desk, ran)


def test_show_says_where_the_case_stands_in_the_language_asked_for(
    run: Run, desk: Desk
) -> None:
    shown = run("case", "show", desk.number, *desk.at(SUZHOU)).out
    assert desk.number in shown
    assert f"收件地 → 办理地  {SUZHOU} → {PUDONG}" in shown
    assert "已转办 (handed-over)" in shown
    english = run("case", "show", desk.number, *desk.at(PUDONG), "--lang", "en").out
    assert "state  acknowledged (acknowledged)" in english
    told = read(run("case", "show", desk.number, *desk.at(PUDONG), "--json"))
    assert told["case"]["state"] == "acknowledged"
    assert told["open_commands"] == []
    received = datetime.fromisoformat(told["case"]["received_at"]).astimezone(SHANGHAI)
    assert f"收件时间  {received:%Y-%m-%d %H:%M}" in shown


def test_trace_tells_every_part_and_says_where_there_is_nothing(run: Run, desk: Desk) -> None:
    lines = run("case", "trace", desk.number, *desk.at(PUDONG)).out.splitlines()
    heads = [line for line in lines if not line.startswith(" ")]
    assert heads == [desk.number, "经过", "时限", "文书", "请求", "回执", "复算"]
    assert lines[lines.index("请求") + 1] == lines[lines.index("回执") + 1] == "  无"
    assert "  与当时一致" in lines
    there = run("case", "trace", desk.number, *desk.at(SUZHOU), "--lang", "en").out
    assert "the window receives the materials" in there
    assert "  verified" in there.replace(f"{PUDONG}", "")
    told = read(run("case", "trace", desk.number, *desk.at(SUZHOU), "--json"))
    assert [entry["type"] for entry in told["timeline"]][:3] == [
        "submitted", "received", "handed-over",
    ]  # fmt: skip


def test_the_page_of_a_notice_is_for_its_reader_alone(
    run: Run, desk: Desk, tmp_path: Path
) -> None:
    listed = read(run("case", "notice", desk.number, *desk.at(SUZHOU), "--json"))["notices"]
    number, page = listed[0]["number"], tmp_path / "收件凭证.html"
    arguments = ("case", "notice", desk.number, number, "--html", page, *desk.at(SUZHOU))
    ran = silent_of(desk, run(*arguments))
    assert ran.code == 0
    assert "收件凭证" in ran.out
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    text = page.read_text(encoding="utf-8")
    assert desk.world.enterprise(FIRM).name in text
    # A file that is there is left alone.
    page.write_text("other", encoding="utf-8")
    again = run(*arguments)
    assert again.code == 1
    assert page.read_text(encoding="utf-8") == "other"
    plain = silent_of(desk, run("case", "notice", desk.number, number, *desk.at(SUZHOU)))
    assert number in plain.out
    unknown = run("case", "notice", desk.number, "none", *desk.at(SUZHOU))
    assert (unknown.code, unknown.out) == (1, "")
    assert "notice-unknown" in unknown.err
    misused = run("case", "notice", desk.number, "--html", page, *desk.at(SUZHOU))
    assert misused.code == 2


def found(run: Run, desk: Desk, *conditions: str, region: str = SUZHOU) -> list[str]:
    ran = silent_of(desk, run("case", "search", *conditions, *desk.at(region), "--json"))
    assert ran.code == 0, ran.err
    return [case["number"] for case in read(ran)["cases"]]


def test_search_finds_by_its_conditions_together(run: Run, desk: Desk) -> None:
    everything = (
        *("--case", desk.number[:20], "--item", "outdoor-advertising"),
        *("--state", "handed-over", "--state", "accepted", "--from", SUZHOU, "--to", PUDONG),
        *("--due-before", "2099-01-01", "--reference", "HOST-7"),
    )
    assert found(run, desk, *everything) == [desk.number]
    assert found(run, desk, *everything, "--item", "tree-felling") == []
    # The organ's own store never knew the window's number.
    assert found(run, desk, "--reference", "HOST-7", region=PUDONG) == []


def test_a_person_is_looked_up_by_a_number_that_no_option_carries(
    run: Run, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    firm = desk.world.enterprise(FIRM).number
    for typed, region, numbers in (
        (f"{firm}\n", SUZHOU, [desk.number]),
        (f"{firm}\n", PUDONG, [desk.number]),
        (f"{firm[:-1]}0\n", SUZHOU, []),
    ):
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        assert found(run, desk, "--subject", region=region) == numbers
    monkeypatch.setattr("sys.stdin", io.StringIO("\n"))
    empty = run("case", "search", "--subject", *desk.at(SUZHOU))
    assert empty.code == 2


def test_search_says_that_nothing_fits_and_what_states_there_are(run: Run, desk: Desk) -> None:
    none = run("case", "search", "--parked", *desk.at(SUZHOU))
    assert (none.code, none.out) == (0, "没有符合条件的办件\n")
    wrong = run("case", "search", "--state", "lost", *desk.at(SUZHOU))
    assert wrong.code == 2
    assert "supplement-noticed" in wrong.err
    line = run("case", "search", *desk.at(SUZHOU), "--lang", "en").out
    assert f"{desk.number}  {SUZHOU} → {PUDONG}  outdoor-advertising  handed over" in line


def test_the_window_may_not_be_asked_for_what_it_has_done_or_never_had(
    run: Run, desk: Desk
) -> None:
    again = run("case", "handover", desk.number, *desk.at(SUZHOU), "--send", 1, "--json")
    assert (again.code, read(again)["receipted"]) == (0, True)
    away = run("case", "handover", desk.number, *desk.at(PUDONG))
    assert away.code == 1
    assert "not-competent" in away.err
    for verb in ("notice", "handover"):
        unknown = run("case", verb, "no-such-case", *desk.at(SUZHOU), "--json")
        assert unknown.code == 1
        assert [reason["code"] for reason in read(unknown)["reasons"]] == ["case-unknown"]
    assert run("case", "receive", *desk.at(SUZHOU)).code == 2


def test_a_peer_that_is_not_there_ends_the_wait_and_not_the_case(
    run: Run, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, secret in secrets_of(desk.world).items():
        monkeypatch.setenv(name, secret)
    # Another filing, handed over to a peer at an address where nobody answers.
    adapter = next(desk.stage.knowledge.glob("adapters/310000-*/adapter.toml"))
    url = adapter.read_text(encoding="utf-8").partition("http://")[2].partition("/")[0]
    value = filing(desk.world, f"http://{url}") | {"reference": "HOST-8"}
    file = tmp_path / "filing.json"
    file.write_text(json.dumps(value), encoding="utf-8")
    number = read(run("case", "receive", "--file", file, *desk.at(SUZHOU), "--json"))["case"][
        "number"
    ]
    ran = run("case", "handover", number, *desk.at(SUZHOU), "--send", 1)
    assert ran.code == 3
    assert "尚待发送" in ran.out
    shown = read(run("case", "show", number, *desk.at(SUZHOU), "--json"))
    assert shown["case"]["state"] == "handed-over"

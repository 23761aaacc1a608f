"""``interop store purge | hold | release | export-person``, also killed in the middle."""

import io
import json
import sqlite3
import stat
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from interop.conformance.strategies.store import a_case
from interop.crypto.ring import KeyRing
from interop.gateway import retention
from interop.gateway.library import Library
from interop.gateway.opening import open_store
from interop.store import Store, audit, cases, holds
from interop.store.checking import check
from tests.cli.runs import INTEROP, Ran

Run = Callable[..., Ran]
LONG_AGO = datetime(2020, 1, 6, tzinfo=UTC)
NOW = datetime(2026, 3, 2, tzinfo=UTC)
# A real number by its check digit, of nobody.
CODE = "11010519491231002X"


@pytest.fixture
def keys(run: Run, tmp_path: Path) -> Path:
    folder = tmp_path / "keys"
    assert run("keys", "new", folder, "--env", "sim").code == 0
    return folder


def opened(url: str, keys: Path) -> Store:
    return open_store(url, KeyRing.load(keys))


def fill(url: str, keys: Path, numbers: list[str], *, state: str = "draft") -> None:
    with opened(url, keys) as store, store.transaction() as tx:
        for number in numbers:
            row = replace(a_case(number), state=state, created_at=LONG_AGO)
            cases.add(tx, row)
            cases.put_document(tx, number, "package", bytes(5_000))
            audit.append(tx, kind="fact-submitted", case=number, digest="d", at=LONG_AGO)


def test_what_is_due_is_listed_then_purged_once(run: Run, store_url: str, keys: Path) -> None:
    where = ("--store", store_url, "--keys", keys)
    fill(store_url, keys, ["a", "b", "c"])
    fill(store_url, keys, ["open"], state="accepted")
    ran = run("store", "hold", "b", *where, "--basis", "（2026）1", "--json")
    assert ran.json() == {"case": "b", "held": True, "new": True}
    assert run("store", "hold", "b", *where, "--basis", "（2026）1").code == 0
    assert run("store", "hold", "b", *where, "--basis", "another").code == 1
    expected = {"cases": ["a", "c"], "left": [], "classes": {"draft": 2}}
    listed = run("store", "purge", "--due", "--dry-run", *where, "--json")
    assert (listed.code, listed.json()) == (0, {"dry_run": True, **expected})
    for name in ("draft", "undelivered"):
        assert name in listed.err, "which periods are illustrative"
    purged = run("store", "purge", "--due", *where, "--json")
    assert (purged.code, purged.json()) == (0, {"dry_run": False, **expected})
    again = run("store", "purge", "--due", *where, "--json")
    assert again.json()["cases"] == []
    assert run("store", "check", *where).code == 0
    assert run("store", "release", "b", *where, "--json").json()["held"] is False
    assert "hold-unknown" in run("store", "release", "b", *where).err
    # The words for a person, with how far it is on standard error.
    shown = run("store", "purge", "--due", *where, "--lang", "en")
    assert shown.out.splitlines() == ["draft  1", "purged 1  left 0"]
    with opened(store_url, keys) as store, store.transaction() as tx:
        kinds = [line.kind for line in audit.lines(tx)]
        assert kinds.count("purged.draft") == 3
        assert holds.listed(tx) == ()
        assert cases.require(tx, "open").purged_at is None


def test_a_purge_must_be_asked_for(run: Run, tmp_path: Path, keys: Path) -> None:
    ran = run("store", "purge", "--store", tmp_path / "s.db", "--keys", keys)
    assert ran.code == 2
    assert "--due" in ran.err


def test_an_interrupted_purge_is_gone_on_with(run: Run, store_url: str, keys: Path) -> None:
    fill(store_url, keys, ["a", "b", "c"])
    with opened(store_url, keys) as store:
        going = retention.purge(store, retention.retention_of(Library.of(None), ""), at=NOW)
        assert next(going).case == "a"
        # And is never asked for the next.
    ran = run("store", "purge", "--due", "--store", store_url, "--keys", keys, "--json")
    assert ran.json()["cases"] == ["b", "c"]


@pytest.mark.slow
def test_a_purge_killed_in_the_middle_is_gone_on_with(tmp_path: Path, keys: Path) -> None:
    url, numbers = str(tmp_path / "s.db"), [f"case-{n:04}" for n in range(400)]
    fill(url, keys, numbers)
    command = [*INTEROP, "store", "purge", "--due", "--store", url, "--keys", str(keys)]
    seen = []
    for wanted in (20, 150):
        running = subprocess.Popen(  # noqa: S603 -- our own interpreter and module
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        while running.poll() is None and purged(url) < wanted:
            time.sleep(0.002)
        running.kill()
        running.wait()
        seen.append(purged(url))
        with opened(url, keys) as store, store.transaction() as tx:
            assert check(tx).problems == ()
    assert 0 < seen[0] < seen[1] < len(numbers), "it was killed in the middle, twice"
    done = subprocess.run([*command, "--json"], capture_output=True, check=True)  # noqa: S603 -- as above
    assert len(json.loads(done.stdout)["cases"]) == len(numbers) - seen[-1]
    with opened(url, keys) as store, store.transaction() as tx:
        lines = [line.case for line in audit.lines(tx) if line.kind == "purged.draft"]
        assert sorted(lines) == numbers, "each once"
        assert check(tx).problems == ()
    assert purged(url) == len(numbers)


def purged(url: str) -> int:
    """Count what is purged, without waiting for whoever writes."""
    with closing(sqlite3.connect(url)) as connection:
        query = "SELECT count(*) FROM case_file WHERE purged_at IS NOT NULL"
        return int(connection.execute(query).fetchone()[0])


def test_the_copy_of_a_person_is_asked_for_on_standard_input(  # noqa: PLR0917 -- fixtures
    run: Run, store_url: str, keys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = ("--store", store_url, "--keys", keys)
    with opened(store_url, keys):
        pass
    file = tmp_path / "copy.json"
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{CODE}\n"))
    ran = run("store", "export-person", *where, "--out", file, "--json")
    assert (ran.code, ran.json()) == (0, {"cases": 0, "file": str(file)})
    assert CODE not in ran.out + ran.err
    assert stat.S_IMODE(Path(file).stat().st_mode) == 0o600
    assert json.loads(file.read_bytes())["person"] == {"scheme": "resident-id", "code": CODE}
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{CODE}\n"))
    assert run("store", "export-person", *where, "--out", file).code == 1
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    empty = run("store", "export-person", *where, "--out", tmp_path / "x.json")
    assert (empty.code, (tmp_path / "x.json").exists()) == (2, False)
    slip = CODE.replace(CODE[5], str((int(CODE[5]) + 1) % 10), 1)
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{slip}\n"))
    refused = run("store", "export-person", *where, "--out", tmp_path / "x.json")
    assert (refused.code, (tmp_path / "x.json").exists()) == (1, False)
    assert "identifier-check-character" in refused.err
    assert slip not in refused.out + refused.err
    with opened(store_url, keys) as store, store.transaction() as tx:
        assert [line.kind for line in audit.lines(tx)] == ["person-exported"]
        (line,) = audit.lines(tx)
        assert datetime.now(UTC) - line.at < timedelta(minutes=5)

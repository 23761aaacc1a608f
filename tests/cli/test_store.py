"""``interop store``: created, brought to the present schema, checked; on both databases."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from interop.conformance.strategies.store import MORNING, a_case
from interop.crypto.ring import KeyRing
from interop.gateway.opening import open_store
from interop.store import audit, cases, founding
from interop.store.schema import VERSION
from tests.cli.runs import Ran
from tests.databases import Database

Run = Callable[..., Ran]


@pytest.fixture
def keys(run: Run, tmp_path: Path) -> Path:
    folder = tmp_path / "keys"
    assert run("keys", "new", folder, "--env", "sim").code == 0
    return folder


def test_a_new_store_is_created_once_and_then_sound(
    run: Run, store_url: str, keys: Path
) -> None:
    where = ("--store", store_url, "--keys", keys)
    refused = run("store", "check", *where)
    assert refused.code == 1
    assert "store-older" in refused.err
    for before in (0, VERSION):
        ran = run("store", "migrate", *where, "--json")
        assert (ran.code, ran.json()) == (0, {"before": before, "version": VERSION})
    with (
        open_store(store_url, KeyRing.load(keys)) as store,
        store.transaction() as tx,
    ):
        cases.add(tx, a_case("case"))
        audit.append(tx, kind="kind", case="case", digest="d", at=MORNING)
    ran = run("store", "check", *where, "--json")
    assert ran.code == 0
    assert ran.json() == {"version": VERSION, "cases": 1, "audit_lines": 1, "problems": []}
    assert "1" in run("store", "check", *where).out
    assert str(VERSION) in run("store", "migrate", *where).out


def test_an_old_store_is_checked_only_once_it_is_migrated(
    run: Run, store_url: str, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = ("--store", store_url, "--keys", keys)
    with monkeypatch.context() as old:
        old.setattr(founding.found, "__kwdefaults__", {"to": 1, "steps": True, "lanes": None})
        # That version does not say.
        old.setattr(founding, "lanes", lambda _tx: 4)
        open_store(store_url, KeyRing.load(keys)).close()
    assert "store-older" in run("store", "check", *where).err
    assert run("store", "migrate", *where, "--json").json()["before"] == 1
    assert run("store", "check", *where).code == 0


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("UPDATE rollup SET n = 2", "rollup-differs"),
        ("DELETE FROM rollup", "rollup-differs"),
        ("UPDATE case_file SET state = 'ruled'", "rollup-differs"),
        ("DELETE FROM audit_line", "audit-head-altered"),
    ],
)
def test_what_was_changed_behind_its_back_is_told(  # noqa: PLR0913, PLR0917 -- fixtures, by name
    run: Run, database: Database, store_url: str, keys: Path, sql: str, code: str
) -> None:
    where = ("--store", store_url, "--keys", keys)
    with (
        open_store(store_url, KeyRing.load(keys)) as store,
        store.transaction() as tx,
    ):
        cases.add(tx, a_case("case"))
        audit.append(tx, kind="kind", case="case", digest="d", at=MORNING)
    database.run(store_url, sql)
    ran = run("store", "check", *where, "--json")
    assert ran.code == 1
    problems = json.loads(ran.out)["problems"]
    assert {problem["code"] for problem in problems} == {code}
    assert run("store", "check", *where).code == 1

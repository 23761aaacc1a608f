"""``interop identity``: registries and tokens, offline, without a token in what is printed."""

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest

from tests.cli.runs import Ran

Run = Callable[..., Ran]


@pytest.fixture
def demo(run: Run, tmp_path: Path) -> dict[str, str]:
    ran = run("identity", "issue-demo", tmp_path / "demo", "--json")
    assert ran.code == 0
    return {name: str(value) for name, value in ran.json().items()}


def asked(demo: dict[str, str], *more: str) -> tuple[str, ...]:
    return (
        *(demo["token.jwt"], "--env", "sim", "--audience", demo["audience"]),
        *("--registry", demo["registry.jwt"], "--signers", demo["signers.json"], *more),
    )


def test_a_demo_token_is_verified_under_folder_and_signed_registry_alike(
    run: Run, demo: dict[str, str]
) -> None:
    signed = run("identity", "verify", *asked(demo, "--loa", "high", "--json"))
    folder = run(
        *("identity", "verify", demo["token.jwt"], "--env", "sim", "--json"),
        *("--audience", demo["audience"], "--registry", demo["knowledge"]),
    )
    assert signed.code == folder.code == 0
    assert signed.json() == folder.json()
    path = signed.json()["trust_path"]
    assert isinstance(path, list)
    assert path[1] == "direct"
    shown = run("identity", "verify", *asked(demo))
    assert "level            high" in shown.out


def test_no_part_of_the_token_is_printed(run: Run, demo: dict[str, str]) -> None:
    token = Path(demo["token.jwt"]).read_text(encoding="ascii").strip()
    for more in ((), ("--json",), ("--loa", "high", "--scope", "admin"), ("--max-age", "0")):
        for command in ("verify", "explain"):
            ran = run("identity", command, *asked(demo, *more))
            assert not [part for part in token.split(".") if part in ran.out + ran.err]


def test_every_check_is_explained_and_a_failed_one_says_what_to_do(
    run: Run, demo: dict[str, str]
) -> None:
    good = run("identity", "explain", *asked(demo, "--json"))
    checks = good.json()["checks"]
    assert isinstance(checks, list)
    assert (good.code, len(checks)) == (0, 20)
    bad = run("--lang", "en", "identity", "explain", *asked(demo, "--scope", "admin"))
    assert bad.code == 1
    assert "token-scope [scope]: the token lacks the scope `admin`" in bad.out
    assert "→ ask for a token with scope=admin" in bad.out
    late = run("identity", "explain", *asked(demo, "--at", "2026-01-01T00:00:00+0800"))
    assert late.code == 1


def test_the_token_may_come_on_standard_input(
    run: Run, demo: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    token = Path(demo["token.jwt"]).read_text(encoding="ascii")
    monkeypatch.setattr("sys.stdin", StringIO(token))
    demo["token.jwt"] = "-"
    assert run("identity", "verify", *asked(demo)).code == 0


def test_a_registry_is_checked_and_its_signer_must_be_named(
    run: Run, demo: dict[str, str], tmp_path: Path
) -> None:
    check = ("identity", "registry", "check")
    shipped = run(*check, "--json")
    assert shipped.json()["passed"] is True
    assert shipped.json()["keys"] == 0
    file, signers = demo["registry.jwt"], ("--signers", demo["signers.json"])
    assert run(*check, file).code == 2
    mark = ("--mark", tmp_path / "mark.json")
    told = run(*check, file, *signers, *mark, "--json").json()
    assert (told["passed"], told["version"]) == (True, 2)
    assert told["digest"] == run(*check, demo["knowledge"], "--json").json()["digest"]
    late = run(*check, file, *signers, "--at", "2099-01-01T00:00:00+0800")
    assert late.code == 1
    assert "registry-expired" in late.out
    other = run("identity", "issue-demo", tmp_path / "other", "--json").json()
    strange = run(*check, str(other["registry.jwt"]), *signers, "--json")
    assert strange.code == 1
    problems = strange.json()["problems"]
    assert isinstance(problems, list)
    assert [row["code"] for row in problems if isinstance(row, dict)] == [
        "registry-signer-unknown"
    ]


def test_the_next_version_is_signed_after_the_last_and_the_change_is_told(
    run: Run, demo: dict[str, str], tmp_path: Path
) -> None:
    signers = ("--signers", demo["signers.json"])
    told = run("identity", "registry", "check", demo["registry.jwt"], *signers, "--json")
    digest = told.json()["digest"]
    out = tmp_path / "next.jwt"
    keys = Path(demo["knowledge"]).parent / "publisher"
    sign = (
        *("identity", "registry", "sign", demo["knowledge"], "--keys", keys, "--out", out),
        *("--after", demo["registry.jwt"], *signers),
    )
    same = run(*sign)
    assert same.code == 1
    assert "registry-sequence" in same.err
    file = Path(demo["knowledge"]) / "identity/registry.toml"
    text = file.read_text(encoding="utf-8")
    text = text.replace('"version" = 2', '"version" = 3')
    text = text.replace('"previous" = ""', f'"previous" = "{digest}"')
    file.write_text(text, encoding="utf-8")
    issuers = Path(demo["knowledge"]) / "identity/issuers/320000-jiangsu.toml"
    text = issuers.read_text(encoding="utf-8")
    issuers.write_text(text.replace('"active"', '"revoked"', 1), encoding="utf-8")
    assert run(*sign).code == 0
    assert run(*sign).code == 1
    diff = ("identity", "registry", "diff", demo["registry.jwt"], out, *signers)
    changes = run(*diff, "--json").json()["changes"]
    assert isinstance(changes, list)
    kinds = [row["kind"] for row in changes if isinstance(row, dict)]
    assert kinds == ["registry-version", "key-revoked"]
    assert "共 2 处变化，其中 0 处扩大信任" in run(*diff).out
    mark = tmp_path / "mark.json"
    check = ("identity", "registry", "check")
    for place, code in [(out, 0), (demo["registry.jwt"], 1)]:
        assert run(*check, place, *signers, "--mark", mark).code == code
    assert json.loads(mark.read_text(encoding="utf-8"))["version"] == 3


def test_a_demo_overwrites_nothing(run: Run, demo: dict[str, str]) -> None:
    again = run("identity", "issue-demo", Path(demo["knowledge"]).parent)
    assert again.code == 2
    assert "usage-folder-taken" in again.err

"""``interop identity registry import-chain``: a chain proposes, the operator disposes."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from interop.conformance.strategies.chains import ANCHOR, MIDDLE, PROVIDER, TYPE, Federation
from interop.model.canonical import Json
from tests.cli.runs import Ran

Run = Callable[..., Ran]
NEW = "https://idp2.sh.sim.example"
AT = ("--at", "2026-06-01T12:00:00+0800")
F = Federation()


def metadata(**more: Json) -> dict[str, Json]:
    told: dict[str, Json] = {
        "issuer": NEW,
        "jwks": {"keys": [F.key(f"{NEW}#tokens").public.to_jwk()]},
        "subject_types_supported": ["pairwise"],
        "acr_values_supported": ["urn:sim:sh:real-name"],
        "organization_name": "模拟认证源",
        **more,
    }
    return told


@pytest.fixture
def files(tmp_path: Path) -> Callable[..., tuple[str, ...]]:
    def written(**more: Json) -> tuple[str, ...]:
        own = F.own(NEW, MIDDLE, metadata={TYPE: metadata(**more)})
        (tmp_path / "own.jwt").write_text(own + "\n", encoding="ascii")
        above = [F.say(MIDDLE, NEW), F.say(ANCHOR, MIDDLE)]
        (tmp_path / "above.json").write_text(json.dumps(above), encoding="ascii")
        jwks = {"keys": [F.key(ANCHOR).public.to_jwk()]}
        (tmp_path / "anchors.json").write_text(json.dumps({ANCHOR: jwks}), encoding="ascii")
        return (
            *("identity", "registry", "import-chain"),
            *(str(tmp_path / "own.jwt"), str(tmp_path / "above.json")),
            *("--anchors", str(tmp_path / "anchors.json"), "--entity", NEW),
            *("--region", "310000", "--env", "sim", *AT),
        )

    return written


def test_a_chain_prints_the_region_s_file_as_it_would_be(
    run: Run, files: Callable[..., tuple[str, ...]], root: Path, tmp_path: Path
) -> None:
    ran = run(*files())
    assert ran.code == 0, ran.out + ran.err
    assert ran.out.startswith(f"# {NEW} > {MIDDLE} > {ANCHOR}\n# + issuer-added")
    overlay = tmp_path / "overlay"
    for old in (root / "identity").rglob("*.toml"):
        new = overlay / old.relative_to(root)
        new.parent.mkdir(parents=True, exist_ok=True)
        new.write_bytes(old.read_bytes())
    (overlay / "identity/issuers/310000-shanghai.toml").write_text(ran.out, encoding="utf-8")
    checked = run("identity", "registry", "check", overlay, *AT, "--json")
    assert checked.json()["passed"] is True
    assert checked.json()["keys"] == 1
    # Laid down, the same chain changes nothing any more.
    again = run(*files(), "--registry", str(overlay), "--json").json()
    assert (again["changes"], again["widening"]) == ([], 0)


def test_what_asks_for_more_ends_with_one_and_names_each_right(
    run: Run, files: Callable[..., tuple[str, ...]]
) -> None:
    asked = files(
        acr_values_supported=["urn:sim:js:face"],
        id_token_signing_alg_values_supported=["ES256"],
    )
    ran = run(*asked, "--json")
    problems = ran.json()["problems"]
    assert ran.code == 1
    assert isinstance(problems, list)
    assert [p["code"] for p in problems if isinstance(p, dict)] == [
        "proposal-acr-unknown",
    ]
    told = run("--lang", "en", *asked)
    assert told.out == ""
    assert "→ a chain widens no trust" in told.err


def test_a_chain_that_does_not_hold_and_files_that_are_none_are_refused(
    run: Run, files: Callable[..., tuple[str, ...]], tmp_path: Path
) -> None:
    late = files()
    ran = run(*late[:-1], datetime.now(UTC).replace(year=2027).strftime("%Y-%m-%dT%H:%M:%S%z"))
    assert (ran.code, "statement-expired" in ran.err) == (1, True)
    for bad in ("[]", "{}", '{"x": {"keys": 1}}', "[1, 2"):
        (tmp_path / "anchors.json").write_text(bad, encoding="ascii")
        assert run(*late).code == 1
    assert PROVIDER not in run(*late).out

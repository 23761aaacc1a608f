"""What a command loads is what it needs."""

import json
import subprocess
import sys

HEAVY = {
    "httpx",
    "zeep",
    "sqlalchemy",
    "pydantic",
    "jwt",
    "structlog",
    "hypothesis",
    "starlette",
}


def _loaded(code: str) -> set[str]:
    done = subprocess.run(  # noqa: S603 -- our own interpreter and our own line of code
        [
            sys.executable,
            "-c",
            f"{code}; import sys, json; print(json.dumps(list(sys.modules)))",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    return {name.partition(".")[0] for name in json.loads(done.stdout.splitlines()[-1])}


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert _loaded("import interop") & (HEAVY | {"click", "rich"}) == set()


def test_the_command_line_loads_click_alone() -> None:
    loaded = _loaded("import interop.cli")
    assert "click" in loaded
    assert loaded & (HEAVY | {"rich"}) == set()


def test_errors_load_without_any_dependency() -> None:
    assert _loaded("import interop.errors") & (HEAVY | {"click", "rich"}) == set()

"""What is shipped: the engine, the regional knowledge inside it, and nothing else."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

# Code and knowledge of every room; a file that does not belong would show as a jump.
WHEEL_BYTES_MAX = 2_000_000
KNOWLEDGE = ("adapters", "identity", "mappings")
# Data of the engine itself.
DATA = {"interop/py.typed", "interop/simulator/world.toml"}
STEPS_S_MAX = 600
# docs/adr/dependencies.md gives the reasons.
CLOSED_LIST = {
    *("asn1crypto", "click", "cryptography", "httpx", "lxml", "msgspec", "orjson", "pydantic"),
    *("pyjwt", "rich", "sqlalchemy", "starlette", "structlog", "uvicorn", "zeep"),
}


def _run(*command: str | Path, cwd: Path) -> None:
    done = subprocess.run(  # noqa: S603 -- our own interpreter and its pip
        [str(part) for part in command],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        timeout=STEPS_S_MAX,
    )
    assert done.returncode == 0, done.stderr


def _wheel(source: Path, into: Path) -> Path:
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check")
    _run(*pip, "wheel", "--quiet", "--no-deps", "--wheel-dir", into, source, cwd=into.parent)
    (wheel,) = into.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def built(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel built from the checkout."""
    return _wheel(root, tmp_path_factory.mktemp("built") / "wheel")


@pytest.fixture(scope="module")
def rebuilt(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel built from the source distribution."""
    folder = tmp_path_factory.mktemp("rebuilt")
    _run(sys.executable, "-m", "venv", folder / "venv", cwd=folder)
    python = folder / "venv/bin/python"
    _run(python, "-m", "pip", "install", "--quiet", "hatchling", cwd=folder)
    _run(python, "-m", "hatchling", "build", "-t", "sdist", "-d", folder / "sdist", cwd=root)
    (source,) = (folder / "sdist").glob("*.tar.gz")
    return _wheel(source, folder / "wheel")


def _files(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


def _expected(root: Path) -> set[str]:
    code = {
        file.relative_to(root).as_posix()
        for file in (root / "interop").rglob("*.py")
        if "__pycache__" not in file.parts
    }
    knowledge = {
        f"interop/_regions/{file.relative_to(root).as_posix()}"
        for folder in KNOWLEDGE
        for file in (root / folder).rglob("*")
        if file.is_file()
    }
    assert len(knowledge) > 50
    return code | knowledge | DATA


@pytest.mark.parametrize("way", ["built", "rebuilt"])
def test_the_wheel_holds_exactly_the_engine_and_the_knowledge(
    root: Path, request: pytest.FixtureRequest, way: str
) -> None:
    files = _files(request.getfixturevalue(way))
    expected = _expected(root)
    assert sorted(expected - files) == []
    assert sorted(files - expected) == []
    assert not [name for name in files if "tests" in name.split("/")]


def test_both_ways_give_the_same_bytes(built: Path, rebuilt: Path) -> None:
    with zipfile.ZipFile(built) as one, zipfile.ZipFile(rebuilt) as other:
        differing = [name for name in _files(built) if one.read(name) != other.read(name)]
    assert differing == []


def test_the_wheel_is_small(built: Path) -> None:
    assert built.stat().st_size <= WHEEL_BYTES_MAX


def test_it_names_its_command_its_licence_and_its_dependencies(built: Path) -> None:
    with zipfile.ZipFile(built) as archive:
        names = archive.namelist()
        (entries,) = (name for name in names if name.endswith("entry_points.txt"))
        assert "interop = interop.cli:main" in archive.read(entries).decode()
        (metadata,) = (name for name in names if name.endswith(".dist-info/METADATA"))
        lines = archive.read(metadata).decode().splitlines()
        assert any(name.endswith("licenses/LICENSE") for name in names)
    required = [line for line in lines if line.startswith("Requires-Dist:")]
    core = [line.split()[1] for line in required if "extra ==" not in line]
    names_needed = {re.split(r"[^a-z0-9-]", name)[0] for name in core}
    assert names_needed
    assert names_needed <= CLOSED_LIST

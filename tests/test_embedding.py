"""An application with packages called as our folders embeds the installed wheel."""

import json
import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

pytestmark = pytest.mark.slow

STEPS_S_MAX = 900
OWN = {
    "adapters/__init__.py": 'WHOSE = "the application"\n',
    "adapters/soap.py": "from adapters import WHOSE\n",
    "identity/__init__.py": 'WHOSE = "the application"\n',
    "mappings/__init__.py": "",
    "mappings/fields.py": 'NAME = "own field"\n',
}
APPLICATION = """
    import json
    import os
    import tempfile
    from datetime import UTC, datetime
    from pathlib import Path

    import identity
    from adapters.soap import WHOSE
    from mappings.fields import NAME

    import interop
    from interop import Gateway, KeyRing
    from interop.simulator.applicants import PUDONG, SUZHOU, advertisement
    from interop.simulator.stage import secrets_of, set_stage
    from interop.simulator.world import default_world

    now, world = datetime.now(UTC), default_world()
    os.environ.update(secrets_of(world))
    with tempfile.TemporaryDirectory() as folder:
        stage = set_stage(Path(folder), regions=(SUZHOU, PUDONG), now=now)
        with Gateway.open(
            SUZHOU,
            store=stage.store(SUZHOU),
            keys=KeyRing.load(stage.keys(SUZHOU)),
            knowledge=stage.knowledge,
        ) as gateway:
            good = gateway.check(advertisement(world, at=now))
            large = gateway.check(advertisement(world, at=now, facts={"facility.area": "320"}))
    told = {
        "own": [WHOSE, identity.WHOSE, NAME],
        "interop": interop.__file__,
        "merits": [good.merits, large.merits],
        "refused": [outcome.reason.code for outcome in large.outcomes],
    }
    print(json.dumps(told))
"""


def _run(*command: str | Path, cwd: Path) -> str:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(  # noqa: S603 -- an interpreter of our own making
        [str(part) for part in command],
        cwd=cwd,
        env=clean,
        capture_output=True,
        text=True,
        check=False,
        timeout=STEPS_S_MAX,
    )
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def python(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of a fresh environment that holds the wheel and what it needs."""
    folder = tmp_path_factory.mktemp("fresh")
    _run(sys.executable, "-m", "venv", folder / "venv", cwd=folder)
    python = folder / "venv/bin/python"
    pip = (python, "-m", "pip", "--quiet", "--disable-pip-version-check")
    _run(*pip, "wheel", "--no-deps", "--wheel-dir", folder / "wheel", root, cwd=folder)
    (wheel,) = (folder / "wheel").glob("*.whl")
    pins = root / "constraints.txt"
    pinned = ("--constraint", pins) if pins.is_file() else ()
    _run(*pip, "install", *pinned, wheel, cwd=folder)
    return python


@pytest.fixture
def application(tmp_path: Path) -> Path:
    """A folder with an application and packages of its own."""
    for name, text in OWN.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "application.py").write_text(dedent(APPLICATION), encoding="utf-8")
    return tmp_path


def test_an_application_keeps_its_own_packages(python: Path, application: Path) -> None:
    told = json.loads(_run(python, "application.py", cwd=application))
    assert told["own"] == ["the application", "the application", "own field"]
    assert Path(told["interop"]).is_relative_to(python.parents[1])
    assert told["merits"][0] == "met"
    assert told["merits"][1] != "met"
    assert "criterion-not-met" in told["refused"]


def test_the_command_reads_the_knowledge_inside_the_wheel(
    python: Path, application: Path, root: Path
) -> None:
    interop = python.with_name("interop")
    found = json.loads(_run(interop, "knowledge", "check", "--json", cwd=application))
    folders = ("adapters", "identity", "mappings")
    shipped = [f for name in folders for f in (root / name).rglob("*") if f.is_file()]
    assert (found["files"], found["problems"]) == (len(shipped), [])


def test_types_are_seen_by_a_checker(python: Path) -> None:
    code = "import interop; print(interop.__path__[0])"
    package = Path(_run(python, "-c", code, cwd=python.parent).strip())
    assert (package / "py.typed").is_file()


def test_nothing_is_left_behind(python: Path) -> None:
    code = "import interop; print(interop.__path__[0])"
    package = Path(_run(python, "-c", code, cwd=python.parent).strip())
    pip = (python, "-m", "pip", "--quiet", "--disable-pip-version-check")
    _run(*pip, "uninstall", "--yes", "interop-gateway", cwd=python.parent)
    assert not package.exists()
    assert not python.with_name("interop").exists()

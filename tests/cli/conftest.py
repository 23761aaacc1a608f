from collections.abc import Callable

import pytest

from interop.cli import main
from interop.simulator.stage import secrets_of
from interop.simulator.world import World, default_world
from tests.cli.runs import Ran

LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")


@pytest.fixture(scope="session")
def world() -> World:
    return default_world()


@pytest.fixture
def secrets(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The secrets of the simulated systems, as an operator would set them."""
    for name, value in secrets_of(world).items():
        monkeypatch.setenv(name, value)


@pytest.fixture(autouse=True)
def plain_locale(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment that names no language."""
    for name in (*LOCALE, "INTEROP_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run the command line in this process."""

    def call(*arguments: object) -> Ran:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        told = capsys.readouterr()
        code = ended.value.code
        assert isinstance(code, int)
        return Ran(code, told.out, told.err)

    return call

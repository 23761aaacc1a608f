"""Add a region by files alone: no Python, only what `interop adapter new` writes.

What is still missing is listed with where to add it, until the region is ready.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

COMMAND = [sys.executable, "-m", "interop", "--lang", "en"]


def run(*arguments: str) -> str:
    """Run a command of interop as an integrator would, and return what it printed."""
    done = subprocess.run(  # noqa: S603 -- the library's own command line
        [*COMMAND, *arguments], capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


def main() -> None:
    """Add Jiading (310114) to the shipped regions and see what it still needs."""
    with tempfile.TemporaryDirectory() as folder:
        names = ("--zh", "上海市嘉定区", "--en", "Jiading")
        print("written:")
        written = run(
            *("adapter", "new", "310114", "jiading", *names),
            *("--item", "outdoor-advertising", "--into", folder, "--since", "2026-03-01"),
        )
        for line in written.splitlines():
            if "310114" in line:
                print(" ", Path(line).relative_to(folder).as_posix())
        print("checked:")
        for line in run("knowledge", "check", folder, "--region", "310114").splitlines():
            print(" ", line)


if __name__ == "__main__":
    main()

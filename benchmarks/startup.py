"""How long a user waits for nothing: importing the package, asking for help."""

import subprocess
import sys

from benchmarks.measure import interleave


def run() -> dict[str, float]:
    """Return ``import_ms``, ``help_ms`` and ``vs_import_zeep``, each over a bare interpreter.

    ``help_ms`` is a whole process, interpreter included, since that is what a user waits
    for; the imports are what they add to a bare interpreter.
    """
    timing = interleave(
        {
            "bare": lambda: _python("pass"),
            "import": lambda: _python("import interop"),
            "zeep": lambda: _python("import zeep"),
            "help": lambda: _python(
                "import sys; sys.argv = ['interop', '--help']\n"
                "from interop.cli import main\nmain()"
            ),
        },
        rounds=11,
    )
    bare = timing.medians["bare"]
    ours = max(timing.medians["import"] - bare, 0.0)
    return {
        "import_ms": round(ours * 1000, 1),
        "help_ms": round(timing.medians["help"] * 1000, 1),
        "vs_import_zeep": round(ours / (timing.medians["zeep"] - bare), 3),
    }


def _python(code: str) -> None:
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)  # noqa: S603 -- own code

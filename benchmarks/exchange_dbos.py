"""A workflow of five steps in DBOS on SQLite: what a workflow engine makes of a case."""

import importlib
import tempfile
import time
from pathlib import Path
from typing import Any, Final

WORKFLOWS: Final = 50
STEPS: Final = 5


def _step(n: int) -> int:
    return n + 1


def workflows_per_s() -> float:
    """Return how many workflows of five steps DBOS finishes a second, one after the other."""
    dbos: Any = importlib.import_module("dbos")
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'dbos.db'}"
        config: Any = {"name": "bench", "system_database_url": url, "log_level": "ERROR"}
        dbos.DBOS(config=config)

        step = dbos.DBOS.step()(_step)

        def work(n: int) -> int:
            for _ in range(STEPS):
                n = step(n)
            return n

        case = dbos.DBOS.workflow()(work)

        dbos.DBOS.launch()
        start = time.perf_counter()
        for n in range(WORKFLOWS):
            case(n)
        taken = time.perf_counter() - start
        dbos.DBOS.destroy()
    return WORKFLOWS / taken

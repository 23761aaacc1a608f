"""``python -m benchmarks [NAME …] --json``: run benchmarks and print their figures."""

import argparse
import importlib
import json
import pkgutil
from datetime import UTC, datetime

import benchmarks
from benchmarks.measure import machine

NOT_BENCHMARKS = {"__main__", "exchange_dbos", "measure"}


def main() -> None:
    """Run the named benchmarks, or all, and print one JSON object or a table."""
    names = sorted(m.name for m in pkgutil.iter_modules(benchmarks.__path__))
    known = [name for name in names if name not in NOT_BENCHMARKS]
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(known)}")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--cases", type=int, help="how many cases exchange_scale goes up to")
    asked = parser.parse_args()
    if unknown := sorted(set(asked.names) - set(known)):
        parser.error(f"unknown benchmark `{unknown[0]}`; there are: {', '.join(known)}")
    figures = {name: _figures(name, asked.cases) for name in asked.names or known}
    head = {"machine": machine(), "on": datetime.now(UTC).date().isoformat()}
    if asked.json:
        single = figures[asked.names[0]] if len(asked.names) == 1 else figures
        print(json.dumps({**single, **head}, ensure_ascii=False))
        return
    print(f"{head['on']}  {head['machine']}")
    for name, values in figures.items():
        for key, value in values.items():
            print(f"{name:12} {key:24} {value}")


def _figures(name: str, cases: int | None) -> dict[str, object]:
    run = importlib.import_module(f"benchmarks.{name}").run
    found: dict[str, object] = run(cases) if cases and name == "exchange_scale" else run()
    return found


main()

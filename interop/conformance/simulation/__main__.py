"""``python -m interop.conformance.simulation``: tell stories from seeds, name the faults."""

import argparse
import json
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor

from interop.conformance.simulation.story import Plan, Told, tell

CHUNK = 50


def run(seeds: Iterable[int], *, jobs: int, keys: bool = False) -> tuple[int, list[Told]]:
    """Tell a story per seed; return how many were told and those that do not hold."""
    plans = [Plan(seed, keys=keys) for seed in seeds]
    if jobs == 1:
        told = list(map(tell, plans))
    else:
        with ProcessPoolExecutor(jobs) as pool:
            told = list(pool.map(tell, plans, chunksize=CHUNK))
    return len(told), [one for one in told if one.faults]


def main() -> None:
    """Run from the command line; exit code 1 if a story does not hold."""
    parser = argparse.ArgumentParser(prog="python -m interop.conformance.simulation")
    parser.add_argument("--seeds", type=int, default=1_000, help="how many stories")
    parser.add_argument("--first", type=int, default=0, help="first seed")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    parser.add_argument("--keys", action="store_true", help="let regions change their keys")
    asked = parser.parse_args()
    start, seeds = time.perf_counter(), range(asked.first, asked.first + asked.seeds)
    n, faulty = run(seeds, jobs=asked.jobs, keys=asked.keys)
    found = {str(one.plan.seed): list(one.faults) for one in faulty}
    seconds = round(time.perf_counter() - start, 1)
    sys.stdout.write(json.dumps({"seeds": n, "seconds": seconds, "faulty": found}) + "\n")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()

"""Interleaved rounds, medians and ratios: one way to measure for every benchmark."""

import platform
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Timing:
    """Medians over interleaved rounds, in seconds per call, and the rounds themselves."""

    medians: Mapping[str, float]
    rounds: Mapping[str, Sequence[float]] = field(default_factory=dict)

    def ratio(self, above: str, below: str) -> float:
        """Return how many times longer ``above`` takes than ``below``."""
        return self.medians[above] / self.medians[below]

    def paired(self, above: str, below: str) -> float:
        """Return the median of the ratios within each round.

        A slow round makes both slow; the ratio of two medians would take them from two.
        """
        pairs = zip(self.rounds[above], self.rounds[below], strict=True)
        return statistics.median(a / b for a, b in pairs)


def interleave(
    work: Mapping[str, Callable[[], object]], *, rounds: int = 7, repeat: int = 1
) -> Timing:
    """Run every entry once per round, in turn, and return the medians.

    Interleaving lets a slow moment of the machine fall on all entries alike; ratios hold
    where absolute figures do not.
    """
    seconds: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(rounds):
        for name, call in work.items():
            start = time.perf_counter()
            for _ in range(repeat):
                call()
            seconds[name].append((time.perf_counter() - start) / repeat)
    medians = {name: statistics.median(values) for name, values in seconds.items()}
    return Timing(medians, seconds)


def machine() -> str:
    """Return one line that says what the figures were measured on."""
    cores = 0
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        lines = cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines()
        names = [
            line.partition(":")[2].strip() for line in lines if line.startswith("model name")
        ]
        cores, model = len(names), names[0] if names else model
    return f"{model}, {cores} cores, Python {platform.python_version()}, {platform.system()}"

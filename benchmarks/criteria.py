"""Acceptance criteria in one object: explained against peers, proved, compared across engines.

Proofs run in a process of their own, so that their peak of memory is theirs alone: peers that
the other figures load do not count.
"""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from benchmarks import criteria_certlogic, criteria_decide, criteria_prove
from benchmarks.criteria_prove import FULL, Size


def run(size: Size = FULL) -> dict[str, float | None]:
    """Return all figures; None where a peer is absent."""
    figures: dict[str, float | None] = dict(criteria_decide.run())
    figures |= proved(size)
    return figures | criteria_certlogic.run(size.certlogic)


def proved(size: Size) -> dict[str, float]:
    """Return the figures of the proofs, measured in a process that does nothing else."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
        return alone.submit(criteria_prove.run, size).result()

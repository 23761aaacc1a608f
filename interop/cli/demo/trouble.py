"""Trouble for the demonstration: one node is killed in the middle of the story."""

import random
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from interop.cli.demo.children import Child
from interop.cli.demo.troupe import Troupe
from interop.simulator.applicants import PUDONG, SUZHOU

# Seconds that the steps usually take: moments are drawn evenly over the whole story. The last
# step of all, which asks both nodes once more, is none of them: a blow that came late strikes
# as it begins, and is noticed.
USUAL_S: Final[Mapping[str, float]] = {
    "identify": 0.05,
    "check": 0.1,
    "spare": 0.5,
    "receive": 0.05,
    "hand_over": 0.05,
    "handle": 1.0,
    "deliver": 0.2,
}


@dataclass(frozen=True, slots=True)
class Blow:
    """Which node dies when.

    Attributes:
        victim: Region code of the node.
        step: Step of the story in which it dies.
        after_s: Seconds after the step began; when the step is shorter, its end.
    """

    victim: str
    step: str
    after_s: float


def drawn(seed: int) -> Blow:
    """Return the blow that ``seed`` picks; every moment of the story is as likely."""
    chance = random.Random(seed)  # noqa: S311 -- a die for a story, no secret
    victim = chance.choice((SUZHOU, PUDONG))
    moment = chance.uniform(0.0, sum(USUAL_S.values()))
    *early, last = USUAL_S
    for step in early:
        if moment <= USUAL_S[step]:
            return Blow(victim, step, moment)
        moment -= USUAL_S[step]
    return Blow(victim, last, moment)


class _Killer:
    """Kills one process, once: some time after its step began, or as the next begins."""

    def __init__(self, blow: Blow, victim: Child) -> None:
        self._blow, self._victim = blow, victim
        self._striking, self._struck, self._calm = threading.Lock(), False, threading.Event()
        self._thread = threading.Thread(target=self._lurk, name="trouble", daemon=True)

    def began(self, step: str) -> None:
        """Hear that a step began."""
        if step == self._blow.step:
            self._thread.start()
        elif self._thread.ident is not None:
            self._strike()

    def calm(self) -> None:
        """Kill nothing any more."""
        self._calm.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _lurk(self) -> None:
        if not self._calm.wait(self._blow.after_s):
            self._strike()

    def _strike(self) -> None:
        # Whoever comes second goes on only once the victim is dead.
        with self._striking:
            if not self._struck:
                self._struck = True
                self._victim.kill()


@contextmanager
def trouble(troupe: Troupe, seed: int | None) -> Iterator[Callable[[str], None]]:
    """Kill the node that ``seed`` picks while the block runs; None kills none.

    Yields:
        What is to be called with the name of each step as it begins.
    """
    if seed is None:
        yield lambda _step: None
        return
    blow = drawn(seed)
    killer = _Killer(blow, troupe.children[blow.victim])
    try:
        yield killer.began
    finally:
        killer.calm()

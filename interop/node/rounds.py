"""What a node does by itself while it lives: rounds of work, and telling webhooks."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import Final

import structlog
from starlette.concurrency import run_in_threadpool

from interop.errors import InteropError

PAUSE_S: Final = 1.0
AGE_S_MAX: Final = 60.0

log = structlog.get_logger("interop.node")


@dataclass
class Rounds:
    """Rounds of one job, until told to stop; a failing round is logged and tried again.

    Attributes:
        job: One round; runs in a worker thread.
        every_s: Seconds between two rounds.
        name: What the log calls it.
        finished_at: Monotonic second of the last round that succeeded, or of the start.
    """

    job: Callable[[], object]
    every_s: float
    name: str
    finished_at: float = 0.0
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Go round until :meth:`stop`."""
        self._stopping, self.finished_at = asyncio.Event(), monotonic()
        while not self._stopping.is_set():
            pause_s = max(self.every_s, PAUSE_S)
            try:
                await run_in_threadpool(self.job)
                pause_s, self.finished_at = self.every_s, monotonic()
            except InteropError as fault:
                log.warning(f"{self.name}-failed", code=fault.code)
            except Exception:  # whatever it is, deadlines and outboxes of other cases go on
                log.exception(f"{self.name}-crashed")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause_s)

    def stop(self) -> None:
        """End after the round that runs."""
        self._stopping.set()

    def age_s(self) -> float:
        """Return the seconds since a round last succeeded."""
        return monotonic() - self.finished_at

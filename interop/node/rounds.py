"""What a node does by itself while it lives: rounds of work, and telling webhooks."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import Final

import structlog
from starlette.concurrency import run_in_threadpool

from interop.errors import InteropError
from interop.node.doorbell import Doorbell

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
        bell: Wakes it before its time.
        finished_at: Monotonic second of the last round that succeeded, or of the start.
    """

    job: Callable[[], object]
    every_s: float
    name: str
    bell: Doorbell | None = None
    finished_at: float = 0.0
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Go round until :meth:`stop`."""
        self._stopping, self.finished_at = asyncio.Event(), monotonic()
        while not self._stopping.is_set():
            pause_s, rung = max(self.every_s, PAUSE_S), self._next_ring()
            try:
                await run_in_threadpool(self.job)
                pause_s, self.finished_at = self.every_s, monotonic()
            except InteropError as fault:
                log.warning(f"{self.name}-failed", code=fault.code)
                rung = None
            except Exception:  # whatever it is, deadlines and outboxes of other cases go on
                log.exception(f"{self.name}-crashed")
                rung = None
            await self._pause(rung, pause_s)

    def _next_ring(self) -> asyncio.Event | None:
        return None if self.bell is None else self.bell.next

    async def _pause(self, rung: asyncio.Event | None, pause_s: float) -> None:
        waited = [self._stopping.wait(), *([] if rung is None else [rung.wait()])]
        tasks = [asyncio.ensure_future(one) for one in waited]
        try:
            await asyncio.wait(tasks, timeout=pause_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def stop(self) -> None:
        """End after the round that runs."""
        self._stopping.set()

    def age_s(self) -> float:
        """Return the seconds since a round last succeeded."""
        return monotonic() - self.finished_at

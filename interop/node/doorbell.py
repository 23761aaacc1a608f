"""Wake what waits in a node once a commit made work, in this process or another.

One thread listens at the store; any number may wait here. A call may be missed, so whoever
waits looks again after its time-out too.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from typing import Final

import structlog
from starlette.concurrency import run_in_threadpool

# As long as the end of a node may have to wait for the thread that listens.
LISTEN_S: Final = 0.25

log = structlog.get_logger("interop.node")


class Doorbell:
    """A bell that many may hear; used on one event loop only.

    Attributes:
        listening: Whether somebody listens at the store; else everybody polls.
    """

    def __init__(self, wait: Callable[[float], bool]) -> None:
        """Take what returns True once rung, False after so many seconds."""
        self.listening = False
        self._wait, self._rung = wait, asyncio.Event()
        self._stopping = False

    @property
    def next(self) -> asyncio.Event:
        """Return what is set when it rings the next time; take it before looking for work."""
        return self._rung

    async def listen(self) -> None:
        """Pass every ring on until :meth:`stop`."""
        self._stopping, self.listening = False, True
        try:
            while not self._stopping:
                await self._once()
        finally:
            self.listening = False

    async def _once(self) -> None:
        began, rung = monotonic(), False
        try:
            rung = await run_in_threadpool(self._wait, LISTEN_S)
        except Exception:  # whatever it is, those who wait go on polling
            log.exception("doorbell-crashed")
        if rung:
            before, self._rung = self._rung, asyncio.Event()
            before.set()
        elif monotonic() - began < LISTEN_S / 2:
            # Nobody to listen to, such as a store that was closed.
            await asyncio.sleep(LISTEN_S)

    def stop(self) -> None:
        """End after the present wait."""
        self._stopping = True


async def heard(rung: asyncio.Event, timeout_s: float) -> None:
    """Return once ``rung`` is set, or after ``timeout_s``."""
    with suppress(TimeoutError):
        await asyncio.wait_for(rung.wait(), timeout_s)

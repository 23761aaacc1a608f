"""How a process ends: by a signal, or with the standard input of the one that started it."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

STDIN: Final = 0
READ_BYTES: Final = 4096
SIGNALLED: Final = 128
# A clean end takes a few seconds; what outlives this hangs, and the store stands a kill.
END_S_MAX: Final = 15.0


def end_with_input(*, within_s: float = END_S_MAX) -> None:
    """End this process once its standard input ends, as when the one that started it died.

    Call it first: a process that is still loading ends as well.

    Args:
        within_s: Seconds it has for a clean end; then it ends where it stands.
    """

    def watch() -> None:
        while os.read(STDIN, READ_BYTES):
            pass
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(within_s)
        os._exit(SIGNALLED + signal.SIGTERM)

    threading.Thread(target=watch, name="end-with-input", daemon=True).start()


@contextmanager
def ending_on_signals(*, served: bool) -> Iterator[None]:
    """Leave the block by SystemExit when a signal asks this process to end.

    What the block opened is closed on the way; further signals do not disturb that. For a
    server, ``served``, it is the usual end and the exit code is 0; else 128 + the signal.

    Yields:
        Nothing.
    """
    wanted = [
        getattr(signal, name)
        for name in ("SIGINT", "SIGTERM", "SIGHUP")
        if hasattr(signal, name)
    ]

    def end(number: int, _frame: FrameType | None) -> None:
        for one in wanted:
            signal.signal(one, signal.SIG_IGN)
        raise SystemExit(0 if served else SIGNALLED + number)

    before = {one: signal.signal(one, end) for one in wanted}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)

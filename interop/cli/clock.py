"""Clocks of the processes that the command line starts."""

from datetime import UTC, datetime, timedelta

from interop.model.ports import Clock


def shifted(offset_s: float) -> Clock:
    """Return the system's clock moved by ``offset_s`` seconds; it goes on at its own pace.

    Processes that share an offset share a clock, and a restarted one goes on where the
    others are.
    """
    offset = timedelta(seconds=offset_s)
    return lambda: datetime.now(UTC) + offset

"""One breaker per peer: stop knocking at a door that does not open, and try it now and then.

All times are seconds of a monotonic clock: no wall clock decides whether to send.
"""

from dataclasses import dataclass
from typing import Final

from interop.exchange.outbox import Backoff

FAILURES_MAX: Final = 5


@dataclass(slots=True)
class Breaker:
    """What is known of one peer's door, in memory only.

    Attributes:
        failures: Tries in a row that failed, on whatever lane.
        not_before: Second before which nothing is sent.
        probing: Whether one lane is out to try the door.
    """

    failures: int = 0
    not_before: float = 0.0
    probing: bool = False

    @property
    def open(self) -> bool:
        """Return whether the peer counts as down."""
        return self.failures >= FAILURES_MAX

    def admits(self, now: float) -> bool:
        """Return whether a lane may be tried now; an open one lets one lane through."""
        if now < self.not_before or (self.open and self.probing):
            return False
        self.probing = self.open
        return True

    def succeeded(self) -> None:
        """Close it."""
        self.failures, self.not_before, self.probing = 0, 0.0, False

    def failed(self, now: float, *, backoff: Backoff, retry_after_s: float = 0.0) -> None:
        """Count a failure; wait as the peer asks, or with full jitter once it is open.

        Args:
            now: Second of the monotonic clock.
            backoff: Delays.
            retry_after_s: What the peer asked for; 0 if nothing.
        """
        self.failures += 1
        self.probing = False
        wait_s = retry_after_s
        if self.open:
            wait_s = max(
                wait_s, backoff.after(self.failures - FAILURES_MAX + 1).total_seconds()
            )
        self.not_before = max(self.not_before, now + wait_s)

    def idle(self) -> None:
        """Note that the lane let through had nothing to send."""
        self.probing = False

"""A clock that stands still until it is told to go on."""

from datetime import datetime, timedelta


class SteppedClock:
    """Tell one instant until stepped; implements the port ``Clock``."""

    def __init__(self, now: datetime) -> None:
        """Stand at ``now``, aware."""
        self.now = now

    def __call__(self) -> datetime:
        """Return the present instant."""
        return self.now

    def step(self, by: timedelta) -> None:
        """Go on by ``by``."""
        self.now += by

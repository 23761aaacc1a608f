"""How many requests may be in progress at once; used on one event loop only."""

from collections.abc import Iterator
from contextlib import contextmanager


class Places:
    """So many places, one per request.

    Attributes:
        places: How many there are.
    """

    def __init__(self, places: int) -> None:
        """Begin with every place free."""
        self.places = self._free = places

    @contextmanager
    def taken(self) -> Iterator[bool]:
        """Take a place while the block runs.

        Yields:
            Whether there was one.
        """
        if not self._free:
            yield False
            return
        self._free -= 1
        try:
            yield True
        finally:
            self._free += 1

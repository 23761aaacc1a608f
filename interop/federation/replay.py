"""What may be used once: named by issuer and jti, never by the bytes of a token.

An ECDSA signature can be rewritten without the key, so one token has many spellings; its jti
is one. Source: RFC 7519 section 4.1.7; RFC 9449 section 11.1.
"""

import heapq
import threading
from datetime import datetime, timedelta
from typing import Final

from interop.errors import TrustError
from interop.federation.state_reasons import REPLAY_FULL
from interop.model.canonical import canonical_bytes, digest

ENTRIES_MAX: Final = 100_000
WINDOW: Final = timedelta(days=2)


def use_key(issuer: str, token_id: str) -> str:
    """Return the digest that stands for what ``issuer`` named ``token_id``."""
    # As a list: no pair of names can be spelled like another pair.
    return digest(canonical_bytes([issuer, token_id]))


class MemoryReplay:
    """The port ``ReplayStore`` within one process; thread-safe and bounded.

    Entries are forgotten once past their end. The latest end ever forgotten is the horizon:
    nothing that ends by then is a first use again, so a clock that steps back opens nothing.
    """

    def __init__(self, *, entries_max: int = ENTRIES_MAX) -> None:
        """Remember at most ``entries_max`` live entries; none is dropped for a new one."""
        self._entries_max = entries_max
        self._used: set[str] = set()
        self._ends: list[tuple[datetime, str]] = []
        self._horizon: datetime | None = None
        self._lock = threading.Lock()

    def first_use(self, issuer: str, token_id: str, *, until: datetime, now: datetime) -> bool:
        """Return True the first time; see the port.

        Raises:
            TrustError: ``replay-full``.
        """
        key = use_key(issuer, token_id)
        with self._lock:
            self._forget(now)
            if not now < until <= now + WINDOW or self._is_forgotten(until):
                return False
            if key in self._used:
                return False
            if len(self._used) >= self._entries_max:
                raise TrustError(REPLAY_FULL.of(field="jti", expected=self._entries_max))
            self._used.add(key)
            heapq.heappush(self._ends, (until, key))
            return True

    def __len__(self) -> int:
        return len(self._used)

    def __repr__(self) -> str:
        return f"MemoryReplay({len(self._used)})"

    def _is_forgotten(self, until: datetime) -> bool:
        return self._horizon is not None and until <= self._horizon

    def _forget(self, now: datetime) -> None:
        while self._ends and self._ends[0][0] <= now:
            end, key = heapq.heappop(self._ends)
            self._used.discard(key)
            self._horizon = end if self._horizon is None else max(self._horizon, end)

"""What is remembered between chains, and JSON read strictly and fast.

Keys, policies and constraints of superiors are the same for every subordinate, so what they
come to is kept by their bytes. Nothing is kept of a chain that was refused, and no signature
is ever taken as checked.
"""

import threading
from collections.abc import Mapping
from typing import Final, Generic, TypeVar

import msgspec

from interop.errors import ReasonRow, TrustError
from interop.federation.chain_reasons import (
    STATEMENT_DUPLICATE,
    STATEMENT_LARGE,
    STATEMENT_MALFORMED,
)
from interop.model.canonical import DUPLICATE_KEY, JSON_DEPTH_MAX, Json, read_json
from interop.model.reasons import JSON_TOO_LARGE

REMEMBERED_MAX: Final = 512
STATEMENT_BYTES_MAX: Final = 48 * 1024

K = TypeVar("K")
V = TypeVar("V")

# So many digits may be an integer that no double holds; the slow reader decides.
_DIGITS: Final = bytes.maketrans(b"123456789", b"0" * 9)
_LONG: Final = b"0" * 16


def _no_fraction(text: str) -> float:
    raise ValueError(text)


_ENCODE: Final = msgspec.json.Encoder().encode
_DECODE: Final = msgspec.json.Decoder(float_hook=_no_fraction).decode


class Memory(Generic[K, V]):
    """What was found under a name; the oldest tenth goes when it is full. Thread-safe."""

    __slots__ = ("_held", "_lock", "_most", "get")

    def __init__(self, most: int = REMEMBERED_MAX) -> None:
        self._held: dict[K, V] = {}
        self._most, self._lock = most, threading.Lock()
        # Bound once: reading takes no lock.
        self.get = self._held.get

    def keep(self, name: K, value: V) -> None:
        """Remember ``value``."""
        with self._lock:
            self._held[name] = value
            if len(self._held) > self._most:
                for old in list(self._held)[: max(1, self._most // 10)]:
                    del self._held[old]

    def __len__(self) -> int:
        return len(self._held)


def strict_json(data: bytes, field: str) -> Json:
    """Return the JSON in ``data``; no member stands twice, no number is a fraction.

    Raises:
        TrustError: ``statement-malformed``, ``statement-member-twice`` or
            ``statement-too-large``.
    """
    try:
        value: Json = _DECODE(data)
        # INVARIANT: an encoder writes no member twice, so equal bytes held none.
        if (
            _ENCODE(value) == data
            and data.count(b"[") + data.count(b"{") <= JSON_DEPTH_MAX
            and _LONG not in data.translate(_DIGITS)
        ):
            return value
    except (ValueError, RecursionError):
        pass
    return slow_json(data, field)


def fresh_json(value: Mapping[str, object]) -> Json:
    """Return a copy of ``value``, JSON, that shares nothing with it."""
    found: Json = _DECODE(_ENCODE(value))
    return found


def slow_json(data: bytes, field: str) -> Json:
    """Return the JSON in ``data`` as :func:`strict_json`, by the reader of all strict JSON."""
    try:
        return read_json(data, error=TrustError, field=field, bytes_max=STATEMENT_BYTES_MAX)
    except TrustError as fault:
        reason, row = fault.reason, _row_of(fault)
        raise TrustError(
            row.of(field=field, expected=reason.expected, got=reason.got)
        ) from None


def _row_of(fault: TrustError) -> ReasonRow:
    if fault.code == JSON_TOO_LARGE.code:
        return STATEMENT_LARGE
    return STATEMENT_DUPLICATE if fault.reason.got == DUPLICATE_KEY else STATEMENT_MALFORMED

"""Channels between regions as rows; :mod:`interop.exchange` owns their meaning.

:mod:`interop.store.outbox` holds the sending half, :mod:`interop.store.inbox` the receiving
half; their names stand here together.
"""

from interop.store.inbox import DeadLetter, Mark, advance, answered, bury, dead_letters, mark
from interop.store.outbox import (
    BatchRow,
    Outgoing,
    add_batch,
    close_batch,
    closed_batches,
    defer_batch,
    enqueue,
    lanes,
    open_batch,
    sent_head,
    waiting,
)

__all__ = [
    "BatchRow",
    "DeadLetter",
    "Mark",
    "Outgoing",
    "add_batch",
    "advance",
    "answered",
    "bury",
    "close_batch",
    "closed_batches",
    "dead_letters",
    "defer_batch",
    "enqueue",
    "lanes",
    "mark",
    "open_batch",
    "sent_head",
    "waiting",
]

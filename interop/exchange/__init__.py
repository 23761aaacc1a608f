"""Region to region: envelope, batch, channel, outbox, inbox, receipts.

Intent is written before anything is sent; a lane closes only on the peer's signed receipt;
what arrives twice is answered with the same bytes and done once.
"""

from interop.exchange.batch import (
    Batch,
    BatchHeader,
    Correspondent,
    Directory,
    Own,
    Signatory,
    open_batch,
)
from interop.exchange.envelope import Envelope, Message
from interop.exchange.inbox import receive
from interop.exchange.outbox import Backoff, batch_up, close, post, sent_of
from interop.exchange.receipt import Receipt, verify_receipt

__all__ = [
    "Backoff",
    "Batch",
    "BatchHeader",
    "Correspondent",
    "Directory",
    "Envelope",
    "Message",
    "Own",
    "Receipt",
    "Signatory",
    "batch_up",
    "close",
    "open_batch",
    "post",
    "receive",
    "sent_of",
    "verify_receipt",
]

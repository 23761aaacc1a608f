"""Sign anew what lies here signed, once the key that signed it verifies no longer.

Batches and receipts are kept as bytes and leave as they are, however long a peer stays away:
longer, it may be, than the key counts. Until then the bytes stay the same.

INVARIANT: what is said stays the same: numbers, root and checkpoint of a batch, verdicts of a
receipt. So a receiver that holds the batch answers with the receipt that it gave, and the
sender closes it.
"""

from dataclasses import replace
from datetime import datetime
from typing import Final

from interop.crypto.jose import read_header, split
from interop.errors import ExchangeError
from interop.exchange.batch import BatchHeader, Own, header_in, seal_anew, token_in
from interop.exchange.receipt import RECEIPT_BYTES_MAX, Receipt, sign_receipt
from interop.store import audit, inbox, replay
from interop.store.outbox import BatchRow
from interop.store.tx import Tx

BATCH_ANEW: Final = "batch-signed-anew"
RECEIPT_ANEW: Final = "receipt-signed-anew"


def is_over(token: str, *, own: Own) -> bool:
    """Return whether peers no longer believe what we once signed, by our own registry.

    What the present key has signed is left as it is: no other key is better.

    Raises:
        TrustError: It is no signed object.
    """
    kid = read_header(token, bytes_max=RECEIPT_BYTES_MAX).kid
    return kid != own.signer.kid and not own.verifies(kid)


def to_be_sent(tx: Tx, row: BatchRow, *, own: Own, at: datetime) -> BatchRow:
    """Return a stored batch as it is sent now; signed anew, it is stored before it leaves.

    Raises:
        StoreError: The store refuses.
    """
    if not is_over(token_in(row.wire), own=own):
        return row
    header = header_in(row.wire).model_copy(update={"at": at})
    anew = replace(row, wire=seal_anew(row.wire, header, signer=own.signer))
    replay.keep_wire(tx, anew)
    audit.append(tx, kind=BATCH_ANEW, case="", digest=row.root, at=at)
    return anew


def to_be_given(
    tx: Tx, header: BatchHeader, answer: inbox.Answer, *, own: Own, at: datetime
) -> bytes:
    """Return the receipt given for a batch that comes again: the same bytes while they count.

    Raises:
        StoreError: The store refuses.
    """
    token = answer.receipt.decode("ascii")
    if not is_over(token, own=own):
        return answer.receipt
    payload = split(token, bytes_max=RECEIPT_BYTES_MAX).payload
    said = Receipt.from_json(payload, error=ExchangeError, field="receipt")
    anew = sign_receipt(said.model_copy(update={"signed_at": at}), signer=own.signer)
    inbox.keep_receipt(tx, header.sender, header.lane, replace(answer, receipt=anew))
    audit.append(tx, kind=RECEIPT_ANEW, case="", digest=answer.root, at=at)
    return anew

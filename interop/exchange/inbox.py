"""The receiving half of a channel: verify, apply once, answer with a signed receipt.

One high-water mark per channel dedupes for ever. Mark, effects, outbox answer and audit
line commit in the transaction that the caller opened.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from interop.crypto.jwe import Opener
from interop.errors import ExchangeError, InteropError, StoreError
from interop.exchange.batch import BatchHeader, Directory, open_batch
from interop.exchange.envelope import Envelope, Message, disclose
from interop.exchange.reasons import FORK, GAP, STALE_EPOCH
from interop.exchange.receipt import Receipt, Verdict, sign_receipt
from interop.store import audit
from interop.store import inbox as rows
from interop.store.reasons import CASE_KEY_DESTROYED, CASE_KEY_UNKNOWN, SEALED_TOO_LARGE
from interop.store.tx import Tx

# Refusals of the store that are about one case: no retry would end otherwise.
OF_ONE_CASE: Final = frozenset(
    row.code for row in (CASE_KEY_DESTROYED, CASE_KEY_UNKNOWN, SEALED_TOO_LARGE)
)

Apply = Callable[[Tx, Envelope, Message], None]


def receive(tx: Tx, data: bytes, *, directory: Directory, apply: Apply, at: datetime) -> bytes:
    """Apply a batch and return the receipt; a repeated batch gets the stored receipt.

    A message that ``apply`` refuses is undone to its savepoint, kept as a dead letter with
    its reason, and named in the receipt and the audit chain; the lane goes on. Later
    messages of its case are refused in turn, as facts leave no gap.

    Args:
        tx: The open transaction.
        data: The batch as received.
        directory: This gateway and its peers.
        apply: Applies one message; raises InteropError to refuse it.
        at: Now, aware.

    Raises:
        ExchangeError: Bad batch, gap, fork, stale epoch.
        TrustError: Unknown peer or bad signature.
        StoreError: The store refuses as a whole; nothing was applied.
    """
    batch, own = open_batch(data, directory=directory), directory.own
    header = batch.header
    mark = rows.mark(tx, header.sender, header.lane)
    _require_epoch(header, mark)
    known = rows.answered(tx, header.sender, header.lane, first=header.first)
    if known is not None:
        return _repeated(header, known)
    _require_next(header, mark)
    verdicts: list[Verdict] = []
    algorithm = header.root.partition(":")[0]
    for envelope in batch.envelopes:
        code = _refusal(tx, envelope, key=own.decryption, apply=apply)
        if code is not None:
            _bury(tx, envelope, header, code)
            kind, digest = "message-refused", envelope.digest(algorithm=algorithm)
            audit.append(tx, kind=kind, case=envelope.subject, digest=digest, at=at)
            verdicts.append(Verdict(sequence=envelope.sequence, code=code))
    audit.append(tx, kind="batch-received", case="", digest=header.root, at=at)
    head = audit.head(tx)[1]
    receipt = sign_receipt(_receipt(header, tuple(verdicts), head, at), signer=own.signer)
    last = header.first + header.n - 1
    after = rows.Mark(mark.peer, mark.lane, header.epoch, last, header.root)
    rows.advance(tx, after, root=header.root, first=header.first, n=header.n, receipt=receipt)
    return receipt


def _channel(header: BatchHeader) -> str:
    return f"{header.sender}/{header.lane}"


def _require_epoch(header: BatchHeader, mark: rows.Mark) -> None:
    if mark.seq and header.epoch != mark.epoch:
        raise ExchangeError(
            STALE_EPOCH.of(field=_channel(header), expected=mark.epoch, got=header.epoch)
        )


def _repeated(header: BatchHeader, known: tuple[str, int, bytes]) -> bytes:
    root, _, receipt = known
    # The root binds the envelopes, their numbers and their count.
    if root != header.root:
        raise ExchangeError(FORK.of(field=_channel(header), got=header.first))
    return receipt


def _require_next(header: BatchHeader, mark: rows.Mark) -> None:
    following = mark.seq + 1
    if header.first > following:
        raise ExchangeError(
            GAP.of(field=_channel(header), expected=following, got=header.first)
        )
    # Numbers that were received begin another batch, or it follows another one.
    if header.first < following or header.prev_head != mark.head:
        raise ExchangeError(FORK.of(field=_channel(header), got=header.first))


def _refusal(tx: Tx, envelope: Envelope, *, key: Opener, apply: Apply) -> str | None:
    try:
        with tx.savepoint():
            apply(tx, envelope, disclose(envelope, key=key))
    except StoreError as refusal:
        if refusal.code not in OF_ONE_CASE:
            raise
        return refusal.code
    except InteropError as refusal:
        return refusal.code
    return None


def _bury(tx: Tx, envelope: Envelope, header: BatchHeader, code: str) -> None:
    rows.bury(
        tx,
        peer=header.sender,
        lane=header.lane,
        seq=envelope.sequence,
        case=envelope.subject,
        reason_code=code,
        body=envelope.to_bytes(),
    )


def _receipt(
    header: BatchHeader, verdicts: tuple[Verdict, ...], audit_head: str, at: datetime
) -> Receipt:
    return Receipt.model_validate(
        {
            "env": header.env,
            "from": header.to,
            "to": header.sender,
            "lane": header.lane,
            "epoch": header.epoch,
            "through": header.first + header.n - 1,
            "root": header.root,
            "verdicts": verdicts,
            "audit_head": audit_head,
            "at": at,
        }
    )

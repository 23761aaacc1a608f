"""The receiving half of a channel: verify, apply once, answer with a signed receipt.

One high-water mark per channel dedupes for ever. Mark, effects, outbox answer and audit
line commit in the transaction that the caller opened.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from interop.errors import ExchangeError, InteropError, StoreError
from interop.exchange.batch import (
    ENVELOPES_MAX,
    Batch,
    BatchHeader,
    Directory,
    open_batch,
)
from interop.exchange.content import BatchOpener
from interop.exchange.envelope import AGAIN, Envelope, Message, base_id, disclose_whole
from interop.exchange.reasons import (
    BEHIND_DEAD_LETTER,
    FORK,
    GAP,
    MESSAGE_CHANGED,
    STALE_EPOCH,
)
from interop.exchange.receipt import Receipt, Verdict, sign_receipt
from interop.exchange.renewal import to_be_given
from interop.model.day import day_of
from interop.store import audit, vault
from interop.store import inbox as rows
from interop.store.letters import bury, letter_named, renew_letter, stuck_cases
from interop.store.reasons import CASE_KEY_DESTROYED, CASE_KEY_UNKNOWN, SEALED_TOO_LARGE
from interop.store.tx import Tx

# Refusals of the store that are about one case: no retry would end otherwise.
OF_ONE_CASE: Final = frozenset(
    row.code for row in (CASE_KEY_DESTROYED, CASE_KEY_UNKNOWN, SEALED_TOO_LARGE)
)

# Both ends were restored, the sender to before what the receiver no longer holds either.
NUMBERS_LOST: Final = "numbers-lost"

Apply = Callable[[Tx, Envelope, Message], None]
Refused = Callable[[Tx, Envelope, str], None]


def receive(  # noqa: PLR0913 -- the receiver's parts, each by name
    tx: Tx,
    data: bytes,
    *,
    directory: Directory,
    apply: Apply,
    at: datetime,
    refused: Refused | None = None,
    credit: int = ENVELOPES_MAX,
) -> bytes:
    """Apply a batch and return the receipt; a repeated batch gets the stored receipt.

    The stored bytes, unless the key that signed them counts no longer.

    A message that ``apply`` refuses is undone to its savepoint, kept as a dead letter with
    its reason, and named in the receipt and the audit chain; the lane goes on. Later
    messages of its case wait behind it, as dead letters too, until a person settles it.

    Args:
        tx: The open transaction.
        data: The batch as received.
        directory: This gateway and its peers.
        apply: Applies one message; raises InteropError to refuse it.
        at: Now, aware.
        refused: Told of each message that was refused, after it was undone.
        credit: How many envelopes are taken next on this lane.

    Raises:
        ExchangeError: Bad batch, gap, fork, stale epoch.
        TrustError: Unknown peer or bad signature.
        StoreError: The store refuses as a whole; nothing was applied.
    """
    batch, own = open_batch(data, directory=directory), directory.own
    header = batch.header
    known = rows.answered(tx, header.sender, header.lane, first=header.first)
    # The root binds the envelopes, their numbers and their count.
    if known is not None and known.root == header.root:
        return to_be_given(tx, header, known, own=own, at=at)
    mark = rows.mark(tx, header.sender, header.lane)
    _require_epoch(header, mark)
    _require_next(header, mark)
    verdicts = _Intake(tx, batch, BatchOpener(own.decryption), apply, refused, at).take()
    if header.first > mark.seq + 1:
        audit.append(tx, kind=NUMBERS_LOST, case="", digest=header.root, at=at)
    kind = "batch-received" if header.epoch == max(mark.epoch, 1) else "epoch-raised"
    audit.append(tx, kind=kind, case="", digest=header.root, at=at)
    receipt = _receipt(header, verdicts, audit.head(tx), credit, at)
    signed = sign_receipt(receipt, signer=own.signer)
    _advance(tx, batch, signed)
    return signed


def _advance(tx: Tx, batch: Batch, receipt: bytes) -> None:
    header, root = batch.header, batch.header.root
    last = header.first + header.n - 1
    rows.advance(
        tx,
        rows.Mark(header.sender, header.lane, header.epoch, last, root),
        root=root,
        first=header.first,
        follows=header.follows,
        n=header.n,
        receipt=receipt,
        header=batch.token.encode(),
    )


def _channel(header: BatchHeader) -> str:
    return f"{header.sender}/{header.lane}"


def _require_epoch(header: BatchHeader, mark: rows.Mark) -> None:
    if mark.seq and header.epoch < mark.epoch:
        raise ExchangeError(
            STALE_EPOCH.of(field=_channel(header), expected=mark.epoch, got=header.epoch)
        )


def _require_next(header: BatchHeader, mark: rows.Mark) -> None:
    # INVARIANT: in a later epoch too, numbers go on where they stood: none is used twice.
    following = mark.seq + 1
    if header.first > following and header.follows > mark.seq:
        raise ExchangeError(
            GAP.of(field=_channel(header), expected=following, got=header.first)
        )
    # Numbers that were received begin another batch, or it follows another one.
    if header.first < following or header.prev_head != mark.head:
        raise ExchangeError(FORK.of(field=_channel(header), got=header.first))


class _Refused(Exception):
    """Something of a batch was refused: it goes message by message."""


@dataclass(slots=True)
class _Intake:
    """The messages of one batch on their way in."""

    tx: Tx
    batch: Batch
    key: BatchOpener
    apply: Apply
    refused: Refused | None
    at: datetime
    stuck: set[str] = field(default_factory=set)
    known: Mapping[str, bytes | None] = field(default_factory=dict)

    def take(self) -> tuple[Verdict, ...]:
        """Apply every message; return what was refused, in order.

        All at once first, as nearly always nothing is refused; else one by one.
        """
        header = self.batch.header
        among = {envelope.subject for envelope in self.batch.envelopes}
        self.tx.foresee(among)
        self.stuck = set(stuck_cases(self.tx, header.sender, among))
        # Only a later epoch, or a repair, can bring again what came before.
        ids = [
            base_id(envelope.id)
            for envelope in self.batch.envelopes
            if header.epoch > 1 or AGAIN in envelope.id
        ]
        if ids:
            self.known = rows.received_as(self.tx, header.sender, ids)
        if not self.stuck:
            with suppress(_Refused):
                return self._all_at_once()
        return self._one_by_one()

    def _all_at_once(self) -> tuple[Verdict, ...]:
        with self.tx.savepoint():
            found = [self._one(envelope, self._plainly) for envelope in self.batch.envelopes]
            if any(code for _, code in found):
                raise _Refused
            self._keep([digest for digest, _ in found])
        return ()

    def _one_by_one(self) -> tuple[Verdict, ...]:
        verdicts: list[Verdict] = []
        digests: list[bytes | None] = []
        for envelope in self.batch.envelopes:
            digest, code = self._one(envelope, self._apart)
            digests.append(digest)
            if code:
                self.stuck.add(envelope.subject)
                self._bury(envelope, code)
                verdicts.append(Verdict(sequence=envelope.sequence, code=code))
        self._keep(digests)
        return tuple(verdicts)

    def _plainly(self, envelope: Envelope, message: Message) -> str:
        try:
            self.apply(self.tx, envelope, message)
        except StoreError as refusal:
            if refusal.code not in OF_ONE_CASE:
                raise
            raise _Refused from None
        except InteropError:
            raise _Refused from None
        return ""

    def _apart(self, envelope: Envelope, message: Message) -> str:
        return refusal_of(self.tx, envelope, message, self.apply)

    def _keep(self, digests: Sequence[bytes | None]) -> None:
        messages = zip(self.batch.envelopes, digests, strict=True)
        kept = [
            self._row(at, envelope, digest) for at, (envelope, digest) in enumerate(messages)
        ]
        rows.keep_received(self.tx, kept)

    def _one(
        self, envelope: Envelope, apply: Callable[[Envelope, Message], str]
    ) -> tuple[bytes | None, str]:
        name, known = base_id(envelope.id), self.known
        if envelope.subject in self.stuck and name not in known:
            return None, BEHIND_DEAD_LETTER.code
        try:
            message, digest = disclose_whole(envelope, key=self.key)
        except InteropError as refusal:
            return None, refusal.code
        if name in known:
            # Applied before, or kept as a dead letter: not once more.
            if known[name] is None:
                self._renew(envelope, name)
            same = known[name] in {digest, None}
            return (known[name], "") if same else (None, MESSAGE_CHANGED.code)
        code = apply(envelope, message)
        return (None, code) if code else (digest, "")

    def _renew(self, envelope: Envelope, name: str) -> None:
        """Put what can be opened in the place of a dead letter that cannot.

        Such as one that was encrypted to a former key; a person redrives it then.
        """
        letter = letter_named(self.tx, self.batch.header.sender, name)
        if letter is None or letter.body is None or letter.case != envelope.subject:
            return
        held = Envelope.from_json(letter.body, error=ExchangeError, field="envelope")
        try:
            disclose_whole(held, key=self.key)
        except InteropError:
            renew_letter(self.tx, letter, envelope.to_bytes())

    def _row(self, at: int, envelope: Envelope, digest: bytes | None) -> rows.Received:
        header = self.batch.header
        return rows.Received(
            peer=header.sender,
            lane=header.lane,
            seq=envelope.sequence,
            epoch=header.epoch,
            first=header.first,
            envelope_id=base_id(envelope.id),
            case=envelope.subject,
            day=day_of(envelope.time),
            digest=digest,
            leaf=self.batch.leaves[at],
            # Of a dead letter the envelope lies there.
            body=self.batch.bodies[at]
            if digest is not None and self._keyed(envelope)
            else None,
        )

    def _keyed(self, envelope: Envelope) -> bool:
        return vault.holds_key(self.tx, envelope.subject)

    def _bury(self, envelope: Envelope, code: str) -> None:
        header = self.batch.header
        bury(
            self.tx,
            peer=header.sender,
            lane=header.lane,
            seq=envelope.sequence,
            case=envelope.subject,
            reason_code=code,
            body=envelope.to_bytes(),
            at=self.at,
        )
        digest = envelope.digest(algorithm=header.root.partition(":")[0])
        audit.append(
            self.tx, kind="message-refused", case=envelope.subject, digest=digest, at=self.at
        )
        if self.refused is not None:
            self.refused(self.tx, envelope, code)


def refusal_of(tx: Tx, envelope: Envelope, message: Message, apply: Apply) -> str:
    """Apply a message; return the code if it is refused, with nothing of it left behind.

    Raises:
        StoreError: The store refuses as a whole.
    """
    try:
        with tx.savepoint():
            apply(tx, envelope, message)
    except StoreError as refusal:
        if refusal.code not in OF_ONE_CASE:
            raise
        return refusal.code
    except InteropError as refusal:
        return refusal.code
    return ""


def _receipt(  # noqa: PLR0917 -- what a receipt is made of
    header: BatchHeader,
    verdicts: tuple[Verdict, ...],
    head: tuple[int, str],
    credit: int,
    at: datetime,
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
            "audit_n": head[0],
            "audit_head": head[1],
            "seen_n": header.audit_n,
            "seen_head": header.audit_head,
            "credit": credit,
            "at": at,
        }
    )

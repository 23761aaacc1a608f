"""The audit chain as a file that anybody can verify: lines, our checkpoint, peers' signatures.

A gateway could write its own chain anew; it cannot make its peers sign anew. Every batch
tells its receiver where the sender's chain stands, and the receipt cosigns that.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from pydantic import AwareDatetime, Field

from interop.crypto.jose import sign_compact, split
from interop.errors import ExchangeError, InteropError, Reason
from interop.exchange.batch import Own, Signatory
from interop.exchange.reasons import CHAIN_BROKEN, CHAIN_NOT_COSIGNED
from interop.exchange.receipt import RECEIPT_BYTES_MAX, RECEIPT_TYP, Receipt
from interop.model.canonical import ALGORITHMS, Json, canonical_bytes, digest, read_json
from interop.model.ports import Env
from interop.model.record import Record
from interop.store import audit, outbox
from interop.store.tx import ROWS_MAX, Tx

CHECKPOINT_TYP: Final = "yrd-checkpoint+jwt"
CHECKPOINT_CHARS_MAX: Final = 4096
FAULTS_MAX: Final = 100

FindSigner = Callable[[str, datetime], Signatory]


class Checkpoint(Record):
    """Where a chain stood when it was written out.

    Attributes:
        v: Version of this format.
        env: Environment.
        region: Whose chain.
        n: Position of the last line.
        head: Hash of the last line; empty for an empty chain.
        cosigned: How many receipts of peers follow.
        at: When; aware.
    """

    v: int = Field(default=1, ge=1, le=1)
    env: Env
    region: str
    n: int = Field(ge=0)
    head: str
    cosigned: int = Field(ge=0)
    at: AwareDatetime


@dataclass(slots=True)
class ChainReport:
    """What a chain turned out to be.

    Attributes:
        region: Whose chain; empty if no checkpoint could be read.
        lines: How many lines were read.
        cosigned: Highest line that each peer has signed for.
        faults: Where it does not hold; empty if it does.
    """

    region: str = ""
    lines: int = 0
    cosigned: dict[str, int] = field(default_factory=dict)
    faults: list[Reason] = field(default_factory=list)


def write_chain(tx: Tx, *, own: Own, at: datetime) -> Iterator[bytes]:
    """Yield the lines of the file, each ending with a line feed."""
    receipts = tuple(_cosigning(tx))
    n, head = audit.head(tx)
    after = 0
    while lines := audit.lines(tx, after=after, limit=ROWS_MAX):
        for line in lines:
            yield line.to_bytes() + b"\n"
        after = lines[-1].n
    said = Checkpoint(
        env=own.env, region=own.region, n=n, head=head, cosigned=len(receipts), at=at
    )
    yield _spelled("checkpoint", sign_compact(said.to_bytes(), own.signer, typ=CHECKPOINT_TYP))
    for receipt in receipts:
        yield _spelled("receipt", receipt.decode())


def verify_chain(data: Iterator[bytes], *, find: FindSigner) -> ChainReport:
    """Return whether a chain holds, and who cosigned it how far.

    Every line is hashed again and compared with the next; the last with the checkpoint; those
    that peers have seen, with their receipts. A flipped bit anywhere is found.

    Args:
        data: The lines of the file.
        find: Returns a region's gateway as the registry showed it at an instant.
    """
    report, reading = ChainReport(), _Reading()
    for raw in data:
        try:
            _read(raw, report, reading, find)
        except InteropError as fault:
            report.faults.extend(fault.reasons)
        if len(report.faults) >= FAULTS_MAX:
            return report
    if reading.checkpoint is None:
        report.faults.append(CHAIN_BROKEN.of(field="checkpoint", got="none"))
    elif reading.checkpoint.cosigned != reading.receipts:
        expected = reading.checkpoint.cosigned
        report.faults.append(
            CHAIN_BROKEN.of(field="receipts", expected=expected, got=reading.receipts)
        )
    return report


@dataclass(slots=True)
class _Reading:
    hashes: dict[int, bytes] = field(default_factory=dict)
    before: bytes = b""
    checkpoint: Checkpoint | None = None
    receipts: int = 0


def _read(raw: bytes, report: ChainReport, reading: _Reading, find: FindSigner) -> None:
    place = f"line {report.lines + 1}"
    value = read_json(raw, error=ExchangeError, field=place)
    if raw != canonical_bytes(value) + b"\n" or not isinstance(value, dict):
        raise ExchangeError(CHAIN_BROKEN.of(field=place, got="another spelling"))
    if "checkpoint" in value:
        _take_checkpoint(str(value["checkpoint"]), report, reading, find)
    elif "receipt" in value:
        reading.receipts += 1
        _take_receipt(str(value["receipt"]), report, reading, find)
    else:
        _take_line(raw[:-1], value, report, reading)


def _take_line(
    raw: bytes, value: dict[str, Json], report: ChainReport, reading: _Reading
) -> None:
    report.lines += 1
    place = f"line {report.lines}"
    prev = str(value.get("prev", ""))
    by = prev.partition(":")[0]
    if reading.checkpoint is not None or value.get("n") != report.lines:
        raise ExchangeError(CHAIN_BROKEN.of(field=place, expected=report.lines))
    if (by not in ALGORITHMS) if report.lines > 1 else prev:
        raise ExchangeError(CHAIN_BROKEN.of(field=place, got="prev"))
    if report.lines > 1 and digest(reading.before, algorithm=by) != prev:
        report.faults.append(CHAIN_BROKEN.of(field=place, got="prev"))
    reading.hashes[report.lines] = raw
    reading.before = raw


def _hash_at(reading: _Reading, n: int, like: str) -> str:
    by = like.partition(":")[0]
    if n == 0 or by not in ALGORITHMS or n not in reading.hashes:
        return ""
    return digest(reading.hashes[n], algorithm=by)


def _take_checkpoint(
    token: str, report: ChainReport, reading: _Reading, find: FindSigner
) -> None:
    if reading.checkpoint is not None:
        raise ExchangeError(CHAIN_BROKEN.of(field="checkpoint", got="a second one"))
    claimed = _checkpoint(split(token, bytes_max=CHECKPOINT_CHARS_MAX).payload)
    own = find(claimed.region, claimed.at)
    said = _checkpoint(own.verify(token, typ=CHECKPOINT_TYP, chars_max=CHECKPOINT_CHARS_MAX))
    report.region, reading.checkpoint = said.region, said
    if (said.n, said.head) != (report.lines, _hash_at(reading, said.n, said.head)):
        report.faults.append(CHAIN_BROKEN.of(field="checkpoint", expected=said.n))


def _take_receipt(token: str, report: ChainReport, reading: _Reading, find: FindSigner) -> None:
    claimed = _receipt(split(token, bytes_max=RECEIPT_BYTES_MAX).payload)
    peer = find(claimed.sender, claimed.signed)
    said = _receipt(peer.verify(token, typ=RECEIPT_TYP, chars_max=RECEIPT_BYTES_MAX))
    seen = (said.to, said.seen_head)
    if seen != (report.region, _hash_at(reading, said.seen_n, said.seen_head)):
        got = f"{said.sender}@{said.seen_n}"
        report.faults.append(CHAIN_NOT_COSIGNED.of(field="receipt", got=got))
        return
    highest = max(report.cosigned.get(said.sender, 0), said.seen_n)
    report.cosigned[said.sender] = highest


def _cosigning(tx: Tx) -> Iterator[bytes]:
    """Yield the last receipt of each lane that cosigns a line of ours."""
    for row in outbox.last_receipts(tx):
        said = _receipt(split(_text(row.receipt), bytes_max=RECEIPT_BYTES_MAX).payload)
        if said.seen_n and row.receipt is not None:
            yield row.receipt


def _text(receipt: bytes | None) -> str:
    return (receipt or b"").decode("ascii", "replace")


def _receipt(payload: bytes) -> Receipt:
    return Receipt.from_json(payload, error=ExchangeError, field="receipt")


def _checkpoint(payload: bytes) -> Checkpoint:
    return Checkpoint.from_json(payload, error=ExchangeError, field="checkpoint")


def _spelled(name: str, token: str) -> bytes:
    return canonical_bytes({name: token}) + b"\n"

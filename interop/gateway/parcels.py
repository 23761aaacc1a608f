"""Carry batches, receipts, marks and contents as files, through whatever gap lies between.

A file is what would have gone over the line, byte for byte: signed, so it matters neither who
carries it nor in which order or how often it comes. Each is written beside its place and then
moved there, so half a file is never taken for a whole one.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import structlog

from interop.crypto.jose import split
from interop.errors import ExchangeError, InteropError, KnowledgeError, TrustError
from interop.exchange import Correspondent, Own, Receipt, close
from interop.exchange.batch import BATCH_BYTES_MAX, same_envelopes
from interop.exchange.mark import verify_mark
from interop.exchange.outbox import in_flight
from interop.exchange.pieces import PIECE_BYTES_MAX, signed_line
from interop.exchange.reasons import NOTHING_OPEN, RECEIPT_MISMATCH
from interop.exchange.receipt import RECEIPT_BYTES_MAX, RECEIPT_TYP
from interop.exchange.recovery import align, require_no_fork
from interop.exchange.renewal import is_over
from interop.gateway.folder import NAME_CHARS, read, replace, short, write
from interop.gateway.intake import stated_mark, take_batch
from interop.gateway.pump import OUT_OF_STEP, tell_refused
from interop.gateway.station import Station, Waiting
from interop.store import outbox, replay
from interop.store.tx import Tx

FILES_MAX: Final = 10_000

log = structlog.get_logger("interop.gateway")


@dataclass(slots=True)
class Carried:
    """What an import did.

    Attributes:
        batches: Batches taken, whether for the first time or again.
        receipts: Receipts that closed a batch, or had before.
        marks: Lanes brought in step with what the peer holds.
        pieces: Pieces of contents taken, whether for the first time or again.
        early: Pieces that wait for what lies before them; import them again after that.
        refused: Name of each file that was refused, with the code.
    """

    batches: int = 0
    receipts: int = 0
    marks: int = 0
    pieces: int = 0
    early: int = 0
    refused: dict[str, str] = field(default_factory=dict)


def export(station: Station, folder: Path, *, case: str = "") -> tuple[Path, ...]:
    """Write every batch that awaits its receipt, and every piece that a peer lacks.

    Writing the same again changes nothing; a piece that was torn is replaced, and whatever
    was signed by a key that counts no longer. A lane under a fork alarm, or to a peer that is
    not known any more, is passed over and told in the log.

    Args:
        station: This end.
        folder: Where to.
        case: Every piece of this case instead of those that are lacking.

    Returns:
        The files that are for somebody, whether written now or before.
    """
    folder.mkdir(parents=True, exist_ok=True)
    own = station.directory.own
    rows: list[outbox.BatchRow] = []
    with station.store.transaction() as tx:
        for region, lane in outbox.lanes(tx):
            try:
                rows += _outgoing(station, tx, region, lane)
            except (ExchangeError, TrustError, KnowledgeError) as fault:
                log.warning("lane-not-exported", peer=region, lane=lane, code=fault.code)
    # INVARIANT: kept before it leaves; what was not committed is in no file.
    batches = [_write_batch(folder, own.region, row) for row in rows]
    return (*batches, *_pieces(station, folder, case))


def _write_batch(folder: Path, own: str, row: outbox.BatchRow) -> Path:
    file = write(folder / _batch_name(own, row), row.wire)
    for other in folder.glob(f"{file.name.rpartition('.')[0]}.*"):
        if other != file and _holds(other, row.wire):
            other.unlink(missing_ok=True)
    return file


def _holds(file: Path, wire: bytes) -> bool:
    """Return whether a file is a batch under a former signature; anything else is not ours."""
    try:
        return same_envelopes(read(file, BATCH_BYTES_MAX), wire)
    except (InteropError, OSError):
        return False


def _pieces(station: Station, folder: Path, case: str) -> Iterator[Path]:
    own = station.directory.own
    lying: dict[str, list[Path]] = {}
    for there in folder.glob(f"piece.from-{own.region}.*"):
        lying.setdefault(there.name.rpartition(".")[0], []).append(there)
    for one in station.waiting(case):
        # Each encryption gives other bytes: the place names the piece, the digest its file.
        place = f"{one.name[:NAME_CHARS]}-{one.first:012d}"
        stem = f"piece.from-{own.region}.to-{one.peer}.{place}"
        found = next((there for there in lying.get(stem, ()) if _counts(there, own)), None)
        file = found or _written(folder, stem, one)
        if file is None:
            continue
        for torn in lying.get(stem, ()):
            if torn != file:
                torn.unlink(missing_ok=True)
        yield file


def _written(folder: Path, stem: str, one: Waiting) -> Path | None:
    try:
        wire = one.wire()
    except InteropError as fault:
        # One content that cannot be read keeps back no other.
        log.warning("piece-not-written", file=stem, code=fault.code)
        return None
    return replace(folder / f"{stem}.{short(wire)}", wire)


def _counts(file: Path, own: Own) -> bool:
    """Return whether a piece is as it was written, by a key that still counts."""
    try:
        data = read(file, PIECE_BYTES_MAX)
        whole = short(data) == file.name.rpartition(".")[2]
        return whole and not is_over(signed_line(data), own=own)
    except InteropError:
        return False


def _outgoing(station: Station, tx: Tx, region: str, lane: int) -> tuple[outbox.BatchRow, ...]:
    require_no_fork(tx, region, lane)
    peer = station.directory.find(region)
    return in_flight(tx, lane=lane, own=station.directory.own, peer=peer, at=station.clock())


def import_(station: Station, folder: Path) -> Carried:
    """Take in every file of a folder that is for this gateway; write the answers beside them.

    In any order and as often as you like. What is refused stays where it lies.
    """
    done, own = Carried(), station.directory.own.region
    # Pieces last: their case may come with a batch of the same folder.
    for kind in ("mark", "receipt", "batch", "piece"):
        for file in sorted(folder.glob(f"{kind}.*.to-{own}.*"))[:FILES_MAX]:
            try:
                _take(station, file, done)
            except InteropError as fault:
                log.warning("file-refused", file=file.name, code=fault.code)
                done.refused[file.name] = fault.code
    return done


def _take(station: Station, file: Path, done: Carried) -> None:
    kind, sender, _, lane, *_ = file.name.split(".")
    if kind == "piece":
        brought = station.take_piece(read(file, PIECE_BYTES_MAX))
        if brought.held < brought.end:
            done.early += 1
        else:
            done.pieces += 1
        return
    data = read(file, BATCH_BYTES_MAX)
    peer = station.directory.find(sender.removeprefix("from-"))
    number = int(lane.partition("-")[0]) if lane.partition("-")[0].isdecimal() else 0
    if kind == "batch":
        _take_batch(station, peer, number, data, file.parent)
        done.batches += 1
        return
    with station.store.transaction() as tx:
        if kind == "receipt":
            _take_receipt(station, tx, peer, number, data)
            done.receipts += 1
        else:
            said = verify_mark(data, own=station.directory.own, peer=peer)
            align(tx, said, ours=station.directory.ours(), at=station.clock())
            done.marks += 1


def _take_batch(  # noqa: PLR0917 -- what came, from whom, and where the answer goes
    station: Station, peer: Correspondent, lane: int, data: bytes, folder: Path
) -> None:
    own = station.directory.own.region
    try:
        answer = take_batch(station, data)
    except ExchangeError as refusal:
        if refusal.code not in OUT_OF_STEP:
            raise
        # One per lane, the latest: an old batch that comes again brings no second one.
        mark = folder / f"mark.from-{own}.to-{peer.region}.{lane}"
        replace(mark, stated_mark(station, peer.region, lane))
        return
    write(folder / _name("receipt", own, peer.region, f"{lane}", answer), answer)


def _take_receipt(  # noqa: PLR0917 -- what came, from whom, on which lane
    station: Station, tx: Tx, peer: Correspondent, lane: int, data: bytes
) -> None:
    """Close the batch that a receipt is for; one that closed its batch before is no news."""
    own = station.directory.own
    for row in outbox.open_batches(tx, peer.region, lane, limit=FILES_MAX):
        try:
            told = close(tx, row, data, own=own, peer=peer)
        except ExchangeError as refusal:
            if refusal.code != RECEIPT_MISMATCH.code:
                raise
            continue
        tell_refused(station, tx, row, told)
        return
    if not _is_news_no_more(tx, peer, lane, data):
        raise ExchangeError(NOTHING_OPEN.of(field=f"{peer.region}/{lane}"))


def _is_news_no_more(tx: Tx, peer: Correspondent, lane: int, data: bytes) -> bool:
    """Return whether a receipt is the one its batch is closed on, or that signed anew."""
    token = data.decode("ascii", "replace")
    payload = split(token, bytes_max=RECEIPT_BYTES_MAX).payload
    said = Receipt.from_json(payload, error=ExchangeError, field="receipt")
    held = replay.closed_on(tx, peer.region, lane, epoch=said.epoch, through=said.through)
    if held is None or held[1] == data:
        return held is not None
    peer.verify(token, typ=RECEIPT_TYP, chars_max=RECEIPT_BYTES_MAX)
    return held[0] == said.root


def _batch_name(own: str, row: outbox.BatchRow) -> str:
    return _name("batch", own, row.peer, f"{row.lane}-{row.epoch}-{row.first:012d}", row.wire)


def _name(kind: str, sender: str, to: str, place: str, data: bytes) -> str:  # noqa: PLR0917 -- the parts of a name in their order
    return f"{kind}.from-{sender}.to-{to}.{place}.{short(data)}"

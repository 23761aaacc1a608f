"""A window to which nobody opens a connection, and what became of its contents."""

from pathlib import Path

from interop.exchange.pieces import Piece, seal_piece
from interop.gateway.sending import SEND
from interop.gateway.station import Station
from interop.simulator.applicants import PUDONG, SUZHOU
from interop.store import materials, tasks
from tests.gateway.delta import Delta
from tests.gateway.test_materials import (
    FILES,
    read,
    uploaded,
)

# One for each content, and the long one takes two.
PIECES = len(FILES) + 1
SITE = FILES["site-right"]


def left(delta: Delta) -> str:
    """Let a case with contents leave a window to which nobody opens a connection."""
    delta.open(PUDONG, acceptance=False)
    delta.lines[SUZHOU].cut = True
    number = uploaded(delta)
    delta.suzhou.hand_over(number)
    return number


def silent(delta: Delta) -> None:
    for line in delta.lines.values():
        line.cut = True


def stations(delta: Delta) -> tuple[Station, Station]:
    return delta.suzhou.station, delta.pudong.station


def pieces_in(folder: Path) -> list[Path]:
    return sorted(folder.glob("piece.*"))


def held(delta: Delta, number: str) -> dict[str, tuple[int, bool]]:
    with delta.desk(PUDONG).sit() as at:
        return {m.told.code: (m.held, m.complete) for m in materials.listed(at.tx, number)}


def send_task(delta: Delta, number: str) -> tasks.Task | None:
    with delta.desk(SUZHOU).sit() as at:
        return tasks.open_task(at.tx, kind=SEND, case=number)


def all_there(delta: Delta, number: str) -> bool:
    return all(read(delta, PUDONG, number, code) == data for code, data in FILES.items())


def flipped(data: bytes) -> bytes:
    return data[:-9] + bytes([data[-9] ^ 1]) + data[-8:]


def sealed(delta: Delta, of: Piece, by: str = SUZHOU) -> bytes:
    desk = delta.desk(by)
    return seal_piece(of, own=desk.directory.own, peer=desk.directory.find(PUDONG))

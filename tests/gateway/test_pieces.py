"""Contents where the organ cannot fetch them: carried as files, or sent by the window."""

import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

import pytest

from interop.errors import CaseError, ExchangeError
from interop.exchange.pieces import PIECE_BYTES_MAX, Piece, seal_piece
from interop.gateway import parcels
from interop.gateway.dossier import open_dossier
from interop.gateway.intake import pull
from interop.gateway.sending import AGAIN, SEND, SEND_AFTER, send, take_held
from interop.gateway.station import Brought, Station
from interop.model.case import HeldContent, SubmittedMaterial
from interop.simulator.applicants import PUDONG, SUZHOU
from interop.store import materials, tasks
from interop.store.materials import CHUNK_BYTES
from tests.gateway.delta import Delta
from tests.gateway.test_materials import (
    FILES,
    Killed,
    fetch_task,
    filing,
    read,
    told,
    uploaded,
    withdraw,
)

NIGHTLY = pytest.mark.nightly
# One for each content, and the long one takes two.
PIECES = len(FILES) + 1


def silent(delta: Delta) -> None:
    for line in delta.lines.values():
        line.cut = True


@pytest.fixture
def number(delta: Delta) -> str:
    """A case with contents that has left a window to which nobody opens a connection."""
    delta.open(PUDONG, acceptance=False)
    delta.lines[SUZHOU].cut = True
    number = uploaded(delta)
    delta.suzhou.hand_over(number)
    return number


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


@pytest.mark.requirement("YRD-CASE-013")
def test_contents_cross_as_files_and_the_case_is_accepted(
    delta: Delta, number: str, tmp_path: Path
) -> None:
    silent(delta)
    here, there = stations(delta)
    gap = tmp_path / "gap"
    files = parcels.export(here, gap)
    assert len(files) == 1 + PIECES
    assert parcels.export(here, gap) == files, "what lies there whole is not written again"
    names = "".join(file.name for file in files)
    assert not any(text in names for text in (number, *FILES))
    for file in files:
        data = file.read_bytes()
        assert len(data) <= PIECE_BYTES_MAX
        assert b"simulated" not in data
    done = parcels.import_(there, gap)
    assert (done.batches, done.pieces, done.early, done.refused) == (1, PIECES, 0, {})
    assert all_there(delta, number)
    assert delta.pudong.accept(number).state == "accepted"
    kinds = delta.audited(PUDONG, number)
    assert kinds.count("material-held") == len(FILES)
    parcels.export(there, gap)
    done = parcels.import_(here, gap)
    assert (done.batches, done.refused) == (1, {})
    assert send_task(delta, number) is None
    parcels.import_(there, gap)
    assert parcels.export(here, tmp_path / "empty") == (), "nothing is written for ever"
    assert delta.suzhou.trace(number).case == delta.pudong.trace(number).case
    delta.clock.pass_(seconds=61)
    delta.pudong.work()
    assert fetch_task(delta, number) is None, "what was brought is not fetched"


@dataclass
class Dying:
    """An organ that is killed before it takes its next piece but so many."""

    station: Station
    pieces: int

    def take_piece(self, data: bytes) -> Brought:
        self.pieces -= 1
        if self.pieces < 0:
            raise Killed
        return self.station.take_piece(data)


def imported(delta: Delta, folder: Path, *, dying: int) -> None:
    station = delta.pudong.station
    try:
        parcels.import_(replace(station, take_piece=Dying(station, dying).take_piece), folder)
    except Killed:
        delta.open(PUDONG, acceptance=False)


@pytest.mark.parametrize("seed", [1, *(pytest.param(n, marks=NIGHTLY) for n in range(2, 12))])
def test_in_any_order_in_any_folders_and_interrupted_nothing_is_lost(
    delta: Delta, number: str, tmp_path: Path, seed: int
) -> None:
    silent(delta)
    chance = random.Random(seed)  # noqa: S311 -- an order, no secret
    folders = [tmp_path / f"stick-{n}" for n in range(3)]
    for folder in folders:
        folder.mkdir()
    for file in parcels.export(delta.suzhou.station, tmp_path / "gap"):
        for folder in chance.sample(folders, chance.randint(1, 2)):
            shutil.copy(file, folder)
    seen: dict[str, tuple[int, bool]] = {}
    for _ in range(10):
        imported(delta, chance.choice(folders), dying=chance.randint(0, 3))
        now = held(delta, number)
        assert all(now[code] >= was for code, was in seen.items()), "nothing goes back"
        assert all(size % CHUNK_BYTES == 0 or whole for size, whole in now.values())
        seen = now
    # Hand-over, what comes first, what comes after it: each may lie in a later folder.
    for folder in folders * 3:
        parcels.import_(delta.pudong.station, folder)
    assert all_there(delta, number)
    assert delta.pudong.accept(number).state == "accepted"


@NIGHTLY
def test_a_piece_that_comes_too_early_waits_in_its_file(
    delta: Delta, number: str, tmp_path: Path
) -> None:
    silent(delta)
    here, there = stations(delta)
    first, second = tmp_path / "first", tmp_path / "second"
    parcels.export(here, first)
    second.mkdir()
    (later,) = [f for f in pieces_in(first) if "-000000000000." not in f.name]
    later.rename(second / later.name)
    # Before its case: nobody here waits for it.
    assert parcels.import_(there, second).refused == {later.name: "material-foreign"}
    assert parcels.import_(there, first).pieces == PIECES - 1
    with pytest.raises(CaseError, match="material-pending"):
        delta.pudong.accept(number)
    done = parcels.import_(there, second)
    assert (done.pieces, done.early, done.refused) == (1, 0, {})
    assert all_there(delta, number)


def test_before_what_lies_before_it_a_piece_is_early(
    delta: Delta, number: str, tmp_path: Path
) -> None:
    silent(delta)
    here, there = stations(delta)
    gap = tmp_path / "gap"
    parcels.export(here, gap)
    for file in pieces_in(gap):
        if "-000000000000." in file.name:
            file.rename(tmp_path / file.name)
    done = parcels.import_(there, gap)
    assert (done.batches, done.pieces, done.early, done.refused) == (1, 0, 1, {})
    assert {size for size, _ in held(delta, number).values()} == {0}


def flipped(data: bytes) -> bytes:
    return data[:-9] + bytes([data[-9] ^ 1]) + data[-8:]


@pytest.mark.parametrize(
    "harm",
    [
        lambda data: data[: len(data) // 2],
        *(
            pytest.param(harm, marks=NIGHTLY)
            for harm in (flipped, lambda _data: b"", lambda data: data + b"A")
        ),
    ],
    ids=["torn", "altered", "empty", "longer"],
)
def test_a_harmed_file_is_refused_by_name_and_written_anew(
    delta: Delta, number: str, tmp_path: Path, harm: Callable[[bytes], bytes]
) -> None:
    silent(delta)
    here, there = stations(delta)
    gap = tmp_path / "gap"
    parcels.export(here, gap)
    harmed = pieces_in(gap)[0]
    harmed.write_bytes(harm(harmed.read_bytes()))
    done = parcels.import_(there, gap)
    assert set(done.refused) == {harmed.name}
    whole = {code for code, (_, complete) in held(delta, number).items() if complete}
    assert len(whole) < len(FILES)
    with pytest.raises(CaseError, match="material-pending"):
        delta.pudong.accept(number)
    parcels.export(here, gap)
    assert set(parcels.import_(there, gap).refused) == {harmed.name}
    assert all_there(delta, number)


def sealed(delta: Delta, of: Piece, by: str = SUZHOU) -> bytes:
    desk = delta.desk(by)
    return seal_piece(of, own=desk.directory.own, peer=desk.directory.find(PUDONG))


SITE = FILES["site-right"]


@pytest.mark.parametrize(
    ("forge", "code"),
    [
        (lambda n: Piece(n, told("site-right", b"other"), 0, b"other"), "material-foreign"),
        (lambda n: Piece(n, told("site-right", SITE), 0, flipped(SITE)), "material-digest"),
        *(
            pytest.param(forge, code, marks=NIGHTLY)
            for forge, code in (
                (lambda n: Piece(n, told("form", SITE), 0, SITE), "foreign"),
                (lambda _: Piece("case-2", told("site-right", SITE), 0, SITE), "foreign"),
                (
                    lambda n: Piece(n, told("site-right", SITE, "image/png"), 0, SITE),
                    "foreign",
                ),
                (
                    lambda n: Piece(n, told("site-right", SITE), 0, b"x" * len(SITE)),
                    "disguised",
                ),
            )
        ),
    ],
    ids=["digest", "bytes", "code", "case", "type", "disguised"],
)
def test_what_the_window_did_not_hand_over_is_refused_and_leaves_nothing(
    delta: Delta, number: str, forge: Callable[[str], Piece], code: str
) -> None:
    delta.suzhou.work()
    there = delta.pudong.station
    with pytest.raises((CaseError, ExchangeError), match=code):
        there.take_piece(sealed(delta, forge(number)))
    assert not any(size for size, _ in held(delta, number).values())
    good = sealed(delta, Piece(number, told("site-right", SITE), 0, SITE))
    for _again in range(2):
        assert there.take_piece(good).held == len(SITE)


@NIGHTLY
def test_only_the_window_of_a_case_brings_its_contents(delta: Delta, number: str) -> None:
    delta.suzhou.work()
    good = Piece(number, told("site-right", SITE), 0, SITE)
    with pytest.raises(CaseError, match="material-foreign"):
        delta.pudong.station.take_piece(sealed(delta, good, by=PUDONG))
    # And of a case whose papers travel by themselves it takes none either.
    paper = delta.handed_over(delta.filing(reference="HOST-2"))
    with pytest.raises(CaseError, match="material-foreign"):
        delta.pudong.station.take_piece(sealed(delta, replace(good, case=paper)))
    assert held(delta, paper) == {}
    assert not any(size for size, _ in held(delta, number).values())


def test_a_window_that_alone_opens_connections_sends_what_cannot_be_fetched(
    delta: Delta, number: str
) -> None:
    delta.work(3)
    line = delta.lines[PUDONG]
    assert line.sent == [], "the organ is given time to fetch"
    delta.clock.pass_(seconds=SEND_AFTER.total_seconds())
    delta.work(3)
    assert len(line.sent) == PIECES
    assert max(line.sent) <= PIECE_BYTES_MAX
    assert all_there(delta, number)
    assert send_task(delta, number) is not None, "nobody has said that it arrived"
    assert pull(delta.suzhou.station, PUDONG) > 0
    assert send_task(delta, number) is None
    assert delta.pudong.accept(number).state == "accepted"
    delta.clock.pass_(seconds=AGAIN.total_seconds())
    delta.work(2)
    assert len(line.sent) == PIECES, "nothing is sent twice"


def test_what_the_organ_fetches_is_never_sent(delta: Delta) -> None:
    number = uploaded(delta)
    delta.suzhou.hand_over(number)
    delta.work(4)
    assert send_task(delta, number) is None
    assert delta.lines[PUDONG].sent == []


def test_sending_goes_on_where_the_organ_is_after_a_crash_of_either(
    delta: Delta, number: str
) -> None:
    delta.suzhou.work()
    delta.clock.pass_(seconds=SEND_AFTER.total_seconds())
    line, pieces = delta.lines[PUDONG], count()

    def kill(data: bytes) -> bytes:
        if next(pieces) == 2:
            raise Killed
        return data

    line.bend = kill
    with pytest.raises(Killed):
        delta.suzhou.work()
    delta.open(SUZHOU)
    delta.open(PUDONG, acceptance=False)
    delta.clock.pass_(seconds=5)
    delta.suzhou.work()
    assert all_there(delta, number)


@NIGHTLY
def test_an_organ_that_lost_what_it_held_is_sent_it_again(delta: Delta, number: str) -> None:
    delta.suzhou.work()
    delta.clock.pass_(seconds=SEND_AFTER.total_seconds())
    line = delta.lines[PUDONG]

    def lose(data: bytes) -> bytes:
        # With its second piece the organ begins anew, as after a digest that was wrong.
        with delta.desk(PUDONG).sit() as at:
            for one in materials.listed(at.tx, number):
                if one.held and not one.complete:
                    materials.drop(at.tx, one, at=delta.clock())
                    line.bend = lambda same: same
        return data

    line.bend = lose
    delta.suzhou.work()
    task = send_task(delta, number)
    assert task is not None
    assert task.reason_code == "material-stalled"
    delta.clock.pass_(seconds=61)
    delta.work(2)
    assert all_there(delta, number)


@NIGHTLY
def test_a_round_of_sending_that_takes_long_gives_way(delta: Delta, number: str) -> None:
    delta.suzhou.work()
    line, ticks = delta.lines[PUDONG], count()
    rounds = 0
    while (task := send_task(delta, number)) is not None:
        # Each look at this clock takes a second: few pieces, and the round is over.
        rounds += send(delta.desk(SUZHOU), task, monotonic=lambda: float(next(ticks))) is False
        delta.pudong.work()
        pull(delta.suzhou.station, PUDONG)
        assert rounds < 10
    assert rounds > 1
    assert len(line.sent) == PIECES
    assert all_there(delta, number)


@NIGHTLY
def test_a_peer_that_takes_no_pieces_is_told_of_and_loses_no_batch(
    delta: Delta, number: str
) -> None:
    class Bare:
        """A line for batches alone."""

        def __init__(self, region: str) -> None:
            line = delta.lines[region]
            self.send, self.ask, self.knowledge = line.send, line.ask, line.knowledge

    desk = delta.desk(SUZHOU)
    object.__setattr__(desk, "outside", replace(desk.outside, peer=Bare))
    delta.clock.pass_(seconds=SEND_AFTER.total_seconds())
    for _ in range(6):
        delta.suzhou.work()
        delta.clock.pass_(seconds=61)
    task = send_task(delta, number)
    assert task is not None
    assert task.reason_code == "material-carrier"
    assert not desk.memory.breaker(PUDONG).open


@NIGHTLY
def test_a_peer_that_is_down_is_left_alone_for_a_while(delta: Delta, number: str) -> None:
    delta.lines[PUDONG].cut = True
    delta.clock.pass_(seconds=SEND_AFTER.total_seconds())
    for _ in range(8):
        delta.suzhou.work()
        delta.clock.pass_(seconds=61)
    assert delta.desk(SUZHOU).memory.breaker(PUDONG).open
    delta.lines[PUDONG].cut = False
    delta.calm()
    delta.clock.pass_(seconds=61)
    delta.work(4)
    delta.clock.pass_(seconds=61)
    delta.work(4)
    assert all_there(delta, number)


def test_of_a_case_that_was_withdrawn_nothing_is_exported_or_sent(
    delta: Delta, number: str, tmp_path: Path
) -> None:
    delta.suzhou.work()
    withdraw(delta, SUZHOU, number)
    assert parcels.export(delta.suzhou.station, tmp_path) == ()
    delta.clock.pass_(seconds=SEND_AFTER.total_seconds())
    delta.suzhou.work()
    assert send_task(delta, number) is None
    assert delta.lines[PUDONG].sent == []
    withdraw(delta, PUDONG, number)
    good = sealed(delta, Piece(number, told("site-right", SITE), 0, SITE))
    with pytest.raises(CaseError, match="material-closed"):
        delta.pudong.station.take_piece(good)


def test_a_word_that_does_not_fit_what_was_handed_over_closes_nothing(
    delta: Delta, number: str
) -> None:
    right = told("site-right", SITE)
    wrong = [
        (told("site-right", b"other"), PUDONG),
        (told("form", SITE), PUDONG),
        (right, SUZHOU),
    ]
    for said, source in wrong:
        assert not heard(delta, number, said, source)
    for code, data in FILES.items():
        for _again in range(2):
            assert heard(delta, number, told(code, data), PUDONG)
    assert send_task(delta, number) is None
    assert delta.audited(SUZHOU, number).count("content-held-refused") == len(wrong)


def heard(delta: Delta, number: str, said: SubmittedMaterial, source: str) -> bool:
    word = HeldContent(case=number, code=said.code, content_digest=said.content_digest)
    with delta.desk(SUZHOU).sit() as at:
        return take_held(at, open_dossier(at, number), word, source=source)


@NIGHTLY
def test_one_content_under_two_codes_is_acknowledged_under_both(
    delta: Delta, tmp_path: Path
) -> None:
    delta.open(PUDONG, acceptance=False)
    silent(delta)
    number = delta.received(filing(delta, told("site-right", FILES["application-form"])))
    service = delta.suzhou.host.materials
    for code in ("application-form", "site-right"):
        taking = service.begin(number, code)
        taking.write(FILES["application-form"])
        assert taking.finish().complete
    delta.suzhou.hand_over(number)
    here, there = stations(delta)
    parcels.export(here, tmp_path)
    assert parcels.import_(there, tmp_path).refused == {}
    parcels.export(there, tmp_path)
    assert parcels.import_(here, tmp_path).refused == {}
    assert send_task(delta, number) is None

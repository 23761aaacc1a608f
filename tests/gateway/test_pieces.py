"""Contents as files, where nothing joins window and organ: in any order, or not at all."""

import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from interop.errors import CaseError, ExchangeError
from interop.exchange.pieces import PIECE_BYTES_MAX, Piece
from interop.gateway import parcels
from interop.gateway.station import Brought, Station
from interop.simulator.applicants import PUDONG, SUZHOU
from interop.store.materials import CHUNK_BYTES
from tests.gateway.apart import (
    PIECES,
    SITE,
    all_there,
    flipped,
    held,
    left,
    pieces_in,
    sealed,
    send_task,
    silent,
    stations,
)
from tests.gateway.delta import Delta
from tests.gateway.test_materials import (
    FILES,
    Killed,
    fetch_task,
    filing,
    told,
)

NIGHTLY = pytest.mark.nightly


@pytest.fixture
def number(delta: Delta) -> str:
    """A case with contents that has left a window to which nobody opens a connection."""
    return left(delta)


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


def test_for_an_organ_back_from_a_backup_a_case_is_written_whole_once_more(
    delta: Delta, number: str, tmp_path: Path
) -> None:
    delta.lines[SUZHOU].cut = False
    delta.work(4)
    assert send_task(delta, number) is None
    here, there = stations(delta)
    assert parcels.export(here, tmp_path) == ()
    again = parcels.export(here, tmp_path, case=number)
    assert [file.name[:5] for file in again] == ["piece"] * PIECES
    assert parcels.import_(there, tmp_path).pieces == PIECES
    with pytest.raises(CaseError, match="case-unknown"):
        parcels.export(here, tmp_path, case="none")


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
def test_a_harmed_file_is_refused_by_name_and_replaced(
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
    assert parcels.import_(there, gap).refused == {}
    assert all_there(delta, number)


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

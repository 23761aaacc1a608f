"""A window that alone may open connections sends contents; nothing is sent for nothing."""

from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from interop.errors import CaseError
from interop.exchange.pieces import PIECE_BYTES_MAX, Piece
from interop.gateway import parcels
from interop.gateway.dossier import open_dossier
from interop.gateway.intake import pull
from interop.gateway.sending import AGAIN, SEND_AFTER, send, take_held
from interop.model.case import HeldContent, SubmittedMaterial
from interop.simulator.applicants import PUDONG, SUZHOU
from interop.store import materials
from tests.gateway.apart import (
    PIECES,
    SITE,
    all_there,
    left,
    sealed,
    send_task,
)
from tests.gateway.delta import Delta
from tests.gateway.test_materials import (
    FILES,
    Killed,
    told,
    uploaded,
    withdraw,
)

NIGHTLY = pytest.mark.nightly


@pytest.fixture
def number(delta: Delta) -> str:
    """A case with contents that has left a window to which nobody opens a connection."""
    return left(delta)


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

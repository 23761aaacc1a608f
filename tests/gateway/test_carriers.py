"""A whole case by pull and by files, between gateways that no push connects."""

from pathlib import Path

from structlog.testing import capture_logs

from interop.exchange import Message, post
from interop.exchange.batch import BATCH_BYTES_MAX
from interop.gateway import parcels
from interop.gateway.intake import pull
from interop.gateway.reconciling import reconcile
from interop.model.case import LicenceNews
from interop.simulator.applicants import PUDONG, SUZHOU
from tests.gateway.delta import Delta


def silent(delta: Delta) -> None:
    """Let no batch pass by push."""
    for line in delta.lines.values():
        line.cut = True


def test_a_case_travels_by_pull_where_only_one_side_may_open_connections(delta: Delta) -> None:
    delta.open(PUDONG, acceptance=False)
    silent(delta)
    number = delta.handed_over()
    assert pull(delta.pudong.station, SUZHOU) == 1
    assert pull(delta.pudong.station, SUZHOU) == 0
    delta.pudong.accept(number)
    assert pull(delta.suzhou.station, PUDONG) == 1
    assert delta.suzhou.trace(number).case == delta.pudong.trace(number).case
    assert delta.suzhou.trace(number).case.state == "accepted"
    assert delta.refusals() == delta.refusals(SUZHOU) == []


def test_a_case_travels_as_files(delta: Delta, tmp_path: Path) -> None:
    delta.open(PUDONG, acceptance=False)
    silent(delta)
    number, gap = delta.handed_over(), tmp_path / "gap"
    here, there = delta.suzhou.station, delta.pudong.station
    assert len(parcels.export(here, gap)) == 1
    assert parcels.import_(there, gap).batches == 1
    delta.pudong.accept(number)
    parcels.export(there, gap)
    for _again in range(2):
        done = parcels.import_(here, gap)
        assert (done.batches, done.receipts, done.refused) == (1, 1, {})
    assert parcels.import_(there, gap).refused == {}
    assert parcels.export(here, gap) == parcels.export(there, gap) == ()
    assert not [file for file in gap.iterdir() if file.name.startswith(".")]
    assert delta.suzhou.trace(number).case == delta.pudong.trace(number).case


def test_a_lane_that_cannot_be_exported_keeps_no_other_back(
    delta: Delta, tmp_path: Path
) -> None:
    silent(delta)
    number = delta.handed_over()
    with delta.desk(SUZHOU).sit() as at:
        news = LicenceNews(case=number, fact="revoked", licence="sha-256:00")
        message = Message(news=(news,), state_hash="")
        # Its gateway is in the registry no more.
        post(at.tx, message, peer="110000", message_id="news", at=delta.clock())
    with capture_logs() as told:
        (file,) = parcels.export(delta.suzhou.station, tmp_path)
    assert f"to-{PUDONG}" in file.name
    assert [(line["event"], line["peer"], line["code"]) for line in told] == [
        ("lane-not-exported", "110000", "gateway-unknown")
    ]


def test_what_lies_under_the_name_of_a_batch_keeps_nothing_back(
    delta: Delta, tmp_path: Path
) -> None:
    silent(delta)
    delta.handed_over()
    (file,) = parcels.export(delta.suzhou.station, tmp_path)
    large, folder = file.with_suffix(".large"), file.with_suffix(".folder")
    with large.open("wb") as opened:
        opened.truncate(BATCH_BYTES_MAX + 1)
    folder.mkdir()
    assert parcels.export(delta.suzhou.station, tmp_path) == (file,)
    assert set(tmp_path.glob("batch.*")) == {file, large, folder}, "not ours to judge"


def test_books_agree_after_a_case_and_repair_changes_nothing(delta: Delta) -> None:
    number = delta.handed_over(rounds=6)
    for region, peer in ((SUZHOU, PUDONG), (PUDONG, SUZHOU)):
        found = reconcile(delta.gateways[region].station, peer, repair=True)
        assert set(found.standings.values()) == {"in-step"}
        assert (found.books, found.again) == ([], 0)
    before = delta.audited(PUDONG, number)
    delta.work(2)
    assert delta.audited(PUDONG, number) == before

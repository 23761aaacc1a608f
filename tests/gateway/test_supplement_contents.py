"""Contents that come with a supplement reach the organ too, and it waits for them."""

import json
from pathlib import Path

import pytest

from interop.errors import CaseError
from interop.exchange import Message, post
from interop.gateway import parcels
from interop.gateway.dossier import open_dossier
from interop.gateway.intake import pull
from interop.gateway.ledger import next_fact
from interop.gateway.sending import SEND, SEND_AFTER
from interop.gateway.supplementing import DeclaredSupplement
from interop.model.canonical import Json, digest
from interop.model.case import SubmittedMaterial
from interop.node.verbs import VERBS
from interop.simulator.applicants import PUDONG, SUZHOU
from interop.store import tasks
from interop.store.materials import CHUNK_BYTES
from tests.gateway.delta import Delta
from tests.gateway.test_materials import (
    FILES,
    LONG,
    codes,
    filing,
    read,
    told,
    upload,
    uploaded,
)

NIGHTLY = pytest.mark.nightly
NIGHT = b"%PDF-1.7 simulated night view" + LONG
MORE = {"night-view": NIGHT, "site-right~2": b"%PDF-1.7 simulated renewed"}
DECLARED = (
    told("night-view", NIGHT),
    told("site-right", MORE["site-right~2"]),
    told("paper-only", b"%PDF-1.7 never sent"),
)


@pytest.fixture
def number(delta: Delta) -> str:
    """A case with contents of which more is asked for; it came by push."""
    delta.open(PUDONG, acceptance=False)
    number = uploaded(delta)
    delta.suzhou.hand_over(number)
    delta.work(3)
    delta.pudong.supplement(number, also=("补交夜景效果图",))
    delta.work(2)
    return number


def declare(delta: Delta, number: str, *more: SubmittedMaterial) -> dict[str, int]:
    """Declare as a host does, in JSON; return how much of each is held."""
    body = {"case": number, "materials": [one.masked() for one in (*DECLARED, *more)]}
    data = json.dumps(body).encode()
    answer = VERBS["declare_supplement"](delta.suzhou, data)
    found = DeclaredSupplement.from_json(json.dumps(answer).encode())
    return {one.code: one.held for one in found.materials}


def brought(delta: Delta, number: str) -> None:
    """Declare, send and state the supplement at the window."""
    declare(delta, number)
    for code, data in MORE.items():
        assert upload(delta, number, code, data) == len(data)
    assert delta.suzhou.state(number, "supplemented").state == "supplemented"


def all_there(delta: Delta, number: str) -> bool:
    return all(
        read(delta, PUDONG, number, code) == data for code, data in (FILES | MORE).items()
    )


def pending(delta: Delta, number: str) -> set[str]:
    with pytest.raises(CaseError, match="material-pending") as refused:
        delta.pudong.accept(number)
    return {reason.field for reason in refused.value.reasons}


def test_a_supplement_counts_once_its_contents_are_fetched(delta: Delta, number: str) -> None:
    brought(delta, number)
    delta.suzhou.work()
    assert delta.pudong.trace(number).case.state == "supplemented"
    assert pending(delta, number) == set(MORE)
    delta.work(4)
    assert all_there(delta, number)
    assert delta.pudong.accept(number).state == "accepted"
    delta.work(2)
    assert delta.suzhou.trace(number).case == delta.pudong.trace(number).case
    assert delta.refusals() == delta.refusals(SUZHOU) == []
    assert delta.lines[PUDONG].sent == []


def test_over_files_it_counts_once_they_are_carried(
    delta: Delta, number: str, tmp_path: Path
) -> None:
    for line in delta.lines.values():
        line.cut = True
    brought(delta, number)
    here, there = delta.suzhou.station, delta.pudong.station
    files = parcels.export(here, tmp_path)
    assert len([file for file in files if file.name.startswith("piece.")]) == len(MORE) + 1
    assert parcels.import_(there, tmp_path).refused == {}
    assert all_there(delta, number)
    assert delta.pudong.accept(number).state == "accepted"
    parcels.export(there, tmp_path)
    parcels.import_(here, tmp_path)
    parcels.import_(there, tmp_path)
    assert parcels.export(here, tmp_path / "empty") == ()


@NIGHTLY
def test_where_only_the_window_opens_connections_it_sends_them(
    delta: Delta, number: str
) -> None:
    delta.lines[SUZHOU].cut = True
    brought(delta, number)
    delta.work(2)
    assert pending(delta, number) == set(MORE)
    delta.clock.pass_(seconds=SEND_AFTER.total_seconds())
    delta.work(4)
    assert all_there(delta, number)
    assert pull(delta.suzhou.station, PUDONG) > 0
    with delta.desk(SUZHOU).sit() as at:
        assert tasks.open_task(at.tx, kind=SEND, case=number) is None


def test_an_upload_that_was_begun_is_finished_before_it_is_stated(
    delta: Delta, number: str
) -> None:
    assert declare(delta, number) == {"night-view": 0, "site-right~2": 0, "paper-only": 0}
    taking = delta.suzhou.host.materials.begin(number, "night-view")
    taking.write(NIGHT[:CHUNK_BYTES])
    with pytest.raises(CaseError) as refused:
        delta.suzhou.state(number, "supplemented")
    assert codes(refused) == {"material-unfinished"}
    assert declare(delta, number)["night-view"] == CHUNK_BYTES, "said again it loses nothing"
    upload(delta, number, "night-view", NIGHT, offset=CHUNK_BYTES)
    for _again in range(2):
        assert delta.suzhou.state(number, "supplemented").state == "supplemented"
    delta.work(4)
    assert delta.pudong.accept(number).state == "accepted"
    with pytest.raises(CaseError, match="material-closed"):
        declare(delta, number)
    with pytest.raises(CaseError, match="material-closed"):
        upload(delta, number, "night-view", NIGHT)


def test_what_was_sent_for_another_declaration_is_none_of_this_one(
    delta: Delta, number: str
) -> None:
    declare(delta, number)
    for code, data in MORE.items():
        upload(delta, number, code, data)
    changed = b"%PDF-1.7 simulated, drawn anew"
    service = delta.suzhou.host.materials
    held = service.declare_supplement(number, (told("night-view", changed),)).materials
    assert [(one.code, one.held, one.complete) for one in held] == [("night-view", 0, False)]
    upload(delta, number, "night-view", changed)
    service.declare_supplement(number, (told("night-view", NIGHT),))
    delta.suzhou.state(number, "supplemented")
    delta.work(3)
    # The last word was of a content that nobody sent again: it is paper then.
    assert delta.pudong.accept(number).state == "accepted"
    with pytest.raises(CaseError, match="material-not-held"):
        read(delta, PUDONG, number, "night-view")


def test_a_supplement_on_paper_names_none_and_waits_for_nothing(
    delta: Delta, number: str
) -> None:
    said = delta.suzhou.state(number, "supplemented", body={"by": "post"})
    assert said.state == "supplemented"
    delta.work(3)
    assert delta.pudong.accept(number).state == "accepted"


def test_what_may_not_be_declared_is_refused_and_changes_nothing(
    delta: Delta, number: str
) -> None:
    large = SubmittedMaterial(
        code="video",
        content_digest=digest(b"x"),
        size=10**12,
        media_type="application/pdf",
    )
    film = large.model_copy(update={"media_type": "video/mp4", "size": 9})
    for wrong, code in (
        (large, "material-large"),
        (film, "material-type"),
        (told("site-right~2", b"%PDF-1.7 "), "material-code"),
    ):
        with pytest.raises(CaseError) as refused:
            declare(delta, number, wrong)
        assert code in codes(refused)
    with pytest.raises(CaseError, match="material-closed"):
        upload(delta, number, "night-view", NIGHT)
    with pytest.raises(CaseError, match="step-value-unknown"):
        delta.suzhou.state(number, "supplemented", body={"contents": ["night-view"]})
    with pytest.raises(CaseError, match="not-competent"):
        delta.pudong.host.materials.declare_supplement(number, DECLARED)


def test_before_anything_is_asked_for_nothing_is_declared(delta: Delta) -> None:
    number = delta.received(filing(delta))
    with pytest.raises(CaseError, match="transition-illegal"):
        declare(delta, number)


def paper(code: str) -> Json:
    return DECLARED[0].model_copy(update={"code": code}).masked()


WRONG: tuple[tuple[dict[str, Json], str], ...] = (
    ({"materials": [], "contents": ["application-form"]}, "material-code"),
    ({"materials": "x"}, "record-invalid"),
    ({"contents": ["night-view"]}, "record-invalid"),
    ({"materials": [paper("night-view")], "contents": ["site-right"]}, "material-code"),
    ({"materials": [paper("site-right"), paper("site-right~2")]}, "material-code"),
)


def forge(delta: Delta, number: str, body: dict[str, Json]) -> None:
    """Let the window state a supplement that it should not."""
    desk = delta.desk(SUZHOU)
    with desk.sit() as at:
        fact = next_fact(desk, open_dossier(at, number), "supplemented", body)
        message = Message(facts=(fact,), state_hash="none")
        post(at.tx, message, peer=PUDONG, message_id=f"{number}/forged", at=desk.now())
    delta.suzhou.work()


@pytest.mark.parametrize(
    ("body", "code"),
    [WRONG[0], *(pytest.param(*row, marks=NIGHTLY) for row in WRONG[1:])],
)
def test_a_mistaken_window_hands_in_nothing_that_was_not_declared(
    delta: Delta, number: str, body: dict[str, Json], code: str
) -> None:
    forge(delta, number, body)
    assert delta.refusals() == [code]
    assert delta.pudong.trace(number).case.state == "supplement-noticed"

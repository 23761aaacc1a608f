"""Retention over whole cases: purged on either side, chains still verify, copies are whole."""

import json
import stat
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Delete, delete

from interop.errors import CaseError
from interop.exchange.chain import verify_chain, write_chain
from interop.gateway import retention
from interop.gateway.personal_copy import export_person
from interop.gateway.reconciling import reconcile
from interop.gateway.retention import Purged
from interop.gateway.settling import discard_letter
from interop.model.case import Package
from interop.model.party import Party
from interop.model.sensitive import Sensitive
from interop.simulator.applicants import PUDONG, SUZHOU
from interop.store import audit, holds, letters, outbox, tasks, versions
from interop.store.checking import check
from interop.store.schema import RECEIVED
from tests.databases import Database
from tests.gateway.delta import Delta, Forgery
from tests.gateway.test_materials import FILES, filing, told, upload, uploaded

YEARS_11 = timedelta(days=11 * 365)


def archived(delta: Delta) -> str:
    """A case with contents that went the whole way, and is archived on both sides."""
    number = uploaded(delta)
    delta.suzhou.hand_over(number)
    for _ in range(40):
        delta.work(1)
        delta.clock.pass_(seconds=20)
        if delta.suzhou.trace(number).case.state == "concluded":
            break
    delta.suzhou.deliver(number, method="window")
    delta.work(2)
    delta.pudong.close(number)
    delta.work(2)
    assert {delta.row(region, number).state for region in (SUZHOU, PUDONG)} == {"archived"}
    return number


def purge(delta: Delta, region: str, at: datetime) -> list[Purged]:
    desk = delta.desk(region)
    table = retention.retention_of(desk.library, region)
    return [*retention.purge(desk.store, table, at=at)]


def chain_holds(delta: Delta, region: str) -> None:
    desk = delta.desk(region)
    with desk.sit() as at:
        assert check(at.tx).problems == ()
        lines = list(write_chain(at.tx, own=desk.directory.own, at=desk.now()))
    report = verify_chain(iter(lines), find=lambda name, _at: desk.directory.find(name))
    assert report.faults == []
    assert report.lines > 0


@pytest.mark.requirement("YRD-STORE-003")
def test_after_a_purge_chains_and_books_hold_and_nobody_shows(
    delta: Delta, database: Database
) -> None:
    number = archived(delta)
    later = delta.clock() + YEARS_11
    assert purge(delta, SUZHOU, delta.clock()) == []
    applicant = delta.filing(reference="X").application.applicant
    for region in (SUZHOU, PUDONG):
        assert purge(delta, region, later) == [Purged(number, "archived")]
        assert purge(delta, region, later) == [], "once"
        kinds = delta.audited(region, number)
        assert kinds.count("purged.archived") == 1
        with delta.desk(region).sit() as at:
            line = audit.lines(at.tx, number)[-1]
            table = versions.held(at.tx, line.digest)
        assert table is not None, "the table it was purged under is kept"
        chain_holds(delta, region)
        with pytest.raises(CaseError, match="case-purged"):
            delta.gateways[region].trace(number)
        with pytest.raises(CaseError, match="case-purged"):
            delta.gateways[region].host.materials.opened(number, "site-right")
        raw = database.raw(delta.stores.get(region) or delta.stage.store(region))
        with delta.desk(region).sit() as at:
            lookup = at.tx.lookup(f"{applicant.scheme}|{applicant.code.reveal()}")
        assert number.encode() in raw
        if database.kind == "sqlite":
            assert lookup.encode() not in raw
    # The channel goes on: books agree, nothing of the purged case is told again.
    found = reconcile(delta.suzhou.station, PUDONG, repair=True)
    assert (found.books, found.again) == ([], 0)
    assert delta.handed_over(filing(delta, reference="HOST-2"), rounds=3) != number


def test_a_purged_case_that_the_books_miss_is_not_told_again(delta: Delta) -> None:
    number = archived(delta)
    assert purge(delta, SUZHOU, delta.clock() + YEARS_11)
    with delta.desk(PUDONG).sit() as at:
        at.tx.write(_forget_received(number))
    found = reconcile(delta.suzhou.station, PUDONG, repair=True)
    assert [book.cases for book in found.books] != []
    assert found.again == 0


def test_a_late_message_of_a_purged_case_is_refused_and_its_lane_goes_on(delta: Delta) -> None:
    number = archived(delta)
    assert purge(delta, SUZHOU, delta.clock() + YEARS_11)
    with delta.desk(SUZHOU).sit() as at:
        at.tx.write(_forget_received(number))
    assert reconcile(delta.pudong.station, SUZHOU, repair=True).again > 0
    delta.work(3)
    # What comes after it about this case waits behind it.
    assert set(delta.refusals(SUZHOU)) == {"case-purged", "exchange-behind-dead-letter"}
    with delta.desk(PUDONG).sit() as at:
        assert outbox.lanes(at.tx) == ()
    chain_holds(delta, SUZHOU)
    # Refused, its body is not kept: there is no key to keep it under.
    with delta.desk(SUZHOU).sit() as at:
        assert {one.body for one in letters.dead_letters_of(at.tx, number)} == {None}


def test_a_host_that_names_a_purged_case_is_told_so(delta: Delta) -> None:
    draft = delta.suzhou.spare(delta.filing(reference="A")).case
    assert purge(delta, SUZHOU, delta.clock() + timedelta(days=31))
    with pytest.raises(CaseError, match="case-purged"):
        delta.suzhou.host.number(draft, "A")
    with pytest.raises(CaseError, match="host-reference-unknown"):
        delta.suzhou.host.number("", "A")


def _forget_received(number: str) -> Delete:
    return delete(RECEIVED).where(RECEIVED.c.case_number == number)


def test_drafts_go_by_their_own_period_and_open_cases_never(delta: Delta) -> None:
    draft = delta.suzhou.spare(delta.filing(reference="A")).case
    received = delta.received(filing(delta, reference="B"))
    upload(delta, received, "site-right", FILES["site-right"])
    start = delta.clock()
    assert purge(delta, SUZHOU, start + timedelta(days=30)) == []
    desk = delta.desk(SUZHOU)
    table = retention.retention_of(desk.library, SUZHOU).value
    on = (start + timedelta(days=31)).date()
    assert retention.count_due(desk.store, table, on=on) == 1
    assert [one.case for one in retention.due(desk.store, table, on=on)] == [draft]
    assert purge(delta, SUZHOU, start + 10 * YEARS_11) == [Purged(draft, "draft")]
    with pytest.raises(CaseError, match="case-purged"):
        delta.suzhou.receive(draft)
    # The host's own number is free for what it files anew.
    assert delta.suzhou.spare(delta.filing(reference="A")).case != draft


def test_a_draft_that_moved_on_after_it_was_listed_is_left(delta: Delta) -> None:
    draft = delta.suzhou.spare(delta.filing()).case
    desk, at = delta.desk(SUZHOU), delta.clock() + timedelta(days=31)
    table = retention.retention_of(desk.library, SUZHOU)
    going = retention.purge(desk.store, table, at=at)
    listed = list(retention.due(desk.store, table.value, on=at.date()))
    assert [one.case for one in listed] == [draft]
    delta.suzhou.receive(draft)
    assert list(going) == []
    with desk.sit() as sitting:
        assert not retention._purged(sitting.tx, listed[0], table, at)


def test_a_held_case_stays_until_it_is_released_and_both_are_told(delta: Delta) -> None:
    draft = delta.suzhou.spare(delta.filing()).case
    store, later = delta.desk(SUZHOU).store, delta.clock() + timedelta(days=99)
    basis = "（2026）苏05民初1号"
    assert retention.hold(store, draft, basis, at=delta.clock())
    assert not retention.hold(store, draft, basis, at=delta.clock())
    assert purge(delta, SUZHOU, later) == []
    with delta.desk(SUZHOU).sit() as at:
        assert holds.listed(at.tx) == (draft,)
        lines = [line for line in audit.lines(at.tx, draft) if line.kind.startswith("hold")]
        assert basis not in repr(lines)
    retention.let_go(store, draft, at=delta.clock())
    with pytest.raises(CaseError, match="hold-unknown"):
        retention.let_go(store, draft, at=delta.clock())
    assert purge(delta, SUZHOU, later) == [Purged(draft, "draft")]
    kinds = [kind for kind in delta.audited(SUZHOU, draft) if kind.startswith("hold")]
    assert kinds == ["hold-placed", "hold-released"]


def test_a_case_with_something_under_way_is_left_and_says_why(delta: Delta) -> None:
    number = archived(delta)
    with delta.desk(SUZHOU).sit() as at:
        task = tasks.add(at.tx, kind="register", case=number, due_at=delta.clock())
    later = delta.clock() + YEARS_11
    assert purge(delta, SUZHOU, later) == [Purged(number, "archived", "case-key-in-use")]
    with delta.desk(SUZHOU).sit() as at:
        tasks.finish(at.tx, task)
    assert purge(delta, SUZHOU, later) == [Purged(number, "archived")]


@pytest.fixture
def told_person(delta: Delta) -> tuple[Delta, str, Party, Party]:
    filed = filing(delta)
    number = delta.received(filed)
    upload(delta, number, "site-right", FILES["site-right"])
    assert filed.application.agent is not None
    return delta, number, filed.application.applicant, filed.application.agent


def copy(delta: Delta, who: Party, file: Path) -> Any:  # noqa: ANN401 -- JSON
    store = delta.desk(SUZHOU).store
    cases = export_person(store, who.scheme, who.code, file, at=delta.clock())
    value = json.loads(file.read_bytes())
    assert isinstance(value, dict)
    assert len(value["cases"]) == cases
    return value


@pytest.mark.requirement("YRD-STORE-004")
def test_an_applicant_gets_a_copy_of_everything(
    told_person: tuple[Delta, str, Party, Party], tmp_path: Path
) -> None:
    delta, number, applicant, agent = told_person
    file = tmp_path / "copy.json"
    (case,) = copy(delta, applicant, file)["cases"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert (case["number"], case["roles"]) == (number, ["applicant"])
    assert case["application"]["applicant"]["name"] == applicant.name.reveal()
    assert case["application"]["agent"]["code"] == agent.code.reveal()
    assert [fact["type"] for fact in case["facts"]] == ["submitted", "received"]
    assert [notice["kind"] for notice in case["notices"]] == ["receipt-note"]
    assert all(notice["text"] != "***" for notice in case["notices"])
    paper = told("site-right", FILES["site-right"])
    held = {"held": paper.size, "complete": True}
    assert case["materials"] == [paper.model_dump() | held]
    assert {grant["holder"] for grant in case["grants"]} == {"applicant"}
    assert case["certificates"]
    assert set(case["tokens"]) == {"token", "mandate"}
    assert all(value.startswith("sha-256:") for value in case["tokens"].values())
    # No bearer token stands in the file.
    assert "eyJ" not in file.read_text()
    assert {"material-held", "fact-received"} <= {line["kind"] for line in case["audit"]}


def test_an_agent_gets_what_is_its_own_and_nothing_of_the_applicant(
    told_person: tuple[Delta, str, Party, Party], tmp_path: Path
) -> None:
    delta, number, applicant, agent = told_person
    file = tmp_path / "copy.json"
    (case,) = copy(delta, agent, file)["cases"]
    assert (case["number"], case["roles"]) == (number, ["agent"])
    assert case["as_party"]["agent"]["name"] == agent.name.reveal()
    assert {grant["holder"] for grant in case["grants"]} == {"agent"}
    assert "application" not in case
    text = file.read_text()
    assert applicant.name.reveal() not in text
    assert applicant.code.reveal() not in text


def test_a_copy_is_told_in_the_chain_without_naming_anybody(
    told_person: tuple[Delta, str, Party, Party], tmp_path: Path
) -> None:
    delta, _number, applicant, _agent = told_person
    copy(delta, applicant, tmp_path / "copy.json")
    with delta.desk(SUZHOU).sit() as at:
        line = audit.lines(at.tx)[-1]
    assert (line.kind, line.case) == ("person-exported", "")
    assert applicant.code.reveal() not in repr(line)
    with pytest.raises(FileExistsError):
        copy(delta, applicant, tmp_path / "copy.json")
    nobody = applicant.model_copy(update={"code": Sensitive("91310000MA1FL0001R")})
    assert copy(delta, nobody, tmp_path / "none.json")["cases"] == []
    assert sorted(p.name for p in tmp_path.glob("*.json*")) == ["copy.json", "none.json"]


def test_of_a_purged_case_no_copy_can_be_made(delta: Delta, tmp_path: Path) -> None:
    filed = delta.filing()
    delta.suzhou.spare(filed)
    for who in (filed.application.applicant, filed.application.agent):
        assert who is not None
        assert copy(delta, who, tmp_path / f"{who.kind}.json")["cases"]
    assert purge(delta, SUZHOU, delta.clock() + timedelta(days=31))
    for who in (filed.application.applicant, filed.application.agent):
        assert who is not None
        assert copy(delta, who, tmp_path / f"{who.kind}-after.json")["cases"] == []


def test_letters_of_a_case_never_taken_in_go_once_a_person_has_settled_them(
    delta: Delta,
) -> None:
    number = delta.received()
    delta.forge_hand_over(number, Forgery(package=lambda _package: None))
    assert len(delta.refusals()) == 1
    desk, station = delta.desk(PUDONG), delta.pudong.station
    assert purge(delta, PUDONG, delta.clock() + YEARS_11) == [], "one that waits is never due"
    with desk.sit() as at:
        (letter,) = letters.dead_letters_of(at.tx, number)
    assert letter.body is not None
    assert discard_letter(station, letter.id)
    settled, table = delta.clock(), retention.retention_of(desk.library, PUDONG)
    assert purge(delta, PUDONG, settled + timedelta(days=365)) == []
    later = settled + timedelta(days=367)
    assert retention.count_due(desk.store, table.value, on=later.date()) == 1
    (due,) = retention.due(desk.store, table.value, on=later.date())
    assert purge(delta, PUDONG, later) == [Purged(number, "undelivered")]
    assert purge(delta, PUDONG, later) == [], "once"
    with desk.sit() as at:
        assert not retention._purged(at.tx, due, table, later), "nor by who listed it before"
    with desk.sit() as at:
        (left,) = letters.dead_letters_of(at.tx, number)
        assert (left.body, left.reason_code) == (None, letter.reason_code)
        assert audit.lines(at.tx, number)[-1].kind == "purged.undelivered"
    chain_holds(delta, PUDONG)


def other(package: Package) -> Package:
    return package.model_copy(update={"evidence_salt": Sensitive("x")})


def test_a_letter_of_a_case_that_is_here_stays_as_long_as_the_case(delta: Delta) -> None:
    number = delta.handed_over()
    delta.forge_hand_over(number, Forgery(package=other))
    with delta.desk(PUDONG).sit() as at:
        found = letters.dead_letters_of(at.tx, number)
    assert [letter.reason_code for letter in found] == ["handover-conflict"]
    for letter in found:
        discard_letter(delta.pudong.station, letter.id)
    assert purge(delta, PUDONG, delta.clock() + YEARS_11) == []


def test_a_letter_that_came_since_the_list_was_made_keeps_what_it_lies_with(
    delta: Delta,
) -> None:
    number = delta.received()
    delta.forge_hand_over(number, Forgery(package=lambda _package: None))
    with delta.desk(PUDONG).sit() as at:
        (letter,) = letters.dead_letters_of(at.tx, number)
    discard_letter(delta.pudong.station, letter.id)
    desk, later = delta.desk(PUDONG), delta.clock() + timedelta(days=367)
    table = retention.retention_of(desk.library, PUDONG)
    (due,) = retention.due(desk.store, table.value, on=later.date())
    delta.forge_hand_over(number, Forgery(package=lambda _package: None))
    with desk.sit() as at:
        assert not retention._purged(at.tx, due, table, later)

"""No name, number or token is to be found where it does not belong."""

import dataclasses
import json
import logging
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from interop.errors import InteropError
from interop.gateway.dossier import open_dossier
from interop.gateway.filing import Filing
from interop.model.record import Record
from interop.simulator.applicants import PUDONG, SUZHOU
from interop.simulator.world import World
from interop.store import cases as rows
from tests.databases import Database
from tests.gateway.delta import Delta

PHONE = "13812345678"


def _values(world: World) -> Iterator[str]:
    for person in world.persons:
        yield from (person.name, person.number, person.address)
    for firm in world.enterprises:
        yield from (firm.name, firm.number, firm.address, firm.representative)
    yield from (world.account.token, world.acceptance.key, PHONE)


@pytest.fixture
def canaries(world: World) -> frozenset[str]:
    return frozenset(_values(world))


def _tokens(filing: Filing) -> set[str]:
    kept = (filing.token, filing.handling_token, filing.mandate)
    return {token.reveal() for token in kept if token is not None}


def _found(texts: list[str], canaries: frozenset[str]) -> set[str]:
    # As text, and as JSON and Python would escape it.
    joined = "\n".join(texts)
    spelt = {c: (c, json.dumps(c)[1:-1], ascii(c)[1:-1]) for c in canaries}
    return {c for c, spellings in spelt.items() if any(s in joined for s in spellings)}


def _refusals(delta: Delta, filing: Filing, number: str) -> Iterator[str]:
    other = delta.filing(who=("enterprise-b", "agent-b"), reference="HOST-9")
    wrong = dataclasses.replace(other, application=filing.application)
    for verb in (
        lambda: delta.suzhou.spare(wrong),
        lambda: delta.suzhou.spare(dataclasses.replace(filing, token=filing.handling_token)),
        lambda: delta.suzhou.spare(dataclasses.replace(other, reference=filing.reference)),
        lambda: delta.suzhou.accept(number),
        lambda: delta.suzhou.deliver(number, method=PHONE),
        lambda: delta.pudong.trace(PHONE),
        lambda: delta.pudong.receive_batch(other.token.reveal().encode()),
        lambda: delta.suzhou.identify(other.handling_token),
    ):
        with pytest.raises(InteropError) as refused:
            verb()
        fault = refused.value
        yield "".join(traceback.format_exception(fault))
        yield repr(fault.reasons)
        yield json.dumps([reason.as_json() for reason in fault.reasons], ensure_ascii=False)


def _shown(delta: Delta, filing: Filing, number: str) -> Iterator[str]:
    yield repr(filing)
    yield str(filing.application)
    yield json.dumps(filing.application.masked(), ensure_ascii=False)
    for region, gateway in delta.gateways.items():
        trace = gateway.trace(number)
        yield repr(trace)
        yield json.dumps(trace.revealed(), ensure_ascii=False)
        yield repr(delta.desk(region))
        with delta.desk(region).sit() as at:
            dossier = open_dossier(at, number)
            notices = rows.notices(at.tx, number)
            kept: tuple[Record, ...] = (dossier.package, *notices, *dossier.facts)
            yield repr(dossier)
            for record in kept:
                yield repr(record)
                yield json.dumps(record.masked(), ensure_ascii=False)


@pytest.mark.requirement("YRD-LOG-001")
def test_nothing_personal_is_logged_raised_shown_or_left_on_disk(
    delta: Delta,
    canaries: frozenset[str],
    caplog: pytest.LogCaptureFixture,
    database: Database,
) -> None:
    caplog.set_level(logging.DEBUG)
    texts: list[str] = []
    with structlog.testing.capture_logs() as logs:
        filing, number = _bad_days(delta)
        texts.extend(_refusals(delta, filing, number))
        delta.suzhou.deliver(number, method="window")
        delta.work(2)
        delta.pudong.close(number)
        delta.work(2)
    assert {"certificate-source-failed", "batch-not-receipted", "intent-failed"} <= {
        line["event"] for line in logs
    }
    assert delta.suzhou.trace(number).case.state == "archived"
    texts.extend(_shown(delta, filing, number))
    texts.append(json.dumps(logs, ensure_ascii=False, default=repr))
    texts.append(caplog.text)
    everything = canaries | _tokens(filing)
    assert _found(texts, everything) == set()
    if database.kind == "sqlite":
        # Its log is still there to be read, beside the file.
        assert any(path.name.endswith("-wal") for path in delta.stage.folder.iterdir())
    for region in (SUZHOU, PUDONG):
        data = database.raw(delta.stores.get(region) or delta.stage.store(region))
        assert number.encode() in data, "the search itself finds what is in clear"
        assert _in_bytes(data, everything) == set(), region


def _bad_days(delta: Delta) -> tuple[Filing, str]:
    """Bring a case to its conclusion through every fault that is logged."""
    delta.faults["/320000/certificates"] = "error-code"
    delta.suzhou.spare(delta.filing(reference=PHONE))
    delta.faults.clear()
    filing = delta.filing()
    number = delta.received(filing)
    delta.lines[PUDONG].cut = True
    delta.suzhou.hand_over(number)
    delta.work(1)
    delta.calm()
    delta.lines[PUDONG].cut = False
    delta.faults["/310000"] = "fault"
    delta.work(2)
    delta.faults.clear()
    for _ in range(60):
        delta.clock.pass_(seconds=10)
        delta.work(1)
        if delta.suzhou.trace(number).case.state == "concluded":
            break
    return filing, number


def _in_bytes(data: bytes, canaries: frozenset[str]) -> set[str]:
    found = set()
    for canary in canaries:
        plain = [canary.encode(c) for c in ("utf-8", "gb18030", "utf-16-le")]
        if any(spelt in data for spelt in (*plain, json.dumps(canary)[1:-1].encode())):
            found.add(canary)
    return found


def test_the_search_finds_what_is_there(tmp_path: Path, canaries: frozenset[str]) -> None:
    name = "沈示远"
    assert name in canaries
    for text in (name, json.dumps(name), ascii(name)):
        assert _found([text], canaries) == {name}
    for code in ("utf-8", "gb18030"):
        file = tmp_path / code
        file.write_bytes(b"\x00" + name.encode(code) + b"\xff")
        assert _in_bytes(file.read_bytes(), canaries) == {name}

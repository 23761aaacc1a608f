"""The audit chain as a file: every flipped bit is found, and peers hold the writer to it."""

from datetime import datetime

import pytest
from sqlalchemy import insert, select

from interop.conformance.strategies.exchange import (
    CASES,
    EAST,
    LANES,
    NOW,
    WEST,
    Site,
    a_message,
)
from interop.crypto.jose import split
from interop.errors import ExchangeError
from interop.exchange import Correspondent, Receipt
from interop.exchange.chain import ChainReport, verify_chain, write_chain
from interop.exchange.receipt import sign_receipt
from interop.store import audit, vault
from interop.store.lanes import lane_of
from interop.store.schema import BATCH
from interop.store.tx import ROWS_MAX

Pair = tuple[Site, Site]
CASE = CASES[1]


def exchanged(sites: Pair, n: int, *, first: int = 1) -> None:
    """Let east tell west something after a line of its own chain, ``n`` times."""
    east, west = sites
    for k in range(first, first + n):
        with east.store.transaction() as tx:
            audit.append(tx, kind="stated", case=CASE, digest=f"d{k}", at=NOW)
        east.post(a_message(CASE, k), peer=WEST, message_id=f"m{k}")
        row = east.batch(WEST, lane_of(CASE, LANES))
        assert row is not None
        east.close(row, west.receive(row.wire))


def written(site: Site) -> list[bytes]:
    with site.store.transaction() as tx:
        return list(write_chain(tx, own=site.party.own, at=NOW))


def judged(site: Site, lines: list[bytes]) -> ChainReport:
    def find(region: str, _at: datetime) -> Correspondent:
        return site.party.directory.find(region)

    return verify_chain(iter(lines), find=find)


def test_a_chain_verifies_and_tells_who_cosigned_it(sites: Pair) -> None:
    exchanged(sites, 3)
    report = judged(sites[1], written(sites[0]))
    assert report.faults == []
    assert (report.region, report.lines, report.cosigned) == (EAST, 3, {WEST: 3})


def test_an_empty_chain_verifies(sites: Pair) -> None:
    report = judged(sites[1], written(sites[0]))
    assert (report.faults, report.lines, report.cosigned) == ([], 0, {})


@pytest.mark.requirement("YRD-EXCH-001")
def test_every_flipped_bit_is_found(sites: Pair, *, nightly: bool) -> None:
    exchanged(sites, 3)
    whole = b"".join(written(sites[0]))
    assert judged(sites[1], whole.splitlines(keepends=True)).faults == []
    for at in range(0, len(whole), 1 if nightly else 5):
        for bit in range(8) if nightly else (at % 8,):
            wrong = bytearray(whole)
            wrong[at] ^= 1 << bit
            report = judged(sites[1], bytes(wrong).splitlines(keepends=True))
            assert report.faults, (at, bit)


def test_lines_that_are_missing_doubled_or_swapped_are_found(sites: Pair) -> None:
    exchanged(sites, 3)
    good = written(sites[0])
    for k in range(len(good)):
        assert judged(sites[1], good[:k] + good[k + 1 :]).faults
        assert judged(sites[1], [*good[: k + 1], *good[k:]]).faults
    assert judged(sites[1], good[1::-1] + good[2:]).faults


def test_a_chain_written_anew_by_its_owner_is_found_by_what_peers_cosigned(sites: Pair) -> None:
    exchanged(sites, 2)
    honest = written(sites[0])
    fresh, _ = sites[0], sites[1]
    with fresh.store.transaction() as tx:
        from sqlalchemy import delete, update

        from interop.store.schema import AUDIT_HEAD, AUDIT_LINE

        tx.write(delete(AUDIT_LINE))
        seal = tx.keys.mac("audit-head", b"0|")
        tx.write(update(AUDIT_HEAD), n=0, leaf=b"", seal=seal)
        for k in (1, 2):
            audit.append(tx, kind="stated", case=CASE, digest=f"other{k}", at=NOW)
        assert audit.verify(tx) == ()
    report = judged(sites[1], written(sites[0]))
    assert {reason.code for reason in report.faults} == {"exchange-chain-not-cosigned"}
    assert judged(sites[1], honest).faults == []


def test_a_chain_verifies_after_the_key_of_its_case_is_destroyed(sites: Pair) -> None:
    exchanged(sites, 2)
    for site in sites:
        with site.store.transaction() as tx:
            vault.destroy_key(tx, CASE)
            assert audit.verify(tx) == ()
    assert judged(sites[1], written(sites[0])).faults == []


def test_the_last_receipt_of_every_lane_cosigns_however_many_there_are(sites: Pair) -> None:
    east, _ = sites
    exchanged(sites, 1)
    with east.store.transaction() as tx:
        row = tx.row(select(BATCH))
        assert row is not None
        before = [{**row, "peer": "000000", "first": first} for first in range(1, ROWS_MAX + 1)]
        tx.write_all(insert(BATCH), before)
    exchanged(sites, 2, first=2)
    report = judged(sites[1], written(east))
    assert (report.faults, report.cosigned) == ([], {WEST: 3})


def test_a_receipt_that_cosigns_another_line_closes_nothing(sites: Pair) -> None:
    east, west = sites
    exchanged(sites, 1)
    with east.store.transaction() as tx:
        audit.append(tx, kind="stated", case=CASE, digest="d2", at=NOW)
    east.post(a_message(CASE, 2), peer=WEST, message_id="m2")
    row = east.batch(WEST, lane_of(CASE, LANES))
    assert row is not None
    honest = west.receive(row.wire)
    said = Receipt.from_json(split(honest.decode()).payload, field="receipt")
    for lie in ({"seen_head": "sha-256:" + "0" * 64}, {"seen_n": 1}):
        forged = sign_receipt(said.model_copy(update=lie), signer=west.party.own.signer)
        with pytest.raises(ExchangeError, match="exchange-receipt-mismatch"):
            east.close(row, forged)
    east.close(row, honest)
    assert judged(west, written(east)).faults == []

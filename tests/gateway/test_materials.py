"""Contents of materials from window to organ: nothing is accepted before they are there."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count

import pytest

from interop.errors import CaseError, InteropError
from interop.gateway.desk import Outside
from interop.gateway.dossier import open_dossier
from interop.gateway.fetching import FETCH, fetch
from interop.gateway.filing import Filing
from interop.gateway.ledger import settle
from interop.model.canonical import digest
from interop.model.case import CaseFact, SubmittedMaterial
from interop.simulator.applicants import PAPERS, PUDONG, SUZHOU
from interop.store import cases as rows
from interop.store import materials, tasks
from interop.store.materials import CHUNK_BYTES, READ_BYTES_MAX
from tests.gateway.delta import Delta

NIGHTLY = pytest.mark.nightly
PDF = b"%PDF-1.7 simulated "
LONG = PDF + bytes(range(256)) * (READ_BYTES_MAX // 256) + b"end"
FILES = {
    "application-form": PDF + b"form",
    "design-drawings": LONG,
    "site-right": PDF + b"site",
}


class Killed(BaseException):
    """Ends everything, as no handler of ours may stop it."""


def told(code: str, data: bytes, media_type: str = "application/pdf") -> SubmittedMaterial:
    return SubmittedMaterial(
        code=code, content_digest=digest(data), size=len(data), media_type=media_type
    )


def filing(delta: Delta, *more: SubmittedMaterial, reference: str = "HOST-1") -> Filing:
    """An application whose materials are the files above, and others that are paper."""
    filed = delta.filing(reference=reference)
    changed = {one.code: one for one in (*(told(c, d) for c, d in FILES.items()), *more)}
    plain = {one.code: one for one in filed.application.materials} | changed
    materials_ = tuple(plain[code] for code in (*PAPERS, *sorted(set(plain) - set(PAPERS))))
    application = filed.application.model_copy(update={"materials": materials_})
    return replace(filed, application=application)


def upload(delta: Delta, number: str, code: str, data: bytes, *, offset: int = 0) -> int:
    """Send the rest of a content from ``offset`` on; return how much is held."""
    taking = delta.suzhou.host.materials.begin(number, code, offset=offset)
    for first in range(offset, len(data), CHUNK_BYTES):
        taking.write(data[first : first + CHUNK_BYTES])
    return taking.finish().held


def uploaded(delta: Delta) -> str:
    """A received case whose files are all here."""
    number = delta.received(filing(delta))
    for code, data in FILES.items():
        assert upload(delta, number, code, data) == len(data)
    return number


def read(delta: Delta, region: str, number: str, code: str) -> bytes:
    service = delta.gateways[region].host.materials
    content = service.opened(number, code)
    pieces = range(0, content.told.size, READ_BYTES_MAX)
    ends = (min(first + READ_BYTES_MAX, content.told.size) - 1 for first in pieces)
    return b"".join(
        service.read(content, first, last) for first, last in zip(pieces, ends, strict=True)
    )


def state(delta: Delta, number: str) -> str:
    return delta.pudong.trace(number).case.state


def codes(refused: pytest.ExceptionInfo[InteropError]) -> set[str]:
    return {reason.code for reason in refused.value.reasons}


def fetch_task(delta: Delta, number: str) -> tasks.Task | None:
    later = delta.clock().replace(year=2099)
    with delta.desk(PUDONG).sit() as at:
        found = tasks.due(at.tx, later, limit=100)
    return next((t for t in found if (t.case, t.kind) == (number, FETCH)), None)


@pytest.mark.requirement("YRD-CASE-013")
def test_a_case_is_accepted_only_once_its_contents_are_here_and_verified(delta: Delta) -> None:
    number = uploaded(delta)
    assert delta.suzhou.hand_over(number).state == "handed-over"
    delta.suzhou.work()
    # It has arrived and is acknowledged; nothing of its contents is here yet.
    assert state(delta, number) == "acknowledged"
    with pytest.raises(CaseError) as refused:
        delta.pudong.accept(number)
    assert codes(refused) == {"material-pending"}
    assert {reason.field for reason in refused.value.reasons} == set(FILES)
    delta.work(20)
    for code, data in FILES.items():
        assert read(delta, PUDONG, number, code) == read(delta, SUZHOU, number, code) == data
    assert fetch_task(delta, number) is None
    delta.clock.pass_(seconds=60)
    delta.work(20)
    assert state(delta, number) == "concluded"
    kinds = delta.audited(PUDONG, number)
    assert kinds.count("material-held") == len(FILES)
    assert max(i for i, kind in enumerate(kinds) if kind == "material-held") < kinds.index(
        "fact-accepted"
    )
    assert delta.audited(SUZHOU, number).count("material-held") == len(FILES)
    sizes = [last - first + 1 for _code, first, last in delta.lines[SUZHOU].pieces]
    assert max(sizes) == READ_BYTES_MAX, "no piece is larger"
    assert sum(sizes) == sum(map(len, FILES.values())), "nothing is fetched twice"


def test_a_case_whose_papers_travel_by_themselves_waits_for_nothing(delta: Delta) -> None:
    number = delta.handed_over(filing(delta), rounds=5)
    assert fetch_task(delta, number) is None
    assert state(delta, number) in {"accepted", "concluded"}


def test_an_upload_that_was_begun_is_finished_before_the_case_leaves(delta: Delta) -> None:
    number = delta.received(filing(delta))
    taking = delta.suzhou.host.materials.begin(number, "design-drawings")
    taking.write(LONG[:CHUNK_BYTES])
    with pytest.raises(CaseError) as refused:
        delta.suzhou.hand_over(number)
    assert codes(refused) == {"material-unfinished"}
    held = delta.suzhou.host.materials.standing(number, "design-drawings")
    assert (held.held, held.size, held.complete) == (CHUNK_BYTES, len(LONG), False)
    assert upload(delta, number, "design-drawings", LONG, offset=held.held) == len(LONG)
    assert delta.suzhou.hand_over(number).state == "handed-over"


@pytest.mark.parametrize("at_piece", [0, *(pytest.param(n, marks=NIGHTLY) for n in (1, 3)), 2])
def test_a_fetch_killed_at_any_piece_goes_on_where_it_was(delta: Delta, at_piece: int) -> None:
    number = uploaded(delta)
    delta.suzhou.hand_over(number)
    delta.suzhou.work()
    line, pieces = delta.lines[SUZHOU], count()

    def kill(data: bytes) -> bytes:
        if next(pieces) == at_piece:
            raise Killed
        return data

    line.bend = kill
    with pytest.raises(Killed):
        delta.pudong.work()
    lost = line.pieces[-1]
    delta.reopen()
    with pytest.raises(CaseError, match="material-pending"):
        delta.pudong.accept(number)
    # A worker that died leaves its claim for a few seconds.
    delta.clock.pass_(seconds=5)
    delta.work(10)
    assert fetch_task(delta, number) is None
    for code, data in FILES.items():
        assert read(delta, PUDONG, number, code) == data
    again = [piece for piece in set(line.pieces) if line.pieces.count(piece) > 1]
    assert again == [lost], "only what was on its way is fetched again"


def test_a_line_that_is_cut_delays_and_loses_nothing(delta: Delta) -> None:
    number = uploaded(delta)
    delta.suzhou.hand_over(number)
    delta.suzhou.work()
    delta.lines[SUZHOU].cut = True
    for _ in range(3):
        delta.pudong.work()
        delta.clock.pass_(seconds=61)
    task = fetch_task(delta, number)
    assert task is not None
    assert task.attempts >= 1
    delta.lines[SUZHOU].cut = False
    delta.calm()
    delta.work(5)
    assert fetch_task(delta, number) is None


def altered(data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1])


@pytest.mark.parametrize(
    ("bend", "code", "slow"),
    [
        (altered, "material-digest", True),
        (lambda _data: b"<html>", "material-short", False),
        pytest.param(lambda data: data + b"!", "material-short", False, marks=NIGHTLY),
        (lambda data: b"<html>" + data[6:], "material-disguised", True),
    ],
    ids=["altered", "short", "long", "disguised"],
)
def test_bytes_that_are_not_as_told_are_dropped_and_asked_for_again(
    delta: Delta, bend: Callable[[bytes], bytes], code: str, *, slow: bool
) -> None:
    number = uploaded(delta)
    delta.suzhou.hand_over(number)
    delta.suzhou.work()
    delta.lines[SUZHOU].bend = bend
    delta.pudong.work()
    task = fetch_task(delta, number)
    assert task is not None
    assert task.reason_code == code
    assert ((task.due_at - delta.clock()).total_seconds() >= 600) == slow
    with delta.desk(PUDONG).sit() as at:
        assert not any(one.complete for one in materials.listed(at.tx, number))
    with pytest.raises(CaseError, match="material-pending"):
        delta.pudong.accept(number)
    delta.lines[SUZHOU].bend = lambda data: data
    delta.clock.pass_(seconds=601)
    delta.work(5)
    assert fetch_task(delta, number) is None


DENYING = """
region = "310115"
version = "1"
case_bytes_max = 100_000_000
source = "this test"
verified = "no"
[[media]]
media_type = "image/png"
zh = "PNG"
en = "PNG"
begins = ["89504e470d0a1a0a"]
bytes_max = 1000
source = "this test"
verified = "no"
"""


def test_what_the_organ_does_not_take_is_not_fetched(delta: Delta) -> None:
    delta.lay_over("mappings/materials/310115.toml", DENYING)
    delta.reopen()
    number = uploaded(delta)
    delta.suzhou.hand_over(number)
    delta.work(3)
    task = fetch_task(delta, number)
    assert task is not None
    assert task.reason_code == "material-type"
    assert delta.lines[SUZHOU].pieces == []


def test_a_carrier_that_brings_no_contents_says_so(delta: Delta) -> None:
    number = uploaded(delta)
    delta.suzhou.hand_over(number)
    delta.suzhou.work()

    class Bare:
        """A line for batches alone."""

        def __init__(self, region: str) -> None:
            line = delta.lines[region]
            self.send, self.ask, self.knowledge = line.send, line.ask, line.knowledge

    desk = delta.desk(PUDONG)
    outside: Outside = replace(desk.outside, peer=Bare)
    object.__setattr__(desk, "outside", outside)
    delta.pudong.work()
    task = fetch_task(delta, number)
    assert task is not None
    assert task.reason_code == "material-carrier"


def test_a_round_that_takes_long_gives_way_and_the_next_goes_on(delta: Delta) -> None:
    number = uploaded(delta)
    delta.suzhou.hand_over(number)
    delta.suzhou.work()
    desk, line = delta.desk(PUDONG), delta.lines[SUZHOU]
    rounds = 0
    while (task := fetch_task(delta, number)) is not None:
        # Each look at this clock takes a second: one piece, and the round is over.
        done = fetch(desk, task, monotonic=map(float, count()).__next__)
        assert done == (fetch_task(delta, number) is None)
        rounds += 1
        assert len(line.pieces) == rounds
    assert rounds > len(FILES), "the long one took several"
    for code, data in FILES.items():
        assert read(delta, PUDONG, number, code) == data


def test_two_workers_at_one_content_do_no_harm(delta: Delta) -> None:
    number = uploaded(delta)
    delta.suzhou.hand_over(number)
    delta.suzhou.work()
    line, desk = delta.lines[SUZHOU], delta.desk(PUDONG)
    task = fetch_task(delta, number)
    assert task is not None
    seen = count()

    def meanwhile(data: bytes) -> bytes:
        # Another worker brings the same piece while this one waits for it.
        if next(seen) == 1:
            line.bend = lambda same: same
            assert fetch(desk, task)
        return data

    line.bend = meanwhile
    assert not fetch(desk, task)
    assert fetch_task(delta, number) is None
    for code, data in FILES.items():
        assert read(delta, PUDONG, number, code) == data


def withdraw(delta: Delta, region: str, number: str) -> None:
    """Let a gateway know that the applicant has withdrawn."""
    with delta.desk(region).sit() as at:
        row = rows.require(at.tx, number)
        fact = CaseFact(
            case=number,
            side="receiving",
            seq=row.receiving_seq + 1,
            seen=row.handling_seq,
            type="withdrawn",
            at=delta.clock(),
        )
        dossier = open_dossier(at, number)
        rows.append_fact(at.tx, fact)
        settle(at, dossier, (fact,))


def test_of_a_case_that_was_withdrawn_nothing_more_is_fetched(delta: Delta) -> None:
    number = uploaded(delta)
    delta.suzhou.hand_over(number)
    delta.suzhou.work()
    withdraw(delta, PUDONG, number)
    delta.pudong.work()
    assert fetch_task(delta, number) is None
    assert delta.lines[SUZHOU].pieces == []

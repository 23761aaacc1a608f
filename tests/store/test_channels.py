"""Channels against a model: order without gaps, one batch at a time, receipts for ever."""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from datetime import datetime
from typing import ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select, update

from interop.conformance.strategies import store as drawn
from interop.errors import ExchangeError, StoreDamaged, StoreError
from interop.store import Store, Tx, cases, channels
from interop.store.channels import BatchRow, Mark
from interop.store.inbox import Answer
from interop.store.schema import BATCH, OUTBOX

Blank = Callable[[], AbstractContextManager[Tx]]

Lane = tuple[str, int]
Sent = tuple[str, str, bytes]

LANES: tuple[Lane, ...] = (("p", 1), ("q", 0))
STEPS = 15
LANE = st.sampled_from(LANES)
CASES = ("case", "other")


class Sending(RuleBasedStateMachine):
    """The sending half against lists."""

    blank: ClassVar[Blank]

    def __init__(self) -> None:
        super().__init__()
        self.scope = ExitStack()
        self.tx = self.scope.enter_context(type(self).blank())
        for case in CASES:
            cases.add(self.tx, drawn.a_case(case))
        self.sent: dict[Lane, list[Sent]] = {}
        self.batches: dict[Lane, list[BatchRow]] = {}

    def teardown(self) -> None:
        self.scope.close()

    def line(self, lane: Lane) -> list[Sent]:
        return self.sent.setdefault(lane, [])

    def made(self, lane: Lane) -> list[BatchRow]:
        return self.batches.setdefault(lane, [])

    def batched(self, lane: Lane) -> int:
        return sum(batch.n for batch in self.made(lane))

    def awaits(self, lane: Lane) -> bool:
        return bool(self.made(lane)) and self.made(lane)[-1].receipt is None

    @rule(lane=LANE, case=st.sampled_from(CASES), body=drawn.BODIES)
    def enqueue(self, lane: Lane, case: str, body: bytes) -> None:
        envelope = f"{lane}/{len(self.line(lane))}"
        seq = channels.enqueue(
            self.tx, peer=lane[0], lane=lane[1], case=case, envelope_id=envelope, body=body
        )
        self.line(lane).append((envelope, case, body))
        assert seq == len(self.line(lane))
        self.check(lane)

    @rule(lane=LANE, skip=st.integers(-1, 1), n=st.integers(0, 4), wire=drawn.BODIES)
    def batch(self, lane: Lane, skip: int, n: int, wire: bytes) -> None:
        first = self.batched(lane) + 1 + skip
        root = f"root-{len(self.made(lane))}"
        row = BatchRow(*lane, epoch=1, first=first, n=n, root=root, wire=wire)
        waits = len(self.line(lane)) - self.batched(lane)
        if self.awaits(lane):
            with pytest.raises(ExchangeError, match="outbox-batch-open"):
                channels.add_batch(self.tx, row)
        elif skip == 0 and 1 <= n <= waits:
            channels.add_batch(self.tx, row)
            self.made(lane).append(row)
        else:
            with pytest.raises(ExchangeError, match="outbox-batch-gap"):
                channels.add_batch(self.tx, row)
        self.check(lane)

    @rule(lane=LANE, attempts=st.integers(1, 3), at=drawn.INSTANTS, off=st.integers(0, 1))
    def defer(self, lane: Lane, attempts: int, at: datetime, off: int) -> None:
        first = (self.made(lane)[-1].first if self.made(lane) else 1) + off
        if self.awaits(lane) and not off:
            channels.defer_batch(self.tx, *lane, first, attempts=attempts, next_try_at=at)
            self.made(lane)[-1] = replace(
                self.made(lane)[-1], attempts=attempts, next_try_at=at
            )
        else:
            with pytest.raises(ExchangeError, match="outbox-batch-unknown"):
                channels.defer_batch(self.tx, *lane, first, attempts=attempts, next_try_at=at)
        self.check(lane)

    @rule(lane=LANE, back=st.integers(0, 2), receipt=st.sampled_from([b"one", b"two"]))
    def close(self, lane: Lane, back: int, receipt: bytes) -> None:
        made = self.made(lane)
        if back >= len(made):
            with pytest.raises(ExchangeError, match="outbox-batch-unknown"):
                channels.close_batch(self.tx, *lane, 0, receipt)
            return
        row = made[-1 - back]
        if row.receipt in {None, receipt}:
            channels.close_batch(self.tx, *lane, row.first, receipt)
            made[-1 - back] = replace(row, receipt=receipt)
        else:
            with pytest.raises(ExchangeError, match="outbox-receipt-conflict"):
                channels.close_batch(self.tx, *lane, row.first, receipt)
        self.check(lane)

    def check(self, lane: Lane) -> None:
        left = [
            channels.Outgoing(*lane, seq, envelope, case, body)
            for seq, (envelope, case, body) in enumerate(self.line(lane), start=1)
            if seq > self.batched(lane)
        ]
        assert list(channels.waiting(self.tx, *lane, limit=10_000)) == left
        made = self.made(lane)
        unanswered = made[-1] if self.awaits(lane) else None
        assert channels.open_batch(self.tx, *lane) == unanswered
        assert channels.sent_head(self.tx, *lane) == (made[-1].root if made else "")
        for case in CASES:
            closed = channels.closed_batches(self.tx, lane[0], case)
            assert list(closed) == self.closed(lane, case)

    def closed(self, lane: Lane, case: str) -> list[BatchRow]:
        line = self.line(lane)
        return [
            replace(batch, wire=b"")
            for batch in self.made(lane)
            if batch.receipt is not None
            and case in {line[batch.first - 1 + n][1] for n in range(batch.n)}
        ]

    @invariant()
    def lanes_with_work_are_listed(self) -> None:
        busy = [
            lane
            for lane in LANES
            if self.awaits(lane) or len(self.line(lane)) > self.batched(lane)
        ]
        assert list(channels.lanes(self.tx)) == busy


def test_the_sending_half_behaves_like_its_model(blank: Blank) -> None:
    class SendingHere(Sending): ...

    SendingHere.blank = staticmethod(blank)
    run_state_machine_as_test(SendingHere, settings=settings(stateful_step_count=STEPS))


@given(sizes=st.lists(st.integers(1, 4), max_size=6))
def test_a_mark_moves_by_whole_batches_and_every_receipt_is_kept(
    blank: Blank, sizes: list[int]
) -> None:
    given_out: dict[int, Answer] = {}
    held = Mark("p", 3)
    with blank() as tx:
        for turn, n in enumerate(sizes):
            assert channels.mark(tx, "p", 3) == held
            first, root, receipt = held.seq + 1, f"root-{turn}", f"receipt-{turn}".encode()
            held = Mark("p", 3, 1, held.seq + n, root)
            channels.advance(tx, held, root=root, first=first, n=n, receipt=receipt)
            given_out[first] = Answer(1, first, n, root, receipt)
        for seq in range(sum(sizes) + 2):
            assert channels.answered(tx, "p", 3, first=seq) == given_out.get(seq)
        assert channels.mark(tx, "p", 3) == held
        assert channels.mark(tx, "q", 3) == Mark("q", 3, 0, 0, "")


def advance(store: Store, mark: Mark, *, root: str, first: int, n: int) -> None:
    with store.transaction() as tx:
        channels.advance(tx, mark, root=root, first=first, n=n, receipt=b"receipt")


@pytest.mark.parametrize(
    ("mark", "first", "n"),
    [
        (Mark("p", 0, 2, 4, "root"), 4, 1),  # a gap
        (Mark("p", 0, 2, 2, "root"), 2, 1),  # received before
        (Mark("p", 0, 2, 2, "root"), 3, 0),  # nothing
        (Mark("p", 0, 2, 4, "root"), 3, 1),  # does not end at the mark
        (Mark("p", 0, 2, 3, "other"), 3, 1),  # another root
        (Mark("p", 0, 3, 4, "root"), 4, 1),  # a gap in a later epoch
        (Mark("p", 0, 3, 0, "root"), 0, 1),  # before the first
    ],
)
def test_a_mark_that_does_not_fit_its_batch_is_refused(
    store: Store, mark: Mark, first: int, n: int
) -> None:
    held = Mark("p", 0, 2, 2, "held")
    advance(store, held, root="held", first=1, n=2)
    with pytest.raises(ExchangeError, match="inbox-mark-moved"):
        advance(store, mark, root="root", first=first, n=n)
    with store.transaction() as tx:
        assert channels.mark(tx, "p", 0) == held


def test_a_later_epoch_goes_on_where_the_numbers_stood(store: Store) -> None:
    advance(store, Mark("p", 0, 2, 2, "old"), root="old", first=1, n=2)
    with pytest.raises(ExchangeError, match="inbox-epoch-stale"):
        advance(store, Mark("p", 0, 1, 3, "new"), root="new", first=3, n=1)
    with pytest.raises(ExchangeError, match="inbox-mark-moved"):
        advance(store, Mark("p", 0, 3, 1, "new"), root="new", first=1, n=1)
    after = Mark("p", 0, 3, 3, "new")
    advance(store, after, root="new", first=3, n=1)
    with store.transaction() as tx:
        assert channels.mark(tx, "p", 0) == after
        assert channels.answered(tx, "p", 0, first=3) == Answer(3, 3, 1, "new", b"receipt")


@given(
    letters=st.lists(
        st.tuples(LANE, drawn.NUMBERS, drawn.BODIES, st.integers(1, 9)), max_size=5
    ),
    limit=st.integers(1, 5),
)
def test_dead_letters_keep_what_could_not_be_applied(
    blank: Blank, letters: list[tuple[Lane, str, bytes, int]], limit: int
) -> None:
    with blank() as tx:
        kept = []
        for (peer, lane), case, body, seq in letters:
            number = channels.bury(
                tx,
                peer=peer,
                lane=lane,
                seq=seq,
                case=case,
                reason_code="fact-conflict",
                body=body,
            )
            kept.append(
                channels.DeadLetter(number, peer, lane, seq, case, "fact-conflict", body)
            )
        assert [letter.id for letter in kept] == list(range(1, len(letters) + 1))
        assert list(channels.dead_letters(tx)) == kept
        assert list(channels.dead_letters(tx, limit=limit)) == kept[:limit]


def test_bodies_swapped_between_rows_are_refused(store: Store) -> None:
    with store.transaction() as tx:
        cases.add(tx, drawn.a_case("case"))
        for n in (1, 2):
            channels.enqueue(
                tx, peer="p", lane=n, case="case", envelope_id=f"e{n}", body=b"body"
            )
            channels.add_batch(tx, BatchRow("p", n, 1, 1, 1, "root", b"wire"))
            channels.enqueue(
                tx, peer="p", lane=n, case="case", envelope_id=f"f{n}", body=b"body"
            )
        for table, name in ((OUTBOX, "body"), (BATCH, "wire")):
            first = select(table.c[name]).where(table.c.lane == 1).limit(1).scalar_subquery()
            tx.write(update(table).where(table.c.lane == 2).values({name: first}))
        with pytest.raises(StoreDamaged):
            channels.waiting(tx, "p", 2, limit=1)
        with pytest.raises(StoreDamaged):
            channels.open_batch(tx, "p", 2)


def test_a_batch_has_one_receipt(store: Store) -> None:
    with store.transaction() as tx:
        cases.add(tx, drawn.a_case("case"))
        channels.enqueue(tx, peer="p", lane=0, case="case", envelope_id="e", body=b"")
        channels.add_batch(tx, BatchRow("p", 0, 1, 1, 1, "root", b"wire"))
        for _again in range(2):
            channels.close_batch(tx, "p", 0, 1, b"receipt")
        with pytest.raises(ExchangeError, match="outbox-receipt-conflict"):
            channels.close_batch(tx, "p", 0, 1, b"another")
        assert [row.receipt for row in channels.closed_batches(tx, "p", "case")] == [b"receipt"]


def test_an_envelope_goes_out_once_and_of_known_cases_only(store: Store) -> None:
    def enqueue(case: str) -> None:
        with store.transaction() as tx:
            channels.enqueue(tx, peer="p", lane=0, case=case, envelope_id="e", body=b"")

    with pytest.raises(StoreError, match="case-key-unknown"):
        enqueue("case")
    with store.transaction() as tx:
        cases.add(tx, drawn.a_case("case"))
    enqueue("case")
    with pytest.raises(StoreError, match="store-fault"):
        enqueue("case")
    with store.transaction() as tx:
        assert [row.seq for row in channels.waiting(tx, "p", 0, limit=9)] == [1]


def test_envelopes_do_not_show_themselves() -> None:
    shown = repr(
        (
            channels.Outgoing("p", 0, 1, "e", "case", b"secret"),
            BatchRow("p", 0, 1, 1, 1, "root", b"secret", b"secret"),
            channels.DeadLetter(1, "p", 0, 1, "case", "code", b"secret"),
        )
    )
    assert "secret" not in shown

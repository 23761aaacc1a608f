"""What may be used once: in memory and in SQL alike, against one model."""

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.federation import NOW
from interop.crypto.cipher import AesGcm
from interop.crypto.ring import OrganSecret
from interop.errors import StoreFull, TrustError
from interop.federation.replay import MemoryReplay, use_key
from interop.model.ports import ReplayStore
from interop.store import Store, Tx, token_uses

SECONDS: Final = st.integers(-3, 12)
USES: Final = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from(["j1", "j2"]), SECONDS, SECONDS),
    max_size=12,
)


class Undo(Exception):
    pass


class OnTx:
    def __init__(self, tx: Tx) -> None:
        self.tx = tx

    def first_use(self, issuer: str, token_id: str, *, until: datetime, now: datetime) -> bool:
        return token_uses.first_use(self.tx, use_key(issuer, token_id), until=until, now=now)


@pytest.fixture(scope="module")
def sql(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[[], AbstractContextManager[ReplayStore]]]:
    path = tmp_path_factory.mktemp("replay") / "store.db"

    @contextmanager
    def lent() -> Iterator[ReplayStore]:
        with suppress(Undo), store.transaction() as tx:
            yield OnTx(tx)
            raise Undo

    with opened(path) as store:
        yield lent


@contextmanager
def memory() -> Iterator[ReplayStore]:
    yield MemoryReplay()


def opened(path: Path) -> Store:
    return Store.open(path, organ_key=OrganSecret(bytes(32)), cipher=AesGcm())


def at(second: int) -> datetime:
    return NOW + timedelta(seconds=second)


@given(uses=USES)
@pytest.mark.parametrize("kind", ["memory", "sql"])
def test_nothing_counts_twice_whatever_the_clock_does(
    sql: Callable[[], AbstractContextManager[ReplayStore]],
    kind: str,
    uses: list[tuple[str, str, int, int]],
) -> None:
    with (memory if kind == "memory" else sql)() as replay:
        accepted: set[tuple[str, str, int]] = set()
        for issuer, jti, end, now in uses:
            first = replay.first_use(issuer, jti, until=at(end), now=at(now))
            this = (issuer, jti, end)
            # One token has one end. It may count once in its life, and never past it.
            assert not (first and (this in accepted or now >= end))
            if first:
                accepted.add(this)


@given(ends=st.lists(st.integers(1, 9), min_size=1, max_size=8))
@pytest.mark.parametrize("kind", ["memory", "sql"])
def test_with_a_clock_that_runs_on_every_first_use_counts(
    sql: Callable[[], AbstractContextManager[ReplayStore]], kind: str, ends: list[int]
) -> None:
    with (memory if kind == "memory" else sql)() as replay:
        for n, end in enumerate(ends):
            assert replay.first_use("a", f"j{n}", until=at(n + end), now=at(n))
            assert not replay.first_use("a", f"j{n}", until=at(n + end), now=at(n))


@pytest.mark.parametrize("kind", ["memory", "sql"])
def test_a_clock_that_steps_back_opens_nothing_again(
    sql: Callable[[], AbstractContextManager[ReplayStore]], kind: str
) -> None:
    with (memory if kind == "memory" else sql)() as replay:
        assert replay.first_use("a", "used", until=at(10), now=at(0))
        assert replay.first_use("a", "later", until=at(99), now=at(11))
        assert not replay.first_use("a", "used", until=at(10), now=at(1))
        assert not replay.first_use("a", "never seen but as old", until=at(10), now=at(1))
        assert replay.first_use("a", "younger", until=at(12), now=at(1))


@pytest.mark.parametrize("kind", ["memory", "sql"])
def test_an_end_too_far_ahead_is_refused(
    sql: Callable[[], AbstractContextManager[ReplayStore]], kind: str
) -> None:
    with (memory if kind == "memory" else sql)() as replay:
        assert replay.first_use("a", "b", until=NOW + timedelta(days=2), now=NOW)
        assert not replay.first_use("a", "c", until=at(1) + timedelta(days=2), now=NOW)


def test_memory_is_bounded_and_drops_nothing_that_lives() -> None:
    replay = MemoryReplay(entries_max=3)
    for n in range(3):
        assert replay.first_use("a", f"j{n}", until=at(5 + n), now=at(0))
    with pytest.raises(TrustError, match="replay-full"):
        replay.first_use("a", "j9", until=at(9), now=at(0))
    assert not replay.first_use("a", "j0", until=at(5), now=at(0))
    assert replay.first_use("a", "j9", until=at(9), now=at(5))
    assert (len(replay), repr(replay)) == (3, "MemoryReplay(3)")


def test_the_table_is_bounded_and_drops_nothing_that_lives(tmp_path: Path) -> None:
    def use(tx: Tx, name: str, end: int, now: int) -> bool:
        return token_uses.first_use(tx, name, until=at(end), now=at(now), uses_max=2)

    with opened(tmp_path / "s.db") as store:
        with store.transaction() as tx:
            assert use(tx, "a", 5, 0)
            assert use(tx, "b", 6, 0)
        with pytest.raises(StoreFull, match="token-uses-full"), store.transaction() as tx:
            use(tx, "c", 9, 0)
        with store.transaction() as tx:
            assert not use(tx, "a", 5, 0)
            # What is over makes room, also where the use itself is refused.
            assert not use(tx, "a", 5, 5)
            assert use(tx, "c", 9, 5)
            assert not use(tx, "b", 6, 6)
            assert use(tx, "d", 9, 6)


def test_two_connections_see_each_others_uses(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    with opened(path) as one, opened(path) as two:
        with one.transaction() as tx:
            assert OnTx(tx).first_use("a", "j", until=at(9), now=at(0))
        with two.transaction() as tx:
            assert not OnTx(tx).first_use("a", "j", until=at(9), now=at(0))


def _race(path: str, count: int) -> list[bool]:
    with opened(Path(path)) as store:
        won = []
        for n in range(count):
            with store.transaction() as tx:
                won.append(OnTx(tx).first_use("a", f"j{n}", until=at(9), now=at(0)))
        return won


def test_of_two_processes_one_wins_each_use(tmp_path: Path) -> None:
    path, count = tmp_path / "s.db", 20
    opened(path).close()
    spawn = multiprocessing.get_context("spawn")
    with spawn.Pool(2) as pool:
        one, two = pool.starmap(_race, [(str(path), count)] * 2)
    assert [a + b for a, b in zip(one, two, strict=True)] == [1] * count


def test_a_pair_of_names_is_spelled_one_way() -> None:
    assert use_key("a", "bc") != use_key("ab", "c")
    assert use_key('a","b', "c") != use_key("a", 'b","c')

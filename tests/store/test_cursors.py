"""Cursors go on and never back; of what may be used once, one kind can be forgotten alone."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies import store as drawn
from interop.store import Store, Tx, cursors, nonces

Blank = Callable[[], AbstractContextManager[Tx]]


@given(moves=st.lists(st.tuples(st.sampled_from(["a", "b"]), st.integers(0, 5)), max_size=10))
def test_a_cursor_stands_at_the_furthest(blank: Blank, moves: list[tuple[str, int]]) -> None:
    with blank() as tx:
        for turn, (name, n) in enumerate(moves):
            cursors.advance(tx, name, n)
            for reader in ("a", "b"):
                far = [at for who, at in moves[: turn + 1] if who == reader]
                assert cursors.position(tx, reader) == max(far, default=0)


def test_one_kind_is_forgotten_alone(store: Store) -> None:
    later = drawn.MORNING + timedelta(seconds=1)
    with store.transaction() as tx:
        for kind in ("ours", "theirs"):
            nonces.use_once(tx, kind, "d", drawn.MORNING)
        assert nonces.sweep(tx, later, kind="ours") == 1
        assert nonces.use_once(tx, "ours", "d", later)
        assert not nonces.use_once(tx, "theirs", "d", later)

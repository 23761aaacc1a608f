"""What issuers took back and which sessions ended, as every process of a region sees it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.store import INSTANTS, MORNING
from interop.errors import StoreError
from interop.store import Tx, logouts, revocations, token_uses

Blank = Callable[[], AbstractContextManager[Tx]]
DAY = timedelta(days=1)
DIGESTS = st.frozensets(st.sampled_from(["d1", "d2", "d3"]))


@given(
    lists=st.lists(st.tuples(st.integers(1, 4), DIGESTS), min_size=1, max_size=5),
    now=INSTANTS,
    fresh_until=INSTANTS,
)
def test_the_newest_list_counts_whole(
    blank: Blank,
    lists: list[tuple[int, frozenset[str]]],
    now: datetime,
    fresh_until: datetime,
) -> None:
    newest = (0, frozenset[str]())
    with blank() as tx:
        assert revocations.state(tx, "a", "d1", now=MORNING) == "unknown"
        for sequence, digests in lists:
            tell = partial(
                revocations.replace,
                *(tx, "a"),
                sequence=sequence,
                digests=digests,
                fresh_until=fresh_until,
            )
            if sequence > newest[0]:
                assert tell() == len(digests)
                newest = (sequence, digests)
            else:
                with pytest.raises(StoreError, match="revocations-older"):
                    tell()
        for digest in ("d1", "d2", "d3"):
            found = revocations.state(tx, "a", digest, now=now)
            fresh = now < fresh_until
            known = "valid" if fresh else "unknown"
            assert found == ("revoked" if digest in newest[1] else known)
        assert revocations.state(tx, "b", "d1", now=MORNING) == "unknown"


def test_a_list_has_a_limit(blank: Blank, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(revocations, "REVOCATIONS_MAX", 2)
    with blank() as tx, pytest.raises(StoreError, match="revocations-too-many"):
        revocations.replace(tx, "a", sequence=1, digests="abc", fresh_until=MORNING)


def test_a_later_end_stays(blank: Blank) -> None:
    with blank() as tx:
        assert logouts.ended_at(tx, "k") is None
        for at in (MORNING, MORNING + DAY, MORNING - DAY):
            logouts.end(tx, "k", at=at, until=at + DAY)
        assert logouts.ended_at(tx, "k") == MORNING + DAY
        assert logouts.sweep(tx, MORNING + 2 * DAY) == 0
        assert logouts.sweep(tx, MORNING + 3 * DAY) == 1
        assert logouts.ended_at(tx, "k") is None


def test_a_use_is_remembered_by_its_digest_alone(blank: Blank) -> None:
    with blank() as tx:
        assert token_uses.first_use(tx, "d", until=MORNING + DAY, now=MORNING)
        assert not token_uses.first_use(tx, "d", until=MORNING + DAY, now=MORNING)

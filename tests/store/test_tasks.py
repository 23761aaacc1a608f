"""Tasks are kept until done; versions, leases and uses hold to their word."""

import hashlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from interop.conformance.strategies import store as drawn
from interop.errors import CaseError, KnowledgeError, StoreDamaged, StoreError
from interop.store import Store, Tx, cases, leases, nonces, tasks, versions
from interop.store.schema import KNOWLEDGE_VERSION
from interop.store.tasks import Task

Blank = Callable[[], AbstractContextManager[Tx]]

Ask = tuple[str, str, datetime, bytes]
Take = tuple[str, str, int, int]

ASKS = st.lists(
    st.tuples(
        st.sampled_from(["register", "progress"]),
        st.sampled_from(["case", "other"]),
        drawn.INSTANTS,
        st.sampled_from([b"", b"body"]),
    ),
    max_size=8,
)
# Seconds within a few lengths of a lease, so that ends and starts meet.
TAKES = st.lists(
    st.tuples(
        st.sampled_from(["lane-1", "lane-2"]),
        st.sampled_from(["we", "they"]),
        st.integers(0, 3),
        st.integers(1, 3),
    ),
    max_size=12,
)
USES = st.lists(
    st.tuples(st.sampled_from(["token", "jwt"]), st.sampled_from(["d1", "d2"])), max_size=8
)


@given(asks=ASKS, now=drawn.INSTANTS, limit=st.integers(1, 4))
def test_a_task_is_open_once_and_due_in_its_time(
    blank: Blank, asks: list[Ask], now: datetime, limit: int
) -> None:
    kept: dict[tuple[str, str], Task] = {}
    with blank() as tx:
        for case in ("case", "other"):
            cases.add(tx, drawn.a_case(case))
        for kind, case, due_at, body in asks:
            held = kept.get((kind, case))
            if held is None:
                number = tasks.add(tx, kind=kind, case=case, due_at=due_at, body=body)
                kept[kind, case] = Task(number, kind, case, due_at, 0, "", body)
            elif held.body == body:
                assert tasks.add(tx, kind=kind, case=case, due_at=due_at, body=body) == held.id
            else:
                with pytest.raises(CaseError, match="task-conflict"):
                    tasks.add(tx, kind=kind, case=case, due_at=due_at, body=body)
        ready = sorted(
            (task for task in kept.values() if task.due_at <= now),
            key=lambda task: (task.due_at, task.id),
        )
        assert list(tasks.due(tx, now, limit=limit)) == ready[:limit]
        since = ready[0].due_at if ready else None
        assert tasks.waiting(tx, now, limit=limit) == (len(ready[:limit]), since)
        every = [task for task in kept.values() if task.kind == "register"]
        assert list(tasks.listed(tx, kind="register", after=0, limit=limit)) == every[:limit]
        for first in every[:1]:
            rest = tasks.listed(tx, kind="register", after=first.id, limit=limit)
            assert list(rest) == every[1:][:limit], "by id, due or not"


def test_a_task_put_off_comes_back_and_a_finished_one_does_not(store: Store) -> None:
    now, later = drawn.MORNING, drawn.MORNING + timedelta(minutes=1)
    with store.transaction() as tx:
        cases.add(tx, drawn.a_case("case"))
        first = tasks.add(tx, kind="register", case="case", due_at=now, body=b"body")
        tasks.defer(tx, first, attempts=1, due_at=later, reason_code="region-timeout")
        assert tasks.due(tx, now, limit=9) == ()
        (task,) = tasks.due(tx, later, limit=9)
        assert task == Task(first, "register", "case", later, 1, "region-timeout", b"body")
        tasks.finish(tx, first)
        assert tasks.due(tx, later, limit=9) == ()
        asked: list[Callable[[], None]] = [
            lambda: tasks.finish(tx, first),
            lambda: tasks.defer(tx, first, attempts=2, due_at=now, reason_code=""),
        ]
        for ask in asked:
            with pytest.raises(StoreError, match="task-unknown"):
                ask()
        assert tasks.add(tx, kind="register", case="case", due_at=now) != first
    assert "body" not in repr(replace(task, body=b"body"))[:-1].replace("body=", "")


def test_a_task_of_no_known_case_is_refused(store: Store) -> None:
    with store.transaction() as tx, pytest.raises(StoreError, match="case-key-unknown"):
        tasks.add(tx, kind="register", case="nobody", due_at=drawn.MORNING)


@given(datas=st.lists(drawn.BODIES, max_size=4), algorithm=st.sampled_from(["sha256", "sm3"]))
def test_a_version_is_held_under_its_digest(
    blank: Blank, datas: list[bytes], algorithm: str
) -> None:
    name = {"sha256": "sha-256", "sm3": "sm3"}[algorithm]
    digests = {f"{name}:{hashlib.new(algorithm, data).hexdigest()}": data for data in datas}
    with blank() as tx:
        for turn in range(2):
            for digest, data in digests.items():
                at = drawn.MORNING + timedelta(days=turn)
                versions.keep(tx, digest=digest, kind="items", key=digest, data=data, at=at)
        assert {row.digest: row.kept_at for row in versions.listed(tx)} == dict.fromkeys(
            digests, drawn.MORNING
        )
        assert {digest: versions.held(tx, digest) for digest in digests} == digests
        assert versions.held(tx, "sha-256:00") is None


def test_other_bytes_under_a_digest_are_damage(store: Store) -> None:
    digest = f"sha-256:{hashlib.sha256(b'data').hexdigest()}"

    def keep(digest: str, data: bytes) -> None:
        with store.transaction() as tx:
            versions.keep(tx, digest=digest, kind="items", key="k", data=data, at=drawn.MORNING)

    keep(digest, b"data")
    with pytest.raises(StoreDamaged, match="version-digest-mismatch"):
        keep(digest, b"other")
    with pytest.raises(KnowledgeError, match="digest-unknown-algorithm"):
        keep("md5:00", b"data")
    with store.transaction() as tx:
        tx.write(update(KNOWLEDGE_VERSION).values(data=b"altered"))
        with pytest.raises(StoreDamaged, match="version-digest-mismatch"):
            versions.held(tx, digest)


@given(takes=TAKES)
def test_a_lease_is_one_holders_until_it_ends(blank: Blank, takes: list[Take]) -> None:
    held: dict[str, tuple[str, int]] = {}
    second = 0
    with blank() as tx:
        for name, holder, wait, seconds in takes:
            second += wait
            now = drawn.MORNING + timedelta(seconds=second)
            other, until = held.get(name, (holder, 0))
            # One that lasts longer than it could have been given for: the clock was set back.
            free = other == holder or not second < until <= second + seconds
            assert leases.take(tx, name, holder, now, seconds) is free
            if free:
                held[name] = (holder, second + seconds)


def test_a_lease_is_given_back_by_its_holder(store: Store) -> None:
    now = drawn.MORNING
    with store.transaction() as tx:
        assert leases.take(tx, "lane", "we", now, 60)
        assert not leases.release(tx, "lane", "they")
        assert not leases.take(tx, "lane", "they", now, 60)
        assert leases.release(tx, "lane", "we")
        assert leases.take(tx, "lane", "they", now, 60)


@given(uses=USES)
def test_what_may_be_used_once_is_used_once(blank: Blank, uses: list[tuple[str, str]]) -> None:
    with blank() as tx:
        for turn, (kind, digest) in enumerate(uses):
            first = (kind, digest) not in uses[:turn]
            assert nonces.use_once(tx, kind, digest, drawn.MORNING) is first


def test_only_what_expired_is_forgotten(store: Store) -> None:
    moment = timedelta(seconds=1)
    with store.transaction() as tx:
        nonces.use_once(tx, "token", "d", drawn.MORNING)
        assert nonces.sweep(tx, drawn.MORNING) == 0
        assert not nonces.use_once(tx, "token", "d", drawn.MORNING)
        assert nonces.sweep(tx, drawn.MORNING + moment) == 1
        assert nonces.use_once(tx, "token", "d", drawn.MORNING)


@given(uses=USES, limit=st.integers(0, 3))
def test_uses_are_counted_up_to_their_limit(
    blank: Blank, uses: list[tuple[str, str]], limit: int
) -> None:
    with blank() as tx:
        for turn, (kind, key) in enumerate(uses):
            allowed = uses[:turn].count((kind, key)) < limit
            assert nonces.count_use(tx, kind, key, limit) is allowed

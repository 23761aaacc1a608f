"""Contents of materials: resumed, verified, read by range, named for no other case."""

import hashlib
import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from interop.conformance.strategies.store import MORNING, a_case
from interop.errors import CaseError, StoreDamaged, StoreError
from interop.model.case import SubmittedMaterial
from interop.store import Store, Tx, cases, materials, vault
from interop.store.materials import CHUNK_BYTES, READ_BYTES_MAX, Content
from interop.store.schema import MATERIAL, MATERIAL_CHUNK
from tests.databases import Database, Place

Blank = Callable[[], AbstractContextManager[Tx]]

# Near every border of a chunk.
SIZES = st.integers(0, 2).flatmap(
    lambda n: st.integers(-2, 2).map(lambda d: max(1, n * CHUNK_BYTES + d))
)


def content_of(size: int) -> bytes:
    # No two places alike, so that a piece put elsewhere shows.
    words = (n.to_bytes(4, "big") for n in range(size // 4 + 1))
    return b"".join(words)[:size]


def told_of(data: bytes, code: str = "form", by: str = "sha-256") -> SubmittedMaterial:
    name = {"sha-256": "sha256", "sm3": "sm3"}[by]
    found = hashlib.new(name, data).hexdigest()
    return SubmittedMaterial(
        code=code, content_digest=f"{by}:{found}", size=len(data), media_type="application/pdf"
    )


def begun(tx: Tx, told: SubmittedMaterial, case: str = "case") -> Content:
    vault.create_key(tx, case)
    return materials.declare(tx, case, told, at=MORNING)


def filled(tx: Tx, data: bytes, told: SubmittedMaterial | None = None) -> Content:
    content = begun(tx, told or told_of(data))
    for first in range(0, len(data), CHUNK_BYTES):
        part = data[first : first + CHUNK_BYTES]
        content = materials.append(tx, content, part, at=MORNING)
    return content


@given(size=SIZES, data=st.data())
def test_any_partition_into_ranges_gives_the_same_bytes(
    blank: Blank, size: int, data: st.DataObject
) -> None:
    whole = content_of(size)
    near = st.integers(0, size) | st.sampled_from([0, CHUNK_BYTES, 2 * CHUNK_BYTES]).flatmap(
        lambda border: st.integers(border - 1, border + 1)
    )
    cuts = data.draw(st.sets(near.filter(lambda n: 0 < n < size), max_size=5))
    edges = [0, *sorted(cuts), size]
    with blank() as tx:
        content = filled(tx, whole)
        assert materials.verify(tx, content, at=MORNING)
        pieces = [
            materials.read(tx, content, first, after - 1)
            for first, after in itertools.pairwise(edges)
        ]
        assert b"".join(pieces) == whole
        assert [len(piece) for piece in pieces] == [
            after - first for first, after in itertools.pairwise(edges)
        ]


@pytest.mark.parametrize(
    "span", [(-1, 0), (1, 0), (0, CHUNK_BYTES + 1), (0, 2 * READ_BYTES_MAX), (5, 4)]
)
def test_a_range_outside_is_refused(blank: Blank, span: tuple[int, int]) -> None:
    with blank() as tx:
        content = filled(tx, content_of(CHUNK_BYTES + 1))
        assert len(materials.read(tx, content, 0, CHUNK_BYTES)) == CHUNK_BYTES + 1
        with pytest.raises(CaseError, match="material-range"):
            materials.read(tx, content, *span)


@pytest.mark.parametrize("by", ["sha-256", "sm3"])
def test_what_is_as_told_is_complete_and_nothing_else(blank: Blank, by: str) -> None:
    data = content_of(CHUNK_BYTES + 7)
    with blank() as tx:
        right = filled(tx, data, told_of(data, by=by))
        assert not right.complete
        assert materials.verify(tx, right, at=MORNING)
        assert materials.require(tx, "case", "form").complete
    for wrong in (
        told_of(data).model_copy(update={"content_digest": "sha-256:" + "0" * 64}),
        told_of(data).model_copy(update={"content_digest": "md5:" + "0" * 32}),
    ):
        with blank() as tx:
            content = filled(tx, data, wrong)
            assert not materials.verify(tx, content, at=MORNING)
            after = materials.require(tx, "case", "form")
            assert (after.held, after.complete) == (0, False)
            assert tx.rows(select(MATERIAL_CHUNK)) == []
    with blank() as tx:
        # Cut short: as many bytes as are told are needed.
        content = begun(tx, told_of(data))
        part = materials.append(tx, content, data[:CHUNK_BYTES], at=MORNING)
        assert not materials.verify(tx, part, at=MORNING)


@pytest.mark.parametrize(
    ("held", "given", "code"),
    [
        (0, CHUNK_BYTES + 6, "material-too-long"),
        (1, 6, "material-too-long"),
        (0, CHUNK_BYTES - 1, "material-cut"),
        (0, CHUNK_BYTES + 1, "material-cut"),
        (1, 4, "material-cut"),
        (0, 0, "material-cut"),
    ],
)
def test_a_part_that_does_not_fit_is_refused(
    blank: Blank, held: int, given: int, code: str
) -> None:
    data = content_of(CHUNK_BYTES + 5)
    with blank() as tx:
        content = begun(tx, told_of(data))
        for n in range(held):
            part = data[n * CHUNK_BYTES : (n + 1) * CHUNK_BYTES]
            content = materials.append(tx, content, part, at=MORNING)
        with pytest.raises(CaseError, match=code):
            materials.append(tx, content, bytes(given), at=MORNING)
        assert materials.require(tx, "case", "form").held == held * CHUNK_BYTES


def test_of_two_who_write_one_is_refused(store: Store) -> None:
    data = content_of(3 * CHUNK_BYTES)
    with store.transaction() as tx:
        first = begun(tx, told_of(data))
    with store.transaction() as tx:
        grown = materials.append(tx, first, data[:CHUNK_BYTES], at=MORNING)
        with pytest.raises(CaseError, match="material-offset") as refused:
            materials.append(tx, first, data[:CHUNK_BYTES], at=MORNING)
        assert refused.value.reason.expected == str(CHUNK_BYTES)
    with store.transaction() as tx:
        materials.drop(tx, grown, at=MORNING)
        with pytest.raises(CaseError, match="material-offset"):
            materials.append(tx, grown, data[CHUNK_BYTES : 2 * CHUNK_BYTES], at=MORNING)


def test_a_content_used_twice_is_kept_once_in_its_case_and_apart_in_another(
    blank: Blank,
) -> None:
    data = content_of(10)
    with blank() as tx:
        one = filled(tx, data)
        two = materials.declare(tx, "case", told_of(data, "plan"), at=MORNING)
        assert (two.name, two.held, two.told.code) == (one.name, 10, "plan")
        assert len(tx.rows(select(MATERIAL))) == 1
        elsewhere = begun(tx, told_of(data), "other")
        assert elsewhere.name != one.name
        assert elsewhere.held == 0
        names = {row["name"] for row in tx.rows(select(MATERIAL))}
        assert all(hashlib.sha256(data).hexdigest() not in name for name in names)


def test_a_code_tells_one_content(blank: Blank) -> None:
    with blank() as tx:
        begun(tx, told_of(b"first"))
        second = materials.declare(tx, "case", told_of(b"second"), at=MORNING)
        assert [one.name for one in materials.listed(tx, "case")] == [second.name]
        with pytest.raises(CaseError, match="material-not-held"):
            materials.require(tx, "case", "plan")


def test_parts_that_were_swapped_altered_or_lost_are_not_read(blank: Blank) -> None:
    data = content_of(2 * CHUNK_BYTES)
    harm = [
        update(MATERIAL_CHUNK).where(MATERIAL_CHUNK.c.n == 0).values(n=7),
        update(MATERIAL_CHUNK)
        .where(MATERIAL_CHUNK.c.n == 0)
        .values(
            body=select(MATERIAL_CHUNK.c.body).where(MATERIAL_CHUNK.c.n == 1).scalar_subquery()
        ),
    ]
    for statement in harm:
        with blank() as tx:
            content = filled(tx, data)
            tx.write(statement)
            with pytest.raises(StoreDamaged):
                materials.read(tx, content, 0, 1)


def test_what_nobody_goes_on_with_is_swept_and_what_is_complete_stays(store: Store) -> None:
    later = MORNING + timedelta(days=7)
    with store.transaction() as tx:
        done = filled(tx, content_of(3))
        assert materials.verify(tx, done, at=MORNING)
        begun(tx, told_of(b"stale", "stale"))
        fresh = materials.declare(tx, "case", told_of(b"fresh", "fresh"), at=later)
        assert materials.sweep(tx, before=MORNING, limit=10) == 0
        assert materials.sweep(tx, before=later, limit=10) == 1
        assert materials.sweep(tx, before=later, limit=10) == 0
        assert [one.told.code for one in materials.listed(tx, "case")] == ["form", "fresh"]
        assert fresh.held == 0


def test_with_the_key_of_its_case_a_content_is_gone(store: Store) -> None:
    with store.transaction() as tx:
        cases.add(tx, a_case("case"))
        content = filled(tx, content_of(9))
        vault.destroy_key(tx, "case")
        for ask in (
            lambda: materials.read(tx, content, 0, 1),
            lambda: materials.listed(tx, "case"),
            lambda: materials.declare(tx, "case", told_of(b"new"), at=MORNING),
        ):
            with pytest.raises(StoreError, match="case-key-destroyed"):
                ask()


def test_no_byte_of_a_content_or_its_digest_stands_in_clear(
    opened: Callable[..., Store], fresh_place: Callable[[], Place], database: Database
) -> None:
    place, data = fresh_place(), "沈示远的营业执照扫描件".encode() * 9
    with opened(place) as store:
        with store.transaction() as tx:
            content = filled(tx, data)
            assert materials.verify(tx, content, at=MORNING)
        kept = database.raw(place)
    assert content.name.encode() in kept, "the search itself finds what is in clear"
    for secret in (data[:24], hashlib.sha256(data).hexdigest().encode(), b"application/pdf"):
        assert secret not in kept


WRITER = """
import sys
from tests.store.conftest import open_store
from tests.store.test_materials import CHUNK_BYTES, MORNING, begun, content_of, told_of
from interop.store import materials
data = content_of(40 * CHUNK_BYTES)
with open_store(sys.argv[1]) as store:
    with store.transaction() as tx:
        content = begun(tx, told_of(data))
    print("begun", flush=True)
    while content.held < len(data):
        part = data[content.held : content.held + CHUNK_BYTES]
        with store.transaction() as tx:
            content = materials.append(tx, content, part, at=MORNING)
        print(content.held, flush=True)
"""


def test_a_killed_upload_goes_on_where_it_was(opened: Callable[..., Store], path: Path) -> None:
    opened(path).close()
    root = Path(__file__).parents[2]
    writer = subprocess.Popen(  # noqa: S603 -- our own interpreter and program
        [sys.executable, "-c", WRITER, str(path)],
        stdout=subprocess.PIPE,
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    assert writer.stdout is not None
    told = [writer.stdout.readline() for _ in range(4)]
    time.sleep(0.003)
    writer.send_signal(signal.SIGKILL)
    told += writer.stdout.readlines()
    writer.wait()
    writer.stdout.close()
    data = content_of(40 * CHUNK_BYTES)
    with opened(path) as store:
        with store.transaction() as tx:
            content = materials.require(tx, "case", "form")
        # What was told as kept is kept; at most one part more.
        assert 0 <= content.held - int(told[-1]) <= CHUNK_BYTES
        assert content.held < len(data), "it was killed in the middle"
        while content.held < len(data):
            with store.transaction() as tx:
                part = data[content.held : content.held + CHUNK_BYTES]
                content = materials.append(tx, content, part, at=MORNING)
        with store.transaction() as tx:
            assert materials.verify(tx, content, at=MORNING)

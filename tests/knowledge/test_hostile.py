"""Whatever the bytes are, reading gives JSON or a KnowledgeError, nothing else."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.knowledge import hostile_files
from interop.errors import KnowledgeError, Reason
from interop.knowledge import Knowledge, read_bytes, shipped_root, survey
from interop.model.canonical import Json, canonical_bytes, read_json
from tests.knowledge.example import KINDS, put

SHIPPED = shipped_root() / "mappings"
SEEDS = [
    (SHIPPED / path).read_bytes()
    for path in (
        "clocks/clocks.toml",
        "items/outdoor-advertising/310115.toml",
        "calendars/2026.toml",
        "regions/regions.tsv",
    )
]


def read(data: bytes, path: str) -> tuple[Json, tuple[Reason, ...]]:
    try:
        return read_bytes(data, path), ()
    except KnowledgeError as fault:
        return None, fault.reasons


@given(data=hostile_files(SEEDS), path=st.sampled_from(["x.toml", "x.tsv"]))
def test_reading_gives_json_or_a_knowledge_error(data: bytes, path: str) -> None:
    value, reasons = read(data, path)
    assert all(reason.code.startswith("knowledge-") for reason in reasons)
    assert all(reason.field.startswith(path) for reason in reasons)
    if not reasons:
        assert read_json(canonical_bytes(value), error=KnowledgeError) == value


@given(data=hostile_files(SEEDS))
def test_a_survey_never_breaks_off(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    root = tmp_path_factory.mktemp("hostile")
    put(root, {"mappings/lone/a.toml": data, "mappings/lone/b.toml": "one = 1"})
    found = survey(Knowledge(shipped=root), KINDS)
    assert "mappings/lone/b.toml" in {problem.path for problem in found}
    _, reasons = read(data, "mappings/lone/a.toml")
    own = tuple(p.reason for p in found if p.path == "mappings/lone/a.toml")
    assert own == reasons or not reasons


def test_the_seeds_themselves_are_sound(root: Path) -> None:
    for data, path in zip(SEEDS, ["x.toml", "x.toml", "x.toml", "x.tsv"], strict=True):
        assert read_bytes(data, path)
    assert root / "mappings" == SHIPPED

"""Documents by kind and key, and the nearest along a chain of regions."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.errors import KnowledgeError
from interop.knowledge import Kind, Knowledge
from interop.knowledge.library import KEYS_SHOWN_MAX
from tests.knowledge.example import ADAPTER, BELOW, CANONICAL, LONE, ODD, Pair, put

CHAIN = ("310115", "310100", "310000")


def number(n: int) -> str:
    return f"one = {n}"


def test_a_document_is_read_once_and_typed(tmp_path: Path) -> None:
    put(tmp_path, {"mappings/lone/a.toml": number(2), "mappings/lone/b.toml": number(4)})
    knowledge = Knowledge(shipped=tmp_path)
    document = knowledge.document(LONE, "a")
    assert document.value == Pair(one=2)
    assert document.place.path == "mappings/lone/a.toml"
    assert document.place.origin == "shipped"
    put(tmp_path, {"mappings/lone/a.toml": number(6)})
    assert knowledge.document(LONE, "a") is document
    assert knowledge.keys(LONE) == ("a", "b")
    assert [d.value.one for d in knowledge.documents(LONE)] == [2, 4]
    assert knowledge.documents(CANONICAL) == ()


def test_what_is_opened_again_is_read_again_only_where_it_changed(tmp_path: Path) -> None:
    files = {"mappings/lone/a.toml": number(2), "mappings/lone/b.toml": number(4)}
    put(tmp_path, files)
    first = Knowledge(shipped=tmp_path).documents(LONE)
    again = Knowledge(shipped=tmp_path).documents(LONE)
    assert all(one is two for one, two in zip(first, again, strict=True))
    put(tmp_path, {"mappings/lone/a.toml": number(6)})
    changed, same = Knowledge(shipped=tmp_path).documents(LONE)
    assert (changed.value, same) == (Pair(one=6), first[1])
    assert changed.digest != first[0].digest
    put(tmp_path, {"mappings/lone/a.toml": number(7)})
    with pytest.raises(KnowledgeError):
        Knowledge(shipped=tmp_path).documents(LONE)


def test_the_same_bytes_elsewhere_or_of_another_kind_are_another_document(
    tmp_path: Path,
) -> None:
    files = {"mappings/lone/a.toml": number(2)}
    shipped, overlay = put(tmp_path / "shipped", files), put(tmp_path / "overlay", files)
    below = Knowledge(shipped=shipped).document(LONE, "a")
    above = Knowledge(overlay, shipped=shipped).document(LONE, "a")
    assert (below.place.origin, above.place.origin) == ("shipped", "overlay")
    strict = Kind("strict", LONE.pattern, Pair, lambda _pair, _beside: (ODD.of(field="one"),))
    with pytest.raises(KnowledgeError):
        Knowledge(shipped=shipped).document(strict, "a")


def test_what_a_check_saw_beside_a_file_counts_only_while_it_is_there(tmp_path: Path) -> None:
    text = {"adapters/310000-x/adapter.toml": "one = 2\nneeds = 'a.xsd'"}
    contract = tmp_path / "adapters/310000-x/a.xsd"
    put(tmp_path, {**text, "adapters/310000-x/a.xsd": ""})
    assert Knowledge(shipped=tmp_path).document(ADAPTER, "310000-x").value.one == 2
    contract.unlink()
    with pytest.raises(KnowledgeError):
        Knowledge(shipped=tmp_path).document(ADAPTER, "310000-x")


def test_an_overlay_changes_digest_and_origin(tmp_path: Path) -> None:
    shipped = put(tmp_path / "shipped", {"mappings/lone/a.toml": "one = 2\ntwo = 2"})
    overlay = put(tmp_path / "overlay", {"mappings/lone/a.toml": number(4)})
    before = Knowledge(shipped=shipped).document(LONE, "a")
    after = Knowledge(overlay, shipped=shipped).document(LONE, "a")
    # The whole file is replaced: the key it leaves out does not shine through.
    assert after.value == Pair(one=4, two=0)
    assert (before.place.origin, after.place.origin) == ("shipped", "overlay")
    assert before.digest != after.digest


def test_spelling_does_not_change_the_digest(tmp_path: Path) -> None:
    files = {
        "mappings/lone/a.toml": "one = 2\ntwo = 4",
        "mappings/lone/b.toml": "two=4 # x\none=2",
    }
    one, two = Knowledge(shipped=put(tmp_path, files)).documents(LONE)
    assert (one.digest, one.data) == (two.digest, two.data)


def test_a_check_sees_what_stands_beside(tmp_path: Path) -> None:
    files = {"adapters/310000-x/adapter.toml": "one = 2\nneeds = 'a.xsd'"}
    with pytest.raises(KnowledgeError) as refused:
        Knowledge(shipped=put(tmp_path, files)).document(ADAPTER, "310000-x")
    assert refused.value.code == "example-beside"
    put(tmp_path, {"adapters/310000-x/a.xsd": ""})
    assert Knowledge(shipped=tmp_path).document(ADAPTER, "310000-x").value.needs == "a.xsd"


def test_what_is_missing_is_named_with_what_is_there(tmp_path: Path) -> None:
    files = {f"mappings/lone/{n:02}.toml": number(2) for n in range(KEYS_SHOWN_MAX + 1)}
    knowledge = Knowledge(shipped=put(tmp_path, files))
    with pytest.raises(KnowledgeError) as refused:
        knowledge.document(LONE, "nothing")
    reason = refused.value.reason
    assert (reason.code, reason.field) == ("knowledge-missing", "mappings/lone/nothing.toml")
    assert reason.expected.startswith("00, 01, ")
    assert reason.expected.endswith(", 19, …")
    with pytest.raises(KnowledgeError) as refused:
        knowledge.document(CANONICAL, "x")
    assert refused.value.reason.field == "mappings/things/x/canonical.toml"
    assert refused.value.reason.expected == "-"


def test_a_bad_file_is_refused_each_time_it_is_asked_for(tmp_path: Path) -> None:
    knowledge = Knowledge(shipped=put(tmp_path, {"mappings/lone/a.toml": number(1)}))
    for _ in range(2):
        with pytest.raises(KnowledgeError) as refused:
            knowledge.document(LONE, "a")
        assert refused.value.code == "example-odd"


def test_a_file_over_the_limit_is_not_even_read(tmp_path: Path) -> None:
    files = {"mappings/lone/a.toml": "#" * (256 * 1024 + 1)}
    with pytest.raises(KnowledgeError) as refused:
        Knowledge(shipped=put(tmp_path, files)).document(LONE, "a")
    assert refused.value.code == "knowledge-too-large"


@given(
    held=st.sets(st.sampled_from([*CHAIN, "310114", "320000"])),
    end=st.sampled_from(["", "-name"]),
    thing=st.sampled_from(["x", "y"]),
)
def test_the_nearest_region_with_a_file_counts(
    tmp_path_factory: pytest.TempPathFactory, held: set[str], end: str, thing: str
) -> None:
    files = {
        path: number(2 * int(code))
        for code in held
        for path in (
            f"mappings/things/{thing}/{code}{end}.toml",
            f"adapters/{code}{end}/adapter.toml",
        )
    }
    root = put(tmp_path_factory.mktemp("near"), {"mappings/lone/a.toml": "", **files})
    knowledge = Knowledge(shipped=root)
    expected = next((code for code in CHAIN if code in held), None)
    for kind, under in ((BELOW, thing), (ADAPTER, "")):
        if expected is not None:
            assert knowledge.nearest(kind, CHAIN, under=under).value.one == 2 * int(expected)
            continue
        with pytest.raises(KnowledgeError) as refused:
            knowledge.nearest(kind, CHAIN, under=under)
        reason = refused.value.reason
        assert (reason.code, reason.got) == (
            "knowledge-missing-for-region",
            "310115 / 310100 / 310000",
        )
        assert set(reason.expected.split(", ")) == (
            {f"{under}/{code}{end}" if under else f"{code}{end}" for code in held} or {"-"}
        )
        assert reason.field == (f"mappings/things/{thing}/*.toml" if under else ADAPTER.pattern)
    with pytest.raises(KnowledgeError) as refused:
        knowledge.nearest(BELOW, CHAIN, under="z")
    assert refused.value.reason.expected == "-"
    with pytest.raises(KnowledgeError):
        knowledge.nearest(ADAPTER, ())


def test_two_files_of_one_code_are_not_chosen_between(tmp_path: Path) -> None:
    files = {f"adapters/310000-{name}/adapter.toml": number(2) for name in ("sh", "shanghai")}
    knowledge = Knowledge(shipped=put(tmp_path, files))
    with pytest.raises(KnowledgeError) as refused:
        knowledge.nearest(ADAPTER, CHAIN)
    reason = refused.value.reason
    assert (reason.code, reason.got) == ("knowledge-ambiguous", "310000-sh, 310000-shanghai")
    put(tmp_path, {"adapters/310115-pudong/adapter.toml": number(4)})
    assert Knowledge(shipped=tmp_path).nearest(ADAPTER, CHAIN).value.one == 4

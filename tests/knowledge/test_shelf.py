"""Where files are found: the overlay over what is shipped, and nothing outside."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.errors import KnowledgeError
from interop.knowledge import shelf as shelves
from interop.knowledge import shipped_root
from interop.knowledge.shelf import FOLDERS, Shelf
from tests.knowledge.example import put

PATHS = [
    f"{folder}/{name}"
    for folder in FOLDERS
    for name in ("a.toml", "b.toml", "x/a.toml", "x/y/a.toml")
]
FILES = st.dictionaries(st.sampled_from(PATHS), st.binary(max_size=3), min_size=1, max_size=8)


def refused(overlay: Path | None = None, *, shipped: Path) -> tuple[str, str]:
    with pytest.raises(KnowledgeError) as caught:
        Shelf(overlay, shipped=shipped)
    assert len(caught.value.reasons) == 1
    return caught.value.code, caught.value.reason.field


@given(below=FILES, above=FILES)
def test_an_overlay_replaces_whole_files_and_identity_as_a_whole(
    tmp_path_factory: pytest.TempPathFactory, below: dict[str, bytes], above: dict[str, bytes]
) -> None:
    overlay = put(tmp_path_factory.mktemp("above"), above)
    shipped = put(tmp_path_factory.mktemp("below"), below)
    shelf = Shelf(overlay, shipped=shipped)
    own_identity = any(path.startswith("identity/") for path in above)
    kept = {
        path: data
        for path, data in below.items()
        if not (own_identity and path.startswith("identity/"))
    }
    assert {path: shelf.read(path) for path in shelf.paths} == kept | above
    assert list(shelf.paths) == sorted(shelf.paths)
    assert {path for path in PATHS if shelf.is_overlay(path)} == set(above)
    for path in PATHS:
        folder, _, name = path.rpartition("/")
        names = {p.rpartition("/")[2] for p in shelf.paths if p.rpartition("/")[0] == folder}
        assert shelf.beside(path) == names - {name}


def test_an_empty_identity_folder_trusts_nobody(tmp_path: Path) -> None:
    shipped = put(tmp_path / "shipped", {"identity/registry.toml": "a = 1"})
    overlay = put(tmp_path / "overlay", {"mappings/a.toml": "a = 1"})
    assert "identity/registry.toml" in Shelf(overlay, shipped=shipped).paths
    (overlay / "identity").mkdir()
    assert Shelf(overlay, shipped=shipped).paths == ("mappings/a.toml",)


def test_a_folder_that_is_missing_or_holds_no_knowledge_is_refused(tmp_path: Path) -> None:
    shipped = put(tmp_path / "shipped", {"mappings/a.toml": "a = 1"})
    (tmp_path / "empty").mkdir()
    put(tmp_path / "file", {"x": "y"})
    for wrong in (tmp_path / "nowhere", tmp_path / "empty", shipped / "mappings"):
        assert refused(wrong, shipped=shipped) == ("knowledge-folder-missing", str(wrong))
        assert refused(shipped=wrong) == ("knowledge-folder-missing", str(wrong))
    assert refused(tmp_path / "file/x", shipped=shipped)[0] == "knowledge-folder-missing"


@pytest.mark.parametrize("target", ["file", "folder", "nothing", "itself"])
@pytest.mark.parametrize("link", ["mappings/link.toml", "adapters", "adapters/310000-x"])
def test_a_link_that_leads_to_no_file_inside_is_refused(
    tmp_path: Path, link: str, target: str
) -> None:
    outside = put(tmp_path / "outside", {"secret.toml": "a = 1"})
    root = put(tmp_path / "root", {"mappings/a.toml": "a = 1"})
    (root / link).parent.mkdir(exist_ok=True)
    goals = {
        "file": outside / "secret.toml",
        "folder": outside,
        "nothing": tmp_path / "nowhere",
        "itself": root / link,
    }
    (root / link).symlink_to(goals[target])
    if link == "adapters" and target != "folder":
        # No folder of that name: there is nothing to look into.
        assert Shelf(shipped=root).paths == ("mappings/a.toml",)
    else:
        assert refused(shipped=root) == ("knowledge-outside", link)


def test_a_link_to_a_file_inside_is_followed_one_to_a_folder_is_not(tmp_path: Path) -> None:
    root = put(tmp_path, {"mappings/a.toml": "a = 1", "mappings/x/b.toml": "b = 1"})
    (root / "mappings/c.toml").symlink_to(root / "mappings/a.toml")
    assert Shelf(shipped=root).read("mappings/c.toml") == b"a = 1"
    (root / "mappings/y").symlink_to(root / "mappings/x")
    assert refused(shipped=root) == ("knowledge-outside", "mappings/y")


def test_a_mounted_volume_is_read_through_its_links(tmp_path: Path) -> None:
    # A volume of settings keeps its files in a hidden folder, with links beside it.
    root = put(tmp_path, {"mappings/..2026_03/a.toml": "a = 1"})
    (root / "mappings/..data").symlink_to("..2026_03")
    (root / "mappings/a.toml").symlink_to("..data/a.toml")
    shelf = Shelf(shipped=root)
    assert shelf.paths == ("mappings/a.toml",)
    assert shelf.read("mappings/a.toml") == b"a = 1"


def test_hidden_files_and_caches_are_no_knowledge(tmp_path: Path) -> None:
    root = put(
        tmp_path,
        {
            "mappings/a.toml": "",
            "mappings/.a.toml.swp": "",
            "mappings/.git/x.toml": "",
            "adapters/__pycache__/x.pyc": "",
            "other/x.toml": "",
            "x.toml": "",
        },
    )
    os.mkfifo(root / "mappings/pipe.toml")
    assert Shelf(shipped=root).paths == ("mappings/a.toml",)


def test_there_is_a_limit_of_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = put(tmp_path, {f"mappings/{n}.toml": "" for n in range(4)})
    monkeypatch.setattr(shelves, "FILES_MAX", 4)
    assert len(Shelf(shipped=root).paths) == 4
    put(root, {"adapters/more.toml": ""})
    assert refused(shipped=root) == ("knowledge-too-many-files", str(root))


def test_a_file_is_read_up_to_a_limit(tmp_path: Path) -> None:
    shelf = Shelf(shipped=put(tmp_path, {"adapters/a.xsd": b"12345"}))
    assert shelf.read("adapters/a.xsd", bytes_max=5) == b"12345"
    with pytest.raises(KnowledgeError) as caught:
        shelf.read("adapters/a.xsd", bytes_max=4)
    assert (caught.value.code, caught.value.reason.expected) == ("knowledge-too-large", "4")


def test_a_file_that_is_not_there_is_named_with_those_beside_it(tmp_path: Path) -> None:
    shelf = Shelf(shipped=put(tmp_path, {"adapters/x/a.xsd": "", "adapters/x/b.xsd": ""}))
    for path, near in (("adapters/x/c.xsd", "a.xsd, b.xsd"), ("adapters/y/a.xsd", "-")):
        with pytest.raises(KnowledgeError) as caught:
            shelf.read(path)
        assert (caught.value.code, caught.value.reason.expected) == ("knowledge-missing", near)
        assert caught.value.reason.field == path


def test_a_file_that_went_away_is_refused_not_crashed_on(tmp_path: Path) -> None:
    shelf = Shelf(shipped=put(tmp_path, {"mappings/a.toml": ""}))
    (tmp_path / "mappings/a.toml").unlink()
    with pytest.raises(KnowledgeError) as caught:
        shelf.read("mappings/a.toml")
    assert (caught.value.code, caught.value.reason.got) == ("knowledge-not-opened", "ENOENT")


def test_a_wheel_carries_its_knowledge_inside_the_package(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shipped_root() == root
    module = put(tmp_path, {"interop/knowledge/shelf.py": "", "interop/_regions/x": ""})
    monkeypatch.setattr(shelves, "__file__", str(module / "interop/knowledge/shelf.py"))
    assert shipped_root() == tmp_path / "interop/_regions"

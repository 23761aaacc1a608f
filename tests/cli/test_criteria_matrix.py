"""``interop criteria matrix``: districts × clauses, witnesses on request."""

from collections.abc import Callable

from tests.cli.runs import Ran

ITEM = "outdoor-advertising"


def test_rows_are_districts_and_columns_are_clauses(run: Callable[..., Ran]) -> None:
    ran = run("criteria", "matrix", ITEM, "--facet", "merits")
    assert ran.code == 0
    _, head, *rows = ran.out.splitlines()
    assert "area-bound" in head.split("\t")
    named = {row.split("\t")[0]: row.split("\t")[1:] for row in rows}
    assert named["徐汇区"][0] == "更严"
    assert "更严" in named["徐汇区"][1:]
    assert all(len(cells) == len(head.split("\t")) - 1 for cells in named.values())


def test_witnesses_are_shown_on_request(run: Callable[..., Ran]) -> None:
    plain = run("criteria", "matrix", "tree-felling", "--facet", "merits", "--json").json()
    ran = run("criteria", "matrix", "tree-felling", "--facet", "merits", "--witness", "--json")
    shown = [row["witnesses"] for row in ran.json()["rows"]]  # type: ignore[index,call-overload,union-attr]  # rows of objects
    assert any(shown)
    assert not any(row["witnesses"] for row in plain["rows"])  # type: ignore[index,call-overload,union-attr]  # rows of objects
    told = run("--lang", "en", "criteria", "matrix", "tree-felling", "--witness")
    assert "only because" in told.out


def test_a_matrix_needs_an_item_or_a_folder(run: Callable[..., Ran]) -> None:
    assert run("criteria", "matrix").code == 2
    assert run("criteria", "matrix", "nothing").code == 1

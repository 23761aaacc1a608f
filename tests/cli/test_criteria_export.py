"""``interop criteria export --to dmn``: a document with one decision for each clause."""

from collections.abc import Callable

from lxml import etree

from interop.criteria.exporting.dmn import NAMESPACE
from tests.cli.runs import Ran

ITEM = "temporary-structure"


def test_criteria_are_written_as_dmn(run: Callable[..., Ran]) -> None:
    found = run("criteria", "export", ITEM, "--to", "dmn")
    assert (found.code, found.err) == (0, "")
    written = etree.fromstring(found.out.encode())
    decisions = written.findall("d:decision", {"d": NAMESPACE})
    (table,) = written.iterfind("d:decision/d:decisionTable", {"d": NAMESPACE})
    assert len(decisions) == 10
    assert len(table.findall("d:rule", {"d": NAMESPACE})) == 9
    told = run("criteria", "export", ITEM, "--to", "dmn", "--json").json()
    assert (told["format"], f"{told['text']}\n") == ("dmn", found.out)
    assert run("criteria", "export", "nothing", "--to", "dmn").code == 1

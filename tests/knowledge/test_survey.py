"""All problems of all files at once, and what the files rest on."""

from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.errors import KnowledgeError
from interop.knowledge import Kind, Knowledge, LegalSource, legal_sources, survey
from interop.model.item import Basis
from interop.model.record import Record
from tests.knowledge.example import KINDS, put

# What can be wrong with a file, and what should be reported of it.
FLAWS: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "sound": ("one = 2", []),
    "odd": ("one = 1\ntwo = 3", [("example-odd", "one"), ("example-odd", "two")]),
    "syntax": ("one = ", [("knowledge-toml-broken", "{path}")]),
    "fraction": (
        "one = 1.5\ntwo = 2.5",
        [("knowledge-fraction", "{path}.one"), ("knowledge-fraction", "{path}.two")],
    ),
    "schema": (
        "one = 'x'\nthree = 3",
        [("record-invalid", "{path}.one"), ("record-invalid", "{path}.three")],
    ),
    "large": ("#" * (256 * 1024 + 1), [("knowledge-too-large", "{path}")]),
}
PLACES = (
    "adapters/310000-x/adapter.toml",
    "mappings/lone/a.toml",
    "mappings/lone/b.toml",
    "mappings/things/x/310115.toml",
    "mappings/things/x/canonical.toml",
)
STRAY = (
    "mappings/lone/a.json",
    "mappings/things/x/31.toml",
    "identity/who.toml",
    "adapters/x.py",
)


@pytest.mark.requirement("YRD-KNOW-001")
@given(
    flaws=st.fixed_dictionaries({path: st.sampled_from(sorted(FLAWS)) for path in PLACES}),
    stray=st.sets(st.sampled_from(STRAY)),
)
def test_every_problem_of_every_file_is_reported_at_once(
    tmp_path_factory: pytest.TempPathFactory, flaws: dict[str, str], stray: set[str]
) -> None:
    root = tmp_path_factory.mktemp("survey")
    put(root, {path: FLAWS[flaw][0] for path, flaw in flaws.items()})
    put(root, dict.fromkeys(stray, "one = 2"))
    found = survey(Knowledge(shipped=root), KINDS)
    expected = {
        path: [(code, field.format(path=path)) for code, field in FLAWS[flaw][1]]
        for path, flaw in flaws.items()
    } | {path: [("knowledge-unknown-file", path)] for path in stray}
    assert [(p.path, p.reason.code, p.reason.field) for p in found] == [
        (path, code, field) for path in sorted(expected) for code, field in expected[path]
    ]
    for problem in found:
        assert problem.reason.fix("zh")
        assert problem.reason.fix("en")


def test_contracts_anchors_and_words_may_stand_beside(tmp_path: Path) -> None:
    beside = (
        "adapters/310000-x/openapi.json",
        "adapters/310000-x/service.wsdl",
        "adapters/310000-x/types.xsd",
        "adapters/README.md",
        "identity/anchors/310000.pem",
        "mappings/README.md",
    )
    assert survey(Knowledge(shipped=put(tmp_path, dict.fromkeys(beside, ""))), KINDS) == ()
    # A mapping in the wrong syntax would otherwise never be missed.
    wrong = ("mappings/lone/a.json", "mappings/anchor.pem", "identity/a.wsdl", "adapters/a.pem")
    put(tmp_path, dict.fromkeys(wrong, ""))
    found = survey(Knowledge(shipped=tmp_path), KINDS)
    assert [(p.path, p.reason.code) for p in found] == [
        (path, "knowledge-unknown-file") for path in sorted(wrong)
    ]


class Law(Record):
    """A file that rests on norms at several depths."""

    source: str = ""
    verified: str = ""
    basis: Basis | None = None
    rows: tuple["Law", ...] = ()


LAWS = Kind("law", "mappings/laws/*.toml", Law, lambda _law, _beside: ())
LAW_KINDS = cast("tuple[Kind[Record], ...]", (LAWS,))


def test_every_norm_is_listed_with_its_place(tmp_path: Path) -> None:
    text = """
    source = "示例"
    verified = "secondary"
    basis = { level = "law", document = "行政许可法", article = "第三十二条", verified = "no" }
    [[rows]]
    basis = { level = "law", document = "民法典", verified = "yes" }
    [[rows]]
    source = "未说明是否核对"
    """
    root = put(tmp_path, {"mappings/laws/a.toml": text, "mappings/laws/b.toml": ""})
    path = "mappings/laws/a.toml"
    assert legal_sources(Knowledge(shipped=root), LAW_KINDS) == (
        LegalSource(path, "", "示例", "", "secondary"),
        LegalSource(path, "basis", "行政许可法", "第三十二条", "no"),
        LegalSource(path, "rows[0].basis", "民法典", "", "yes"),
    )


def test_a_bad_file_has_no_legal_sources(tmp_path: Path) -> None:
    root = put(tmp_path, {"mappings/laws/a.toml": "unknown = 1"})
    with pytest.raises(KnowledgeError) as refused:
        legal_sources(Knowledge(shipped=root), LAW_KINDS)
    assert refused.value.code == "record-invalid"

"""What is wrong with a mapping file, all of it, before anything is read with it."""

import pytest

from interop.errors import KnowledgeError
from interop.knowledge import read_bytes
from interop.lens import Lens, MappingFile, check_mapping
from interop.model.canonical import Json

HEAD: dict[str, Json] = {
    "id": "990000.sample",
    "version": "1.0.0",
    "region": "990000",
    "format": "json",
    "source": "made up",
    "verified": "no",
}
XML: dict[str, Json] = {**HEAD, "format": "xml-path", "root": "A", "layout": ["B.C", "D"]}


def file(fields: Json, *, head: dict[str, Json] = HEAD, **more: Json) -> MappingFile:
    return MappingFile.from_value({"mapping": head, "fields": fields, **more})


def found(checked: MappingFile) -> list[tuple[str, str]]:
    return [(one.code, one.field) for one in check_mapping(checked)]


def test_shipped_files_are_sound_and_keep_their_bytes(every: dict[str, MappingFile]) -> None:
    assert len(every) >= 9
    for one in every.values():
        assert check_mapping(one) == ()
        assert MappingFile.from_json(one.to_bytes()) == one
        assert one.mapping.illustrative


@pytest.mark.parametrize(
    ("field", "source", "code"),
    [
        ("Big", "x", "lens-path-malformed"),
        ("a..b", "x", "lens-path-malformed"),
        ("字段", "x", "lens-path-malformed"),
        (".".join("abcdefghi"), "x", "lens-path-malformed"),
        ("a", "", "lens-rule-misfit"),
        ("a", "x..y", "lens-path-malformed"),
        ("a", "x ", "lens-path-malformed"),
        ("a", "x\n", "lens-path-malformed"),
        ("a", "字" * 65, "lens-path-malformed"),
        ("a", ".".join("abcdefghi"), "lens-path-malformed"),
    ],
)
def test_a_malformed_path_is_named(field: str, source: str, code: str) -> None:
    assert found(file({field: source})) == [(code, field)]


@pytest.mark.parametrize(
    "fields",
    [
        {"a": "x", "b": "x"},
        {"a": "x", "b": "x.y"},
        {"a": "x.y", "b": "x", "c": "x-y"},
        {"a": "x", "a.b": "y"},
    ],
)
def test_two_fields_never_share_a_place(fields: Json) -> None:
    assert [code for code, _ in found(file(fields))] == ["lens-path-overlap"]


def test_a_field_is_not_mapped_and_ignored() -> None:
    loss: Json = {
        "ignore": [{"path": "x.y", "reason": "r"}],
        "absent": [{"path": "a", "reason": "r"}],
    }
    assert found(file({"a": "x"}, loss=loss)) == [
        ("lens-path-overlap", "loss.ignore"),
        ("lens-path-overlap", "loss.absent"),
    ]


def test_a_code_list_that_merges_codes_says_so() -> None:
    codes: Json = {"state": {"1": "open", "2": "open", "3": "shut"}}
    fields: Json = {"a": {"from": "x", "codec": "code:state"}}
    assert found(file(fields, codes=codes)) == [("lens-code-list-quotient", "codes.state")]
    loss: Json = {"quotient": [{"path": "state", "reason": "meant"}]}
    assert found(file(fields, codes=codes, loss=loss)) == []


def test_a_ledger_row_without_a_loss_is_stale() -> None:
    codes: Json = {"state": {"1": "open", "3": "shut"}}
    loss: Json = {
        "quotient": [{"path": "state", "reason": "r"}, {"path": "gone", "reason": "r"}]
    }
    fields: Json = {"a": {"from": "x", "codec": "code:state"}}
    assert [code for code, _ in found(file(fields, codes=codes, loss=loss))] == [
        "lens-ledger-stale",
        "lens-ledger-stale",
    ]


@pytest.mark.parametrize("table", [{}, {"": "open"}, {" 1": "open"}])
def test_a_code_list_holds_codes(table: Json) -> None:
    fields: Json = {"a": {"from": "x", "codec": "code:state"}}
    assert found(file(fields, codes={"state": table})) == [
        ("lens-code-list-empty", "codes.state")
    ]


def test_a_code_list_is_used() -> None:
    assert found(file({"a": "x"}, codes={"state": {"1": "open"}})) == [
        ("lens-code-list-unused", "codes.state")
    ]


def test_blank_needs_optional() -> None:
    assert found(file({"a": {"from": "x", "blank": True}})) == [("lens-blank-misfit", "a")]


def test_an_unknown_codec_is_named() -> None:
    assert found(file({"a": {"from": "x", "codec": "sum"}})) == [("lens-codec-unknown", "a")]


@pytest.mark.parametrize(
    ("head", "code"),
    [
        ({**XML, "root": ""}, "lens-root-misfit"),
        ({**XML, "root": "1"}, "lens-root-misfit"),
        ({**XML, "layout": ["B.C"]}, "lens-layout-incomplete"),
        ({**XML, "layout": ["B.C", "D", "E"]}, "lens-layout-incomplete"),
        ({**HEAD, "layout": ["D"]}, "lens-layout-incomplete"),
        ({**HEAD, "format": "xml-named", "root": "A"}, "lens-root-misfit"),
        ({**XML, "item": "I"}, "lens-root-misfit"),
        ({**XML, "root": "q:A"}, "lens-root-misfit"),
    ],
)
def test_layout_and_root_belong_to_xml(head: dict[str, Json], code: str) -> None:
    fields: Json = {"a": "B.C", "b": "D"}
    assert found(file(fields, head=XML)) == []
    assert [one for one, _ in found(file(fields, head=head))] == [code]


def test_an_element_has_a_name() -> None:
    head: dict[str, Json] = {**XML, "layout": ["名(称)"]}
    assert found(file({"a": "名(称)"}, head=head)) == [
        ("lens-path-malformed", "a"),
        ("lens-path-malformed", "mapping.layout"),
    ]


def test_canonical_fields_are_fed_or_in_the_ledger() -> None:
    canonical = {"a": True, "b": True, "c": False, "d": True, "e": False, "f": False}
    checked = file(
        {"a": "x", "b": {"from": "y", "optional": True}, "z": "z"},
        loss={"absent": [{"path": "c", "reason": "r"}, {"path": "d", "reason": "r"}]},
    )
    assert [(one.code, one.field) for one in check_mapping(checked, canonical=canonical)] == [
        ("lens-field-undeclared", "z"),
        ("lens-field-must-be-fed", "b"),
        ("lens-field-must-be-fed", "d"),
        ("lens-field-never-fed", "e"),
        ("lens-field-never-fed", "f"),
    ]


def test_all_problems_come_at_once() -> None:
    checked = file({"a": {"from": "x", "codec": "no"}, "b": "x"}, codes={"state": {}})
    with pytest.raises(KnowledgeError) as caught:
        Lens.of(checked)
    assert len(caught.value.reasons) == 3


def test_what_the_schema_does_not_know_is_refused() -> None:
    text = b'[mapping]\nid = "x"\n[fields]\na = { from = "x", code = "y" }\n'
    with pytest.raises(KnowledgeError):
        MappingFile.from_value(read_bytes(text, "x.toml"), error=KnowledgeError)


LIST: dict[str, Json] = {"from": "L", "key": "k", "fields": {"k": "K", "v": "V"}}


@pytest.mark.parametrize(
    ("field", "rule", "code"),
    [
        ("a", {"from": "x", "value": "y"}, "lens-rule-misfit"),
        ("a", {"same_as": "b"}, "lens-rule-misfit"),
        ("a", {"from": ["x", "y"]}, "lens-template-malformed"),
        ("a", {"from": ["x", "y"], "codec": "affix:{}{}"}, "lens-template-malformed"),
        ("a", {"from": ["x", "y"], "codec": "affix:{}（{}）{}"}, "lens-template-malformed"),
        ("a", {"from": ["x", "y"], "codec": "join_date"}, "lens-template-malformed"),
        ("a", {"from": ["x", "y"], "join": "{:Z}-{}"}, "lens-template-malformed"),
        ("a", {"from": ["x", "y"], "join": "{}-{}", "codec": "number"}, "lens-codec-argument"),
        ("a", {"from": ["y", "m", "d"], "codec": "join_date:x"}, "lens-codec-argument"),
        ("a", {"from": "x", "codec": "split:;", "item": "split:,"}, "lens-codec-argument"),
        ("a", {"from": "x", "codec": "text", "item": "text"}, "lens-codec-unknown"),
        ("a", LIST, "lens-list-misfit"),
        ("a[]", "x", "lens-list-misfit"),
        ("a[]", {**LIST, "key": ""}, "lens-key-misfit"),
        ("a[]", {**LIST, "key": "q"}, "lens-key-misfit"),
        ("a[]", {**LIST, "codec": "zip_split:、"}, "lens-list-misfit"),
        ("a[]", {**LIST, "codec": "indexed"}, "lens-list-misfit"),
        ("a[]", {**LIST, "from": "", "codec": "zip_split:"}, "lens-codec-argument"),
        ("a[]", {"codec": "indexed", "key": "k", "fields": {"k": "K"}}, "lens-list-misfit"),
        ("a[]", {**LIST, "fields": {"k": "K", "v": "K"}}, "lens-path-overlap"),
        ("a[]", {**LIST, "fields": {"k": "K", "V": "V"}}, "lens-path-malformed"),
    ],
)
def test_a_rule_that_cannot_work_is_named(field: str, rule: Json, code: str) -> None:
    assert code in [one for one, _ in found(file({field: rule}))]


def test_a_strict_file_gives_reasons_and_a_draft_need_not() -> None:
    codes: Json = {"state": {"1": "open", "2": "open"}}
    fields: Json = {"a": {"from": "x", "codec": "code:state"}}
    head = {key: value for key, value in HEAD.items() if key != "source"}
    loss: Json = {"ignore": ["y"]}
    strict = file(fields, head=head, codes=codes, loss=loss)
    assert sorted(code for code, _ in found(strict)) == [
        "lens-code-list-quotient",
        "lens-ledger-unreasoned",
        "lens-source-unnamed",
    ]
    assert found(file(fields, head={**head, "strict": False}, codes=codes, loss=loss)) == []


def test_signed_fields_are_fields() -> None:
    head: dict[str, Json] = {**HEAD, "requires_signed": ["a", "b"]}
    assert found(file({"a": "x"}, head=head)) == [
        ("lens-field-undeclared", "mapping.requires_signed: b")
    ]

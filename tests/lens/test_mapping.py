"""Reading and writing, by example."""

import copy

import pytest

from interop.errors import ContractViolation, KnowledgeError, RegionError
from interop.lens import Lens, MappingFile
from interop.model.canonical import Json

DOCUMENT: dict[str, Json] = {
    "状态": "1130",
    "持证主体": {"代码": "N2310115MA1000001L ", "名称": " 测试有限公司", "电话": "（略）"},
    "类型": "甲类",
    "区划": "310115",
    "自": "1/3/2024",
    "至": "长期",
    "二维码": {"图": ["…"]},
}
VIEW: Json = {
    "state": "open",
    "holder": {"code": "N2310115MA1000001L", "name": "测试有限公司"},
    "fixed": "甲类",
    "area": "310115",
    "since": "2024-03-01",
    "until": None,
}


def test_a_document_becomes_a_view(sample: Lens) -> None:
    assert sample.get(DOCUMENT) == VIEW


def test_many_codes_with_one_meaning_survive_the_round_trip(sample: Lens) -> None:
    # The first code of the value is 1100; Cambria writes it over the 1130 of the original.
    assert sample.put(sample.get(DOCUMENT), DOCUMENT) == DOCUMENT
    created = sample.create(sample.get(DOCUMENT))
    assert isinstance(created, dict)
    assert created["状态"] == "1100"


def test_put_changes_what_changed_and_nothing_else(sample: Lens) -> None:
    view = copy.deepcopy(VIEW)
    assert isinstance(view, dict)
    view["state"], view["until"] = "closed", "2030-12-31"
    view["holder"] = {"code": "N2310115MA1000001L"}
    before = copy.deepcopy(DOCUMENT)
    written = sample.put(view, DOCUMENT)
    assert before == DOCUMENT
    assert written == {
        **DOCUMENT,
        "状态": "1900",
        "至": "2030年12月31日",
        "持证主体": {"代码": "N2310115MA1000001L ", "名称": "", "电话": "（略）"},
    }


def test_an_optional_field_goes_when_the_view_lacks_it(sample: Lens) -> None:
    view = {key: value for key, value in VIEW.items() if key != "until"}  # type: ignore[union-attr]  # an object
    written = sample.put(view, DOCUMENT)
    assert written == {key: value for key, value in DOCUMENT.items() if key != "至"}


def test_every_fault_names_field_and_source_and_no_value(sample: Lens) -> None:
    faulty = {**DOCUMENT, "状态": "机密", "自": None, "区划": 310115, "备注": "机密"}
    found = sample.diagnose(faulty)
    assert {(one.code, one.field) for one in found} == {
        ("lens-field-unreadable", "state"),
        ("lens-field-missing", "since"),
        ("lens-field-not-text", "area"),
        ("lens-field-unknown", "$"),
    }
    assert "机密" not in repr(found)
    assert next(one for one in found if one.field == "state").source == "状态"
    with pytest.raises(RegionError) as caught:
        sample.get(faulty)
    assert isinstance(caught.value, ContractViolation)
    assert caught.value.reasons == tuple(fault.reason for fault in found)
    with pytest.raises(ContractViolation):
        sample.put(VIEW, faulty)


@pytest.mark.parametrize("holder", ["机密", ["机密"], 7, True, None])
def test_a_container_that_is_none_is_one_fault(sample: Lens, holder: Json) -> None:
    found = sample.diagnose({**DOCUMENT, "持证主体": holder})
    assert [(one.code, one.field) for one in found] == [("lens-not-an-object", "持证主体")]


def test_a_container_that_is_missing_is_one_fault(sample: Lens) -> None:
    lacking = {key: value for key, value in DOCUMENT.items() if key != "持证主体"}
    found = sample.diagnose(lacking)
    assert [(one.code, one.field) for one in found] == [("lens-field-missing", "持证主体")]


def test_a_container_of_optional_fields_may_be_missing(sample: Lens) -> None:
    assert "证照" not in DOCUMENT
    assert sample.diagnose(DOCUMENT) == ()


def test_every_field_that_cannot_be_written_is_named(sample: Lens) -> None:
    with pytest.raises(KnowledgeError) as caught:
        sample.create(
            {
                "state": "ajar",
                "holder": "机密",
                "area": "310115",
                "since": "2024-03-01",
                "note": "kept nowhere",
                "colour": "red",
            }
        )
    assert {(one.code, one.field) for one in caught.value.reasons} == {
        ("lens-view-unfit", "state"),
        ("lens-view-unfit", "holder"),
        ("lens-view-missing", "fixed"),
        ("lens-view-unknown", "colour"),
    }
    assert "机密" not in repr(caught.value.reasons)


def test_a_missing_container_of_the_view_is_one_fault(sample: Lens) -> None:
    view = {key: value for key, value in VIEW.items() if key != "holder"}  # type: ignore[union-attr]  # an object
    with pytest.raises(KnowledgeError) as caught:
        sample.create(view)
    assert [(one.code, one.field) for one in caught.value.reasons] == [
        ("lens-view-missing", "holder")
    ]


def test_what_the_ledger_calls_absent_is_left_out(sample: Lens) -> None:
    assert sample.create({**VIEW, "note": "lost"}) == sample.create(VIEW)  # type: ignore[dict-item]  # an object


def test_the_digest_is_of_the_file_unless_another_is_given(sample_file: MappingFile) -> None:
    assert Lens.of(sample_file).digest == sample_file.digest()
    assert Lens.of(sample_file, digest="sha-256:00").digest == "sha-256:00"


def test_an_unsound_file_makes_no_lens(sample_file: MappingFile) -> None:
    fields = {**sample_file.fields, "area": "状态", "since": "自.何时"}
    with pytest.raises(KnowledgeError) as caught:
        Lens.of(sample_file.model_copy(update={"fields": fields}))
    assert [one.code for one in caught.value.reasons] == ["lens-path-overlap"]


def test_json_bytes_are_read_strictly(sample: Lens) -> None:
    assert sample.decode(sample.encode(DOCUMENT)) == DOCUMENT
    with pytest.raises(ContractViolation, match="json-malformed"):
        sample.decode(b'{"a": 1, "a": 2}')


@pytest.mark.parametrize("held", [None, "文本", 7, ["a"]])
def test_a_container_of_joined_fields_is_one_fault(
    every: dict[str, MappingFile], held: Json
) -> None:
    lens = Lens.of(every["nested"])
    inner: Json = {} if held is None else {"q:result": held, "@version": "1"}
    found = lens.diagnose({"soap:Body": {"q:QueryResponse": inner}})
    sources = [one.source for one in found]
    assert len(sources) == len(set(sources)) == (2 if held is None else 1)


def test_a_container_that_only_joined_fields_stand_in_is_told_of_once() -> None:
    head: Json = {
        "id": "990000.joined",
        "version": "1.0.0",
        "region": "990000",
        "format": "json",
        "source": "made up",
    }
    joined: Json = {"from": ["D.y", "D.m", "D.d"], "codec": "join_date"}
    loose: Json = {"from": ["E.y", "E.m", "E.d"], "codec": "join_date", "optional": True}
    lens = Lens.of(
        MappingFile.from_value({"mapping": head, "fields": {"a": joined, "b": loose}})
    )
    right: dict[str, Json] = {"D": {"y": "2024", "m": "2", "d": "9"}}
    assert lens.get(right) == {"a": "2024-02-09"}
    assert lens.put({"a": "2024-02-09"}, right) == right
    cases: list[tuple[Json, str]] = [({}, "D"), ({"D": "x"}, "D"), ({**right, "E": "x"}, "E")]
    for document, source in cases:
        assert [one.source for one in lens.diagnose(document)] == [source]


def test_xml_in_a_text_may_hold_one_member_of_a_list(every: dict[str, MappingFile]) -> None:
    lens = Lens.of(every["inner"])
    inner = (
        '<CERTS><NO>1</NO><YXQ>2024.2.29至长期</YXQ><OWNER id="a"><NAME>测试甲</NAME>'
        '<SHARE percent="60"/></OWNER><MARK>x</MARK></CERTS>'
    )
    document = f"""<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><Reply>
<return><![CDATA[{inner}]]></return><State code="01"/>
<Plots><Plot no="7">宅基地</Plot></Plots></Reply></e:Body></e:Envelope>"""
    read = lens.decode(document.encode())
    assert lens.get(read) == {
        "cert": {
            "number": "1",
            "valid_from": "2024-02-29",
            "valid_until": None,
            "status": "01",
            "owners": [{"id": "a", "name": "测试甲", "share": "60"}],
            "marks": ["x"],
            "plots": [{"no": "7", "use": "宅基地"}],
        }
    }
    assert lens.put(lens.get(read), read) == read


def test_null_in_an_optional_text_is_nothing_and_stays(sample: Lens) -> None:
    holder: Json = {"代码": "N2310115MA1000001L", "名称": None}
    document: dict[str, Json] = {**DOCUMENT, "持证主体": holder}
    view = sample.get(document)
    assert sample.put(view, document) == document
    assert sample.create(view) != document

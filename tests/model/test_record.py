"""Records: closed, strict, frozen, all problems at once, and no personal value shown."""

import re
from datetime import date
from typing import Literal, get_args

import pytest
from hypothesis import given
from pydantic import AwareDatetime, Field, ValidationError
from pydantic_core.core_schema import ErrorType

from interop.conformance.strategies.model import JSONS, parties
from interop.errors import CaseError, InteropError, KnowledgeError
from interop.model.canonical import Json, canonical_bytes, digest
from interop.model.party import AssuranceLevel, Party
from interop.model.record import Record
from interop.model.sensitive import Sensitive
from interop.model.wording import CHINESE, told_in_chinese

NUMBER = "310115198501010012"


class Sheet(Record):
    """A record with one field of each sort."""

    code: str = Field(pattern="^[a-z]+$")
    count: int
    on: date
    at: AwareDatetime | None = None
    kind: Literal["a", "b"] = "a"
    names: tuple[Sensitive, ...] = ()


SOUND: dict[str, Json] = {
    "code": "x",
    "count": 1,
    "on": "2026-02-11",
    "at": "2026-02-11T00:30:00+08:00",
    "kind": "b",
    "names": ["甲"],
}


@given(party=parties())
def test_a_record_comes_back_from_its_bytes(party: Party) -> None:
    again = Party.from_json(party.to_bytes())
    assert again == party
    assert hash(again) == hash(party)
    assert again.digest() == party.digest() == digest(canonical_bytes(party.revealed()))
    assert party.digest(algorithm="sm3").startswith("sm3:")


@given(one=parties(), other=parties())
def test_digests_differ_where_records_do(one: Party, other: Party) -> None:
    assert (one.digest() == other.digest()) == (one == other)


@given(party=parties())
def test_no_outward_form_shows_a_personal_value(party: Party) -> None:
    masked = canonical_bytes(party.masked()).decode()
    forms = (repr(party), str(party), masked, party.model_dump_json(), str(party.model_dump()))
    for form in forms:
        assert party.code.reveal() not in form
        assert party.name.reveal() not in form
    assert party.code.reveal() in party.to_bytes().decode()
    with pytest.raises(CaseError):
        Party.from_value(party.masked())


@given(value=JSONS)
def test_any_other_json_is_refused_in_one_class(value: Json) -> None:
    with pytest.raises(KnowledgeError) as caught:
        Sheet.from_value(value, error=KnowledgeError)
    assert {reason.code for reason in caught.value.reasons} == {"record-invalid"}


def test_all_problems_come_at_once_each_with_its_path() -> None:
    wrong: Json = {**SOUND, "code": NUMBER, "count": "1", "names": ["甲", 3], "more": NUMBER}
    with pytest.raises(CaseError) as caught:
        Sheet.from_value(wrong, field="sheet")
    fields = {reason.field for reason in caught.value.reasons}
    assert fields == {"sheet.code", "sheet.count", "sheet.names.1", "sheet.more"}
    assert NUMBER not in str(caught.value)
    assert NUMBER not in str([reason.as_json() for reason in caught.value.reasons])


def test_a_number_in_place_of_a_key_is_not_shown() -> None:
    with pytest.raises(CaseError) as caught:
        Sheet.from_value({**SOUND, NUMBER: 1})
    assert NUMBER not in str(caught.value)


@pytest.mark.parametrize(
    "change",
    [
        {"count": True},
        {"count": "1"},
        {"count": None},
        {"on": "2026-2-11"},
        {"on": "11/02/2026"},
        {"on": 1},
        {"at": "2026-02-11T00:30:00"},
        {"kind": "c"},
        {"names": "甲"},
        {"names": {"0": "甲"}},
        {"names": ["***"]},
        {"unknown": 1},
    ],
)
def test_nothing_is_coerced_and_nothing_unknown_comes_in(change: dict[str, Json]) -> None:
    assert Sheet.from_value(SOUND).names == (Sensitive("甲"),)
    with pytest.raises(InteropError) as caught:
        Sheet.from_value({**SOUND, **change})
    assert [reason.code for reason in caught.value.reasons] == ["record-invalid"]


def test_the_caller_chooses_the_class_and_malformed_bytes_are_its_too() -> None:
    for data in (b"{", b'{"code":1,"code":2}', b"[]"):
        with pytest.raises(KnowledgeError) as caught:
            Sheet.from_json(data, error=KnowledgeError, field="file.toml")
        assert caught.value.reason.field.startswith("file.toml")


def test_records_are_frozen() -> None:
    sheet = Sheet.from_value(SOUND)
    with pytest.raises(ValidationError):
        sheet.count = 2  # type: ignore[misc]  # frozen is what the test is about
    assert sheet.revealed() == {**SOUND}
    assert "at" not in str(
        Sheet.from_value({"code": "x", "count": 1, "on": "2026-02-11"}).masked()
    )


def test_assurance_levels_are_ranked_as_they_stand() -> None:
    assert [level.rank for level in AssuranceLevel] == [0, 1, 2]
    assert max(AssuranceLevel, key=lambda level: level.rank) is AssuranceLevel.HIGH
    assert AssuranceLevel.LOW.rank < AssuranceLevel.SUBSTANTIAL.rank


def test_every_wording_is_of_a_type_that_pydantic_knows() -> None:
    assert set(CHINESE) <= set(get_args(ErrorType))


def test_every_sort_of_wrong_field_is_told_in_chinese() -> None:
    wrong: dict[str, Json] = {
        "code": "A",
        "count": "1",
        "on": "x",
        "at": "2026-02-11",
        "kind": "c",
        "more": 1,
    }
    with pytest.raises(CaseError) as caught:
        Sheet.from_value({**wrong, "names": "甲"})
    assert len(caught.value.reasons) == 7
    for reason in caught.value.reasons:
        assert not re.search("should|permitted|required", reason.zh), reason.field


def test_a_wrong_field_is_told_in_both_languages() -> None:
    with pytest.raises(CaseError) as caught:
        Party.from_value({"kind": "robot", "scheme": "uscc", "code": "x", "born": "1990"})
    told = {reason.field: (reason.zh, reason.en) for reason in caught.value.reasons}
    assert told["$.name"] == (
        "`$.name` 不符合要求：缺少该项",
        "`$.name` is not valid: Field required",
    )
    assert told["$.born"][0] == "`$.born` 不符合要求：没有这一项，请核对名称或者删去"
    assert told["$.kind"][0].startswith("`$.kind` 不符合要求：应为 'person'")
    assert "robot" not in str(told)
    assert told_in_chinese("bytes_type", {}, "as pydantic says") == "as pydantic says"
    assert told_in_chinese("too_long", {}, "as pydantic says") == "as pydantic says"

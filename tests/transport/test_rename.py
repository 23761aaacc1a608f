"""Field tables: what is written can be read back, what is unknown is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.transport import JSON_VALUES, field_tables, values_for
from interop.errors import ContractViolation
from interop.model.canonical import Json
from interop.transport.adapter import FieldName
from interop.transport.rename import canonical, renamed, unknown_keys

STATE = (FieldName(path="state", name="状态", codes={"accepted": "受理", "rejected": "不予"}),)


@given(st.data())
def test_what_is_written_reads_back(data: st.DataObject) -> None:
    table = data.draw(field_tables())
    values = data.draw(values_for(table))
    tree = renamed(table, values, whitespace="preserve")
    assert canonical(table, tree) == values
    assert unknown_keys(table, tree) == ()


@given(st.data())
def test_trimming_touches_nothing_but_the_ends(data: st.DataObject) -> None:
    table = data.draw(field_tables())
    values = data.draw(values_for(table))
    trimmed = canonical(table, renamed(table, values, whitespace="trim"))
    assert trimmed == {
        field.path: str(values[field.path]) if field.codes else str(values[field.path]).strip()
        for field in table
        if field.path in values
    }


@given(table=field_tables(), tree=JSON_VALUES)
def test_any_reply_is_read_within_the_code_lists_or_refused(
    table: tuple[FieldName, ...], tree: Json
) -> None:
    try:
        found = canonical(table, tree)
    except ContractViolation as refused:
        codes = {reason.code for reason in refused.reasons}
        assert codes <= {"transport-value-unmapped", "transport-reply-field"}
        return
    for field in table:
        if field.codes and field.path in found:
            assert found[field.path] in field.codes


def test_an_unknown_code_is_refused_both_ways() -> None:
    with pytest.raises(ContractViolation, match="transport-value-unmapped"):
        renamed(STATE, {"state": "permitted"}, whitespace="preserve")
    with pytest.raises(ContractViolation, match="transport-value-unmapped"):
        canonical(STATE, {"状态": "准予"})


def test_every_problem_of_a_reply_is_told() -> None:
    table = (*STATE, FieldName(path="on", name="日期"))
    with pytest.raises(ContractViolation) as refused:
        canonical(table, {"状态": "其他", "日期": 20260101})
    assert [reason.field for reason in refused.value.reasons] == ["state", "on"]


def test_lists_pass_as_they_are() -> None:
    table = (FieldName(path="materials", name="材料"),)
    assert renamed(table, {"materials": [" a "]}, whitespace="trim") == {"材料": [" a "]}


def test_unknown_keys_are_those_no_field_names() -> None:
    assert unknown_keys(STATE, {"状态": "受理", "新增": 1, "增": 2}) == ("增", "新增")
    assert unknown_keys(STATE, ["状态"]) == ()

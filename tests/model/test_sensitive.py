"""A personal value shows itself in no way of printing."""

import json
import logging
import re
import traceback
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from interop.model.sensitive import MASK, REVEAL, Sensitive

SECRETS = st.text(min_size=4).filter(lambda text: text not in f"Sensitive({MASK})")


@given(text=SECRETS)
def test_printing_shows_the_mask_only(text: str) -> None:
    value = Sensitive(text)
    template, percent = "{} {:>9}", "%s %-9s"
    assert str(value) == f"{value}" == f"{value:>20}" == MASK
    assert template.format(value, value) == f"{MASK} {MASK}"
    assert (percent % (value, value)).split() == [MASK, MASK]
    assert repr(value) == f"{value!r}" == f"{value!a}" == f"Sensitive({MASK})"
    assert repr([value]) == f"[Sensitive({MASK})]"
    assert str({"name": value}) == f"{{'name': Sensitive({MASK})}}"
    assert value.reveal() == text


@given(text=SECRETS)
def test_no_json_writer_sees_through_it(text: str) -> None:
    value = Sensitive(text)
    for write in (json.dumps, orjson.dumps):
        with pytest.raises(TypeError) as caught:
            write({"name": value})
        with pytest.raises(TypeError) as other:
            write({"name": Sensitive("other")})
        # The refusal says the same whatever the value is.
        assert str(caught.value) == str(other.value)
    assert json.dumps([value], default=str) == f'["{MASK}"]'
    adapter = TypeAdapter(Sensitive)
    assert adapter.dump_json(value) == f'"{MASK}"'.encode()
    assert adapter.dump_python(value) == MASK
    assert adapter.dump_python(value, context={"reveal": False}) == MASK
    assert adapter.dump_python(value, context=REVEAL) == text


@given(text=SECRETS)
def test_it_is_no_text_and_joins_none(text: str) -> None:
    value: Any = Sensitive(text)
    assert str not in type(value).__mro__
    for join in (lambda: "x" + value, lambda: "".join([value]), lambda: bytes(value)):
        with pytest.raises(TypeError):
            join()
    assert not hasattr(value, "__dict__")


def _fail_over(value: Sensitive) -> None:
    raise ValueError(value)


def test_logs_and_tracebacks_show_the_mask(caplog: pytest.LogCaptureFixture) -> None:
    value = Sensitive("甲乙丙丁")
    with pytest.raises(ValueError, match=re.escape(MASK)) as caught:
        _fail_over(value)
    logging.getLogger("test").error("name %s %r", value, value, exc_info=caught.value)
    trace = "".join(traceback.format_exception(caught.value))
    for shown in (caplog.text, trace):
        assert value.reveal() not in shown
        assert MASK in shown
    assert f"name {MASK} Sensitive({MASK})" in caplog.text


@given(one=SECRETS, other=SECRETS)
def test_equal_where_the_texts_are_equal_and_only_among_themselves(
    one: str, other: str
) -> None:
    assert (Sensitive(one) == Sensitive(other)) == (one == other)
    assert Sensitive(one) != one
    assert hash(Sensitive(one)) == hash(Sensitive(one))
    assert hash(Sensitive(one)) != hash(one)
    assert Sensitive(one)
    assert not Sensitive("")


def test_a_masked_value_cannot_be_read_back() -> None:
    adapter = TypeAdapter(Sensitive)
    assert adapter.validate_json('"甲"') == Sensitive("甲") == adapter.validate_python("甲")
    assert adapter.validate_python(Sensitive("甲")) == Sensitive("甲")
    for text in (f'"{MASK}"', "1", "null", "[]"):
        with pytest.raises(ValidationError):
            adapter.validate_json(text)

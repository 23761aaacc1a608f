"""Borders of the codecs, by example."""

import pytest

from interop.errors import Reason
from interop.lens.codecs import TEXT_CHARS_MAX, Codec, Unfit, build_codec
from interop.model.canonical import Json

CODES = {"state": {"1100": "open", "1130": "open", "1900": "closed"}}


def codec(spec: str) -> Codec:
    built = build_codec(spec, codes=CODES, field="x")
    assert isinstance(built, Codec)
    return built


@pytest.mark.parametrize(
    ("spec", "text", "value"),
    [
        ("text", "营业\r\n执照", "营业\n执照"),
        ("text", "字" * TEXT_CHARS_MAX, "字" * TEXT_CHARS_MAX),
        ("date:%Y年%m月%d日", "2024年02月29日", "2024-02-29"),
        ("date:%Y年%m月%d日", "2024年2月9日", "2024-02-09"),
        ("date:%Y%m%d", "00010101", "0001-01-01"),
        ("date:%Y-%m-%d", "9999-12-31", "9999-12-31"),
        ("date_or_open:%Y.%m.%d|长期", "长期", None),
        ("date_or_open:%Y.%m.%d|长期", "2024.01.01", "2024-01-01"),
        ("code:state", "1130", "open"),
        ("const:甲", "甲", "甲"),
        ("uscc", "n2310115ma1000001l", "N2310115MA1000001L"),
        ("resident_id", "310115198501010012", "310115198501010012"),
        (
            "cert_id",
            "1.2.156.3005.2.11100000000013338W032.11220000013544541J.0000001.001.S",
            "1.2.156.3005.2.11100000000013338W032.11220000013544541J.0000001.001.S",
        ),
        ("region", "310115", "310115"),
    ],
)
def test_a_codec_reads(spec: str, text: str, value: Json) -> None:
    assert codec(spec).parse(text) == value


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        ("text", ""),
        ("text", "字" * (TEXT_CHARS_MAX + 1)),
        ("text", "\x00"),
        ("text", "\ud800"),
        ("text", "\uffff"),
        ("date:%Y年%m月%d日", "2023年02月29日"),
        ("date:%Y年%m月%d日", "2024年002月29日"),
        ("date:%Y年%m月%d日", "２０２４年02月29日"),
        ("date:%Y年%m月%d日", "0000年01月01日"),
        ("date:%Y%m%d", "2024111"),
        ("date:%Y年%m%d", "2024年111"),
        ("date_or_open:%Y.%m.%d|长期", "长 期"),
        ("code:state", "1101"),
        ("code:state", "open"),
        ("const:甲", "乙"),
        ("uscc", "11110000400777687U"),
        ("resident_id", "310115198501010013"),
        ("cert_id", "11100000000013338W032.11220000013544541J.0000001.001.S"),
        ("region", "010115"),
        ("region", "3101150"),
    ],
)
def test_a_codec_refuses_to_read(spec: str, text: str) -> None:
    with pytest.raises(Unfit):
        codec(spec).parse(text)


@pytest.mark.parametrize(
    ("spec", "value"),
    [
        ("text", None),
        ("text", " 甲"),
        ("date:%Y%m%d", None),
        ("date:%Y%m%d", "20240101"),
        ("date:%Y%m%d", "2024-02-30"),
        ("date_or_open:%Y%m%d|长期", 7),
        ("code:state", "1100"),
        ("code:state", None),
        ("const:甲", 1),
        ("uscc", "n2310115ma1000001l"),
    ],
)
def test_a_codec_refuses_to_print_what_is_outside_its_domain(spec: str, value: Json) -> None:
    with pytest.raises(Unfit):
        codec(spec).print(value)


def test_the_first_code_in_order_is_printed() -> None:
    assert codec("code:state").print("open") == "1100"


@pytest.mark.parametrize(
    ("spec", "code"),
    [
        ("money", "lens-codec-unknown"),
        ("text:", "lens-codec-argument"),
        ("region:6", "lens-codec-argument"),
        ("date", "lens-codec-argument"),
        ("date:%Y%m", "lens-codec-argument"),
        ("date:%Y%m%d%d", "lens-codec-argument"),
        ("date:%Y0%m0%d", "lens-codec-argument"),
        ("date:%Y%m%d%H", "lens-codec-argument"),
        ("date_or_open:%Y%m%d", "lens-codec-argument"),
        ("date_or_open:%Y%m%d|", "lens-codec-argument"),
        ("date_or_open:%Y%m%d| 长期", "lens-codec-argument"),
        ("date_or_open:%Y|长期", "lens-codec-argument"),
        ("const:", "lens-codec-argument"),
        ("const: 甲", "lens-codec-argument"),
        ("code:", "lens-code-list-unknown"),
        ("code:kind", "lens-code-list-unknown"),
    ],
)
def test_a_spec_that_names_no_codec_is_refused(spec: str, code: str) -> None:
    built = build_codec(spec, codes=CODES, field="x")
    assert isinstance(built, Reason)
    assert (built.code, built.field) == (code, "x")

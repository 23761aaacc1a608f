"""Borders of the codecs, by example."""

import pytest

from interop.errors import Reason
from interop.lens.codec import Codec, read_value
from interop.lens.codecs import build_codec
from interop.lens.names import TEXT_CHARS_MAX
from interop.lens.unfit import Unfit
from interop.model.canonical import Json

CODES = {
    "state": {"1100": "open", "1130": "open", "1900": "closed"},
    "rare": {"\ue86c": "𠮷"},
}


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
        ("date:%Y-%m-%d 00:00:00", "2024-02-09 00:00:00", "2024-02-09"),
        ("date_or_open:%Y%m%d|", "", None),
        ("date_or_open:%Y%m%d|长期|永久", "永久", None),
        ("datetime:%Y/%m/%d %H:%M:%S", "2024/2/9 08:30:00", "2024-02-09T08:30:00+08:00"),
        ("name", "买买提 • 阿不都", "买买提·阿不都"),
        ("name", "𠮷𡋾", "𠮷𡋾"),
        ("name", "Ａｎｎａ  李", "Anna 李"),
        ("name:rare", "\ue86c田", "𠮷田"),
        ("half", "３１０１１５（甲）", "310115(甲)"),
        ("decimal", "1,234.50", "1234.5"),
        ("decimal", "-0.00", "0"),
        ("number", 12.5, "12.5"),
        ("number", 7, "7"),
        ("money_cn", "5000万元", "50000000"),
        ("money_cn", "5,000.5 万元人民币", "50005000"),
        ("money_cn", "1.5亿元", "150000000"),
        ("money_cn", "12345678901234567890123456789.01元", "12345678901234567890123456789.01"),
        ("money", "10万美元", {"amount": "100000", "currency": "USD"}),
        ("digits:4-6", "00123", "00123"),
        ("bool:是|否", "否", False),
        ("bool", True, True),
        ("inside:第{:1-8d}号", "第0012号", "0012"),
        (
            "affix:沪（{:4d}）{}字第{:6d}号",
            "沪（2024）浦字第012345号",
            "沪（2024）浦字第012345号",
        ),
        (
            "address",
            "江苏省苏州市吴中区甲路1号",
            {"province": "江苏省", "city": "苏州市", "district": "吴中区", "detail": "甲路1号"},
        ),
        ("address", "某处", {"detail": "某处"}),
    ],
)
def test_a_codec_reads(spec: str, text: Json, value: Json) -> None:
    assert read_value(codec(spec), text) == value


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
        ("name", "\ue86c田"),
        ("name:rare", "\ue86d田"),
        ("decimal", "1,23"),
        ("decimal", "1e5"),
        ("number", "7"),
        ("number", True),
        ("money_cn", "5000"),
        ("money_cn", "10万美元"),
        ("money_cn", "五千万元"),
        ("bool:是|否", "yes"),
        ("bool", 1),
        ("digits:4-6", "123"),
        ("digits:4", "１２３４"),
        ("inside:第{}号", "12号"),
        ("affix:（{:4d}）", "（20245）"),
        ("datetime:%Y-%m-%d %H:%M:%S", "2024-02-09 24:00:00"),
    ],
)
def test_a_codec_refuses_to_read(spec: str, text: Json) -> None:
    with pytest.raises(Unfit):
        read_value(codec(spec), text)


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


@pytest.mark.parametrize(
    ("spec", "old", "value", "text"),
    [
        ("money_cn:万元", "3000元", "50000000", "50000000元"),
        ("money_cn", "3000万元", "50000000", "5000万元"),
        ("money_cn", "3亿元", "1", "1元"),
        ("money", "3万美元", {"amount": "20000", "currency": "USD"}, "2万美元"),
        ("money", "3万美元", {"amount": "20000", "currency": "CNY"}, "20000元"),
    ],
)
def test_an_amount_keeps_its_unit_where_that_reads_well(
    spec: str, old: str, value: Json, text: str
) -> None:
    rewrite = codec(spec).rewrite
    assert rewrite is not None
    assert rewrite(value, old) == text


def test_a_faulty_part_of_a_list_is_told_by_its_place() -> None:
    built = build_codec("split:;", codes=CODES, field="x", item="code:state")
    assert isinstance(built, Codec)
    with pytest.raises(Unfit) as caught:
        read_value(built, "1100;x;1900;y")
    assert caught.value.parts == (("[1]", "x"), ("[3]", "y"))


def test_the_first_code_in_order_is_printed() -> None:
    assert codec("code:state").print("open") == "1100"


@pytest.mark.parametrize(
    ("spec", "code"),
    [
        ("sum", "lens-codec-unknown"),
        ("money:斤", "lens-codec-argument"),
        ("money_cn:万美元", "lens-codec-argument"),
        ("split", "lens-codec-argument"),
        ("split: ", "lens-codec-argument"),
        ("list:a", "lens-codec-argument"),
        ("digits:0", "lens-codec-argument"),
        ("digits:3-2", "lens-codec-argument"),
        ("bool:是", "lens-codec-argument"),
        ("inside:{}{}", "lens-codec-argument"),
        ("affix:号", "lens-codec-argument"),
        ("datetime:%Y-%m-%d", "lens-codec-argument"),
        ("name:nothing", "lens-code-list-unknown"),
        ("name:state", "lens-codec-argument"),
        ("text:", "lens-codec-argument"),
        ("region:6", "lens-codec-argument"),
        ("date", "lens-codec-argument"),
        ("date:%Y%m", "lens-codec-argument"),
        ("date:%Y%m%d%d", "lens-codec-argument"),
        ("date:%Y0%m0%d", "lens-codec-argument"),
        ("date:%Y%m%d%H", "lens-codec-argument"),
        ("date_or_open:%Y%m%d", "lens-codec-argument"),
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

"""Reasons of the words themselves: malformed text, JSON, identifiers and records."""

from typing import Final

from interop.errors import FixedBy, ReasonRow, Side

JSON_MALFORMED: Final = ReasonRow(
    code="json-malformed",
    zh="`{field}` 不是合法的 JSON：{got}",
    en="`{field}` is not well-formed JSON: {got}",
    fix_zh="按 RFC 8259 以 UTF-8 重新生成，键不得重复，不得含 NaN 或孤立代理项",
    fix_en="write it again as UTF-8 per RFC 8259, without duplicate keys, NaN or lone surrogates",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
JSON_TOO_LARGE: Final = ReasonRow(
    code="json-too-large",
    zh="`{field}` 超出上限（大小、嵌套或数值）：{got}，上限 {expected}",
    en="`{field}` is over the limit (size, depth or number): {got}, limit {expected}",
    fix_zh="拆分内容，或将大数写成字符串",
    fix_en="split the content, or write the large number as a string",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
JSON_NOT_CANONICAL: Final = ReasonRow(
    code="json-not-canonical",
    zh="`{field}` 不能写成规范形式：{got}",
    en="`{field}` has no canonical form: {got}",
    fix_zh="小数和日期写成字符串，键用字符串",
    fix_en="write decimals and dates as strings and keys as strings",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
RECORD_INVALID: Final = ReasonRow(
    code="record-invalid",
    zh="`{field}` 不符合要求：{got}",
    en="`{field}` is not valid: {got}",
    fix_zh="按 docs/reference 中该记录的字段说明改正",
    fix_en="correct the field as docs/reference describes the record",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
DIGEST_UNKNOWN_ALGORITHM: Final = ReasonRow(
    code="digest-unknown-algorithm",
    zh="未知的摘要算法 `{got}`，可用 {expected}",
    en="unknown digest algorithm `{got}`; use {expected}",
    fix_zh="使用 sha-256 或 sm3",
    fix_en="use sha-256 or sm3",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)

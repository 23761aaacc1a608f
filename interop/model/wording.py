"""What pydantic says of a wrong field, in Chinese; in English its own words stand.

Source: the list of error types of pydantic 2, as far as records can meet them.
"""

from collections.abc import Mapping
from typing import Final

CHINESE: Final[Mapping[str, str]] = {
    "missing": "缺少该项",
    "extra_forbidden": "没有这一项，请核对名称或者删去",
    "string_type": "应为文本",
    "string_too_short": "文本过短，至少 {min_length} 个字符",
    "string_too_long": "文本过长，至多 {max_length} 个字符",
    "string_pattern_mismatch": "格式应为 {pattern}",
    "int_type": "应为整数",
    "int_from_float": "应为整数",
    "bool_type": "应为 true 或者 false",
    "decimal_type": "应为小数（写成文本）",
    "decimal_parsing": "应为小数",
    "literal_error": "应为 {expected}",
    "enum": "应为 {expected}",
    "greater_than": "应大于 {gt}",
    "greater_than_equal": "应不小于 {ge}",
    "less_than": "应小于 {lt}",
    "less_than_equal": "应不大于 {le}",
    "too_short": "至少 {min_length} 项，实有 {actual_length} 项",
    "too_long": "至多 {max_length} 项，实有 {actual_length} 项",
    "date_type": "应为日期 YYYY-MM-DD",
    "date_parsing": "应为日期 YYYY-MM-DD",
    "date_from_datetime_parsing": "应为日期 YYYY-MM-DD",
    "datetime_type": "应为带时区的时刻",
    "datetime_parsing": "应为带时区的时刻",
    "datetime_from_date_parsing": "应为带时区的时刻",
    "timezone_aware": "应为带时区的时刻",
    "dict_type": "应为表",
    "model_type": "应为表",
    "model_attributes_type": "应为表",
    "list_type": "应为列表",
    "tuple_type": "应为列表",
    "union_tag_invalid": "{discriminator} 应为 {expected_tags}",
    "union_tag_not_found": "缺少 {discriminator}",
}


def told_in_chinese(kind: str, context: Mapping[str, object], english: str) -> str:
    """Return what is wrong in Chinese; the English words where there are none.

    Args:
        kind: Error type of pydantic.
        context: Its parameters, never the input.
        english: What pydantic says itself.
    """
    try:
        return CHINESE[kind].format_map(context)
    except (KeyError, IndexError):
        return english

"""Reasons of canonical types and of quality rules."""

from typing import Final

from interop.errors import FixedBy, ReasonRow, Side

FIELD_LIST_MISFIT: Final = ReasonRow(
    code="certificate-field-list-misfit",
    zh="`{field}` 的成员与其类型不符",
    en="`{field}` has members that do not fit its type",
    fix_zh="类型为 list 时写出 fields 与 key，key 为必填文本成员；其他类型不得写",
    fix_en="for type list write `fields` and a `key`, a required text member; none for other types",
    fixed_by=FixedBy.INTEGRATOR,
)
QUALITY_MISSING: Final = ReasonRow(
    code="quality-field-missing",
    zh="缺少应有的字段 `{field}`（完整性）",
    en="`{field}` is missing (completeness)",
    fix_zh="请来源地区补全该字段后重新归集",
    fix_en="ask the source region to complete the field and collect it again",
    fixed_by=FixedBy.REGION,
    side=Side.ISSUER,
)
QUALITY_CHECK_CHARACTER: Final = ReasonRow(
    code="quality-check-character",
    zh="`{field}` 的校验位或格式不符合 {expected}（准确性）",
    en="`{field}` does not have the form or check character of {expected} (accuracy)",
    fix_zh="请来源地区核对原证后更正",
    fix_en="ask the source region to correct it from the original",
    fixed_by=FixedBy.REGION,
    side=Side.ISSUER,
)
QUALITY_FIELDS_DIFFER: Final = ReasonRow(
    code="quality-fields-differ",
    zh="`{field}` 与 `{expected}` 应当一致（准确性）",
    en="`{field}` and `{expected}` should be the same (accuracy)",
    fix_zh="请来源地区核对两处数据",
    fix_en="ask the source region to compare the two",
    fixed_by=FixedBy.REGION,
    side=Side.ISSUER,
)
QUALITY_DAYS_REVERSED: Final = ReasonRow(
    code="quality-days-reversed",
    zh="`{field}` 不应早于 `{expected}`（有效性）",
    en="`{field}` should not be earlier than `{expected}` (validity)",
    fix_zh="请来源地区核对日期",
    fix_en="ask the source region to check the dates",
    fixed_by=FixedBy.REGION,
    side=Side.ISSUER,
)
QUALITY_DAY_PAST: Final = ReasonRow(
    code="quality-day-past",
    zh="`{field}` 早于 {expected}，状态却仍为有效（有效性）",
    en="`{field}` lies before {expected} while the status still says valid (validity)",
    fix_zh="请来源地区更新证照状态",
    fix_en="ask the source region to bring the status up to date",
    fixed_by=FixedBy.REGION,
    side=Side.ISSUER,
)
QUALITY_DAY_AHEAD: Final = ReasonRow(
    code="quality-day-ahead",
    zh="`{field}` 晚于 {expected}（有效性）",
    en="`{field}` lies after {expected} (validity)",
    fix_zh="请来源地区核对日期",
    fix_en="ask the source region to check the date",
    fixed_by=FixedBy.REGION,
    side=Side.ISSUER,
)
QUALITY_RULE_MISFIT: Final = ReasonRow(
    code="quality-rule-misfit",
    zh="质量规则 `{field}` 写法不对：{got}",
    en="quality rule `{field}` is not written as rules are: {got}",
    fix_zh="应写成 {expected}",
    fix_en="write {expected}",
    fixed_by=FixedBy.INTEGRATOR,
)

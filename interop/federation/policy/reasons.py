"""Reasons of metadata policies and of metadata held against them."""

from typing import Final

from interop.errors import FixedBy, ReasonRow, Side


def _policy(code: str, zh: str, en: str) -> ReasonRow:
    return ReasonRow(
        code=code,
        zh=zh,
        en=en,
        fix_zh="由出具该策略的上级机构改正其下级声明；各级策略须能同时成立",
        fix_en="have the superior correct its subordinate statement; all policies of a chain must hold together",
        fixed_by=FixedBy.REGION,
        side=Side.ISSUER,
    )


def _metadata(code: str, zh: str, en: str) -> ReasonRow:
    return ReasonRow(
        code=code,
        zh=zh,
        en=en,
        fix_zh="由该实体按上级策略改正所公布的元数据",
        fix_en="have the entity publish metadata that its superiors' policies allow",
        fixed_by=FixedBy.REGION,
        side=Side.ISSUER,
    )


POLICY_MALFORMED: Final = _policy(
    "policy-malformed",
    "策略 `{field}` 的结构应为 {expected}，实为 {got}",
    "the policy `{field}` should be {expected}, is {got}",
)
POLICY_VALUE_TYPE: Final = _policy(
    "policy-value-type",
    "策略 `{field}` 的取值应为 {expected}，实为 {got}",
    "the policy `{field}` takes {expected}, not {got}",
)
POLICY_COMBINATION: Final = _policy(
    "policy-combination",
    "策略 `{field}` 的 {got} 不能同时成立",
    "the policy `{field}` puts {got} together, which do not agree",
)
POLICY_CONFLICT: Final = _policy(
    "policy-conflict",
    "各级策略对 `{field}` 的要求互相冲突",
    "the policies of the chain conflict in `{field}`",
)
POLICY_OPERATOR_CRITICAL: Final = _policy(
    "policy-operator-critical",
    "关键策略运算符 `{got}` 不被支持",
    "the critical policy operator `{got}` is not understood",
)
METADATA_MALFORMED: Final = _metadata(
    "metadata-malformed",
    "元数据 `{field}` 应为 {expected}，实为 {got}",
    "the metadata `{field}` should be {expected}, is {got}",
)
METADATA_TYPE: Final = _metadata(
    "metadata-type",
    "元数据 `{field}` 的类型为 {got}，策略只能作用于 {expected}",
    "the metadata `{field}` is {got}; the policy acts on {expected} only",
)
METADATA_NOT_ONE_OF: Final = _metadata(
    "metadata-not-one-of",
    "元数据 `{field}` 的取值不在策略允许之列",
    "the metadata `{field}` is none of the values that the policy allows",
)
METADATA_NOT_SUPERSET: Final = _metadata(
    "metadata-not-superset",
    "元数据 `{field}` 缺少策略要求的取值",
    "the metadata `{field}` lacks values that the policy requires",
)
METADATA_MISSING: Final = _metadata(
    "metadata-missing",
    "缺少策略要求的元数据 `{field}`",
    "the metadata `{field}` is missing and the policy requires it",
)

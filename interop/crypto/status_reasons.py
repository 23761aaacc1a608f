"""Reasons of Token Status Lists."""

from typing import Final

from interop.errors import FixedBy, ReasonRow, Side


def _list(code: str, zh: str, en: str) -> ReasonRow:
    return ReasonRow(
        code=code,
        zh=zh,
        en=en,
        fix_zh="由签发方按令牌状态列表规范重新发布该列表",
        fix_en="have the issuer publish the list again as the specification of status lists says",
        fixed_by=FixedBy.REGION,
        side=Side.ISSUER,
    )


def _written(code: str, zh: str, en: str) -> ReasonRow:
    return ReasonRow(
        code=code,
        zh=zh,
        en=en,
        fix_zh="按每位置比特数（1、2、4 或 8）检查状态值和位置数",
        fix_en="check states and positions against the bits per position (1, 2, 4 or 8)",
        fixed_by=FixedBy.CALLER,
        side=Side.HOST,
    )


STATUS_LIST_FORM: Final = _list(
    "status-list-form",
    "状态列表的 `{field}` 不合要求",
    "`{field}` of the status list is malformed",
)
STATUS_LIST_BITS: Final = _list(
    "status-list-bits",
    "每位置比特数应为 1、2、4 或 8",
    "bits per position must be 1, 2, 4 or 8",
)
STATUS_LIST_ZIP: Final = _list(
    "status-list-zip",
    "状态列表不是一段完整的 zlib 数据",
    "the status list is not one whole piece of zlib data",
)
STATUS_LIST_SIZE: Final = _list(
    "status-list-size",
    "状态列表的 `{field}` 超出上限 {expected}",
    "`{field}` of the status list is over its limit {expected}",
)
STATUS_LIST_INDEX: Final = _list(
    "status-list-index",
    "状态列表没有该位置，共 {expected} 个位置",
    "the status list has no such position, only {expected}",
)
STATUS_REFERENCE: Final = _list(
    "status-reference",
    "令牌的 status 声明 `{field}` 不合要求",
    "`{field}` in the token's status claim is malformed",
)
STATUS_LIST_STATE: Final = _written(
    "status-list-state",
    "状态值超出每位置比特数可表示的范围，上限 {expected}",
    "a state does not fit the bits per position; at most {expected}",
)
STATUS_LIST_LENGTH: Final = _written(
    "status-list-length",
    "位置数应为 1 至 {expected}",
    "there must be 1 to {expected} positions",
)

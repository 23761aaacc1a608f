"""Reasons of what a host system asks: which case, which call, from which event on."""

from typing import Final

from interop.errors import FixedBy, ReasonRow, Side

CASE_UNNAMED: Final = ReasonRow(
    code="host-case-unnamed",
    zh="没有指明办件：需要办件编号 case 或宿主编号 reference",
    en="no case is named: give `case`, or the host's own number as `reference`",
    fix_zh="填写 case 或 reference",
    fix_en="give one of the two",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
REFERENCE_UNKNOWN: Final = ReasonRow(
    code="host-reference-unknown",
    zh="没有以该宿主编号登记的办件",
    en="no case was filed here under this number of the host",
    fix_zh="检查 reference；转办来的办件首次须同时给出 case",
    fix_en="check `reference`; a case that was handed over is first named by `case`",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
REFERENCE_OTHER: Final = ReasonRow(
    code="host-reference-other",
    zh="该办件在宿主系统中的编号与此前给出的不一致",
    en="this case is known here under another number of the host",
    fix_zh="核对 case 与 reference 是否为同一办件",
    fix_en="check that `case` and `reference` mean the same case",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
KEY_OF_ANOTHER_CALL: Final = ReasonRow(
    code="host-key-reused",
    zh="该 Idempotency-Key 已用于另一请求",
    en="this Idempotency-Key belongs to another request",
    fix_zh="不同的请求使用不同的键；重试才用同一个键和同一请求体",
    fix_en="give every request a key of its own; only a retry has the same key and body",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
CURSOR_AHEAD: Final = ReasonRow(
    code="host-cursor-ahead",
    zh="游标 {got} 超过本节点最后的事件 {expected}",
    en="cursor {got} lies past the last event {expected} of this node",
    fix_zh="数据库可能由备份恢复：从 {expected} 或更早处重新读取",
    fix_en="the store may be a restored one: read again from {expected} or before",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
SHADOW_REACHES_NOBODY: Final = ReasonRow(
    code="host-shadow-sends-nothing",
    zh="影子模式不向 `{got}` 发送任何内容",
    en="a shadow sends nothing to `{got}`",
    fix_zh="不带 --shadow 启动",
    fix_en="start without --shadow",
    fixed_by=FixedBy.OPERATOR,
    side=Side.HOST,
)

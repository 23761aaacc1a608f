"""Reasons of audits: files that cannot be read, cells that say nothing."""

from typing import Final

from interop.errors import FixedBy, ReasonRow, Side

AUDIT_ENCODING: Final = ReasonRow(
    code="audit-encoding",
    zh="文件既不是 UTF-8 也不是 GB18030，第 {got} 字节处无法解读",
    en="the file is neither UTF-8 nor GB18030; it cannot be read at byte {got}",
    fix_zh="另存为 UTF-8（可带 BOM）或 GB18030 编码的 CSV",
    fix_en="save it as CSV in UTF-8, with or without BOM, or in GB18030",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
AUDIT_COLUMNS: Final = ReasonRow(
    code="audit-columns",
    zh="表头缺少或者重复 `{field}`；可写作：{expected}",
    en="the header lacks `{field}` or has it twice; it may be spelt: {expected}",
    fix_zh="第一行写列名；收件列必须有，每列只能有一个",
    fix_en="put the names of the columns in the first row; received is needed, each once only",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
AUDIT_SHAPE: Final = ReasonRow(
    code="audit-shape",
    zh="{field} 不合 CSV 格式：{got}",
    en="{field} is no sound CSV: {got}",
    fix_zh="检查引号、列数和单元格长度（最多 {expected} 字符）",
    fix_en="check quotes, the number of columns and the length of cells (at most {expected} characters)",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
AUDIT_DAY: Final = ReasonRow(
    code="audit-day",
    zh="{field} 不是日期或者时间：{got}",
    en="{field} is no day or time: {got}",
    fix_zh="写作 2026-02-11、2026/2/11、2026年2月11日，可加 08:30；不早于 {expected}",
    fix_en="write 2026-02-11 or 2026/2/11, with 08:30 if need be; not before {expected}",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
AUDIT_NUMBER: Final = ReasonRow(
    code="audit-number",
    zh="{field} 不是 {expected} 的整数：{got}",
    en="{field} is no whole number of {expected}: {got}",
    fix_zh="写工作日数，例如 20",
    fix_en="write a number of working days, such as 20",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
AUDIT_RULING: Final = ReasonRow(
    code="audit-ruling",
    zh="{field} 不是可识别的决定结果：{got}",
    en="{field} is no ruling that is known: {got}",
    fix_zh="可写：{expected}；不写视为准予",
    fix_en="write one of: {expected}; empty means permitted",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
AUDIT_ORDER: Final = ReasonRow(
    code="audit-order",
    zh="{field} 早于 {expected}：{got}",
    en="{field} lies before {expected}: {got}",
    fix_zh="核对该行各日期的先后",
    fix_en="check the order of the days of this row",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
AUDIT_MORE: Final = ReasonRow(
    code="audit-more",
    zh="问题超过 {expected} 处，其余未列出",
    en="there are more than {expected} problems; the rest is not listed",
    fix_zh="先改正已列出的，再运行一次",
    fix_en="correct those listed, then run it again",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)

"""Reasons of what is kept for a time: contents of materials, holds, purged cases."""

from typing import Final

from interop.errors import FixedBy, ReasonRow, Side

MATERIAL_OFFSET: Final = ReasonRow(
    code="material-offset",
    zh="材料 `{field}` 应从第 {expected} 字节续传，收到的从第 {got} 字节开始",
    en="material `{field}` goes on at byte {expected}, not at {got}",
    fix_zh="先用 HEAD 询问已收到多少，再从该处续传；或从 0 重新上传",
    fix_en="ask by HEAD how much is held and go on there, or begin again at 0",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
MATERIAL_TOO_LONG: Final = ReasonRow(
    code="material-too-long",
    zh="材料 `{field}` 的内容超过申请中声明的 {expected} 字节",
    en="the content of material `{field}` is longer than the {expected} bytes declared",
    fix_zh="核对文件，与申请中声明的大小和摘要一致",
    fix_en="send the file whose size and digest the application declares",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
MATERIAL_CUT: Final = ReasonRow(
    code="material-cut",
    zh="材料 `{field}` 的一段为 {got} 字节：除最后一段外每段须为 {expected} 字节",
    en="a part of material `{field}` has {got} bytes; every part but the last has {expected}",
    fix_zh="按规定的段长续传",
    fix_en="send parts of that length",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
MATERIAL_NOT_HELD: Final = ReasonRow(
    code="material-not-held",
    zh="办件中没有材料 `{field}` 的内容",
    en="there is no content of material `{field}` with this case",
    fix_zh="检查材料编码；内容在收件地上传，或尚未取到",
    fix_en="check the code; it may not have been uploaded, or not have arrived yet",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
MATERIAL_RANGE: Final = ReasonRow(
    code="material-range",
    zh="所要的字节范围 {got} 不在材料 `{field}` 的 {expected} 字节之内",
    en="the range {got} does not lie within the {expected} bytes of material `{field}`",
    fix_zh="按材料的大小改正范围",
    fix_en="ask for a range within its size",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
CASE_PURGED: Final = ReasonRow(
    code="case-purged",
    zh="办件 `{got}` 保存期限已满并已清除，只留编号与摘要",
    en="case `{got}` was purged when its retention ended; number and digests are left",
    fix_zh="向档案系统查询",
    fix_en="ask the archive system",
    fixed_by=FixedBy.OPERATOR,
)
CASE_ON_HOLD: Final = ReasonRow(
    code="case-on-hold",
    zh="办件 `{got}` 已被依法保全，不得清除",
    en="case `{got}` is under a legal hold and is not purged",
    fix_zh="保全解除后再清除",
    fix_en="purge it once the hold is released",
    fixed_by=FixedBy.OPERATOR,
)
HOLD_UNKNOWN: Final = ReasonRow(
    code="hold-unknown",
    zh="办件 `{got}` 没有保全",
    en="case `{got}` is under no hold",
    fix_zh="核对办件编号",
    fix_en="check the case number",
    fixed_by=FixedBy.OPERATOR,
)
HOLD_EXISTS: Final = ReasonRow(
    code="hold-exists",
    zh="办件 `{got}` 已有另一依据的保全",
    en="case `{got}` is already under a hold with another basis",
    fix_zh="先解除原保全，再以新依据保全",
    fix_en="release the hold, then place it anew",
    fixed_by=FixedBy.OPERATOR,
)

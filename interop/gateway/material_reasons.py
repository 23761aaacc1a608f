"""Reasons of contents of materials between host, window and organ."""

from typing import Final

from interop.errors import FixedBy, ReasonRow, Side

MATERIAL_NOT_DECLARED: Final = ReasonRow(
    code="material-not-declared",
    zh="申请中没有材料 `{field}`；有：{expected}",
    en="the application declares no material `{field}`; it declares: {expected}",
    fix_zh="使用申请中的材料编码；一份材料有多个文件的，第二个起写作 编码~2",
    fix_en="use a code of the application; the second file of a material is `code~2`",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
MATERIAL_UNLIKE: Final = ReasonRow(
    code="material-unlike",
    zh="材料 `{field}` 与同一内容的另一材料声明的大小或类型不一致",
    en="material `{field}` declares another size or type than one of the same content",
    fix_zh="核对申请中的大小和类型",
    fix_en="check size and type on the application",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
MATERIAL_CLOSED: Final = ReasonRow(
    code="material-closed",
    zh="办件 `{got}` 已转办或已终结，不再接收材料内容",
    en="case `{got}` was handed over, or has ended; it takes no further content",
    fix_zh="补正时先申报再补交",
    fix_en="hand it in with a supplement, declared first",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
MATERIAL_UNFINISHED: Final = ReasonRow(
    code="material-unfinished",
    zh="材料 `{field}` 只收到 {got} 字节，共 {expected} 字节",
    en="of material `{field}` {got} bytes are held, of {expected}",
    fix_zh="续传完毕后再转办",
    fix_en="finish the upload, then hand over",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
MATERIAL_PENDING: Final = ReasonRow(
    code="material-pending",
    zh="材料 `{field}` 的内容尚未从收件地取到并核验（{got}/{expected} 字节），不能受理",
    en="the content of material `{field}` has not arrived and been verified ({got} of {expected} bytes); nothing is accepted before",
    fix_zh="网关会自动续取，稍后再受理；长时间取不到的，与收件地核对",
    fix_en="the gateway goes on fetching it, accept later; ask the receiving region if it does not come",
    fixed_by=FixedBy.REGION,
)
MATERIAL_DIGEST: Final = ReasonRow(
    code="material-digest",
    zh="材料 `{field}` 的内容与声明的摘要不符，已丢弃",
    en="the content of material `{field}` is not that of the digest declared; it was dropped",
    fix_zh="重新上传声明摘要所对应的文件",
    fix_en="send the file that the digest was made of",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
MATERIAL_CARRIER: Final = ReasonRow(
    code="material-carrier",
    zh="到 `{field}` 的通道不能传送材料内容",
    en="the carrier to `{field}` brings no contents of materials",
    fix_zh="由收件地推送，或用 interop exchange export 和 import 以文件传递",
    fix_en="let the receiving region send them, or carry them by interop exchange export and import",
    fixed_by=FixedBy.OPERATOR,
)
MATERIAL_SHORT: Final = ReasonRow(
    code="material-short",
    zh="`{field}` 应给出 {expected} 字节，实为 {got} 字节",
    en="`{field}` should have given {expected} bytes, and gave {got}",
    fix_zh="网关会重试；反复出现时与对方核对",
    fix_en="the gateway tries again; ask the peer if it goes on",
    fixed_by=FixedBy.REGION,
)
MATERIAL_FOREIGN: Final = ReasonRow(
    code="material-foreign",
    zh="本节点没有等待 `{field}` 送来这一材料内容的办件",
    en="no case here waits for this content from `{field}`",
    fix_zh="先收取转办批次，再收取材料分片；仍被拒绝的，与该地区核对",
    fix_en="take the hand-over in first, then the piece again; ask that region if it is still refused",
    fixed_by=FixedBy.REGION,
)
MATERIAL_STALLED: Final = ReasonRow(
    code="material-stalled",
    zh="向 `{field}` 发送第 {expected} 字节起的分片后，对方仍只有 {got} 字节",
    en="after a piece from byte {expected} on `{field}` still holds {got} bytes",
    fix_zh="网关会从对方所有之处重发；反复出现时与对方核对",
    fix_en="the gateway goes on from where the peer is; ask the peer if it goes on",
    fixed_by=FixedBy.REGION,
)
MATERIAL_CODE: Final = ReasonRow(
    code="material-code",
    zh="材料 `{field}` 与已有文件的编码重复，或未在补正中申报",
    en="material `{field}` is addressed as a file that is there already, or was not declared",
    fix_zh="使用事项材料编码，编码中不含 ~；补正的内容须先申报",
    fix_en="use the item's material code, without ~; declare what a supplement brings",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)

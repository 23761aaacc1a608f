"""Reasons of what may be kept: kinds and sizes of materials, and for how long."""

from typing import Final

from interop.errors import FixedBy, ReasonRow, Side

MATERIAL_TYPE: Final = ReasonRow(
    code="material-type",
    zh="材料 `{field}` 的文件类型 `{got}` 不在允许之列：{expected}",
    en="material `{field}` is of type `{got}`, which is not allowed: {expected}",
    fix_zh="转换为允许的类型后重新申请；确需增加的，在 mappings/materials 中写明并注明出处",
    fix_en="convert the file and apply anew, or allow the type in mappings/materials with its source",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
MATERIAL_LARGE: Final = ReasonRow(
    code="material-large",
    zh="材料 `{field}` 声明为 {got} 字节，超过上限 {expected} 字节",
    en="material `{field}` is declared with {got} bytes; the limit is {expected}",
    fix_zh="压缩或拆分文件后重新申请",
    fix_en="compress or split the file and apply anew",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
MATERIAL_DISGUISED: Final = ReasonRow(
    code="material-disguised",
    zh="材料 `{field}` 的内容不是所声明的 `{expected}`",
    en="the content of material `{field}` is not the `{expected}` it is declared to be",
    fix_zh="核对文件与所声明的类型",
    fix_en="check the file against the type declared",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
MATERIAL_ROW_TWICE: Final = ReasonRow(
    code="material-row-twice",
    zh="文件类型 `{got}` 写了两次",
    en="media type `{got}` stands twice",
    fix_zh="删去其中一行",
    fix_en="remove one of the rows",
    fixed_by=FixedBy.INTEGRATOR,
)
MATERIAL_MAGIC: Final = ReasonRow(
    code="material-magic",
    zh="文件类型 `{got}` 没有可供识别的开头字节",
    en="media type `{got}` has no bytes to know it by",
    fix_zh="写明该格式规定的开头字节（十六进制）；没有的类型不能允许",
    fix_en="give the bytes that its format begins with, in hexadecimal; a type without any cannot be allowed",
    fixed_by=FixedBy.INTEGRATOR,
)
RETENTION_TWICE: Final = ReasonRow(
    code="retention-twice",
    zh="`{got}` 在保存期限表中出现两次",
    en="`{got}` stands twice in the retention table",
    fix_zh="每个类别、每个状态只写一次",
    fix_en="name every class and every state once",
    fixed_by=FixedBy.INTEGRATOR,
)
RETENTION_STATES: Final = ReasonRow(
    code="retention-states",
    zh="类别 `{field}` 与其状态不符：办件类须列出状态，其他类不得列出",
    en="class `{field}`: a class of cases lists states, any other lists none",
    fix_zh="补上或删去 states",
    fix_en="add or remove `states`",
    fixed_by=FixedBy.INTEGRATOR,
)
RETENTION_MISSING: Final = ReasonRow(
    code="retention-missing",
    zh="保存期限表中没有 `{expected}` 一类",
    en="the retention table has no class for `{expected}`",
    fix_zh="补上该类及其期限、依据",
    fix_en="add it with its period and basis",
    fixed_by=FixedBy.INTEGRATOR,
)
RETENTION_STATE_UNKNOWN: Final = ReasonRow(
    code="retention-state-unknown",
    zh="办件生命周期中没有状态 `{got}`",
    en="the life cycle has no state `{got}`",
    fix_zh="使用 mappings/lifecycles 中的状态",
    fix_en="use a state of mappings/lifecycles",
    fixed_by=FixedBy.INTEGRATOR,
)
RETENTION_UNFINISHED: Final = ReasonRow(
    code="retention-unfinished",
    zh="状态 `{got}` 的办件尚未了结，不能列入清除",
    en="a case in state `{got}` is not settled and must not be purged",
    fix_zh="只列已终结或已归档的状态",
    fix_en="list only states in which a case is at rest",
    fixed_by=FixedBy.INTEGRATOR,
)

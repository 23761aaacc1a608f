"""Reasons of the knowledge room."""

from typing import Final

from interop.errors import FixedBy, ReasonRow

FILE_MISSING: Final = ReasonRow(
    code="knowledge-missing",
    zh="缺少知识文件 `{field}`",
    en="knowledge file `{field}` is missing",
    fix_zh="在覆盖目录中补上该文件，或检查地区代码与文件名；现有：{expected}",
    fix_en="add the file to the overlay, or check region code and file name; there are: {expected}",
    fixed_by=FixedBy.INTEGRATOR,
)
FILE_TOO_LARGE: Final = ReasonRow(
    code="knowledge-too-large",
    zh="`{field}` 超出上限：{got}，上限 {expected}",
    en="`{field}` is over the limit: {got}, limit {expected}",
    fix_zh="拆分文件，或减少键的层级",
    fix_en="split the file, or use fewer key levels",
    fixed_by=FixedBy.INTEGRATOR,
)
FILE_UNREADABLE: Final = ReasonRow(
    code="knowledge-unreadable",
    zh="无法读取 `{field}`：{got}",
    en="`{field}` cannot be read: {got}",
    fix_zh="改正文件的编码或语法（UTF-8 的 TOML 或 TSV）",
    fix_en="correct encoding or syntax (UTF-8 TOML or TSV)",
    fixed_by=FixedBy.INTEGRATOR,
)
FILE_OUTSIDE: Final = ReasonRow(
    code="knowledge-outside",
    zh="`{field}` 指向知识目录之外",
    en="`{field}` leads outside the knowledge folder",
    fix_zh="去掉符号链接，把文件放进知识目录",
    fix_en="remove the symbolic link and put the file into the folder",
    fixed_by=FixedBy.INTEGRATOR,
)
FILE_UNKNOWN: Final = ReasonRow(
    code="knowledge-unknown-file",
    zh="`{field}` 不属于任何一类知识文件",
    en="`{field}` is no file of any kind of knowledge",
    fix_zh="检查文件夹与文件名；文件名以地区代码开头",
    fix_en="check folder and file name; file names start with the region code",
    fixed_by=FixedBy.INTEGRATOR,
)
FOLDER_MISSING: Final = ReasonRow(
    code="knowledge-folder-missing",
    zh="知识目录 `{field}` 不存在",
    en="knowledge folder `{field}` does not exist",
    fix_zh="检查路径；目录内应有 adapters、identity 或 mappings",
    fix_en="check the path; the folder should hold adapters, identity or mappings",
    fixed_by=FixedBy.INTEGRATOR,
)
VERSION_MISMATCH: Final = ReasonRow(
    code="knowledge-version-mismatch",
    zh="知识版本 `{field}` 的内容与其摘要不符",
    en="the bytes of knowledge version `{field}` do not match their digest",
    fix_zh="向办理地重新取得该版本",
    fix_en="fetch this version from the handling region again",
    fixed_by=FixedBy.OPERATOR,
)

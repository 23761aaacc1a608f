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
FILE_NOT_NEAR: Final = ReasonRow(
    code="knowledge-missing-for-region",
    zh="{got} 都没有知识文件 `{field}`",
    en="none of {got} has the knowledge file `{field}`",
    fix_zh="为其中一级补上该文件，名称以该级地区代码开头；现有：{expected}",
    fix_en="add the file for one of them, its name starting with that region code; there are: {expected}",
    fixed_by=FixedBy.INTEGRATOR,
)
FILE_AMBIGUOUS: Final = ReasonRow(
    code="knowledge-ambiguous",
    zh="同一地区代码有不止一个知识文件 `{field}`：{got}",
    en="one region code has more than one knowledge file `{field}`: {got}",
    fix_zh="只保留一个；要替换随库文件，请在覆盖目录中使用相同的路径",
    fix_en="keep one; to replace a shipped file, give the overlay file the same path",
    fixed_by=FixedBy.INTEGRATOR,
)
FILE_TOO_LARGE: Final = ReasonRow(
    code="knowledge-too-large",
    zh="`{field}` 大小为 {got} 字节，上限 {expected} 字节",
    en="`{field}` has {got} bytes, the limit is {expected}",
    fix_zh="把文件拆成几个",
    fix_en="split the file",
    fixed_by=FixedBy.INTEGRATOR,
)
FILES_TOO_MANY: Final = ReasonRow(
    code="knowledge-too-many-files",
    zh="知识目录 `{field}` 中的文件超过 {expected} 个",
    en="knowledge folder `{field}` holds more than {expected} files",
    fix_zh="检查路径，移走不属于知识目录的文件",
    fix_en="check the path, move away what is no knowledge",
    fixed_by=FixedBy.INTEGRATOR,
)
ROWS_TOO_MANY: Final = ReasonRow(
    code="knowledge-too-many-rows",
    zh="`{field}` 有 {got} 行，上限 {expected} 行",
    en="`{field}` has {got} lines, the limit is {expected}",
    fix_zh="把表拆成几个文件",
    fix_en="split the table into several files",
    fixed_by=FixedBy.INTEGRATOR,
)
KEY_TOO_LONG: Final = ReasonRow(
    code="knowledge-key-too-long",
    zh="`{field}` 第 {got} 行的点分键超过 {expected} 级",
    en="line {got} of `{field}` has a dotted key of more than {expected} parts",
    fix_zh="减少键的层级",
    fix_en="use fewer levels of keys",
    fixed_by=FixedBy.INTEGRATOR,
)
TOO_DEEP: Final = ReasonRow(
    code="knowledge-too-deep",
    zh="`{field}` 的嵌套超过 {expected} 层",
    en="`{field}` is nested deeper than {expected} levels",
    fix_zh="减少数组和表的嵌套",
    fix_en="nest arrays and tables less",
    fixed_by=FixedBy.INTEGRATOR,
)
FRACTION: Final = ReasonRow(
    code="knowledge-fraction",
    zh="`{field}` 是小数 {got}",
    en="`{field}` is the fraction {got}",
    fix_zh="小数写成字符串，加上引号",
    fix_en="write a fraction as a string, in quotes",
    fixed_by=FixedBy.INTEGRATOR,
)
INTEGER_TOO_LARGE: Final = ReasonRow(
    code="knowledge-integer-too-large",
    zh="`{field}` 的整数超出 ±{expected}",
    en="an integer of `{field}` lies beyond ±{expected}",
    fix_zh="长数字写成字符串，加上引号",
    fix_en="write a long number as a string, in quotes",
    fixed_by=FixedBy.INTEGRATOR,
)
NOT_UTF8: Final = ReasonRow(
    code="knowledge-not-utf8",
    zh="`{field}` 第 {got} 个字节处不是不带 BOM 的 UTF-8",
    en="`{field}` is no UTF-8 without byte order mark at byte {got}",
    fix_zh="用不带 BOM 的 UTF-8 编码另存",
    fix_en="save the file as UTF-8 without byte order mark",
    fixed_by=FixedBy.INTEGRATOR,
)
TOML_BROKEN: Final = ReasonRow(
    code="knowledge-toml-broken",
    zh="`{field}` 不是有效的 TOML：{got}",
    en="`{field}` is no valid TOML: {got}",
    fix_zh="按所指行列改正语法",
    fix_en="correct the syntax at the line and column named",
    fixed_by=FixedBy.INTEGRATOR,
)
TSV_HEADING: Final = ReasonRow(
    code="knowledge-tsv-heading",
    zh="`{field}` 首行的列名有空缺或重复",
    en="the first line of `{field}` lacks a column name or has one twice",
    fix_zh="首行写出全部列名，以制表符分隔，各写一次",
    fix_en="name every column in the first line, once each, separated by tabs",
    fixed_by=FixedBy.INTEGRATOR,
)
TSV_CELLS: Final = ReasonRow(
    code="knowledge-tsv-cells",
    zh="`{field}` 行有 {got} 格，应为 {expected} 格",
    en="line `{field}` has {got} cells, it should have {expected}",
    fix_zh="补上缺少的制表符或删去多余的；空值也保留其制表符",
    fix_en="add or remove tabs; an empty cell keeps its tab",
    fixed_by=FixedBy.INTEGRATOR,
)
FILE_NOT_OPENED: Final = ReasonRow(
    code="knowledge-not-opened",
    zh="无法打开 `{field}`（{got}）",
    en="`{field}` cannot be opened ({got})",
    fix_zh="检查文件是否还在、本进程能否读取",
    fix_en="check that the file is still there and that this process may read it",
    fixed_by=FixedBy.OPERATOR,
)
FILE_OUTSIDE: Final = ReasonRow(
    code="knowledge-outside",
    zh="符号链接 `{field}` 没有指向知识目录之内的文件",
    en="the symbolic link `{field}` leads to no file inside the knowledge folder",
    fix_zh="去掉符号链接，把文件本身放进知识目录",
    fix_en="remove the symbolic link and put the file itself into the folder",
    fixed_by=FixedBy.INTEGRATOR,
)
FILE_UNKNOWN: Final = ReasonRow(
    code="knowledge-unknown-file",
    zh="`{field}` 不属于任何一类知识文件",
    en="`{field}` is no file of any kind of knowledge",
    fix_zh="检查文件夹与文件名；地区文件的名称以地区代码开头",
    fix_en="check folder and file name; names of a region's files start with its code",
    fixed_by=FixedBy.INTEGRATOR,
)
FOLDER_MISSING: Final = ReasonRow(
    code="knowledge-folder-missing",
    zh="知识目录 `{field}` 不存在，或其中没有 {expected} 任何一个文件夹",
    en="knowledge folder `{field}` does not exist or holds none of {expected}",
    fix_zh="检查路径：应指向这些文件夹的上一级",
    fix_en="check the path: it should be the folder above these",
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

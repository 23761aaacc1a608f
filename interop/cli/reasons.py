"""Reasons of the command line: wrong usage, files, ports, processes that do not start."""

from typing import Final

from interop.errors import FixedBy, ReasonRow

COMMAND_UNKNOWN: Final = ReasonRow(
    code="usage-command-unknown",
    zh="没有命令 `{got}`",
    en="there is no command `{got}`",
    fix_zh="改用：{expected}；`--help` 有说明",
    fix_en="use: {expected}; `--help` explains",
    fixed_by=FixedBy.CALLER,
)
OPTION_UNKNOWN: Final = ReasonRow(
    code="usage-option-unknown",
    zh="没有选项 `{got}`",
    en="there is no option `{got}`",
    fix_zh="可用的选项：{expected}；`--help` 有说明",
    fix_en="options are: {expected}; `--help` explains",
    fixed_by=FixedBy.CALLER,
)
PARAMETER_MISSING: Final = ReasonRow(
    code="usage-parameter-missing",
    zh="缺少 `{field}`",
    en="`{field}` is missing",
    fix_zh="补上它：{expected}",
    fix_en="add it: {expected}",
    fixed_by=FixedBy.CALLER,
)
VALUE_REFUSED: Final = ReasonRow(
    code="usage-value-refused",
    zh="`{field}` 的值不可用",
    en="`{field}` does not take this value",
    fix_zh="应为：{expected}",
    fix_en="it takes: {expected}",
    fixed_by=FixedBy.CALLER,
)
USAGE_WRONG: Final = ReasonRow(
    code="usage-wrong",
    zh="命令行有误：{got}",
    en="wrong usage: {got}",
    fix_zh="用法：{expected}",
    fix_en="usage: {expected}",
    fixed_by=FixedBy.CALLER,
)
CODE_UNKNOWN: Final = ReasonRow(
    code="usage-code-unknown",
    zh="没有错误代码 `{got}`",
    en="there is no error code `{got}`",
    fix_zh="相近的代码：{expected}；`interop errors` 列出全部",
    fix_en="similar codes: {expected}; `interop errors` lists all",
    fixed_by=FixedBy.CALLER,
)
FOLDER_TAKEN: Final = ReasonRow(
    code="usage-folder-taken",
    zh="`{field}` 不是空目录",
    en="`{field}` is no empty folder",
    fix_zh="换一个新目录；已有内容不会被覆盖",
    fix_en="name a new folder; nothing is overwritten",
    fixed_by=FixedBy.CALLER,
)
FILE_REFUSED: Final = ReasonRow(
    code="file-refused",
    zh="无法读写 `{field}`：{got}",
    en="`{field}` cannot be read or written: {got}",
    fix_zh="检查路径、权限和磁盘空间",
    fix_en="check path, permissions and free space",
    fixed_by=FixedBy.OPERATOR,
)
FILE_EXISTS: Final = ReasonRow(
    code="file-exists",
    zh="`{field}` 已存在，未写出任何文件",
    en="`{field}` exists; nothing was written",
    fix_zh="直接修改该文件，或换一个目录",
    fix_en="edit that file, or name another folder",
    fixed_by=FixedBy.INTEGRATOR,
)
ADAPTER_TAKEN: Final = ReasonRow(
    code="adapter-taken",
    zh="地区 `{got}` 已有配置 `{field}`，未写出任何文件",
    en="region `{got}` has `{field}` already; nothing was written",
    fix_zh="修改该文件；要替换随库文件，请在覆盖目录中使用相同的路径",
    fix_en="edit that file; to replace a shipped one, give the overlay file the same path",
    fixed_by=FixedBy.INTEGRATOR,
)
ADDRESS_TAKEN: Final = ReasonRow(
    code="address-unusable",
    zh="无法监听 `{field}`：{got}",
    en="cannot listen on `{field}`: {got}",
    fix_zh="停止占用该端口的程序，或用 --host、--port 换一个地址",
    fix_en="stop what uses the port, or name another address by --host and --port",
    fixed_by=FixedBy.OPERATOR,
)
PROCESS_FAILED: Final = ReasonRow(
    code="process-not-started",
    zh="进程 `{field}` 未能启动，日志最后一行：{got}",
    en="process `{field}` did not start; the last line of its log: {got}",
    fix_zh="查看日志 {expected}",
    fix_en="read its log, {expected}",
    fixed_by=FixedBy.OPERATOR,
)
TOKEN_ON_COMMAND_LINE: Final = ReasonRow(
    code="token-on-command-line",
    zh="`{field}` 应为文件名或 -，不能是令牌本身",
    en="`{field}` must be the name of a file or -, never the token itself",
    fix_zh="把令牌写入只有本人可读的文件，或由标准输入传入；命令行上的令牌已泄露，请作废",
    fix_en="put it into a file only you can read, or pipe it in; the one just typed is exposed",
    fixed_by=FixedBy.CALLER,
)

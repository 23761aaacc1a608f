"""Reasons of ``interop certificates``."""

from typing import Final

from interop.errors import FixedBy, ReasonRow

EXTRA_MISSING: Final = ReasonRow(
    code="certificates-extra-missing",
    zh="该命令需要 `{field}`，尚未安装",
    en="this command needs `{field}`, which is not installed",
    fix_zh="安装：pip install 'interop-gateway[{expected}]'",
    fix_en="install it: pip install 'interop-gateway[{expected}]'",
    fixed_by=FixedBy.OPERATOR,
)
TARGET_UNKNOWN: Final = ReasonRow(
    code="certificates-target-unknown",
    zh="没有地区 `{got}` 的该类证照映射",
    en="there is no mapping of this certificate type for the region `{got}`",
    fix_zh="现有：{expected}",
    fix_en="there are: {expected}",
    fixed_by=FixedBy.CALLER,
)
TABLE_MALFORMED: Final = ReasonRow(
    code="certificates-table-malformed",
    zh="表格第 {field} 行写法不对：{got}",
    en="row {field} of the table is malformed: {got}",
    fix_zh="各列为：{expected}",
    fix_en="the columns are: {expected}",
    fixed_by=FixedBy.INTEGRATOR,
)

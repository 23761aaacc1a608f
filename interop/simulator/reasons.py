"""Reasons of the simulated systems."""

from typing import Final

from interop.errors import FixedBy, ReasonRow

SEAL_UNKNOWN: Final = ReasonRow(
    code="seal-unknown",
    zh="仿真印章服务没有机关 `{got}` 的印章",
    en="the simulated seal service holds no seal of the organ `{got}`",
    fix_zh="核对机关的统一社会信用代码，或者为仿真服务登记该印章",
    fix_en="check the organ's code, or give the simulated service its seal",
    fixed_by=FixedBy.CALLER,
)

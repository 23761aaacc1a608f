"""Reasons of the calendar: years not covered, tables that do not fit."""

from typing import Final

from interop.errors import FixedBy, ReasonRow, Side

NOT_COVERED: Final = ReasonRow(
    code="calendar-not-covered",
    zh="工作日历没有 {got} 年的节假日安排，无法确定时限",
    en="the calendar has no table for {got}; the deadline cannot be fixed",
    fix_zh="国务院办公厅公布该年放假安排后，增加 mappings/calendars/{got}.toml；在此之前只能给出暂定时限",
    fix_en="add mappings/calendars/{got}.toml once the notice is out; until then ask for a provisional deadline",
    fixed_by=FixedBy.REGION,
)
LENGTH_REFUSED: Final = ReasonRow(
    code="calendar-length",
    zh="工作日数 {got} 超出范围 {expected}",
    en="{got} working days are out of range {expected}",
    fix_zh="核对时限的天数和方向",
    fix_en="check the number of days and the direction",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
YEARS_BROKEN: Final = ReasonRow(
    code="calendar-years",
    zh="工作日历的年份不连续或重复：{got}",
    en="the years of the calendar have a gap or come twice: {got}",
    fix_zh="每年一张全国表，首尾年份之间不得缺年；地区表须有同年的全国表",
    fix_en="one national table a year without gaps; a regional table needs the national one of its year",
    fixed_by=FixedBy.REGION,
)
DAY_OF_OTHER_YEAR: Final = ReasonRow(
    code="calendar-day-of-other-year",
    zh="`{field}` 中的 {got} 不属于 {expected} 年",
    en="{got} in `{field}` is no day of {expected}",
    fix_zh="把该日移到所属年份的文件",
    fix_en="move the day to the file of its year",
    fixed_by=FixedBy.REGION,
)
DAY_OUT_OF_ORDER: Final = ReasonRow(
    code="calendar-day-out-of-order",
    zh="`{field}` 中的 {got} 重复或未按先后排列",
    en="{got} in `{field}` comes twice or out of order",
    fix_zh="每日只写一次，按先后排列",
    fix_en="write each day once, in order",
    fixed_by=FixedBy.REGION,
)
MAKE_UP_DAY_ON_WEEKDAY: Final = ReasonRow(
    code="calendar-make-up-on-weekday",
    zh="调休上班日 {got} 不是周末",
    en="the make-up day {got} is no Saturday or Sunday",
    fix_zh="对照放假通知改正该日",
    fix_en="correct the day by the holiday notice",
    fixed_by=FixedBy.REGION,
)
MAKE_UP_DAY_IS_HOLIDAY: Final = ReasonRow(
    code="calendar-make-up-is-holiday",
    zh="{got} 既列为放假日又列为上班日",
    en="{got} is listed both as a holiday and as a make-up day",
    fix_zh="对照放假通知只留一处",
    fix_en="keep the one that the holiday notice says",
    fixed_by=FixedBy.REGION,
)
YEAR_INCOMPLETE: Final = ReasonRow(
    code="calendar-year-incomplete",
    zh="{field} 年表缺少法定节日 {got}",
    en="the table of {field} lacks the statutory holiday {got}",
    fix_zh="对照放假通知补全该年全部放假日",
    fix_en="complete all holidays of the year by the notice",
    fixed_by=FixedBy.REGION,
)

"""Reasons of the cases room."""

from typing import Final

from interop.errors import FixedBy, ReasonRow, Side

NOT_COMPETENT: Final = ReasonRow(
    code="not-competent",
    zh="`{got}` 无权办理“{field}”，该环节应由 `{expected}` 办理",
    en="`{got}` may not take the step `{field}`; it belongs to `{expected}`",
    fix_zh="由办理地作出，收件地只收件、形式核对、转办和送达",
    fix_en="let the handling region act; a window receives, checks form, hands over and delivers",
    fixed_by=FixedBy.CALLER,
    side=Side.RECEIVING,
)
TRANSITION_ILLEGAL: Final = ReasonRow(
    code="transition-illegal",
    zh="办件处于 `{got}` 状态，不能记录“{field}”；须处于 {expected}",
    en="a case in state `{got}` cannot take the fact `{field}`; it must be in {expected}",
    fix_zh="先查询办件当前状态，再按顺序办理",
    fix_en="look at the state of the case first, then take the steps in order",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
FACT_UNKNOWN: Final = ReasonRow(
    code="fact-unknown",
    zh="生命周期表中没有 `{got}` 这一事实；有：{expected}",
    en="the life-cycle table has no fact `{got}`; it has: {expected}",
    fix_zh="使用表中的事实名称，或升级到含有它的版本",
    fix_en="use a name of the table, or upgrade to the version that has it",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
FACT_WITHOUT_NOTICE: Final = ReasonRow(
    code="fact-without-notice",
    zh="“{field}”须附文书 `{expected}` 的文号和摘要",
    en="the fact `{field}` needs number and digest of a notice of kind `{expected}`",
    fix_zh="先制作文书，再记录事实",
    fix_en="make the notice first, then state the fact",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
FACT_SEQUENCE: Final = ReasonRow(
    code="fact-sequence",
    zh="`{field}` 一侧的事实序号应为 {expected}，实为 {got}",
    en="facts of side `{field}` should go on at {expected}, got {got}",
    fix_zh="重发缺失的事实",
    fix_en="send the missing facts again",
    fixed_by=FixedBy.REGION,
)
LIFECYCLE_BROKEN: Final = ReasonRow(
    code="lifecycle-broken",
    zh="生命周期表有误：`{field}` {got}",
    en="the life-cycle table is wrong: `{field}` {got}",
    fix_zh="改正 mappings/lifecycles 中的表",
    fix_en="correct the table in mappings/lifecycles",
    fixed_by=FixedBy.INTEGRATOR,
)
CLOCK_UNKNOWN: Final = ReasonRow(
    code="clock-unknown",
    zh="时限表中没有 `{got}`；有：{expected}",
    en="the clock table has no `{got}`; it has: {expected}",
    fix_zh="在 mappings/clocks 中补上该时限",
    fix_en="add the clock to mappings/clocks",
    fixed_by=FixedBy.INTEGRATOR,
)
CLOCK_BROKEN: Final = ReasonRow(
    code="clock-broken",
    zh="时限表有误：`{field}` {got}",
    en="the clock table is wrong: `{field}` {got}",
    fix_zh="改正 mappings/clocks 中的表",
    fix_en="correct the table in mappings/clocks",
    fixed_by=FixedBy.INTEGRATOR,
)
TEMPLATE_BROKEN: Final = ReasonRow(
    code="notice-template-broken",
    zh="文书模板 `{field}` 有误：{got}",
    en="notice template `{field}` is wrong: {got}",
    fix_zh="模板中只能使用：{expected}",
    fix_en="a template may use only: {expected}",
    fixed_by=FixedBy.INTEGRATOR,
)
SECOND_REQUIREMENT: Final = ReasonRow(
    code="notice-second-requirement",
    zh="一次性告知之后不得再提出新的要求：{got}",
    en="after the one notice no new requirement may be made: {got}",
    fix_zh="只能要求首次告知中已列明的内容（行政许可法第三十二条）",
    fix_en="ask only for what the first notice listed (Licensing Law art. 32)",
    fixed_by=FixedBy.REGION,
    side=Side.HANDLING,
)
RULING_WITHOUT_REASON: Final = ReasonRow(
    code="ruling-without-reason",
    zh="不予许可的决定须说明理由并告知救济途径",
    en="a rejection needs reasons and remedies",
    fix_zh="填写理由（行政许可法第三十八条）",
    fix_en="state the reasons (Licensing Law art. 38)",
    fixed_by=FixedBy.REGION,
    side=Side.HANDLING,
)

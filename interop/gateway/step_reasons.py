"""Reasons of the steps beside the main way: facts of the table, commands, notices, seals."""

from typing import Final

from interop.errors import FixedBy, ReasonRow, Side

FACT_BODY: Final = ReasonRow(
    code="fact-body-too-large",
    zh="“{field}”的内容有 {got} 字节，上限 {expected} 字节",
    en="the body of the fact `{field}` has {got} bytes, the limit is {expected}",
    fix_zh="事实只写要点；材料另行提交，事实中写其摘要",
    fix_en="say what matters; hand materials in and name their digest",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
JOINT_NOT_ARRANGED: Final = ReasonRow(
    code="joint-not-arranged",
    zh="事项 `{expected}` 在 {got} 未安排联合办理，不能作为联办件（{field}）",
    en="{got} does not handle `{expected}` jointly: it can be no part of a joint case (`{field}`)",
    fix_zh="单独申请；政府已安排联合办理的，在该地区的事项文件写明 joint 及其依据",
    fix_en="apply for it by itself; where a government arranged it, say so in the item: `joint`",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
JOINT_UNKNOWN: Final = ReasonRow(
    code="joint-unknown",
    zh="没有这一联办编号的办件（{field}）",
    en="no case is a part of that joint application (`{field}`)",
    fix_zh="填写窗口给出的联办编号；由其他地区收件的，写明收件地",
    fix_en="give the number the window gave, and the receiving region if it is another",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
NOTICE_UNKNOWN: Final = ReasonRow(
    code="notice-unknown",
    zh="办件中没有文号为 `{got}` 的文书（{field}）；有：{expected}",
    en="the case has no notice `{got}` (`{field}`); it has: {expected}",
    fix_zh="填写本办件文书的文号",
    fix_en="give the number of a notice of this case",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
NOTICE_WITHOUT_REASON: Final = ReasonRow(
    code="notice-without-reason",
    zh="“{field}”须说明理由（{expected}）",
    en="the fact `{field}` needs its reasons (`{expected}`)",
    fix_zh="写明理由和依据，文书须载明（行政许可法第三十二条、第三十八条）",
    fix_en="state the reasons; the notice tells them (Licensing Law art. 32, 38)",
    fixed_by=FixedBy.REGION,
    side=Side.HANDLING,
)
NOBODY_TO_ASK: Final = ReasonRow(
    code="command-nobody-to-ask",
    zh="办件 `{field}` 尚未转办，还没有可以请求的另一侧",
    en="case `{field}` was not handed over: there is no other side to ask yet",
    fix_zh="先转办，再请求",
    fix_en="hand it over first",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
COMMAND_TOO_LATE: Final = ReasonRow(
    code="command-out-of-time",
    zh="办件处于 `{got}` 状态，“{field}”已不能记录，也不能答复",
    en="a case in state `{got}` can neither take the fact `{field}` nor an answer any more",
    fix_zh="查询办件现状；不再请求",
    fix_en="look at where the case stands; do not ask any more",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
COMMAND_UNKNOWN: Final = ReasonRow(
    code="command-unknown",
    zh="没有向本侧提出的、待答复的请求 `{got}`（{field}）；有：{expected}",
    en="no open command `{got}` was put to this side (`{field}`); there are: {expected}",
    fix_zh="查询办件的请求（commands），填写其编号",
    fix_en="look at the commands of the case and give the id of one",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
COMMAND_CONFLICT: Final = ReasonRow(
    code="command-conflict",
    zh="请求编号 `{field}` 已用于另一项请求",
    en="the command id `{field}` was used for another command",
    fix_zh="由提出请求的一侧核对后重发",
    fix_en="let the side that asked check and send again",
    fixed_by=FixedBy.REGION,
)
COMMANDS_TOO_MANY: Final = ReasonRow(
    code="command-limit",
    zh="办件 `{field}` 的请求已达上限 {expected} 项",
    en="case `{field}` has its limit of {expected} commands",
    fix_zh="检查对接系统是否在重复请求",
    fix_en="check whether a connected system asks the same again and again",
    fixed_by=FixedBy.OPERATOR,
)
NO_SEAL_SERVICE: Final = ReasonRow(
    code="gateway-no-seal-service",
    zh="地区 `{got}` 没有配置电子印章服务",
    en="region `{got}` has no seal service",
    fix_zh="在 adapters 中配置，或由宿主系统盖章",
    fix_en="configure it in adapters, or let the host seal",
    fixed_by=FixedBy.INTEGRATOR,
)
SEALS_REST: Final = ReasonRow(
    code="seal-service-resting",
    zh="地区 `{field}` 的电子印章服务刚才无法连接（{got}），暂不再试",
    en="the seal service of region `{field}` was not reached just now (`{got}`) and is left alone",
    fix_zh="稍后自动再试；长时间如此，请印章服务的运维检查",
    fix_en="it is tried again by itself; if this goes on, have the operator of the service look",
    fixed_by=FixedBy.REGION,
)

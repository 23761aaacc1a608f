"""Reasons of the cases room."""

from typing import Final

from interop.errors import FixedBy, ReasonRow, Side

NOT_COMPETENT: Final = ReasonRow(
    code="not-competent",
    zh="`{got}` 无权办理“{field}”，该环节应由 `{expected}` 办理",
    en="`{got}` may not take the step `{field}`; it belongs to `{expected}`",
    fix_zh="交由 `{expected}` 办理：收件地负责收件、形式核对、转办和送达，补正告知、受理和决定由办理地作出",
    fix_en="let `{expected}` act: a window receives, checks form, hands over and delivers; the handling region notices, accepts and rules",
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
    zh="`{field}` 一侧的事实应从第 {expected} 号接续，收到的是第 {got} 号",
    en="facts of side `{field}` should go on at {expected}, got {got}",
    fix_zh="请对方从该号起重发",
    fix_en="let the other side send again from there",
    fixed_by=FixedBy.REGION,
)
FACT_WAITS: Final = ReasonRow(
    code="fact-waits",
    zh="`{field}` 一侧第 {got} 号事实引用了尚未收到的对方事实，或两侧事实互为前提",
    en="fact {got} of side `{field}` has seen facts that are not here, or facts of both sides wait for each other",
    fix_zh="请对方重发缺失的事实",
    fix_en="let the other side send the missing facts again",
    fixed_by=FixedBy.REGION,
)
FACTS_TOO_MANY: Final = ReasonRow(
    code="fact-limit",
    zh="办件 `{field}` 的事实有 {got} 条，上限 {expected} 条",
    en="case `{field}` has {got} facts, the limit is {expected}",
    fix_zh="检查对接系统是否在重复记录",
    fix_en="check whether a connected system records the same again and again",
    fixed_by=FixedBy.OPERATOR,
)
FACT_OF_OTHER_CASE: Final = ReasonRow(
    code="fact-of-other-case",
    zh="事实属于办件 `{got}`，不属于 `{expected}`",
    en="the fact belongs to case `{got}`, not to `{expected}`",
    fix_zh="按办件编号归入正确的办件",
    fix_en="put the fact to the case that its number names",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
NOTICE_TOO_LATE: Final = ReasonRow(
    code="notice-too-late",
    zh="补正告知期限已过，依法自 {expected} 起即为受理，不得再要求补正",
    en="the period for a supplement notice is over; the case counts as accepted since {expected}",
    fix_zh="记录受理，继续办理（行政许可法第三十二条）",
    fix_en="state the acceptance and go on (Licensing Law art. 32)",
    fixed_by=FixedBy.REGION,
    side=Side.HANDLING,
)
LIFECYCLE_TWICE: Final = ReasonRow(
    code="lifecycle-twice",
    zh="生命周期表中 `{field}` 出现不止一次",
    en="`{field}` stands more than once in the life-cycle table",
    fix_zh="改正 mappings/lifecycles 中的表",
    fix_en="correct the table in mappings/lifecycles",
    fixed_by=FixedBy.INTEGRATOR,
)
LIFECYCLE_STATE_UNKNOWN: Final = ReasonRow(
    code="lifecycle-state-unknown",
    zh="`{field}` 引用了生命周期表中没有的状态 `{got}`",
    en="`{field}` names a state `{got}` that the life-cycle table lacks",
    fix_zh="改正 mappings/lifecycles 中的表",
    fix_en="correct the table in mappings/lifecycles",
    fixed_by=FixedBy.INTEGRATOR,
)
LIFECYCLE_UNREACHABLE: Final = ReasonRow(
    code="lifecycle-unreachable",
    zh="从初始状态到不了 `{field}`",
    en="`{field}` cannot be reached from the initial state",
    fix_zh="改正 mappings/lifecycles 中的表",
    fix_en="correct the table in mappings/lifecycles",
    fixed_by=FixedBy.INTEGRATOR,
)
LIFECYCLE_DEAD_END: Final = ReasonRow(
    code="lifecycle-dead-end",
    zh="`{field}` 不是终态，却到不了任何终态",
    en="`{field}` is not final, yet no final state can be reached from it",
    fix_zh="改正 mappings/lifecycles 中的表",
    fix_en="correct the table in mappings/lifecycles",
    fixed_by=FixedBy.INTEGRATOR,
)
LIFECYCLE_FINAL_LEFT: Final = ReasonRow(
    code="lifecycle-final-left",
    zh="`{field}` 是终态，却还能记录 {got}",
    en="`{field}` is final, yet {got} may be stated in it",
    fix_zh="改正 mappings/lifecycles 中的表",
    fix_en="correct the table in mappings/lifecycles",
    fixed_by=FixedBy.INTEGRATOR,
)
LIFECYCLE_FACT_MISSING: Final = ReasonRow(
    code="lifecycle-fact-missing",
    zh="生命周期表缺少 `{field}`",
    en="the life-cycle table lacks `{field}`",
    fix_zh="补上这一事实：时限、受理和决定的效力由它产生",
    fix_en="add the fact: clocks, acceptance and ruling take effect by it",
    fixed_by=FixedBy.INTEGRATOR,
)
LIFECYCLE_WRONG_SIDE: Final = ReasonRow(
    code="lifecycle-wrong-side",
    zh="`{field}` 只能由办理地作出",
    en="only the handling side may state `{field}`",
    fix_zh="把该事实的 side 改为 handling（收受分离不改变事权）",
    fix_en="set its side to handling: a window has no power of the organ",
    fixed_by=FixedBy.INTEGRATOR,
)
LIFECYCLE_FACT_IDLE: Final = ReasonRow(
    code="lifecycle-procedure-unnamed",
    zh="`{field}` 开始或者结束特别程序，须在 needs 中写明 `{got}` 并写明 to",
    en="`{field}` begins or ends a special procedure; it must need `{got}` and name a state after it",
    fix_zh="改正 mappings/lifecycles 中的表",
    fix_en="correct the table in mappings/lifecycles",
    fixed_by=FixedBy.INTEGRATOR,
)
FACT_VALUE: Final = ReasonRow(
    code="fact-value",
    zh="事实“{field}”缺少所需内容或内容不合规定；应为：{expected}",
    en="the fact says not what it must: `{field}` should be {expected}",
    fix_zh="按生命周期表补全该项",
    fix_en="fill the value in as the life-cycle table wants it",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
FACT_ONCE: Final = ReasonRow(
    code="fact-once",
    zh="“{field}”只能有一次，该办件已有",
    en="`{field}` counts once only, and the case has it already",
    fix_zh="不再记录；期限只能延长一次（行政许可法第四十二条）",
    fix_en="leave it; a period is extended once only (Licensing Law art. 42)",
    fixed_by=FixedBy.CALLER,
    side=Side.HANDLING,
)
PROCEDURE_STATE: Final = ReasonRow(
    code="procedure-state",
    zh="特别程序 `{got}` 已在进行，或者并未开始；进行中的有：{expected}",
    en="the special procedure `{got}` has begun already, or never began; open are: {expected}",
    fix_zh="核对特别程序的编号",
    fix_en="check the name of the special procedure",
    fixed_by=FixedBy.CALLER,
    side=Side.HANDLING,
)
LAPSE_WITHOUT_PERIOD: Final = ReasonRow(
    code="lapse-without-period",
    zh="没有规定并告知过的补正期限，办件不因时间经过而终止",
    en="no rule set a period that a served notice stated: the case never lapses by time",
    fix_zh="等待申请人补正；如有规定，应在补正告知书中写明期限和依据并送达",
    fix_en="wait for the applicant; where a rule sets a period, the notice states it and is served",
    fixed_by=FixedBy.REGION,
    side=Side.HANDLING,
)
LAPSE_TOO_EARLY: Final = ReasonRow(
    code="lapse-too-early",
    zh="补正期限至 {expected} 届满，{got} 不得终止",
    en="the period to supplement ends on {expected}; the case cannot lapse on {got}",
    fix_zh="期限届满后再记录",
    fix_en="state it once the period is over",
    fixed_by=FixedBy.REGION,
    side=Side.HANDLING,
)
COMMAND_OWN_FACT: Final = ReasonRow(
    code="command-own-fact",
    zh="“{field}”本就由己方记录，不必请求对方",
    en="`{field}` is the asking side's own fact; it needs no asking",
    fix_zh="直接记录该事实",
    fix_en="state the fact itself",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
COMMAND_NOT_ASKABLE: Final = ReasonRow(
    code="command-not-askable",
    zh="“{field}”由办理地依职权决定，不能请求；可请求的有：{expected}",
    en="`{field}` is the owner's to decide and cannot be asked for; what can: {expected}",
    fix_zh="只请求生命周期表中 asked 为真的事实",
    fix_en="ask only for facts whose row says asked",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
JOINT_NOT_CONCLUDED: Final = ReasonRow(
    code="joint-not-concluded",
    zh="联办件尚有机关未办结：{got}",
    en="the joint case waits for organs that have not concluded: {got}",
    fix_zh="各机关均办结后再统一办结",
    fix_en="close it once every organ has concluded",
    fixed_by=FixedBy.CALLER,
    side=Side.HANDLING,
)
RECEIPT_RULE_UNNAMED: Final = ReasonRow(
    code="receipt-rule-unnamed",
    zh="`{field}` 为 {got} 时须写明所依据的规定（rule）",
    en="`{field}` = {got} needs the norm that says so (rule)",
    fix_zh="在 mappings/clocks/receipt 的文件中写明 rule，否则按当日收件",
    fix_en="name the rule in the file of mappings/clocks/receipt, else the same day counts",
    fixed_by=FixedBy.INTEGRATOR,
)
RECEIPT_AGREEMENT_TWICE: Final = ReasonRow(
    code="receipt-agreement-twice",
    zh="`{field}` 与前面的约定冲突：{got}",
    en="`{field}` collides with an agreement above it: {got}",
    fix_zh="同一起始日两地之间只留一项约定",
    fix_en="keep one agreement between two regions for one first day",
    fixed_by=FixedBy.INTEGRATOR,
)
CLOCK_ACTS_ON_NONE: Final = ReasonRow(
    code="clock-acts-on",
    zh="`{field}` 的 acts_on 不合规定：{got}",
    en="`{field}` has a wrong acts_on: {got}",
    fix_zh="延长和中止须写明作用于哪些时限，时限本身不写",
    fix_en="an extension or suspension names the deadlines it acts on, a deadline none",
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
CLOCK_TWICE: Final = ReasonRow(
    code="clock-twice",
    zh="时限表中 `{field}` 出现不止一次",
    en="`{field}` stands more than once in the clock table",
    fix_zh="改正 mappings/clocks 中的表",
    fix_en="correct the table in mappings/clocks",
    fixed_by=FixedBy.INTEGRATOR,
)
CLOCK_LENGTH: Final = ReasonRow(
    code="clock-length",
    zh="`{field}` 须且只须写明 length、limit、stated 之一，中止则一项不写",
    en="`{field}` needs one of length, limit and stated; a suspension none",
    fix_zh="改正 mappings/clocks 中的表",
    fix_en="correct the table in mappings/clocks",
    fixed_by=FixedBy.INTEGRATOR,
)
CLOCK_NOTICE: Final = ReasonRow(
    code="clock-notice",
    zh="缺少 `{field}`，或其期限不是固定的工作日数",
    en="`{field}` is missing or has no fixed length in working days",
    fix_zh="写明补正告知期限：逾期即为受理，由它计算",
    fix_en="state the period of the notice: deemed acceptance is reckoned by it",
    fixed_by=FixedBy.INTEGRATOR,
)
CLOCK_FACT_UNKNOWN: Final = ReasonRow(
    code="clock-fact-unknown",
    zh="`{field}` 引用了生命周期表中没有的事实 `{got}`",
    en="`{field}` names a fact `{got}` that the life-cycle table lacks",
    fix_zh="改正 mappings/clocks 中的表",
    fix_en="correct the table in mappings/clocks",
    fixed_by=FixedBy.INTEGRATOR,
)
PLACE_UNKNOWN: Final = ReasonRow(
    code="notice-place-unknown",
    zh="文书模板 `{field}` 中没有名为 `{got}` 的填充项",
    en="notice template `{field}` names an unknown place `{got}`",
    fix_zh="只能使用：{expected}",
    fix_en="use only: {expected}",
    fixed_by=FixedBy.INTEGRATOR,
)
PLACE_MISSING: Final = ReasonRow(
    code="notice-place-missing",
    zh="文书模板 `{field}` 缺少填充项 `{got}`",
    en="notice template `{field}` lacks the place `{got}`",
    fix_zh="文书须写明文号、办件、申请人、机关、日期和内容，补上该项",
    fix_en="a notice names number, case, applicant, organ, day and content; add it",
    fixed_by=FixedBy.INTEGRATOR,
)
BRACE_ALONE: Final = ReasonRow(
    code="notice-brace-alone",
    zh="文书模板 `{field}` 中的花括号没有成对",
    en="notice template `{field}` has a brace without its pair",
    fix_zh="改正 mappings/notices 中的模板",
    fix_en="correct the template in mappings/notices",
    fixed_by=FixedBy.INTEGRATOR,
)
TEMPLATE_COUNT: Final = ReasonRow(
    code="notice-template-count",
    zh="文书 `{field}` 应有一个模板，现有 {got} 个",
    en="notice `{field}` should have one template, there are {got}",
    fix_zh="改正 mappings/notices 中的模板",
    fix_en="correct the template in mappings/notices",
    fixed_by=FixedBy.INTEGRATOR,
)
PREFIX_TWICE: Final = ReasonRow(
    code="notice-prefix-twice",
    zh="文号前缀“{got}”用于不止一种文书，文号会重复",
    en="more than one kind of notice has the prefix `{got}`: numbers would come twice",
    fix_zh="每种文书使用各自的文号前缀",
    fix_en="give each kind of notice a prefix of its own",
    fixed_by=FixedBy.INTEGRATOR,
)
REMEDY_MISSING: Final = ReasonRow(
    code="notice-remedy-missing",
    zh="文书模板没有写明救济途径 `{got}`",
    en="the texts of notices do not tell the remedy `{got}`",
    fix_zh="在 mappings/notices 的文件中写明行政复议和行政诉讼的途径和期限",
    fix_en="tell review and litigation, each with its time, in the file of mappings/notices",
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
SEAL_MISMATCH: Final = ReasonRow(
    code="seal-mismatch",
    zh="印章服务对文书 `{field}` 盖章的内容或者机关与送交的不符",
    en="the seal service sealed something else than the notice `{field}`, or for another organ",
    fix_zh="不使用该印章结果；请印章服务的运维核对",
    fix_en="do not use the mark; have the operator of the seal service look",
    fixed_by=FixedBy.REGION,
)
ORGAN_NOT_COMPETENT: Final = ReasonRow(
    code="organ-not-competent",
    zh="申请事项不属于“{got}”的职权范围（{field}），请向“{expected}”申请",
    en="`{got}` is not competent (`{field}`); apply to `{expected}`",
    fix_zh="作出不予受理的决定并告知申请人向有权机关申请（行政许可法第三十二条）",
    fix_en="refuse to accept and name the competent organ (Licensing Law art. 32)",
    fixed_by=FixedBy.APPLICANT,
    side=Side.APPLICANT,
)
ORGAN_UNDETERMINED: Final = ReasonRow(
    code="organ-undetermined",
    zh="由哪个机关办理取决于尚未填写的内容：{expected}",
    en="which organ is competent depends on facts not stated: {expected}",
    fix_zh="补充这些内容后再确定办理机关",
    fix_en="state these facts first",
    fixed_by=FixedBy.CALLER,
    side=Side.APPLICANT,
)

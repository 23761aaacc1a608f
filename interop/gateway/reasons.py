"""Reasons that only the gateway finds: what no single room can see."""

from typing import Final

from interop.errors import FixedBy, ReasonRow, Side

NO_CERTIFICATE_SOURCE: Final = ReasonRow(
    code="gateway-no-certificate-source",
    zh="地区 `{got}` 及其上级没有配置证照服务",
    en="neither region `{got}` nor those above it have a certificate service",
    fix_zh="在 adapters 中为该省配置证照服务",
    fix_en="configure the province's certificate service in adapters",
    fixed_by=FixedBy.INTEGRATOR,
)
NO_ACCEPTANCE_SYSTEM: Final = ReasonRow(
    code="gateway-no-acceptance-system",
    zh="地区 `{got}` 没有配置受理系统",
    en="region `{got}` has no acceptance system",
    fix_zh="在 adapters 中配置受理系统，或由宿主系统直接调用 accept 与 rule",
    fix_en="configure it in adapters, or let the host call accept and rule itself",
    fixed_by=FixedBy.INTEGRATOR,
)
PARTY_MISMATCH: Final = ReasonRow(
    code="application-party-mismatch",
    zh="登录身份与申请中填写的{field}不一致",
    en="the login does not prove the declared `{field}`",
    fix_zh="由本人重新登录，或改正申请中的证件号码",
    fix_en="let the party log in again, or correct the identifier on the application",
    fixed_by=FixedBy.APPLICANT,
    side=Side.APPLICANT,
)
PARTY_INVALID: Final = ReasonRow(
    code="application-party-invalid",
    zh="申请中{field}的证件号码有误：{got}",
    en="the identifier of `{field}` on the application is wrong: {got}",
    fix_zh="核对证件号码",
    fix_en="check the identifier",
    fixed_by=FixedBy.APPLICANT,
    side=Side.APPLICANT,
)
ASSURANCE_TOO_LOW: Final = ReasonRow(
    code="assurance-too-low",
    zh="该事项要求实名等级 {expected}，当前为 {got}",
    en="the item needs assurance level {expected}, the login has {got}",
    fix_zh="以更高等级的方式（如人脸核验）重新登录",
    fix_en="log in again by a stronger method, such as face verification",
    fixed_by=FixedBy.APPLICANT,
    side=Side.APPLICANT,
)
MANDATE_MISSING: Final = ReasonRow(
    code="application-mandate-missing",
    zh="经办人代为申请，但没有授权委托",
    en="an agent acts but there is no mandate",
    fix_zh="由申请人出具针对该事项和办理地的授权委托",
    fix_en="let the applicant give a mandate for this item and handling region",
    fixed_by=FixedBy.APPLICANT,
    side=Side.APPLICANT,
)
ITEM_UNKNOWN: Final = ReasonRow(
    code="item-unknown",
    zh="地区 `{got}` 没有事项 `{field}`；有：{expected}",
    en="region `{got}` has no item `{field}`; there are: {expected}",
    fix_zh="检查事项名称与办理地，或补上 mappings/items 中的文件",
    fix_en="check item and handling region, or add the file in mappings/items",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
VERSION_UNKNOWN: Final = ReasonRow(
    code="knowledge-version-unknown",
    zh="本节点没有知识版本 `{got}`",
    en="this node does not hold knowledge version `{got}`",
    fix_zh="以办理地的版本为准：向办理地取得其现行版本后重新提交",
    fix_en="the handling region's version governs: fetch its current one and submit again",
    fixed_by=FixedBy.REGION,
    side=Side.RECEIVING,
)
NOT_OUR_CASE: Final = ReasonRow(
    code="case-not-ours",
    zh="办件 `{field}` 的消息来自 `{got}`，该侧应为 `{expected}`",
    en="a message about case `{field}` came from `{got}`, that side is `{expected}`",
    fix_zh="核对发送方地区",
    fix_en="check the sender's region",
    fixed_by=FixedBy.REGION,
)
PACKAGE_MISSING: Final = ReasonRow(
    code="case-package-missing",
    zh="本节点没有办件 `{field}`，消息也未附转办包",
    en="this node does not hold case `{field}` and the message has no package",
    fix_zh="由收件地先转办",
    fix_en="let the receiving region hand the case over first",
    fixed_by=FixedBy.REGION,
    side=Side.RECEIVING,
)
STATE_DIVERGED: Final = ReasonRow(
    code="case-state-diverged",
    zh="办件 `{field}` 两侧状态摘要不一致",
    en="the state hashes of case `{field}` differ between both sides",
    fix_zh="办件已挂起，核对双方事实序列",
    fix_en="the case is parked; compare both sequences of facts",
    fixed_by=FixedBy.OPERATOR,
)
CASE_PARKED: Final = ReasonRow(
    code="case-parked",
    zh="办件 `{field}` 已挂起，原因 `{got}`",
    en="case `{field}` is parked because of `{got}`",
    fix_zh="由人工按原因代码核对两侧记录后处理",
    fix_en="let a person compare both sides' records as that code says",
    fixed_by=FixedBy.OPERATOR,
)
DRAFT_UNFINISHED: Final = ReasonRow(
    code="case-draft-unfinished",
    zh="办件 `{field}` 已编号，但查证尚未完成",
    en="case `{field}` has its number but its certificates were not all looked at",
    fix_zh="以同一编号重新提交查证（spare），再收件",
    fix_en="call spare again with the same reference, then receive",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
NOTICE_UNTIED: Final = ReasonRow(
    code="notice-untied",
    zh="“{field}”所附文书与其文号、摘要、种类或出具地区不符",
    en="the notice of `{field}` is missing or differs from the number, digest, kind or region stated",
    fix_zh="由出具文书的一侧核对后重发",
    fix_en="let the side that issued it check and send again",
    fixed_by=FixedBy.REGION,
)
NOTHING_TO_SUPPLEMENT: Final = ReasonRow(
    code="supplement-without-items",
    zh="办件 `{field}` 材料齐全、符合形式，没有需要补正的内容",
    en="nothing is missing in case `{field}`, so nothing may be asked for",
    fix_zh="予以受理（行政许可法第三十二条），或写明缺少什么",
    fix_en="accept it (Licensing Law art. 32), or say what is missing",
    fixed_by=FixedBy.REGION,
    side=Side.HANDLING,
)
ITEM_NOT_IN_FORCE: Final = ReasonRow(
    code="item-not-in-force",
    zh="地区 `{got}` 的事项 `{field}` 施行日期为 {expected}，今天不在其中",
    en="item `{field}` of region `{got}` is in force {expected}, not today",
    fix_zh="取得现行版本，放入 mappings/items",
    fix_en="get the version in force and put it into mappings/items",
    fixed_by=FixedBy.INTEGRATOR,
    side=Side.HOST,
)
GRANT_USED_UP: Final = ReasonRow(
    code="grant-used-up",
    zh="用证授权 `{field}` 的 {expected} 次使用已用完",
    en="the {expected} uses of grant `{field}` are spent",
    fix_zh="以新的编号重新提交申请",
    fix_en="file again under a new reference",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
REGION_MISFIT: Final = ReasonRow(
    code="knowledge-region-misfit",
    zh="`{field}` 写的是地区 `{got}`，文件名却属于 `{expected}`",
    en="`{field}` says region `{got}`, but the file is named for `{expected}`",
    fix_zh="改正文件名或其中的地区代码",
    fix_en="correct the file's name or the region code in it",
    fixed_by=FixedBy.INTEGRATOR,
)
INTAKE_BARRED: Final = ReasonRow(
    code="intake-barred",
    zh="不能收件：{got}",
    en="the case cannot be received: {got}",
    fix_zh="按所列条款办理：{expected}",
    fix_en="do as the clauses say: {expected}",
    fixed_by=FixedBy.APPLICANT,
    side=Side.APPLICANT,
)
APPLICATION_TIME: Final = ReasonRow(
    code="application-time",
    zh="申请时间 {got} 不在允许范围内",
    en="the time of submission {got} is out of range",
    fix_zh="核对两侧时钟；申请时间不得晚于现在，也不得早于 {expected} 天前",
    fix_en="check both clocks; not later than now, not older than {expected} days",
    fixed_by=FixedBy.REGION,
    side=Side.RECEIVING,
)
REFERENCE_REUSED: Final = ReasonRow(
    code="reference-reused",
    zh="该编号已用于另一份申请",
    en="the reference was used for another application",
    fix_zh="为新的申请使用新的编号",
    fix_en="use a new reference for a new application",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
SECRET_MISSING: Final = ReasonRow(
    code="secret-missing",
    zh="缺少密钥或口令 `{field}`",
    en="secret `{field}` is missing",
    fix_zh="设置环境变量 `{expected}`",
    fix_en="set the environment variable `{expected}`",
    fixed_by=FixedBy.OPERATOR,
)
ENDPOINT_MISSING: Final = ReasonRow(
    code="endpoint-missing",
    zh="`{field}` 没有环境 {expected} 的地址",
    en="`{field}` has no address in env {expected}",
    fix_zh="在该地区的 adapter.toml 中补上地址",
    fix_en="add the address to the region's adapter.toml",
    fixed_by=FixedBy.INTEGRATOR,
)
REGION_LACKS: Final = ReasonRow(
    code="region-lacks",
    zh="地区 `{got}` 还缺少 {expected}（`{field}`）",
    en="region `{got}` still lacks {expected} (`{field}`)",
    fix_zh="补上该文件或字段；`interop adapter new` 可写出样板",
    fix_en="add the file or field; `interop adapter new` writes a start",
    fixed_by=FixedBy.INTEGRATOR,
)
HANDOVER_CONFLICT: Final = ReasonRow(
    code="handover-conflict",
    zh="办件 `{field}` 的转办包与转办记录所载摘要不符，或此前已签收另一份",
    en="the package of case `{field}` is not the one its hand-over states, or another one was acknowledged before",
    fix_zh="核对转办包的摘要；同一办件编号只能对应一份",
    fix_en="compare the digests of the packages; a case number stands for one",
    fixed_by=FixedBy.REGION,
    side=Side.RECEIVING,
)
STEP_VALUE: Final = ReasonRow(
    code="step-value-unknown",
    zh="`{field}` 没有这个值；有：{expected}",
    en="`{field}` has no such value; there are: {expected}",
    fix_zh="使用所列的值；姓名、地址等不写在这里",
    fix_en="use one of these; names and addresses do not belong here",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
STEP_TIME: Final = ReasonRow(
    code="step-time",
    zh="“{field}”的时间 {got} 没有时区、早于前一步或晚于现在",
    en="the time {got} of `{field}` has no zone, is before the step it follows or after now",
    fix_zh="填写带时区的实际时间，核对两侧时钟",
    fix_en="give the real time with its zone, and check both clocks",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)

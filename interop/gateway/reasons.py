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
    zh="办件 `{field}` 已挂起，原因 {got}",
    en="case `{field}` is parked because of {got}",
    fix_zh="先处理挂起原因",
    fix_en="mend the cause first",
    fixed_by=FixedBy.OPERATOR,
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
SUBMITTED_IN_FUTURE: Final = ReasonRow(
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
    zh="编号 `{field}` 已用于另一份申请",
    en="reference `{field}` was used for another application",
    fix_zh="为新的申请使用新的编号",
    fix_en="use a new reference for a new application",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
ENTRY_EMPTY: Final = ReasonRow(
    code="gateway-not-in-registry",
    zh="信任登记中没有本网关 `{got}`（环境 {expected}）",
    en="the trust registry has no gateway `{got}` in env {expected}",
    fix_zh="在 identity/issuers 中登记本网关及其公钥",
    fix_en="enter this gateway and its public keys in identity/issuers",
    fixed_by=FixedBy.OPERATOR,
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

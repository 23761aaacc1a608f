"""Reasons of the certificates room: types and lists, grants, what bars an exemption, findings."""

from typing import Final

from interop.errors import FixedBy, ReasonRow, Side


def _barred(code: str, zh: str, en: str) -> ReasonRow:
    return ReasonRow(
        code=code,
        zh=f"`{{field}}`：证照状态为“{zh}”，不能用于免提交",
        en=f"`{{field}}`: the certificate is {en} and spares nothing",
        fix_zh="向颁发机构核实状态；如有误请其更正，否则提交其他有效材料",
        fix_en="ask the issuer about the status; have it corrected, or hand in another valid material",
        fixed_by=FixedBy.APPLICANT,
        side=Side.APPLICANT,
    )


TYPE_CODE_MALFORMED: Final = ReasonRow(
    code="certificate-type-code-malformed",
    zh="证照类型代码 `{got}` 应为定义机构的统一社会信用代码加三位数字",
    en="certificate type code `{got}` should be the credit code of the defining authority and three digits",
    fix_zh="按国家证照类型目录改正",
    fix_en="correct it by the national catalogue of certificate types",
    fixed_by=FixedBy.INTEGRATOR,
)
FIELD_VALUES_MISFIT: Final = ReasonRow(
    code="certificate-field-values-misfit",
    zh="`{field}` 的值表与其类型不符",
    en="`{field}` has a list of values that does not fit its type",
    fix_zh="类型为 code 时列出互不重复的取值，其他类型不得列出",
    fix_en="list values once each for type code, and none for other types",
    fixed_by=FixedBy.INTEGRATOR,
)
TYPE_TWICE: Final = ReasonRow(
    code="certificate-type-twice",
    zh="证照类型 `{got}` 定义了两次",
    en="certificate type `{got}` is defined twice",
    fix_zh="只保留一份 canonical.toml",
    fix_en="keep one canonical.toml",
    fixed_by=FixedBy.INTEGRATOR,
)
TYPE_UNKNOWN: Final = ReasonRow(
    code="certificate-type-unknown",
    zh="没有证照类型 `{got}`",
    en="there is no certificate type `{got}`",
    fix_zh="已定义的类型：{expected}；新类型请在 mappings/certificates 下建立文件夹",
    fix_en="there are: {expected}; add a folder under mappings/certificates for a new one",
    fixed_by=FixedBy.INTEGRATOR,
)
MAPPING_OF_ANOTHER_TYPE: Final = ReasonRow(
    code="certificate-mapping-of-another-type",
    zh="映射文件写的证照类型是 `{got}`，所在文件夹是 `{expected}`",
    en="the mapping says certificate type `{got}`, its folder is `{expected}`",
    fix_zh="改正 certificate，或移动文件",
    fix_en="correct `certificate`, or move the file",
    fixed_by=FixedBy.INTEGRATOR,
)
MAPPING_CODEC_MISFIT: Final = ReasonRow(
    code="certificate-mapping-codec-misfit",
    zh="`{field}` 的编解码 `{got}` 给不出该规范字段应有的值",
    en="codec `{got}` of `{field}` does not give what this canonical field holds",
    fix_zh="日期字段用 date，有效期至可用 date_or_open，代码字段用取值都在规范内的 code",
    fix_en="use date for days, date_or_open for the end of validity, code with canonical values for codes",
    fixed_by=FixedBy.INTEGRATOR,
)
USE_ROW_TWICE: Final = ReasonRow(
    code="certificate-use-row-twice",
    zh="用证清单 `{field}` 与前面的行重复：{got}",
    en="`{field}` of the list of certificate uses repeats an earlier row: {got}",
    fix_zh="删去重复的行",
    fix_en="remove the repeated row",
    fixed_by=FixedBy.INTEGRATOR,
)
USE_ROW_PERIOD: Final = ReasonRow(
    code="certificate-use-row-period",
    zh="用证清单 `{field}` 的截止日 {got} 早于起始日",
    en="`{field}` of the list of certificate uses ends on {got}, before it begins",
    fix_zh="按公布文件改正日期",
    fix_en="correct the days by the publication",
    fixed_by=FixedBy.INTEGRATOR,
)
DOCUMENT_OF_ANOTHER_TYPE: Final = ReasonRow(
    code="certificate-of-another-type",
    zh="证照类型是 `{got}`，应为 `{expected}`",
    en="the certificate is of type `{got}`, should be `{expected}`",
    fix_zh="按所需类型重新调取，并选用同类型的映射",
    fix_en="ask for the right type again and use the mapping of that type",
    fixed_by=FixedBy.REGION,
    side=Side.ISSUER,
)
HOLDERS_MANY: Final = ReasonRow(
    code="certificate-holders-many",
    zh="证照有 {got} 个持证主体，目前的映射只能写出 {expected} 个",
    en="the certificate has {got} holders; a mapping writes {expected}",
    fix_zh="请改交纸质或电子原件",
    fix_en="hand in the original instead",
    fixed_by=FixedBy.CALLER,
)
GRANT_NOT_NEEDED: Final = ReasonRow(
    code="grant-not-needed",
    zh="该事项不使用 `{got}` 的任何证照，不得授权",
    en="the item uses no certificate of the `{got}`; nothing may be granted",
    fix_zh="核对事项与持证人角色",
    fix_en="check the item and the holder's role",
    fixed_by=FixedBy.CALLER,
    side=Side.RECEIVING,
)
GRANT_NOTICE_MISSING: Final = ReasonRow(
    code="grant-notice-missing",
    zh="没有记录已向持证人出示的告知书",
    en="the notice shown to the holder is not recorded",
    fix_zh="先出示告知书，再记录其版本与摘要",
    fix_en="show the notice first, then record its version and digest",
    fixed_by=FixedBy.CALLER,
    side=Side.RECEIVING,
)
GRANT_NOTICE_LATE: Final = ReasonRow(
    code="grant-notice-late",
    zh="告知书的出示时间晚于用证时间 {expected}",
    en="the notice was shown after the use at {expected}",
    fix_zh="先告知，后用证；重新授权并重新调取",
    fix_en="notice comes before use; issue a new grant and fetch again",
    fixed_by=FixedBy.CALLER,
    side=Side.RECEIVING,
)
GRANT_TOO_LONG: Final = ReasonRow(
    code="grant-too-long",
    zh="授权期限超过 {expected} 天",
    en="the grant runs for more than {expected} days",
    fix_zh="缩短期限；办结后授权随之失效",
    fix_en="shorten it; the grant ends with the case",
    fixed_by=FixedBy.CALLER,
    side=Side.RECEIVING,
)
GRANT_MISSING: Final = ReasonRow(
    code="grant-missing",
    zh="没有编号为 `{got}` 的用证授权",
    en="there is no grant `{got}`",
    fix_zh="取得持证人授权或载明法定职责后重新调取",
    fix_en="obtain a grant, or state the statutory duty, and fetch again",
    fixed_by=FixedBy.CALLER,
    side=Side.RECEIVING,
)
GRANT_EXPIRED: Final = ReasonRow(
    code="grant-expired",
    zh="用证授权已于 {got} 到期",
    en="the grant ended at {got}",
    fix_zh="重新取得授权并调取",
    fix_en="obtain a new grant and fetch again",
    fixed_by=FixedBy.CALLER,
    side=Side.RECEIVING,
)
GRANT_GRANTEE_MISMATCH: Final = ReasonRow(
    code="grant-grantee-mismatch",
    zh="授权的用证单位是 `{expected}`，实际为 `{got}`",
    en="the grant names the user `{expected}`, not `{got}`",
    fix_zh="由被授权地区用证，或重新取得授权",
    fix_en="let the region named use it, or obtain a new grant",
    fixed_by=FixedBy.CALLER,
    side=Side.RECEIVING,
)
GRANT_ITEM_MISMATCH: Final = ReasonRow(
    code="grant-item-mismatch",
    zh="授权用于事项 `{expected}`，不是 `{got}`",
    en="the grant is for the item `{expected}`, not `{got}`",
    fix_zh="就本事项重新取得授权",
    fix_en="obtain a grant for this item",
    fixed_by=FixedBy.CALLER,
    side=Side.RECEIVING,
)
GRANT_CASE_MISMATCH: Final = ReasonRow(
    code="grant-case-mismatch",
    zh="授权用于办件 `{expected}`，不是 `{got}`",
    en="the grant is for the case `{expected}`, not `{got}`",
    fix_zh="就本办件重新取得授权",
    fix_en="obtain a grant for this case",
    fixed_by=FixedBy.CALLER,
    side=Side.RECEIVING,
)
GRANT_ROLE_MISMATCH: Final = ReasonRow(
    code="grant-role-mismatch",
    zh="授权涉及 `{expected}` 的证照，不是 `{got}` 的",
    en="the grant is for certificates of the `{expected}`, not of the `{got}`",
    fix_zh="向该角色的持证人取得授权",
    fix_en="obtain a grant of the holder in this role",
    fixed_by=FixedBy.CALLER,
    side=Side.RECEIVING,
)
GRANT_CERTIFICATE_NOT_COVERED: Final = ReasonRow(
    code="grant-certificate-not-covered",
    zh="授权不包括证照 `{got}`，只包括 {expected}",
    en="the grant does not cover the certificate `{got}`, only {expected}",
    fix_zh="重新取得包括该证照的授权",
    fix_en="obtain a grant that covers it",
    fixed_by=FixedBy.CALLER,
    side=Side.RECEIVING,
)
CERTIFICATE_IDENTIFIER_INVALID: Final = ReasonRow(
    code="certificate-identifier-invalid",
    zh="`{field}`：证照标识不符合 GB/T 36904（{got}）",
    en="`{field}`: the certificate identifier does not follow GB/T 36904 ({got})",
    fix_zh="请颁发机构改正证照标识；改正前提交材料原件",
    fix_en="have the issuer correct the identifier; until then hand in the material",
    fixed_by=FixedBy.REGION,
    side=Side.ISSUER,
)
CERTIFICATE_SUSPENDED: Final = _barred("certificate-suspended", "暂扣", "suspended")
CERTIFICATE_REVOKED: Final = _barred("certificate-revoked", "撤销", "revoked")
CERTIFICATE_CANCELLED: Final = _barred("certificate-cancelled", "注销", "cancelled")
CERTIFICATE_LAPSED: Final = _barred("certificate-lapsed", "失效", "lapsed")
CERTIFICATE_MOVED_OUT: Final = _barred("certificate-moved-out", "办理转出", "moved out")
CERTIFICATE_WITHDRAWN: Final = _barred("certificate-withdrawn", "吊销", "withdrawn")
CERTIFICATE_STATUS_OTHER: Final = ReasonRow(
    code="certificate-status-other",
    zh="`{field}`：证照状态为“其他”，无法认定有效",
    en="`{field}`: the certificate has the status “other”, which does not prove it valid",
    fix_zh="请颁发机构写明状态；其间提交材料原件",
    fix_en="have the issuer state the status; meanwhile hand in the material",
    fixed_by=FixedBy.REGION,
    side=Side.ISSUER,
)
CERTIFICATE_NOT_YET_VALID: Final = ReasonRow(
    code="certificate-not-yet-valid",
    zh="`{field}`：证照自 {expected} 起有效，认定日为 {got}",
    en="`{field}`: the certificate is valid from {expected}, the day that counts is {got}",
    fix_zh="待证照生效后办理，或提交其他有效材料",
    fix_en="wait until it is valid, or hand in another valid material",
    fixed_by=FixedBy.APPLICANT,
    side=Side.APPLICANT,
)
CERTIFICATE_EXPIRED: Final = ReasonRow(
    code="certificate-expired",
    zh="`{field}`：证照有效期至 {expected}，认定日为 {got}",
    en="`{field}`: the certificate was valid until {expected}, the day that counts is {got}",
    fix_zh="换领新证，或提交其他有效材料",
    fix_en="renew it, or hand in another valid material",
    fixed_by=FixedBy.APPLICANT,
    side=Side.APPLICANT,
)
CERTIFICATE_SUPERSEDED: Final = ReasonRow(
    code="certificate-superseded",
    zh="`{field}`：该证照已有更新的版本",
    en="`{field}`: a newer edition of the certificate exists",
    fix_zh="调取最新版本",
    fix_en="fetch the newest edition",
    fixed_by=FixedBy.CALLER,
    side=Side.RECEIVING,
)
CERTIFICATE_ROLE_MISSING: Final = ReasonRow(
    code="certificate-role-missing",
    zh="`{field}`：本办件没有 `{got}`，无从核对持证主体",
    en="`{field}`: nobody in the case is the `{got}`, so the holder cannot be compared",
    fix_zh="填写该角色的当事人",
    fix_en="state who has this role",
    fixed_by=FixedBy.CALLER,
    side=Side.RECEIVING,
)
CERTIFICATE_HOLDER_MISMATCH: Final = ReasonRow(
    code="certificate-holder-mismatch",
    zh="`{field}`：持证主体不是本办件的 `{expected}`",
    en="`{field}`: the holder is not the `{expected}` of this case",
    fix_zh="核对证件号码；调取该角色本人（本单位）的证照，或提交材料",
    fix_en="check the number; fetch the certificate of this party, or hand in the material",
    fixed_by=FixedBy.APPLICANT,
    side=Side.APPLICANT,
)
CERTIFICATE_LEVEL_LOW: Final = ReasonRow(
    code="certificate-level-low",
    zh="`{field}`：证照可信等级为 {got}，至少应为 {expected}",
    en="`{field}`: the trust level is {got}, at least {expected} is needed",
    fix_zh="请颁发机构签发电子证照，或提交材料原件",
    fix_en="have the issuer issue it electronically, or hand in the original",
    fixed_by=FixedBy.APPLICANT,
    side=Side.ISSUER,
)
CERTIFICATE_FIELD_MISSING: Final = ReasonRow(
    code="certificate-field-missing",
    zh="`{field}`：证照缺少本事项需要的字段 `{expected}`",
    en="`{field}`: the certificate lacks the field `{expected}`, which the item needs",
    fix_zh="请颁发机构补全，或提交材料原件",
    fix_en="have the issuer complete it, or hand in the original",
    fixed_by=FixedBy.REGION,
    side=Side.ISSUER,
)
CERTIFICATE_USE_NOT_LISTED: Final = ReasonRow(
    code="certificate-use-not-listed",
    zh="`{field}`：用证清单没有批准 {expected} 使用证照 {got} 办理本事项",
    en="`{field}`: the list of certificate uses does not approve that {expected} uses {got} for the item",
    fix_zh="提交材料；如应列入，请用证单位按 DB31/T 310018—2024 申请发布",
    fix_en="hand in the material; if it should be listed, apply for publication as DB31/T 310018—2024 says",
    fixed_by=FixedBy.REGION,
    side=Side.HANDLING,
)
CERTIFICATE_MISSING: Final = ReasonRow(
    code="certificate-missing",
    zh="`{field}`：没有查到证照 `{expected}`",
    en="`{field}`: no certificate `{expected}` was found",
    fix_zh="提交材料原件，或由持证人申领电子证照",
    fix_en="hand in the original, or have the holder apply for the electronic one",
    fixed_by=FixedBy.APPLICANT,
    side=Side.APPLICANT,
)
CERTIFICATE_SOURCE_UNREACHABLE: Final = ReasonRow(
    code="certificate-source-unreachable",
    zh="`{field}`：证照 `{got}` 的来源系统没有应答，无法判断",
    en="`{field}`: the source of `{got}` did not answer, so nothing is decided",
    fix_zh="稍后重试；急需时提交材料原件",
    fix_en="try again later; if it is urgent, hand in the original",
    fixed_by=FixedBy.REGION,
)
EXEMPTION_ALTERNATIVE_EMPTY: Final = ReasonRow(
    code="exemption-alternative-empty",
    zh="`{field}`：事项文件中的替代方案没有列出任何证照",
    en="`{field}`: the alternative in the item file names no certificate",
    fix_zh="在事项文件中写明证照类型，或删去空方案",
    fix_en="name certificate types in the item file, or remove the empty alternative",
    fixed_by=FixedBy.INTEGRATOR,
)
EXEMPTION_MATERIAL_UNKNOWN: Final = ReasonRow(
    code="exemption-material-unknown",
    zh="事项 `{expected}` 没有材料 `{got}`",
    en="the item `{expected}` has no material `{got}`",
    fix_zh="使用该事项办事指南中的材料代码",
    fix_en="use the material codes of the item's guide",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
EXEMPTION_SALT_SHORT: Final = ReasonRow(
    code="exemption-salt-short",
    zh="证据摘要的密钥短于 {expected} 字节",
    en="the key of the evidence digests is shorter than {expected} bytes",
    fix_zh="为每个办件生成足够长的随机密钥",
    fix_en="draw a long enough random key for each case",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
EXEMPTION_TOO_MANY: Final = ReasonRow(
    code="exemption-too-many",
    zh="一次最多判断 {expected} 个证照，实有 {got} 个",
    en="at most {expected} certificates are judged at once, there are {got}",
    fix_zh="只传入本办件调取的证照",
    fix_en="pass only what was fetched for this case",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
CERTIFICATE_IDENTIFIER_MISFIT: Final = ReasonRow(
    code="certificate-identifier-misfit",
    zh="证照的 `{field}` 为 {got}，与证照标识中的 {expected} 不一致",
    en="`{field}` is {got}, but the certificate identifier says {expected}",
    fix_zh="请颁发机构改正",
    fix_en="have the issuer correct it",
    fixed_by=FixedBy.REGION,
    side=Side.ISSUER,
)
CERTIFICATE_HOLDER_KIND_UNEXPECTED: Final = ReasonRow(
    code="certificate-holder-kind-unexpected",
    zh="`{field}` 是 {got}，该类证照的持证主体应为 {expected}",
    en="`{field}` is a {got}; this type is held by {expected}",
    fix_zh="请颁发机构核对持证主体类型",
    fix_en="have the issuer check the kind of holder",
    fixed_by=FixedBy.REGION,
    side=Side.ISSUER,
)
CERTIFICATE_HOLDER_CODE_INVALID: Final = ReasonRow(
    code="certificate-holder-code-invalid",
    zh="`{field}` 不是合法的证件号码（{got}）",
    en="`{field}` is no valid number ({got})",
    fix_zh="请颁发机构核对持证主体代码",
    fix_en="have the issuer check the holder's number",
    fixed_by=FixedBy.REGION,
    side=Side.ISSUER,
)
CERTIFICATE_DAYS_REVERSED: Final = ReasonRow(
    code="certificate-days-reversed",
    zh="`{field}` 为 {got}，早于有效期起始日 {expected}",
    en="`{field}` is {got}, before the first day {expected}",
    fix_zh="请颁发机构核对有效期",
    fix_en="have the issuer check the period of validity",
    fixed_by=FixedBy.REGION,
    side=Side.ISSUER,
)
CERTIFICATE_ISSUED_LATER: Final = ReasonRow(
    code="certificate-issued-later",
    zh="`{field}` 为 {got}，晚于今天（{expected}）",
    en="`{field}` is {got}, after today ({expected})",
    fix_zh="请颁发机构核对颁发日期；如无误，请核对系统日期",
    fix_en="have the issuer check the day of issue; if it is right, check the system date",
    fixed_by=FixedBy.REGION,
    side=Side.ISSUER,
)
CERTIFICATE_VALUE_UNKNOWN: Final = ReasonRow(
    code="certificate-value-unknown",
    zh="`{field}` 不是该类证照的字段，或取值不在规范内",
    en="`{field}` is no field of this type, or its value is not canonical",
    fix_zh="请核对映射文件与证照类型定义",
    fix_en="check the mapping and the definition of the type",
    fixed_by=FixedBy.INTEGRATOR,
)

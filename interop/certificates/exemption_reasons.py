"""Reasons why a certificate does not stand in for a material, and of the question itself."""

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
CERTIFICATE_STATUS_UNANSWERED: Final = ReasonRow(
    code="certificate-status-unanswered",
    zh="`{field}`：来源系统没有答复证照状态，无法判断",
    en="`{field}`: the source did not answer about the status, so nothing is decided",
    fix_zh="稍后重试；急需时提交材料原件",
    fix_en="try again later; if it is urgent, hand in the original",
    fixed_by=FixedBy.REGION,
)
CERTIFICATE_STATUS_STALE: Final = ReasonRow(
    code="certificate-status-stale",
    zh="`{field}`：证照状态是 {got} 天前答复的，最多可用 {expected} 天，无法判断",
    en="`{field}`: the status was answered {got} days ago, at most {expected} count, so nothing is decided",
    fix_zh="重新查询证照状态",
    fix_en="ask the source about the status again",
    fixed_by=FixedBy.CALLER,
    side=Side.RECEIVING,
)
CERTIFICATE_CONTENT_TAMPERED: Final = ReasonRow(
    code="certificate-content-tampered",
    zh="`{field}`：文件内容与签章不符",
    en="`{field}`: the document is not what was sealed",
    fix_zh="重新从颁发机构调取；如仍不符，请其核查",
    fix_en="fetch it again from the issuer; if it stays so, have the issuer look into it",
    fixed_by=FixedBy.REGION,
    side=Side.ISSUER,
)
CERTIFICATE_SEAL_EXPIRED: Final = ReasonRow(
    code="certificate-seal-expired",
    zh="`{field}`：签章时，印章或证书不在有效期内",
    en="`{field}`: when it was sealed, the seal or a certificate was not valid",
    fix_zh="请颁发机构重新签发",
    fix_en="have the issuer issue it again",
    fixed_by=FixedBy.REGION,
    side=Side.ISSUER,
)
CERTIFICATE_SEAL_UNTRUSTED: Final = ReasonRow(
    code="certificate-seal-untrusted",
    zh="`{field}`：签章证书不出自受信任的机构",
    en="`{field}`: the seal does not lead to an anchor that is trusted",
    fix_zh="核对信任锚（identity/anchors）；无误时提交材料原件",
    fix_en="check the anchors (identity/anchors); if they are right, hand in the original",
    fixed_by=FixedBy.INTEGRATOR,
    side=Side.ISSUER,
)
CERTIFICATE_SEAL_UNREADABLE: Final = ReasonRow(
    code="certificate-seal-unreadable",
    zh="`{field}`：签章无法读取",
    en="`{field}`: the seal cannot be read",
    fix_zh="重新调取；如仍不可读，请颁发机构重新签发",
    fix_en="fetch it again; if it stays so, have the issuer issue it again",
    fixed_by=FixedBy.REGION,
    side=Side.ISSUER,
)
CERTIFICATE_SIGNER_NOT_ISSUER: Final = ReasonRow(
    code="certificate-signer-not-issuer",
    zh="`{field}`：签章单位不是颁发机构 `{expected}`",
    en="`{field}`: the seal is not that of the issuer `{expected}`",
    fix_zh="请颁发机构用本单位的印章签发",
    fix_en="have the issuer seal it with its own seal",
    fixed_by=FixedBy.REGION,
    side=Side.ISSUER,
)
CERTIFICATE_ISSUER_NOT_ACCEPTED: Final = ReasonRow(
    code="certificate-issuer-not-accepted",
    zh="`{field}`：本事项不接受颁发机构 `{got}`，接受 {expected}",
    en="`{field}`: the item does not accept the issuer `{got}`, only {expected}",
    fix_zh="提交该机构颁发的材料",
    fix_en="hand in what such an issuer issued",
    fixed_by=FixedBy.APPLICANT,
    side=Side.APPLICANT,
)
CERTIFICATE_FIELD_UNSIGNED: Final = ReasonRow(
    code="certificate-field-unsigned",
    zh="`{field}`：字段 `{got}` 不在签章保护的范围内，不能用于免提交",
    en="`{field}`: the field `{got}` is not covered by a signature and spares nothing",
    fix_zh="请颁发机构重新签发，使签章覆盖该字段",
    fix_en="have the issuer issue it again with a seal that covers the field",
    fixed_by=FixedBy.REGION,
    side=Side.ISSUER,
)
DEFERRAL_NOT_OFFERED: Final = ReasonRow(
    code="deferral-not-offered",
    zh="`{field}`：办事指南没有规定该材料可以容缺后补",
    en="`{field}`: the guide does not let this material come later",
    fix_zh="请现在提交该材料",
    fix_en="hand the material in now",
    fixed_by=FixedBy.APPLICANT,
    side=Side.APPLICANT,
)
DEFERRAL_DAY: Final = ReasonRow(
    code="deferral-day",
    zh="`{field}`：后补日期 {got} 超出办事指南规定的期限（至 {expected}）",
    en="`{field}`: {got} is not within what the guide allows (until {expected})",
    fix_zh="选择期限内的日期",
    fix_en="choose a day within it",
    fixed_by=FixedBy.CALLER,
    side=Side.RECEIVING,
)
COMMITMENT_NOT_OFFERED: Final = ReasonRow(
    code="commitment-not-offered",
    zh="`{field}`：办事指南没有规定该材料可以告知承诺",
    en="`{field}`: the guide takes no promise in place of this material",
    fix_zh="请提交该材料",
    fix_en="hand the material in",
    fixed_by=FixedBy.APPLICANT,
    side=Side.APPLICANT,
)
COMMITMENT_TEXT_OTHER: Final = ReasonRow(
    code="commitment-text-other",
    zh="`{field}`：承诺的文本不是办事指南规定的 `{expected}`",
    en="`{field}`: what was promised is not the text `{expected}` of the guide",
    fix_zh="出示并签署规定的承诺书",
    fix_en="show and sign the text that the guide names",
    fixed_by=FixedBy.CALLER,
    side=Side.RECEIVING,
)
GUIDE_ASKS_WHAT_IS_SHARED: Final = ReasonRow(
    code="guide-asks-what-is-shared",
    zh="用证清单允许本事项使用证照 `{got}`，办事指南仍未列为可免提交",
    en="the list lets the item use the certificate `{got}`, and no material of the guide accepts it",
    fix_zh="在事项文件中写明该证照可代替哪项材料",
    fix_en="name in the item file which material it stands in for",
    fixed_by=FixedBy.REGION,
    side=Side.HANDLING,
)
GUIDE_RELIES_ON_UNLISTED: Final = ReasonRow(
    code="guide-relies-on-unlisted",
    zh="`{field}` 以证照 `{got}` 代替，但用证清单没有批准任何地区的该证照用于本事项",
    en="`{field}` accepts the certificate `{got}`, and the list approves no region's for the item",
    fix_zh="请用证单位申请发布，或确认只用本地证照",
    fix_en="apply for publication, or make sure that only own certificates are meant",
    fixed_by=FixedBy.REGION,
    side=Side.HANDLING,
)

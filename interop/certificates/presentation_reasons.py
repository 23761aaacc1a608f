"""Reasons why a presented certificate (SD-JWT VC) is not read."""

from typing import Final

from interop.errors import FixedBy, ReasonRow, Side

PRESENTATION_MALFORMED: Final = ReasonRow(
    code="presentation-malformed",
    zh="证照出示不是 SD-JWT（`{field}`：{got}）",
    en="the presentation is no SD-JWT (`{field}`: {got})",
    fix_zh="由出示方重新出示",
    fix_en="have it presented again",
    fixed_by=FixedBy.CALLER,
    side=Side.RECEIVING,
)
PRESENTATION_TOO_LARGE: Final = ReasonRow(
    code="presentation-too-large",
    zh="证照出示超过 {expected}（`{field}`）",
    en="the presentation is over {expected} (`{field}`)",
    fix_zh="由出示方重新出示",
    fix_en="have it presented again",
    fixed_by=FixedBy.CALLER,
    side=Side.RECEIVING,
)
PRESENTATION_TYP: Final = ReasonRow(
    code="presentation-typ",
    zh="`{field}` 是 `{got}`，应为 `{expected}`",
    en="`{field}` is `{got}`, should be `{expected}`",
    fix_zh="由出示方重新出示",
    fix_en="have it presented again",
    fixed_by=FixedBy.CALLER,
    side=Side.RECEIVING,
)
PRESENTATION_VCT: Final = ReasonRow(
    code="presentation-vct",
    zh="出示的证照类型是 `{got}`，应为 `{expected}`",
    en="the certificate presented is of type `{got}`, should be `{expected}`",
    fix_zh="由出示方重新出示",
    fix_en="have it presented again",
    fixed_by=FixedBy.CALLER,
    side=Side.RECEIVING,
)
PRESENTATION_ISSUER_UNKNOWN: Final = ReasonRow(
    code="presentation-issuer-unknown",
    zh="签发方 `{got}` 的密钥不受信任",
    en="the key of the issuer `{got}` is not trusted",
    fix_zh="核对信任登记中的签发方密钥",
    fix_en="check the issuer's key in the trust registry",
    fixed_by=FixedBy.INTEGRATOR,
    side=Side.RECEIVING,
)
PRESENTATION_EXPIRED: Final = ReasonRow(
    code="presentation-expired",
    zh="证照出示已过期（`{field}` {got}）",
    en="the presentation has expired (`{field}` {got})",
    fix_zh="由出示方重新出示",
    fix_en="have it presented again",
    fixed_by=FixedBy.CALLER,
    side=Side.RECEIVING,
)
PRESENTATION_NOT_YET: Final = ReasonRow(
    code="presentation-not-yet",
    zh="证照出示尚未生效（`{field}` {got}）",
    en="the presentation is not valid yet (`{field}` {got})",
    fix_zh="由出示方重新出示",
    fix_en="have it presented again",
    fixed_by=FixedBy.CALLER,
    side=Side.RECEIVING,
)
PRESENTATION_LIFETIME: Final = ReasonRow(
    code="presentation-lifetime",
    zh="证照出示的有效期超过 {expected} 秒",
    en="the presentation is valid for more than {expected} seconds",
    fix_zh="由签发方改正后重新签发",
    fix_en="have the issuer mend it and issue it again",
    fixed_by=FixedBy.REGION,
    side=Side.RECEIVING,
)
PRESENTATION_BINDING_MISSING: Final = ReasonRow(
    code="presentation-binding-missing",
    zh="缺少持有证明（KB-JWT）",
    en="the proof of possession (KB-JWT) is missing",
    fix_zh="由出示方重新出示",
    fix_en="have it presented again",
    fixed_by=FixedBy.CALLER,
    side=Side.RECEIVING,
)
PRESENTATION_BINDING_KEY: Final = ReasonRow(
    code="presentation-binding-key",
    zh="`cnf` 中没有可用的公钥",
    en="`cnf` holds no public key that can be used",
    fix_zh="由签发方改正后重新签发",
    fix_en="have the issuer mend it and issue it again",
    fixed_by=FixedBy.REGION,
    side=Side.RECEIVING,
)
PRESENTATION_BINDING_STALE: Final = ReasonRow(
    code="presentation-binding-stale",
    zh="持有证明的时间 {got} 不在 {expected} 秒之内",
    en="the proof of possession is of {got}, not within {expected} seconds",
    fix_zh="由出示方重新出示",
    fix_en="have it presented again",
    fixed_by=FixedBy.CALLER,
    side=Side.RECEIVING,
)
PRESENTATION_BINDING_HASH: Final = ReasonRow(
    code="presentation-binding-hash",
    zh="持有证明与所出示的内容不符",
    en="the proof of possession is over something else",
    fix_zh="由出示方重新出示",
    fix_en="have it presented again",
    fixed_by=FixedBy.CALLER,
    side=Side.RECEIVING,
)
PRESENTATION_AUDIENCE: Final = ReasonRow(
    code="presentation-audience",
    zh="持有证明的接收方不是 `{expected}`",
    en="the proof of possession is not for `{expected}`",
    fix_zh="由出示方重新出示",
    fix_en="have it presented again",
    fixed_by=FixedBy.CALLER,
    side=Side.RECEIVING,
)
PRESENTATION_NONCE: Final = ReasonRow(
    code="presentation-nonce",
    zh="持有证明不是为本办件所作",
    en="the proof of possession was not made for this case",
    fix_zh="由出示方重新出示",
    fix_en="have it presented again",
    fixed_by=FixedBy.CALLER,
    side=Side.RECEIVING,
)
PRESENTATION_DIGEST_TWICE: Final = ReasonRow(
    code="presentation-digest-twice",
    zh="同一摘要出现两次",
    en="a digest appears twice",
    fix_zh="由签发方改正后重新签发",
    fix_en="have the issuer mend it and issue it again",
    fixed_by=FixedBy.REGION,
    side=Side.RECEIVING,
)
PRESENTATION_DISCLOSURE_MALFORMED: Final = ReasonRow(
    code="presentation-disclosure-malformed",
    zh="第 {field} 项披露无法读取",
    en="disclosure {field} cannot be read",
    fix_zh="由出示方重新出示",
    fix_en="have it presented again",
    fixed_by=FixedBy.CALLER,
    side=Side.RECEIVING,
)
PRESENTATION_DISCLOSURE_UNREFERENCED: Final = ReasonRow(
    code="presentation-disclosure-unreferenced",
    zh="有 {got} 项披露不在签发内容之中",
    en="{got} disclosures are not part of what was issued",
    fix_zh="由出示方重新出示",
    fix_en="have it presented again",
    fixed_by=FixedBy.CALLER,
    side=Side.RECEIVING,
)
PRESENTATION_CLAIM_OVERWRITTEN: Final = ReasonRow(
    code="presentation-claim-overwritten",
    zh="披露试图改写已有的字段",
    en="a disclosure would overwrite a claim",
    fix_zh="由出示方重新出示",
    fix_en="have it presented again",
    fixed_by=FixedBy.CALLER,
    side=Side.RECEIVING,
)
PRESENTATION_CLAIM_RESERVED: Final = ReasonRow(
    code="presentation-claim-reserved",
    zh="字段名 `{got}` 是保留名",
    en="the claim name `{got}` is reserved",
    fix_zh="由出示方重新出示",
    fix_en="have it presented again",
    fixed_by=FixedBy.CALLER,
    side=Side.RECEIVING,
)
PRESENTATION_HASH_UNKNOWN: Final = ReasonRow(
    code="presentation-hash-unknown",
    zh="摘要算法 `{got}` 不受支持（只支持 {expected}）",
    en="the hash `{got}` is not supported, only {expected}",
    fix_zh="由签发方改正后重新签发",
    fix_en="have the issuer mend it and issue it again",
    fixed_by=FixedBy.REGION,
    side=Side.RECEIVING,
)
PRESENTATION_REVOKED: Final = ReasonRow(
    code="presentation-revoked",
    zh="所出示的证照已被撤销",
    en="what is presented was revoked",
    fix_zh="提交其他有效材料",
    fix_en="hand in another valid material",
    fixed_by=FixedBy.APPLICANT,
    side=Side.RECEIVING,
)
PRESENTATION_STATUS_UNKNOWN: Final = ReasonRow(
    code="presentation-status-unknown",
    zh="无法得知所出示证照的状态",
    en="the status of what is presented is not known",
    fix_zh="由签发方改正后重新签发",
    fix_en="have the issuer mend it and issue it again",
    fixed_by=FixedBy.REGION,
    side=Side.RECEIVING,
)

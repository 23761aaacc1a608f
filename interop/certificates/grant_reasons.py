"""Reasons why a grant (用证授权) or an annotated copy (加注件) does not cover a use."""

from typing import Final

from interop.errors import FixedBy, ReasonRow, Side

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
GRANT_FIELD_NOT_COVERED: Final = ReasonRow(
    code="grant-field-not-covered",
    zh="授权不包括字段 `{got}`，只包括 {expected}",
    en="the grant does not cover the field `{got}`, only {expected}",
    fix_zh="重新取得包括该字段的授权",
    fix_en="obtain a grant that covers it",
    fixed_by=FixedBy.CALLER,
    side=Side.RECEIVING,
)
GRANT_HOLDER_MISMATCH: Final = ReasonRow(
    code="grant-holder-mismatch",
    zh="`{field}`：授权人不是本办件的 `{expected}`",
    en="`{field}`: the grant was not given for the `{expected}` of this case",
    fix_zh="向该角色本人（本单位）取得授权",
    fix_en="obtain the grant of the party in this role",
    fixed_by=FixedBy.CALLER,
    side=Side.RECEIVING,
)
GRANT_GUARDIAN_MISSING: Final = ReasonRow(
    code="grant-guardian-missing",
    zh="`{field}`：授权以监护人同意为据，但本办件没有监护人",
    en="`{field}`: the grant rests on a guardian's consent, and nobody in the case is the guardian",
    fix_zh="填写监护人，或改用其他法律依据重新授权",
    fix_en="state the guardian, or issue a new grant on another basis",
    fixed_by=FixedBy.CALLER,
    side=Side.RECEIVING,
)
GRANT_WITHDRAWN: Final = ReasonRow(
    code="grant-withdrawn",
    zh="`{field}`：持证人已于 {got} 撤回授权，该证照不再使用",
    en="`{field}`: the holder withdrew the grant at {got}; the certificate is used no more",
    fix_zh="请提交该材料；申请不因撤回授权而被拒绝",
    fix_en="hand in the material; nobody is refused for withdrawing a grant",
    fixed_by=FixedBy.APPLICANT,
    side=Side.APPLICANT,
)
GRANT_SIGNATURE: Final = ReasonRow(
    code="grant-signature",
    zh="用证授权的签名不成立（{got}）",
    en="the signature of the grant does not hold ({got})",
    fix_zh="由收件地重新签发授权",
    fix_en="have the receiving region issue the grant again",
    fixed_by=FixedBy.REGION,
    side=Side.RECEIVING,
)
GRANT_MALFORMED: Final = ReasonRow(
    code="grant-malformed",
    zh="`{field}` 不是用证授权（应为 {expected}）",
    en="`{field}` is no grant (should be {expected})",
    fix_zh="传入签发时得到的全文",
    fix_en="pass what was issued, whole",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
ANNOTATED_COPY_MISUSED: Final = ReasonRow(
    code="annotated-copy-misused",
    zh="`{field}`：加注件限用于 {expected}，不能用于 {got}",
    en="`{field}`: the annotated copy is for {expected}, not for {got}",
    fix_zh="就本办件重新调取，不得转用",
    fix_en="fetch it again for this case; a copy is not passed on",
    fixed_by=FixedBy.CALLER,
    side=Side.RECEIVING,
)
ANNOTATED_COPY_EXPIRED: Final = ReasonRow(
    code="annotated-copy-expired",
    zh="`{field}`：加注件已于 {got} 失效",
    en="`{field}`: the annotated copy ended at {got}",
    fix_zh="重新调取",
    fix_en="fetch it again",
    fixed_by=FixedBy.CALLER,
    side=Side.RECEIVING,
)

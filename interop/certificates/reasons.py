"""Reasons of the certificates room: types and lists, documents, findings on a certificate."""

from typing import Final

from interop.errors import FixedBy, ReasonRow, Side

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

"""Reasons of the words themselves: malformed text, JSON, identifiers and records."""

from typing import Final

from interop.errors import FixedBy, ReasonRow, Side

JSON_MALFORMED: Final = ReasonRow(
    code="json-malformed",
    zh="`{field}` 不是合法的 JSON：{got}",
    en="`{field}` is not well-formed JSON: {got}",
    fix_zh="按 RFC 8259 以 UTF-8 重新生成，键不得重复，不得含 NaN 或孤立代理项",
    fix_en="write it again as UTF-8 per RFC 8259, without duplicate keys, NaN or lone surrogates",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
JSON_TOO_LARGE: Final = ReasonRow(
    code="json-too-large",
    zh="`{field}` 超出上限（大小、嵌套或数值）：{got}，上限 {expected}",
    en="`{field}` is over the limit (size, depth or number): {got}, limit {expected}",
    fix_zh="拆分内容，或将大数写成字符串",
    fix_en="split the content, or write the large number as a string",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
JSON_NOT_CANONICAL: Final = ReasonRow(
    code="json-not-canonical",
    zh="`{field}` 不能写成规范形式：{got}",
    en="`{field}` has no canonical form: {got}",
    fix_zh="小数和日期写成字符串，键用字符串",
    fix_en="write decimals and dates as strings and keys as strings",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
RECORD_INVALID: Final = ReasonRow(
    code="record-invalid",
    zh="`{field}` 不符合要求：{got}",
    en="`{field}` is not valid: {got}",
    fix_zh="按 docs/reference 中该记录的字段说明改正",
    fix_en="correct the field as docs/reference describes the record",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
DIGEST_UNKNOWN_ALGORITHM: Final = ReasonRow(
    code="digest-unknown-algorithm",
    zh="未知的摘要算法 `{got}`，可用 {expected}",
    en="unknown digest algorithm `{got}`; use {expected}",
    fix_zh="使用 sha-256 或 sm3",
    fix_en="use sha-256 or sm3",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
IDENTIFIER_NORMALISED: Final = ReasonRow(
    code="identifier-normalised",
    zh="`{field}` 的写法不规范（{got}），已按规范写法读取",
    en="`{field}` was not in its normal spelling ({got}) and was read as normalised",
    fix_zh="去掉分隔符和空格，字母用大写半角",
    fix_en="leave out separators and spaces, write letters in upper case and half width",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
IDENTIFIER_LENGTH: Final = ReasonRow(
    code="identifier-length",
    zh="`{field}` 的长度不对：{got}，应为 {expected}",
    en="`{field}` has the wrong length: {got}, should be {expected}",
    fix_zh="对照证件核对是否漏写或多写",
    fix_en="compare with the document for missing or surplus characters",
    fixed_by=FixedBy.APPLICANT,
    side=Side.APPLICANT,
)
IDENTIFIER_CHARACTER: Final = ReasonRow(
    code="identifier-character",
    zh="`{field}` 第 {got} 位是不允许的字符，只允许 {expected}",
    en="`{field}` holds a character that is not allowed in position {got}; allowed are {expected}",
    fix_zh="对照证件改正该位字符",
    fix_en="compare with the document and correct that character",
    fixed_by=FixedBy.APPLICANT,
    side=Side.APPLICANT,
)
IDENTIFIER_CHECK_CHARACTER: Final = ReasonRow(
    code="identifier-check-character",
    zh="`{field}` 的校验码不符，按 {expected} 计算有误",
    en="`{field}` has a check character that does not fit ({expected})",
    fix_zh="对照证件逐位核对，常见原因是录错一位或两位颠倒",
    fix_en="compare with the document digit by digit; one is wrong or two are swapped",
    fixed_by=FixedBy.APPLICANT,
    side=Side.APPLICANT,
)
RESIDENT_ID_FIFTEEN_DIGITS: Final = ReasonRow(
    code="resident-id-fifteen-digits",
    zh="`{field}` 是十五位的第一代居民身份证号码，已停止使用",
    en="`{field}` is a citizen number of 15 digits, which is out of use",
    fix_zh="填写现行居民身份证上的十八位号码",
    fix_en="give the number of 18 characters on the current card",
    fixed_by=FixedBy.APPLICANT,
    side=Side.APPLICANT,
)
RESIDENT_ID_PROVINCE: Final = ReasonRow(
    code="resident-id-province",
    zh="`{field}` 的前两位不是省级行政区划代码",
    en="`{field}` does not begin with the code of a province",
    fix_zh="对照证件核对前两位",
    fix_en="compare the first two digits with the document",
    fixed_by=FixedBy.APPLICANT,
    side=Side.APPLICANT,
)
RESIDENT_ID_DATE: Final = ReasonRow(
    code="resident-id-date",
    zh="`{field}` 第七至十四位不是 {expected} 年以来的日期",
    en="`{field}` holds no date since {expected} in positions 7 to 14",
    fix_zh="对照证件核对出生日期八位数字",
    fix_en="compare the eight digits of the date of birth with the document",
    fixed_by=FixedBy.APPLICANT,
    side=Side.APPLICANT,
)
RESIDENT_ID_FUTURE_BIRTH: Final = ReasonRow(
    code="resident-id-future-birth",
    zh="`{field}` 的出生日期晚于 {expected}",
    en="`{field}` holds a date of birth after {expected}",
    fix_zh="对照证件核对出生年份；如证件无误，请核对系统日期",
    fix_en="compare the year of birth with the document; if it is right, check the system date",
    fixed_by=FixedBy.APPLICANT,
    side=Side.APPLICANT,
)
RESIDENT_ID_REGION: Final = ReasonRow(
    code="resident-id-region",
    zh="`{field}` 的前六位不是县级行政区划代码，请留意",
    en="`{field}` does not begin with a county code; take note",
    fix_zh="对照证件核对前六位；如证件如此，可继续办理",
    fix_en="compare the first six digits with the document; if they are so, go on",
    fixed_by=FixedBy.APPLICANT,
    side=Side.APPLICANT,
)
USCC_DEPARTMENT: Final = ReasonRow(
    code="uscc-department",
    zh="`{field}` 第一位的登记管理部门代码不在已知范围内，请留意",
    en="`{field}` begins with an unknown code of registering department; take note",
    fix_zh="对照营业执照或登记证书核对第一位；如证件如此，可继续办理",
    fix_en="compare the first character with the certificate; if it is so, go on",
    fixed_by=FixedBy.APPLICANT,
    side=Side.APPLICANT,
)
USCC_TYPE: Final = ReasonRow(
    code="uscc-type",
    zh="`{field}` 第二位的机构类别代码不在已知范围内，请留意",
    en="`{field}` has an unknown code of organisation type in position 2; take note",
    fix_zh="对照营业执照或登记证书核对第二位；如证件如此，可继续办理",
    fix_en="compare the second character with the certificate; if it is so, go on",
    fixed_by=FixedBy.APPLICANT,
    side=Side.APPLICANT,
)
USCC_REGION: Final = ReasonRow(
    code="uscc-region",
    zh="`{field}` 第三至八位不是已知省份的行政区划代码，请留意",
    en="`{field}` names no known province in positions 3 to 8; take note",
    fix_zh="对照营业执照或登记证书核对第三至八位；如证件如此，可继续办理",
    fix_en="compare positions 3 to 8 with the certificate; if they are so, go on",
    fixed_by=FixedBy.APPLICANT,
    side=Side.APPLICANT,
)
CERTIFICATE_ID_ROOT: Final = ReasonRow(
    code="certificate-id-root",
    zh="`{field}` 没有以国家电子证照根节点 {expected} 开头",
    en="`{field}` does not begin with the national root {expected}",
    fix_zh="按 GB/T 36904 补上根节点",
    fix_en="add the root as GB/T 36904 asks",
    fixed_by=FixedBy.REGION,
    side=Side.ISSUER,
)
CERTIFICATE_ID_PARTS: Final = ReasonRow(
    code="certificate-id-parts",
    zh="`{field}` 根节点之后应有 {expected} 段，实有 {got} 段",
    en="`{field}` should have {expected} parts after the root and has {got}",
    fix_zh="按“类型代码.颁发机构代码.流水号.版本号.校验位”书写",
    fix_en="write type code, issuer code, serial, version and check character, with dots",
    fixed_by=FixedBy.REGION,
    side=Side.ISSUER,
)
CERTIFICATE_ID_PART: Final = ReasonRow(
    code="certificate-id-part",
    zh="证照标识的 `{field}` 不符合 {expected}（现有 {got} 个字符）",
    en="part `{field}` of the certificate identifier does not fit {expected} (it has {got} characters)",
    fix_zh="请证照颁发机构按 GB/T 36904 重新赋码",
    fix_en="have the issuing authority number the certificate again by GB/T 36904",
    fixed_by=FixedBy.REGION,
    side=Side.ISSUER,
)
CERTIFICATE_ID_AUTHORITY: Final = ReasonRow(
    code="certificate-id-authority-not-uscc",
    zh="证照标识的 `{field}` 用了六位行政区划代码，不是统一社会信用代码",
    en="part `{field}` of the certificate identifier is a region code, not a credit code",
    fix_zh="暂予采用；请证照颁发机构改用统一社会信用代码",
    fix_en="it is accepted; have the issuing authority use its credit code",
    fixed_by=FixedBy.REGION,
    side=Side.ISSUER,
)
ITEM_CODE_PART: Final = ReasonRow(
    code="item-code-part",
    zh="事项编码的 `{field}` 不符合要求：应为 {expected}，实为 {got}",
    en="part `{field}` of the item code should be {expected}, is {got}",
    fix_zh="对照政务服务事项基本目录和实施清单改正编码",
    fix_en="correct the code by the catalogue and the implementation list of items",
    fixed_by=FixedBy.REGION,
    side=Side.HANDLING,
)
ITEM_CODE_DISAGREES: Final = ReasonRow(
    code="item-code-disagrees",
    zh="事项编码中的 `{field}` 为 {got}，与事项登记的 {expected} 不一致",
    en="the item code says {got} for `{field}`, the item says {expected}",
    fix_zh="对照实施清单统一编码与字段",
    fix_en="bring the code and the field together by the implementation list",
    fixed_by=FixedBy.REGION,
    side=Side.HANDLING,
)
CASE_NUMBER_SERIAL: Final = ReasonRow(
    code="case-number-serial",
    zh="办件流水号 `{got}` 超出范围 {expected}",
    en="the serial of the case number `{got}` is out of range {expected}",
    fix_zh="每个事项每日从 1 起编号",
    fix_en="count from 1 for each item and day",
    fixed_by=FixedBy.INTEGRATOR,
    side=Side.HOST,
)
CODE_MALFORMED: Final = ReasonRow(
    code="code-malformed",
    zh="`{got}` 不是带体系和版本的代码，应写成 {expected}",
    en="`{got}` is no code with system and version; write {expected}",
    fix_zh="按“命名空间:代码表@版本#值”书写，不要只写裸值",
    fix_en="write namespace:list@version#value, never the bare value",
    fixed_by=FixedBy.INTEGRATOR,
    side=Side.HOST,
)
CODE_UNKNOWN: Final = ReasonRow(
    code="code-unknown",
    zh="`{field}` 中没有代码 `{got}`",
    en="`{field}` has no code `{got}`",
    fix_zh="核对代码表及其版本；确有此代码的，在 mappings/codes 中补充并注明来源",
    fix_en="check the list and its version; if the code exists, add it to mappings/codes with its source",
    fixed_by=FixedBy.INTEGRATOR,
    side=Side.HOST,
)
CODE_WRONG_SYSTEM: Final = ReasonRow(
    code="code-wrong-system",
    zh="代码 `{got}` 不属于 `{expected}`，不能用 `{field}` 转换",
    en="code `{got}` is not of `{expected}` and cannot go through `{field}`",
    fix_zh="选用起点与该代码体系和版本一致的对照表",
    fix_en="use the map that starts from the system and version of the code",
    fixed_by=FixedBy.INTEGRATOR,
    side=Side.HOST,
)
CODE_TWICE: Final = ReasonRow(
    code="code-twice",
    zh="`{field}` 中 `{got}` 出现两次",
    en="`{field}` lists `{got}` twice",
    fix_zh="删去重复的一行",
    fix_en="leave one of the rows out",
    fixed_by=FixedBy.REGION,
)
CODE_MAP_ROW: Final = ReasonRow(
    code="code-map-row",
    zh="对照表 `{field}` 的 `{got}` 行：关系 {expected} 与 to_code 不相配",
    en="row `{got}` of map `{field}`: relation {expected} and to_code do not go together",
    fix_zh="equivalent 和 narrower 必须写 to_code，unmapped 不得写",
    fix_en="give to_code for equivalent and narrower, none for unmapped",
    fixed_by=FixedBy.REGION,
)
CODE_MAP_NOT_ONE_TO_ONE: Final = ReasonRow(
    code="code-map-not-one-to-one",
    zh="对照表 `{field}` 中有两个代码都与 `{expected}` 等同，其一为 `{got}`",
    en="map `{field}` makes two codes equivalent to `{expected}`, one of them `{got}`",
    fix_zh="equivalent 必须一一对应；含义较窄的写 narrower",
    fix_en="equivalent is one to one; write narrower for the code that means less",
    fixed_by=FixedBy.REGION,
)
CODE_MAP_UNCOVERED: Final = ReasonRow(
    code="code-map-uncovered",
    zh="对照表 `{field}` 没有写明 `{got}` 如何转换",
    en="map `{field}` does not say what becomes of `{got}`",
    fix_zh="为该代码补一行；没有对应值的写 unmapped",
    fix_en="add a row for the code; write unmapped if nothing corresponds",
    fixed_by=FixedBy.REGION,
)
REGION_UNKNOWN: Final = ReasonRow(
    code="region-unknown",
    zh="行政区划代码 `{got}` 不在区划表中",
    en="region code `{got}` is not in the table of regions",
    fix_zh="核对六位代码；确有此区划的，在 mappings/regions/regions.tsv 中补充并注明来源",
    fix_en="check the six digits; if the region exists, add it to mappings/regions/regions.tsv with its source",
    fixed_by=FixedBy.INTEGRATOR,
    side=Side.HOST,
)
REGION_NOT_IN_FORCE: Final = ReasonRow(
    code="region-not-in-force",
    zh="行政区划代码 `{got}` 在该日无效；现行代码：{expected}",
    en="region code `{got}` is not in force on that day; in force: {expected}",
    fix_zh="改用该日有效的行政区划代码",
    fix_en="use the region code in force on that day",
    fixed_by=FixedBy.INTEGRATOR,
    side=Side.HOST,
)
REGION_TWICE: Final = ReasonRow(
    code="region-twice",
    zh="区划表中 `{field}` 出现两次",
    en="the table of regions lists `{field}` twice",
    fix_zh="删去重复的一行",
    fix_en="leave one of the rows out",
    fixed_by=FixedBy.REGION,
)
REGION_CODE_FORM: Final = ReasonRow(
    code="region-code-form",
    zh="`{field}` 不是 {expected} 级的代码写法",
    en="`{field}` is not written as the code of a {expected}",
    fix_zh="省级后四位、市级后两位为 00，县级后两位不为 00",
    fix_en="a province ends in 0000, a city in 00, a county in neither",
    fixed_by=FixedBy.REGION,
)
REGION_PARENT: Final = ReasonRow(
    code="region-parent",
    zh="`{field}` 的上级 `{got}` 不对，应为表中前缀相同的 {expected} 级区划",
    en="the parent `{got}` of `{field}` should be a {expected} in the table with the same prefix",
    fix_zh="对照民政部公布的行政区划代码改正 parent；省级不写 parent",
    fix_en="correct parent by the published codes; a province has none",
    fixed_by=FixedBy.REGION,
)
REGION_PERIOD: Final = ReasonRow(
    code="region-period",
    zh="`{field}` 的有效期止于 {got}，早于起始日 {expected}",
    en="`{field}` ends on {got}, before it begins on {expected}",
    fix_zh="改正 valid_from 或 valid_to",
    fix_en="correct valid_from or valid_to",
    fixed_by=FixedBy.REGION,
)
REGION_SUCCESSOR: Final = ReasonRow(
    code="region-successor",
    zh="`{field}` 的后继代码 `{got}` 不对",
    en="the successor `{got}` of `{field}` is wrong",
    fix_zh="后继代码须在表中，不得成环；仍有效的代码不写后继",
    fix_en="a successor stands in the table and makes no circle; a code in force has none",
    fixed_by=FixedBy.REGION,
)

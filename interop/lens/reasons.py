"""Reasons of the lens: a mapping file that cannot work, a document that does not fit it.

No reason shows a value of a document: ``got`` holds its shape, such as ``text of 6 characters``.
"""

from typing import Final

from interop.errors import FixedBy, ReasonRow, Side

PATH_MALFORMED: Final = ReasonRow(
    code="lens-path-malformed",
    zh="映射字段 `{field}` 的路径 `{got}` 写法不对",
    en="mapping field `{field}` has a malformed path `{got}`",
    fix_zh="路径各级之间用句点分隔；规范字段只用小写字母、数字和下划线，最多 {expected} 级",
    fix_en="separate the parts with dots; canonical fields use a-z, 0-9 and _; at most {expected} parts",
    fixed_by=FixedBy.INTEGRATOR,
)
PATH_OVERLAP: Final = ReasonRow(
    code="lens-path-overlap",
    zh="映射字段 `{field}` 的路径 `{got}` 与 `{expected}` 重复或互相包含",
    en="mapping field `{field}` uses path `{got}`, which repeats or contains `{expected}`",
    fix_zh="每个来源路径只对应一个规范字段，且不得同时映射上级与下级",
    fix_en="map each source path once, and never both a container and what is in it",
    fixed_by=FixedBy.INTEGRATOR,
)
CODEC_UNKNOWN: Final = ReasonRow(
    code="lens-codec-unknown",
    zh="映射字段 `{field}` 使用了未知的编解码 `{got}`",
    en="mapping field `{field}` uses the unknown codec `{got}`",
    fix_zh="可用的编解码：{expected}",
    fix_en="use one of {expected}",
    fixed_by=FixedBy.INTEGRATOR,
)
CODEC_ARGUMENT: Final = ReasonRow(
    code="lens-codec-argument",
    zh="映射字段 `{field}` 的编解码 `{got}` 参数不对",
    en="mapping field `{field}` has codec `{got}` with a wrong argument",
    fix_zh="应写成 {expected}",
    fix_en="write {expected}",
    fixed_by=FixedBy.INTEGRATOR,
)
CODE_LIST_UNKNOWN: Final = ReasonRow(
    code="lens-code-list-unknown",
    zh="映射字段 `{field}` 引用了未定义的代码表 `{got}`",
    en="mapping field `{field}` names the code list `{got}`, which is not defined",
    fix_zh="在 [codes] 中定义该代码表；现有：{expected}",
    fix_en="define it under [codes]; there are: {expected}",
    fixed_by=FixedBy.INTEGRATOR,
)
CODE_LIST_EMPTY: Final = ReasonRow(
    code="lens-code-list-empty",
    zh="代码表 `{field}` 为空，或含有空白代码",
    en="code list `{field}` is empty or holds a blank code",
    fix_zh="列出该地区的全部代码，代码首尾不得有空白",
    fix_en="list every code of the region, without surrounding blanks",
    fixed_by=FixedBy.INTEGRATOR,
)
CODE_LIST_QUOTIENT: Final = ReasonRow(
    code="lens-code-list-quotient",
    zh="代码表 `{field}` 有多个代码对应同一规范值：{got}",
    en="code list `{field}` maps several codes to one canonical value: {got}",
    fix_zh="若确属多对一，在 [loss] quotient 中写明理由；新建文档时使用排序最前的代码",
    fix_en="if that is meant, state the reason under [loss] quotient; create writes the first code in order",
    fixed_by=FixedBy.INTEGRATOR,
)
LEDGER_STALE: Final = ReasonRow(
    code="lens-ledger-stale",
    zh="损失清单列出了 `{got}`，但映射中并无此损失",
    en="the loss ledger lists `{got}`, but the mapping does not lose it",
    fix_zh="从 [loss] 中删去该行",
    fix_en="remove the row from [loss]",
    fixed_by=FixedBy.INTEGRATOR,
)
LAYOUT_INCOMPLETE: Final = ReasonRow(
    code="lens-layout-incomplete",
    zh="来源路径 `{got}` 没有同时出现在版式（layout）与映射或损失清单中",
    en="source path `{got}` does not stand both in the layout and in the fields or the loss ledger",
    fix_zh="layout 只用于 XML，按顺序列出全部叶子元素，每个都须已映射或列入 [loss] ignore；也可整个省略",
    fix_en="a layout is for XML and lists every leaf in order, each mapped or under [loss] ignore; or leave it out",
    fixed_by=FixedBy.INTEGRATOR,
)
ROOT_MISFIT: Final = ReasonRow(
    code="lens-root-misfit",
    zh="根元素名 `{got}` 与格式不符",
    en="root element `{got}` does not fit the format",
    fix_zh="XML 写出从根元素起的路径，前缀须在 namespaces 中；xml-named 还要写 item；JSON 写对象路径或不写",
    fix_en="for XML name the elements from the root down, prefixes being in `namespaces`; xml-named needs `item` too; for JSON the path of the object, or nothing",
    fixed_by=FixedBy.INTEGRATOR,
)
BLANK_MISFIT: Final = ReasonRow(
    code="lens-blank-misfit",
    zh="映射字段 `{field}` 标为 blank，却不是 optional",
    en="mapping field `{field}` is `blank` without being `optional`",
    fix_zh="同时写 optional = true，或去掉 blank",
    fix_en="set `optional = true` too, or drop `blank`",
    fixed_by=FixedBy.INTEGRATOR,
)
FIELD_UNDECLARED: Final = ReasonRow(
    code="lens-field-undeclared",
    zh="规范中没有字段 `{field}`",
    en="the canonical model has no field `{field}`",
    fix_zh="改正字段名，或先在 canonical.toml 中定义",
    fix_en="correct the name, or define it in canonical.toml first",
    fixed_by=FixedBy.INTEGRATOR,
)
FIELD_NEVER_FED: Final = ReasonRow(
    code="lens-field-never-fed",
    zh="规范字段 `{field}` 没有来源，也未列入损失清单",
    en="canonical field `{field}` has no source and is not in the loss ledger",
    fix_zh="为其写一行映射；非必填字段也可在 [loss] absent 中写明理由",
    fix_en="map it; a field that is not required may be listed under [loss] absent with a reason",
    fixed_by=FixedBy.INTEGRATOR,
)
FIELD_MUST_BE_FED: Final = ReasonRow(
    code="lens-field-must-be-fed",
    zh="规范字段 `{field}` 为必填，映射中不得缺失或标为可选",
    en="canonical field `{field}` is required; it must be mapped and not optional",
    fix_zh="为其写一行映射，并去掉 optional",
    fix_en="map it, without `optional`",
    fixed_by=FixedBy.INTEGRATOR,
)
TEMPLATE_MALFORMED: Final = ReasonRow(
    code="lens-template-malformed",
    zh="映射字段 `{field}` 的模板 `{got}` 写法不对，或与来源数目不符",
    en="mapping field `{field}` has template `{got}`, which is malformed or does not fit its sources",
    fix_zh="每个来源一个占位符（{expected}），相邻占位符之间要有固定文字或固定宽度",
    fix_en="write one place per source ({expected}); between two open places stands fixed text",
    fixed_by=FixedBy.INTEGRATOR,
)
RULE_MISFIT: Final = ReasonRow(
    code="lens-rule-misfit",
    zh="映射字段 `{field}` 应当恰好写 from、value、same_as 之一，且 same_as 须指向有来源的字段",
    en="mapping field `{field}` needs exactly one of `from`, `value` and `same_as`, the last naming a field that has a source",
    fix_zh="只保留其中一个",
    fix_en="keep one of them",
    fixed_by=FixedBy.INTEGRATOR,
)
LIST_MISFIT: Final = ReasonRow(
    code="lens-list-misfit",
    zh="列表字段 `{field}` 的写法不对",
    en="list field `{field}` is not written as lists are",
    fix_zh="字段名以 [] 结尾；普通列表写 from 与 fields；zip_split 与 indexed 只在 fields 中写来源，indexed 的来源含花括号括起的 n",
    fix_en="end the name in []; a plain list has `from` and `fields`; zip_split and indexed have sources in `fields` only, those of indexed with `n` in braces",
    fixed_by=FixedBy.INTEGRATOR,
)
KEY_MISFIT: Final = ReasonRow(
    code="lens-key-misfit",
    zh="列表字段 `{field}` 没有可用的 key：{got}",
    en="list field `{field}` has no usable key: {got}",
    fix_zh="key 写成员中必有的一个字段，写回时按它对齐",
    fix_en="name a required member as `key`; writing back aligns by it",
    fixed_by=FixedBy.INTEGRATOR,
)
SOURCE_UNNAMED: Final = ReasonRow(
    code="lens-source-unnamed",
    zh="映射没有写明版式来源 `{field}`",
    en="the mapping does not say where its layout comes from: `{field}`",
    fix_zh="写明 source；草稿可写 strict = false",
    fix_en="name the source; a draft may say strict = false",
    fixed_by=FixedBy.INTEGRATOR,
)
LEDGER_UNREASONED: Final = ReasonRow(
    code="lens-ledger-unreasoned",
    zh="损失清单 `{field}` 中的 `{got}` 没有理由",
    en="the loss ledger `{field}` lists `{got}` without a reason",
    fix_zh="写成含 path 与 reason 的一行；草稿可写 strict = false",
    fix_en="write a row with `path` and `reason`; a draft may say strict = false",
    fixed_by=FixedBy.INTEGRATOR,
)
CODE_LIST_UNUSED: Final = ReasonRow(
    code="lens-code-list-unused",
    zh="代码表 `{field}` 没有字段使用",
    en="code list `{field}` is used by no field",
    fix_zh="在字段中写 code:<表名>，或删去该表",
    fix_en="use it in a field as code:<list>, or remove it",
    fixed_by=FixedBy.INTEGRATOR,
)
LIST_UNEVEN: Final = ReasonRow(
    code="lens-list-uneven",
    zh="`{field}`（来源 {expected}）并列的各项数目不等",
    en="the parallel lists of `{field}` (source {expected}) differ in length",
    fix_zh="请来源地区补齐各项",
    fix_en="ask the region to complete the lists",
    fixed_by=FixedBy.REGION,
    side=Side.ISSUER,
)
LIST_TOO_LONG: Final = ReasonRow(
    code="lens-list-too-long",
    zh="`{field}`（来源 {expected}）的列表过长：{got}",
    en="the list `{field}` (source {expected}) is too long: {got}",
    fix_zh="请来源地区拆分文档",
    fix_en="ask the region to split the document",
    fixed_by=FixedBy.REGION,
    side=Side.ISSUER,
)
FIELD_NOT_LIST: Final = ReasonRow(
    code="lens-field-not-list",
    zh="`{field}`（来源 {expected}）应为列表，实为 {got}",
    en="`{field}` (source {expected}) should be a list, but is {got}",
    fix_zh="请来源地区按其接口约定改正",
    fix_en="ask the region to answer as its contract says",
    fixed_by=FixedBy.REGION,
    side=Side.ISSUER,
)
KEY_REPEATED: Final = ReasonRow(
    code="lens-key-repeated",
    zh="列表中有两项的 `{field}`（来源 {expected}）相同",
    en="two members of the list have the same `{field}` (source {expected})",
    fix_zh="请来源地区去掉重复项，或在映射中改用能区分各项的 key",
    fix_en="ask the region to remove the repetition, or name a key that tells members apart",
    fixed_by=FixedBy.REGION,
    side=Side.ISSUER,
)
ROOT_NOT_SINGLE: Final = ReasonRow(
    code="lens-root-not-single",
    zh="`{field}` 应恰好含一份证照，实为 {got}",
    en="`{field}` should hold exactly one document, but is {got}",
    fix_zh="逐份传入；一次只读一份",
    fix_en="hand in one document at a time",
    fixed_by=FixedBy.CALLER,
    side=Side.ISSUER,
)
VIEW_KEY_REPEATED: Final = ReasonRow(
    code="lens-view-key-repeated",
    zh="规范列表 `{field}` 的 key `{expected}` 重复",
    en="the canonical list repeats its key `{expected}` at `{field}`",
    fix_zh="每项的 key 须不同",
    fix_en="give every member a key of its own",
    fixed_by=FixedBy.INTEGRATOR,
)
VERSION_UNREACHED: Final = ReasonRow(
    code="lens-version-unreached",
    zh="规范版本 {got} 之间缺少迁移映射",
    en="no migration leads from version {got}",
    fix_zh="补上缺少的迁移映射；现有：{expected}",
    fix_en="add the missing migration; there are: {expected}",
    fixed_by=FixedBy.INTEGRATOR,
)
NOT_AN_OBJECT: Final = ReasonRow(
    code="lens-not-an-object",
    zh="`{field}` 应为含下级字段的对象，实为 {got}",
    en="`{field}` should hold fields, but is {got}",
    fix_zh="请来源地区按其接口约定改正",
    fix_en="ask the region to answer as its contract says",
    fixed_by=FixedBy.REGION,
    side=Side.ISSUER,
)
FIELD_MISSING: Final = ReasonRow(
    code="lens-field-missing",
    zh="缺少 `{field}`（来源 {expected}）",
    en="`{field}` is missing (source {expected})",
    fix_zh="请来源地区补上该字段",
    fix_en="ask the region to supply the field",
    fixed_by=FixedBy.REGION,
    side=Side.ISSUER,
)
FIELD_NOT_TEXT: Final = ReasonRow(
    code="lens-field-not-text",
    zh="`{field}`（来源 {expected}）应为文本，实为 {got}",
    en="`{field}` (source {expected}) should be text, but is {got}",
    fix_zh="请来源地区按其接口约定改正",
    fix_en="ask the region to answer as its contract says",
    fixed_by=FixedBy.REGION,
    side=Side.ISSUER,
)
FIELD_UNREADABLE: Final = ReasonRow(
    code="lens-field-unreadable",
    zh="`{field}` 的值不符合 {expected}：{got}",
    en="the value of `{field}` does not fit {expected}: {got}",
    fix_zh="请来源地区改正该值；若是该地区新增的代码，请更新映射文件的代码表",
    fix_en="ask the region to correct it; if it is a new code of the region, add it to the mapping",
    fixed_by=FixedBy.REGION,
    side=Side.ISSUER,
)
FIELD_UNKNOWN: Final = ReasonRow(
    code="lens-field-unknown",
    zh="文档中有映射未登记的字段 `{got}`",
    en="the document holds the field `{got}`, which the mapping does not know",
    fix_zh="在映射中写一行，或列入 [loss] ignore 并写明理由",
    fix_en="map it, or list it under [loss] ignore with a reason",
    fixed_by=FixedBy.INTEGRATOR,
    side=Side.ISSUER,
)
VIEW_MISSING: Final = ReasonRow(
    code="lens-view-missing",
    zh="写出 {expected} 需要 `{field}`，但规范数据中没有",
    en="writing {expected} needs `{field}`, which the canonical data lacks",
    fix_zh="补全规范数据，或在映射中把该字段标为 optional",
    fix_en="complete the canonical data, or mark the field optional in the mapping",
    fixed_by=FixedBy.INTEGRATOR,
)
VIEW_UNFIT: Final = ReasonRow(
    code="lens-view-unfit",
    zh="`{field}` 的规范值无法写成 {expected}：{got}",
    en="the canonical value of `{field}` cannot be written as {expected}: {got}",
    fix_zh="在目标地区的代码表中补上对应代码，或改正该值",
    fix_en="add the code to the region's code list, or correct the value",
    fixed_by=FixedBy.INTEGRATOR,
)
VIEW_UNKNOWN: Final = ReasonRow(
    code="lens-view-unknown",
    zh="映射没有为规范字段 `{field}` 留位置",
    en="the mapping has no place for the canonical field `{field}`",
    fix_zh="在映射中写一行，或列入 [loss] absent 并写明理由",
    fix_en="map it, or list it under [loss] absent with a reason",
    fixed_by=FixedBy.INTEGRATOR,
)
XML_UNREADABLE: Final = ReasonRow(
    code="lens-xml-unreadable",
    zh="XML 文档无法读取：{got}",
    en="the XML document cannot be read: {got}",
    fix_zh="请来源地区改正 XML；不得含 DTD 或实体",
    fix_en="ask the region to correct the XML; no DTD, no entities",
    fixed_by=FixedBy.REGION,
    side=Side.ISSUER,
)
XML_TOO_LARGE: Final = ReasonRow(
    code="lens-xml-too-large",
    zh="XML 文档超出上限：{got}，上限 {expected}",
    en="the XML document is over the limit: {got}, limit {expected}",
    fix_zh="请来源地区拆分文档",
    fix_en="ask the region to split the document",
    fixed_by=FixedBy.REGION,
    side=Side.ISSUER,
)
XML_UNHOLDABLE: Final = ReasonRow(
    code="lens-xml-unholdable",
    zh="XML 元素 `{field}` 含有映射无法保存的内容：{got}",
    en="XML element `{field}` holds what a mapping cannot keep: {got}",
    fix_zh="在映射中登记命名空间、属性与根元素；混合内容与实体请来源地区去掉",
    fix_en="name namespaces, attributes and the root element in the mapping; ask the region to drop mixed content and entities",
    fixed_by=FixedBy.REGION,
    side=Side.ISSUER,
)

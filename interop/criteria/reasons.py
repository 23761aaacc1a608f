"""Reasons of acceptance criteria: the language, items, profiles, facts and decisions."""

from typing import Final

from interop.errors import FixedBy, ReasonRow, Side


def _knowledge(code: str, zh: str, en: str, fix: tuple[str, str]) -> ReasonRow:
    return ReasonRow(code, zh, en, fix[0], fix[1], FixedBy.INTEGRATOR)


def _input(code: str, zh: str, en: str, fix: tuple[str, str]) -> ReasonRow:
    return ReasonRow(code, zh, en, fix[0], fix[1], FixedBy.CALLER, Side.HOST)


# The language.
TOO_LONG: Final = _knowledge(
    "criterion-too-long",
    "`{field}` 长 {got} 字节，上限 {expected} 字节",
    "`{field}` is {got} bytes long; the limit is {expected}",
    ("将条件拆成多条", "split the condition into several clauses"),
)
NESTING: Final = _knowledge(
    "criterion-nesting",
    "`{field}` 处嵌套超过 {expected} 层",
    "`{field}` is nested deeper than {expected} levels",
    ("减少括号层数，或将条件拆成多条", "use fewer parentheses, or split the condition"),
)
TOKEN: Final = _knowledge(
    "criterion-token",
    "`{field}` 处的 `{got}` 不是条件语言的符号",
    "`{got}` at `{field}` is not part of the criteria language",
    (
        "可用符号：&& || ! == != < <= > >= + - * in ( ) [ ] , .",
        "use && || ! == != < <= > >= + - * in ( ) [ ] . and the comma",
    ),
)
TEXT: Final = _knowledge(
    "criterion-text",
    "`{field}` 处的文字常量有误：{got}",
    "the text literal at `{field}` is wrong: {got}",
    (
        "用成对的引号，转义只能用 \\\\ \\\" \\' \\n \\t，不超过 256 字",
        "close the quotes, escape only with \\\\ \\\" \\' \\n \\t, at most 256 characters",
    ),
)
NUMBER: Final = _knowledge(
    "criterion-number",
    "`{field}` 处的数过长，整数不超过 15 位、小数不超过 6 位",
    "the number at `{field}` is too long: at most 15 digits, 6 of them after the point",
    ("换用较大的计量单位", "use a larger unit"),
)
SYNTAX: Final = _knowledge(
    "criterion-syntax",
    "`{field}` 处应为{expected}，实为 {got}",
    "expected {expected} at `{field}`, found {got}",
    ("对照该处之前的内容改正", "correct the condition at that place"),
)
BAD_DAY: Final = _knowledge(
    "criterion-day",
    "`{field}` 处的 `{got}` 不是 {expected} 之间的日期",
    "`{got}` at `{field}` is not a day between {expected}",
    ('写成 date("2026-01-01")', 'write date("2026-01-01")'),
)
LIMIT: Final = _knowledge(
    "criterion-limit",
    "`{field}` 处为 {got}，上限 {expected}",
    "{got} at `{field}`; the limit is {expected}",
    ("减少到上限以内", "stay within the limit"),
)
UNKNOWN_FACT: Final = _knowledge(
    "criterion-unknown-fact",
    "`{field}` 处的事实 `{got}` 不在事实字典中，相近的有：{expected}",
    "the fact `{got}` at `{field}` is not in the vocabulary; near it: {expected}",
    ("改正名称，或在 facts 中加入该事实", "correct the name, or add it to the facts"),
)
UNKNOWN_FUNCTION: Final = _knowledge(
    "criterion-unknown-function",
    "`{field}` 处的函数 `{got}` 不存在，可用 {expected}",
    "there is no function `{got}` at `{field}`; use {expected}",
    ("改用已有的函数", "use one that exists"),
)
TYPE: Final = _knowledge(
    "criterion-type",
    "`{field}` 处应为 {expected}，实为 {got}",
    "expected {expected} at `{field}`, found {got}",
    (
        "两边用同一类型：整数可与小数比较，编码表与文字常量比较",
        "use one type on both sides: integers go with decimals, closed lists with text",
    ),
)
UNIT: Final = _knowledge(
    "criterion-unit",
    "`{field}` 处的计量单位是 {got}，应为 {expected}",
    "the unit at `{field}` is {got}; it must be {expected}",
    ("换算后再比较或相加", "convert before comparing or adding"),
)
VALUE: Final = _knowledge(
    "criterion-value",
    "`{field}` 处的 `{got}` 不在取值范围内：{expected}",
    "`{got}` at `{field}` is not one of {expected}",
    ("改用事实字典列出的值", "use a value that the vocabulary lists"),
)
NONLINEAR: Final = _knowledge(
    "criterion-nonlinear",
    "`{field}` 处两个事实相乘，条件语言只允许常数乘以事实",
    "two facts are multiplied at `{field}`; only a constant times a fact is allowed",
    ("将乘积作为一个事实申报", "declare the product as a fact of its own"),
)
TABLE_SHAPE: Final = _knowledge(
    "criterion-table-shape",
    "`{field}` 有 {got} 格，列数为 {expected}",
    "`{field}` has {got} cells for {expected} columns",
    ("每列写一格，不限的写 -", "write one cell for each column, `-` where anything goes"),
)
TABLE_CELL: Final = _knowledge(
    "criterion-table-cell",
    "`{field}` 处的 `{got}` 不是对 `{expected}` 的一个比较",
    "`{got}` at `{field}` is not one comparison of `{expected}`",
    (
        '写一个值、<= 300、in ["a", "b"] 或 -；两个界限写成两列',
        'write a value, <= 300, in ["a", "b"] or -; two bounds are two columns',
    ),
)
TOO_MANY: Final = _knowledge(
    "criterion-too-many",
    "`{field}` 另有 {got} 处问题未列出，最多列 {expected} 处",
    "`{field}` has {got} more problems; only {expected} are listed",
    ("先改正已列出的问题", "mend those listed first"),
)

# The item.
DUPLICATE: Final = _knowledge(
    "item-duplicate",
    "`{field}` 中 `{got}` 重复",
    "`{got}` is listed twice in `{field}`",
    ("每个标识只用一次", "use each identifier once"),
)
IDENTIFIER: Final = _knowledge(
    "item-identifier",
    "`{field}` 的标识 `{got}` 不合规则：{expected}",
    "the identifier `{got}` of `{field}` breaks the rule: {expected}",
    ("按规则改名", "rename it as the rule says"),
)
FACT_DEFINITION: Final = _knowledge(
    "item-fact-definition",
    "事实 `{field}` 的定义有误：{got}，应为 {expected}",
    "the definition of the fact `{field}` is wrong: {got}; it must be {expected}",
    ("改正事实字典", "correct the vocabulary"),
)
PROMISE_UNLAWFUL: Final = _knowledge(
    "item-promise-unlawful",
    "承诺时限 {got} 超过法定时限 {expected}，违法",
    "the promised limit of {got} is above the statutory one of {expected}: unlawful",
    ("承诺时限不得长于法定时限", "promise no longer than the law allows"),
)
LIMIT_UNITS: Final = _knowledge(
    "item-limit-units",
    "承诺时限的单位 {got} 与法定时限的单位 {expected} 不同，无法比较",
    "the promise counts in {got}, the statutory limit in {expected}: not comparable",
    ("用同一单位", "use one unit"),
)
EFFECTIVE_DAYS: Final = _knowledge(
    "item-effective-days",
    "最后一日 {got} 早于第一日 {expected}",
    "the last day {got} is before the first day {expected}",
    ("改正 effective_until", "correct effective_until"),
)
ORGAN_MISSING: Final = _knowledge(
    "item-organ-missing",
    "职权条件 `{field}` 未写明应由哪个机关受理",
    "the competence clause `{field}` does not name the organ that is competent",
    (
        "填写 organ、organs 或 remedy_zh（行政许可法第三十二条第一款第二项）",
        "fill in organ, organs or remedy_zh (Administrative Licensing Law, article 32)",
    ),
)
ITEM_LIMIT: Final = _knowledge(
    "item-limit",
    "`{field}` 有 {got} 行，上限 {expected} 行",
    "`{field}` has {got} rows; the limit is {expected}",
    ("拆分事项", "split the item"),
)
ITEM_EMPTY: Final = _knowledge(
    "item-empty",
    "`{field}` 不得为空",
    "`{field}` must not be empty",
    ("补全内容", "fill it in"),
)

# The district's file.
PROFILE_EXTENDS: Final = _knowledge(
    "profile-extends",
    "`{field}` 为 `{got}`，应为 `{expected}`",
    "`{field}` is `{got}`; it must be `{expected}`",
    (
        "写明所依据的通用版本；通用版本更新后须重新核对本文件",
        "name the common version it was written for; review the file when that changes",
    ),
)
PROFILE_CYCLE: Final = _knowledge(
    "profile-extends-cycle",
    "`{field}` 是通用版本，不能再依据 `{got}`：依据会成环",
    "`{field}` is the common version and cannot rest on `{got}`: that would be a cycle",
    ("删去 extends，或将文件改名为区划代码", "drop `extends`, or name the file by its region"),
)
PROFILE_UNKNOWN: Final = _knowledge(
    "profile-unknown-row",
    "`{field}` 的 `{got}` 不在通用版本中，通用版本有：{expected}",
    "`{got}` of `{field}` is not in the common version, which has: {expected}",
    ("改正标识，或改为 add", "correct the identifier, or make it an addition"),
)
PROFILE_KNOWN: Final = _knowledge(
    "profile-known-row",
    "`{field}` 要加入的 `{got}` 已在通用版本中",
    "`{got}` that `{field}` adds is already in the common version",
    ("改为 tighten、relax 或 alias", "tighten, relax or alias it instead"),
)
PROFILE_NO_NORM: Final = _knowledge(
    "profile-norm-missing",
    "`{field}` 增加或收紧了要求，却未写明依据",
    "`{field}` adds or tightens a requirement and names no norm",
    (
        "填写 norm（行政许可法第十四条至第十七条）；没有依据的应当删除",
        "fill in norm (Administrative Licensing Law, articles 14 to 17), or drop the row",
    ),
)

CLAUSE_CONDITION: Final = _knowledge(
    "clause-condition",
    "`{field}` 应写 when 或 table，二者取一",
    "`{field}` must have either when or table",
    ("写明条件，或写成决策表", "state the condition, or write it as a table"),
)
CLAUSE_NO_KIND: Final = _knowledge(
    "clause-kind-missing",
    "`{field}` 未写明类别，按实质条件（{expected}）读取",
    "`{field}` names no kind and is read as {expected}",
    (
        "填写 kind：competence、not_required、formal 或 substantive",
        "fill in kind: competence, not_required, formal or substantive",
    ),
)

# One criterion for many districts, versions of one item.
UNIFY_FACTS: Final = _knowledge(
    "unify-facts-clash",
    "事实 `{field}` 在 {expected} 与 {got} 的定义不同（类型、单位或取值）",
    "the fact `{field}` is defined otherwise in {got} than in {expected} (type, unit or values)",
    ("统一事实字典后再比对", "agree on one definition first"),
)
UNIFY_ITEMS: Final = _input(
    "unify-other-items",
    "只能统一同一事项：应为 {expected}，实有 {got}",
    "only versions of one item can be unified: expected {expected}, found {got}",
    ("每个地区选一份同一事项的文件", "choose one version of the same item for each region"),
)
VERSION_CHANGED: Final = _knowledge(
    "version-changed",
    "版本 `{got}` 登记了两种内容，版本一经登记不得改动",
    "two contents are recorded as version `{got}`; a version never changes",
    ("将改动登记为新版本", "record the change as a new version"),
)
VERSION_REPLACES: Final = _knowledge(
    "version-replaces-unknown",
    "版本 `{field}` 取代的 `{got}` 未在其之前登记",
    "version `{field}` replaces `{got}`, which is not recorded before it",
    ("改正 replaces，或补登被取代的版本", "correct replaces, or record that version first"),
)
VERSION_OVERLAP: Final = _knowledge(
    "version-overlap",
    "{expected} 期间有两个有效版本：{got}",
    "two versions are in force in {expected}: {got}",
    (
        "写明后一版本取代前一版本，或改正有效期",
        "say which one replaces the other, or mend the days",
    ),
)
VERSION_GAP: Final = _knowledge(
    "version-gap",
    "{expected} 期间没有有效版本",
    "no version is in force in {expected}",
    ("补登该期间的版本，或改正有效期", "record a version for these days, or mend the days"),
)

# Facts and materials as declared.
FACT_UNKNOWN: Final = _input(
    "declared-fact-unknown",
    "事项没有 `{field}` 这一事实",
    "the item has no fact `{field}`",
    ("删去，或改正名称", "leave it out, or correct its name"),
)
FACT_TYPE: Final = _input(
    "declared-fact-type",
    "事实 `{field}` 应为{expected}，实为 {got}",
    "the fact `{field}` must be {expected}, found {got}",
    ("按类型填写，小数和日期写成字符串", "give that type; decimals and dates as strings"),
)
FACT_RANGE: Final = _input(
    "declared-fact-range",
    "事实 `{field}` 为 {got}，应在 {expected} 之内",
    "the fact `{field}` is {got}; it must lie within {expected}",
    ("核对数值和计量单位", "check the number and its unit"),
)
FACT_VALUE: Final = _input(
    "declared-fact-value",
    "事实 `{field}` 的 {got} 不在取值范围内：{expected}",
    "{got} of the fact `{field}` is not one of {expected}",
    ("使用列出的值", "use a value from the list"),
)
FACT_CONFLICT: Final = _input(
    "declared-fact-conflict",
    "事实 `{field}` 申报为 {got}，与办件登记的 {expected} 矛盾",
    "the fact `{field}` is declared {got}, but the application says {expected}",
    ("删去该事实，由办件登记决定", "leave the fact out; the application decides"),
)
FACT_TWICE: Final = _input(
    "declared-fact-twice",
    "事实 `{field}` 又以别名 `{got}` 申报了一次",
    "the fact `{field}` is declared once more by the local name `{got}`",
    ("只用一个名称申报", "declare it by one name"),
)
MATERIAL_UNKNOWN: Final = _input(
    "material-unknown",
    "事项没有材料 `{got}`，材料有：{expected}",
    "the item has no material `{got}`; it has {expected}",
    ("改用办事指南的材料编码", "use a material code of the item guide"),
)
DECISION_DAY: Final = _input(
    "decision-day",
    "判断日 {got} 应为 {expected} 之间的一日",
    "the day of the decision {got} must be a day between {expected}",
    ("给出日期（上海时间），不带时刻", "give a day in Asia/Shanghai, without a time"),
)
OTHER_ITEM: Final = _input(
    "notice-other-item",
    "判断所用的事项版本是 {expected}，不是 {got}",
    "the decision was made on {expected}, not on {got}",
    ("用判断时的事项版本出具文书", "issue the notice with the version that was decided on"),
)

# Outcomes of a decision.
NOT_MET: Final = ReasonRow(
    code="criterion-not-met",
    zh="{expected}，申报{got}",
    en="{expected}; declared: {got}",
    fix_zh="核对申报内容，条件具备后再申请",
    fix_en="check what was declared; apply once the condition holds",
    fixed_by=FixedBy.APPLICANT,
    side=Side.APPLICANT,
)
UNKNOWN: Final = ReasonRow(
    code="criterion-unknown",
    zh="尚不能判断“{expected}”，需要说明：{got}",
    en="cannot tell yet whether `{expected}`; please state: {got}",
    fix_zh="补充说明：{got}",
    fix_en="state: {got}",
    fixed_by=FixedBy.APPLICANT,
    side=Side.APPLICANT,
)
NOT_COMPETENT: Final = ReasonRow(
    code="criterion-not-competent",
    zh="不属于本机关职权范围",
    en="outside the remit of this organ",
    fix_zh="向{expected}申请",
    fix_en="apply to {expected}",
    fixed_by=FixedBy.APPLICANT,
    side=Side.APPLICANT,
)
NOT_REQUIRED: Final = ReasonRow(
    code="criterion-licence-not-required",
    zh="依法不需要取得行政许可",
    en="no licence is required by law",
    fix_zh="无需申请",
    fix_en="there is no need to apply",
    fixed_by=FixedBy.APPLICANT,
    side=Side.APPLICANT,
)
MATERIAL_MISSING: Final = ReasonRow(
    code="material-missing",
    zh="缺少材料：{expected}",
    en="material missing: {expected}",
    fix_zh="提交{expected}；有可替代的电子证照的，也可授权调用",
    fix_en="hand in {expected}, or let an electronic certificate stand in, if there is one",
    fixed_by=FixedBy.APPLICANT,
    side=Side.APPLICANT,
)

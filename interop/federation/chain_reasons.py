"""Reasons of entity statements, trust chains, and what a chain proposes to the registry."""

from typing import Final

from interop.errors import FixedBy, ReasonRow, Side


def _statement(code: str, zh: str, en: str) -> ReasonRow:
    return ReasonRow(
        code=code,
        zh=zh,
        en=en,
        fix_zh="由出具该声明的实体按 OpenID Federation 1.0 重新签发",
        fix_en="have the entity that issued the statement sign it again by OpenID Federation 1.0",
        fixed_by=FixedBy.REGION,
        side=Side.ISSUER,
    )


def _chain(code: str, zh: str, en: str) -> ReasonRow:
    return ReasonRow(
        code=code,
        zh=zh,
        en=en,
        fix_zh="向该实体及其上级索取完整、现行的声明，再与信任锚核对",
        fix_en="get the present statements of the entity and its superiors, up to the anchor",
        fixed_by=FixedBy.REGION,
        side=Side.ISSUER,
    )


def _proposal(code: str, zh: str, en: str) -> ReasonRow:
    return ReasonRow(
        code=code,
        zh=zh,
        en=en,
        fix_zh="信任链不能扩大信任：先由运维核实并在 identity/ 中登记该项权限，再导入",
        fix_en="a chain widens no trust: have the operator check and register that right first",
        fixed_by=FixedBy.OPERATOR,
        side=Side.PLATFORM,
    )


STATEMENT_TYP: Final = _statement(
    "statement-typ",
    "声明的 typ 为 `{got}`，应为 `{expected}`",
    "the typ of the statement is `{got}`, should be `{expected}`",
)
STATEMENT_TYP_MISSING: Final = _statement(
    "statement-typ-missing",
    "声明没有 typ，应为 `{expected}`",
    "the statement has no typ, should be `{expected}`",
)
STATEMENT_KID_MISSING: Final = _statement(
    "statement-kid-missing", "声明没有 kid", "the statement has no kid"
)
STATEMENT_HEADER: Final = _statement(
    "statement-header-unknown",
    "声明头部含未知成员 `{got}`",
    "the header of the statement has an unknown member `{got}`",
)
STATEMENT_ALG: Final = _statement(
    "statement-alg",
    "声明所用算法 `{got}` 不在允许之列",
    "the algorithm `{got}` of the statement is none of those allowed here",
)
STATEMENT_MALFORMED: Final = _statement(
    "statement-malformed",
    "声明不是严格的 JSON 对象：{got}",
    "the statement is no strict JSON object: {got}",
)
STATEMENT_DUPLICATE: Final = _statement(
    "statement-member-twice",
    "声明中同一成员出现两次",
    "a member stands twice in the statement",
)
STATEMENT_LARGE: Final = _statement(
    "statement-too-large",
    "声明过大：{got}，上限 {expected}",
    "the statement is too large: {got}, at most {expected}",
)
STATEMENT_MISSING: Final = _statement(
    "statement-claim-missing", "声明缺少 `{field}`", "the statement lacks `{field}`"
)
STATEMENT_TYPE: Final = _statement(
    "statement-claim-type",
    "声明的 `{field}` 类型或取值不对：{got}",
    "the claim `{field}` of the statement has a wrong type or value: {got}",
)
STATEMENT_IDENTIFIER: Final = _statement(
    "statement-identifier",
    "`{got}` 不是实体标识：须为小写域名的 https 地址，无查询、片段和用户名",
    "`{got}` is no entity identifier: https, a domain name in lower case, no query or user",
)
STATEMENT_NOT_SELF: Final = _statement(
    "statement-not-self-issued",
    "实体配置须自签：iss 与 sub 不同，却含 `{got}`",
    "an entity configuration is self-issued: iss is not sub, yet it holds `{got}`",
)
STATEMENT_PLACE: Final = _statement(
    "statement-claim-place",
    "实体配置不得含 `{got}`，只有上级声明才可以",
    "an entity configuration may not hold `{got}`; only a superior's statement may",
)
STATEMENT_REGISTRATION: Final = _statement(
    "statement-registration",
    "声明含 `trust_anchor`，那是显式注册的应答，不是实体声明",
    "the statement holds `trust_anchor`: it answers a registration and is no entity statement",
)
STATEMENT_CRIT: Final = _statement(
    "statement-crit-unknown",
    "声明要求理解 `{got}`，本库不支持",
    "the statement calls `{got}` critical, which is not understood here",
)
STATEMENT_POLICY_CRIT: Final = _statement(
    "statement-policy-crit",
    "metadata_policy_crit 只能列标准之外的运算符，却列了 `{got}`",
    "metadata_policy_crit names operators beyond the standard ones, not `{got}`",
)
STATEMENT_METADATA: Final = _statement(
    "statement-metadata",
    "`{field}` 须为按实体类型分列的对象",
    "`{field}` should be an object of objects, one for each entity type",
)
STATEMENT_JWKS: Final = _statement(
    "statement-jwks",
    "jwks 不是公钥集合：{got}",
    "the jwks is no set of public keys: {got}",
)
STATEMENT_KID_TWICE: Final = _statement(
    "statement-kid-twice",
    "jwks 中 kid `{got}` 出现两次",
    "the kid `{got}` stands twice in the jwks",
)
STATEMENT_KEY_UNPINNED: Final = _statement(
    "statement-key-without-alg",
    "密钥 `{got}` 未写明算法（RSA 须写 alg）",
    "the key `{got}` does not say its algorithm (an RSA key needs alg)",
)
STATEMENT_KEY_ALG: Final = _statement(
    "statement-key-alg",
    "声明用 `{got}` 签名，密钥只能用于 `{expected}`",
    "the statement is signed with `{got}`, its key is for `{expected}` alone",
)
STATEMENT_KID_UNKNOWN: Final = _statement(
    "statement-kid-unknown",
    "签名密钥 `{got}` 不在 {expected} 给出的 jwks 中",
    "the signing key `{got}` is not in the jwks that {expected} vouches for",
)
STATEMENT_KEY_DIFFERS: Final = _statement(
    "statement-key-differs",
    "实体自己公布的密钥 `{got}` 与上级声明的不同",
    "the entity publishes another key under `{got}` than its superior vouches for",
)
STATEMENT_AHEAD: Final = _statement(
    "statement-issued-later",
    "声明的签发时间比本机时钟快 {got} 秒",
    "the statement was issued {got} s ahead of this clock",
)
STATEMENT_EXPIRED: Final = _statement(
    "statement-expired",
    "声明已过期 {got} 秒",
    "the statement expired {got} s ago",
)
STATEMENT_DATES: Final = _statement(
    "statement-dates",
    "声明的 exp 不晚于 iat",
    "the exp of the statement is not after its iat",
)
STATEMENT_LIFETIME: Final = _statement(
    "statement-lifetime",
    "声明有效期 {got} 秒，上限 {expected} 秒",
    "the statement lives for {got} s, at most {expected} s",
)
CONSTRAINT_MALFORMED: Final = _statement(
    "constraint-malformed",
    "约束 `{field}` 不合标准：{got}",
    "the constraint `{field}` is not as the standard asks: {got}",
)
CHAIN_STATEMENTS: Final = _chain(
    "chain-statements-limit",
    "声明共 {got} 份，上限 {expected} 份",
    "there are {got} statements, at most {expected}",
)
CHAIN_TWICE: Final = _chain(
    "chain-statement-twice",
    "同一签发者对同一实体给出两份声明",
    "one issuer has two statements about the same entity",
)
CHAIN_CONFIGURATION: Final = _chain(
    "chain-configuration-missing",
    "缺少 `{got}` 的实体配置",
    "the entity configuration of `{got}` is missing",
)
CHAIN_SUBJECT_ANCHOR: Final = _chain(
    "chain-subject-is-anchor",
    "`{got}` 本身是信任锚，没有信任链",
    "`{got}` is a trust anchor itself and has no chain",
)
CHAIN_HINTS: Final = _chain(
    "chain-hints-limit",
    "authority_hints 有 {got} 项，上限 {expected} 项",
    "there are {got} authority_hints, at most {expected}",
)
CHAIN_HINT: Final = _chain(
    "chain-authority-hint",
    "`{got}` 没有把出具声明的上级列入 authority_hints",
    "`{got}` names none of the superiors that speak of it in authority_hints",
)
CHAIN_LINK: Final = _chain(
    "chain-link",
    "上级的声明说的是 `{got}`，不是 `{expected}`",
    "the superior's statement is about `{got}`, not `{expected}`",
)
CHAIN_LOOP: Final = _chain(
    "chain-loop",
    "信任链成环，回到 `{got}`",
    "the chain runs in a loop, back to `{got}`",
)
CHAIN_DEEP: Final = _chain(
    "chain-too-deep",
    "信任链超过 {expected} 级",
    "the chain has more than {expected} entities",
)
CHAIN_FAN_OUT: Final = _chain(
    "chain-fan-out",
    "上级关系过于分叉：超过 {expected} 步",
    "the superiors branch out too far: more than {expected} steps",
)
CHAIN_ANCHOR: Final = _chain(
    "chain-anchor-unknown",
    "信任链止于 `{got}`，不是所信任的锚",
    "the chain ends at `{got}`, which is no anchor trusted here",
)
CHAIN_ANCHORS: Final = _chain(
    "chain-anchors-several",
    "声明通向不止一个信任锚：{got}；须指明其一",
    "the statements lead to several anchors: {got}; name the one that is meant",
)
CHAIN_PATH_LENGTH: Final = _chain(
    "chain-path-length",
    "中间机构 {got} 级，`{field}` 只允许 {expected} 级",
    "there are {got} intermediates, `{field}` allows {expected}",
)
CHAIN_NAME_EXCLUDED: Final = _chain(
    "chain-name-excluded",
    "`{got}` 在上级排除的名称之内",
    "`{got}` is among the names that a superior excludes",
)
CHAIN_NAME: Final = _chain(
    "chain-name-not-permitted",
    "`{got}` 不在上级允许的名称之内",
    "`{got}` is among none of the names that a superior permits",
)
CHAIN_ENTITY_TYPE: Final = _chain(
    "chain-entity-type",
    "上级不允许实体类型 `{got}`",
    "a superior does not allow the entity type `{got}`",
)
CHAIN_ENTITY_TYPE_MISSING: Final = _chain(
    "chain-entity-type-missing",
    "实体没有类型 `{got}` 的元数据",
    "the entity has no metadata of the type `{got}`",
)
CHAIN_FETCHES: Final = _chain(
    "chain-fetch-limit",
    "取声明超过 {expected} 次或 {field} 过大",
    "more than {expected} fetches, or {field} too large",
)
CHAIN_ADDRESS: Final = _chain(
    "chain-address",
    "不向 `{got}` 取声明：须为 https 和公网域名",
    "no statement is fetched from `{got}`: https and a public domain name are needed",
)
CHAIN_FILE: Final = ReasonRow(
    code="chain-file",
    zh="文件 `{field}` 不可用：{got}",
    en="the file `{field}` is not usable: {got}",
    fix_zh="每个文件放一份或多份紧凑 JWS 声明，一行一份；信任锚文件为 JSON：标识 → JWK 集合",
    fix_en="put compact JWS statements into files, one a line; anchors are JSON: id to JWK Set",
    fixed_by=FixedBy.CALLER,
)
PROPOSAL_REGION: Final = _proposal(
    "proposal-region",
    "名录没有为地区 `{got}` 登记此环境的认证源",
    "the registry has no identity provider of this env for the region `{got}`",
)
PROPOSAL_ELSEWHERE: Final = _proposal(
    "proposal-other-region",
    "`{got}` 已登记在地区 {expected}",
    "`{got}` is registered for the region {expected}",
)
PROPOSAL_ENTITY: Final = _proposal(
    "proposal-entity-type",
    "信任链没有给出类型 `{expected}` 的元数据",
    "the chain gives no metadata of the type `{expected}`",
)
PROPOSAL_IDENTIFIER: Final = _proposal(
    "proposal-identifier",
    "元数据的 issuer `{got}` 与链上实体 `{expected}` 不同，或不合名录写法",
    "the issuer `{got}` of the metadata is not the entity `{expected}`, or no registry name",
)
PROPOSAL_ROLE: Final = _proposal(
    "proposal-role",
    "名录不允许该地区有角色 `{got}`",
    "the registry allows the region no role `{got}`",
)
PROPOSAL_TOKEN_TYPE: Final = _proposal(
    "proposal-token-type",
    "名录不允许该地区签发 `{got}`",
    "the registry allows the region to issue no `{got}`",
)
PROPOSAL_ACR: Final = _proposal(
    "proposal-acr-unknown",
    "名录没有为该地区登记等级值 `{got}`；不作推断",
    "the registry knows no level `{got}` for the region; none is guessed",
)
PROPOSAL_CEILING: Final = _proposal(
    "proposal-ceiling",
    "等级值 `{got}` 高于该地区上限 {expected}",
    "the level `{got}` is above the region's ceiling {expected}",
)
PROPOSAL_SUBJECT: Final = _proposal(
    "proposal-subject-type",
    "名录只接受成对假名（pairwise），元数据为 `{got}`",
    "the registry takes pairwise subjects alone, the metadata says `{got}`",
)
PROPOSAL_KEYS: Final = _proposal(
    "proposal-keys",
    "元数据须内含可用的签名公钥（jwks）：{got}",
    "the metadata should hold usable public signing keys itself (jwks): {got}",
)
PROPOSAL_KEY_CHANGED: Final = _proposal(
    "proposal-key-changed",
    "密钥 `{got}` 已登记为另一公钥，或已吊销",
    "the key `{got}` is registered as another key, or revoked",
)

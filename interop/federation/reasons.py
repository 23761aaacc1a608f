"""Reasons of tokens, issuers, the trust registry and mandates."""

from typing import Final

from interop.errors import FixedBy, ReasonRow, Side


def _issuer(code: str, zh: str, en: str) -> ReasonRow:
    return ReasonRow(
        code=code,
        zh=zh,
        en=en,
        fix_zh="由认证源按接入规范重新签发令牌",
        fix_en="have the identity provider issue the token again as its agreement says",
        fixed_by=FixedBy.REGION,
        side=Side.ISSUER,
    )


def _clock(code: str, zh: str, en: str) -> ReasonRow:
    return ReasonRow(
        code=code,
        zh=zh,
        en=en,
        fix_zh="核对双方主机时钟（NTP），再重新签发令牌",
        fix_en="check the clocks of both hosts (NTP), then issue the token again",
        fixed_by=FixedBy.OPERATOR,
        side=Side.PLATFORM,
    )


def _again(code: str, zh: str, en: str) -> ReasonRow:
    return ReasonRow(
        code=code,
        zh=zh,
        en=en,
        fix_zh="请本人重新登录：{expected}",
        fix_en="log in again: {expected}",
        fixed_by=FixedBy.APPLICANT,
        side=Side.APPLICANT,
    )


def _registry(code: str, zh: str, en: str) -> ReasonRow:
    return ReasonRow(
        code=code,
        zh=zh,
        en=en,
        fix_zh="由运维在 identity/ 中登记或更新，核实来源后整体替换",
        fix_en="have the operator update identity/ as a whole after checking the source",
        fixed_by=FixedBy.OPERATOR,
        side=Side.PLATFORM,
    )


def _file(code: str, zh: str, en: str) -> ReasonRow:
    return ReasonRow(
        code=code,
        zh=zh,
        en=en,
        fix_zh="改正 identity/ 中的该文件",
        fix_en="correct that file in identity/",
        fixed_by=FixedBy.INTEGRATOR,
        side=Side.HOST,
    )


def _mandate(code: str, zh: str, en: str) -> ReasonRow:
    return ReasonRow(
        code=code,
        zh=zh,
        en=en,
        fix_zh="请委托人重新出具覆盖本事项、本地区、本经办人的授权委托",
        fix_en="ask the principal for a mandate that covers this item, region and agent",
        fixed_by=FixedBy.APPLICANT,
        side=Side.APPLICANT,
    )


TOKEN_TYP: Final = _issuer(
    "token-typ",
    "对象类型为 `{got}`，此处只接受 `{expected}`",
    "the object is a `{got}`, only `{expected}` is accepted here",
)
TOKEN_KID_MISSING: Final = _issuer(
    "token-kid-missing", "签名头没有 kid", "the header names no key (kid)"
)
TOKEN_HEADER_UNKNOWN: Final = _issuer(
    "token-header-unknown", "签名头含有未约定的参数 `{got}`", "unknown header member `{got}`"
)
TOKEN_CLAIMS_MALFORMED: Final = _issuer(
    "token-claims-malformed",
    "令牌内容不是合法的 JSON 对象：{got}",
    "the claims are no well-formed JSON object: {got}",
)
TOKEN_CLAIMS_ENCODING: Final = _issuer(
    "token-claims-encoding",
    "令牌内容不是规范的 UTF-8（字节序标记、无效字节或孤立代理项）",
    "the claims are no sound UTF-8: a byte order mark, wrong bytes or a lone surrogate",
)
TOKEN_CLAIMS_NOT_OBJECT: Final = _issuer(
    "token-claims-not-object",
    "令牌内容是 JSON，但不是对象",
    "the claims are JSON but no object",
)
TOKEN_CLAIM_NUMBER: Final = _issuer(
    "token-claim-number",
    "令牌内容含有小数、NaN 或超出范围的整数",
    "the claims hold a fraction, NaN or a number out of range",
)
TOKEN_CLAIMS_DEPTH: Final = _issuer(
    "token-claims-depth", "令牌内容嵌套过深", "the claims are nested too deep"
)
TOKEN_CLAIM_DUPLICATE: Final = _issuer(
    "token-claim-duplicate", "令牌内容有重复的成员", "the claims hold a member twice"
)
TOKEN_CLAIM_LIMIT: Final = _issuer(
    "token-claim-limit",
    "令牌内容超出上限 {expected}：{got}",
    "the claims are over {expected}: {got}",
)
TOKEN_CLAIM_MISSING: Final = _issuer(
    "token-claim-missing", "缺少声明 `{field}`", "the claim `{field}` is missing"
)
TOKEN_CLAIM_UNKNOWN: Final = _issuer(
    "token-claim-unknown", "含有未约定的声明 `{field}`", "the claim `{field}` is not agreed"
)
TOKEN_CLAIM_TYPE: Final = _issuer(
    "token-claim-type", "声明不合要求：{got}", "a claim is not as agreed: {got}"
)
TOKEN_PROOF_OF_POSSESSION: Final = _issuer(
    "token-proof-of-possession",
    "令牌绑定了持有人密钥，不能当作普通令牌使用",
    "the token is bound to a key (cnf) and is no bearer token",
)
TOKEN_AUDIENCE_MULTIPLE: Final = _issuer(
    "token-audience-multiple", "接收方 aud 只能有一个", "aud names more than one audience"
)
TOKEN_AUDIENCE_OTHER: Final = _issuer(
    "token-audience-other",
    "令牌发给 `{got}`，不是本网关",
    "the token is for `{got}`, not for this gateway",
)
TOKEN_CLOCK_SKEW: Final = _clock(
    "token-clock-skew",
    "令牌签发时间比本机时钟快 {got} 秒，上限 {expected} 秒",
    "issued {got} s ahead of this clock, limit {expected} s",
)
TOKEN_NOT_YET_VALID: Final = _clock(
    "token-not-yet-valid", "令牌在 {got} 秒后才生效", "the token becomes valid in {got} s"
)
TOKEN_EXPIRED: Final = _again(
    "token-expired", "令牌已过期 {got} 秒", "the token expired {got} s ago"
)
TOKEN_EXPIRES_BEFORE_ISSUE: Final = _issuer(
    "token-expires-before-issue", "令牌的失效时间不晚于签发时间", "exp is not after iat"
)
TOKEN_LIFETIME: Final = _issuer(
    "token-lifetime",
    "令牌有效期 {got} 秒，上限 {expected} 秒",
    "a lifetime of {got} s, limit {expected} s",
)
TOKEN_AUTHENTICATED_LATER: Final = _issuer(
    "token-authenticated-later", "认证时间晚于签发时间", "auth_time is after iat"
)
TOKEN_AUTHENTICATION_OLD: Final = _again(
    "token-authentication-old",
    "距上次身份认证已 {got} 秒",
    "the person proved themselves {got} s ago",
)
TOKEN_ACR_UNKNOWN: Final = _issuer(
    "token-acr-unknown",
    "认证方式 `{got}` 未为该认证源登记，不能折算实名等级",
    "acr `{got}` is not registered for this issuer and maps to no assurance level",
)
TOKEN_LEVEL_LOW: Final = _again(
    "token-level-low", "实名等级为 {got}，本事项不够", "assurance level {got} is too low"
)
TOKEN_CEILING_LOW: Final = ReasonRow(
    code="token-ceiling-low",
    zh="该认证源最高只到 {got}，本事项须 {expected}",
    en="this issuer reaches {got} at most, {expected} is needed",
    fix_zh="改用能达到 {expected} 等级的认证源登录",
    fix_en="log in with an identity provider that reaches {expected}",
    fixed_by=FixedBy.APPLICANT,
    side=Side.APPLICANT,
)
TOKEN_REGION: Final = _issuer(
    "token-region",
    "认证源无权为地区 `{got}` 签发",
    "the issuer may not issue for the region `{got}`",
)
TOKEN_WITHOUT_AGENT: Final = ReasonRow(
    code="token-without-agent",
    zh="以单位名义办理，但令牌没有经办人",
    en="filed in the name of an organisation, but the token names no natural person",
    fix_zh="由经办人本人登录后，再以单位名义办理",
    fix_en="have the agent log in personally and then act for the organisation",
    fixed_by=FixedBy.APPLICANT,
    side=Side.APPLICANT,
)
TOKEN_AGENT_NOT_PERSON: Final = _issuer(
    "token-agent-not-person", "经办人必须是自然人", "the agent must be a natural person"
)
TOKEN_AGENT_IS_SUBJECT: Final = _issuer(
    "token-agent-is-subject", "经办人与申请人是同一标识", "agent and applicant are the same"
)
TOKEN_AGENT_CHAIN: Final = _issuer(
    "token-agent-chain", "经办人不得再转委托", "a chain of agents is refused"
)
TOKEN_PROOF_MALFORMED: Final = _issuer(
    "token-proof-malformed",
    "身份凭据 `{field}` 不合要求（盐 16 至 64 字节，摘要 32 字节）",
    "`{field}` is no identity proof: salt of 16 to 64 bytes, mac of 32",
)
TOKEN_KEY_UNKNOWN: Final = _registry(
    "token-key-unknown",
    "信任名录中该认证源没有密钥 `{got}`",
    "the registry has no key `{got}` for this issuer",
)
TOKEN_KEY_REVOKED: Final = _registry(
    "token-key-revoked", "密钥 `{got}` 已吊销", "the key `{got}` is revoked"
)
TOKEN_KEY_NOT_YET: Final = _registry(
    "token-key-not-yet", "密钥 `{got}` 尚未启用", "the key `{got}` is not in use yet"
)
TOKEN_KEY_PAST: Final = _registry(
    "token-key-past", "密钥 `{got}` 已过验证期", "the key `{got}` is past its last day"
)
TOKEN_KEY_RETIRED: Final = _issuer(
    "token-key-retired",
    "令牌签发时密钥 `{got}` 已停止签名",
    "the key `{got}` had stopped signing when the token was issued",
)
TOKEN_OTHER_ENV: Final = _issuer(
    "token-other-env",
    "令牌属于环境 `{got}`，本网关为 `{expected}`",
    "the token is of env `{got}`, this gateway of `{expected}`",
)

ISSUER_UNKNOWN: Final = _registry(
    "issuer-unknown", "信任名录中没有签发方 `{got}`", "the registry has no issuer `{got}`"
)
ISSUER_OTHER_ENV: Final = _registry(
    "issuer-other-env",
    "签发方 `{got}` 属于另一环境，本网关为 `{expected}`",
    "the issuer `{got}` is of another env than `{expected}`",
)
ISSUER_ROLE: Final = _registry(
    "issuer-role",
    "签发方 `{got}` 没有 {expected} 职责",
    "the issuer `{got}` does not have the role {expected}",
)
GATEWAY_UNKNOWN: Final = _registry(
    "gateway-unknown", "没有管辖 `{got}` 的网关", "no gateway serves the region `{got}`"
)
GATEWAY_WITHOUT_KEY: Final = _registry(
    "gateway-without-key",
    "网关 `{field}` 此刻没有可用的{expected}公钥",
    "the gateway `{field}` has no usable {expected} key now",
)
REGISTRY_NOT_YET_VALID: Final = _registry(
    "registry-not-yet-valid",
    "信任名录 {expected} 起生效",
    "the registry is valid from {expected}",
)
REGISTRY_EXPIRED: Final = ReasonRow(
    code="registry-expired",
    zh="信任名录已于 {expected} 到期",
    en="the registry expired at {expected}",
    fix_zh="取得当前版本的签名名录，用 `interop identity registry check` 核对后换上；到期前须有人负责续期",
    fix_en="get the present signed registry, check it by `interop identity registry check`, put it in place; somebody must renew it before it ends",
    fixed_by=FixedBy.OPERATOR,
    side=Side.PLATFORM,
)
CLOCK_NAIVE: Final = ReasonRow(
    code="clock-without-zone",
    zh="时钟没有给出时区",
    en="the clock gives an instant without a zone",
    fix_zh="传入带时区的时钟",
    fix_en="hand in a clock whose instants are aware",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)

ASSURANCE_LEVELS: Final = _file(
    "assurance-levels",
    "实名等级须为 {expected}，各列一次",
    "list each of {expected} exactly once",
)
REGISTRY_DATES: Final = _file(
    "registry-dates", "`{field}` 的起止时间颠倒", "the dates of `{field}` are reversed"
)
ISSUER_ID: Final = _file(
    "issuer-id",
    "签发方标识 `{got}` 须为 https 小写主机的规范网址，末尾无斜杠",
    "the issuer id `{got}` must be a plain https URL in lower case without a final slash",
)
ISSUER_TWICE: Final = _file(
    "issuer-twice", "签发方 `{got}` 在该环境重复登记", "`{got}` stands twice in one env"
)
ISSUER_INCOMPLETE: Final = _file(
    "issuer-incomplete", "`{field}` 缺少 {expected}", "`{field}` lacks {expected}"
)
ISSUER_LIFETIME: Final = _file(
    "issuer-lifetime",
    "`{field}` 为 {got} 秒，上限 {expected} 秒",
    "`{field}` is {got} s, limit {expected} s",
)
ISSUER_SOURCES: Final = _file(
    "issuer-sources",
    "`{got}` 不是枢纽，不得列认证来源（sources）",
    "`{got}` is no hub and may list no sources",
)
ISSUER_KEY: Final = _file(
    "issuer-key", "公钥 `{field}` 不可用：{got}", "the key `{field}` is not usable: {got}"
)
ISSUER_KEY_TWICE: Final = _file(
    "issuer-key-twice", "密钥标识 `{got}` 重复", "the kid `{got}` stands twice"
)

MANDATE_TYP: Final = _mandate(
    "mandate-typ", "不是授权委托，而是 `{got}`", "it is a `{got}`, not a mandate"
)
MANDATE_NOT_YET_VALID: Final = _mandate(
    "mandate-not-yet-valid", "授权委托尚未生效", "the mandate is not valid yet"
)
MANDATE_EXPIRED: Final = _mandate(
    "mandate-expired", "授权委托已到期", "the mandate has expired"
)
MANDATE_LIFETIME: Final = _mandate(
    "mandate-lifetime",
    "授权委托期限 {got} 秒，上限 {expected} 秒",
    "a term of {got} s, limit {expected} s",
)
MANDATE_OTHER_ITEM: Final = _mandate(
    "mandate-other-item",
    "授权委托不含事项 `{expected}`",
    "the mandate does not cover `{expected}`",
)
MANDATE_OTHER_REGION: Final = _mandate(
    "mandate-other-region",
    "授权委托不含地区 `{expected}`",
    "the mandate does not cover the region `{expected}`",
)
MANDATE_OTHER_APPLICANT: Final = _mandate(
    "mandate-other-applicant", "委托人不是本案申请人", "the principal is not the applicant"
)
MANDATE_OTHER_AGENT: Final = _mandate(
    "mandate-other-agent", "受托人不是本案经办人", "the mandate is for another agent"
)
SUBJECT_SALT: Final = ReasonRow(
    code="subject-salt",
    zh="盐应为 16 至 64 字节，实为 {got}",
    en="the salt has {got} bytes instead of 16 to 64",
    fix_zh="每个令牌使用新的随机盐",
    fix_en="use a new random salt for every token",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)

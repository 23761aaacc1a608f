"""Reasons of token exchange: what a request would widen, and what an exchanged token lacks."""

from typing import Final

from interop.errors import FixedBy, ReasonRow, Side


def _asked(code: str, zh: str, en: str) -> ReasonRow:
    return ReasonRow(
        code=code,
        zh=zh,
        en=en,
        fix_zh="令牌交换只能收窄：减少所要求的内容后重试",
        fix_en="token exchange only narrows: ask for less and try again",
        fixed_by=FixedBy.CALLER,
        side=Side.HOST,
    )


def _form(code: str, zh: str, en: str) -> ReasonRow:
    return ReasonRow(
        code=code,
        zh=zh,
        en=en,
        fix_zh="按 RFC 8693 第 2.1 节改正请求参数",
        fix_en="correct the request as RFC 8693 section 2.1 says",
        fixed_by=FixedBy.CALLER,
        side=Side.HOST,
    )


def _token(code: str, zh: str, en: str) -> ReasonRow:
    return ReasonRow(
        code=code,
        zh=zh,
        en=en,
        fix_zh="用发给本网关、仍然有效的令牌重新交换",
        fix_en="exchange again with a token that is for this gateway and still valid",
        fixed_by=FixedBy.CALLER,
        side=Side.HOST,
    )


def _agent(code: str, zh: str, en: str) -> ReasonRow:
    return ReasonRow(
        code=code,
        zh=zh,
        en=en,
        fix_zh="由获准的经办人本人登录后办理",
        fix_en="have the natural person who may act log in and act personally",
        fixed_by=FixedBy.APPLICANT,
        side=Side.APPLICANT,
    )


def _issuer(code: str, zh: str, en: str) -> ReasonRow:
    return ReasonRow(
        code=code,
        zh=zh,
        en=en,
        fix_zh="由出具交换令牌的网关按接入规范重新签发",
        fix_en="have the gateway that exchanged the token issue it again as agreed",
        fixed_by=FixedBy.REGION,
        side=Side.ISSUER,
    )


SUBJECT_AUDIENCE: Final = _token(
    "exchange-subject-audience",
    "被交换的令牌发给 `{got}`，不是本网关",
    "the subject token is for `{got}`, not for this gateway",
)
ACTOR_AUDIENCE: Final = _token(
    "exchange-actor-audience",
    "经办人令牌发给 `{got}`，不是本网关",
    "the actor token is for `{got}`, not for this gateway",
)
SUBJECT_BOUND: Final = _token(
    "exchange-subject-bound",
    "被交换的令牌绑定了持有人密钥，交换会解除绑定",
    "the subject token is bound to a key; an exchange would set it free",
)
ACTOR_BOUND: Final = _token(
    "exchange-actor-bound",
    "经办人令牌绑定了持有人密钥，交换会解除绑定",
    "the actor token is bound to a key; an exchange would set it free",
)
SUBJECT_EXPIRED: Final = _token(
    "exchange-subject-expired", "被交换的令牌已到期", "the subject token is over"
)
ACTOR_EXPIRED: Final = _token(
    "exchange-actor-expired", "经办人令牌已到期", "the actor token is over"
)

SCOPE_WIDER: Final = _asked(
    "exchange-scope-wider",
    "要求的范围 `{got}` 不在被交换的令牌之内",
    "the subject token does not have the scope `{got}`",
)
SCOPE_ACTOR: Final = _asked(
    "exchange-scope-actor",
    "要求的范围 `{got}` 不在经办人令牌之内",
    "the actor token does not have the scope `{got}`",
)
SCOPE_LIMIT: Final = _asked(
    "exchange-scope-limit",
    "范围有 {got} 项，上限 {expected} 项",
    "{got} scope values, limit {expected}",
)
LEVEL_WIDER: Final = _asked(
    "exchange-level-wider",
    "要求的实名等级 `{got}` 高于令牌的 `{expected}`",
    "the level `{got}` is above `{expected}`, that of the tokens",
)
DEPTH: Final = _asked(
    "exchange-depth",
    "该令牌已经过 {got} 次交换，不得再交换",
    "the token went through {got} exchanges and may not be exchanged again",
)
PATH_LOOP: Final = _asked(
    "exchange-path-loop",
    "该令牌已由本网关 `{got}` 交换过",
    "the token was exchanged by this very gateway `{got}` before",
)
TARGET_UNKNOWN: Final = _asked(
    "exchange-target-unknown",
    "信任名录中没有以 `{got}` 为接收方的其他网关",
    "the registry has no other gateway with the audience `{got}`",
)

SUBJECT_LEVEL_LOW: Final = ReasonRow(
    code="exchange-subject-level-low",
    zh="办理该事项需实名等级 `{expected}`，申请人令牌为 `{got}`",
    en="the item needs the level `{expected}`, the subject token has `{got}`",
    fix_zh="请申请人以更高的实名等级重新登录",
    fix_en="have the applicant log in again with a higher assurance level",
    fixed_by=FixedBy.APPLICANT,
    side=Side.APPLICANT,
)
ACTOR_LEVEL_LOW: Final = ReasonRow(
    code="exchange-actor-level-low",
    zh="办理该事项需实名等级 `{expected}`，经办人令牌为 `{got}`",
    en="the item needs the level `{expected}`, the actor token has `{got}`",
    fix_zh="请经办人以更高的实名等级重新登录",
    fix_en="have the agent log in again with a higher assurance level",
    fixed_by=FixedBy.APPLICANT,
    side=Side.APPLICANT,
)
MAY_ACT_ABSENT: Final = _agent(
    "exchange-may-act-absent",
    "被交换的令牌没有准许任何人代为办理（may_act）",
    "the subject token lets nobody act (no may_act)",
)
MAY_ACT_OTHER: Final = _agent(
    "exchange-may-act-other",
    "被交换的令牌准许的是另一人代为办理",
    "the subject token lets somebody else act",
)
ACTOR_IS_SUBJECT: Final = _agent(
    "exchange-actor-is-subject", "经办人就是申请人本人", "actor and subject are the same"
)
ACTOR_NOT_PERSON: Final = _agent(
    "exchange-actor-not-person",
    "令牌交换中的经办人必须是自然人",
    "whoever acts by an exchange must be a natural person",
)
ACTOR_DELEGATED: Final = _agent(
    "exchange-actor-delegated",
    "经办人令牌本身已由他人代办，不得再代",
    "somebody else acts in the actor token already",
)
CHAIN_LONG: Final = _agent(
    "exchange-chain-long",
    "代办链有 {got} 人，上限 {expected} 人",
    "{got} persons in the chain, limit {expected}",
)
CHAIN_LOOP: Final = _agent(
    "exchange-chain-loop", "代办链中同一人出现两次", "one person stands in the chain twice"
)
WITHOUT_AGENT: Final = _agent(
    "exchange-without-agent",
    "以单位名义办理，但没有经办人",
    "in the name of an organisation, but no natural person acts",
)

FORM_MALFORMED: Final = _form(
    "exchange-form",
    "请求不是表单（application/x-www-form-urlencoded）或超出上限",
    "the request is no form (application/x-www-form-urlencoded), or over its limits",
)
FORM_TWICE: Final = _form(
    "exchange-parameter-twice", "参数 `{field}` 重复", "the parameter `{field}` stands twice"
)
FORM_MISSING: Final = _form(
    "exchange-parameter-missing", "缺少参数 `{field}`", "the parameter `{field}` is missing"
)
GRANT_TYPE: Final = _form(
    "exchange-grant-type",
    "grant_type 只支持 `{expected}`",
    "grant_type must be `{expected}`",
)
TOKEN_TYPE: Final = _form(
    "exchange-token-type",
    "`{field}` 只支持 {expected}",
    "the type `{field}` must be one of {expected}",
)
ACTOR_TYPE_ALONE: Final = _form(
    "exchange-actor-type-alone",
    "给出了 actor_token_type，却没有 actor_token",
    "actor_token_type without actor_token",
)
TARGET_MULTIPLE: Final = _form(
    "exchange-target-multiple",
    "一次只能交换给一个接收方",
    "one exchange is for one audience",
)
RESOURCE: Final = _form(
    "exchange-resource",
    "不支持参数 resource，请使用 audience",
    "the parameter resource is not supported, use audience",
)
SCOPE_MALFORMED: Final = _form(
    "exchange-scope-malformed", "范围 scope 的写法不合要求", "the scope is not well formed"
)
LEVEL_UNKNOWN: Final = _form(
    "exchange-level-unknown",
    "`{field}` 须为 {expected} 之一",
    "`{field}` must be one of {expected}",
)
CLIENT_REFUSED: Final = ReasonRow(
    code="exchange-client",
    zh="调用方身份缺失或不正确",
    en="the client is not known by what it sent",
    fix_zh="以 Basic 或 Bearer 方式带上本节点的应用密钥",
    fix_en="send this node's application key as Basic or Bearer",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)

EXCHANGED_AUDIENCE: Final = _issuer(
    "exchanged-audience",
    "交换令牌发给 `{got}`，不是本网关",
    "the exchanged token is for `{got}`, not for this gateway",
)
EXCHANGED_EXPIRED: Final = ReasonRow(
    code="exchanged-expired",
    zh="交换令牌已到期",
    en="the exchanged token has expired",
    fix_zh="重新交换；若原登录已到期，请本人重新登录",
    fix_en="exchange again; if the login has expired, log in again",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
EXCHANGED_EARLY: Final = _issuer(
    "exchanged-not-yet-valid",
    "交换令牌的签发时间比本机时钟快 {got} 秒",
    "the exchanged token was issued {got} s ahead of this clock",
)
EXCHANGED_LIFETIME: Final = _issuer(
    "exchanged-lifetime",
    "交换令牌有效期 {got} 秒，上限 {expected} 秒",
    "an exchanged token for {got} s, limit {expected} s",
)
EXCHANGED_AUTHENTICATED_LATER: Final = _issuer(
    "exchanged-authenticated-later",
    "交换令牌的认证时间晚于签发时间",
    "auth_time of the exchanged token is after iat",
)
EXCHANGED_PATH: Final = _issuer(
    "exchanged-path",
    "交换令牌的来路 path 不以签发方结尾",
    "path of the exchanged token does not end in its issuer",
)
EXCHANGED_PATH_LOOP: Final = _issuer(
    "exchanged-path-loop",
    "交换令牌的来路 path 有重复",
    "path of the exchanged token holds one twice",
)
EXCHANGED_DEPTH: Final = _issuer(
    "exchanged-depth",
    "交换令牌还可交换的次数超出上限",
    "depth_left of the exchanged token is over what is left",
)
EXCHANGED_REGION: Final = _issuer(
    "exchanged-region",
    "`{expected}` 无权为地区 `{got}` 出具令牌",
    "`{expected}` may not issue for the region `{got}`",
)
EXCHANGED_CHAIN: Final = _issuer(
    "exchanged-chain",
    "交换令牌的代办链不合要求：{got}",
    "the chain of the exchanged token is unsound: {got}",
)
EXCHANGED_CHAIN_LONG: Final = _issuer(
    "exchanged-chain-long",
    "交换令牌的代办链有 {got} 人，上限 {expected} 人",
    "the chain of the exchanged token has {got} persons, limit {expected}",
)
EXCHANGED_CHAIN_LOOP: Final = _issuer(
    "exchanged-chain-loop",
    "交换令牌的代办链中有人重复出现",
    "somebody stands twice in the chain of the exchanged token",
)
EXCHANGED_ACTOR_NOT_PERSON: Final = _issuer(
    "exchanged-actor-not-person",
    "交换令牌的代办链中有组织，经办人须为自然人",
    "an organisation acts in the chain of the exchanged token; only persons can",
)
EXCHANGED_WITHOUT_AGENT: Final = _issuer(
    "exchanged-without-agent",
    "交换令牌的主体是组织，却没有经办人",
    "the exchanged token is an organisation's, and nobody acts for it",
)
EXCHANGED_LEVEL_LOW: Final = ReasonRow(
    code="exchanged-level-low",
    zh="需实名等级 `{expected}`，交换令牌为 `{got}`",
    en="the level `{expected}` is needed, the exchanged token has `{got}`",
    fix_zh="请本人以更高的实名等级重新登录后再交换",
    fix_en="log in with a higher assurance level, then exchange again",
    fixed_by=FixedBy.APPLICANT,
    side=Side.APPLICANT,
)
EXCHANGED_AGE: Final = ReasonRow(
    code="exchanged-authentication-old",
    zh="登录已过 {got} 秒，上限 {expected} 秒",
    en="authenticated {got} s ago, limit {expected} s",
    fix_zh="请本人重新登录后再交换",
    fix_en="log in again, then exchange again",
    fixed_by=FixedBy.APPLICANT,
    side=Side.APPLICANT,
)
SUBJECT_KEY: Final = ReasonRow(
    code="subject-key",
    zh="匿名标识的密钥、编号或输入 `{field}` 不合要求",
    en="the key of pairwise subjects, its id or the input `{field}` is not sound",
    fix_zh="使用 32 字节以上的密钥，输入写作 方案|代码",
    fix_en="use a key of 32 bytes or more and write the input as scheme|code",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)

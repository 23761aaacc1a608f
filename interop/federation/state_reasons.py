"""Reasons of what is remembered or fetched: uses, tickets, revocations, log-outs, key sets."""

from typing import Final

from interop.errors import FixedBy, ReasonRow, Side


def _ticket(code: str, zh: str, en: str) -> ReasonRow:
    return ReasonRow(
        code=code,
        zh=zh,
        en=en,
        fix_zh="请移交方的网关为本次移交重新出具匹配凭证",
        fix_en="have the gateway that hands the case over issue a new matching ticket",
        fixed_by=FixedBy.REGION,
        side=Side.RECEIVING,
    )


def _logout(code: str, zh: str, en: str) -> ReasonRow:
    return ReasonRow(
        code=code,
        zh=zh,
        en=en,
        fix_zh="由认证源按 OpenID Connect Back-Channel Logout 1.0 重新签发登出令牌",
        fix_en="have the identity provider issue the logout token as its specification says",
        fixed_by=FixedBy.REGION,
        side=Side.ISSUER,
    )


def _revocation(code: str, zh: str, en: str) -> ReasonRow:
    return ReasonRow(
        code=code,
        zh=zh,
        en=en,
        fix_zh="由运维向授权委托的签发方取最新撤销名单并导入",
        fix_en="have the operator get the latest revocation list from the issuer of mandates",
        fixed_by=FixedBy.OPERATOR,
        side=Side.PLATFORM,
    )


def _keys(code: str, zh: str, en: str) -> ReasonRow:
    return ReasonRow(
        code=code,
        zh=zh,
        en=en,
        fix_zh="由认证源改正其公钥集（JWKS），或由运维核对地址",
        fix_en="have the issuer mend its key set, or the operator check the address",
        fixed_by=FixedBy.REGION,
        side=Side.ISSUER,
    )


REPLAY_FULL: Final = ReasonRow(
    code="replay-full",
    zh="一次性使用记录已达上限 {expected} 条，为防重放而拒绝",
    en="{expected} uses are remembered, the limit; refused, since a replay could not be told",
    fix_zh="等待记录到期，或改用数据库保存",
    fix_en="wait until entries expire, or keep them in the database",
    fixed_by=FixedBy.OPERATOR,
    side=Side.HOST,
)

TICKET_TYP: Final = _ticket(
    "ticket-typ",
    "不是匹配凭证，而是 `{got}`",
    "it is a `{got}`, not a matching ticket",
)
TICKET_AUDIENCE: Final = _ticket(
    "ticket-audience",
    "匹配凭证发给 `{got}`，不是本网关",
    "the ticket is for `{got}`, not for this gateway",
)
TICKET_CASE: Final = _ticket(
    "ticket-case", "匹配凭证属于另一办件", "the ticket belongs to another case"
)
TICKET_PARTY: Final = _ticket(
    "ticket-party",
    "匹配凭证所指的人与办件申报的不一致",
    "the ticket is about another party than the case declares",
)
TICKET_EXPIRED: Final = _ticket(
    "ticket-expired", "匹配凭证已过期", "the matching ticket has expired"
)
TICKET_NOT_YET_VALID: Final = _ticket(
    "ticket-not-yet-valid",
    "匹配凭证的签发时间比本机时钟快 {got} 秒",
    "the ticket was issued {got} s ahead of this clock",
)
TICKET_LIFETIME: Final = _ticket(
    "ticket-lifetime",
    "匹配凭证有效期 {got} 秒，上限 {expected} 秒",
    "a ticket for {got} s, limit {expected} s",
)
TICKET_USED: Final = _ticket(
    "ticket-used", "匹配凭证已被使用过一次", "the matching ticket was used before"
)

LOGOUT_REPLAYED: Final = _logout(
    "logout-replayed", "登出令牌已被使用过", "the logout token was used before"
)
SESSION_ENDED: Final = ReasonRow(
    code="session-ended",
    zh="该登录会话已登出",
    en="the session of this login has ended",
    fix_zh="请本人重新登录",
    fix_en="log in again",
    fixed_by=FixedBy.APPLICANT,
    side=Side.APPLICANT,
)

REVOCATIONS_TYP: Final = _revocation(
    "revocations-typ", "不是撤销名单，而是 `{got}`", "it is a `{got}`, no revocation list"
)
REVOCATIONS_TIME: Final = _revocation(
    "revocations-time",
    "撤销名单不在有效期内，或有效期超过 {expected} 秒",
    "the revocation list is not valid now, or valid for more than {expected} s",
)
REVOCATIONS_OLD: Final = _revocation(
    "revocations-rollback",
    "撤销名单序号为 {got}，至少应为 {expected}",
    "the revocation list has number {got}, at least {expected} is due",
)
STATUS_TYP: Final = _revocation(
    "status-typ", "不是状态列表，而是 `{got}`", "it is a `{got}`, no status list"
)
STATUS_TIME: Final = _revocation(
    "status-time",
    "状态列表不在有效期内",
    "the status list is not valid now",
)
STATUS_ROLLBACK: Final = _revocation(
    "status-rollback",
    "状态列表早于已有的一份",
    "the status list is older than the one that is held",
)

JWKS_KID_UNKNOWN: Final = _keys(
    "jwks-kid-unknown",
    "签发方的公钥集没有密钥 `{got}`",
    "the key set of the issuer has no key `{got}`",
)
JWKS_STALE: Final = _keys(
    "jwks-stale",
    "签发方的公钥集已超过 {expected} 秒未能更新",
    "the key set of the issuer could not be renewed for over {expected} s",
)
JWKS_MALFORMED: Final = _keys(
    "jwks-malformed", "公钥集不合要求：{got}", "the key set is unsound: {got}"
)
JWKS_LIMIT: Final = _keys(
    "jwks-limit",
    "公钥集有 {got} 把密钥，上限 {expected}",
    "the key set holds {got} keys, limit {expected}",
)
JWKS_PRIVATE: Final = _keys(
    "jwks-private",
    "公钥集含有私钥或对称密钥，整个公钥集不予采用",
    "the key set holds a private or symmetric key; all of it is refused",
)
JWKS_KID_TWICE: Final = _keys(
    "jwks-kid-twice", "公钥集中 kid 重复", "the key set holds a kid twice"
)

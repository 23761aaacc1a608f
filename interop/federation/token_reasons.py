"""Reasons of scopes, sources, proofs of possession (DPoP), identity and logout tokens."""

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


def _client(code: str, zh: str, en: str) -> ReasonRow:
    return ReasonRow(
        code=code,
        zh=zh,
        en=en,
        fix_zh="由调用方为本次请求重新生成持有证明（RFC 9449）",
        fix_en="have the caller make a new proof of possession for this request (RFC 9449)",
        fixed_by=FixedBy.CALLER,
        side=Side.HOST,
    )


def _round(code: str, zh: str, en: str) -> ReasonRow:
    return ReasonRow(
        code=code,
        zh=zh,
        en=en,
        fix_zh="放弃本次登录，从头重新发起；反复出现时查是否有人冒用登录回调",
        fix_en="drop this login and start over; if it comes back, look for a forged callback",
        fixed_by=FixedBy.CALLER,
        side=Side.HOST,
    )


TOKEN_SCOPE: Final = ReasonRow(
    code="token-scope",
    zh="令牌范围不含 `{expected}`",
    en="the token lacks the scope `{expected}`",
    fix_zh="申请含 scope={expected} 的令牌",
    fix_en="ask for a token with scope={expected}",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
NEED_LEVEL_UNKNOWN: Final = ReasonRow(
    code="need-level-unknown",
    zh="没有实名等级 `{got}`",
    en="there is no assurance level `{got}`",
    fix_zh="改用：{expected}",
    fix_en="use one of: {expected}",
    fixed_by=FixedBy.INTEGRATOR,
    side=Side.HOST,
)
TOKEN_SOURCE_MISSING: Final = _issuer(
    "token-source-missing",
    "枢纽签发的令牌没有说明认证来源（source）",
    "a hub's token must say which source proved the person (source)",
)
TOKEN_SOURCE_UNKNOWN: Final = _issuer(
    "token-source-unknown",
    "认证来源 `{got}` 未为该枢纽登记",
    "the source `{got}` is not registered for this hub",
)
TOKEN_SOURCE_UNEXPECTED: Final = _issuer(
    "token-source-unexpected",
    "该认证源自己认证，不得转述他方来源",
    "this issuer proves people itself and may not name another source",
)
ISSUER_TOKEN_TYPE: Final = ReasonRow(
    code="issuer-token-type",
    zh="签发方 `{got}` 未登记签发 {expected}",
    en="the issuer `{got}` is not registered to issue {expected}",
    fix_zh="由运维核实后在 identity/ 的 token_types 中登记",
    fix_en="have the operator add it to token_types in identity/ after checking",
    fixed_by=FixedBy.OPERATOR,
    side=Side.PLATFORM,
)

DPOP_MISSING: Final = _client(
    "dpop-missing",
    "没有持有证明，令牌却绑定了密钥",
    "the token is bound to a key, but no proof came",
)
DPOP_TOKEN_UNBOUND: Final = _client(
    "dpop-token-unbound",
    "附有持有证明，但令牌没有绑定密钥",
    "a proof came with a token that is bound to no key",
)
DPOP_TYP: Final = _client(
    "dpop-typ", "对象类型为 `{got}`，应为 `{expected}`", "it is a `{got}`, not a `{expected}`"
)
DPOP_HEADER: Final = _client(
    "dpop-header",
    "持有证明的签名头须恰有 {expected}",
    "the header of a proof holds exactly {expected}",
)
DPOP_TWICE: Final = _client(
    "dpop-twice",
    "请求带有不止一个持有证明（{got} 个 DPoP 头）",
    "the request carries more than one proof ({got} headers DPoP)",
)
DPOP_CLAIMS: Final = _client(
    "dpop-claims",
    "持有证明内容不合要求：{got}",
    "the claims of the proof are not as agreed: {got}",
)
DPOP_HTM: Final = _client(
    "dpop-htm",
    "持有证明用于方法 `{got}`，本次为 `{expected}`",
    "the proof is for the method `{got}`, this is `{expected}`",
)
DPOP_HTU: Final = _client(
    "dpop-htu", "持有证明用于另一地址", "the proof is for another address than `{expected}`"
)
DPOP_ATH: Final = _client(
    "dpop-ath", "持有证明不是为该令牌生成的", "the proof was made for another token"
)
DPOP_JKT: Final = _client(
    "dpop-jkt",
    "持有证明的密钥不是令牌绑定的密钥",
    "the proof is by another key than the token is bound to",
)
DPOP_OLD: Final = _client(
    "dpop-old",
    "持有证明已过 {got} 秒，上限 {expected} 秒",
    "the proof is {got} s old, limit {expected} s",
)
DPOP_AHEAD: Final = _client(
    "dpop-ahead",
    "持有证明的时间比本机时钟快 {got} 秒",
    "the proof is {got} s ahead of this clock",
)
DPOP_REPLAYED: Final = _client(
    "dpop-replayed", "持有证明已用过一次", "the proof was used before"
)
DPOP_NONCE: Final = _client(
    "dpop-nonce",
    "持有证明没有使用本网关给出的 nonce",
    "the proof does not carry the nonce given out",
)
DPOP_UNGUARDED: Final = ReasonRow(
    code="dpop-unguarded",
    zh="没有接入重放记录，不能接受持有证明",
    en="no replay store is wired, so no proof of possession can be accepted",
    fix_zh="打开验证器时传入重放记录（replay）",
    fix_en="hand a replay store to the verifier (replay)",
    fixed_by=FixedBy.INTEGRATOR,
    side=Side.HOST,
)

ID_NONCE: Final = _round(
    "id-token-nonce",
    "身份令牌的 nonce 不是本次登录的",
    "the nonce is not the one of this login",
)
ID_MIX_UP: Final = _round(
    "id-token-mix-up",
    "登录回调称来自 `{expected}`，身份令牌却由 `{got}` 签发",
    "the callback named the issuer `{expected}`, the token is by `{got}`",
)
ID_AT_HASH: Final = _round(
    "id-token-at-hash", "at_hash 与访问令牌不符", "at_hash does not fit the access token"
)
ID_C_HASH: Final = _round(
    "id-token-c-hash", "c_hash 与授权码不符", "c_hash does not fit the code"
)
ID_AZP: Final = _issuer(
    "id-token-azp", "令牌的 azp 为 `{got}`，不是本网关", "azp is `{got}`, not this gateway"
)

LOGOUT_NONCE: Final = _issuer(
    "logout-nonce", "注销令牌不得含 nonce", "a logout token must not carry a nonce"
)
LOGOUT_EVENTS: Final = _issuer(
    "logout-events",
    "注销令牌的 events 须恰为注销事件",
    "events of a logout token must be the logout event alone",
)
LOGOUT_NOBODY: Final = _issuer(
    "logout-nobody", "注销令牌既无 sub 也无 sid", "a logout token names neither sub nor sid"
)

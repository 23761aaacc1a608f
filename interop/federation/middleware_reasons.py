"""Reasons of the gates that stand before an application."""

from typing import Final

from interop.errors import FixedBy, ReasonRow, Side

GATE_TOKEN_MISSING: Final = ReasonRow(
    code="gate-token-missing",
    zh="请求没有带登录令牌",
    en="the request carries no token",
    fix_zh="登录后，在 Authorization 头中以 Bearer 方式带上令牌",
    fix_en="log in and send the token as Bearer in the Authorization header",
    fixed_by=FixedBy.APPLICANT,
    side=Side.APPLICANT,
)
GATE_TOKEN_MALFORMED: Final = ReasonRow(
    code="gate-token-malformed",
    zh="Authorization 头重复，或写法不合要求",
    en="the Authorization header stands twice or is not well formed",
    fix_zh="只带一个 Authorization 头，写作 Bearer 加一个空格加令牌",
    fix_en="send one Authorization header: Bearer, one space, the token",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
GATE_SCOPE: Final = ReasonRow(
    code="gate-scope",
    zh="该应用要求范围 `{expected}`，令牌不具备",
    en="the application asks for the scope `{expected}`, which the token lacks",
    fix_zh="以所需范围重新取得令牌",
    fix_en="get a token with the scope that is needed",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)

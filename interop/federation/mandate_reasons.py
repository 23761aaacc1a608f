"""Reasons of a mandate's terms: agent, amount, and whether it was taken back."""

from typing import Final

from interop.errors import FixedBy, ReasonRow, Side

MANDATE_WITHOUT_AGENT: Final = ReasonRow(
    code="mandate-without-agent",
    zh="没有经办人：授权委托须由一名自然人行使",
    en="no natural person acts: a mandate is for one to use",
    fix_zh="申报经办人，由其本人登录办理",
    fix_en="declare the agent, who logs in and acts personally",
    fixed_by=FixedBy.APPLICANT,
    side=Side.APPLICANT,
)
MANDATE_AMOUNT_UNSTATED: Final = ReasonRow(
    code="mandate-amount-unstated",
    zh="授权委托限额 {expected} 分，但办件没有说明金额",
    en="the mandate is capped at {expected} fen, and the matter states no amount",
    fix_zh="由办件系统给出金额后重试",
    fix_en="have the case system state the amount, then try again",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
MANDATE_AMOUNT_OVER: Final = ReasonRow(
    code="mandate-amount-over",
    zh="金额 {got} 分超出授权委托的限额 {expected} 分",
    en="{got} fen is over the {expected} fen of the mandate",
    fix_zh="请委托人重新出具限额足够的授权委托",
    fix_en="ask the principal for a mandate with a higher cap",
    fixed_by=FixedBy.APPLICANT,
    side=Side.APPLICANT,
)
MANDATE_REVOKED: Final = ReasonRow(
    code="mandate-revoked",
    zh="委托人已撤销该授权委托",
    en="the principal took the mandate back",
    fix_zh="请委托人重新出具授权委托",
    fix_en="ask the principal for a new mandate",
    fixed_by=FixedBy.APPLICANT,
    side=Side.APPLICANT,
)
MANDATE_STATUS_UNKNOWN: Final = ReasonRow(
    code="mandate-status-unknown",
    zh="无法确认授权委托是否已撤销：没有 `{got}` 的有效撤销名单",
    en="it cannot be told whether the mandate was revoked: no fresh list of `{got}`",
    fix_zh="由运维导入该签发方最新的撤销名单",
    fix_en="have the operator import the issuer's latest revocation list",
    fixed_by=FixedBy.OPERATOR,
    side=Side.PLATFORM,
)

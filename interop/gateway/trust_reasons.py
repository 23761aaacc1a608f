"""Reasons of a gateway's own place in the trust registry."""

from typing import Final

from interop.errors import FixedBy, ReasonRow

ENTRY_MISSING: Final = ReasonRow(
    code="gateway-not-in-registry",
    zh="信任登记中没有本网关 `{got}`（环境 {expected}），或没有它正在使用的公钥",
    en="the trust registry lacks gateway `{got}` in env {expected}, or the key it signs with",
    fix_zh="在 identity/issuers 中登记本网关及其公钥",
    fix_en="enter this gateway and its public keys in identity/issuers",
    fixed_by=FixedBy.OPERATOR,
)
KEY_NOT_HELD: Final = ReasonRow(
    code="gateway-key-not-held",
    zh="对方现以公钥 `{got}` 向本网关加密，密钥目录中没有对应的私钥",
    en="peers encrypt to this gateway under key `{got}`, which is not in the key folder",
    fix_zh="用 interop keys rotate 生成的新密钥目录启动，或更正信任登记中的加密公钥",
    fix_en="start with the folder that interop keys rotate made, or correct the encryption key in the trust registry",
    fixed_by=FixedBy.OPERATOR,
)

"""Reasons of the way out: addresses, proxies, TLS, the network file."""

from typing import Final

from interop.errors import FixedBy, ReasonRow, Side

ADDRESS_DENIED: Final = ReasonRow(
    code="transport-address-denied",
    zh="`{got}` 指向内部、本机或链路本地地址，未经配置放行，不予访问",
    en="`{got}` points into a private, loopback or link-local network that is not allowed",
    fix_zh="核实该地址；确需访问的，在网络配置的 allow 中列出其网段",
    fix_en="check the address; if it is meant, list its network under allow of the network file",
    fixed_by=FixedBy.OPERATOR,
    side=Side.HOST,
)
PROXY_REFUSED: Final = ReasonRow(
    code="transport-proxy-refused",
    zh="外出代理未接通（{got}）",
    en="the outgoing proxy did not connect ({got})",
    fix_zh="检查网络配置中的代理地址、用户与口令，以及代理的放行规则",
    fix_en="check address, user and password of the proxy, and what it lets through",
    fixed_by=FixedBy.OPERATOR,
    side=Side.HOST,
)
CALLERS_MANY: Final = ReasonRow(
    code="transport-callers-many",
    zh="对 `{field}` 同时进行的调用已达上限 {expected}，未在连接时限内轮到",
    en="{expected} calls to `{field}` are in progress, as many as are made at once",
    fix_zh="稍后重试；持续出现时检查对方是否变慢",
    fix_en="try again later; if it lasts, see whether that system has become slow",
    fixed_by=FixedBy.OPERATOR,
    side=Side.HOST,
)
TLS_FILE: Final = ReasonRow(
    code="transport-tls-file",
    zh="`{field}` 不可用：{got}",
    en="`{field}` cannot be used: {got}",
    fix_zh="检查 PEM 文件：证书链从自身证书起，私钥与之相符，口令来自环境变量",
    fix_en="check the PEM files: own certificate first, its key, the passphrase from its variable",
    fixed_by=FixedBy.OPERATOR,
    side=Side.HOST,
)
NETWORK_SETTING: Final = ReasonRow(
    code="transport-network-setting",
    zh="网络配置中的 `{field}` 不可用，应为 {expected}",
    en="`{field}` of the network file is not usable, expected {expected}",
    fix_zh="更正网络配置文件",
    fix_en="correct the network file",
    fixed_by=FixedBy.OPERATOR,
    side=Side.HOST,
)

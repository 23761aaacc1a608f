"""Reasons of the node's HTTP face."""

from typing import Final

from interop.errors import FixedBy, ReasonRow, Side

BODY_TOO_LARGE: Final = ReasonRow(
    code="node-body-too-large",
    zh="请求体超过上限 {expected} 字节",
    en="the request body is over {expected} bytes",
    fix_zh="缩小请求，或分批发送",
    fix_en="send less, or in parts",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
BODY_TOO_SLOW: Final = ReasonRow(
    code="node-body-too-slow",
    zh="请求体未在 {expected} 秒内收完",
    en="the request body did not arrive within {expected} seconds",
    fix_zh="检查网络后重试，或分批发送",
    fix_en="check the network and try again, or send in parts",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
PATH_UNKNOWN: Final = ReasonRow(
    code="node-path-unknown",
    zh="没有 `{got}` 这一地址",
    en="there is no address `{got}`",
    fix_zh="检查请求的地址",
    fix_en="check the address of the request",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
METHOD_REFUSED: Final = ReasonRow(
    code="node-method-refused",
    zh="该地址不接受 {got} 请求，只接受 {expected}",
    en="this address takes no {got} request, only {expected}",
    fix_zh="使用所列的方法",
    fix_en="use a method that is listed",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
KEY_REFUSED: Final = ReasonRow(
    code="node-key-refused",
    zh="应用密钥缺失或不正确",
    en="the application key is missing or wrong",
    fix_zh="在 Authorization 头中以 Bearer 方式带上本节点的应用密钥",
    fix_en="send this node's application key as Bearer in the Authorization header",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
VERB_UNKNOWN: Final = ReasonRow(
    code="node-verb-unknown",
    zh="没有 `{got}` 这一操作；有：{expected}",
    en="there is no verb `{got}`; there are: {expected}",
    fix_zh="使用列出的操作名",
    fix_en="use one of the verbs listed",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
VERSION_NOT_HELD: Final = ReasonRow(
    code="node-version-not-held",
    zh="本节点没有知识版本 `{got}`",
    en="this node does not hold knowledge version `{got}`",
    fix_zh="检查摘要，或向办理地请求",
    fix_en="check the digest, or ask the handling region",
    fixed_by=FixedBy.REGION,
)
INTERNAL: Final = ReasonRow(
    code="node-internal",
    zh="节点内部错误，编号 `{got}`",
    en="internal error of the node, number `{got}`",
    fix_zh="将编号告知运维，日志中有详情",
    fix_en="tell the operator the number; the log has the details",
    fixed_by=FixedBy.OPERATOR,
)

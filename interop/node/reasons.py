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
IDEMPOTENCY_KEY: Final = ReasonRow(
    code="node-idempotency-key",
    zh="该操作需要 Idempotency-Key 头：1 至 {expected} 个可见 ASCII 字符",
    en="this verb needs an Idempotency-Key header of 1 to {expected} visible ASCII characters",
    fix_zh="为每个新请求生成一个键（如 UUID），重试时使用同一个键",
    fix_en="make a key for every new request, such as a UUID, and keep it when retrying",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
CONTENT_TYPE: Final = ReasonRow(
    code="node-content-type",
    zh="请求体须为 {expected}",
    en="the request body must be {expected}",
    fix_zh="将 Content-Type 头设为 {expected}",
    fix_en="send the header Content-Type: {expected}",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
HEADERS_TOO_LARGE: Final = ReasonRow(
    code="node-headers-too-large",
    zh="请求头超过上限 {expected} 字节",
    en="the request headers are over {expected} bytes",
    fix_zh="减少请求头",
    fix_en="send fewer or shorter headers",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
QUERY_REFUSED: Final = ReasonRow(
    code="node-query-refused",
    zh="参数 `{field}` 须为 {expected} 的整数",
    en="the parameter `{field}` must be an integer in {expected}",
    fix_zh="更正该参数",
    fix_en="correct the parameter",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
BUSY: Final = ReasonRow(
    code="node-busy",
    zh="同时进行的请求已达上限 {expected}",
    en="{expected} requests are in progress, as many as this node takes",
    fix_zh="稍后用同一个键重试",
    fix_en="try again a little later, with the same key",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
ONLY_ADVISES: Final = ReasonRow(
    code="node-only-advises",
    zh="本节点以影子模式运行，只提供判断，不办理 `{got}`",
    en="this node runs as a shadow: it advises and does not carry out `{got}`",
    fix_zh="只调用查询类操作，或不带 --shadow 启动",
    fix_en="call what only asks, or start it without --shadow",
    fixed_by=FixedBy.OPERATOR,
    side=Side.HOST,
)
NOT_WORKING: Final = ReasonRow(
    code="node-not-working",
    zh="后台处理已超过 {expected} 秒没有完成一轮",
    en="no round of background work has finished for {expected} seconds",
    fix_zh="查看日志中的 work-failed",
    fix_en="look for work-failed in the log",
    fixed_by=FixedBy.OPERATOR,
)
WEBHOOK_URL: Final = ReasonRow(
    code="node-webhook-url",
    zh="回调地址须为 https（本机可用 http），且不含用户名、密码和片段",
    en="a webhook is told over https (http on this machine), without user, password, fragment",
    fix_zh="更正 --webhook",
    fix_en="correct --webhook",
    fixed_by=FixedBy.OPERATOR,
    side=Side.HOST,
)
WEBHOOK_SECRET: Final = ReasonRow(
    code="node-webhook-secret",
    zh="回调密钥须为 {expected} 字节，可写作 whsec_ 加 Base64",
    en="the secret of a webhook must have {expected} bytes; it may be written as whsec_ and base64",
    fix_zh="更正环境变量 INTEROP_WEBHOOK_SECRET",
    fix_en="correct the variable INTEROP_WEBHOOK_SECRET",
    fixed_by=FixedBy.OPERATOR,
    side=Side.HOST,
)
WEBHOOK_FAILED: Final = ReasonRow(
    code="node-webhook-failed",
    zh="回调接收方返回 {got}，应为 2xx",
    en="the receiver of the webhook answered {got} instead of 2xx",
    fix_zh="检查接收方；事件会保留并重试",
    fix_en="look at the receiver; the event is kept and told again",
    fixed_by=FixedBy.INTEGRATOR,
    side=Side.HOST,
)
WEBHOOK_REFUSED: Final = ReasonRow(
    code="node-webhook-refused",
    zh="回调的签名或时间不可信",
    en="signature or time of the webhook is not to be believed",
    fix_zh="核对密钥与时钟，拒绝该请求",
    fix_en="compare secret and clock; answer with 401 and do nothing",
    fixed_by=FixedBy.INTEGRATOR,
    side=Side.HOST,
)

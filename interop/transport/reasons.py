"""Reasons of adapters and of the way to a regional system."""

from typing import Final

from interop.errors import FixedBy, ReasonRow, Side

ADAPTER_EMPTY: Final = ReasonRow(
    code="adapter-empty",
    zh="适配文件 `{field}` 既没有服务、网关，也没有 extends",
    en="the adapter `{field}` names no service, no gateway and no parent",
    fix_zh="写明 services、gateway 或 extends 之一",
    fix_en="give it services, a gateway or extends",
    fixed_by=FixedBy.INTEGRATOR,
    side=Side.HOST,
)
ADAPTER_EXTENDS: Final = ReasonRow(
    code="adapter-extends",
    zh="适配文件 `{field}` 的 extends 不成立：{got}，应为 {expected}",
    en="the parent of adapter `{field}` does not fit: `{got}`, expected {expected}",
    fix_zh="extends 只能指向上级地区的适配文件，且该文件不得再有 extends",
    fix_en="let extends name a region above, whose own file extends nothing",
    fixed_by=FixedBy.INTEGRATOR,
    side=Side.HOST,
)
ADAPTER_CONTRACT_MISSING: Final = ReasonRow(
    code="adapter-contract-missing",
    zh="`{field}` 指向的契约文件 `{got}` 不存在",
    en="the contract file `{got}` named by `{field}` is not there",
    fix_zh="将契约文件放在适配文件同一目录，现有：{expected}",
    fix_en="put the contract beside the adapter file; there are: {expected}",
    fixed_by=FixedBy.INTEGRATOR,
    side=Side.HOST,
)
ADAPTER_ENDPOINT: Final = ReasonRow(
    code="adapter-endpoint",
    zh="`{field}` 不是可用的地址：`{got}`，应为 {expected}",
    en="`{field}` is no usable address: `{got}`, expected {expected}",
    fix_zh="写完整的 http(s) 地址，不含用户名、查询串和片段；正式环境只能用 https",
    fix_en="give a whole http(s) address without user, query or fragment; prod takes https only",
    fixed_by=FixedBy.INTEGRATOR,
    side=Side.HOST,
)
ADAPTER_SERVICE_MISSING: Final = ReasonRow(
    code="adapter-service-missing",
    zh="适配文件没有服务 `{field}`",
    en="the adapter names no service `{field}`",
    fix_zh="在适配文件或其上级地区的文件中补上该服务，或改用人工渠道",
    fix_en="add the service to the adapter or its parent, or use a manual channel",
    fixed_by=FixedBy.INTEGRATOR,
    side=Side.HOST,
)
ADAPTER_ENDPOINT_MISSING: Final = ReasonRow(
    code="adapter-endpoint-missing",
    zh="`{field}` 没有环境 `{expected}` 的地址",
    en="`{field}` has no address for the environment `{expected}`",
    fix_zh="在覆盖目录中写入该环境的地址",
    fix_en="add the address of that environment in an overlay file",
    fixed_by=FixedBy.INTEGRATOR,
    side=Side.HOST,
)
ADAPTER_FIELD: Final = ReasonRow(
    code="adapter-field",
    zh="`{field}` 中的字段对照有误：{got}，应为 {expected}",
    en="the field table `{field}` is wrong at `{got}`, expected {expected}",
    fix_zh="补齐必备的规范路径，去掉未知或重复的路径与名称",
    fix_en="add the missing canonical paths and drop unknown or repeated paths and names",
    fixed_by=FixedBy.INTEGRATOR,
    side=Side.HOST,
)
CONTRACT_IMPORT: Final = ReasonRow(
    code="transport-contract-import",
    zh="契约 `{field}` 引用了外部文件，随附的契约必须自足",
    en="the contract `{field}` imports another document; a vendored contract stands alone",
    fix_zh="把被引用的定义并入同一文件",
    fix_en="merge the imported definitions into the file",
    fixed_by=FixedBy.INTEGRATOR,
    side=Side.HOST,
)
CONTRACT_INVALID: Final = ReasonRow(
    code="transport-contract-invalid",
    zh="契约 `{field}` 无法载入：{got}",
    en="the contract `{field}` cannot be loaded: {got}",
    fix_zh="按 WSDL 1.1 或 XML Schema 1.0 改正契约文件",
    fix_en="correct the file as WSDL 1.1 or XML Schema 1.0",
    fixed_by=FixedBy.INTEGRATOR,
    side=Side.HOST,
)
SECRET_MALFORMED: Final = ReasonRow(
    code="transport-secret-malformed",
    zh="密钥 `{field}` 含有不可用的字符",
    en="the secret `{field}` holds characters that cannot be sent",
    fix_zh="密钥只能由可见 ASCII 字符组成，最长 4096 个",
    fix_en="use visible ASCII only, at most 4096 characters",
    fixed_by=FixedBy.OPERATOR,
    side=Side.HOST,
)
VALUE_UNMAPPED: Final = ReasonRow(
    code="transport-value-unmapped",
    zh="`{field}` 的值 `{got}` 不在代码表中，可用 {expected}",
    en="the value `{got}` of `{field}` is not in the code list; known are {expected}",
    fix_zh="核对该地区的代码表；未知代码不作猜测",
    fix_en="check the code list of the region; an unknown code is never guessed",
    fixed_by=FixedBy.INTEGRATOR,
    side=Side.HANDLING,
)
IDENTIFIER_UNSENDABLE: Final = ReasonRow(
    code="transport-identifier",
    zh="`{field}` 不能用于请求地址",
    en="`{field}` cannot stand in an address",
    fix_zh="核对编号：不能为空、`.`、`..`，不能含控制字符，最长 200 个字符",
    fix_en="check the number: not empty, `.` or `..`, no control characters, at most 200",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
GRANT_EXPIRED: Final = ReasonRow(
    code="transport-grant-expired",
    zh="用证授权已过期，未发出查询",
    en="the grant has expired; nothing was sent",
    fix_zh="重新告知并取得用证授权",
    fix_en="give notice again and obtain a new grant",
    fixed_by=FixedBy.CALLER,
    side=Side.RECEIVING,
)
REQUEST_TOO_LARGE: Final = ReasonRow(
    code="transport-request-too-large",
    zh="请求 `{field}` 为 {got} 字节，超出上限 {expected}",
    en="the request to `{field}` has {got} bytes, the limit is {expected}",
    fix_zh="减少附带内容，或与对方商定更大的上限",
    fix_en="send less, or agree a higher limit with the region",
    fixed_by=FixedBy.INTEGRATOR,
    side=Side.HOST,
)
REQUEST_INVALID: Final = ReasonRow(
    code="transport-request-invalid",
    zh="请求不符合契约：`{field}`（{got}），未发出",
    en="the request does not fit the contract at `{field}` ({got}); nothing was sent",
    fix_zh="核对办件数据与适配文件中的字段对照",
    fix_en="check the case data and the field table of the adapter",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)
UNREACHABLE: Final = ReasonRow(
    code="transport-unreachable",
    zh="无法连接 `{field}`：{got}；对方未收到任何内容",
    en="`{field}` cannot be reached: {got}; nothing was sent",
    fix_zh="稍后重试；持续失败时核对端点与网络",
    fix_en="retry later; if it lasts, check the endpoint and the network",
    fixed_by=FixedBy.REGION,
    side=Side.HANDLING,
)
BUSY: Final = ReasonRow(
    code="transport-busy",
    zh="`{field}` 暂不可用（{got}），请在 {expected} 秒后重试",
    en="`{field}` is not available now ({got}); retry after {expected} s",
    fix_zh="等待后重试",
    fix_en="wait, then retry",
    fixed_by=FixedBy.REGION,
    side=Side.HANDLING,
)
DEADLINE: Final = ReasonRow(
    code="transport-deadline",
    zh="`{field}` 未在 {expected} 毫秒内答复，结果不明",
    en="`{field}` did not answer within {expected} ms; the outcome is unknown",
    fix_zh="先查询办件进度，再决定是否重发",
    fix_en="ask for the progress before repeating",
    fixed_by=FixedBy.REGION,
    side=Side.HANDLING,
)
CONNECTION_LOST: Final = ReasonRow(
    code="transport-connection-lost",
    zh="与 `{field}` 的连接中断，未收到答复，结果不明",
    en="the connection to `{field}` was lost before an answer; the outcome is unknown",
    fix_zh="先查询办件进度，再决定是否重发",
    fix_en="ask for the progress before repeating",
    fixed_by=FixedBy.REGION,
    side=Side.HANDLING,
)
REDIRECTED: Final = ReasonRow(
    code="transport-redirect",
    zh="`{field}` 返回重定向（{got}），不予跟随",
    en="`{field}` answered with a redirect ({got}); it is not followed",
    fix_zh="把最终地址写入适配文件",
    fix_en="put the final address into the adapter file",
    fixed_by=FixedBy.INTEGRATOR,
    side=Side.HANDLING,
)
STATUS: Final = ReasonRow(
    code="transport-status",
    zh="`{field}` 返回状态码 {got}，应为 {expected}",
    en="`{field}` answered with status {got}, expected {expected}",
    fix_zh="由对方系统排查；附办件编号与时间",
    fix_en="let the region look into it, with the case number and the time",
    fixed_by=FixedBy.REGION,
    side=Side.HANDLING,
)
CONTENT_TYPE: Final = ReasonRow(
    code="transport-content-type",
    zh="`{field}` 返回的内容类型是 `{got}`，应为 {expected}",
    en="`{field}` answered with the content type `{got}`, expected {expected}",
    fix_zh="检查是否被登录页、网关或代理拦截",
    fix_en="check whether a login page, gateway or proxy answered instead",
    fixed_by=FixedBy.REGION,
    side=Side.HANDLING,
)
CONTENT_ENCODED: Final = ReasonRow(
    code="transport-content-encoding",
    zh="`{field}` 返回了压缩内容（{got}），请求中并未允许",
    en="`{field}` answered in the content coding `{got}`, which was not offered",
    fix_zh="关闭对方或中间代理的压缩",
    fix_en="turn compression off there or in the proxy between",
    fixed_by=FixedBy.REGION,
    side=Side.HANDLING,
)
REPLY_EMPTY: Final = ReasonRow(
    code="transport-reply-empty",
    zh="`{field}` 返回空内容",
    en="`{field}` answered with nothing",
    fix_zh="由对方系统排查",
    fix_en="let the region look into it",
    fixed_by=FixedBy.REGION,
    side=Side.HANDLING,
)
REPLY_BROKEN: Final = ReasonRow(
    code="transport-reply-broken",
    zh="`{field}` 的答复不完整或不是合法的 HTTP",
    en="the answer of `{field}` is cut off or is not HTTP",
    fix_zh="由对方系统排查；结果未知时先查询进度",
    fix_en="let the region look into it; ask for the progress before repeating",
    fixed_by=FixedBy.REGION,
    side=Side.HANDLING,
)
REPLY_TOO_LARGE: Final = ReasonRow(
    code="transport-reply-too-large",
    zh="`{field}` 的答复超出上限 {expected} 字节",
    en="the answer of `{field}` is over the limit of {expected} bytes",
    fix_zh="缩小查询范围，或在适配文件中提高上限",
    fix_en="ask for less, or raise the limit in the adapter file",
    fixed_by=FixedBy.INTEGRATOR,
    side=Side.HANDLING,
)
CHARSET: Final = ReasonRow(
    code="transport-charset",
    zh="`{field}` 的字符编码与声明不符或互相矛盾（声明 {got}）",
    en="the bytes of `{field}` do not fit the charset they declare, or fit two ({got})",
    fix_zh="统一 HTTP 头、XML 声明与实际编码；不作猜测，以免乱码",
    fix_en="let header, XML declaration and bytes agree; nothing is guessed",
    fixed_by=FixedBy.REGION,
    side=Side.HANDLING,
)
TEXT_DAMAGED: Final = ReasonRow(
    code="transport-text-damaged",
    zh="`{field}` 含有替换字符 U+FFFD，文字已损坏",
    en="`{field}` holds the replacement character U+FFFD; text was damaged on the way",
    fix_zh="由对方检查转码环节",
    fix_en="let the region check where it converts text",
    fixed_by=FixedBy.REGION,
    side=Side.HANDLING,
)
XML_DTD: Final = ReasonRow(
    code="transport-xml-dtd",
    zh="`{field}` 含有 DOCTYPE，一律拒绝",
    en="`{field}` holds a DOCTYPE, which is always refused",
    fix_zh="去掉 DOCTYPE 与实体声明",
    fix_en="remove the DOCTYPE and entity declarations",
    fixed_by=FixedBy.REGION,
    side=Side.HANDLING,
)
XML_MALFORMED: Final = ReasonRow(
    code="transport-xml-malformed",
    zh="`{field}` 不是合法的 XML（{got}）",
    en="`{field}` is not well-formed XML ({got})",
    fix_zh="由对方改正",
    fix_en="let the region correct it",
    fixed_by=FixedBy.REGION,
    side=Side.HANDLING,
)
XML_SCHEMA: Final = ReasonRow(
    code="transport-xml-schema",
    zh="答复不符合契约：`{field}`（{got}）",
    en="the answer does not fit the contract at `{field}` ({got})",
    fix_zh="由对方按契约改正，或更新契约文件",
    fix_en="let the region keep the contract, or update the contract file",
    fixed_by=FixedBy.REGION,
    side=Side.HANDLING,
)
SOAP_SHAPE: Final = ReasonRow(
    code="transport-soap-shape",
    zh="`{field}` 的 SOAP 信封不是约定的形状：{got}，应为 {expected}",
    en="the SOAP envelope of `{field}` has not the agreed shape: `{got}`, expected {expected}",
    fix_zh="核对命名空间与操作名",
    fix_en="check the namespace and the operation",
    fixed_by=FixedBy.REGION,
    side=Side.HANDLING,
)
SOAP_FAULT: Final = ReasonRow(
    code="transport-soap-fault",
    zh="`{field}` 返回 SOAP Fault：`{got}`",
    en="`{field}` answered with the SOAP fault `{got}`",
    fix_zh="由对方系统排查",
    fix_en="let the region look into it",
    fixed_by=FixedBy.REGION,
    side=Side.HANDLING,
)
REGION_CODE: Final = ReasonRow(
    code="transport-region-code",
    zh="`{field}` 返回错误码 `{got}`，成功应为 {expected}",
    en="`{field}` answered with its error code `{got}`, success is {expected}",
    fix_zh="按该地区接口文档的错误码处理",
    fix_en="look the code up in the interface document of the region",
    fixed_by=FixedBy.REGION,
    side=Side.HANDLING,
)
REPLY_FIELD: Final = ReasonRow(
    code="transport-reply-field",
    zh="答复中的 `{field}` 不可用：{got}，应为 {expected}",
    en="`{field}` of the answer is not usable: `{got}`, expected {expected}",
    fix_zh="由对方按契约改正",
    fix_en="let the region keep the contract",
    fixed_by=FixedBy.REGION,
    side=Side.HANDLING,
)
NOT_HELD: Final = ReasonRow(
    code="transport-not-held",
    zh="`{field}` 没有所请求的内容",
    en="`{field}` does not hold what was asked for",
    fix_zh="向持有该版本的地区索取",
    fix_en="ask the region that holds this version",
    fixed_by=FixedBy.REGION,
    side=Side.HANDLING,
)
DIGEST_MISMATCH: Final = ReasonRow(
    code="transport-digest-mismatch",
    zh="`{field}` 返回的内容与所请求的摘要不符",
    en="what `{field}` sent does not match the digest asked for",
    fix_zh="重新索取；持续不符时报告对方",
    fix_en="ask again; if it lasts, tell the region",
    fixed_by=FixedBy.REGION,
    side=Side.HANDLING,
)
REFUSAL_UNREADABLE: Final = ReasonRow(
    code="transport-refusal-unreadable",
    zh="`{field}` 拒绝了请求（{got}），但未按约定说明原因",
    en="`{field}` refused the request ({got}) without saying why as agreed",
    fix_zh="由对方按约定返回原因",
    fix_en="let the region answer with reasons as agreed",
    fixed_by=FixedBy.REGION,
    side=Side.HANDLING,
)
ADDRESS_NOT_PINNED: Final = ReasonRow(
    code="transport-address-not-pinned",
    zh="没有为主机 `{got}` 固定 IP 地址，不予访问",
    en="no IP address is pinned for the host `{got}`; it is not asked",
    fix_zh="由运维核实后登记该主机的 IP 地址",
    fix_en="have the operator check and register the addresses of that host",
    fixed_by=FixedBy.OPERATOR,
    side=Side.HOST,
)
ADDRESS_UNFETCHABLE: Final = ReasonRow(
    code="transport-address-unfetchable",
    zh="地址须为 https，且不含用户名和片段：{got}",
    en="the address must be https without user or fragment: {got}",
    fix_zh="改正登记的地址",
    fix_en="correct the registered address",
    fixed_by=FixedBy.OPERATOR,
    side=Side.HOST,
)

"""Reasons of signatures, of the tree and of pairwise identifiers."""

from typing import Final

from interop.errors import FixedBy, ReasonRow, Side


def _form(code: str, zh: str, en: str) -> ReasonRow:
    return ReasonRow(
        code=code,
        zh=zh,
        en=en,
        fix_zh="由签发方按 RFC 7515 紧凑格式重新签发，收到后不得改动",
        fix_en="have the issuer write it again in compact form (RFC 7515) and pass it on unchanged",
        fixed_by=FixedBy.REGION,
        side=Side.ISSUER,
    )


def _smuggled(code: str, name: str) -> ReasonRow:
    return ReasonRow(
        code=code,
        zh=f"签名头含有 `{name}`，不予接受",
        en=f"the signed header holds `{name}`, which is refused",
        fix_zh="签名头只写 alg、kid、typ 和约定的参数；公钥只取自信任名录",
        fix_en="write only alg, kid, typ and agreed parameters; keys come from the registry alone",
        fixed_by=FixedBy.REGION,
        side=Side.ISSUER,
    )


def _algorithm(code: str, zh: str, en: str) -> ReasonRow:
    return ReasonRow(
        code=code,
        zh=zh,
        en=en,
        fix_zh="改用信任名录为该密钥登记的算法（如 ES256）",
        fix_en="use the algorithm that the registry pins to the key, such as ES256",
        fixed_by=FixedBy.REGION,
        side=Side.ISSUER,
    )


def _signature(code: str, zh: str, en: str) -> ReasonRow:
    return ReasonRow(
        code=code,
        zh=zh,
        en=en,
        fix_zh="核对内容是否被改动、密钥是否对应；无法说明来源的一律作废",
        fix_en="check that nothing was changed and that the key is the right one; else discard it",
        fixed_by=FixedBy.REGION,
        side=Side.ISSUER,
    )


BASE64URL_PADDING: Final = _form(
    "base64url-padding", "`{field}` 带有填充符 =", "`{field}` is padded with ="
)

BASE64URL_ALPHABET: Final = _form(
    "base64url-alphabet",
    "`{field}` 含有 base64url 以外的字符",
    "`{field}` holds characters outside base64url",
)

BASE64URL_LENGTH: Final = _form(
    "base64url-length",
    "`{field}` 的长度不可能是 base64url",
    "`{field}` has an impossible length",
)

BASE64URL_NOT_CANONICAL: Final = _form(
    "base64url-not-canonical",
    "`{field}` 不是规范的 base64url（末位多余比特不为零）",
    "`{field}` is not canonical base64url: unused bits are set",
)

JWS_NOT_TEXT: Final = _form("jws-not-text", "签名对象应为文本", "the token is not text")

JWS_TOO_LARGE: Final = _form(
    "jws-too-large",
    "签名对象超出 {expected} 字节：{got}",
    "the token has {got} bytes, limit {expected}",
)

JWS_JSON_FORM: Final = _form(
    "jws-json-form",
    "签名对象是 JSON 序列化，不是紧凑格式",
    "the token is JSON serialisation, not compact form",
)

JWS_WHITESPACE: Final = _form(
    "jws-whitespace", "签名对象含有空白字符", "the token holds whitespace"
)

JWS_PART_COUNT: Final = _form(
    "jws-part-count",
    "签名对象应有三段，实有 {got} 段",
    "the token has {got} parts instead of three",
)

JWS_HEADER_MALFORMED: Final = _form(
    "jws-header-malformed",
    "签名头不是合法的 JSON 对象：{got}",
    "the header is no JSON object: {got}",
)

JWS_HEADER_ENCODING: Final = _form(
    "jws-header-encoding",
    "签名头不是规范的 UTF-8（字节序标记、无效字节或孤立代理项）",
    "the header is no sound UTF-8: a byte order mark, wrong bytes or a lone surrogate",
)

JWS_HEADER_NOT_OBJECT: Final = _form(
    "jws-header-not-object", "签名头是 JSON，但不是对象", "the header is JSON but no object"
)

JWS_HEADER_NUMBER: Final = _form(
    "jws-header-number",
    "签名头含有小数、NaN 或超出范围的整数",
    "the header holds a fraction, NaN or a number out of range",
)

JWS_HEADER_DEPTH: Final = _form(
    "jws-header-depth", "签名头嵌套过深", "the header is nested too deep"
)

JWS_HEADER_DUPLICATE: Final = _form(
    "jws-header-duplicate", "签名头有重复的成员", "the header holds a member twice"
)

JWS_HEADER_LIMIT: Final = _form(
    "jws-header-limit",
    "签名头超出上限 {expected}：{got}",
    "the header is over {expected}: {got}",
)

JWS_HEADER_TYPE: Final = _form(
    "jws-header-type", "签名头 `{field}` 应为文本", "the header `{field}` is not text"
)

JWS_HEADER_RESERVED: Final = ReasonRow(
    code="jws-header-reserved",
    zh="签名头参数 `{field}` 由本程序填写，不得另给",
    en="the header `{field}` is written by this library",
    fix_zh="去掉该参数后重新调用",
    fix_en="call again without it",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)

JWS_KID_MALFORMED: Final = _form(
    "jws-kid-malformed",
    "密钥标识 kid 只能是 1 至 128 个字母、数字或 . _ ~ : @ + = - / # ? & ,，且不得像文件路径",
    "kid may be 1 to 128 letters, digits or . _ ~ : @ + = - / # ? & , and no path of files",
)

JWS_KID_MISMATCH: Final = _signature(
    "jws-kid-mismatch", "签名指明另一把密钥 `{got}`", "the token names another key: `{got}`"
)

JWS_CRIT: Final = _smuggled("jws-crit", "crit")

JWS_B64: Final = _smuggled("jws-b64", "b64")

JWS_ZIP: Final = _smuggled("jws-zip", "zip")

JWS_JKU: Final = _smuggled("jws-jku", "jku")

JWS_X5U: Final = _smuggled("jws-x5u", "x5u")

JWS_X5C: Final = _smuggled("jws-x5c", "x5c")

JWS_EMBEDDED_JWK: Final = _smuggled("jws-embedded-jwk", "jwk")

JWS_ALG_MISSING: Final = _algorithm(
    "jws-alg-missing", "签名头没有写明算法", "the header names no algorithm"
)

JWS_ALG_NONE: Final = _algorithm(
    "jws-alg-none", "算法为 none，等于没有签名", "alg none means that nothing is signed"
)

JWS_ALG_SYMMETRIC: Final = _algorithm(
    "jws-alg-symmetric",
    "对称算法 `{got}` 不能向第三方证明来源",
    "the symmetric algorithm `{got}` proves nothing to a third party",
)

JWS_ALG_UNKNOWN: Final = _algorithm(
    "jws-alg-unknown", "未知的签名算法 `{got}`", "unknown signature algorithm `{got}`"
)

JWS_ALG_MISMATCH: Final = _algorithm(
    "jws-alg-mismatch",
    "算法为 `{got}`，该密钥登记的是 `{expected}`",
    "alg is `{got}`, the key is pinned to `{expected}`",
)

JWS_SIGNATURE_LENGTH: Final = _signature(
    "jws-signature-length",
    "签名长度 {got} 字节，应为 {expected}",
    "the signature has {got} bytes instead of {expected}",
)

JWS_SIGNATURE_RANGE: Final = _signature(
    "jws-signature-range",
    "签名中的数值超出范围",
    "a number of the signature is out of range",
)

JWS_SIGNATURE_INVALID: Final = _signature(
    "jws-signature-invalid", "签名验证不通过", "the signature does not verify"
)

MERKLE_INDEX: Final = ReasonRow(
    code="merkle-index",
    zh="树中没有第 {got} 片叶子，共 {expected} 片",
    en="there is no leaf {got} among {expected}",
    fix_zh="序号从 0 起，小于叶子数",
    fix_en="count from 0 and stay below the number of leaves",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)

PAIRWISE_INPUT: Final = ReasonRow(
    code="pairwise-input",
    zh="`{field}` 不能用于生成配对标识",
    en="`{field}` does not serve for a pairwise identifier",
    fix_zh="密钥至少 32 字节；域名只用小写字母、数字、点和连字符；标识写作 scheme|code",
    fix_en="use a key of 32 bytes or more, a sector of a-z 0-9 . -, and `scheme|code`",
    fixed_by=FixedBy.CALLER,
    side=Side.HOST,
)

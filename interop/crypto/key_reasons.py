"""Reasons of public keys."""

from typing import Final

from interop.errors import FixedBy, ReasonRow, Side


def _key(code: str, zh: str, en: str) -> ReasonRow:
    return ReasonRow(
        code=code,
        zh=zh,
        en=en,
        fix_zh="由密钥持有方重新生成并公布合格的公钥（P-256、SM2、Ed25519、Ed448，或 2048 位以上 RSA）",
        fix_en="have its owner publish a sound public key (P-256, SM2, Ed25519, Ed448, RSA of 2048 bits or more)",
        fixed_by=FixedBy.REGION,
        side=Side.ISSUER,
    )


KEY_MALFORMED: Final = _key(
    "key-malformed", "密钥的 `{field}` 不合要求", "`{field}` of the key is malformed"
)

KEY_PRIVATE: Final = _key(
    "key-private",
    "应为公钥，却含有私钥成员；该密钥已泄露，必须作废",
    "a private key where a public one belongs; it has leaked, revoke it",
)

KEY_SYMMETRIC: Final = _key(
    "key-symmetric", "不接受对称密钥（oct）", "symmetric keys are refused"
)

KEY_TYPE: Final = _key(
    "key-type",
    "密钥类型 `{got}` 与 `{expected}` 不符",
    "key type `{got}` does not fit `{expected}`",
)

KEY_CURVE: Final = _key(
    "key-curve", "曲线为 `{got}`，应为 `{expected}`", "the curve is `{got}`, not `{expected}`"
)

KEY_POINT: Final = _key(
    "key-point", "公钥不是曲线上可用的点", "the public key is no usable point of the curve"
)

KEY_LENGTH: Final = _key(
    "key-length",
    "密钥的 `{field}` 长 {got} 字节，应恰为 {expected}",
    "`{field}` of the key has {got} bytes, which must be {expected}",
)

KEY_LEADING_ZERO: Final = _key(
    "key-leading-zero",
    "密钥的 `{field}` 以零字节开头",
    "`{field}` of the key begins with a zero byte",
)

KEY_ENCODING: Final = _key(
    "key-encoding",
    "公钥的点不是规范的写法",
    "the point of the public key is not written the one right way",
)

KEY_ORDER: Final = _key(
    "key-order",
    "公钥的点阶数过小，任何内容都能通过验证",
    "the point of the public key is of low order: it would verify anything",
)

KEY_ALIAS: Final = ReasonRow(
    code="key-alias",
    zh="`{got}` 不是算法 `{expected}` 的别名",
    en="`{got}` is no other name of the algorithm `{expected}`",
    fix_zh="只有 SM2 可以另配别名 SM2withSM3、SM2SM3；改正该签发方的配置",
    fix_en="only SM2 has other names, SM2withSM3 and SM2SM3; correct the issuer's configuration",
    fixed_by=FixedBy.INTEGRATOR,
    side=Side.HOST,
)

KEY_RSA_MODULUS: Final = _key(
    "key-rsa-modulus",
    "RSA 模数不是两个大素数之积（偶数、含小因子或为平方数）",
    "the RSA modulus is no product of two large primes: even, with a small factor, or a square",
)

KEY_RSA_SIZE: Final = _key(
    "key-rsa-size", "RSA 模长 {got} 位，应为 {expected}", "RSA of {got} bits, need {expected}"
)

KEY_RSA_EXPONENT: Final = _key(
    "key-rsa-exponent",
    "RSA 公钥指数须为大于 1 的奇数",
    "the RSA exponent must be odd and over 1",
)

KEY_ROCA: Final = _key(
    "key-roca",
    "RSA 密钥出自有缺陷的生成器（ROCA）",
    "the RSA key comes from a flawed generator (ROCA)",
)

KEY_ALG: Final = _key(
    "key-alg",
    "密钥自称用于 `{got}`，不得用于 `{expected}`",
    "the key is for `{got}`, not `{expected}`",
)

KEY_USE: Final = _key(
    "key-use",
    "密钥用途为 `{got}`，应为 `{expected}`",
    "the key's use is `{got}`, not `{expected}`",
)

KEY_OPS: Final = _key(
    "key-ops", "密钥的 key_ops 不含 `{expected}`", "key_ops of the key lacks `{expected}`"
)

KEY_KID: Final = _key(
    "key-kid", "kid 不是该密钥的 RFC 7638 指纹", "kid is not the RFC 7638 thumbprint of the key"
)

"""Reasons of SM2 and of certificates with it."""

from typing import Final

from interop.errors import FixedBy, ReasonRow, Side

SM2_NO_BACKEND: Final = ReasonRow(
    code="sm2-no-backend",
    zh="没有通过自检的国密实现",
    en="no implementation of SM2 passes its self-test",
    fix_zh="安装 OpenSSL 3.0 以上的系统库 libcrypto，或接入密码机",
    fix_en="install the system library libcrypto of OpenSSL 3.0 or newer, or hand in a security module",
    fixed_by=FixedBy.OPERATOR,
    side=Side.HOST,
)
SM2_VERIFY_ONLY: Final = ReasonRow(
    code="sm2-verify-only",
    zh="本机的国密实现只能验签，不能用于 `{field}`",
    en="the SM2 of this machine only verifies; it has no `{field}`",
    fix_zh="安装 OpenSSL 3.0 以上的系统库 libcrypto，或接入密码机",
    fix_en="install the system library libcrypto of OpenSSL 3.0 or newer, or hand in a security module",
    fixed_by=FixedBy.OPERATOR,
    side=Side.HOST,
)
SM2_KEY: Final = ReasonRow(
    code="sm2-key",
    zh="国密实现不接受该密钥",
    en="the implementation of SM2 refuses the key",
    fix_zh="由密钥持有方重新生成 SM2 密钥",
    fix_en="have its owner make a new SM2 key",
    fixed_by=FixedBy.REGION,
    side=Side.ISSUER,
)
SM2_CIPHERTEXT: Final = ReasonRow(
    code="sm2-ciphertext",
    zh="国密密文损坏，或不是加密给本机的",
    en="the SM2 ciphertext is damaged or meant for another key",
    fix_zh="由发送方以接收方公布的加密公钥重新加密",
    fix_en="have the sender encrypt it again to the key that the recipient publishes",
    fixed_by=FixedBy.REGION,
    side=Side.ISSUER,
)


def _certificate(code: str, zh: str, en: str) -> ReasonRow:
    return ReasonRow(
        code=code,
        zh=zh,
        en=en,
        fix_zh="核对证书及其上级证书；根证书须在 identity/anchors 中或由调用方指定",
        fix_en="check the certificate and those above it; its root belongs into identity/anchors, or is named by the caller",
        fixed_by=FixedBy.INTEGRATOR,
        side=Side.ISSUER,
    )


X509_MALFORMED: Final = _certificate(
    "x509-malformed", "`{field}` 不是合法的证书", "`{field}` is no certificate"
)
X509_ALGORITHM: Final = _certificate(
    "x509-algorithm",
    "证书的密钥或签名不是国密 SM2（{got}）",
    "key or signature of the certificate is not SM2 ({got})",
)
X509_UNTRUSTED: Final = _certificate(
    "x509-untrusted",
    "证书 `{field}` 不能追溯到受信任的根证书",
    "no chain leads from the certificate `{field}` to an anchor",
)
X509_NOT_VALID: Final = _certificate(
    "x509-not-valid",
    "证书 `{field}` 不在有效期 {expected} 内",
    "the certificate `{field}` is valid {expected} only",
)
X509_SIGNATURE: Final = _certificate(
    "x509-signature",
    "证书 `{field}` 的签名与上级证书不符",
    "the signature of the certificate `{field}` is not by the one above it",
)
X509_NOT_CA: Final = _certificate(
    "x509-not-ca",
    "证书 `{field}` 不是签发机构证书",
    "the certificate `{field}` is no authority's",
)
X509_KEY_USAGE: Final = _certificate(
    "x509-key-usage",
    "证书 `{field}` 的密钥不得用于 {expected}",
    "the key of the certificate `{field}` may not be used for {expected}",
)
X509_PATH_LENGTH: Final = _certificate(
    "x509-path-length",
    "证书 `{field}` 之下至多 {expected} 级签发机构，实有 {got} 级",
    "below the certificate `{field}` stand {got} authorities, allowed are {expected}",
)
X509_CRITICAL: Final = _certificate(
    "x509-critical",
    "证书 `{field}` 含有不认识的关键扩展 {got}",
    "the certificate `{field}` has a critical extension that is not known: {got}",
)
X509_TOO_MANY: Final = _certificate(
    "x509-too-many",
    "与证书 `{field}` 一同提交的证书超过 {expected} 张",
    "more than {expected} certificates come with the certificate `{field}`",
)

"""Reasons of encryption, and of the files that keys lie in."""

from typing import Final

from interop.errors import FixedBy, ReasonRow, Side


def _sealed(code: str, zh: str, en: str) -> ReasonRow:
    return ReasonRow(
        code=code,
        zh=zh,
        en=en,
        fix_zh="由发送方按 RFC 7516 以接收方公布的加密公钥重新加密",
        fix_en="have the sender encrypt it again (RFC 7516) to the key that the recipient publishes",
        fixed_by=FixedBy.REGION,
        side=Side.ISSUER,
    )


def _file(code: str, zh: str, en: str, *, fix: tuple[str, str]) -> ReasonRow:
    return ReasonRow(
        code=code,
        zh=zh,
        en=en,
        fix_zh=fix[0],
        fix_en=fix[1],
        fixed_by=FixedBy.OPERATOR,
        side=Side.HOST,
    )


JWE_FORM: Final = _sealed(
    "jwe-form", "密文格式不合要求：{got}", "the encrypted token is malformed: {got}"
)

JWE_TOO_LARGE: Final = _sealed(
    "jwe-too-large",
    "密文超出 {expected} 字节：{got}",
    "the encrypted token has {got} bytes, limit {expected}",
)

JWE_HEADER: Final = _sealed(
    "jwe-header", "密文头 `{field}` 不予接受", "the header `{field}` is refused"
)

JWE_ALG: Final = _sealed(
    "jwe-alg",
    "加密算法 `{got}` 不予接受，应为 {expected}",
    "encryption by `{got}` is refused; use {expected}",
)

JWE_OTHER_RECIPIENT: Final = _sealed(
    "jwe-other-recipient", "密文是给另一把密钥的", "the token is encrypted to another key"
)

JWE_DAMAGED: Final = _sealed(
    "jwe-damaged",
    "密文不能解开：内容被改动或密钥不对",
    "the token does not open: changed, or another key",
)

RING_MISSING: Final = _file(
    "ring-file-missing",
    "缺少密钥文件 `{field}`",
    "the key file `{field}` is missing",
    fix=(
        "先生成密钥（KeyRing.generate 后 save），或把备份放回原处",
        "generate the keys first (KeyRing.generate, then save), or restore the backup",
    ),
)

RING_MALFORMED: Final = _file(
    "ring-file-malformed",
    "密钥文件 `{field}` 不合要求：{got}",
    "the key file `{field}` is malformed: {got}",
    fix=(
        "从备份恢复该文件；.pem 为未加密 PKCS#8 的 P-256 或 SM2 私钥，organ.key 为 32 字节的 base64url，env 为 prod、test 或 sim，waiver 含 name 和 until",
        "restore it from the backup: .pem is unencrypted PKCS#8 of P-256 or SM2, organ.key 32 bytes in base64url, env prod, test or sim, waiver JSON with name and until",
    ),
)

RING_OPEN: Final = _file(
    "ring-file-open",
    "密钥文件 `{field}` 可被他人读取",
    "the key file `{field}` is open to other users",
    fix=(
        "执行 chmod 600，并确认密钥未泄露",
        "run chmod 600 on it and make sure that it has not leaked",
    ),
)

RING_EXISTS: Final = _file(
    "ring-file-exists",
    "密钥文件 `{field}` 已存在，不予覆盖",
    "the key file `{field}` exists and is not overwritten",
    fix=(
        "换一个目录；更换密钥时先备份旧密钥",
        "choose another directory; keep the old keys when rotating",
    ),
)

RING_FORMER: Final = _file(
    "ring-former-keys",
    "已更换的解密密钥有 {got} 把，至多保留 {expected} 把",
    "there are {got} former decryption keys, at most {expected} are held",
    fix=(
        "删除最早的 decryption.<kid>.pem：确认不再有发往该密钥的在途批次、文件和死信",
        "delete the oldest decryption.<kid>.pem once no batch, file or dead letter is encrypted to it",
    ),
)

CIPHER_KEY: Final = _file(
    "cipher-key-length",
    "加密密钥应为 {expected} 字节，实为 {got}",
    "the key has {got} bytes instead of {expected}",
    fix=(
        "检查单位密钥文件",
        "check the organ's key file",
    ),
)

CIPHER_TOO_LARGE: Final = _file(
    "cipher-too-large",
    "内容超出 {expected} 字节：{got}",
    "the content has {got} bytes, limit {expected}",
    fix=(
        "拆分内容后再保存",
        "store it in parts",
    ),
)

CIPHER_DAMAGED: Final = _file(
    "cipher-damaged",
    "存储的密文不能解开：内容被改动、密钥不对或换了位置",
    "stored bytes do not open: changed, moved, or under another key",
    fix=(
        "从备份恢复；若更换过单位密钥，用旧密钥打开",
        "restore from the backup; after a change of the organ's key, open with the old one",
    ),
)

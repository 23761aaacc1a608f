"""Reasons of the two profiles and of waivers."""

from typing import Final

from interop.errors import FixedBy, ReasonRow, Side


def _held(code: str, zh: str, en: str, *, fix: tuple[str, str]) -> ReasonRow:
    return ReasonRow(
        code=code,
        zh=zh,
        en=en,
        fix_zh=fix[0],
        fix_en=fix[1],
        fixed_by=FixedBy.OPERATOR,
        side=Side.HOST,
    )


PROFILE_MIXED: Final = _held(
    "profile-mixed",
    "签名密钥与解密密钥分属两个密码方案：{got}",
    "signing and decryption keys belong to two profiles: {got}",
    fix=(
        "两把密钥须同属一个方案：development（P-256）或 production-cn（SM2）",
        "make both keys for one profile: development (P-256) or production-cn (SM2)",
    ),
)
PROFILE_NO_BACKEND: Final = _held(
    "profile-no-backend",
    "production-cn 需要能签名的国密实现，本机只有 `{got}`",
    "production-cn needs an SM2 that signs; this machine has only `{got}`",
    fix=(
        "安装 OpenSSL 3.0 以上的系统库 libcrypto，或接入密码机",
        "install the system library libcrypto of OpenSSL 3.0 or newer, or hand in a security module",
    ),
)
PROFILE_NO_SM3: Final = _held(
    "profile-no-sm3",
    "production-cn 需要 SM3，Python 所用的 OpenSSL 没有提供",
    "production-cn needs SM3, which the OpenSSL of this Python does not have",
    fix=(
        "改用带有 SM3 的 OpenSSL 构建的 Python",
        "use a Python that is built on an OpenSSL with SM3",
    ),
)
PROFILE_SOFTWARE_KEYS: Final = _held(
    "profile-software-keys",
    "production-cn 的私钥在软件中，未获豁免",
    "private keys of production-cn lie in software without a waiver",
    fix=(
        "把私钥移入密码机；确需软件密钥的，写明豁免的名称和截止日（interop keys new --waiver … --waiver-until …）",
        "keep the keys in a security module, or name a waiver with its last day (interop keys new --waiver … --waiver-until …)",
    ),
)
PROFILE_WAIVER_OVER: Final = _held(
    "profile-waiver-over",
    "软件密钥的豁免已于 {got} 到期",
    "the waiver for software keys ended on {got}",
    fix=(
        "把私钥移入密码机，或取得新的豁免后更新 waiver 文件",
        "keep the keys in a security module, or get a new waiver and write it into the file waiver",
    ),
)
PROFILE_WAIVER_TERM: Final = _held(
    "profile-waiver-term",
    "软件密钥的豁免截止日 {got} 过远，至多 {expected} 天",
    "the waiver for software keys ends on {got}, over {expected} days off",
    fix=(
        "缩短豁免期限，到期再行审批",
        "shorten the waiver and have it granted again when it ends",
    ),
)
WAIVER_NAME: Final = _held(
    "waiver-name",
    "豁免须有名称，至多 {expected} 个可见字符",
    "a waiver needs a name of at most {expected} printable characters",
    fix=(
        "写明批准豁免的文件名称或文号",
        "name the document that grants it",
    ),
)

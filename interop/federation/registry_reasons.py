"""Reasons of the signed trust registry: its form, its signer, its place in the sequence."""

from typing import Final

from interop.errors import FixedBy, ReasonRow, Side


def _row(code: str, zh: str, en: str, /, *fixes: str) -> ReasonRow:
    fix_zh, fix_en = fixes
    return ReasonRow(
        code=code,
        zh=zh,
        en=en,
        fix_zh=fix_zh,
        fix_en=fix_en,
        fixed_by=FixedBy.OPERATOR,
        side=Side.PLATFORM,
    )


_FETCH_ZH: Final = "从信任名录的发布方重新取得当前版本，核对摘要后再启用"
_FETCH_EN: Final = (
    "get the present version from the registry's publisher and compare its digest"
)

REGISTRY_TYP: Final = _row(
    "registry-typ",
    "不是已签名的信任名录，而是 `{got}`",
    "it is a `{got}`, not a signed trust registry",
    _FETCH_ZH,
    _FETCH_EN,
)
REGISTRY_SIGNER: Final = _row(
    "registry-signer-unknown",
    "信任名录由未固定的密钥 `{got}` 签名",
    "the registry is signed by the key `{got}`, which is not pinned here",
    "与发布方当面核对签名公钥后再固定；不得从名录自身取用",
    "pin the signer's public key after checking it with the publisher, never from the file",
)
REGISTRY_MALFORMED: Final = _row(
    "registry-malformed",
    "信任名录内容不合要求：{got}",
    "the content of the registry is not as agreed: {got}",
    _FETCH_ZH,
    _FETCH_EN,
)
REGISTRY_AHEAD: Final = _row(
    "registry-issued-later",
    "信任名录的签发时间比本机时钟快 {got} 秒",
    "the registry was issued {got} s ahead of this clock",
    "核对本机时钟（NTP）",
    "check the clock of this host (NTP)",
)
REGISTRY_ROLLBACK: Final = _row(
    "registry-rollback",
    "信任名录版本为 {got}，本机已用过版本 {expected}，不得退回",
    "this is version {got}, version {expected} was in use here; going back is refused",
    "换上版本 {expected} 或更新的名录；确需撤回时，发布内容相同的更高版本",
    "use version {expected} or later; to undo a change publish it again as a higher version",
)
REGISTRY_FORK: Final = _row(
    "registry-fork",
    "信任名录版本 {expected} 有两份不同内容",
    "there are two different registries of version {expected}",
    "停用并查明发布方密钥是否被盗用；由发布方以更高版本澄清",
    "stop and find out whether the publisher's key was stolen; a higher version settles it",
)
REGISTRY_PREVIOUS: Final = _row(
    "registry-previous",
    "信任名录所承接的上一版不是本机所用的版本 {expected}",
    "the registry does not follow the version {expected} that is in use here",
    _FETCH_ZH,
    _FETCH_EN,
)
REGISTRY_GAP: Final = _row(
    "registry-gap",
    "信任名录版本 {got} 的沿革不含本机所用的版本 {expected}，无法证明承接关系",
    "the history of version {got} does not reach back to version {expected} in use here",
    "依次启用中间各版，或由发布方附上更长的沿革重新签名",
    "take the versions between in their order, or have it signed with a longer history",
)
REGISTRY_OTHER: Final = _row(
    "registry-other",
    "这是另一部信任名录 `{got}`，本机所用为 `{expected}`",
    "this is another registry `{got}`; `{expected}` is in use here",
    "确认要改用另一部名录后，由运维清除旧的版本记录",
    "if the change is meant, have the operator remove the old version mark",
)
REGISTRY_MARK: Final = _row(
    "registry-mark-damaged",
    "版本记录 `{field}` 无法读出",
    "the version mark `{field}` cannot be read",
    "从备份恢复；不要删除，否则无法再发现版本回退",
    "restore it from a backup; without it a rollback can no longer be seen",
)
REGISTRY_SEQUENCE: Final = _row(
    "registry-sequence",
    "新版须为版本 {expected}，实为 {got}",
    "the new registry must be version {expected}, not {got}",
    "在 identity/registry.toml 中把 version 加一，previous 写上一版摘要",
    "raise version by one in identity/registry.toml and put the last digest into previous",
)

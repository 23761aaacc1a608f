"""Reasons of sealed documents: what bars reading one, and what a check of a seal finds."""

from typing import Final

from interop.errors import FixedBy, ReasonRow, Side

_SEND_AGAIN_ZH: Final = "请出具单位重新提供原始文件；不要用压缩软件另存"
_SEND_AGAIN_EN: Final = "ask the issuer for the original file; do not repack it"
_OTHER_ZH: Final = "请出具单位用国密电子印章重新签章，或提交材料原件"
_OTHER_EN: Final = "have the issuer seal it again with an SM2 seal, or hand in the original"


def _package(code: str, zh: str, en: str) -> ReasonRow:
    return ReasonRow(
        code=code,
        zh=zh,
        en=en,
        fix_zh=_SEND_AGAIN_ZH,
        fix_en=_SEND_AGAIN_EN,
        fixed_by=FixedBy.APPLICANT,
        side=Side.APPLICANT,
    )


def _seal(code: str, zh: str, en: str) -> ReasonRow:
    return ReasonRow(
        code=code,
        zh=zh,
        en=en,
        fix_zh=_OTHER_ZH,
        fix_en=_OTHER_EN,
        fixed_by=FixedBy.REGION,
        side=Side.ISSUER,
    )


OFD_TOO_LARGE: Final = _package(
    "ofd-too-large",
    "文件 {got} 字节，超过 {expected}",
    "the file has {got} bytes, over {expected}",
)
OFD_NO_ZIP: Final = _package(
    "ofd-no-zip", "不是完整的 OFD（ZIP）文件：{got}", "it is no whole OFD (ZIP) file: {got}"
)
OFD_ENTRIES: Final = _package(
    "ofd-entries",
    "包内有 {got} 个文件，超过 {expected}",
    "it holds {got} files, over {expected}",
)
OFD_BOMB: Final = _package(
    "ofd-bomb",
    "`{field}` 解压后过大或压缩比过高（{got}，上限 {expected}）",
    "`{field}` unpacks to too much ({got}, limit {expected})",
)
OFD_OVERLAP: Final = _package(
    "ofd-overlap",
    "`{field}` 与包内其他文件重叠",
    "`{field}` overlaps another file of the package",
)
OFD_HIDDEN: Final = _package(
    "ofd-hidden",
    "包内有目录中没有列出的内容（位置 {got}）",
    "the package holds something its directory does not list (at {got})",
)
OFD_TWICE: Final = _package(
    "ofd-twice",
    "包内有两个名为 `{field}` 的文件（大小写视为相同）",
    "two files of the package are called `{field}`, whatever their case",
)
OFD_TRAVERSAL: Final = _package(
    "ofd-traversal",
    "文件名 `{field}` 指向包外",
    "the file name `{field}` leads out of the package",
)
OFD_BACKSLASH: Final = _package(
    "ofd-backslash", "文件名 `{field}` 含反斜杠", "the file name `{field}` has a backslash"
)
OFD_NAME: Final = _package(
    "ofd-name", "文件名 `{field}` 无法使用", "the file name `{field}` cannot be used"
)
OFD_DEPTH: Final = _package(
    "ofd-depth",
    "`{field}` 的文件夹层数超过 {expected}",
    "`{field}` lies more than {expected} folders deep",
)
OFD_ENCRYPTED: Final = _package("ofd-encrypted", "`{field}` 已加密", "`{field}` is encrypted")
OFD_SYMLINK: Final = _package(
    "ofd-symlink", "`{field}` 不是普通文件", "`{field}` is no regular file"
)
OFD_METHOD: Final = _package(
    "ofd-method",
    "`{field}` 的压缩方法 {got} 不支持",
    "`{field}` is packed by the unknown method {got}",
)
OFD_HEADER: Final = _package(
    "ofd-header",
    "`{field}` 的文件头与目录不一致",
    "the header of `{field}` differs from the directory",
)
OFD_DATA: Final = _package(
    "ofd-data", "`{field}` 的数据损坏", "the data of `{field}` is damaged"
)
OFD_XML: Final = _package(
    "ofd-xml", "`{field}` 不是合法的 XML（{got}）", "`{field}` is no well-formed XML ({got})"
)
OFD_XML_DTD: Final = _package(
    "ofd-xml-dtd",
    "`{field}` 含有文档类型声明或实体",
    "`{field}` has a document type declaration or entities",
)
OFD_XML_LIMIT: Final = _package(
    "ofd-xml-limit",
    "`{field}` 的大小、层数或元素数超过 {expected}",
    "size, depth or elements of `{field}` are over {expected}",
)
OFD_PART_MISSING: Final = _package(
    "ofd-part-missing", "包内没有 `{field}`", "the package has no `{field}`"
)
OFD_PART_TWICE: Final = _package(
    "ofd-part-twice",
    "`{field}` 应只有一个 {expected}，实有 {got} 个",
    "`{field}` should have one {expected}, not {got}",
)
OFD_SEALS_MANY: Final = _package(
    "ofd-seals-many", "电子印章超过 {expected} 个", "it has more than {expected} seals"
)
PDF_UNREADABLE: Final = _package(
    "pdf-unreadable", "无法读取该 PDF：{got}", "the PDF cannot be read: {got}"
)

NO_SEAL: Final = _seal("seal-none", "文件没有电子印章", "the document has no seal")
SEAL_FORM: Final = _seal(
    "seal-form",
    "`{field}` 不是 GM/T 0031 或 GB/T 38540 的电子签章数据（{got}）",
    "`{field}` is no seal signature of GM/T 0031 or GB/T 38540 ({got})",
)
SEAL_KIND: Final = _seal(
    "seal-kind",
    "`{field}` 是不带印章的数字签名（{got}），不支持验证",
    "`{field}` is a signature without a seal ({got}), which is not supported",
)
SEAL_ALGORITHM: Final = _seal(
    "seal-algorithm",
    "签名算法 `{got}` 不支持，只支持 SM2 与 SM3",
    "the signature algorithm `{got}` is not supported, only SM2 with SM3 is",
)
SEAL_CERTIFICATE: Final = _seal(
    "seal-certificate",
    "`{field}` 的证书无法读取（{got}）",
    "the certificate of the `{field}` cannot be read ({got})",
)
DIGEST_WEAK: Final = _seal(
    "seal-digest-weak",
    "摘要算法 `{got}` 已不安全，不予认可",
    "the digest `{got}` is broken and not accepted",
)
DIGEST_UNKNOWN: Final = _seal(
    "seal-digest-unknown", "不认识摘要算法 `{got}`", "the digest `{got}` is not known"
)
REFERENCES_NONE: Final = _seal(
    "seal-references-none", "签章没有引用任何文件", "the seal refers to no file"
)
REFERENCE_LOST: Final = _seal(
    "seal-reference-lost",
    "签章引用的 `{field}` 不在包内",
    "the package lacks `{field}`, which the seal refers to",
)
FILE_CHANGED: Final = _seal(
    "seal-file-changed",
    "`{field}` 在签章后被改动",
    "`{field}` was changed after the seal was put on",
)
NOT_COVERED: Final = _seal(
    "seal-not-covered",
    "有 {got} 个文件不在签章范围内，如 `{field}`",
    "{got} files lie outside the signed references, such as `{field}`",
)
SIGNATURE_FILE_CHANGED: Final = _seal(
    "seal-signature-file-changed",
    "`{field}` 与签章中的摘要不符",
    "`{field}` differs from the digest in the seal signature",
)
SIGNATURE_FALSE: Final = _seal(
    "seal-signature-false",
    "签章的签名值不是签章人所签",
    "the signature is not by the signer named in it",
)
SEAL_FALSE: Final = _seal(
    "seal-false",
    "电子印章的签名值不是制章人所签",
    "the seal itself is not signed by the seal maker named in it",
)
SIGNER_NOT_IN_SEAL: Final = _seal(
    "seal-signer-not-listed",
    "签章人证书不在印章允许的证书之列",
    "the seal does not list the signer's certificate",
)
SIGNER_NOT_VALID: Final = _seal(
    "seal-signer-not-valid",
    "签章时间 {got} 不在签章人证书有效期 {expected} 内",
    "the signer's certificate is valid {expected}, the seal was put on at {got}",
)
SIGNER_KEY_USE: Final = _seal(
    "seal-signer-key-use",
    "`{field}` 的证书不得用于签名",
    "the certificate of the `{field}` is not for signing",
)
MAKER_NOT_VALID: Final = _seal(
    "seal-maker-not-valid",
    "签章时间 {got} 不在制章人证书有效期 {expected} 内",
    "the seal maker's certificate is valid {expected}, the seal was put on at {got}",
)
SEAL_NOT_VALID: Final = _seal(
    "seal-not-valid",
    "签章时间 {got} 不在印章有效期 {expected} 内",
    "the seal is valid {expected}, it was put on at {got}",
)
TIME_UNREADABLE: Final = _seal(
    "seal-time-unreadable",
    "签章时间 `{got}` 无法读取",
    "the signing time `{got}` cannot be read",
)
TIME_AHEAD: Final = _seal(
    "seal-time-ahead",
    "签章时间 {got} 晚于查询日 {expected}",
    "the seal was put on at {got}, after the day of asking {expected}",
)
NOT_TRUSTED: Final = ReasonRow(
    code="seal-not-trusted",
    zh="`{field}` 的证书不能追溯到受信任的证书（{got}）",
    en="no anchor vouches for the certificate of the `{field}` ({got})",
    fix_zh="向签章单位核实其证书或上级证书，再放入 identity/anchors 或用 --anchor 指定",
    fix_en="check the certificate, or the one above it, with the sealing organ; put it into identity/anchors or name it by --anchor",
    fixed_by=FixedBy.INTEGRATOR,
    side=Side.PLATFORM,
)
LATER_EXTENDED: Final = _seal(
    "seal-later-extended",
    "签章后文件又经另一有效签章扩充（{got} 个文件，如 `{field}`）",
    "another valid seal later extended the document ({got} files, such as `{field}`)",
)
LATER_CHANGED: Final = _seal(
    "seal-later-changed",
    "签章后文件又有增补，且没有有效签章全部涵盖",
    "the document was extended later, and no valid seal covers all of it",
)
ANCHOR_TWICE: Final = ReasonRow(
    code="anchor-twice",
    zh="`{field}` 的证书已在前面列出",
    en="the certificate of `{field}` is listed before",
    fix_zh="每个证书只保留一行",
    fix_en="keep one row per certificate",
    fixed_by=FixedBy.INTEGRATOR,
)
ANCHOR_BROKEN: Final = ReasonRow(
    code="anchor-broken",
    zh="`{field}` 的证书无法使用（{got}）",
    en="the certificate of `{field}` cannot be used ({got})",
    fix_zh="填写证书的 PEM 全文",
    fix_en="give the whole PEM of the certificate",
    fixed_by=FixedBy.INTEGRATOR,
)
PDF_EXTRA_MISSING: Final = ReasonRow(
    code="pdf-extra-missing",
    zh="验证 PDF 需要安装附加组件 pdf",
    en="verifying a PDF needs the extra `pdf`",
    fix_zh="运行 pip install 'interop-gateway[pdf]'",
    fix_en="run pip install 'interop-gateway[pdf]'",
    fixed_by=FixedBy.OPERATOR,
    side=Side.HOST,
)

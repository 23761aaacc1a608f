"""Reasons of the exchange room."""

from typing import Final

from interop.errors import FixedBy, ReasonRow

WRONG_ENV: Final = ReasonRow(
    code="exchange-wrong-env",
    zh="对方环境为 `{got}`，本节点环境为 `{expected}`",
    en="the peer's env is `{got}`, this node's is `{expected}`",
    fix_zh="生产、测试和模拟环境互不往来，检查对端地址",
    fix_en="prod, test and sim never meet; check the peer's address",
    fixed_by=FixedBy.OPERATOR,
)
WRONG_RECIPIENT: Final = ReasonRow(
    code="exchange-wrong-recipient",
    zh="该批次发往 `{got}`，本节点为 `{expected}`",
    en="the batch is for `{got}`, this node is `{expected}`",
    fix_zh="检查发送方的对端地址配置",
    fix_en="check the sender's peer address",
    fixed_by=FixedBy.OPERATOR,
)
UNKNOWN_KEY: Final = ReasonRow(
    code="exchange-unknown-key",
    zh="`{field}` 没有密钥 `{got}`",
    en="`{field}` has no key `{got}`",
    fix_zh="更新信任登记中的公钥；签名密钥已失效的文件由对方重新导出",
    fix_en="update the public keys in the trust registry; let the peer export again what a key signed that has ended",
    fixed_by=FixedBy.OPERATOR,
)
BATCH_MALFORMED: Final = ReasonRow(
    code="exchange-batch-malformed",
    zh="批次格式有误：`{field}` 应为 {expected}，实为 {got}",
    en="the batch is malformed: `{field}` should be {expected}, got {got}",
    fix_zh="由发送方重新生成批次",
    fix_en="let the sender make the batch again",
    fixed_by=FixedBy.REGION,
)
WRONG_TYPE: Final = ReasonRow(
    code="exchange-wrong-type",
    zh="签名对象的类型应为 `{expected}`，实为 `{got}`",
    en="the signed object should be of type `{expected}`, got `{got}`",
    fix_zh="检查对端是否把批次与回执混用",
    fix_en="check whether the peer sends batches and receipts in each other's place",
    fixed_by=FixedBy.REGION,
)
ROOT_MISMATCH: Final = ReasonRow(
    code="exchange-root-mismatch",
    zh="信封与批次签名的根不符",
    en="the envelopes do not give the signed root",
    fix_zh="内容在途中被改动，由发送方重发",
    fix_en="the content was changed on its way; let the sender send again",
    fixed_by=FixedBy.REGION,
)
GAP: Final = ReasonRow(
    code="exchange-gap",
    zh="通道 `{field}` 应从 {expected} 开始，收到 {got}",
    en="channel `{field}` should go on at {expected}, got {got}",
    fix_zh="从所需序号起重发",
    fix_en="send again from the expected number",
    fixed_by=FixedBy.REGION,
)
FORK: Final = ReasonRow(
    code="exchange-fork",
    zh="通道 `{field}` 的同一序号 {got} 出现了不同内容",
    en="channel `{field}` shows other content under the same number {got}",
    fix_zh="人工核对双方审计链，再用 interop exchange lift-fork 解除告警",
    fix_en="compare both audit chains, then lift the alarm with interop exchange lift-fork",
    fixed_by=FixedBy.OPERATOR,
)
STALE_EPOCH: Final = ReasonRow(
    code="exchange-stale-epoch",
    zh="通道 `{field}` 的纪元应为 {expected}，收到 {got}",
    en="channel `{field}` is in epoch {expected}, got {got}",
    fix_zh="核对哪一方的数据库是从备份恢复的",
    fix_en="find out which side's database was restored from a backup",
    fixed_by=FixedBy.OPERATOR,
)
RECEIPT_MISMATCH: Final = ReasonRow(
    code="exchange-receipt-mismatch",
    zh="回执的 `{field}` 应为 {expected}，实为 {got}",
    en="`{field}` of the receipt should be {expected}, got {got}",
    fix_zh="保留批次并人工核对",
    fix_en="keep the batch and compare by hand",
    fixed_by=FixedBy.OPERATOR,
)
ENVELOPE_MISMATCH: Final = ReasonRow(
    code="exchange-envelope-mismatch",
    zh="信封的 `{field}` 与其内容不符",
    en="`{field}` of the envelope does not fit its content",
    fix_zh="由发送方重新生成该消息",
    fix_en="let the sender make the message again",
    fixed_by=FixedBy.REGION,
)
MESSAGE_TOO_LARGE: Final = ReasonRow(
    code="exchange-message-too-large",
    zh="消息的 `{field}` 长度为 {got}，上限为 {expected}",
    en="`{field}` of the message has length {got}; the limit is {expected}",
    fix_zh="减少随案转交的内容，大件材料只传摘要",
    fix_en="hand over less; of large materials send the digest only",
    fixed_by=FixedBy.CALLER,
)
BEHIND_DEAD_LETTER: Final = ReasonRow(
    code="exchange-behind-dead-letter",
    zh="同一办件有更早的消息尚待处理，本消息排在其后",
    en="an earlier message of this case waits for a person; this one waits behind it",
    fix_zh="处理更早的死信后一并重投：interop exchange redrive",
    fix_en="settle the earlier dead letter, then redrive: interop exchange redrive",
    fixed_by=FixedBy.OPERATOR,
)
MESSAGE_CHANGED: Final = ReasonRow(
    code="exchange-message-changed",
    zh="同一编号的消息此前已收到过另一内容",
    en="a message with this identifier was received before with other content",
    fix_zh="对方恢复备份后另行生成了内容，双方核对该办件",
    fix_en="the sender stated it anew after a restore; compare the case on both sides",
    fixed_by=FixedBy.OPERATOR,
)
DEAD_LETTER_SHREDDED: Final = ReasonRow(
    code="dead-letter-shredded",
    zh="办件 `{field}` 的密钥已销毁，死信 {got} 无法重投",
    en="the key of case `{field}` is destroyed; dead letter {got} cannot be redriven",
    fix_zh="放弃该死信：interop exchange deadletters discard",
    fix_en="discard it: interop exchange deadletters discard",
    fixed_by=FixedBy.OPERATOR,
)
MARK_MISMATCH: Final = ReasonRow(
    code="exchange-mark-mismatch",
    zh="水位声明的 `{field}` 应为 {expected}，实为 {got}",
    en="`{field}` of the mark statement should be {expected}, got {got}",
    fix_zh="检查该文件或答复是否来自正确的对端",
    fix_en="check whether the file or answer comes from the right peer",
    fixed_by=FixedBy.OPERATOR,
)
ASK_INCOMPLETE: Final = ReasonRow(
    code="exchange-ask-incomplete",
    zh="询问缺少 `{field}`",
    en="the question lacks `{field}`",
    fix_zh="补全后再问",
    fix_en="complete it and ask again",
    fixed_by=FixedBy.REGION,
)
NOTHING_OPEN: Final = ReasonRow(
    code="exchange-nothing-open",
    zh="通道 `{field}` 上没有等待回执的批次",
    en="no batch awaits a receipt on channel `{field}`",
    fix_zh="无需处理；先取批次，再交回执",
    fix_en="nothing to do; pull a batch before giving its receipt",
    fixed_by=FixedBy.REGION,
)
SUMMARY_MALFORMED: Final = ReasonRow(
    code="exchange-summary-malformed",
    zh="对账答复的 `{field}` 有误",
    en="`{field}` of the answer to a reconciliation is wrong",
    fix_zh="由对端检查其对账答复",
    fix_en="have the peer check its answer",
    fixed_by=FixedBy.REGION,
)
PREFIX_MALFORMED: Final = ReasonRow(
    code="exchange-prefix-malformed",
    zh="对账前缀 `{got}` 不是十六进制前缀",
    en="`{got}` is no prefix in hexadecimal",
    fix_zh="按 0-9a-f 书写前缀",
    fix_en="write prefixes in 0-9a-f",
    fixed_by=FixedBy.REGION,
)
FILE_TOO_LARGE: Final = ReasonRow(
    code="exchange-file-too-large",
    zh="文件 `{field}` 超过 {expected} 字节",
    en="file `{field}` is over {expected} bytes",
    fix_zh="检查该文件是否来自 interop exchange export",
    fix_en="check whether it was written by interop exchange export",
    fixed_by=FixedBy.OPERATOR,
)
PIECE_MALFORMED: Final = ReasonRow(
    code="exchange-piece-malformed",
    zh="材料分片格式有误：`{field}` 应为 {expected}，实为 {got}",
    en="the piece of a content is malformed: `{field}` should be {expected}, got {got}",
    fix_zh="由收件地重新导出或发送",
    fix_en="let the receiving region export or send it again",
    fixed_by=FixedBy.REGION,
)
PIECE_ALTERED: Final = ReasonRow(
    code="exchange-piece-altered",
    zh="材料分片与其签名的摘要不符",
    en="the piece of a content is not that of the digest signed",
    fix_zh="文件不完整或在途中被改动，重新导出",
    fix_en="it is torn, or was changed on its way; export it again",
    fixed_by=FixedBy.OPERATOR,
)
PROOF_UNKNOWN: Final = ReasonRow(
    code="exchange-proof-unknown",
    zh="通道 `{field}` 上没有可证明的第 {got} 号消息",
    en="message {got} of channel `{field}` cannot be proven here",
    fix_zh="核对地区、通道和序号；已销毁密钥的办件不再可证",
    fix_en="check region, lane and number; a case whose key is destroyed is proven no more",
    fixed_by=FixedBy.CALLER,
)
PROOF_WRONG: Final = ReasonRow(
    code="exchange-proof-wrong",
    zh="证明的 `{field}` 与已签名的根不符",
    en="`{field}` of the proof does not lead to the signed root",
    fix_zh="不要采信；向出具方索取原始证明",
    fix_en="do not believe it; ask whoever gave it for the original",
    fixed_by=FixedBy.CALLER,
)
CHAIN_BROKEN: Final = ReasonRow(
    code="exchange-chain-broken",
    zh="审计链在 `{field}` 处不成立（应为 {expected}，实为 {got}）",
    en="the audit chain does not hold at `{field}` (expected {expected}, got {got})",
    fix_zh="保全该文件，与对端回执逐条核对",
    fix_en="secure the file and compare it with the peers' receipts",
    fixed_by=FixedBy.OPERATOR,
)
CHAIN_NOT_COSIGNED: Final = ReasonRow(
    code="exchange-chain-not-cosigned",
    zh="对端在 `{got}` 会签的内容与本链不符",
    en="what the peer cosigned at `{got}` is not in this chain",
    fix_zh="本链曾被改写或恢复过备份，与对端核对",
    fix_en="the chain was rewritten or restored from a backup; compare with the peer",
    fixed_by=FixedBy.OPERATOR,
)
ASK_STALE: Final = ReasonRow(
    code="exchange-ask-stale",
    zh="问询时刻 {got} 与本节点相差超过 {expected} 秒",
    en="the question was signed at {got}, more than {expected} seconds from now",
    fix_zh="校准两端时钟；问询不得重放",
    fix_en="set the clocks of both ends; a question is not replayed",
    fixed_by=FixedBy.OPERATOR,
)

"""Reasons of the store: the file, the keys, cases, channels, tasks, versions, the audit chain."""

from typing import Final

from interop.errors import FixedBy, ReasonRow

STORE_FULL: Final = ReasonRow(
    code="store-full",
    zh="存储空间已满，本次事务没有写入任何内容：{got}",
    en="no space is left; nothing of this transaction was written: {got}",
    fix_zh="扩充磁盘空间后重试",
    fix_en="make room on the disk, then retry",
    fixed_by=FixedBy.OPERATOR,
)
STORE_LOCKED: Final = ReasonRow(
    code="store-locked",
    zh="存储正被其他事务占用：{got}",
    en="another transaction holds the store: {got}",
    fix_zh="稍后重试；若经常发生，检查是否有长时间不结束的事务",
    fix_en="retry later; if it happens often, look for a transaction that does not end",
    fixed_by=FixedBy.CALLER,
)
STORE_CONFLICT: Final = ReasonRow(
    code="store-conflict",
    zh="与另一事务冲突，本次事务已撤销：{got}",
    en="another transaction was in the way; this one is undone: {got}",
    fix_zh="立即重试",
    fix_en="retry at once",
    fixed_by=FixedBy.CALLER,
)
STORE_DAMAGED: Final = ReasonRow(
    code="store-damaged",
    zh="`{field}` 的存储内容已损坏：{got}",
    en="what is stored as `{field}` is damaged: {got}",
    fix_zh="停止写入，从备份恢复，再与对端对账",
    fix_en="stop writing, restore a backup, then reconcile with the peers",
    fixed_by=FixedBy.OPERATOR,
)
STORE_NEWER: Final = ReasonRow(
    code="store-newer",
    zh="存储结构为第 {got} 版，本程序只支持到第 {expected} 版",
    en="the store has schema version {got}; this library knows up to {expected}",
    fix_zh="升级本程序后再打开",
    fix_en="upgrade this library, then open the store again",
    fixed_by=FixedBy.OPERATOR,
)
STORE_OLDER: Final = ReasonRow(
    code="store-older",
    zh="存储结构为第 {got} 版，需要第 {expected} 版",
    en="the store has schema version {got}; {expected} is needed",
    fix_zh="先运行 interop store migrate",
    fix_en="run interop store migrate first",
    fixed_by=FixedBy.OPERATOR,
)
ROLLUP_DIFFERS: Final = ReasonRow(
    code="rollup-differs",
    zh="汇总与办件逐条重算不符：应为 {expected}，实为 {got}",
    en="the roll-up differs from a full recount: {expected} expected, {got} kept",
    fix_zh="停止写入，从备份恢复，再与对端对账",
    fix_en="stop writing, restore a backup, then reconcile with the peers",
    fixed_by=FixedBy.OPERATOR,
)
STORE_UNREACHABLE: Final = ReasonRow(
    code="store-unreachable",
    zh="无法读写存储：{got}",
    en="the store cannot be read or written: {got}",
    fix_zh="检查路径、权限和磁盘",
    fix_en="check the path, its permissions and the disk",
    fixed_by=FixedBy.OPERATOR,
)
STORE_FAULT: Final = ReasonRow(
    code="store-fault",
    zh="数据库驱动拒绝了操作：{got}",
    en="the database driver refused: {got}",
    fix_zh="事务已撤销，请按原因链排查并报告",
    fix_en="the transaction is undone; read the chained cause and report it",
    fixed_by=FixedBy.OPERATOR,
)
STORE_NOT_DURABLE: Final = ReasonRow(
    code="store-not-durable",
    zh="存储不能保证断电不丢数据：当前为 `{got}`，应为 `{expected}`",
    en="the store would not survive a power cut: it has `{got}`, not `{expected}`",
    fix_zh="使用本地磁盘上的文件，不要使用内存数据库或网络文件系统；PostgreSQL 须 fsync = on",
    fix_en="use a file on a local disk, neither memory nor a network file system; PostgreSQL with fsync = on",
    fixed_by=FixedBy.OPERATOR,
)
STORE_URL_UNKNOWN: Final = ReasonRow(
    code="store-url-unknown",
    zh="不支持的存储地址类型 `{got}`，可用 {expected}",
    en="unknown kind of store address `{got}`; use {expected}",
    fix_zh="写成 sqlite:///路径、直接给出文件路径，或写成 postgresql+psycopg://主机/数据库",
    fix_en="write sqlite:///path, the path of a file, or postgresql+psycopg://host/database",
    fixed_by=FixedBy.OPERATOR,
)
STORE_DRIVER_MISSING: Final = ReasonRow(
    code="store-driver-missing",
    zh="没有安装数据库驱动 `{expected}`",
    en="the database driver `{expected}` is not installed",
    fix_zh="安装附加组件：pip install 'interop-gateway[postgres]'",
    fix_en="install the extra: pip install 'interop-gateway[postgres]'",
    fixed_by=FixedBy.OPERATOR,
)
STORE_COPY_ELSEWHERE: Final = ReasonRow(
    code="store-copy-elsewhere",
    zh="数据库服务器上的存储不由本程序备份或恢复，应使用 {expected}",
    en="a store on a database server is not copied from here; use {expected}",
    fix_zh="用数据库自带工具备份；备份恢复后照常打开，通道会自行对齐",
    fix_en="copy with the server's own tools; after a restore open the store as ever, its lanes realign by themselves",
    fixed_by=FixedBy.OPERATOR,
)
STORE_CLOSED: Final = ReasonRow(
    code="store-closed",
    zh="存储已关闭",
    en="the store is closed",
    fix_zh="重新打开存储后再开始事务",
    fix_en="open the store again before starting a transaction",
    fixed_by=FixedBy.CALLER,
)
STORE_LIMIT_RANGE: Final = ReasonRow(
    code="store-limit-range",
    zh="`{field}` 超出范围：{got}，应为 {expected}",
    en="`{field}` is out of range: {got}; use {expected}",
    fix_zh="分批读取，每批不超过上限",
    fix_en="read in portions within the limit",
    fixed_by=FixedBy.CALLER,
)
STORE_TIME_NAIVE: Final = ReasonRow(
    code="store-time-naive",
    zh="时刻缺少时区",
    en="an instant has no time zone",
    fix_zh="使用带时区的时刻",
    fix_en="hand in an aware instant",
    fixed_by=FixedBy.CALLER,
)
TRANSACTION_NESTED: Final = ReasonRow(
    code="transaction-nested",
    zh="同一线程内已有未结束的事务",
    en="this thread already has an open transaction",
    fix_zh="把已有事务向下传递，不要再开新事务",
    fix_en="pass the open transaction down instead of opening another",
    fixed_by=FixedBy.CALLER,
)
TRANSACTION_OVER: Final = ReasonRow(
    code="transaction-over",
    zh="事务已结束，或因先前的故障不能提交",
    en="the transaction is over, or an earlier fault keeps it from committing",
    fix_zh="让故障向上抛出，并用新事务重试全部步骤",
    fix_en="let the fault rise and repeat every step in a new transaction",
    fixed_by=FixedBy.CALLER,
)
ORGAN_KEY_MISMATCH: Final = ReasonRow(
    code="organ-key-mismatch",
    zh="机关密钥 `{got}` 与本存储不符，本存储由 `{expected}` 加密",
    en="organ key `{got}` does not open this store; `{expected}` wrapped its keys",
    fix_zh="使用建库时的机关密钥",
    fix_en="use the organ key that the store was created with",
    fixed_by=FixedBy.OPERATOR,
)
ORGAN_KEY_MALFORMED: Final = ReasonRow(
    code="organ-key-malformed",
    zh="机关密钥长度为 {got} 字节，应为 {expected} 字节",
    en="the organ key has {got} bytes, not {expected}",
    fix_zh="重新生成 32 字节随机密钥",
    fix_en="generate a key of 32 random bytes",
    fixed_by=FixedBy.OPERATOR,
)
STORE_CIPHER_MISMATCH: Final = ReasonRow(
    code="store-cipher-mismatch",
    zh="本存储用 `{expected}` 加密，当前算法为 `{got}`",
    en="the store is encrypted with `{expected}`, not `{got}`",
    fix_zh="使用建库时的加密算法",
    fix_en="use the cipher that the store was created with",
    fixed_by=FixedBy.OPERATOR,
)
CASE_KEY_UNKNOWN: Final = ReasonRow(
    code="case-key-unknown",
    zh="办件 `{got}` 没有密钥",
    en="case `{got}` has no key",
    fix_zh="先登记办件，再写入其内容",
    fix_en="add the case before writing anything of it",
    fixed_by=FixedBy.CALLER,
)
CASE_KEY_DESTROYED: Final = ReasonRow(
    code="case-key-destroyed",
    zh="办件 `{got}` 的密钥已销毁，其内容不可恢复",
    en="the key of case `{got}` is destroyed; its content cannot be read again",
    fix_zh="从归档信息包查阅",
    fix_en="consult the archive package",
    fixed_by=FixedBy.OPERATOR,
)
CASE_KEY_IN_USE: Final = ReasonRow(
    code="case-key-in-use",
    zh="办件 `{got}` 尚有未送达的信封或未完成的任务，不能销毁密钥",
    en="case `{got}` still has unsent envelopes or open tasks; its key is needed",
    fix_zh="待全部收到回执、任务完成后再销毁",
    fix_en="destroy the key once every receipt is in and every task is finished",
    fixed_by=FixedBy.OPERATOR,
)
CLEAR_TEXT_REFUSED: Final = ReasonRow(
    code="clear-text-refused",
    zh="加密列只接受密文，收到 `{got}`",
    en="an encrypted column takes sealed bytes only, not `{got}`",
    fix_zh="先用事务的 seal 加密",
    fix_en="seal the value with the transaction first",
    fixed_by=FixedBy.CALLER,
)
SEALED_TOO_LARGE: Final = ReasonRow(
    code="sealed-too-large",
    zh="`{field}` 有 {got} 字节，上限 {expected} 字节",
    en="`{field}` has {got} bytes; the limit is {expected}",
    fix_zh="拆分内容，或只存摘要",
    fix_en="split the content, or keep its digest only",
    fixed_by=FixedBy.CALLER,
)
CASE_EXISTS: Final = ReasonRow(
    code="case-exists",
    zh="办件编号 `{got}` 已存在",
    en="case number `{got}` is taken",
    fix_zh="查询已有办件，不要重复登记",
    fix_en="look the case up instead of adding it again",
    fixed_by=FixedBy.CALLER,
)
CASE_UNKNOWN: Final = ReasonRow(
    code="case-unknown",
    zh="没有编号为 `{got}` 的办件",
    en="there is no case `{got}`",
    fix_zh="核对办件编号",
    fix_en="check the case number",
    fixed_by=FixedBy.CALLER,
)
FACT_CONFLICT: Final = ReasonRow(
    code="fact-conflict",
    zh="`{field}` 已记录了不同内容的事实",
    en="another fact is already recorded as `{field}`",
    fix_zh="停止交换该办件，与对端核对双方记录",
    fix_en="stop exchanging the case and compare the records of both sides",
    fixed_by=FixedBy.REGION,
)
FACT_SEQUENCE_GAP: Final = ReasonRow(
    code="fact-sequence-gap",
    zh="`{field}` 的事实序号不连续：收到 {got}，应为 {expected}",
    en="facts of `{field}` are not contiguous: got {got}, expected {expected}",
    fix_zh="先补齐缺失的事实",
    fix_en="deliver the missing facts first",
    fixed_by=FixedBy.CALLER,
)
NOTICE_EXISTS: Final = ReasonRow(
    code="notice-exists",
    zh="文书编号 `{got}` 已使用",
    en="notice number `{got}` is taken",
    fix_zh="取下一个编号",
    fix_en="take the next number",
    fixed_by=FixedBy.CALLER,
)
OUTBOX_BATCH_OPEN: Final = ReasonRow(
    code="outbox-batch-open",
    zh="通道 `{field}` 上尚有未收到回执的批次（起始序号 {got}）",
    en="a batch of channel `{field}` still awaits its receipt (first {got})",
    fix_zh="先重发该批次并取得回执",
    fix_en="send that batch again until its receipt is in",
    fixed_by=FixedBy.CALLER,
)
OUTBOX_BATCH_GAP: Final = ReasonRow(
    code="outbox-batch-gap",
    zh="通道 `{field}` 的批次与待发信封不符：收到 {got}，应为 {expected}",
    en="the batch does not fit what waits on channel `{field}`: got {got}, expected {expected}",
    fix_zh="按待发信封的顺序成批，不跳号",
    fix_en="build batches from the waiting envelopes in order, without gaps",
    fixed_by=FixedBy.CALLER,
)
OUTBOX_BATCH_UNKNOWN: Final = ReasonRow(
    code="outbox-batch-unknown",
    zh="通道 `{field}` 上没有起始序号为 {got} 的待回执批次",
    en="no batch with first {got} awaits a receipt on channel `{field}`",
    fix_zh="先查询未收到回执的批次",
    fix_en="look up the open batch first",
    fixed_by=FixedBy.CALLER,
)
OUTBOX_RECEIPT_CONFLICT: Final = ReasonRow(
    code="outbox-receipt-conflict",
    zh="通道 `{field}` 上起始序号为 {got} 的批次已有另一份回执",
    en="the batch with first {got} on channel `{field}` has another receipt already",
    fix_zh="保留两份回执，交对端核查",
    fix_en="keep both receipts and have the peer explain",
    fixed_by=FixedBy.REGION,
)
INBOX_MARK_MOVED: Final = ReasonRow(
    code="inbox-mark-moved",
    zh="通道 `{field}` 的水位不符：收到 {got}，应为 {expected}",
    en="the mark of channel `{field}` does not fit: got {got}, expected {expected}",
    fix_zh="重新读取水位后再处理",
    fix_en="read the mark again before going on",
    fixed_by=FixedBy.CALLER,
)
INBOX_EPOCH_STALE: Final = ReasonRow(
    code="inbox-epoch-stale",
    zh="通道 `{field}` 的纪元 {got} 已过时，当前为 {expected}",
    en="epoch {got} of channel `{field}` is over; the present one is {expected}",
    fix_zh="对端恢复备份后应使用新的纪元",
    fix_en="the peer must use its new epoch",
    fixed_by=FixedBy.REGION,
)
DEAD_LETTER_UNKNOWN: Final = ReasonRow(
    code="dead-letter-unknown",
    zh="没有编号为 {got} 的死信",
    en="there is no dead letter with the number {got}",
    fix_zh="用 interop exchange deadletters list 查看编号",
    fix_en="list the numbers with interop exchange deadletters list",
    fixed_by=FixedBy.OPERATOR,
)
TASK_CONFLICT: Final = ReasonRow(
    code="task-conflict",
    zh="办件 `{got}` 已有内容不同的未完成任务 `{field}`",
    en="case `{got}` has an open task `{field}` with other content",
    fix_zh="先完成已有任务",
    fix_en="finish the open task first",
    fixed_by=FixedBy.CALLER,
)
TASK_UNKNOWN: Final = ReasonRow(
    code="task-unknown",
    zh="没有编号为 `{got}` 的未完成任务",
    en="there is no open task `{got}`",
    fix_zh="重新查询到期任务",
    fix_en="look up the due tasks again",
    fixed_by=FixedBy.CALLER,
)
VERSION_DIGEST_MISMATCH: Final = ReasonRow(
    code="version-digest-mismatch",
    zh="知识版本的内容与摘要 `{expected}` 不符，实为 `{got}`",
    en="the bytes of the version hash to `{got}`, not to `{expected}`",
    fix_zh="重新取得该版本",
    fix_en="fetch the version again",
    fixed_by=FixedBy.OPERATOR,
)
AUDIT_LINE_ALTERED: Final = ReasonRow(
    code="audit-line-altered",
    zh="审计链 `{field}` 与其哈希、序号或前一行不符",
    en="`{field}` of the audit chain does not fit its hash, its number or the line before",
    fix_zh="停止写入，保全现场，与对端联署的检查点比对",
    fix_en="stop writing, keep the file and compare with the checkpoints peers cosigned",
    fixed_by=FixedBy.OPERATOR,
)
AUDIT_LINE_MISSING: Final = ReasonRow(
    code="audit-line-missing",
    zh="审计链缺行：收到 {got}，应为 {expected}",
    en="the audit chain lacks a line: got {got}, expected {expected}",
    fix_zh="停止写入，保全现场，与对端联署的检查点比对",
    fix_en="stop writing, keep the file and compare with the checkpoints peers cosigned",
    fixed_by=FixedBy.OPERATOR,
)
AUDIT_HEAD_ALTERED: Final = ReasonRow(
    code="audit-head-altered",
    zh="审计链的链头与机关密钥的封印不符，或不是最后一行",
    en="the head of the audit chain does not fit its seal or is not the last line",
    fix_zh="停止写入，保全现场，与对端联署的检查点比对",
    fix_en="stop writing, keep the file and compare with the checkpoints peers cosigned",
    fixed_by=FixedBy.OPERATOR,
)
TOKEN_USES_FULL: Final = ReasonRow(
    code="token-uses-full",
    zh="一次性使用记录已达上限 {expected} 条，为防重放而拒绝",
    en="{expected} uses are remembered, the limit; refused, since a replay could not be told",
    fix_zh="等待记录到期；若经常发生，检查是否有人大量提交令牌",
    fix_en="wait until entries expire; if it happens often, look for a flood of tokens",
    fixed_by=FixedBy.OPERATOR,
)
REVOCATIONS_OLDER: Final = ReasonRow(
    code="revocations-older",
    zh="`{field}` 的撤销名单序号为 {got}，至少应为 {expected}",
    en="the revocation list of `{field}` has number {got}, at least {expected} is due",
    fix_zh="向签发方取最新的撤销名单；旧名单不会替换新名单",
    fix_en="get the latest list from the issuer; an older one never replaces a newer one",
    fixed_by=FixedBy.REGION,
)
REVOCATIONS_TOO_MANY: Final = ReasonRow(
    code="revocations-too-many",
    zh="`{field}` 的撤销名单有 {got} 条，上限 {expected} 条",
    en="the revocation list of `{field}` has {got} entries, limit {expected}",
    fix_zh="请签发方只列未到期者",
    fix_en="ask the issuer to list only what has not expired yet",
    fixed_by=FixedBy.REGION,
)
STATUS_LIST_OLDER: Final = ReasonRow(
    code="status-list-older",
    zh="`{field}` 的状态列表早于已有的一份",
    en="the status list of `{field}` is older than the one that is held",
    fix_zh="向签发方取最新的状态列表；旧列表不会替换新列表",
    fix_en="get the latest list from the issuer; an older one never replaces a newer one",
    fixed_by=FixedBy.REGION,
)

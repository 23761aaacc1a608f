"""What the demonstration says, in both languages."""

from dataclasses import dataclass
from typing import Final

from interop.errors import Lang
from interop.simulator.applicants import PUDONG, SUZHOU

NAMES: Final[dict[str, dict[Lang, str]]] = {
    SUZHOU: {"zh": "苏州（收件）", "en": "Suzhou (receiving)"},
    PUDONG: {"zh": "浦东（办理）", "en": "Pudong (handling)"},
}
STEPS: Final[dict[str, dict[Lang, str]]] = {
    "start": {"zh": "启动两个节点和仿真系统", "en": "starting two nodes and the simulation"},
    "identify": {"zh": "一次登录", "en": "logging in once"},
    "check": {"zh": "统一受理条件预检", "en": "checking one set of criteria"},
    "spare": {"zh": "调用电子证照，减免材料", "en": "sparing materials by certificates"},
    "receive": {"zh": "苏州窗口收件", "en": "receiving in Suzhou"},
    "hand_over": {"zh": "转交浦东", "en": "handing over to Pudong"},
    "handle": {"zh": "浦东受理、决定", "en": "Pudong accepts and rules"},
    "deliver": {"zh": "苏州窗口送达", "en": "delivering in Suzhou"},
    "trace": {"zh": "读取双方记录", "en": "reading what both sides hold"},
}


@dataclass(frozen=True, slots=True)
class Words:
    """Headings and phrases of the page."""

    title: str
    simulated: str
    timeline: str
    when: str
    where: str
    what: str
    notice: str
    materials: str
    before: str
    spared: str
    after: str
    second: str
    supplement: str
    precheck: str
    basis: str
    remedy: str
    window: str
    deadlines: str
    statutory: str
    promised: str
    counted: str
    provisional: str
    receipts: str
    done: str
    failed: str
    kept: str


ZH: Final = Words(
    title="异地收件、本地办理",
    simulated="人员、企业、机关和地区系统均为仿真，数据全部为构造",
    timeline="办件经过",
    when="时间",
    where="地区",
    what="事项",
    notice="文书",
    materials="材料减免",
    before="原需提交",
    spared="电子证照免提交",
    after="仍需提交",
    second="另一位申请人（预检，一次告知全部问题）",
    supplement="补正",
    precheck="预审提示，不影响提交",
    basis="依据",
    remedy="处理",
    window="收件窗口试图受理，被拒绝",
    deadlines="时限（工作日）",
    statutory="法定",
    promised="承诺",
    counted="自 {start} 起第 {n} 个工作日",
    provisional="暂定：次年放假安排尚未公布，为最早可能日期",
    receipts="回执验签通过",
    done="已送达，每一步均已核验",
    failed="有步骤未通过核验",
    kept="数据库、密钥和日志",
)
EN: Final = Words(
    title="Received here, handled there:",
    simulated="people, firms, organs and regional systems are simulated, all data constructed",
    timeline="what happened",
    when="when",
    where="region",
    what="step",
    notice="notice",
    materials="materials",
    before="asked for before",
    spared="spared by certificates",
    after="still to hand in",
    second="another applicant (checked before filing, told everything at once)",
    supplement="supplement",
    precheck="pre-check, does not bar filing",
    basis="basis",
    remedy="what to do",
    window="the receiving window tries to accept the case and is refused",
    deadlines="deadlines (working days)",
    statutory="statutory",
    promised="promised",
    counted="working day {n} after {start}",
    provisional="provisional: next year's holidays are not announced; earliest possible day",
    receipts="receipts verified",
    done="delivered, every step verified",
    failed="a step did not verify",
    kept="databases, keys and logs",
)


def words_in(lang: Lang) -> Words:
    """Return the words of a language."""
    return ZH if lang == "zh" else EN

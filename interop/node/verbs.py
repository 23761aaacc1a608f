"""The verbs of a gateway as JSON: a body, an answer record and one call each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeVar, cast

from interop.cases.joint import JointCase
from interop.federation import Possession
from interop.gateway.clocks import Clocks
from interop.gateway.commands import Commands
from interop.gateway.filing import Filing
from interop.gateway.host import Questions
from interop.gateway.open import Gateway
from interop.gateway.sealing import IssuedNotice
from interop.gateway.sparing import Draft
from interop.gateway.supplementing import DeclaredSupplement
from interop.gateway.trace import Trace
from interop.model.canonical import Json
from interop.model.case import Case, Command
from interop.model.judgement import Decision
from interop.model.party import Principal
from interop.model.record import Record
from interop.node.bodies import (
    Accept,
    Ask,
    Check,
    DeclareSupplement,
    Deliver,
    DeliverJoint,
    Identify,
    OfCase,
    OfFact,
    OfJoint,
    OfNotice,
    Proof,
    Rule,
    Spare,
    Supplement,
    WithdrawGrant,
    Work,
    Worked,
)

# ``none`` only asks; ``case`` changes a case and takes a key; ``work`` pumps what is due.
Effect = Literal["none", "case", "work"]


Body = TypeVar("Body", bound=Record)


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb.

    Attributes:
        body: What it takes.
        answer: What it gives.
        effect: What it changes.
        zh: What it does, in Chinese.
        en: What it does, in English.
        run: Calls it.
        reveals: Whether what it gives is meant to be read or printed by a person, so that
            personal values stand in it in clear.
    """

    body: type[Record]
    answer: type[Record]
    effect: Effect
    zh: str
    en: str
    run: Callable[[Gateway, Record], Record]
    reveals: bool = False

    def __call__(self, gateway: Gateway, data: bytes) -> Json:
        """Return the answer to a body, as :meth:`told`.

        Raises:
            InteropError: The body is none, or what the verb raises.
        """
        return self.told(self.run(gateway, self.body.from_json(data)))

    def told(self, found: Record) -> Json:
        """Return an answer as JSON, sensitive values masked unless this verb reveals them."""
        return found.revealed() if self.reveals else found.masked()


def number_of(gateway: Gateway, body: OfCase) -> str:
    """Return the number of the case that a body names; raise as ``HostService.number``."""
    return gateway.host.number(body.case, body.reference)


def cases_of(gateway: Gateway, body: Record) -> tuple[str, ...]:
    """Return the numbers of the cases a body is about; an empty one if there is none yet."""
    if isinstance(body, Spare):
        return (gateway.host.filed(body.reference),)
    if isinstance(body, DeliverJoint):
        # An answer is kept with the part that was the first then.
        return tuple(part.case for part in gateway.joint(body.joint).parts)
    return (number_of(gateway, body),) if isinstance(body, OfCase) else ()


def filing_of(body: Spare) -> Filing:
    """Return the filing that the body of ``spare`` stands for."""
    given = {name: getattr(body, name) for name in Spare.model_fields}
    return Filing(**given | {"proof": _possession(body.proof)})


def _spare(gateway: Gateway, body: Spare) -> Draft:
    return gateway.spare(filing_of(body))


def _possession(proof: Proof | None) -> Possession | None:
    return None if proof is None else proof.possession()


def _withdraw(gateway: Gateway, body: WithdrawGrant) -> Draft:
    return gateway.withdraw_grant(number_of(gateway, body), holder=body.holder)


def _accept(gateway: Gateway, body: Accept) -> Case:
    number = body.acceptance_number
    return gateway.accept(number_of(gateway, body), acceptance_number=number)


def _supplement(gateway: Gateway, body: Supplement) -> Case:
    return gateway.supplement(number_of(gateway, body), also=body.also)


def _declare(gateway: Gateway, body: DeclareSupplement) -> DeclaredSupplement:
    case = number_of(gateway, body)
    return gateway.host.materials.declare_supplement(case, body.materials)


def _rule(gateway: Gateway, body: Rule) -> Case:
    case, result = number_of(gateway, body), body.result_number
    return gateway.rule(case, body.ruling, result_number=result, reasons=body.reasons)


def _deliver(gateway: Gateway, body: Deliver) -> Case:
    case = number_of(gateway, body)
    return gateway.deliver(case, method=body.method, served_at=body.served_at)


def _deliver_joint(gateway: Gateway, body: DeliverJoint) -> JointCase:
    return gateway.deliver_joint(body.joint, method=body.method, served_at=body.served_at)


def _state(gateway: Gateway, body: OfFact) -> Case:
    return gateway.state(number_of(gateway, body), body.fact, body=body.body)


def _ask_for(gateway: Gateway, body: OfFact) -> Command:
    return gateway.ask_for(number_of(gateway, body), body.fact, body=body.body)


def _notice(gateway: Gateway, body: OfNotice) -> IssuedNotice:
    return gateway.notice(number_of(gateway, body), body.number)


def _work(gateway: Gateway, _body: Work) -> Worked:
    done = gateway.work()
    return Worked(**{name: getattr(done, name) for name in done.__slots__})


def _verb(
    body: type[Body],
    answer: type[Record],
    run: Callable[[Gateway, Body], Record],
    told: tuple[Effect, str, str],
) -> Verb:
    def call(gateway: Gateway, given: Record) -> Record:
        return run(gateway, cast("Body", given))

    return Verb(body, answer, *told, run=call)


def _step(run: Callable[[Gateway, str], Record], zh: str, en: str) -> Verb:
    told: tuple[Effect, str, str] = ("case", zh, en)
    return _verb(OfCase, Case, lambda g, body: run(g, number_of(g, body)), told)


VERBS: Final[Mapping[str, Verb]] = {
    "identify": _verb(
        Identify,
        Principal,
        lambda g, body: g.identify(body.token, proof=_possession(body.proof)),
        ("none", "认证：谁在申请，实名等级如何", "who is asking, and how surely"),
    ),
    "check": _verb(
        Check,
        Decision,
        lambda g, body: g.check(body.application),
        ("none", "预检：受理条件的判断", "what the criteria say of an application"),
    ),
    "ask": _verb(
        Ask,
        Questions,
        lambda g, body: g.host.ask(body.application, purpose=body.purpose),
        ("none", "还需要问什么", "what to ask next, and what need not be asked"),
    ),
    "spare": _verb(
        Spare,
        Draft,
        _spare,
        ("case", "调用电子证照，减免材料", "spare materials by certificates; keep a draft"),
    ),
    "withdraw_grant": _verb(
        WithdrawGrant, Draft, _withdraw, ("case", "撤回用证授权", "take back a grant")
    ),
    "receive": _step(Gateway.receive, "收件", "receive a drafted case"),
    "hand_over": _step(Gateway.hand_over, "转办", "hand the case to the handling region"),
    "accept": _verb(Accept, Case, _accept, ("case", "受理", "accept a case")),
    "supplement": _verb(
        Supplement,
        Case,
        _supplement,
        ("case", "一次性告知补正", "tell once all that is missing"),
    ),
    "declare_supplement": _verb(
        DeclareSupplement,
        DeclaredSupplement,
        _declare,
        ("case", "申报补正材料", "declare what a supplement hands in, before its contents"),
    ),
    "rule": _verb(Rule, Case, _rule, ("case", "决定并办结", "rule, and conclude the case")),
    "deliver": _verb(Deliver, Case, _deliver, ("case", "送达", "deliver the result")),
    "joint": _verb(
        OfJoint,
        JointCase,
        lambda g, body: g.joint(body.joint, receiving=body.receiving),
        ("none", "联办各部分的进展", "what the organs of a joint application have come to"),
    ),
    "deliver_joint": _verb(
        DeliverJoint,
        JointCase,
        _deliver_joint,
        (
            "case",
            "联办全部办结后一次送达",
            "deliver all results of a joint application at once",
        ),
    ),
    "state": _verb(
        OfFact,
        Case,
        _state,
        ("case", "记录生命周期表中的任一事实", "state any fact of the life-cycle table"),
    ),
    "ask_for": _verb(
        OfFact,
        Command,
        _ask_for,
        ("case", "请求另一侧记录事实", "ask the other side to state a fact"),
    ),
    "commands": _verb(
        OfCase,
        Commands,
        lambda g, body: g.commands(number_of(g, body)),
        ("none", "两侧的请求与答复", "what the sides asked of each other, and the answers"),
    ),
    "notice": replace(
        _verb(
            OfNotice,
            IssuedNotice,
            _notice,
            ("none", "文书全文及可打印页面", "a notice in clear, with its printable page"),
        ),
        reveals=True,
    ),
    "case": _verb(
        OfCase,
        Case,
        lambda g, body: g.trace(number_of(g, body)).case,
        ("none", "办件现状", "where a case stands"),
    ),
    "trace": _verb(
        OfCase,
        Trace,
        lambda g, body: g.trace(number_of(g, body)),
        ("none", "办件全程", "timeline, deadlines, notices, receipts, replay"),
    ),
    "clocks": _verb(
        OfCase,
        Clocks,
        lambda g, body: g.host.clocks(number_of(g, body)),
        ("none", "时限及其计算", "every clock, with the days it leaves out"),
    ),
    "work": _verb(
        Work, Worked, _work, ("work", "处理到期事务一轮", "one round of what is due")
    ),
    "close": _step(Gateway.close, "归档", "archive a case"),
}

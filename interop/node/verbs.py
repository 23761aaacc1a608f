"""The verbs of a gateway as JSON: one request record and one call each."""

from collections.abc import Callable, Mapping
from typing import Final, Literal, TypeVar

from pydantic import AwareDatetime

from interop.gateway.filing import Filing
from interop.gateway.open import Gateway
from interop.model.canonical import Json
from interop.model.case import Application
from interop.model.certificate import LegalBasis
from interop.model.party import Role
from interop.model.record import Record
from interop.model.sensitive import Sensitive


class Identify(Record):
    """Body of ``identify``."""

    token: Sensitive


class Check(Record):
    """Body of ``check``."""

    application: Application


class Spare(Record):
    """Body of ``spare``; fields as :class:`interop.gateway.filing.Filing`."""

    application: Application
    token: Sensitive
    handling_token: Sensitive
    basis: LegalBasis
    reference: str
    mandate: Sensitive | None = None


class OfCase(Record):
    """Body of ``receive``, ``hand_over``, ``supplement``, ``trace`` and ``close``."""

    case: str


class Accept(Record):
    """Body of ``accept``."""

    case: str
    acceptance_number: str = ""


class Rule(Record):
    """Body of ``rule``."""

    case: str
    ruling: Literal["permitted", "rejected"]
    result_number: str = ""
    reasons: tuple[str, ...] = ()


class Deliver(Record):
    """Body of ``deliver``."""

    case: str
    method: str
    served_at: AwareDatetime | None = None


class WithdrawGrant(Record):
    """Body of ``withdraw_grant``."""

    case: str
    holder: Role


class Work(Record):
    """Body of ``work``: empty."""


Verb = Callable[[Gateway, bytes], Json]
Body = TypeVar("Body", bound=Record)


def _spare(gateway: Gateway, body: Spare) -> Json:
    filing = Filing(**{name: getattr(body, name) for name in Spare.model_fields})
    return gateway.spare(filing).masked()


def _rule(gateway: Gateway, body: Rule) -> Json:
    result, reasons = body.result_number, body.reasons
    case = gateway.rule(body.case, body.ruling, result_number=result, reasons=reasons)
    return case.masked()


def _deliver(gateway: Gateway, body: Deliver) -> Json:
    return gateway.deliver(body.case, method=body.method, served_at=body.served_at).masked()


def _accept(gateway: Gateway, body: Accept) -> Json:
    return gateway.accept(body.case, acceptance_number=body.acceptance_number).masked()


def _withdraw_grant(gateway: Gateway, body: WithdrawGrant) -> Json:
    return gateway.withdraw_grant(body.case, holder=body.holder).masked()


def _work(gateway: Gateway, _body: Work) -> Json:
    done = gateway.work()
    return {name: getattr(done, name) for name in done.__slots__}


def _identify(gateway: Gateway, body: Identify) -> Json:
    return gateway.identify(body.token).masked()


def _check(gateway: Gateway, body: Check) -> Json:
    return gateway.check(body.application).masked()


def _verb(kind: type[Body], call: Callable[[Gateway, Body], Json]) -> Verb:
    return lambda gateway, data: call(gateway, kind.from_json(data))


def _of_case(call: Callable[[Gateway, str], Record]) -> Verb:
    return _verb(OfCase, lambda gateway, body: call(gateway, body.case).masked())


VERBS: Final[Mapping[str, Verb]] = {
    "identify": _verb(Identify, _identify),
    "check": _verb(Check, _check),
    "spare": _verb(Spare, _spare),
    "withdraw_grant": _verb(WithdrawGrant, _withdraw_grant),
    "receive": _of_case(Gateway.receive),
    "hand_over": _of_case(Gateway.hand_over),
    "accept": _verb(Accept, _accept),
    "supplement": _of_case(Gateway.supplement),
    "rule": _verb(Rule, _rule),
    "deliver": _verb(Deliver, _deliver),
    "trace": _of_case(Gateway.trace),
    "work": _verb(Work, _work),
    "close": _of_case(Gateway.close),
}

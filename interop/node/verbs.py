"""The verbs of a gateway as JSON: one request record and one call each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from pydantic import AwareDatetime

from interop.gateway.filing import Filing
from interop.gateway.open import Gateway
from interop.model.canonical import Json
from interop.model.case import Application
from interop.model.certificate import LegalBasis
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


class Work(Record):
    """Body of ``work``: empty."""


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb: the record its body must be, and the call."""

    body: type[Record]
    call: Callable[[Gateway, bytes], Json]


def _spare(gateway: Gateway, data: bytes) -> Json:
    body = Spare.from_json(data)
    filing = Filing(**{name: getattr(body, name) for name in Spare.model_fields})
    return gateway.spare(filing).masked()


def _rule(gateway: Gateway, data: bytes) -> Json:
    body = Rule.from_json(data)
    result, reasons = body.result_number, body.reasons
    case = gateway.rule(body.case, body.ruling, result_number=result, reasons=reasons)
    return case.masked()


def _deliver(gateway: Gateway, data: bytes) -> Json:
    body = Deliver.from_json(data)
    return gateway.deliver(body.case, method=body.method, served_at=body.served_at).masked()


def _accept(gateway: Gateway, data: bytes) -> Json:
    body = Accept.from_json(data)
    return gateway.accept(body.case, acceptance_number=body.acceptance_number).masked()


def _work(gateway: Gateway, data: bytes) -> Json:
    Work.from_json(data)
    done = gateway.work()
    return {name: getattr(done, name) for name in done.__slots__}


def _identify(gateway: Gateway, data: bytes) -> Json:
    return gateway.identify(Identify.from_json(data).token).masked()


def _check(gateway: Gateway, data: bytes) -> Json:
    return gateway.check(Check.from_json(data).application).masked()


def _of_case(verb: Callable[[Gateway, str], Record]) -> Verb:
    return Verb(
        OfCase, lambda gateway, data: verb(gateway, OfCase.from_json(data).case).masked()
    )


VERBS: Final[Mapping[str, Verb]] = {
    "identify": Verb(Identify, _identify),
    "check": Verb(Check, _check),
    "spare": Verb(Spare, _spare),
    "receive": _of_case(Gateway.receive),
    "hand_over": _of_case(Gateway.hand_over),
    "accept": Verb(Accept, _accept),
    "supplement": _of_case(Gateway.supplement),
    "rule": Verb(Rule, _rule),
    "deliver": Verb(Deliver, _deliver),
    "trace": _of_case(Gateway.trace),
    "work": Verb(Work, _work),
    "close": _of_case(Gateway.close),
}

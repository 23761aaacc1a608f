"""What the verbs take, as JSON: one record for each body, and what ``work`` answers."""

from typing import Literal

from pydantic import AwareDatetime, Field, JsonValue

from interop.criteria.questions import Purpose
from interop.federation import Possession
from interop.gateway.contents import SUPPLEMENTS_MAX
from interop.model.case import Application, SubmittedMaterial
from interop.model.certificate import LegalBasis
from interop.model.party import Role
from interop.model.record import Record
from interop.model.sensitive import Sensitive


class Proof(Record):
    """A proof of possession (DPoP, RFC 9449) as it came with the token, to the host.

    Attributes:
        jwt: Value of the header ``DPoP``; one call uses it up.
        method: Method of the request to the host.
        url: Address of that request as the caller knows it.
    """

    jwt: Sensitive
    method: str = Field(pattern=r"^[A-Z]{1,20}$")
    url: str = Field(min_length=1, max_length=2_000)

    def possession(self) -> Possession:
        """Return it as the gateway takes it."""
        return Possession(jwt=self.jwt, method=self.method, url=self.url)


class Identify(Record):
    """Body of ``identify``; ``proof``: for a token that is bound to a key."""

    token: Sensitive
    proof: Proof | None = None


class Check(Record):
    """Body of ``check``."""

    application: Application


class Ask(Record):
    """Body of ``ask``: ``notice`` asks for everything to mend, ``precheck`` for the answer."""

    application: Application
    purpose: Purpose = "notice"


class Spare(Record):
    """Body of ``spare``; fields as :class:`interop.gateway.filing.Filing`."""

    application: Application
    token: Sensitive
    handling_token: Sensitive
    basis: LegalBasis
    reference: str = Field(min_length=1, max_length=200)
    mandate: Sensitive | None = None
    proof: Proof | None = None


class OfCase(Record):
    """A case by its number, or by the host's own number as given to ``spare``; or both."""

    case: str = Field(default="", max_length=100)
    reference: str = Field(default="", max_length=200)


class Accept(OfCase):
    """Body of ``accept``."""

    acceptance_number: str = ""


class Supplement(OfCase):
    """Body of ``supplement``; ``also``: what a person found missing, in Chinese."""

    also: tuple[str, ...] = ()


class DeclareSupplement(OfCase):
    """Body of ``declare_supplement``: the materials that it hands in, paper ones too."""

    materials: tuple[SubmittedMaterial, ...] = Field(max_length=SUPPLEMENTS_MAX)


class Rule(OfCase):
    """Body of ``rule``."""

    ruling: Literal["permitted", "rejected"]
    result_number: str = ""
    reasons: tuple[str, ...] = ()


class Deliver(OfCase):
    """Body of ``deliver``."""

    method: str
    served_at: AwareDatetime | None = None


class OfJoint(Record):
    """Body of ``joint``: a joint application by the number that its window gave.

    ``receiving``: region of that window; this one if empty.
    """

    joint: str = Field(min_length=1, max_length=64)
    receiving: str = Field(default="", max_length=12)


class DeliverJoint(Record):
    """Body of ``deliver_joint``."""

    joint: str = Field(min_length=1, max_length=64)
    method: str
    served_at: AwareDatetime | None = None


class WithdrawGrant(OfCase):
    """Body of ``withdraw_grant``."""

    holder: Role


class OfFact(OfCase):
    """Body of ``state`` and ``ask_for``: a type of the life-cycle table and what it says."""

    fact: str = Field(min_length=1, max_length=100)
    body: dict[str, JsonValue] = Field(default_factory=dict)


class OfNotice(OfCase):
    """Body of ``notice``: a notice of a case by its number."""

    number: str = Field(min_length=1, max_length=100)


class Work(Record):
    """Body of ``work``: empty."""


class Worked(Record):
    """What one round of work did; see :class:`interop.gateway.work.WorkReport`."""

    receipted: int
    failed: int
    tasks: int
    revised: int

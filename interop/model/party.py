"""Who takes part: applicant (申请人), agent (经办人), and who they proved to be."""

from enum import StrEnum
from typing import Literal

from pydantic import AwareDatetime, Field

from interop.model.record import Record
from interop.model.sensitive import Sensitive

PartyKind = Literal["person", "organisation"]
# Cards of two roles are two materials, even where they are of one type. A guardian (监护人)
# acts for a minor; a principal (委托人) is who an agent acts for.
Role = Literal["applicant", "agent", "guardian", "principal"]


class Scheme(StrEnum):
    """The scheme of a party's identifier; a bare number never crosses a border.

    The holder code types of certificates (001, 111 …) map onto these by the crosswalk in
    mappings/codes.
    """

    USCC = "uscc"
    RESIDENT_ID = "resident-id"


class Party(Record):
    """A person or an organisation as declared on the application.

    Attributes:
        kind: Natural person or organisation.
        scheme: What kind of number ``code`` is.
        code: GB 32100 credit code or GB 11643 citizen number.
        name: As printed on the certificate.
    """

    kind: PartyKind
    scheme: Scheme
    code: Sensitive
    name: Sensitive


class AssuranceLevel(StrEnum):
    """Assurance level (实名等级), lowest first."""

    LOW = "low"
    SUBSTANTIAL = "substantial"
    HIGH = "high"

    @property
    def rank(self) -> int:
        """Return 0 for low, 1 for substantial, 2 for high."""
        return tuple(AssuranceLevel).index(self)


class IdentityProof(Record):
    """A salted keyed digest with which a region checks a declared identifier.

    ``mac`` is HMAC-SHA-256 under ``salt`` over ``scheme|code``, both base64url without
    padding. The token then names nobody, and two tokens of one person share nothing. It does
    not show itself: whoever has it can try numbers against it.
    """

    salt: str = Field(repr=False)
    mac: str = Field(repr=False)


class Actor(Record):
    """A party as an identity provider vouches for it.

    Attributes:
        kind: Natural person or organisation.
        subject: Pairwise identifier; means nothing outside the issuing region's sector.
        proof: Ties the actor to the identifier declared on an application.
    """

    kind: PartyKind
    subject: Sensitive
    proof: IdentityProof


class Principal(Record):
    """Who is asking and how surely: what a verified token says.

    Attributes:
        issuer: Identifier of the identity provider.
        region: Region code of the issuer.
        actor: The one in whose name the case is filed.
        agent: The natural person who acts for it (经办人), if another.
        level: Assurance level after the registry's map and ceiling.
        authenticated_at: When the person proved themselves; aware.
        token_digest: Digest of the token; the token itself is not kept.
        trust_path: Registry digest and issuer chain that led to acceptance.
    """

    issuer: str
    region: str
    actor: Actor
    agent: Actor | None = None
    level: AssuranceLevel
    authenticated_at: AwareDatetime
    token_digest: str
    trust_path: tuple[str, ...]

"""一地认证，全网通办: whom to believe, who is asking, and for whom somebody may act."""

from interop.federation.claims import (
    AccessClaims,
    AgentClaim,
    MandateClaims,
    PartyClaim,
    ProofClaim,
)
from interop.federation.files import (
    AssuranceFile,
    IssuerFile,
    IssuerKey,
    IssuerRow,
    RegistryFile,
    check_assurance,
    check_issuers,
    check_registry,
)
from interop.federation.gates import Need
from interop.federation.issue import issue, issue_mandate
from interop.federation.mandate import verify_mandate
from interop.federation.registry import GatewayEntry, IssuerEntry, TrustRegistry
from interop.federation.subject import is_party, prove
from interop.federation.verifier import CheckResult, Verifier

__all__ = [
    "AccessClaims",
    "AgentClaim",
    "AssuranceFile",
    "CheckResult",
    "GatewayEntry",
    "IssuerEntry",
    "IssuerFile",
    "IssuerKey",
    "IssuerRow",
    "MandateClaims",
    "Need",
    "PartyClaim",
    "ProofClaim",
    "RegistryFile",
    "TrustRegistry",
    "Verifier",
    "check_assurance",
    "check_issuers",
    "check_registry",
    "is_party",
    "issue",
    "issue_mandate",
    "prove",
    "verify_mandate",
]

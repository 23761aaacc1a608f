"""一地认证，全网通办: whom to believe, who is asking, and for whom somebody may act."""

from interop.federation.challenge import challenge
from interop.federation.changes import Change, changes
from interop.federation.claims import (
    AccessClaims,
    AgentClaim,
    ConfirmationClaim,
    IdClaims,
    LogoutClaims,
    MandateClaims,
    MayActClaim,
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
from interop.federation.id_token import LoginRound
from interop.federation.issue import issue, issue_login, issue_logout, issue_mandate
from interop.federation.logout_token import LogoutNotice
from interop.federation.mandate import verify_mandate
from interop.federation.possession import Possession, prove_possession, thumbprint
from interop.federation.registry import GatewayEntry, IssuerEntry, TrustRegistry
from interop.federation.sequence import (
    FileMark,
    SeenRegistry,
    advance,
    require_next,
    seen_of,
)
from interop.federation.signed import (
    OpenedRegistry,
    RegistryFiles,
    open_registry,
    sign_registry,
)
from interop.federation.subject import is_party, prove
from interop.federation.verifier import CheckResult, Verifier

__all__ = [
    "AccessClaims",
    "AgentClaim",
    "AssuranceFile",
    "Change",
    "CheckResult",
    "ConfirmationClaim",
    "FileMark",
    "GatewayEntry",
    "IdClaims",
    "IssuerEntry",
    "IssuerFile",
    "IssuerKey",
    "IssuerRow",
    "LoginRound",
    "LogoutClaims",
    "LogoutNotice",
    "MandateClaims",
    "MayActClaim",
    "Need",
    "OpenedRegistry",
    "PartyClaim",
    "Possession",
    "ProofClaim",
    "RegistryFile",
    "RegistryFiles",
    "SeenRegistry",
    "TrustRegistry",
    "Verifier",
    "advance",
    "challenge",
    "changes",
    "check_assurance",
    "check_issuers",
    "check_registry",
    "is_party",
    "issue",
    "issue_login",
    "issue_logout",
    "issue_mandate",
    "open_registry",
    "prove",
    "prove_possession",
    "require_next",
    "seen_of",
    "sign_registry",
    "thumbprint",
    "verify_mandate",
]

"""Word a refusal as the challenge that an HTTP client understands.

Source: RFC 6750 section 3, RFC 9449 sections 7.1 and 9, RFC 9470 section 3 (step-up).
"""

import re
from typing import Final

from interop.errors import Reason, TrustError
from interop.federation.exchange_reasons import EXCHANGED_AGE, EXCHANGED_LEVEL_LOW
from interop.federation.gates import Need
from interop.federation.middleware_reasons import (
    GATE_SCOPE,
    GATE_TOKEN_MALFORMED,
    GATE_TOKEN_MISSING,
)
from interop.federation.reasons import (
    TOKEN_AUTHENTICATION_OLD,
    TOKEN_CEILING_LOW,
    TOKEN_LEVEL_LOW,
    TOKEN_PROOF_OF_POSSESSION,
)
from interop.federation.token_reasons import DPOP_NONCE, TOKEN_SCOPE

# A better login at the provider would help.
STEP_UP: Final = frozenset(
    row.code
    for row in (
        *(TOKEN_LEVEL_LOW, TOKEN_CEILING_LOW, TOKEN_AUTHENTICATION_OLD),
        *(EXCHANGED_LEVEL_LOW, EXCHANGED_AGE),
    )
)
SCOPE: Final = frozenset({TOKEN_SCOPE.code, GATE_SCOPE.code})
PROOF: Final = "dpop-"
_UNTELLABLE: Final = re.compile(r"[^\x20-\x7E]")


def challenge(
    fault: TrustError, *, realm: str = "", need: Need | None = None, scope: str = ""
) -> str:
    """Return the value of ``WWW-Authenticate`` for a refused token.

    Stepping up and asking for more scope are named only if nothing else is wrong: a new
    login would not help otherwise. Nothing of the token is repeated.

    Args:
        fault: Why it is refused.
        realm: Names the application; empty for no name.
        need: What was asked of a login, for what the reasons do not say themselves.
        scope: All the scope that was asked for, where some is lacking.
    """
    first = fault.reason
    scheme, error = _named(fault)
    told = {"realm": realm} if realm else {}
    if error:
        told |= {"error": error, "error_description": first.code}
    if error == "insufficient_user_authentication":
        told |= _step_up(fault.reasons, need)
    elif error == "insufficient_scope":
        told["scope"] = scope or first.expected
    words = ", ".join(f'{name}="{_quoted(value)}"' for name, value in told.items())
    return f"{scheme} {words}".rstrip()


def _named(fault: TrustError) -> tuple[str, str]:
    """Return scheme and error."""
    codes, first = {reason.code for reason in fault.reasons}, fault.reason.code
    scheme, error = "Bearer", "invalid_token"
    if codes <= STEP_UP:
        error = "insufficient_user_authentication"
    elif codes <= SCOPE:
        error = "insufficient_scope"
    elif first.startswith(PROOF):
        scheme, error = "DPoP", "invalid_dpop_proof"
        if first == DPOP_NONCE.code:
            error = "use_dpop_nonce"
    else:
        scheme, error = _PLAIN.get(first, (scheme, error))
    return scheme, error


_PLAIN: Final = {
    # Source: RFC 6750 section 3.1, no error code where nothing was shown.
    GATE_TOKEN_MISSING.code: ("Bearer", ""),
    GATE_TOKEN_MALFORMED.code: ("Bearer", "invalid_request"),
    # A bound token shown as a bearer's.
    TOKEN_PROOF_OF_POSSESSION.code: ("DPoP", "invalid_token"),
}


def _step_up(reasons: tuple[Reason, ...], need: Need | None) -> dict[str, str]:
    found: dict[str, str] = {}
    for reason in reasons:
        for part in reason.expected.split(", "):
            name, _, value = part.partition("=")
            if name in {"acr_values", "max_age"}:
                found.setdefault(name, value)
    if need is not None:
        found.setdefault("acr_values", need.level.value)
        if need.age_s_max is not None:
            found.setdefault("max_age", str(need.age_s_max))
    return found


def _quoted(text: str) -> str:
    plain = _UNTELLABLE.sub("?", text)
    return plain.replace("\\", "\\\\").replace('"', '\\"')

"""Word a refusal as the challenge that an HTTP client understands.

Source: RFC 6750 section 3, RFC 9449 sections 7.1 and 9, RFC 9470 section 3 (step-up).
"""

from typing import Final

from interop.errors import Reason, TrustError
from interop.federation.reasons import TOKEN_AUTHENTICATION_OLD, TOKEN_LEVEL_LOW
from interop.federation.token_reasons import DPOP_NONCE, TOKEN_SCOPE

STEP_UP: Final = frozenset({TOKEN_LEVEL_LOW.code, TOKEN_AUTHENTICATION_OLD.code})
PROOF: Final = "dpop-"


def challenge(fault: TrustError) -> str:
    """Return the value of ``WWW-Authenticate`` for a refused token.

    Stepping up and asking for more scope are named only if nothing else is wrong: a new
    login would not help otherwise. Nothing of the token is repeated.
    """
    scheme, error, more = "Bearer", "invalid_token", {}
    codes, first = {reason.code for reason in fault.reasons}, fault.reason
    if codes <= STEP_UP:
        error, more = "insufficient_user_authentication", _step_up(fault.reasons)
    elif codes == {TOKEN_SCOPE.code}:
        error, more = "insufficient_scope", {"scope": first.expected}
    elif first.code.startswith(PROOF):
        nonce = first.code == DPOP_NONCE.code
        scheme, error = "DPoP", "use_dpop_nonce" if nonce else "invalid_dpop_proof"
    told = {"error": error, "error_description": first.code, **more}
    return f"{scheme} " + ", ".join(f'{name}="{_quoted(v)}"' for name, v in told.items())


def _step_up(reasons: tuple[Reason, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for reason in reasons:
        for part in reason.expected.split(", "):
            name, _, value = part.partition("=")
            if name in {"acr_values", "max_age"}:
                found[name] = value
    return found


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')

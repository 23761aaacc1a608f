"""Issue tokens: for an identity provider built on this library, the simulator and tests.

Signing goes through the ``Signer`` port, so the private key may stay in hardware.
"""

from interop.crypto import sign_compact
from interop.federation.claims import (
    ACCESS_TYP,
    LOGOUT_TYP,
    MANDATE_TYP,
    AccessClaims,
    IdClaims,
    LogoutClaims,
    MandateClaims,
    write_claims,
)
from interop.model.canonical import Json
from interop.model.ports import Env, Signer
from interop.model.sensitive import Sensitive


def issue(claims: AccessClaims, signer: Signer, *, env: Env | None = None) -> Sensitive:
    """Return an access token (at+jwt).

    Args:
        claims: What it says.
        signer: The issuer's signing key.
        env: Written into the signed header if given; verifiers of another env refuse it.
    """
    return Sensitive(
        sign_compact(write_claims(claims), signer, typ=ACCESS_TYP, header=_header(env))
    )


def issue_login(claims: IdClaims, signer: Signer, *, env: Env | None = None) -> Sensitive:
    """Return an identity token (id_token); arguments as :func:`issue`."""
    return Sensitive(sign_compact(write_claims(claims), signer, typ="JWT", header=_header(env)))


def issue_logout(claims: LogoutClaims, signer: Signer, *, env: Env | None = None) -> Sensitive:
    """Return a logout token (logout+jwt); arguments as :func:`issue`."""
    return Sensitive(
        sign_compact(write_claims(claims), signer, typ=LOGOUT_TYP, header=_header(env))
    )


def issue_mandate(
    claims: MandateClaims, signer: Signer, *, env: Env | None = None
) -> Sensitive:
    """Return a mandate (授权委托, mandate+jwt); arguments as :func:`issue`."""
    return Sensitive(
        sign_compact(write_claims(claims), signer, typ=MANDATE_TYP, header=_header(env))
    )


def _header(env: Env | None) -> dict[str, Json]:
    return {} if env is None else {"env": env}

"""A grant (用证授权) as a signed object, which a certificate source can check by itself.

The receiving region signs; a source that knows its key reads the grant from the token and
holds its question against it, instead of believing what stands beside it.
Source: RFC 7515; the type ``certificate-grant+jwt`` is the project's own.
"""

from collections.abc import Callable
from typing import Final

from interop.certificates.grant_reasons import GRANT_MALFORMED, GRANT_SIGNATURE
from interop.crypto import VerificationKey, sign_compact
from interop.crypto.jose import parse_header, split, verify_with
from interop.errors import TrustError
from interop.model.certificate import Grant
from interop.model.ports import Env, Signer
from interop.model.sensitive import Sensitive

GRANT_TYP: Final = "certificate-grant+jwt"


def sign_grant(grant: Grant, signer: Signer, *, env: Env) -> Sensitive:
    """Return ``grant`` signed by the receiving region's key, for one env."""
    return Sensitive(sign_compact(grant.to_bytes(), signer, typ=GRANT_TYP, header={"env": env}))


def read_grant(
    token: str, *, key_of: Callable[[str], VerificationKey | None], env: Env
) -> Grant:
    """Return the grant in ``token``.

    Args:
        token: What :func:`sign_grant` returned.
        key_of: The key of a ``kid`` that may sign grants now; None for any other.
        env: The env of the reader; a grant of another is refused.

    Raises:
        TrustError: ``grant-malformed``, ``grant-signature``, or a code of the token's form.
    """
    compact = split(token)
    header = parse_header(compact.header)
    if header.typ != GRANT_TYP:
        raise TrustError(GRANT_MALFORMED.of(field="typ", expected=GRANT_TYP))
    if dict(header.extra) != {"env": env}:
        raise TrustError(GRANT_MALFORMED.of(field="env", expected=env))
    key = key_of(header.kid)
    if key is None:
        raise TrustError(GRANT_SIGNATURE.of(got="kid"))
    verify_with(compact, header, key)
    return Grant.from_json(compact.payload, error=TrustError, field="grant")

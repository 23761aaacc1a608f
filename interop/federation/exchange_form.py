"""The request of a token exchange as a form, and its answers as OAuth says them.

Source: RFC 8693 sections 2.1 and 2.2; RFC 6749 sections 3.2, 5.2 and appendix B.
"""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from interop.errors import Reason, TrustError
from interop.federation.exchange_claims import read_scope
from interop.federation.exchange_reasons import (
    ACTOR_TYPE_ALONE,
    FORM_MALFORMED,
    FORM_MISSING,
    FORM_TWICE,
    GRANT_TYPE,
    LEVEL_UNKNOWN,
    RESOURCE,
    SCOPE_MALFORMED,
    TARGET_MULTIPLE,
    TOKEN_TYPE,
)
from interop.federation.token_exchange import IssuedToken
from interop.model.canonical import Json
from interop.model.party import AssuranceLevel
from interop.model.sensitive import Sensitive

GRANT: Final = "urn:ietf:params:oauth:grant-type:token-exchange"
ACCESS_TOKEN: Final = "urn:ietf:params:oauth:token-type:access_token"  # noqa: S105 -- name of a type
JWT: Final = "urn:ietf:params:oauth:token-type:jwt"
TYPES: Final = (ACCESS_TOKEN, JWT)
FORM_BYTES_MAX: Final = 160 * 1024
FIELDS_MAX: Final = 20
SCOPE_CHARS_MAX: Final = 1_000
# OAuth's error for the first reason; whatever is not listed is an invalid request.
OAUTH_ERRORS: Final = {
    "exchange-client": "invalid_client",
    "exchange-grant-type": "unsupported_grant_type",
    "exchange-target-unknown": "invalid_target",
    "exchange-target-multiple": "invalid_target",
    "exchange-resource": "invalid_target",
    "exchange-scope-wider": "invalid_scope",
    "exchange-scope-actor": "invalid_scope",
    "exchange-scope-limit": "invalid_scope",
    "exchange-scope-malformed": "invalid_scope",
}
INVALID_REQUEST: Final = "invalid_request"
# Source: RFC 9449 section 5.
INVALID_PROOF: Final = "invalid_dpop_proof"
_SCOPE: Final = re.compile(r"[\x21\x23-\x5B\x5D-\x7E]+(?: [\x21\x23-\x5B\x5D-\x7E]+)*")
# What error_description may hold. Source: RFC 6749 section 5.2.
_UNTELLABLE: Final = re.compile(r"[^\x20-\x21\x23-\x5B\x5D-\x7E]")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeForm:
    """A form that says all it must.

    Attributes:
        subject_token: The token to exchange.
        actor_token: The token of who is to act, if another.
        audience: The gateway the new token is for.
        scope: What it shall be good for; None for all that the tokens share.
        level: Assurance level it shall say (parameter ``level``); None for the highest.
        need: Assurance level that the item asks of everybody (parameter ``level_min``).
        type: Type to name the new token by.
    """

    subject_token: Sensitive
    actor_token: Sensitive | None = None
    audience: str
    scope: frozenset[str] | None = None
    level: AssuranceLevel | None = None
    need: AssuranceLevel = AssuranceLevel.LOW
    type: str = ACCESS_TOKEN


def read_form(data: bytes) -> ExchangeForm:
    """Return what a form asks for.

    A parameter without a value counts as left out, one that is not known is passed over.

    Raises:
        TrustError: ``exchange-…``, the first thing that is wrong.
    """
    given = read_fields(data)
    if given.get("grant_type") != GRANT:
        raise TrustError(GRANT_TYPE.of(field="grant_type", expected=GRANT))
    if "resource" in given:
        raise TrustError(RESOURCE.of(field="resource"))
    for name in ("subject_token", "subject_token_type", "audience"):
        _required(given, name)
    _require_type(given, "subject_token_type")
    if "actor_token" in given:
        _required(given, "actor_token_type")
    elif "actor_token_type" in given:
        raise TrustError(ACTOR_TYPE_ALONE.of(field="actor_token_type"))
    for name in ("actor_token_type", "requested_token_type"):
        _require_type(given, name)
    actor = given.get("actor_token")
    return ExchangeForm(
        subject_token=Sensitive(given["subject_token"]),
        actor_token=None if actor is None else Sensitive(actor),
        audience=given["audience"],
        scope=_scope(given.get("scope")),
        level=_level(given, "level"),
        need=_level(given, "level_min") or AssuranceLevel.LOW,
        type=given.get("requested_token_type", ACCESS_TOKEN),
    )


def answer(issued: IssuedToken, *, type: str = ACCESS_TOKEN) -> Json:  # noqa: A002 -- the word of the RFC
    """Return the answer to a granted request; it holds the token in clear."""
    told: dict[str, Json] = {
        "access_token": issued.token.reveal(),
        "issued_token_type": type,
        "token_type": "Bearer" if issued.claims.cnf is None else "DPoP",
        "expires_in": issued.expires_in_s,
        "scope": issued.scope,
    }
    return told


def refusal(*reasons: Reason) -> dict[str, Json]:
    """Return the answer to a refused request: OAuth's error, and our reasons beside it."""
    first = reasons[0]
    return {
        "error": OAUTH_ERRORS.get(first.code, _usual(first.code)),
        "error_description": _UNTELLABLE.sub("'", f"{first.code}: {first.en}"),
        "reasons": [dict[str, Json](reason.as_json()) for reason in reasons],
    }


def _usual(code: str) -> str:
    return INVALID_PROOF if code.startswith("dpop-") else INVALID_REQUEST


def read_fields(data: bytes) -> dict[str, str]:
    """Return the parameters of a form that have a value.

    Raises:
        TrustError: ``exchange-form``, ``exchange-parameter-twice`` or, for ``audience``,
            ``exchange-target-multiple``.
    """
    pairs = _pairs(data) if len(data) <= FORM_BYTES_MAX else None
    if pairs is None:
        # Raised here: the error of the parser quotes what it could not read.
        raise TrustError(FORM_MALFORMED.of(field="body"))
    found: dict[str, str] = {}
    for name, value in pairs:
        if name in found:
            row = TARGET_MULTIPLE if name == "audience" else FORM_TWICE
            raise TrustError(row.of(field=name if name in _KNOWN else "?"))
        found[name] = value
    return {name: value for name, value in found.items() if value}


def _pairs(data: bytes) -> list[tuple[str, str]] | None:
    try:
        return parse_qsl(
            data.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=FIELDS_MAX,
        )
    except ValueError:
        return None


_KNOWN: Final = frozenset(
    {
        *("grant_type", "resource", "audience", "scope", "requested_token_type"),
        *("subject_token", "subject_token_type", "actor_token", "actor_token_type"),
        *("level", "level_min"),
    }
)


def _required(given: dict[str, str], name: str) -> None:
    if name not in given:
        raise TrustError(FORM_MISSING.of(field=name))


def _require_type(given: dict[str, str], name: str) -> None:
    if given.get(name, ACCESS_TOKEN) not in TYPES:
        raise TrustError(TOKEN_TYPE.of(field=name, expected=", ".join(TYPES)))


def _scope(text: str | None) -> frozenset[str] | None:
    if text is None:
        return None
    if len(text) > SCOPE_CHARS_MAX or not _SCOPE.fullmatch(text):
        raise TrustError(SCOPE_MALFORMED.of(field="scope"))
    return read_scope(text)


def _level(given: dict[str, str], name: str) -> AssuranceLevel | None:
    if name not in given:
        return None
    try:
        return AssuranceLevel(given[name])
    except ValueError:
        known = ", ".join(AssuranceLevel)
        raise TrustError(LEVEL_UNKNOWN.of(field=name, expected=known)) from None

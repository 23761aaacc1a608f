"""Planted keys, tokens and identity numbers, searched in all that federation says or keeps.

Every kind of token is accepted and refused in every way that has a code of its own; errors,
reprs, explanations, logs and what stays in memory are searched for each planted value.
"""

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import StringIO
from typing import Final

import msgspec
import pytest
import structlog

from interop.conformance.strategies.federation import (
    AUDIENCE,
    IDP,
    MANDATES,
    NOW,
    NOW_S,
    Delta,
    a_firm,
    a_login,
    a_mandate,
    a_person,
    proof_claim,
)
from interop.conformance.strategies.federation_tokens import (
    Application,
    Uses,
    a_logout,
    an_id_login,
)
from interop.crypto import base64url, sign_compact
from interop.errors import InteropError
from interop.federation import (
    ConfirmationClaim,
    LoginRound,
    Need,
    Verifier,
    issue,
    issue_login,
    issue_logout,
    issue_mandate,
    verify_mandate,
)
from interop.model.party import AssuranceLevel
from interop.model.sensitive import Sensitive
from interop.node.logs import configure_logs

DELTA: Final = Delta()
APPLICATION: Final = Application()
PERSON: Final = a_person()
NUMBER: Final = PERSON.code.reveal()
PROOF: Final = proof_claim(PERSON, b"planted salt 0123456789")
SUBJECT: Final = "planted-subject-0123456789"
NONCE: Final = "planted-nonce-0123456789"
SESSION: Final = "planted-session-0123456789"

CHANGES: Final[dict[str, dict[str, object]]] = {
    "sound": {},
    "scoped": {"scope": "cert:read"},
    "other audience": {"aud": "https://x.example"},
    "expired": {"iat": NOW_S - 200, "exp": NOW_S - 100, "auth_time": NOW_S - 200},
    "ahead": {"iat": NOW_S + 100},
    "unknown acr": {"acr": "urn:nobody"},
    "low": {"acr": "urn:east:sms"},
    "other region": {"region": "320000"},
    "unknown issuer": {"iss": "https://x.example"},
    "number as subject": {"sub": NUMBER},
    "number as region": {"region": NUMBER},
    "number as acr": {"acr": NUMBER},
    "number as audience": {"aud": NUMBER},
    "number as kind": {"kind": NUMBER},
    "number as a claim's name": {NUMBER: 1},
    "number as issuer": {"iss": f"https://{NUMBER}.example"},
    "number as identifier": {"jti": f"{NUMBER}\n"},
    "number as source": {"source": NUMBER},
    "proof broken": {"proof": {"salt": PROOF.salt, "mac": PROOF.mac[:-1]}},
}


def _tokens() -> Iterator[str]:
    base = msgspec.to_builtins(a_login(sub=SUBJECT, proof=PROOF))
    for changes in CHANGES.values():
        yield sign_compact(json.dumps({**base, **changes}).encode(), DELTA.east, typ="at+jwt")
    good = issue(a_login(sub=SUBJECT, proof=PROOF), DELTA.east).reveal()
    head, body, signature = good.split(".")
    yield f"{head}.{body}"
    yield f"{head}.{body}.{signature}="
    yield f"{head}.{body}.{signature[:-4]}AAAA"
    yield f"{body}.{head}.{signature}"
    yield f" {good}"
    for name in ("jwk", "kid", "typ", "cty", "env", "alg"):
        header = {"alg": "ES256", "kid": DELTA.east.kid, "typ": "at+jwt", name: good}
        coded = base64url.encode(json.dumps(header).encode())
        yield f"{coded}.{body}.{signature}"


JKT: Final = ConfirmationClaim(jkt=APPLICATION.jkt)
BOUND: Final = issue(a_login(sub=SUBJECT, proof=PROOF, cnf=JKT), DELTA.east).reveal()
POSSESSION: Final = APPLICATION.shown(BOUND)
TOKENS: Final = (*_tokens(), BOUND, POSSESSION.jwt.reveal())


def _secrets() -> dict[str, str]:
    """Return every planted value by name, with each part of each token that is long."""
    parts = {
        f"token {at}.{number}": part
        for at, token in enumerate(TOKENS)
        for number, part in enumerate(token.strip().rstrip("=").split("."))
        if number != 0 and len(part) > 40
    }
    keys = {
        f"key {name}": line
        for name, key in [("east", DELTA.east), ("application", APPLICATION.key)]
        for line in key.to_pem().decode().splitlines()
        if len(line) > 30
    }
    return {
        **parts,
        **keys,
        "number": NUMBER,
        "salt": PROOF.salt,
        "mac": PROOF.mac,
        "subject": SUBJECT,
        "nonce": NONCE,
        "session": SESSION,
    }


SECRETS: Final = _secrets()


def said_of(call: Callable[[], object]) -> Iterator[str]:
    """Yield all that ``call`` says: its value's or its error's every text."""
    try:
        value = call()
    except InteropError as fault:
        yield from (str(fault), repr(fault), repr(fault.args))
        for reason in fault.reasons:
            yield from (repr(reason), json.dumps(reason.as_json(), ensure_ascii=False))
        logging.getLogger("host").exception("refused")
        structlog.get_logger("host").warning("refused", fault=str(fault), code=fault.code)
    else:
        yield from (str(value), repr(value), f"{value}")
        structlog.get_logger("host").info("accepted", who=value)


def calls() -> Iterator[Callable[[], object]]:
    judge = Verifier(DELTA.registry(), audience=AUDIENCE, clock=lambda: NOW, replay=Uses())
    need = Need(level=AssuranceLevel.SUBSTANTIAL, age_s_max=150, scope="cert:read")
    login = LoginRound(nonce=Sensitive(NONCE), issuer=IDP)
    for token in TOKENS:
        yield lambda token=token: judge.verify(token)  # type: ignore[misc]  # bound now
        yield lambda token=token: judge.verify(token, need=need)  # type: ignore[misc]  # bound now
        yield lambda token=token: judge.explain(token)  # type: ignore[misc]  # bound now
        yield lambda token=token: judge.verify_login(token, login=login)  # type: ignore[misc]  # bound now
        yield lambda token=token: judge.verify_logout(token)  # type: ignore[misc]  # bound now
    asked = replace(POSSESSION, nonce=Sensitive(NONCE))
    for shown in (None, POSSESSION, POSSESSION, asked):
        yield lambda shown=shown: judge.verify(BOUND, proof=shown)  # type: ignore[misc]  # bound now
    for nonce in (NONCE, "other-nonce"):
        told = an_id_login(sub=SUBJECT, proof=PROOF, nonce=nonce)
        token = issue_login(told, DELTA.east).reveal()
        yield lambda token=token: judge.verify_login(token, login=login)  # type: ignore[misc]  # bound now
        yield lambda token=token: judge.explain(token)  # type: ignore[misc]  # bound now
    for nonce_of in (None, NONCE):
        out = a_logout(sub=SUBJECT, sid=SESSION, nonce=nonce_of)
        token = issue_logout(out, DELTA.east).reveal()
        yield lambda token=token: judge.verify_logout(token)  # type: ignore[misc]  # bound now
    mandate = issue_mandate(a_mandate(iss=MANDATES), DELTA.mandates).reveal()
    for item in ("road-transport-licence", NUMBER):
        yield lambda item=item: verify_mandate(  # type: ignore[misc]  # bound now
            mandate,
            DELTA.registry(),
            item="other" if item == NUMBER else item,
            region="310115",
            applicant=a_firm(),
            agent=PERSON,
            clock=lambda: NOW,
        )
    yield lambda: (judge, vars(judge), vars(judge._hot))
    yield lambda: [repr(claims) for claims in (a_login(sub=SUBJECT, proof=PROOF), PROOF)]
    yield lambda: (
        POSSESSION,
        login,
        an_id_login(nonce=NONCE),
        a_logout(sub=SUBJECT, sid=SESSION),
    )


def found_in(text: str) -> list[str]:
    return [name for name, value in SECRETS.items() if value in text]


def test_the_search_finds_what_is_planted() -> None:
    for name, value in SECRETS.items():
        assert name in found_in(f"x{value}y")


def test_nothing_planted_is_said_or_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    log = StringIO()
    monkeypatch.setattr("sys.stderr", log)
    configure_logs(form="json")
    said = "\n".join(text for call in calls() for text in said_of(call))
    logging.getLogger().handlers[0].flush()
    assert found_in(said) == []
    assert found_in(log.getvalue()) == []
    assert "token-audience-other" in said
    assert "refused" in log.getvalue()


def test_what_a_verifier_remembers_names_nobody() -> None:
    judge = DELTA.verifier()
    for token in TOKENS:
        for _ in said_of(lambda token=token: judge.verify(token)):  # type: ignore[misc]  # bound now
            pass
    kept = judge._hot._verdicts._held
    assert kept
    names = b"\n".join(kept).decode("latin-1")
    bodies = {name: value for name, value in SECRETS.items() if not name.endswith(".2")}
    assert not [name for name, value in bodies.items() if value in names + repr(kept)]

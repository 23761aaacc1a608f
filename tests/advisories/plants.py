"""What is planted: keys, tokens and numbers, and the search for them in any spelling."""

import base64
import json
import os
from dataclasses import replace
from typing import Final

from interop.conformance.strategies.federation import (
    NOW,
    Delta,
    a_firm,
    a_login,
    a_mandate,
    a_person,
    proof_claim,
)
from interop.conformance.strategies.federation_tokens import Application
from interop.conformance.strategies.token_exchange import EAST, WEST, Twin, may
from interop.crypto import PrivateKey, base64url
from interop.crypto.jwe import encrypt
from interop.federation import (
    ConfirmationClaim,
    PartyClaim,
    issue,
    issue_mandate,
)
from interop.federation.subject_key import SubjectKey
from interop.federation.ticket import TicketOffice
from interop.model.sensitive import Sensitive

PERSON, FIRM = a_person(), a_firm()
SALT: Final = b"planted salt of 0123456789"
PROOF: Final = proof_claim(PERSON, SALT)
SUBJECT, ACTOR = "planted-subject-0123456789", "planted-actor-9876543210"
NONCE: Final = "planted-nonce-0123456789"
SECRET: Final = b"planted secret of thirty-two b's"
CONTENT: Final = b"planted content: 91310115MA1K000003"
DELTA: Final = Delta()
TWIN: Final = Twin(DELTA)
OWN: Final = replace(TWIN.authority(), subject_key=SubjectKey("e1", SECRET))
APPLICATION: Final = Application()
READER: Final = TWIN.reader(EAST)
DECRYPTION: Final = PrivateKey.generate(use="enc")

LOGIN: Final = issue(a_login(sub=SUBJECT, proof=PROOF, scope="case:read"), DELTA.east)
OTHER: Final = issue(a_login(sub=ACTOR, proof=PROOF, jti="token-0002"), DELTA.east)
BOUND: Final = issue(
    a_login(sub=SUBJECT, proof=PROOF, cnf=ConfirmationClaim(jkt=APPLICATION.jkt)), DELTA.east
)
POSSESSION: Final = APPLICATION.shown(BOUND.reveal(), nonce=NONCE)
MANDATE: Final = issue_mandate(
    a_mandate(agent=PartyClaim(kind="person", proof=PROOF)), DELTA.mandates
)
OFFICE: Final = TicketOffice(EAST, TWIN.ring(EAST).signing, "sim", os.urandom)
TICKET: Final = OFFICE.issue(PERSON, case="case-1", audience=WEST, now=NOW)
SUBJECT_TOKEN: Final = replace(READER.read(LOGIN.reveal()), may_act=may(ACTOR))
ACTOR_TOKEN: Final = READER.read(OTHER.reveal())
SEALED: Final = encrypt(CONTENT, DECRYPTION.public)


def pem_lines(pem: bytes) -> list[str]:
    return [line for line in pem.decode().splitlines() if len(line) > 30]


def spelled(secret: bytes) -> set[str]:
    """Return the ways in which bytes come to be printed."""
    coded = {base64.b64encode(secret).decode().rstrip("="), base64url.encode(secret)}
    number = str(int.from_bytes(secret, "big"))
    return {repr(secret)[2:-1], secret.hex(), secret.hex().upper(), number, *coded}


def token_parts(token: str) -> set[str]:
    return {part for part in token.split(".")[1:] if len(part) > 20}


def planted() -> dict[str, set[str]]:
    keys = {"east": DELTA.east, "decryption": DECRYPTION, "application": APPLICATION.key}
    tokens = {
        "login": LOGIN,
        "other": OTHER,
        "bound": BOUND,
        "mandate": MANDATE,
        "ticket": TICKET,
        "proof": POSSESSION.jwt,
        "sealed": Sensitive(SEALED),
    }
    return {
        "person": {PERSON.code.reveal(), *spelled(PERSON.code.reveal().encode())},
        "firm": {FIRM.code.reveal()},
        "subject": {SUBJECT, *spelled(SUBJECT.encode())},
        "actor": {ACTOR},
        "nonce": {NONCE},
        "salt": spelled(SALT) | {PROOF.salt},
        "mac": {PROOF.mac},
        "secret": spelled(SECRET),
        "content": {CONTENT.decode(), *spelled(CONTENT)},
        **{f"token {name}": token_parts(token.reveal()) for name, token in tokens.items()},
        **{f"key {name}": set(pem_lines(key.to_pem())) for name, key in keys.items()},
    }


PLANTED: Final = planted()
SAYING: Final = json.dumps({"sub": SUBJECT, "code": PERSON.code.reveal()}).encode()
UNREADABLE: Final = (
    *(SAYING[:-1], SAYING + SAYING, SAYING + b"\xff", b"\xef\xbb\xbf" + SAYING),
    *(SAYING[:-1] + b',"sub":1}', SAYING[:-1] + b',"x":1e9}', SAYING[:-1] + b',"x":"\\ud800"}'),
)


def found_in(text: str) -> list[str]:
    return [name for name, ways in PLANTED.items() if any(way in text for way in ways)]

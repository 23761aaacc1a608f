"""Calls of a host that may come twice: one key, one request, the same answer.

A key belongs to the request it first came with. The answer is kept with the case it is about,
under that case's key, so it goes when the case goes. A refusal is not kept: it changed nothing,
and the same request may be sent again. Between the key and the answer the process may die; the
verbs repeat nothing, so the repeated request is carried out again.

Source: draft-ietf-httpapi-idempotency-key-header-07 section 2.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from interop.errors import CaseError
from interop.gateway.desk import Sitting
from interop.gateway.host_reasons import KEY_OF_ANOTHER_CALL
from interop.store import cases as rows
from interop.store import nonces

KEY_DAYS: Final = 90
KEY: Final = "host-key"
CALL: Final = "host-call"


@dataclass(frozen=True, slots=True)
class HostCall:
    """One call of a host that changes something.

    Attributes:
        key: Its Idempotency-Key.
        verb: What is called.
        digest: Digest of the canonical request; personal values stand in the request.
    """

    key: str = field(repr=False)
    verb: str
    digest: str


def recall(at: Sitting, call: HostCall, *cases: str) -> bytes | None:
    """Return the kept answer of ``call``; None if it is to be carried out.

    Args:
        at: A transaction, which keeps that the key belongs to this request.
        call: The call.
        cases: Numbers of the cases it is about; none, or empty, if there is none yet.

    Raises:
        CaseError: ``host-key-reused``; nothing is kept then.
    """
    tx, now = at.tx, at.desk.now()
    for kind in (KEY, CALL):
        nonces.sweep(tx, now, kind=kind)
    until = now + timedelta(days=KEY_DAYS)
    is_new = nonces.use_once(tx, KEY, tx.lookup(f"{KEY}|{call.key}"), until)
    same = f"{CALL}|{call.key}|{call.verb}|{call.digest}"
    if nonces.use_once(tx, CALL, tx.lookup(same), until) and not is_new:
        raise CaseError(KEY_OF_ANOTHER_CALL.of(field="Idempotency-Key"))
    held = (rows.document(tx, case, _name(at, call)) for case in cases if case and not is_new)
    return next((answer for answer in held if answer is not None), None)


def keep(at: Sitting, call: HostCall, case: str, answer: bytes) -> bytes:
    """Keep the answer of ``call`` with its case; return the one kept first."""
    held = rows.document(at.tx, case, _name(at, call))
    if held is None:
        rows.put_document(at.tx, case, _name(at, call), answer)
    return answer if held is None else held


def _name(at: Sitting, call: HostCall) -> str:
    return "reply/" + at.tx.lookup(f"{KEY}|{call.key}")

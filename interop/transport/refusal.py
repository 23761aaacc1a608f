"""Read why a peer of our own kind refused: reasons as JSON.

``{"reasons": [{code, side, fixed_by, field, expected, got, zh, en, fix_zh, fix_en}]}``, from
an application interface with ``"error"``, the name of a class of interop.errors, beside it.
"""

from typing import Final

import interop.errors
from interop.errors import (
    ContractViolation,
    FixedBy,
    InteropError,
    Reason,
    RegionError,
    Side,
    redacted,
)
from interop.model.canonical import Json, read_json
from interop.transport.reasons import REFUSAL_UNREADABLE

REASONS_MAX: Final = 200
TEXT_CHARS_MAX: Final = 1000
REFUSAL_BYTES_MAX: Final = 1024 * 1024


def reasons_in(body: Json) -> tuple[Reason, ...]:
    """Return the reasons in a refusal; empty if they are not told as agreed.

    Texts are bounded and redacted again: the peer is not trusted to have done so.
    """
    listed = body.get("reasons") if isinstance(body, dict) else None
    if not isinstance(listed, list) or not 0 < len(listed) <= REASONS_MAX:
        return ()
    found = tuple(reason for one in listed if (reason := _reason(one)) is not None)
    return found if len(found) == len(listed) else ()


def read_refusal(data: bytes, *, peer: str, status: int) -> tuple[Json, tuple[Reason, ...]]:
    """Return the body of a refusal and its reasons, at least one.

    Raises:
        ContractViolation: ``transport-refusal-unreadable``.
    """
    unreadable = ContractViolation(REFUSAL_UNREADABLE.of(field=peer, got=status))
    try:
        body = read_json(data, error=RegionError, bytes_max=REFUSAL_BYTES_MAX)
    except RegionError:
        raise unreadable from None
    reasons = reasons_in(body)
    if not reasons:
        raise unreadable
    return body, reasons


def error_class(body: Json) -> type[InteropError] | None:
    """Return the class that a refusal names, or None if there is no such class."""
    name = body.get("error") if isinstance(body, dict) else None
    found = getattr(interop.errors, name, None) if isinstance(name, str) else None
    is_ours = isinstance(found, type) and issubclass(found, InteropError)
    return found if is_ours and found is not InteropError else None


def _reason(value: Json) -> Reason | None:
    if not isinstance(value, dict) or set(value) != set(Reason.__slots__):
        return None
    text = {
        name: redacted(part)[:TEXT_CHARS_MAX]
        for name, part in value.items()
        if isinstance(part, str)
    }
    if len(text) != len(value):
        return None
    try:
        return Reason(
            code=text.pop("code"),
            side=Side(text.pop("side")),
            fixed_by=FixedBy(text.pop("fixed_by")),
            **text,
        )
    except ValueError:
        return None

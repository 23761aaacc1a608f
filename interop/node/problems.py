"""Refusals of the application interface as problem details, with every reason beside.

Source: RFC 9457. ``type`` is ``about:blank``: what a program goes by is ``error``, the class
that says how to react, and the codes in ``reasons``.
"""

from http import HTTPStatus
from typing import Final

from starlette.responses import JSONResponse, Response

from interop.errors import InteropError, Reason
from interop.model.record import Record
from interop.node.answering import HEADERS

PROBLEM: Final = "application/problem+json"


class ReasonRecord(Record):
    """One reason; see :class:`interop.errors.Reason`."""

    code: str
    side: str
    fixed_by: str
    field: str
    expected: str
    got: str
    zh: str
    en: str
    fix_zh: str
    fix_en: str


class Problem(Record):
    """A refusal.

    Attributes:
        type: Always ``about:blank``.
        title: The status in words.
        status: The HTTP status.
        detail: The first reason, in Chinese.
        error: Class of the refusal, such as ``CaseError``: how to react.
        reasons: Every reason, in both languages, at least one.
    """

    type: str
    title: str
    status: int
    detail: str
    error: str
    reasons: tuple[ReasonRecord, ...]


def problem(status: int, error: type[InteropError], *reasons: Reason) -> Response:
    """Return a refusal as problem details."""
    told = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": reasons[0].zh,
        "error": error.__name__,
        "reasons": [reason.as_json() for reason in reasons],
    }
    headers = HEADERS.get(status)
    return JSONResponse(told, status_code=status, headers=headers, media_type=PROBLEM)

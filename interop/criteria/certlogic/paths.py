"""Where in a rule something is wrong, and how it is said."""

from interop.criteria.certlogic.reasons import FORM
from interop.criteria.words import Words, ascii_of, both, worded
from interop.errors import KnowledgeError
from interop.model.canonical import Json


def malformed(at: str, expected: Words, got: str) -> KnowledgeError:
    """Return the error that ``at`` holds ``got`` and not what is ``expected``."""
    return KnowledgeError(worded(FORM, field=ascii_of(at), expected=expected, got=both(got)))


def shown(value: Json) -> str:
    """Return ``value`` as far as it may be shown."""
    if isinstance(value, list | dict):
        return f"{type(value).__name__} of {len(value)}"
    return ascii_of(value)


def counted(low: int, high: int) -> Words:
    """Return how many operands there must be."""
    most = f"{low}" if low == high else f"{low} … {high}"
    return f"{most} 个运算数的数组", f"an array of {most} operands"

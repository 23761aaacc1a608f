"""Say why something was refused, and raise it.

A :class:`ReasonRow` is one line of a room's ``reasons.py``: a stable code with its wording
and its fix, Chinese and English. :meth:`ReasonRow.of` fills it into a :class:`Reason`, the
only thing that words a refusal. Judging returns reasons; passing a gate raises an error
that carries them. The class says how a caller can react, the code says why::

    InteropError
    ├─ KnowledgeError        bad or missing adapter, mapping, criterion, anchor, policy
    │  └─ PolicyError         a metadata policy, or the metadata held against it, is refused
    ├─ TrustError            token, assurance, mandate, signature refused
    ├─ CaseError             invalid case, illegal transition, not competent, replay
    ├─ ExchangeError         bad signature, gap, fork, stale epoch, receipt, wrong env
    ├─ RegionError           a regional system did not answer as its contract says
    │  ├─ RegionUnavailable  not reached: nothing happened there, retry
    │  ├─ RegionTimeout      the outcome is unknown: ask before repeating
    │  ├─ RegionFault        the system answered with a fault of its own
    │  └─ ContractViolation  the answer breaks the contract
    └─ StoreError            the store refuses
       ├─ StoreFull          no space: nothing was written
       ├─ StoreLocked        another process holds it: retry
       ├─ StoreNewer         written by a newer version of this library
       └─ StoreDamaged       stored bytes do not verify
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

Lang = Literal["zh", "en"]

GOT_CHARS_MAX: Final = 120
FIELD_CHARS_MAX: Final = 300

# The last net under typed sensitive values: identity numbers, phones, compact JOSE.
_DIGIT = "[0-9\uff10-\uff19]"
_NETS: Final = (
    re.compile(r"eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){2,4}"),
    re.compile(rf"(?<!{_DIGIT})(?:{_DIGIT}[ -]?){{17}}(?:{_DIGIT}|[XxＸｘ])(?!{_DIGIT})"),
    re.compile(
        rf"(?<!{_DIGIT})(?:[8８][6６][ -]?)?[1１][3-9３-９](?:[ -]?{_DIGIT}){{9}}(?!{_DIGIT})"
    ),
)

_DIGEST: Final = re.compile(r"(?<![0-9A-Za-z])([0-9a-f]{64})(?![0-9A-Za-z])")


def redacted(text: str) -> str:
    """Return ``text`` with identity numbers, phone numbers and tokens masked.

    This is the last net, not the first defence: personal values are typed
    :class:`interop.model.sensitive.Sensitive` long before they get here.
    """
    # Digests are no personal data; a run of their digits only looks like a phone number.
    parts = _DIGEST.split(text)
    parts[::2] = [_netted(part) for part in parts[::2]]
    return "".join(parts)


def _netted(text: str) -> str:
    for net in _NETS:
        text = net.sub("***", text)
    return text


class Side(StrEnum):
    """Who is at fault: the party whose act or system the reason is about."""

    APPLICANT = "applicant"
    RECEIVING = "receiving"
    HANDLING = "handling"
    ISSUER = "issuer"
    HOST = "host"
    PLATFORM = "platform"


class FixedBy(StrEnum):
    """Who can mend it."""

    APPLICANT = "applicant"
    CALLER = "caller"
    INTEGRATOR = "integrator"
    REGION = "region"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Reason:
    """One refusal, worded once.

    Attributes:
        code: Stable, kebab-case, unique in the project; docs/reference/errors.md lists it.
        side: The party the reason is about.
        fixed_by: The party that can mend it.
        field: Path, clause, parameter or claim; ASCII.
        expected: What would have passed; empty if nothing can be named.
        got: What was found, already redacted and at most 120 characters.
        zh: The sentence in Chinese.
        en: The sentence in English.
        fix_zh: What to do, in Chinese.
        fix_en: What to do, in English.
    """

    code: str
    side: Side
    fixed_by: FixedBy
    field: str
    expected: str
    got: str
    zh: str
    en: str
    fix_zh: str
    fix_en: str

    def text(self, lang: Lang = "zh") -> str:
        """Return the sentence in ``lang``."""
        return self.zh if lang == "zh" else self.en

    def fix(self, lang: Lang = "zh") -> str:
        """Return what to do in ``lang``."""
        return self.fix_zh if lang == "zh" else self.fix_en

    def as_json(self) -> dict[str, str]:
        """Return the reason as flat JSON, for reports and answers."""
        return {name: str(getattr(self, name)) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """One line of a room's ``reasons.py``.

    ``zh``, ``en`` and the fixes may hold ``{field}``, ``{expected}`` and ``{got}``.
    """

    code: str
    zh: str
    en: str
    fix_zh: str
    fix_en: str
    fixed_by: FixedBy
    side: Side = Side.PLATFORM

    def of(
        self,
        *,
        field: str = "",
        expected: object = "",
        got: object = "",
        side: Side | None = None,
    ) -> Reason:
        """Return the reason with its places filled in; ``field`` and ``got`` are redacted."""
        shown = redacted(str(got))
        shown = shown if len(shown) <= GOT_CHARS_MAX else shown[: GOT_CHARS_MAX - 1] + "…"
        place = redacted(field)[:FIELD_CHARS_MAX]
        places = {"field": place, "expected": str(expected), "got": shown}
        return Reason(
            code=self.code,
            side=side or self.side,
            fixed_by=self.fixed_by,
            field=place,
            expected=str(expected),
            got=shown,
            zh=_filled(self.zh, places),
            en=_filled(self.en, places),
            fix_zh=_filled(self.fix_zh, places),
            fix_en=_filled(self.fix_en, places),
        )


def _filled(template: str, places: dict[str, str]) -> str:
    # One pass: what a place brings in is never read as a place again.
    return re.sub(r"\{(field|expected|got)\}", lambda hit: places[hit[1]], template)


class InteropError(Exception):
    """Carry one or more reasons; the first decides the message.

    Args:
        *reasons: At least one. All problems of a case or a file come together.
    """

    def __init__(self, *reasons: Reason) -> None:
        if not reasons:
            msg = "an error needs a reason"
            raise ValueError(msg)
        self.reasons = reasons
        super().__init__(reasons[0].code)

    @property
    def reason(self) -> Reason:
        """Return the first reason."""
        return self.reasons[0]

    @property
    def code(self) -> str:
        """Return the code of the first reason."""
        return self.reasons[0].code

    def __str__(self) -> str:
        return "; ".join(f"{r.code}: {r.en}" for r in self.reasons)

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), self.reasons)


class KnowledgeError(InteropError):
    """Refuse bad or missing regional knowledge; an integrator mends a file."""


class TrustError(InteropError):
    """Refuse a token, an assurance level, a mandate or a signature."""


class CaseError(InteropError):
    """Refuse a case, a transition or an organ that is not competent."""


class ExchangeError(InteropError):
    """Refuse what arrived on a channel."""


class RegionError(InteropError):
    """Report that a regional system did not answer as its contract says."""


class RegionUnavailable(RegionError):
    """Report that the system was not reached; nothing happened there, retry."""


class RegionTimeout(RegionError):
    """Report that the outcome is unknown; ask before repeating."""


class RegionFault(RegionError):
    """Report a fault that the system itself answered with."""


class ContractViolation(RegionError):
    """Report an answer that breaks the contract."""


class StoreError(InteropError):
    """Report that the store refuses."""


class StoreFull(StoreError):
    """Report that no space is left; nothing was written."""


class StoreLocked(StoreError):
    """Report that another process holds the store; retry."""


class StoreNewer(StoreError):
    """Report a store that a newer version of this library wrote."""


class StoreDamaged(StoreError):
    """Report stored bytes that do not verify."""

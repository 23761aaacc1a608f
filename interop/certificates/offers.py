"""What the applicant offers in place of a material: to bring it later, or a promise.

Both count only where the item guide names them, and neither spares the material: it is owed.
Source: 国办发〔2020〕42号 (告知承诺); 容缺受理 is local practice (unverified).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from interop.certificates.exemption_reasons import (
    COMMITMENT_NOT_OFFERED,
    COMMITMENT_TEXT_OTHER,
    DEFERRAL_DAY,
    DEFERRAL_NOT_OFFERED,
)
from interop.errors import Reason
from interop.model.item import Material
from interop.model.judgement import MaterialVerdict


@dataclass(frozen=True, slots=True)
class Offers:
    """What an applicant offers.

    Attributes:
        later: Materials to come later, with the last day, Asia/Shanghai.
        promised: Materials promised, with the digest of the text that was signed.
        submitted: Codes handed in: for these nothing is offered.
        on: The day that counts, Asia/Shanghai.
    """

    later: Mapping[str, date]
    promised: Mapping[str, str]
    submitted: frozenset[str]
    on: date


@dataclass(frozen=True, slots=True)
class Hearing:
    """What came of an offer.

    Attributes:
        verdict: ``committed`` or ``deferred``; None if nothing that counts was offered.
        until: Last day on which the material may come.
        promised: Digest of the text that was promised, or empty.
        reasons: Why an offer does not count.
    """

    verdict: MaterialVerdict | None = None
    until: date | None = None
    promised: str = ""
    reasons: tuple[Reason, ...] = ()


def hear_offer(material: Material, offers: Offers) -> Hearing:
    """Return what comes of the offer for ``material``; a promise that counts goes first."""
    if material.code in offers.submitted:
        return Hearing()
    promise, later = _promise(material, offers), _later(material, offers)
    if promise.verdict is not None:
        return promise
    if later.verdict is not None:
        return later
    return Hearing(reasons=(*promise.reasons, *later.reasons))


def _promise(material: Material, offers: Offers) -> Hearing:
    text, named, place = offers.promised.get(material.code), material.commitment, material.code
    if text is None:
        return Hearing()
    if named is None:
        return Hearing(reasons=(COMMITMENT_NOT_OFFERED.of(field=place),))
    if text != named.template_digest:
        return Hearing(
            reasons=(COMMITMENT_TEXT_OTHER.of(field=place, expected=named.template),)
        )
    return Hearing(MaterialVerdict.COMMITTED, promised=text)


def _later(material: Material, offers: Offers) -> Hearing:
    day, named, place = offers.later.get(material.code), material.deferral, material.code
    if day is None:
        return Hearing()
    if named is None:
        return Hearing(reasons=(DEFERRAL_NOT_OFFERED.of(field=place),))
    last = offers.on + timedelta(days=named.days_max)
    if not offers.on <= day <= last:
        return Hearing(reasons=(DEFERRAL_DAY.of(field=place, expected=last, got=day),))
    return Hearing(MaterialVerdict.DEFERRED, until=day)

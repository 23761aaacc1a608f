"""The yes of an exemption: whether one certificate stands in for one material, at once.

What a certificate is in itself, and what its grant covers, does not change from one material
to the next: :func:`make_ready` finds it once. :func:`stands` then compares. It only ever says
yes; whatever it does not say yes to goes through the checks, which give the reasons.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from interop.certificates.checks import (
    BARRING,
    BROKEN_SEALS,
    LEVEL_FLOOR,
)
from interop.certificates.use_list import Covers, Use, UseList
from interop.crypto.proof import proves_party
from interop.model import certificate_id
from interop.model.certificate import Grant, HeldCertificate
from interop.model.day import day_of, midnight
from interop.model.inspection import normal_spelling
from interop.model.item import Evidence
from interop.model.party import Party, Role

# Before every day that a status can have been answered on.
NEVER: Final = -(10**9)


@dataclass(frozen=True, slots=True)
class Ready:
    """A certificate and its grant, looked at once.

    Attributes:
        held: The certificate.
        plain: Whether nothing in it needs a closer look: identifier, status, level, edition,
            seal and grant are in order, and it is no annotated copy.
        holders: Scheme and number of the holders that the grant was given by.
        first: First day of validity, as an ordinal, inclusive.
        last: Last day of validity, as an ordinal, inclusive.
        answered: Day the source answered about the status, as an ordinal.
        fields: Body fields that are there, signed, and covered by the grant.
        bound: Grantee, item and case of the grant.
        role: Whose certificates the grant covers.
        until_s: Last instant of the grant, seconds since 1970.
        level: Trust level, A first.
        unsigned: Whether any part lacks a signature that it should have.
    """

    held: HeldCertificate
    plain: bool
    holders: frozenset[str]
    first: int
    last: int
    answered: int
    fields: frozenset[str]
    bound: tuple[str, str, str]
    role: Role | None
    until_s: float
    level: str
    unsigned: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, looked at once.

    Attributes:
        parties: Scheme and number of who has which role.
        bound: Grantee, item and case.
        day: The day that counts, as an ordinal.
        from_s: Its first instant, seconds since 1970.
        withdrawn: Identifiers of withdrawn grants.
        uses: Pairs of certificate type and region of which the use was asked, with the answer.
        use_list: List of certificate uses.
        covers: Whether one region is or contains another.
        on: The day that counts.
    """

    parties: Mapping[Role, str]
    bound: tuple[str, str, str]
    day: int
    from_s: float
    withdrawn: frozenset[str]
    uses: dict[tuple[str, str], bool]
    use_list: UseList
    covers: Covers
    on: date

    def allows(self, kind: str, source: str) -> bool:
        """Return whether the list approves certificates of ``kind`` from ``source``."""
        found = self.uses.get((kind, source))
        if found is None:
            consumer, item, _ = self.bound
            use = Use(item, kind, source, consumer, self.on)
            found = self.uses[kind, source] = self.use_list.allows(use, covers=self.covers)
        return found


def party_key(party: Party) -> str:
    """Return scheme and number in their normal spelling; empty if the number is."""
    code, _ = normal_spelling(party.code.reveal(), field="holder")
    return f"{party.scheme}|{code}" if code else ""


def ask(
    parties: Mapping[Role, Party],
    *,
    bound: tuple[str, str, str],
    on: date,
    withdrawn: Collection[str],
    uses: tuple[UseList, Covers],
) -> Asked:
    """Return a question made ready; parties without a number stand for nobody."""
    keys = {role: party_key(party) for role, party in parties.items()}
    return Asked(
        parties={role: key for role, key in keys.items() if key},
        bound=bound,
        day=on.toordinal(),
        from_s=midnight(on).timestamp(),
        withdrawn=frozenset(withdrawn),
        uses={},
        use_list=uses[0],
        covers=uses[1],
        on=on,
    )


def make_ready(held: HeldCertificate, grants: Collection[Grant]) -> Ready:
    """Return ``held`` looked at once, with the one grant it was fetched under."""
    one, own = held.certificate, [grant for grant in grants if grant.id == held.grant]
    grant = own[0] if len(own) == 1 else None
    last = one.valid_until.toordinal() if one.valid_until else date.max.toordinal()
    answered = held.status_at
    return Ready(
        held=held,
        plain=grant is not None and _is_plain(held, grant),
        holders=frozenset(_granting(held, grant)),
        first=(one.valid_from or one.issued_on).toordinal(),
        last=last,
        answered=day_of(answered).toordinal() if answered else NEVER,
        fields=_fields(held, grant),
        bound=(grant.grantee, grant.item, grant.case) if grant else ("", "", ""),
        role=grant.holder if grant else None,
        until_s=(grant.not_after if grant else held.fetched_at).timestamp(),
        level=one.trust_level,
        unsigned=bool(held.unsigned),
    )


def _is_plain(held: HeldCertificate, grant: Grant) -> bool:
    one, seal = held.certificate, held.seal
    sealed = seal is None or (
        seal.verdict not in BROKEN_SEALS
        and not ({one.issuer_code, one.issuer_name} - {""}).isdisjoint(seal.signers)
    )
    return (
        sealed
        and held.annotation is None
        and grant.basis.kind != "guardian_consent"
        and not held.superseded
        and one.status not in BARRING
        and one.trust_level <= LEVEL_FLOOR
        and all(path.startswith("body.") for path in held.unsigned)
        and one.type in grant.certificates
        and grant.basis.shown_at <= held.fetched_at <= grant.not_after
        and certificate_id.inspect(one.identifier.reveal()).ok
    )


def _granting(held: HeldCertificate, grant: Grant | None) -> list[str]:
    holders = held.certificate.holders
    return [
        key
        for holder in holders
        if (key := party_key(holder)) and grant and proves_party(grant.holder_proof, holder)
    ]


def _fields(held: HeldCertificate, grant: Grant | None) -> frozenset[str]:
    present = set(filter(held.certificate.states, held.certificate.fields))
    signed = present - {path.removeprefix("body.") for path in held.unsigned}
    covered = grant.fields.get(held.certificate.type) if grant else None
    return frozenset(signed if covered is None else signed & set(covered))


def stands(one: Ready, wanted: Evidence, role: Role, asked: Asked) -> bool:
    """Return True only if every check of :mod:`interop.certificates.checks` would pass.

    INVARIANT: never True where a check fails; False says nothing.
    """
    held, certificate = one.held, one.held.certificate
    return (
        one.plain
        and one.role == role
        and one.bound == asked.bound
        and asked.parties.get(role) in one.holders
        and one.first <= asked.day <= one.last
        and asked.day - one.answered <= wanted.status_age_days_max
        and one.level <= wanted.level_min
        and (one.fields.issuperset(wanted.fields) if wanted.fields else not one.unsigned)
        and (not wanted.issuers or certificate.issuer_code in wanted.issuers)
        and asked.from_s <= one.until_s
        and held.grant not in asked.withdrawn
        and asked.allows(certificate.type, held.source_region)
    )

"""A sound scene of an exemption: an item, its question, and what may be changed in it.

All names and numbers are constructed.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from interop.certificates.hearing import Question
from interop.certificates.use_list import UseList, UseRow
from interop.crypto.proof import prove_party
from interop.model import certificate_id, resident_id, uscc
from interop.model.certificate import (
    Certificate,
    CertificateStatus,
    Grant,
    HeldCertificate,
    LegalBasis,
)
from interop.model.item import Basis, Evidence, Limit, Material, ServiceItem
from interop.model.party import Party, Role, Scheme
from interop.model.sensitive import Sensitive

ON: Final = date(2026, 3, 2)
AT: Final = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
DAY: Final = timedelta(days=1)
SOURCE: Final = "320000"
SOURCE_CITY: Final = "320500"
CONSUMER: Final = "310000"
CONSUMER_DISTRICT: Final = "310115"
CASE: Final = "TEST-2026-000001"
SALT: Final = b"made-up-salt-of-a-case"
LICENCE: Final = "business-licence"
CARD: Final = "resident-card"
SITE: Final = "site-right"

_TYPE_CODES: Final = {LICENCE: "11100000MB0143028R001", CARD: "11100000000013127D001"}
_LAW: Final = Basis(level="law", document="constructed for tests", verified="no")


def _checked(body: str, check: Callable[[str], str]) -> str:
    return body + check(body)


def organisation(serial: int) -> Party:
    """Return a constructed enterprise."""
    code = _checked(f"91320500MA{serial:07}", uscc.check_character)
    return Party(
        kind="organisation",
        scheme=Scheme.USCC,
        code=Sensitive(code),
        name=Sensitive(f"测试{serial}号有限公司"),
    )


def person(serial: int) -> Party:
    """Return a constructed person."""
    code = _checked(f"32050019850101{serial:03}", resident_id.check_character)
    return Party(
        kind="person",
        scheme=Scheme.RESIDENT_ID,
        code=Sensitive(code),
        name=Sensitive(f"测试{serial}"),
    )


APPLICANT: Final = organisation(1)
AGENT: Final = person(1)
STRANGER: Final = organisation(2)


def held(
    kind: str, holder: Party, *, serial: int = 1, version: int = 1, grant: str = "g-applicant"
) -> HeldCertificate:
    """Return a sound certificate of ``holder``, fetched under ``grant``."""
    issuer = _checked("11320500000000000", uscc.check_character)
    identifier = certificate_id.build(
        _TYPE_CODES[kind], issuer, f"T{serial:06}", f"{version:03}"
    )
    return HeldCertificate(
        certificate=Certificate(
            type=kind,
            type_code=_TYPE_CODES[kind],
            identifier=Sensitive(identifier),
            number=Sensitive(f"T{serial:06}"),
            title="测试证照",
            issuer_code=issuer,
            issuer_name="测试机关",
            issued_on=ON - 30 * DAY,
            valid_from=ON - 30 * DAY,
            valid_until=ON + 30 * DAY,
            status=CertificateStatus.VALID,
            holders=(holder,),
            area=SOURCE_CITY,
            trust_level="A",
            fields={"name": holder.name},
        ),
        source_region=SOURCE_CITY,
        source_digest=f"sha-256:{serial:032x}{version:032x}",
        mapping_digest=f"sha-256:{0:064x}",
        grant=grant,
        fetched_at=AT,
        status_at=AT,
    )


def grant(role: Role) -> Grant:
    """Return a sound grant of the holder with ``role``."""
    return Grant(
        id=f"g-{role}",
        holder=role,
        holder_proof=prove_party(APPLICANT if role == "applicant" else AGENT, salt=SALT),
        grantee=CONSUMER_DISTRICT,
        item="outdoor-advertising",
        case=CASE,
        certificates=(LICENCE, CARD),
        purpose="测试",
        basis=LegalBasis(
            kind="statutory_duty",
            basis=_LAW,
            notice_version="1",
            notice_digest=f"sha-256:{1:064x}",
            shown_at=AT - timedelta(minutes=5),
            channel="window",
        ),
        not_after=AT + 30 * DAY,
        uses_max=20,
    )


def item() -> ServiceItem:
    """Return an item whose materials ask for certificates of two roles and alternatives."""
    licence = Evidence(certificate=LICENCE, fields=("name",))
    card = Evidence(certificate=CARD, fields=("name",))
    return ServiceItem(
        item="outdoor-advertising",
        region=CONSUMER,
        version="2026-01",
        zh="测试事项",
        en="Test item",
        setting_basis=(_LAW,),
        statutory=Limit(length=20),
        promised=Limit(length=7),
        facts=(),
        materials=(
            _material("form", "applicant", ()),
            _material(LICENCE, "applicant", ((licence,),)),
            _material("agent-card", "agent", ((card,),)),
            _material(SITE, "applicant", ((card,), (licence, card), (licence,))),
        ),
        clauses=(),
        effective_from=date(2026, 1, 1),
        illustrative=True,
        source="constructed for tests",
    )


def _material(code: str, role: Role, any_of: tuple[tuple[Evidence, ...], ...]) -> Material:
    return Material(code=code, zh="测试材料", en="test", holder_role=role, any_of=any_of)


def use_list() -> UseList:
    """Return a list that lets Shanghai use what Jiangsu issues."""
    rows = tuple(
        UseRow(
            item="outdoor-advertising",
            certificate=kind,
            from_region=SOURCE,
            to_region=CONSUMER,
            publisher=CONSUMER,
            approved_from=ON - 300 * DAY,
            source="constructed for tests",
            illustrative=True,
        )
        for kind in (LICENCE, CARD)
    )
    return UseList(source="constructed for tests", verified="no", illustrative=True, rows=rows)


def covers(upper: str, lower: str) -> bool:
    """Return whether ``upper`` is ``lower`` or the province above it."""
    return upper == lower or (upper[2:] == "0000" and upper[:2] == lower[:2])


@dataclass(frozen=True, slots=True)
class Scene:
    """An item with the question that is asked about it."""

    item: ServiceItem
    question: Question

    def ask(self, **changed: object) -> "Scene":
        """Return the scene with parts of the question changed."""
        return Scene(self.item, replace(self.question, **changed))  # type: ignore[arg-type]  # names of Question

    def on_licence(self, change: Callable[[HeldCertificate], HeldCertificate]) -> "Scene":
        """Return the scene with every licence changed."""
        return self.ask(
            held=tuple(
                change(one) if one.certificate.type == LICENCE else one
                for one in self.question.held
            )
        )

    def on_grants(self, **changed: object) -> "Scene":
        """Return the scene with the applicant's grants changed."""
        return self.ask(
            grants=tuple(
                one.model_copy(update=changed) if one.holder == "applicant" else one
                for one in self.question.grants
            )
        )

    def on_evidence(self, **changed: object) -> "Scene":
        """Return the scene with what its item asks of licences changed."""

        def asked(one: Evidence) -> Evidence:
            return one.model_copy(update=changed) if one.certificate == LICENCE else one

        materials = tuple(
            material.model_copy(
                update={"any_of": tuple(tuple(map(asked, parts)) for parts in material.any_of)}
            )
            for material in self.item.materials
        )
        return Scene(self.item.model_copy(update={"materials": materials}), self.question)

    def on_uses(self, **changed: object) -> "Scene":
        """Return the scene with the rows of the licence in the list of uses changed."""
        uses = self.question.use_list
        rows = tuple(
            row.model_copy(update=changed) if row.certificate == LICENCE else row
            for row in uses.rows
        )
        return self.ask(use_list=uses.model_copy(update={"rows": rows}))


def scene() -> Scene:
    """Return a scene in which all but the form is spared."""
    return Scene(
        item(),
        Question(
            parties={"applicant": APPLICANT, "agent": AGENT},
            held=(held(LICENCE, APPLICANT), held(CARD, AGENT, serial=2, grant="g-agent")),
            grants=(grant("applicant"), grant("agent")),
            use_list=use_list(),
            covers=covers,
            submitted=(),
            needed=("form", LICENCE, "agent-card", SITE),
            on=ON,
            grantee=CONSUMER_DISTRICT,
            case=CASE,
            salt=SALT,
        ),
    )


def certified(**changed: object) -> Callable[[HeldCertificate], HeldCertificate]:
    """Return a change of fields of the certificate itself."""
    return lambda one: one.model_copy(
        update={"certificate": one.certificate.model_copy(update=changed)}
    )

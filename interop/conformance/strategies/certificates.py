"""Draw what an exemption is decided on: a sound scene, and scenes with known defects.

A scene is an item with its question. :data:`DEFECTS` holds for each reason code one change
that makes the licence of the scene fail for this reason and no other; the oracle of the
tests is which defects were planted where, not the code under test.

All names and numbers are constructed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from hypothesis import strategies as st

from interop.certificates.hearing import Question
from interop.certificates.use_list import UseList, UseRow
from interop.crypto.proof import prove_party
from interop.model import certificate_id, resident_id, uscc
from interop.model.certificate import (
    Annotation,
    Certificate,
    CertificateStatus,
    Grant,
    HeldCertificate,
    LegalBasis,
    SealFinding,
    SealVerdict,
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


def _broken_identifier(one: HeldCertificate) -> HeldCertificate:
    text = one.certificate.identifier.reveal()
    last = "0" if text[-1] != "0" else "1"
    return certified(identifier=Sensitive(text[:-1] + last))(one)


def _late_notice(scene: Scene) -> Scene:
    basis = grant("applicant").basis.model_copy(update={"shown_at": AT + DAY})
    return scene.on_grants(basis=basis)


Change = Callable[[HeldCertificate], HeldCertificate]


def _sealed(verdict: SealVerdict, *signers: str) -> Change:
    found = SealFinding(verdict=verdict, signers=signers)
    return lambda one: one.model_copy(update={"seal": found})


def _unsigned_name(one: HeldCertificate) -> HeldCertificate:
    seal = SealFinding(verdict="incomplete", signers=(one.certificate.issuer_name,))
    return one.model_copy(update={"seal": seal, "unsigned": ("body.name",)})


def _annotated(**changed: object) -> Change:
    copy = Annotation(
        case=CASE,
        item="outdoor-advertising",
        grantee=CONSUMER_DISTRICT,
        purpose="测试",
        not_after=AT + DAY,
    )
    return lambda one: one.model_copy(update={"annotation": copy.model_copy(update=changed)})


def _other_issuers(scene: Scene) -> Scene:
    """Return the scene with an item that takes licences of another issuer alone."""
    return scene.on_evidence(issuers=("11320500000000001X",))


_LICENCE_DEFECTS: Final[Mapping[str, Callable[[HeldCertificate], HeldCertificate]]] = {
    "certificate-identifier-invalid": _broken_identifier,
    "certificate-suspended": certified(status=CertificateStatus.SUSPENDED),
    "certificate-revoked": certified(status=CertificateStatus.REVOKED),
    "certificate-cancelled": certified(status=CertificateStatus.CANCELLED),
    "certificate-lapsed": certified(status=CertificateStatus.LAPSED),
    "certificate-moved-out": certified(status=CertificateStatus.MOVED_OUT),
    "certificate-withdrawn": certified(status=CertificateStatus.WITHDRAWN),
    "certificate-status-other": certified(status=CertificateStatus.OTHER),
    "certificate-not-yet-valid": certified(valid_from=ON + DAY),
    "certificate-expired": certified(valid_until=ON - DAY),
    "certificate-superseded": lambda one: one.model_copy(update={"superseded": True}),
    "certificate-holder-mismatch": certified(holders=(STRANGER,)),
    "certificate-level-low": certified(trust_level="C"),
    "certificate-field-missing": certified(fields={}),
    "certificate-status-unanswered": lambda one: one.model_copy(update={"status_at": None}),
    "certificate-status-stale": lambda one: one.model_copy(update={"status_at": AT - 8 * DAY}),
    "certificate-content-tampered": _sealed("tampered"),
    "certificate-seal-expired": _sealed("expired"),
    "certificate-seal-untrusted": _sealed("untrusted"),
    "certificate-seal-unreadable": _sealed("unreadable"),
    "certificate-signer-not-issuer": _sealed("valid", "另一机关"),
    "certificate-field-unsigned": _unsigned_name,
    "annotated-copy-misused": _annotated(case="TEST-2026-000002"),
    "annotated-copy-expired": _annotated(not_after=AT - DAY),
    "grant-missing": lambda one: one.model_copy(update={"grant": "g-none"}),
}


def _everywhere(
    change: Callable[[HeldCertificate], HeldCertificate],
) -> Callable[[Scene], Scene]:
    return lambda scene: scene.on_licence(change)


DEFECTS: Final[Mapping[str, Callable[[Scene], Scene]]] = {
    **{code: _everywhere(change) for code, change in _LICENCE_DEFECTS.items()},
    "certificate-role-missing": lambda scene: scene.ask(parties={"agent": AGENT}),
    "certificate-use-not-listed": lambda scene: scene.on_uses(item="tree-felling"),
    "grant-expired": lambda scene: scene.on_grants(not_after=AT - DAY),
    "grant-grantee-mismatch": lambda scene: scene.on_grants(grantee=SOURCE),
    "grant-item-mismatch": lambda scene: scene.on_grants(item="tree-felling"),
    "grant-case-mismatch": lambda scene: scene.on_grants(case="TEST-2026-000002"),
    "grant-role-mismatch": lambda scene: scene.on_grants(holder="agent"),
    "grant-certificate-not-covered": lambda scene: scene.on_grants(certificates=(CARD,)),
    "grant-notice-late": _late_notice,
    "grant-field-not-covered": lambda scene: scene.on_grants(fields={LICENCE: ("scope",)}),
    "grant-holder-mismatch": lambda scene: scene.on_grants(
        holder_proof=prove_party(STRANGER, salt=SALT)
    ),
    "grant-guardian-missing": lambda scene: scene.on_grants(
        basis=grant("applicant").basis.model_copy(update={"kind": "guardian_consent"})
    ),
    "grant-withdrawn": lambda scene: scene.ask(withdrawn={"g-applicant": AT}),
    "certificate-issuer-not-accepted": _other_issuers,
}


@st.composite
def piles(draw: st.DrawFn) -> tuple[tuple[HeldCertificate, frozenset[str]], ...]:
    """Draw certificates of either party, each with the defects planted in it."""
    pile: list[tuple[HeldCertificate, frozenset[str]]] = []
    for serial in range(draw(st.integers(0, 5))):
        kind, role = draw(st.sampled_from([(LICENCE, "applicant"), (CARD, "agent")]))
        one = held(
            kind,
            APPLICANT if role == "applicant" else AGENT,
            serial=serial,
            grant=f"g-{role}",
        )
        # Each defect with an even chance of none, so that sound ones stay common.
        planted = draw(
            st.just(frozenset[str]()) | st.frozensets(_CODES, min_size=1, max_size=3)
        )
        for code in sorted(planted):
            one = _LICENCE_DEFECTS[code](one)
        pile.append((one, planted))
    return tuple(pile)


_CODES: Final = st.sampled_from(sorted(_LICENCE_DEFECTS))


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    """Draw a scene with any pile, some defects of grants and lists, and sources in doubt."""
    drawn = scene().ask(
        held=tuple(one for one, _ in draw(piles())),
        submitted=tuple(draw(st.sets(st.sampled_from(["form", LICENCE, SITE])))),
        unreachable=tuple(draw(st.sets(st.sampled_from([LICENCE, CARD]), max_size=1))),
    )
    for code in sorted(draw(st.sets(st.sampled_from(sorted(DEFECTS)), max_size=1))):
        drawn = DEFECTS[code](drawn)
    return drawn

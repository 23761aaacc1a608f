"""Known defects of a scene, each with the one reason it must give, and scenes that have some.

:data:`DEFECTS` holds for each reason code one change that makes the licence of the scene fail
for this reason and no other; the oracle of the tests is which defects were planted where.
"""

from collections.abc import Callable, Mapping
from typing import Final

from hypothesis import strategies as st

from interop.conformance.strategies.certificates import (
    AGENT,
    APPLICANT,
    AT,
    CARD,
    CASE,
    CONSUMER_DISTRICT,
    DAY,
    LICENCE,
    ON,
    SALT,
    SITE,
    SOURCE,
    STRANGER,
    Scene,
    certified,
    grant,
    held,
    scene,
)
from interop.crypto.proof import prove_party
from interop.model.certificate import (
    Annotation,
    CertificateStatus,
    HeldCertificate,
    SealFinding,
    SealVerdict,
)
from interop.model.sensitive import Sensitive


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

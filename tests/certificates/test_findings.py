"""Findings: everything that a source region should mend, and nothing on a sound one."""

from collections.abc import Callable
from datetime import date

import pytest

from interop.certificates import CertificateType, inspect_certificate
from interop.conformance.strategies.certificates import (
    AGENT,
    APPLICANT,
    CARD,
    DAY,
    LICENCE,
    ON,
    certified,
    held,
)
from interop.model.certificate import HeldCertificate
from interop.model.party import Party
from interop.model.sensitive import Sensitive

Change = Callable[[HeldCertificate], HeldCertificate]


def numbered(party: Party, code: str) -> Party:
    return party.model_copy(update={"code": Sensitive(code)})


def found(one: HeldCertificate, kind: CertificateType, on: date = ON) -> list[tuple[str, str]]:
    reasons = inspect_certificate(one.certificate, type=kind, on=on)
    return [(reason.code, reason.field) for reason in reasons]


def test_sound_certificates_have_no_findings(types: dict[str, CertificateType]) -> None:
    assert found(held(LICENCE, APPLICANT), types[LICENCE]) == []
    assert found(held(CARD, AGENT), types[CARD]) == []


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        (
            certified(identifier=Sensitive("1.2")),
            "certificate-identifier-invalid",
            "identifier",
        ),
        (
            certified(type_code="11100000000013127D001"),
            "certificate-identifier-misfit",
            "type_code",
        ),
        (certified(issuer_code="320500"), "certificate-identifier-misfit", "issuer_code"),
        (
            certified(holders=(APPLICANT, AGENT)),
            "certificate-holder-kind-unexpected",
            "holders[1]",
        ),
        (
            certified(holders=(numbered(APPLICANT, "91320500MA00000018"),)),
            "certificate-holder-code-invalid",
            "holders[0].code",
        ),
        (
            certified(valid_until=ON - 31 * DAY),
            "certificate-days-reversed",
            "valid_until",
        ),
        (certified(issued_on=ON + DAY), "certificate-issued-later", "issued_on"),
        (
            certified(fields={"company_type": Sensitive("1130")}),
            "certificate-value-unknown",
            "fields.company_type",
        ),
        (
            certified(fields={"established_on": Sensitive("20240301")}),
            "certificate-value-unknown",
            "fields.established_on",
        ),
        (
            certified(fields={"established_on": Sensitive("2024-02-30")}),
            "certificate-value-unknown",
            "fields.established_on",
        ),
        (
            certified(fields={"name": Sensitive(" ")}),
            "certificate-value-unknown",
            "fields.name",
        ),
        (
            certified(fields={"colour": Sensitive("红")}),
            "certificate-value-unknown",
            "fields.colour",
        ),
    ],
)
def test_each_fault_is_one_finding(
    types: dict[str, CertificateType], change: Change, code: str, field: str
) -> None:
    assert found(change(held(LICENCE, APPLICANT)), types[LICENCE]) == [(code, field)]


def test_a_citizen_number_of_the_future_is_a_finding(
    types: dict[str, CertificateType],
) -> None:
    one = certified(issued_on=date(1980, 1, 1), valid_from=None)(held(CARD, AGENT))
    assert found(one, types[CARD], date(1985, 1, 1)) == []
    assert found(one, types[CARD], date(1984, 12, 31)) == [
        ("certificate-holder-code-invalid", "holders[0].code")
    ]


def test_a_finding_shows_no_personal_value(types: dict[str, CertificateType]) -> None:
    broken = certified(holders=(numbered(AGENT, "320500198501010019"),))(held(CARD, AGENT))
    told = repr(inspect_certificate(broken.certificate, type=types[CARD], on=ON))
    assert "certificate-holder-code-invalid" in told
    assert "19850101" not in told

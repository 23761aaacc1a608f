"""Findings (质量问题) on one certificate: what its source region should mend.

A finding bars nothing by itself; the exemption decides what a fault means for a case.
"""

from collections.abc import Iterator
from datetime import date

from interop.certificates.exemption_reasons import CERTIFICATE_IDENTIFIER_INVALID
from interop.certificates.reasons import (
    CERTIFICATE_DAYS_REVERSED,
    CERTIFICATE_HOLDER_CODE_INVALID,
    CERTIFICATE_HOLDER_KIND_UNEXPECTED,
    CERTIFICATE_IDENTIFIER_MISFIT,
    CERTIFICATE_ISSUED_LATER,
    CERTIFICATE_VALUE_UNKNOWN,
)
from interop.certificates.types import BodyField, CertificateType
from interop.errors import CaseError, Reason
from interop.model import certificate_id, resident_id, uscc
from interop.model.certificate import Certificate
from interop.model.inspection import Inspection
from interop.model.party import Party, Scheme


def inspect_certificate(
    certificate: Certificate,
    *,
    type: CertificateType,  # noqa: A002 -- the domain's word
    on: date,
) -> tuple[Reason, ...]:
    """Return everything that is wrong with ``certificate`` in itself; empty if nothing is.

    Args:
        certificate: The certificate in canonical form.
        type: Its type.
        on: The present day, Asia/Shanghai.
    """
    return (
        *_identifier(certificate),
        *_holders(certificate, type, on),
        *_days(certificate, on),
        *_body(certificate, type),
    )


def _identifier(one: Certificate) -> Iterator[Reason]:
    try:
        parts = certificate_id.parse(one.identifier.reveal())
    except CaseError as fault:
        codes = ", ".join(reason.code for reason in fault.reasons)
        yield CERTIFICATE_IDENTIFIER_INVALID.of(field="identifier", got=codes)
        return
    for name, stated, inside in (
        ("type_code", one.type_code, parts.type_code),
        ("issuer_code", one.issuer_code, parts.issuer_code),
    ):
        if stated != inside:
            yield CERTIFICATE_IDENTIFIER_MISFIT.of(field=name, expected=inside, got=stated)


def _holders(one: Certificate, type_: CertificateType, on: date) -> Iterator[Reason]:
    for at, holder in enumerate(one.holders):
        field = f"holders[{at}]"
        if holder.kind not in type_.holders:
            kinds = ", ".join(type_.holders)
            yield CERTIFICATE_HOLDER_KIND_UNEXPECTED.of(
                field=field, expected=kinds, got=holder.kind
            )
        found = _inspected(holder, on)
        if not found.ok:
            codes = ", ".join(reason.code for reason in found.errors)
            yield CERTIFICATE_HOLDER_CODE_INVALID.of(field=f"{field}.code", got=codes)


def _inspected(holder: Party, on: date) -> Inspection:
    if holder.scheme is Scheme.USCC:
        return uscc.inspect(holder.code.reveal())
    return resident_id.inspect(holder.code.reveal(), on=on)


def _days(one: Certificate, on: date) -> Iterator[Reason]:
    first = one.valid_from or one.issued_on
    if one.valid_until is not None and one.valid_until < first:
        yield CERTIFICATE_DAYS_REVERSED.of(
            field="valid_until", expected=first, got=one.valid_until
        )
    if one.issued_on > on:
        yield CERTIFICATE_ISSUED_LATER.of(field="issued_on", expected=on, got=one.issued_on)


def _body(one: Certificate, type_: CertificateType) -> Iterator[Reason]:
    for name, value in one.fields.items():
        field = type_.fields.get(name)
        if field is None or not _fits(field, value.reveal()):
            yield CERTIFICATE_VALUE_UNKNOWN.of(field=f"fields.{name}")


def _fits(field: BodyField, value: str) -> bool:
    if field.type == "code":
        return value in {label.value for label in field.values}
    if field.type == "date":
        try:
            return date.fromisoformat(value).isoformat() == value
        except ValueError:
            return False
    return bool(value.strip())

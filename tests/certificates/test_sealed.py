"""A sealed licence read through the mapping of its region, and what its seal is worth."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Final

import pytest

from interop.certificates import Fetched, Question, examine, read, read_sealed
from interop.certificates.ofd import Anchor
from interop.certificates.sealed import SealTrust
from interop.conformance.sealing import (
    SIGNED_AT,
    Layout,
    Office,
    content_files,
    packed,
    put_seal,
)
from interop.conformance.strategies.certificates import (
    APPLICANT,
    AT,
    LICENCE,
    ON,
    SOURCE,
    Scene,
    grant,
    scene,
)
from interop.crypto.sm2 import default_backend
from interop.errors import ContractViolation
from interop.gateway.library import Library
from interop.knowledge import Knowledge
from interop.lens.mapping import Lens
from interop.model import certificate_id, uscc
from interop.model.canonical import Json
from interop.model.certificate import HeldCertificate
from interop.model.judgement import MaterialVerdict

pytestmark = pytest.mark.skipif(
    not default_backend().can_sign, reason="no SM2 backend that signs"
)

LIBRARY: Final = Library(Knowledge())
TYPE: Final = LIBRARY.certificate_type(LICENCE)
MAPPING: Final = LIBRARY.lens(LICENCE, "340000")
OFFICE: Final = Office.open()
ISSUER: Final = "11340000000000000" + uscc.check_character("11340000000000000")


def values(mapping: Lens) -> dict[str, str]:
    """Return a value for each name that the mapping reads, all constructed."""
    code = APPLICANT.code.reveal()
    identifier = certificate_id.build(TYPE.type_code, ISSUER, "T000001", "001")
    firm: Json = APPLICANT.name.reveal()
    holder: Json = {"name": firm, "code": code, "scheme": "uscc"}
    common: dict[str, Json] = {
        "title": "营业执照", "type_code": TYPE.type_code, "number": "T000001",
        "identifier": identifier, "issuer_name": OFFICE.signer.name, "issuer_code": ISSUER,
        "issued_on": "2026-01-05", "holder": holder, "valid_until": None, "status": "valid",
        "trust_level": "A", "area": "320500",
    }  # fmt: skip
    body: dict[str, Json] = {"name": firm}
    for each, field in TYPE.fields.items():
        made = "2020-01-01" if field.type == "date" else "测试值"
        if field.required:
            body.setdefault(each, field.values[0].value if field.values else made)
    view: Json = {"cert": common, "body": body}
    written = mapping.create(view)
    for name in ("ofd:DocBody", "ofd:DocInfo", "ofd:CustomDatas"):
        assert isinstance(written, dict)
        written = written[name]
    assert isinstance(written, dict)
    return {str(name): str(value) for name, value in written.items()}


def document(told: Mapping[str, str], *, covered: Callable[[str], bool]) -> bytes:
    """Return a sealed package whose custom data says ``told``."""
    rows = "".join(f'<ofd:CustomData Name="{n}">{v}</ofd:CustomData>' for n, v in told.items())
    files = content_files()
    old = b'<ofd:CustomData Name="\xe8\xaf\x81\xe7\x85\xa7\xe5\x90\x8d\xe7\xa7\xb0">'
    head, _, tail = files["OFD.xml"].partition(old)
    files["OFD.xml"] = head + rows.encode() + tail.partition(b"</ofd:CustomData>")[2]
    layout = Layout(covered=tuple(filter(covered, files)))
    return packed(put_seal(files, OFFICE.act(), layout))


WHOLE: Final = document(values(MAPPING), covered=lambda _: True)
LOOSE: Final = document(values(MAPPING), covered=lambda name: name != "OFD.xml")
ANCHORS: Final = (Anchor.read(OFFICE.authority.certificate),)
FETCHED: Final = Fetched(region=SOURCE, grant=grant("applicant"), at=AT, status_at=AT)


def held(
    data: bytes = WHOLE, *, anchors: tuple[Anchor, ...] = ANCHORS, on: date = ON
) -> HeldCertificate:
    trust = SealTrust(anchors, on)
    return read_sealed(data, mapping=MAPPING, type=TYPE, fetched=FETCHED, trust=trust)


def codes(one: HeldCertificate) -> list[str]:
    """Return why the licence does not spare its material; empty if it does."""
    asked: Scene = scene()
    question: Question = replace(asked.question, held=(one,))
    exemption = examine(asked.item, question)[0]
    verdict = next(found for found in exemption.materials if found.material == LICENCE)
    assert (verdict.verdict is MaterialVerdict.EXEMPT) is (not verdict.reasons)
    return sorted({reason.code for reason in verdict.reasons})


def test_the_mapping_is_of_sealed_documents() -> None:
    assert MAPPING.head.package_part == "OFD.xml"
    plain = LIBRARY.lens(LICENCE, SOURCE).head
    assert plain.package_part == ""


def test_custom_data_stand_in_ofd_xml_unless_the_mapping_says_otherwise() -> None:
    silent = replace(MAPPING, head=MAPPING.head.model_copy(update={"part": ""}))
    trust = SealTrust(ANCHORS, ON)
    one = read_sealed(WHOLE, mapping=silent, type=TYPE, fetched=FETCHED, trust=trust)
    assert one.certificate == held().certificate
    assert (one.unsigned, codes(one)) == ((), [])


def test_an_attached_file_may_hold_the_fields() -> None:
    """As in invoices: any format, in a part of the package that the mapping names."""
    part = "Doc_0/Attachs/licence.xml"
    head = MAPPING.head.model_copy(update={"part": part})
    attached = replace(MAPPING, head=head)
    files = {**content_files(), part: _files(WHOLE)["OFD.xml"]}
    for left, unsigned in (("", False), (part, True)):
        layout = Layout(covered=tuple(name for name in files if name != left))
        data = packed(put_seal(files, OFFICE.act(), layout))
        trust = SealTrust(ANCHORS, ON)
        one = read_sealed(data, mapping=attached, type=TYPE, fetched=FETCHED, trust=trust)
        assert one.certificate == held().certificate
        assert bool(one.unsigned) is unsigned


def test_a_sealed_licence_spares_its_material() -> None:
    one = held()
    assert one.seal is not None
    assert (one.seal.verdict, one.seal.uncovered, one.unsigned) == ("valid", 0, ())
    assert one.certificate.holders == (APPLICANT,)
    assert codes(one) == []


def test_fields_outside_the_signed_references_spare_nothing() -> None:
    one = held(LOOSE)
    assert one.seal is not None
    assert (one.seal.verdict, one.seal.uncovered) == ("incomplete", 1)
    assert "cert.holder.code" in one.unsigned
    assert codes(one) == ["certificate-field-unsigned"]


def test_a_seal_that_nobody_vouches_for_spares_nothing() -> None:
    assert codes(held(anchors=())) == [
        "certificate-field-unsigned",
        "certificate-seal-untrusted",
    ]


def test_a_document_changed_after_sealing_spares_nothing() -> None:
    stranger = scene().question.parties["agent"]
    told = values(MAPPING) | {"CZZT": stranger.name.reveal()}
    files = _files(WHOLE)
    files["OFD.xml"] = _files(document(told, covered=lambda _: True))["OFD.xml"]
    assert "certificate-content-tampered" in codes(held(packed(files)))


def test_a_seal_from_tomorrow_spares_nothing() -> None:
    assert "certificate-seal-expired" in codes(held(on=date(2024, 1, 1)))
    assert SIGNED_AT.year == 2024


def test_what_the_mapping_wants_signed_is_unsigned_without_a_seal() -> None:
    content = _files(WHOLE)["OFD.xml"]
    one = read(content, mapping=MAPPING, type=TYPE, fetched=FETCHED)
    assert set(one.unsigned) == set(MAPPING.head.requires_signed)
    assert codes(one) == ["certificate-field-unsigned"]


def test_a_package_that_cannot_be_opened_is_a_fault_of_the_source() -> None:
    without = _files(WHOLE)
    del without["OFD.xml"]
    for data in (b"no package", packed(without)):
        with pytest.raises(ContractViolation) as caught:
            held(data)
        assert caught.value.code.startswith("ofd-")


def _files(data: bytes) -> dict[str, bytes]:
    from interop.certificates.ofd.package import Package

    return dict(Package.read(data).parts)

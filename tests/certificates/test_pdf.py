"""Signed PDF documents, made by pyHanko with own keys."""

import io
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st

from interop.certificates import pdf
from interop.certificates.ofd import CHECKS, Result, SealReport
from interop.errors import TrustError
from interop.model.day import day_of
from tests.certificates.sealed import codes, failed

pytest.importorskip("pyhanko", reason="needs the extra pdf")


@dataclass(frozen=True)
class Holder:
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)


def holder(name: str, by: Holder | None = None, *, days: int = 3650) -> Holder:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    begin = datetime(2024, 1, 1, tzinfo=UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=by is None, path_length=None), critical=True)
        .add_extension(_usage(authority=by is None), critical=True)
    )
    return Holder(key, builder.sign(by.key if by else key, hashes.SHA256()))


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


AUTHORITY = holder("constructed authority")
SIGNER = holder("constructed signer", AUTHORITY)


def plain() -> bytes:
    from pyhanko.pdf_utils.generic import (
        ArrayObject,
        DictionaryObject,
        NameObject,
        NumberObject,
    )
    from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter

    writer = PdfFileWriter(stream_xrefs=False)
    box = ArrayObject(NumberObject(n) for n in (0, 0, 200, 100))
    page = PageObject(contents=writer.add_object(_stream()), media_box=box)
    page[NameObject("/Resources")] = DictionaryObject()
    writer.insert_page(page)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _stream() -> object:
    from pyhanko.pdf_utils.generic import StreamObject

    return StreamObject(stream_data=b"0 0 m 100 100 l S")


def sign(data: bytes, by: Holder = SIGNER, *, field: str = "Seal1") -> bytes:
    from asn1crypto import keys as asn1_keys
    from asn1crypto import x509 as asn1_x509
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    private = by.key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    signer = SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(by.der),
        signing_key=asn1_keys.PrivateKeyInfo.load(private),
        cert_registry=SimpleCertificateStore(),
    )
    meta = PdfSignatureMetadata(field_name=field, md_algorithm="sha256")
    out = PdfSigner(meta, signer=signer).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(data)))
    result: bytes = out.getvalue()
    return result


def appended(data: bytes) -> bytes:
    """Return the document with a page changed by an update behind its signature."""
    from pyhanko.pdf_utils.generic import NameObject
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    page = writer.root["/Pages"]["/Kids"][0]
    page[NameObject("/Contents")] = writer.add_object(_stream())
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.fixture(scope="module")
def signed() -> bytes:
    return sign(plain())


# pyHanko signs by the clock of this machine.
def today() -> date:
    return day_of(datetime.now(UTC))


def judge(data: bytes, *anchors: Holder, at: date | None = None) -> SealReport:
    trusted = [each.der for each in anchors or (AUTHORITY,)]
    return pdf.verify(data, anchors=trusted, at=at or today())


def test_a_signed_document_has_the_report_of_every_sealed_one(signed: bytes) -> None:
    report = judge(signed)
    assert (report.verdict, report.uncovered, report.reasons) == ("valid", (), ())
    (seal,) = report.seals
    assert (seal.part, seal.signer, tuple(seal.checks)) == (
        "Seal1",
        "constructed signer",
        CHECKS,
    )
    absent = {n for n, o in seal.checks.items() if o.result is Result.NOT_APPLICABLE}
    assert absent == {"seal-signature", "seal-period", "signer-in-seal", "later-extended"}
    assert seal.signed_at is not None
    assert pdf.is_pdf(signed)
    assert not pdf.is_pdf(b"PK")


def test_anchors_are_authorities_or_the_signer_pinned(signed: bytes) -> None:
    assert judge(signed, SIGNER).verdict == "valid"
    assert pdf.verify(signed, at=today()).verdict == "untrusted"
    report = judge(signed, holder("other authority"))
    assert (report.verdict, failed(report)) == ("untrusted", {"issuer-trusted"})
    pem = AUTHORITY.certificate.public_bytes(serialization.Encoding.PEM)
    assert pdf.verify(signed, anchors=[pem], at=today()).verdict == "valid"
    with pytest.raises(TrustError, match="x509-malformed"):
        pdf.verify(signed, anchors=[b"no certificate"], at=today())


def test_a_signing_time_after_the_day_of_asking(signed: bytes) -> None:
    report = judge(signed, at=today() - timedelta(days=2))
    assert (report.verdict, failed(report)) == ("expired", {"signing-time"})
    assert judge(signed, at=date(2050, 1, 1)).verdict == "valid"


def test_a_signer_whose_days_were_over() -> None:
    short = holder("short", AUTHORITY, days=30)
    report = judge(sign(plain(), short))
    assert report.verdict == "expired"
    assert failed(report) == {"signer-validity", "issuer-trusted"}


def test_a_changed_byte_of_the_page(signed: bytes) -> None:
    report = judge(signed.replace(b"100 100 l S", b"100 101 l S"))
    assert report.verdict == "tampered"
    assert "signature-hash" in failed(report)


@given(draw=st.data(), by=st.integers(1, 255))
@settings(max_examples=settings().max_examples // 3)
def test_no_changed_byte_leaves_it_valid(signed: bytes, draw: st.DataObject, by: int) -> None:
    # The signature itself stands in a gap of what it covers.
    begin = signed.index(b"/Contents <") + len(b"/Contents ")
    end = signed.index(b">", begin) + 1
    places = st.integers(0, begin - 1) | st.integers(end, len(signed) - 1)
    place = draw.draw(places)
    changed = signed[:place] + bytes([signed[place] ^ by]) + signed[place + 1 :]
    assert judge(changed).verdict != "valid"


def test_an_unknown_digest_makes_no_reader_stumble(signed: bytes) -> None:
    sha256, text = b"608648016503040201", signed.lower()
    places = [at for at in range(len(text)) if text.startswith(sha256, at)]
    ends = [at + len(sha256) - 2 for at in places]
    found = [judge(signed[:at] + b"1" + signed[at + 1 :]).verdict for at in ends]
    # The first is a list of digests that nobody signs and nobody reads.
    assert found
    assert "valid" not in found[1:]


def test_an_update_behind_the_signature(signed: bytes) -> None:
    report = judge(appended(signed))
    assert report.verdict == "tampered"
    assert {"coverage", "file-digests"} <= failed(report)
    assert report.uncovered == ("later revision",)


def test_another_signature_extends_the_document(signed: bytes) -> None:
    report = judge(sign(signed, field="Seal2"))
    first, last = report.seals
    assert (report.verdict, report.uncovered) == ("valid", ())
    assert [r.code for r in first.checks["later-extended"].reasons] == ["seal-later-extended"]
    assert last.checks["later-extended"].result is Result.NOT_APPLICABLE


def test_a_document_without_a_signature() -> None:
    report = judge(plain())
    assert (report.verdict, codes(report)) == ("untrusted", {"seal-none"})
    assert report.uncovered == ("document",)


@pytest.mark.parametrize("data", [b"%PDF-1.7", b"%PDF-1.7\nxref\n%%EOF", b""])
def test_what_is_no_pdf_is_unreadable(data: bytes) -> None:
    report = judge(data)
    assert (report.verdict, codes(report)) == ("unreadable", {"pdf-unreadable"})

"""Named values of a sealed document, and whether a seal vouches for where they stand."""

from dataclasses import replace

import pytest

from interop.certificates.ofd import Field, Package, read_fields, verify
from interop.conformance.sealing import Layout, content_files, packed, put_seal
from interop.errors import TrustError
from tests.certificates.sealed import (
    AUTHORITY,
    OFFICE,
    TODAY,
    given_document,
    own_anchors,
)

SPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def rich_files() -> dict[str, bytes]:
    """Return a document with values in all three places."""
    files = content_files()
    more = b"<ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments>"
    more += b"<ofd:CustomTags>Tags/CustomTags.xml</ofd:CustomTags></ofd:Document>"
    files["Doc_0/Document.xml"] = files["Doc_0/Document.xml"].replace(b"</ofd:Document>", more)
    texts = {
        "Doc_0/Attachs/Attachments.xml": f"<ofd:Attachments {SPACE}><ofd:Attachment ID='1'>"
        "<ofd:FileLoc>data.xml</ofd:FileLoc></ofd:Attachment></ofd:Attachments>",
        "Doc_0/Attachs/data.xml": "<d><holder><name>构造人</name></holder><no> 7 </no></d>",
        "Doc_0/Tags/CustomTags.xml": f"<ofd:CustomTags {SPACE}><ofd:CustomTag>"
        "<ofd:FileLoc>/Doc_0/Tags/tag.xml</ofd:FileLoc></ofd:CustomTag></ofd:CustomTags>",
        "Doc_0/Tags/tag.xml": f"<t {SPACE}><face><line><ofd:ObjectRef PageRef='1'>7"
        "</ofd:ObjectRef></line><note>plain</note></face></t>",
    }
    return files | {name: text.encode() for name, text in texts.items()}


FILES = rich_files()


def read(covered: tuple[str, ...], *, trusted: bool = True) -> list[Field]:
    data = packed(put_seal(FILES, OFFICE.act(), Layout(covered=covered)))
    report = verify(data, anchors=AUTHORITY if trusted else (), at=TODAY)
    reading = read_fields(data, report=report)
    assert reading.problems == ()
    return list(reading.fields)


def signed(fields: list[Field]) -> dict[str, bool]:
    return {field.name: field.provenance.signed for field in fields}


def test_values_of_all_three_places() -> None:
    found = [
        (f.name, f.value, f.provenance.source, f.provenance.part) for f in read(tuple(FILES))
    ]
    assert found == [
        ("证照名称", "构造证照", "custom-data", "OFD.xml"),
        ("face.line", "constructed", "custom-tag", "Doc_0/Tags/tag.xml"),
        ("face.note", "plain", "custom-tag", "Doc_0/Tags/tag.xml"),
        ("holder.name", "构造人", "attachment", "Doc_0/Attachs/data.xml"),
        ("no", "7", "attachment", "Doc_0/Attachs/data.xml"),
    ]
    assert set(signed(read(tuple(FILES))).values()) == {True}


@pytest.mark.parametrize(
    ("left", "unsigned"),
    [
        ("OFD.xml", {"证照名称"}),
        ("Doc_0/Document.xml", {"face.line", "face.note", "holder.name", "no"}),
        ("Doc_0/Attachs/Attachments.xml", {"holder.name", "no"}),
        ("Doc_0/Attachs/data.xml", {"holder.name", "no"}),
        ("Doc_0/Tags/CustomTags.xml", {"face.line", "face.note"}),
        ("Doc_0/Tags/tag.xml", {"face.line", "face.note"}),
        ("Doc_0/Pages/Page_0/Content.xml", {"face.line"}),
    ],
)
def test_what_stands_outside_the_references_is_unsigned(left: str, unsigned: set[str]) -> None:
    found = signed(read(tuple(name for name in FILES if name != left)))
    assert {name for name, is_signed in found.items() if not is_signed} == unsigned


def test_a_seal_that_nobody_trusts_signs_nothing() -> None:
    assert set(signed(read(tuple(FILES), trusted=False)).values()) == {False}


def test_a_report_on_other_bytes_signs_nothing() -> None:
    data = packed(put_seal(FILES, OFFICE.act(), Layout(covered=tuple(FILES))))
    report = verify(data, anchors=AUTHORITY, at=TODAY)
    other = replace(report, digest="0" * 64)
    for given in (None, other):
        fields = read_fields(data, report=given).fields
        assert {field.provenance.signed for field in fields} == {False}


def test_what_cannot_be_read_is_told_and_the_rest_is_there() -> None:
    broken = {**FILES, "Doc_0/Attachs/data.xml": b"<!DOCTYPE d><d/>"}
    del broken["Doc_0/Tags/tag.xml"]
    reading = read_fields(packed(broken))
    assert [field.name for field in reading.fields] == ["证照名称"]
    assert {reason.code for reason in reading.problems} == {"ofd-xml-dtd", "ofd-part-missing"}
    with pytest.raises(TrustError):
        read_fields(b"no package")


def test_values_are_kept_out_of_sight() -> None:
    fields = read(tuple(FILES))
    assert "构造人" not in repr(fields)


@pytest.mark.parametrize("name", ["signedFile.ofd", "999.ofd"])
def test_the_published_documents(name: str) -> None:
    data = given_document(name)
    report = verify(data, anchors=own_anchors(data), at=TODAY)
    reading = read_fields(data, report=report)
    assert reading.problems == ()
    by_source = {
        source: {f.provenance.signed for f in reading.fields if f.provenance.source == source}
        for source in ("custom-data", "custom-tag", "attachment")
    }
    outside = name == "999.ofd"
    assert by_source == {
        "custom-data": {not outside},
        "custom-tag": {True},
        "attachment": {True},
    }
    values = {(f.name, f.provenance.source): f.value for f in reading.fields}
    # The face of the document says what the attached data says.
    assert values["InvoiceCode", "custom-tag"] == values["InvoiceCode", "attachment"]
    assert values["发票代码", "custom-data"] == values["InvoiceCode", "attachment"]
    assert set(Package.read(data).parts) >= {f.provenance.part for f in reading.fields}

"""Honest charsets and safe XML: text comes out right, or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from interop.conformance.strategies.transport import CHARSETS, LABELS, XML_TEXT, han_text, tried
from interop.errors import ContractViolation, InteropError, KnowledgeError
from interop.transport.xml import PROBLEMS_MAX, Schema, decoded, parsed, standalone

CHARSET_CODES = {"transport-charset", "transport-text-damaged"}


def _refused_for_charset(found: object) -> bool:
    return isinstance(found, ContractViolation) and found.code in CHARSET_CODES


def _document(text: str, label: str) -> str:
    declared = f' encoding="{label}"' if label else ""
    return f'<?xml version="1.0"{declared}?><A>{text}</A>'


@given(st.data())
def test_a_truthful_label_is_read_right_wherever_it_stands(data: st.DataObject) -> None:
    charset = data.draw(CHARSETS)
    text = data.draw(han_text(charset))
    in_header, in_xml = data.draw(st.sampled_from([(True, False), (False, True), (True, True)]))
    written = _document(text, charset if in_xml else "")
    read = decoded(written.encode(charset), charset=charset if in_header else "", field="reply")
    assert read == written


@given(st.data())
def test_if_one_label_is_true_a_false_one_never_garbles(data: st.DataObject) -> None:
    charset, other = data.draw(CHARSETS), data.draw(LABELS)
    written = _document(data.draw(han_text(charset)), other)
    read = tried(lambda: decoded(written.encode(charset), charset=charset, field="reply"))
    assert read == written or _refused_for_charset(read)


@given(data=st.binary(max_size=200), charset=LABELS | st.text(max_size=8))
def test_any_bytes_are_text_or_refused(data: bytes, charset: str) -> None:
    read = tried(lambda: decoded(data, charset=charset, field="reply"))
    assert isinstance(read, str) or _refused_for_charset(read)


@pytest.mark.parametrize(
    ("data", "charset"),
    [
        ('<?xml version="1.0" encoding="GBK"?><A>联通张</A>'.encode("gbk"), "utf-8"),
        ('<?xml version="1.0" encoding="utf-8"?><A>张</A>'.encode("gbk"), "gbk"),
        ("<A>张</A>".encode("utf-8-sig"), ""),
        ("<A>张</A>".encode("utf-16"), ""),
        ("<A>张</A>".encode(), ""),
        ('<?xml version="1.0" encoding="GB2312"?><A>張</A>'.encode("gbk"), ""),
    ],
    ids=[
        "gbk-called-utf8-in-http",
        "gbk-called-utf8-in-xml",
        "bom",
        "utf-16",
        "bare",
        "gb2312",
    ],
)
def test_labels_that_leave_one_reading(data: bytes, charset: str) -> None:
    assert decoded(data, charset=charset, field="reply").endswith(("张</A>", "張</A>"))


@pytest.mark.parametrize(
    ("data", "charset"),
    [
        ('<?xml version="1.0" encoding="utf-8"?><A>张三</A>'.encode("gbk"), ""),
        ('<?xml version="1.0" encoding="GBK"?><A>张三</A>'.encode(), "utf-8"),
        ("<A>张三</A>".encode(), "iso-8859-1"),
        ("<A>山水</A>".encode("big5"), "big5"),
        ("<A>\ufffd</A>".encode(), ""),
        (b"\xff\xfe\x00", ""),
    ],
    ids=["gbk-called-utf8", "fits-two", "latin-1", "big5", "already-damaged", "half-utf-16"],
)
def test_labels_that_leave_none_or_two_are_refused(data: bytes, charset: str) -> None:
    with pytest.raises(ContractViolation) as refused:
        decoded(data, charset=charset, field="reply")
    assert refused.value.code in CHARSET_CODES


@given(text=XML_TEXT)
def test_text_survives_parsing_whatever_encoding_was_declared(text: str) -> None:
    node = etree.Element("A")
    node.text = text
    written = etree.tostring(node, encoding="unicode")
    for label in ("", "GBK", "UTF-8"):
        declared = f'<?xml version="1.0" encoding="{label}"?>' if label else ""
        assert parsed(declared + written, field="x").text == text


@given(text=st.text(max_size=60) | XML_TEXT.map("<A>{}".format))
def test_any_text_is_xml_or_refused(text: str) -> None:
    found = tried(lambda: parsed(text, field="x"))
    if isinstance(found, InteropError):
        assert type(found) is ContractViolation
        assert found.code.startswith("transport-")
        assert found.__context__ is None


def test_no_comment_or_instruction_cuts_a_text_in_two() -> None:
    root = parsed("<A>12<!-- x -->34<?pi y?>56<![CDATA[78]]></A>", field="x")
    assert root.text == "12345678"
    assert len(root) == 0


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<A>&#xFFFD;</A>", "transport-text-damaged"),
        ("<A>\ufffd</A>", "transport-text-damaged"),
        ("<A>\ud800</A>", "transport-xml-malformed"),
        ("<A>&#xD800;</A>", "transport-xml-malformed"),
        ("<A>\x00</A>", "transport-xml-malformed"),
        (' <?xml version="1.0"?><A/>', "transport-xml-malformed"),
    ],
)
def test_damaged_text_is_refused_however_it_is_written(text: str, code: str) -> None:
    with pytest.raises(ContractViolation) as refused:
        parsed(text, field="x")
    assert refused.value.code == code


SCHEMA = b"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
<xs:element name="R"><xs:complexType><xs:sequence>
<xs:element name="C" maxOccurs="99"><xs:simpleType><xs:restriction base="xs:string">
<xs:pattern value="[0-9]{4}"/></xs:restriction></xs:simpleType></xs:element>
</xs:sequence></xs:complexType></xs:element></xs:schema>"""


def test_problems_name_the_place_and_never_the_value() -> None:
    schema = Schema(SCHEMA, field="xsd")
    assert schema.problems(parsed("<R><C>1234</C></R>", field="x")) == ()
    found = schema.problems(parsed("<R><C>1234</C><C>329901198803120017</C></R>", field="x"))
    assert {path for path, _ in found} == {"/R/C[2]"}
    assert "329901" not in str(found)


def test_problems_are_bounded_and_their_paths_ascii() -> None:
    schema = Schema(SCHEMA, field="xsd")
    bad = "<C>张</C>" * (PROBLEMS_MAX + 30)
    assert len(schema.problems(parsed(f"<R>{bad}</R>", field="x"))) == PROBLEMS_MAX
    (path, _), *_ = schema.problems(parsed("<R><姓名/></R>", field="x"))
    assert path.isascii()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<xs:schema", "transport-xml-malformed"),
        (b"\xff\xfe", "transport-contract-invalid"),
        (SCHEMA.replace(b"xs:sequence", b"xs:nothing"), "transport-contract-invalid"),
        (b"<!DOCTYPE a>" + SCHEMA, "transport-xml-dtd"),
        (
            SCHEMA.replace(b"<xs:element name=\"R\">", b'<xs:include schemaLocation="f.xsd"/>'
                           b"<xs:element name=\"R\">"),
            "transport-contract-import",
        ),
    ],
    ids=["malformed", "no-utf8", "no-schema", "dtd", "include"],
)  # fmt: skip
def test_a_broken_contract_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(KnowledgeError) as refused:
        Schema(data, field="xsd")
    assert refused.value.code == code


def test_an_import_between_schemas_of_one_file_is_let_pass() -> None:
    data = SCHEMA.replace(b"<xs:element name=\"R\">", b'<xs:import namespace="urn:x"/>'
                          b"<xs:element name=\"R\">")  # fmt: skip
    assert standalone(data, field="xsd").tag.endswith("schema")

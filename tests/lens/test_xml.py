"""XML: what a mapping can hold is read, all else is refused and nothing is fetched."""

import re

import pytest

from interop.errors import ContractViolation, KnowledgeError
from interop.lens.xml import (
    XML_BYTES_MAX,
    XML_DEPTH_MAX,
    XML_ELEMENTS_MAX,
    Named,
    XmlShape,
    read_xml,
    write_xml,
)
from interop.model.canonical import Json

A = XmlShape("A")
SPACED = XmlShape("x:A", namespaces={"x": "urn:x", "": "urn:y"})
ATTRIBUTED = XmlShape("A", attributed=frozenset({"B"}), lists=frozenset({"C"}))
NAMED = XmlShape("A", named=Named(("D",), "I", "@Name", "#"))
CHILDREN = XmlShape("A", named=Named((), "I", "Name", "Value"))


def test_elements_become_nested_text() -> None:
    data = "<A>\n <B>甲</B> <C><D> 乙 </D><E/></C>\n</A>".encode()
    assert read_xml(data, A) == {"B": "甲", "C": {"D": " 乙 ", "E": ""}}


def test_the_declared_encoding_counts() -> None:
    data = '<?xml version="1.0" encoding="GBK"?><A><B>执照</B></A>'.encode("gbk")
    assert read_xml(data, A) == {"B": "执照"}


def test_repeated_elements_become_a_list() -> None:
    data = b"<A><B>1</B><B>2</B><B><C>3</C></B></A>"
    assert read_xml(data, A) == {"B": ["1", "2", {"C": "3"}]}
    assert read_xml(b"<A/>", A) == ""


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "lens-xml-unreadable"),
        (b"<A>", "lens-xml-unreadable"),
        (b"<A>\xff</A>", "lens-xml-unreadable"),
        (b"<A>&b;</A>", "lens-xml-unreadable"),
        (b"<!DOCTYPE A><A/>", "lens-xml-unreadable"),
        (b'<!DOCTYPE A [<!ENTITY b "c">]><A>&b;</A>', "lens-xml-unreadable"),
        (
            b'<!DOCTYPE A [<!ENTITY b SYSTEM "file:///etc/hostname">]><A>&b;</A>',
            "lens-xml-unreadable",
        ),
        (b'<!DOCTYPE A SYSTEM "http://127.0.0.1:9/a.dtd"><A/>', "lens-xml-unreadable"),
        (b"<B/>", "lens-xml-unholdable"),
        (b'<A xmlns="urn:b"/>', "lens-xml-unholdable"),
        (b'<A><b:B xmlns:b="urn:b"/></A>', "lens-xml-unholdable"),
        (b"<A>b<C/></A>", "lens-xml-unholdable"),
        (b"<A><C/>b</A>", "lens-xml-unholdable"),
    ],
)
def test_what_a_mapping_cannot_hold_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(ContractViolation, match=code):
        read_xml(data, A)


def test_comments_and_instructions_are_left_out() -> None:
    data = b"<!-- b --><A><B><!-- c -->1</B><?d e?></A><?f g?>"
    assert read_xml(data, A) == {"B": "1"}


@pytest.mark.parametrize(
    ("xml", "data", "value"),
    [
        (A, '<A b="c"/>', {"@b": "c"}),
        (A, '<A b="c">\n</A>', {"@b": "c"}),
        (ATTRIBUTED, '<A><B b="c"/><C>2</C></A>', {"B": {"@b": "c", "#": ""}, "C": ["2"]}),
        (A, '<A><B c="1">2</B></A>', {"B": {"@c": "1", "#": "2"}}),
        (A, '<A b="c"><D>1</D></A>', {"@b": "c", "D": "1"}),
        (ATTRIBUTED, "<A><B>1</B><C>2</C></A>", {"B": {"#": "1"}, "C": ["2"]}),
        (SPACED, '<A xmlns="urn:x"><B xmlns="urn:y">1</B></A>', {"B": "1"}),
        (SPACED, '<p:A xmlns:p="urn:x" p:q="0"><p:B>1</p:B></p:A>', {"@x:q": "0", "x:B": "1"}),
        (NAMED, '<A><D><I Name="a">1</I><I Name="b"/></D></A>', {"D": {"a": "1", "b": ""}}),
        (NAMED, '<A><D><I Name="a">1</I><I Name="a">2</I></D></A>', {"D": {"a": ["1", "2"]}}),
        (CHILDREN, "<A><I><Name>a</Name><Value>1</Value></I></A>", {"a": "1"}),
    ],
)
def test_attributes_namespaces_and_named_values(xml: XmlShape, data: str, value: Json) -> None:
    assert read_xml(data.encode(), xml) == value
    assert read_xml(write_xml(value, xml), xml) == value


@pytest.mark.parametrize(
    ("xml", "data"),
    [
        (NAMED, '<A><D><I Name="a" id="1">1</I></D></A>'),
        (NAMED, "<A><D><I>1</I></D></A>"),
        (NAMED, '<A><D><J Name="a">1</J></D></A>'),
        (NAMED, '<A><D><I Name="a"><B/></I></D></A>'),
        (CHILDREN, "<A><I><Name>a</Name><Value>1</Value><More/></I></A>"),
        (CHILDREN, "<A><I><Value>1</Value></I></A>"),
        (SPACED, '<A xmlns="urn:z"/>'),
    ],
)
def test_what_is_no_named_value_is_refused(xml: XmlShape, data: str) -> None:
    with pytest.raises(ContractViolation, match="lens-xml-unholdable"):
        read_xml(data.encode(), xml)


def test_limits_are_inclusive() -> None:
    def nested(depth: int) -> bytes:
        return b"<A>" * depth + b"</A>" * depth

    def wide(count: int) -> bytes:
        return b"<A>" + b"<B/>" * (count - 1) + b"</A>"

    def long(size: int) -> bytes:
        return b"<A>" + b" " * (size - 7) + b"</A>"

    for make, limit in (
        (nested, XML_DEPTH_MAX),
        (wide, XML_ELEMENTS_MAX),
        (long, XML_BYTES_MAX),
    ):
        read_xml(make(limit), A)
        with pytest.raises(ContractViolation, match="lens-xml-too-large"):
            read_xml(make(limit + 1), A)


def test_a_fault_shows_no_text() -> None:
    with pytest.raises(ContractViolation) as caught:
        read_xml("<A><B>机密</A>".encode(), A)
    assert "机密" not in repr(caught.value.reasons)


def test_leaves_are_written_in_layout_order() -> None:
    document: Json = {"Z": "1", "B": {"Y": "2", "X": ["3", "4"]}, "Q": "<&>"}
    data = write_xml(document, XmlShape("A", layout=("B.X", "B.Y", "Z")))
    assert re.sub(rb"^<\?xml[^>]*\?>\n", b"", data) == (
        b"<A><B><X>3</X><X>4</X><Y>2</Y></B><Z>1</Z><Q>&lt;&amp;&gt;</Q></A>"
    )
    assert read_xml(data, A) == document


@pytest.mark.parametrize("document", [None, "text", ["a"], {"B": 7}, {"B": {"C": None}}])
def test_only_nested_text_is_written(document: Json) -> None:
    with pytest.raises(KnowledgeError, match="lens-view-unfit"):
        write_xml(document, A)

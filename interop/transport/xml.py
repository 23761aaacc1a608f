"""Read XML that nobody vouches for: honest charsets, no DTD, no entities, no network.

Source: XML 1.0; RFC 7303 (XML media types), where header, byte order mark and declaration
may disagree. Here they may disagree only if the bytes leave one reading.
"""

import codecs
import re
import threading
from collections.abc import Iterable
from typing import Final, Protocol, cast

from lxml import etree

from interop.errors import ContractViolation, InteropError, KnowledgeError, Reason, redacted
from interop.transport.reasons import (
    CHARSET,
    CONTRACT_IMPORT,
    CONTRACT_INVALID,
    TEXT_DAMAGED,
    XML_DTD,
    XML_MALFORMED,
)

Element = etree._Element  # noqa: SLF001 -- lxml has no public name for it

# Closed: a label that is not listed offers no reading. gb2312 in the wild is gbk.
_CODECS: Final = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "utf-8",
    "utf-16": "utf-16",
    "gb2312": "gbk",
    "gbk": "gbk",
    "gb18030": "gb18030",
}
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED: Final = re.compile(
    rb"""\A<\?xml[^>]{0,100}?encoding=["']([A-Za-z0-9._-]{1,40})["']"""
)
_DECLARATION: Final = re.compile(r"\A<\?xml\s[^>]{0,200}\?>")
_XSD: Final = "{http://www.w3.org/2001/XMLSchema}"
_WSDL: Final = "{http://schemas.xmlsoap.org/wsdl/}"
PROBLEMS_MAX: Final = 20
PATH_CHARS_MAX: Final = 120


def decoded(data: bytes, *, charset: str, field: str) -> str:
    """Return the text of ``data`` if its labels leave exactly one reading.

    Every label given (HTTP charset, byte order mark, XML declaration) is tried strictly;
    without any, the text is UTF-8. Bytes that fit no label, or fit two in different ways,
    are refused rather than read as garbled characters.

    Args:
        data: The document as received.
        charset: Charset of the content type, or empty.
        field: What the document is called in reasons.

    Raises:
        ContractViolation: ``transport-charset`` or ``transport-text-damaged``.
    """
    labels = _labels(data, charset)
    readings = {text for label in labels if (text := _reading(data, label)) is not None}
    if len(readings) != 1:
        raise ContractViolation(CHARSET.of(field=field, got=", ".join(dict.fromkeys(labels))))
    text = readings.pop().removeprefix("\ufeff")
    if "\ufffd" in text:
        raise ContractViolation(TEXT_DAMAGED.of(field=field))
    return text


def parsed(text: str, *, field: str, error: type[InteropError] = ContractViolation) -> Element:
    """Return the root element of ``text``; its encoding declaration no longer counts.

    Comments and processing instructions are dropped, so that no text is cut in two by one.

    Raises:
        InteropError: ``error`` with ``transport-xml-dtd``, ``transport-xml-malformed`` or
            ``transport-text-damaged``.
    """
    if "<!DOCTYPE" in text:
        raise error(XML_DTD.of(field=field))
    found = _parsed(_DECLARATION.sub("", text), field)
    if isinstance(found, Reason):
        raise error(found)
    if any("\ufffd" in str(part) for part in found.itertext()):
        raise error(TEXT_DAMAGED.of(field=field))
    return found


def standalone(data: bytes, *, field: str) -> Element:
    """Return the root of a vendored contract that imports no other document.

    Raises:
        KnowledgeError: ``transport-contract-import``, ``transport-contract-invalid``,
            ``transport-xml-dtd`` or ``transport-xml-malformed``.
    """
    try:
        text = data.decode("utf-8-sig", "strict")
    except UnicodeDecodeError:
        raise KnowledgeError(CONTRACT_INVALID.of(field=field, got="no UTF-8")) from None
    root = parsed(text, field=field, error=KnowledgeError)
    for tag in ("include", "redefine", "import"):
        for node in root.iter(_XSD + tag, _WSDL + tag):
            if node.get("schemaLocation") or node.get("location") or tag != "import":
                raise KnowledgeError(CONTRACT_IMPORT.of(field=field))
    return root


class Schema:
    """An XML Schema loaded from bytes; thread-safe."""

    def __init__(self, data: bytes, *, field: str) -> None:
        """Load the schema.

        Raises:
            KnowledgeError: As :func:`standalone`.
        """
        root = standalone(data, field=field)
        try:
            self._schema = etree.XMLSchema(root)
        except etree.XMLSchemaParseError as fault:
            at = f"line {fault.error_log[0].line}" if len(fault.error_log) else "-"
            raise KnowledgeError(CONTRACT_INVALID.of(field=field, got=at)) from None
        self._lock = threading.Lock()

    def problems(self, root: Element) -> tuple[tuple[str, str], ...]:
        """Return path and kind of each problem of ``root``, at most 20; never a value."""
        with self._lock:
            if self._schema.validate(root):
                return ()
            log = cast("Iterable[_Problem]", self._schema.error_log)
            found = [(_shown(e.path or "/"), e.type_name) for e in log]
        return tuple(found[:PROBLEMS_MAX])


class _Problem(Protocol):
    path: str | None
    type_name: str


def _labels(data: bytes, charset: str) -> list[str]:
    boms = [name for bom, name in _BOMS if data.startswith(bom)]
    match = _DECLARED.match(data.removeprefix(codecs.BOM_UTF8))
    declared = [match[1].decode("ascii").lower()] if match else []
    return [label for label in (charset, *boms, *declared) if label] or ["utf-8"]


def _reading(data: bytes, label: str) -> str | None:
    codec = _CODECS.get(label)
    if codec is None:
        return None
    try:
        return data.decode(codec, "strict")
    except UnicodeDecodeError:
        return None


def _parsed(text: str, field: str) -> Element | Reason:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(text.encode("utf-8", "strict"), parser)
    except etree.XMLSyntaxError as fault:
        return XML_MALFORMED.of(field=field, got=f"line {fault.lineno}")
    except UnicodeEncodeError:
        return XML_MALFORMED.of(field=field, got="lone surrogate")


def _shown(path: str) -> str:
    return redacted(path.encode("ascii", "replace").decode("ascii"))[:PATH_CHARS_MAX]

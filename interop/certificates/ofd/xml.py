"""The XML files that steer an OFD package, read within limits.

Names are compared without their namespace and whatever their case: writers differ in both.
Nothing outside the bytes is opened, and a document type declaration is refused.
"""

from collections.abc import Iterator
from typing import Final

from lxml import etree

from interop.certificates.ofd.reasons import OFD_XML, OFD_XML_DTD, OFD_XML_LIMIT
from interop.errors import TrustError

XML_BYTES_MAX: Final = 8 * 1024 * 1024
XML_DEPTH_MAX: Final = 64
XML_ELEMENTS_MAX: Final = 100_000
_BOM: Final = b"\xef\xbb\xbf"

Element = etree._Element  # noqa: SLF001 -- lxml names its type so


def read_xml(data: bytes, *, part: str, recover: bool = False) -> Element:
    """Return the root element of ``data``.

    Args:
        data: The file; a byte order mark and white space before the declaration are passed
            over.
        part: Name of the file, for reasons.
        recover: Whether to read on over faults of form; for values that are only shown, never
            for what is verified.

    Raises:
        TrustError: ``ofd-xml``, ``ofd-xml-dtd`` or ``ofd-xml-limit``.
    """
    if len(data) > XML_BYTES_MAX:
        raise TrustError(OFD_XML_LIMIT.of(field=part, expected=f"{XML_BYTES_MAX} bytes"))
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        recover=recover,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data.removeprefix(_BOM).lstrip(), parser)
    except etree.XMLSyntaxError as fault:
        raise TrustError(OFD_XML.of(field=part, got=f"line {fault.lineno}")) from None
    except ValueError:
        raise TrustError(OFD_XML.of(field=part, got="encoding")) from None
    if root is None:
        raise TrustError(OFD_XML.of(field=part, got="empty"))
    info = root.getroottree().docinfo
    if info.internalDTD is not None or info.doctype:
        raise TrustError(OFD_XML_DTD.of(field=part))
    _require_small(root, part)
    return root


def _require_small(root: Element, part: str) -> None:
    level, count = [root], 0
    for _ in range(XML_DEPTH_MAX):
        count += len(level)
        if count > XML_ELEMENTS_MAX:
            raise TrustError(
                OFD_XML_LIMIT.of(field=part, expected=f"{XML_ELEMENTS_MAX} elements")
            )
        level = [below for element in level for below in element]
        if not level:
            return
    raise TrustError(OFD_XML_LIMIT.of(field=part, expected=f"depth {XML_DEPTH_MAX}"))


def local(element: Element) -> str:
    """Return the name of an element without its namespace, in lower case."""
    # Entities and other nodes have a tag that is no text.
    tag: object = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2].casefold() if isinstance(tag, str) else ""


def children(element: Element, name: str) -> Iterator[Element]:
    """Yield the children of this name, whatever its case."""
    wanted = name.casefold()
    return (below for below in element if local(below) == wanted)


def descendants(element: Element, name: str) -> Iterator[Element]:
    """Yield the elements of this name at any depth, in document order."""
    wanted = name.casefold()
    return (below for below in element.iter() if local(below) == wanted)


def attribute(element: Element, name: str) -> str:
    """Return an attribute whatever its case, without outer white space; empty if absent."""
    direct = element.get(name)
    if direct is not None:
        return direct.strip()
    wanted = name.casefold()
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2].casefold() == wanted:
            return str(value).strip()
    return ""


def text(element: Element) -> str:
    """Return the text of an element without outer white space."""
    return "".join(str(part) for part in element.itertext()).strip()

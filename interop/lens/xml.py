"""XML documents as nested JSON objects of text, and back.

Only what a mapping can hold is read: elements in elements, text in leaves, repeated elements
as lists. Attributes, mixed content, comments, processing instructions, namespaces, DTDs and
entities are refused; nothing outside the bytes is ever opened.
"""

from typing import Final

from lxml import etree

from interop.errors import ContractViolation, KnowledgeError
from interop.lens.paths import shape
from interop.lens.reasons import (
    VIEW_UNFIT,
    XML_TOO_LARGE,
    XML_UNHOLDABLE,
    XML_UNREADABLE,
)
from interop.model.canonical import Json

XML_BYTES_MAX: Final = 1024 * 1024
XML_DEPTH_MAX: Final = 8
XML_ELEMENTS_MAX: Final = 5_000


def read_xml(data: bytes, *, root: str) -> Json:
    """Return what is in the root element: text by element name, nested, repeats as lists.

    Args:
        data: The document as received; its XML declaration names the encoding.
        root: The one root element accepted.

    Raises:
        ContractViolation: ``lens-xml-unreadable``, ``lens-xml-too-large`` or
            ``lens-xml-unholdable``.
    """
    if len(data) > XML_BYTES_MAX:
        raise ContractViolation(
            XML_TOO_LARGE.of(expected=f"{XML_BYTES_MAX} bytes", got=len(data))
        )
    element = _parsed(data)
    _check(element, root)
    return _value(element)


def write_xml(document: Json, *, root: str, layout: tuple[str, ...]) -> bytes:
    """Return ``document`` as UTF-8 XML, its leaves in the order of ``layout``.

    Raises:
        KnowledgeError: ``lens-view-unfit`` for what is neither an object nor text.
    """
    if not isinstance(document, dict):
        raise KnowledgeError(VIEW_UNFIT.of(field=root, expected="{}", got=shape(document)))
    order = {path: at for at, path in enumerate(layout)}
    element = etree.Element(root)
    _fill(element, document, "", order)
    return etree.tostring(element, encoding="UTF-8", xml_declaration=True)


def _parsed(data: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
    )
    try:
        element = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        line = fault.lineno if isinstance(fault, etree.XMLSyntaxError) else 0
        raise ContractViolation(XML_UNREADABLE.of(field="$", got=f"line {line}")) from None
    if element.getroottree().docinfo.internalDTD is not None:
        raise ContractViolation(XML_UNREADABLE.of(field="$", got="DTD"))
    return element


def _check(root: etree._Element, name: str) -> None:
    if root.tag != name:
        raise ContractViolation(
            XML_UNHOLDABLE.of(field=name, expected=name, got="another root element")
        )
    if root.getprevious() is not None or root.getnext() is not None:
        raise ContractViolation(XML_UNHOLDABLE.of(field=name, got="siblings of the root"))
    count, level = 0, [root]
    for _ in range(XML_DEPTH_MAX):
        count += len(level)
        if count > XML_ELEMENTS_MAX:
            raise ContractViolation(
                XML_TOO_LARGE.of(expected=f"{XML_ELEMENTS_MAX} elements", got="more")
            )
        for element in level:
            _check_element(element)
        level = [below for element in level for below in element]
    if level:
        raise ContractViolation(XML_TOO_LARGE.of(expected=f"depth {XML_DEPTH_MAX}", got="more"))


def _check_element(element: etree._Element) -> None:
    # Comments, instructions and entities are nodes whose tag is no text.
    tag: object = element.tag
    if not isinstance(tag, str) or "{" in tag:
        raise ContractViolation(
            XML_UNHOLDABLE.of(field="$", got="a comment, instruction, entity or namespace")
        )
    if element.attrib:
        raise ContractViolation(XML_UNHOLDABLE.of(field=tag, got="attributes"))
    loose = [element.text if len(element) else None, *(below.tail for below in element)]
    if any(text is not None and text.strip() for text in loose):
        raise ContractViolation(XML_UNHOLDABLE.of(field=tag, got="mixed content"))


def _value(element: etree._Element) -> Json:
    if not len(element):
        return element.text or ""
    found: dict[str, Json] = {}
    for below in element:
        name, value = str(below.tag), _value(below)
        if name not in found:
            found[name] = value
        elif isinstance(earlier := found[name], list):
            earlier.append(value)
        else:
            found[name] = [earlier, value]
    return found


def _fill(
    element: etree._Element, document: dict[str, Json], at: str, order: dict[str, int]
) -> None:
    for name in sorted(document, key=lambda name: _first(f"{at}{name}", order)):
        value = document[name]
        for part in value if isinstance(value, list) else [value]:
            below = etree.SubElement(element, name)
            if isinstance(part, dict):
                _fill(below, part, f"{at}{name}.", order)
            elif isinstance(part, str):
                below.text = part
            else:
                raise KnowledgeError(
                    VIEW_UNFIT.of(field=f"{at}{name}", expected="text", got=shape(part))
                )


def _first(path: str, order: dict[str, int]) -> int:
    """Return where ``path``, or the first leaf in it, stands in the layout."""
    places = [at for leaf, at in order.items() if leaf == path or leaf.startswith(f"{path}.")]
    return min(places, default=len(order))

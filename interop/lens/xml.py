"""XML documents as nested JSON objects of text, and back.

Elements are objects, leaves are text, repeated elements are lists. An attribute is the member
``@name``; the text of an element that has attributes is its member ``#``, if there is any or
the mapping reads it. Names carry the prefix that the mapping gives their namespace. Comments
and instructions are left out; mixed content, DTDs and entities are refused; nothing outside
the bytes is ever opened.

Named values (``<item Name="ZZMC">…</item>``) become one object of text by name.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, cast

from lxml import etree

from interop.errors import ContractViolation, KnowledgeError
from interop.lens.paths import Path, dotted, parts, shape
from interop.lens.reasons import (
    VIEW_UNFIT,
    XML_TOO_LARGE,
    XML_UNHOLDABLE,
    XML_UNREADABLE,
)
from interop.model.canonical import Json, canonical_bytes, read_json

XML_BYTES_MAX: Final = 1024 * 1024
XML_DEPTH_MAX: Final = 16
XML_ELEMENTS_MAX: Final = 5_000
TEXT: Final = "#"
# Attributes of all items, and far more than there can be if there is anything inside one.
_MORE: Final = etree.XPath("count(*/@*) + 1000000 * count(*/*)")
# One parser for all: making one takes longer than reading a document, and it locks itself.
_PARSER: Final = etree.XMLParser(
    resolve_entities=False,
    no_network=True,
    load_dtd=False,
    dtd_validation=False,
    huge_tree=False,
    remove_comments=True,
    remove_pis=True,
)
ATTRIBUTE: Final = "@"


@dataclass(frozen=True, slots=True)
class Named:
    """Named values: where they stand and what they are made of.

    Attributes:
        at: Path of their container, below the document element.
        item: Element of one value.
        name: ``@Attribute`` or child element with the name.
        value: ``#``, ``@Attribute`` or child element with the value.
    """

    at: Path
    item: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class XmlShape:
    """What the mapping says of its XML documents.

    Attributes:
        root: Document element.
        namespaces: Prefix to namespace; the empty prefix for names without one.
        lists: Paths of elements that are lists even where there is one of them.
        attributed: Paths of elements whose text is always ``#``.
        named: Named values, if the format has them.
        layout: Leaves in the order of the document; what is not listed follows.
    """

    root: str
    namespaces: Mapping[str, str] = field(default_factory=dict)
    lists: frozenset[str] = frozenset()
    attributed: frozenset[str] = frozenset()
    named: Named | None = None
    layout: tuple[str, ...] = ()


def read_xml(data: bytes, xml: XmlShape) -> Json:
    """Return what is in the document element: text by element name, nested, repeats as lists.

    Args:
        data: The document as received; its XML declaration names the encoding.
        xml: What the mapping says of the document.

    Raises:
        ContractViolation: ``lens-xml-unreadable``, ``lens-xml-too-large`` or
            ``lens-xml-unholdable``.
    """
    if len(data) > XML_BYTES_MAX:
        raise ContractViolation(
            XML_TOO_LARGE.of(expected=f"{XML_BYTES_MAX} bytes", got=len(data))
        )
    element = _parsed(data)
    reader = _Reader(xml)
    if reader.name(element.tag) != xml.root:
        raise ContractViolation(
            XML_UNHOLDABLE.of(field=xml.root, expected=xml.root, got="another root element")
        )
    return reader.value(element, "", 1)


def _parsed(data: bytes) -> etree._Element:
    try:
        element = etree.fromstring(data, _PARSER)
    except (etree.XMLSyntaxError, ValueError) as fault:
        line = fault.lineno if isinstance(fault, etree.XMLSyntaxError) else 0
        raise ContractViolation(XML_UNREADABLE.of(field="$", got=f"line {line}")) from None
    if element.getroottree().docinfo.internalDTD is not None:
        raise ContractViolation(XML_UNREADABLE.of(field="$", got="DTD"))
    return element


class _Reader:
    """Walks one document; counts what it sees."""

    __slots__ = ("_count", "_named", "_names", "_xml")

    def __init__(self, xml: XmlShape) -> None:
        self._xml = xml
        self._count = 1
        self._names = {uri: prefix for prefix, uri in xml.namespaces.items()}
        self._named = dotted(xml.named.at) if xml.named else None

    def name(self, tag: object) -> str:
        """Return the name of an element or attribute with the mapping's prefix."""
        # Entities are nodes whose tag is no text.
        if not isinstance(tag, str):
            raise ContractViolation(XML_UNHOLDABLE.of(field="$", got="an entity"))
        if tag[0] != "{":
            return tag
        uri, _, local = tag[1:].partition("}")
        prefix = self._names.get(uri)
        if prefix is None:
            raise ContractViolation(
                XML_UNHOLDABLE.of(field=local, got="a namespace that the mapping does not name")
            )
        return f"{prefix}:{local}" if prefix else local

    def value(self, element: etree._Element, path: str, depth: int) -> Json:
        """Return what ``element`` holds."""
        if path == self._named and self._xml.named is not None:
            return self._items(element, self._xml.named)
        self._count += len(element)
        if depth > XML_DEPTH_MAX or self._count > XML_ELEMENTS_MAX:
            limit = f"depth {XML_DEPTH_MAX}, {XML_ELEMENTS_MAX} elements"
            raise ContractViolation(XML_TOO_LARGE.of(expected=limit, got="more"))
        if not len(element) and not element.attrib and path not in self._xml.attributed:
            return element.text or ""
        found: dict[str, Json] = {
            ATTRIBUTE + self.name(name): str(text) for name, text in element.attrib.items()
        }
        if not len(element):
            return self._with_text(found, element.text or "", path)
        self._refuse_loose(element)
        for below in element:
            self._add(found, below, path, depth)
        return found

    def _with_text(self, found: dict[str, Json], text: str, path: str) -> Json:
        """Return attributes with the text beside them; blanks between two tags are none."""
        told = path in self._xml.attributed or text.strip()
        return {**found, TEXT: text} if told else found

    def _add(
        self, found: dict[str, Json], below: etree._Element, path: str, depth: int
    ) -> None:
        name = self.name(below.tag)
        at = f"{path}.{name}" if path else name
        value = self.value(below, at, depth + 1)
        if name not in found:
            found[name] = [value] if at in self._xml.lists else value
        elif isinstance(earlier := found[name], list):
            earlier.append(value)
        else:
            found[name] = [earlier, value]

    def _refuse_loose(self, element: etree._Element) -> None:
        loose = [element.text, *(below.tail for below in element)]
        if any(text is not None and text.strip() for text in loose):
            raise ContractViolation(
                XML_UNHOLDABLE.of(field=self.name(element.tag), got="mixed content")
            )

    def _items(self, container: etree._Element, named: Named) -> Json:
        """Return named values by name; a name that comes again makes a list."""
        self._count += len(container)
        if self._count > XML_ELEMENTS_MAX:
            limit = f"{XML_ELEMENTS_MAX} elements"
            raise ContractViolation(XML_TOO_LARGE.of(expected=limit, got="more"))
        if named.name[0] == ATTRIBUTE and named.value == TEXT:
            return self._plain_items(container, named)
        found: dict[str, Json] = {}
        for item in container:
            self._item(found, item, named)
        return found

    def _plain_items(self, container: etree._Element, named: Named) -> dict[str, Json]:
        """Return items that are a text with one attribute, the common form."""
        key = named.name[1:]
        items = container.findall(self._clark(named.item))
        found: dict[str | None, str] = {item.get(key): item.text or "" for item in items}
        # All of them in one go: no other item, nothing inside one, one attribute each.
        if len(items) != len(container) or None in found or _MORE(container) != len(items):
            raise _no_item(named)
        kept = cast("dict[str, Json]", found)
        if len(kept) < len(items):
            kept.clear()
            for item in items:
                self._add_item(kept, str(item.get(key)), item.text or "")
        return kept

    def _clark(self, name: str) -> str:
        prefix, _, local = name.rpartition(":")
        uri = self._xml.namespaces.get(prefix, "")
        return f"{{{uri}}}{local}" if uri else local

    def _item(self, found: dict[str, Json], item: etree._Element, named: Named) -> None:
        held = self.value(item, "\x00", 1)
        name = held.get(named.name) if isinstance(held, dict) else None
        text = held.get(named.value, "") if isinstance(held, dict) else None
        known = {named.name, named.value}
        # Indentation around child elements is no text.
        loose = isinstance(held, dict) and held.keys() - known
        if self.name(item.tag) != named.item or loose or not isinstance(name, str):
            raise _no_item(named)
        if not isinstance(text, str):
            raise _no_item(named)
        self._add_item(found, name, text)

    @staticmethod
    def _add_item(found: dict[str, Json], name: str, text: str) -> None:
        if name not in found:
            found[name] = text
            return
        earlier = found[name]
        found[name] = [*(earlier if isinstance(earlier, list) else [earlier]), text]


def _no_item(named: Named) -> ContractViolation:
    expected = f"{named.item} {named.name} {named.value}"
    return ContractViolation(
        XML_UNHOLDABLE.of(field=named.item, expected=expected, got="another item")
    )


def write_xml(document: Json, xml: XmlShape) -> bytes:
    """Return ``document`` as UTF-8 XML, its leaves in the order of the layout.

    Raises:
        KnowledgeError: ``lens-view-unfit`` for what is neither an object nor text.
    """
    if not isinstance(document, dict):
        raise KnowledgeError(VIEW_UNFIT.of(field=xml.root, expected="{}", got=shape(document)))
    writer = _Writer(xml)
    names = {prefix or None: uri for prefix, uri in xml.namespaces.items()}
    root = etree.Element(writer.clark(xml.root), nsmap=names)  # type: ignore[arg-type]  # None is the empty prefix
    try:
        writer.fill(root, document, "")
    except ValueError:
        raise KnowledgeError(VIEW_UNFIT.of(field=xml.root, expected="XML", got="?")) from None
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


class _Writer:
    """Builds one document."""

    __slots__ = ("_named", "_order", "_xml")

    def __init__(self, xml: XmlShape) -> None:
        self._xml = xml
        self._order = {path: at for at, path in enumerate(xml.layout)}
        self._named = dotted(xml.named.at) if xml.named else None

    def clark(self, name: str) -> str:
        """Return ``name`` with its namespace instead of its prefix."""
        prefix, _, local = name.rpartition(":")
        uri = self._xml.namespaces.get(prefix)
        return f"{{{uri}}}{local}" if uri else name

    def fill(self, element: etree._Element, document: dict[str, Json], path: str) -> None:
        """Write ``document`` into ``element``."""
        if path == self._named and self._xml.named is not None:
            self._fill_items(element, document, self._xml.named)
            return
        start = f"{path}." if path else ""
        for name in sorted(document, key=lambda name: self._first(start + name)):
            value = document[name]
            if name == TEXT or name.startswith(ATTRIBUTE):
                self._plain(element, name, value)
                continue
            for part in value if isinstance(value, list) else [value]:
                below = etree.SubElement(element, self.clark(name))
                self._one(below, part, start + name)

    def _one(self, below: etree._Element, part: Json, path: str) -> None:
        if isinstance(part, dict):
            self.fill(below, part, path)
        else:
            below.text = self._text(part, path)

    def _plain(self, element: etree._Element, name: str, value: Json) -> None:
        text = self._text(value, name)
        if name == TEXT:
            element.text = text
        else:
            prefix, colon, _ = name[1:].rpartition(":")
            element.set(self.clark(name[1:]) if colon and prefix else name[1:], text)

    def _fill_items(
        self, element: etree._Element, document: dict[str, Json], named: Named
    ) -> None:
        for name in sorted(document, key=lambda name: self._order.get(name, len(self._order))):
            value = document[name]
            for part in value if isinstance(value, list) else [value]:
                item = etree.SubElement(element, self.clark(named.item))
                for place, text in ((named.name, name), (named.value, self._text(part, name))):
                    if place == TEXT or place.startswith(ATTRIBUTE):
                        self._plain(item, place, text)
                    else:
                        etree.SubElement(item, self.clark(place)).text = text

    @staticmethod
    def _text(value: Json, path: str) -> str:
        if not isinstance(value, str):
            raise KnowledgeError(VIEW_UNFIT.of(field=path, expected="text", got=shape(value)))
        return value

    def _first(self, path: str) -> int:
        """Return where ``path``, or the first leaf in it, stands in the layout."""
        if not self._order:
            return 0
        places = [
            at
            for leaf, at in self._order.items()
            if leaf == path or leaf.startswith((f"{path}.", f"{path}[]."))
        ]
        return min(places, default=len(self._order))


def embedded_xml(xml: XmlShape) -> tuple[Callable[[str], Json], Callable[[Json], str]]:
    """Return reader and writer of XML inside a text; the reader raises ValueError."""

    def read(text: str) -> Json:
        # A declaration inside a text tells of bytes that are no more.
        body = text.strip()
        if body.startswith("<?xml"):
            body = body.partition("?>")[2]
        try:
            return read_xml(body.encode(), xml)
        except (ContractViolation, UnicodeError):
            msg = "not an XML document"
            raise ValueError(msg) from None

    def write(value: Json) -> str:
        text = write_xml(value, xml).decode()
        return text.partition("?>")[2].strip()

    return read, write


def embedded_json() -> tuple[Callable[[str], Json], Callable[[Json], str]]:
    """Return reader and writer of JSON inside a text; the reader raises ValueError."""

    def read(text: str) -> Json:
        try:
            return read_json(text.encode(), error=ContractViolation)
        except (ContractViolation, UnicodeError):
            msg = "not a JSON document"
            raise ValueError(msg) from None

    return read, lambda value: canonical_bytes(value).decode()


def xml_root(root: str) -> tuple[str, Path]:
    """Return the document element and the path below it."""
    named = parts(root)
    return named[0], named[1:]

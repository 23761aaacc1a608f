"""Named values of a sealed document, each with its file and whether that is signed.

Three places hold them: the custom data of OFD.xml, the custom tags (a name and the text of a
page that it points to), and attached XML. OFD.xml is often outside the signed references though
the signature is good: what stands there can be forged, so it never exempts.
Source: GB/T 33190-2016 clauses 7.4 (custom data), 16 (custom tags), 17 (attachments).
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, Literal

from interop.certificates.ofd.layout import ROOT, resolve
from interop.certificates.ofd.package import Package
from interop.certificates.ofd.reasons import OFD_PART_MISSING
from interop.certificates.ofd.report import SealReport
from interop.certificates.ofd.xml import (
    Element,
    attribute,
    children,
    descendants,
    local,
    read_xml,
    text,
)
from interop.errors import Reason, TrustError

FIELDS_MAX: Final = 5_000
VALUE_CHARS_MAX: Final = 20_000

Source = Literal["custom-data", "custom-tag", "attachment"]


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a value stands.

    Attributes:
        part: The file.
        signed: Whether a sound and trusted seal vouches for it, and for every file on the way
            to it below OFD.xml.
        source: Kind of place.
    """

    part: str
    signed: bool
    source: Source


@dataclass(frozen=True, slots=True)
class Field:
    """A named value.

    Attributes:
        name: Name as written; for XML the names of the elements below the root, with dots.
        value: Text without outer white space.
        provenance: Where it stands.
    """

    name: str
    value: str = field(repr=False)
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class FieldReading:
    """The named values of a document.

    Attributes:
        fields: The values, in the order of the places and of the files; names may repeat.
        problems: What could not be read; the rest is there.
    """

    fields: tuple[Field, ...]
    problems: tuple[Reason, ...]


def read_fields(data: bytes, *, report: SealReport | None = None) -> FieldReading:
    """Return the named values in the OFD document ``data``.

    Args:
        data: The document as received.
        report: What verifying the same bytes came to; without one, or with one on other
            bytes, nothing counts as signed.

    Raises:
        TrustError: The package or its OFD.xml cannot be read: a code that begins with ``ofd-``.
    """
    package = Package.read(data)
    same = report is not None and report.digest == hashlib.sha256(data).hexdigest()
    signed = report.signed if report is not None and same else frozenset()
    reader = _Reader(package, signed)
    root = reader.find(ROOT, beside="")
    tree = read_xml(package.parts[root], part=root)
    problems: list[Reason] = []
    found = list(_custom_data(reader, tree, root))
    for place in descendants(tree, "DocRoot"):
        for read in (_custom_tags, _attachments):
            found.extend(_kept(read(reader, text(place)), problems))
    return FieldReading(tuple(found[:FIELDS_MAX]), tuple(problems))


def _kept(fields: Iterator[Field], problems: list[Reason]) -> list[Field]:
    try:
        return list(islice(fields, FIELDS_MAX))
    except TrustError as fault:
        problems.extend(fault.reasons)
        return []


@dataclass(frozen=True, slots=True)
class _Reader:
    package: Package
    signed: frozenset[str]

    def find(self, path: str, *, beside: str) -> str:
        place, part = resolve(self.package, path, beside=beside)
        if part is None:
            raise TrustError(OFD_PART_MISSING.of(field=place))
        return part

    def tree(self, part: str) -> Element:
        return read_xml(self.package.parts[part], part=part, recover=True)

    def field(self, name: str, value: str, way: tuple[str, ...], source: Source) -> Field:
        """Return a value that stands in the last file of ``way``."""
        signed = self.signed.issuperset(way)
        return Field(name, value[:VALUE_CHARS_MAX], Provenance(way[-1], signed, source))


def _custom_data(reader: _Reader, tree: Element, root: str) -> Iterator[Field]:
    for row in descendants(tree, "CustomData"):
        yield reader.field(attribute(row, "Name"), text(row), (root,), "custom-data")


def _listed(reader: _Reader, document: str, kind: str, row: str) -> Iterator[tuple[str, ...]]:
    """Yield the way to each file that the document lists: document, list, file."""
    for place in children(reader.tree(document), kind):
        if not text(place):
            continue
        listing = reader.find(text(place), beside=document)
        for entry in children(reader.tree(listing), row):
            for loc in children(entry, "FileLoc"):
                yield document, listing, reader.find(text(loc), beside=listing)


def _attachments(reader: _Reader, root: str) -> Iterator[Field]:
    document = reader.find(root, beside=ROOT)
    for way in _listed(reader, document, "Attachments", "Attachment"):
        if way[-1].casefold().endswith(".xml"):
            for name, leaf in _leaves(reader.tree(way[-1])):
                yield reader.field(name, text(leaf), way, "attachment")


def _custom_tags(reader: _Reader, root: str) -> Iterator[Field]:
    document = reader.find(root, beside=ROOT)
    pages = _Pages(reader, document, {})
    for way in _listed(reader, document, "CustomTags", "CustomTag"):
        for name, leaf in _leaves(reader.tree(way[-1]), stop="objectref"):
            value, shown = pages.shown(leaf)
            signed_way = (*way[:-1], *shown, way[-1])
            yield reader.field(name, value or text(leaf), signed_way, "custom-tag")


def _leaves(element: Element, at: str = "", *, stop: str = "") -> Iterator[tuple[str, Element]]:
    """Yield the elements without elements below them, with their path below the root."""
    below = [each for each in element if local(each)]
    for each in below:
        name = f"{at}.{local_name(each)}" if at else local_name(each)
        inner = [one for one in each if local(one)]
        if not inner or (stop and all(local(one) == stop for one in inner)):
            yield name, each
        else:
            yield from _leaves(each, name, stop=stop)


def local_name(element: Element) -> str:
    """Return the name of an element without its namespace, in its own case."""
    return str(element.tag).rpartition("}")[2].rpartition(":")[2]


@dataclass(frozen=True, slots=True)
class _Pages:
    """The texts of the pages by object, read when they are asked for."""

    reader: _Reader
    document: str
    read: dict[str, tuple[str, Mapping[str, str]]]

    def shown(self, leaf: Element) -> tuple[str, tuple[str, ...]]:
        """Return the text of the objects that ``leaf`` points to, and their files."""
        texts, parts = [], []
        for row in children(leaf, "ObjectRef"):
            part, objects = self._page(attribute(row, "PageRef"))
            texts.append(objects.get(text(row), ""))
            parts.append(part)
        return "".join(texts), tuple(dict.fromkeys(parts))

    def _page(self, number: str) -> tuple[str, Mapping[str, str]]:
        if number not in self.read:
            self.read[number] = self._read_page(number)
        return self.read[number]

    def _read_page(self, number: str) -> tuple[str, Mapping[str, str]]:
        for kind in ("Page", "TemplatePage"):
            for row in descendants(self.reader.tree(self.document), kind):
                if attribute(row, "ID") == number:
                    place = attribute(row, "BaseLoc")
                    part = self.reader.find(place, beside=self.document)
                    return part, _objects(self.reader.tree(part))
        raise TrustError(OFD_PART_MISSING.of(field=f"Page {number}"))


def _objects(page: Element) -> dict[str, str]:
    return {
        attribute(row, "ID"): "".join(text(code) for code in children(row, "TextCode"))
        for row in descendants(page, "TextObject")
    }

"""The mapping file: one region's layout of one document, both ways.

::

    [mapping]
    id = "990000.business-licence"
    version = "1.0.0"
    region = "990000"
    format = "xml-path"
    root = "CERT"

    [codes.company_type]
    "1100" = "llc"
    "1130" = "llc"                          # many-to-one: put keeps the old code

    [fields]
    "cert.number" = "ZZBH"
    "body.type" = { from = "KZ.QYLX", codec = "code:company_type" }

    [loss]
    ignore = [{ path = "ZZMC", reason = "…" }]              # in the document, not in the view
    absent = [{ path = "body.capital", reason = "…" }]      # in the view, not in the document
    quotient = [{ path = "company_type", reason = "…" }]    # code lists that are many-to-one

Every source field is mapped or in the ledger: a field that is neither is refused by name.
docs/reference/mapping-language.md is the reference; checks.py says what the schema can't.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import ConfigDict, Field

from interop.model.canonical import Json
from interop.model.item import Verified
from interop.model.record import Record

FIELDS_MAX: Final = 500
CODE_LISTS_MAX: Final = 100
CODES_MAX: Final = 5_000
REPEATS_MAX: Final = 200
EXAMPLES_MAX: Final = 20
OFD_NAMESPACE: Final = "http://www.ofdspec.org/2016"
OFD_PART: Final = "OFD.xml"
OFD_ROOT: Final = "ofd:OFD.ofd:DocBody.ofd:DocInfo.ofd:CustomDatas"

Format: TypeAlias = Literal["json", "xml-path", "xml-named", "ofd-customdata"]
CodeList: TypeAlias = Annotated[dict[str, str], Field(max_length=CODES_MAX)]


class Embedded(Record):
    """A document inside a text of the document.

    Attributes:
        path: Where the text stands.
        format: ``json`` or ``xml-path``.
        root: Name of the inner root element; XML only.
    """

    path: str
    format: Literal["json", "xml-path"]
    root: str = ""


class MappingHead(Record):
    """What the file is.

    Attributes:
        id: Region and document, such as ``990000.business-licence``.
        version: Semantic version of the file.
        region: Region code whose layout this is.
        format: ``json`` (flat or nested keys, Chinese too), ``xml-path``, ``xml-named``
            (named values) or ``ofd-customdata``.
        root: Where the fields stand. JSON: path of the object, ``list[]`` for the only
            member of a list; empty for the document itself. XML: names of the elements from
            the document element down.
        namespaces: Prefix to namespace; the empty prefix for names without one. XML only.
        item: Element of a named value, ``xml-named`` only.
        item_name: Where an item holds its name: ``@Attribute`` or a child element.
        item_value: Where it holds its value: ``#`` its text, ``@Attribute`` or a child.
        embedded: Documents inside texts of the document.
        layout: Leaf elements in document order; empty for the order of the file. XML only.
        open: Whether fields that the file does not know are left alone instead of refused.
        strict: Whether losses need reasons and the layout its source, as shipped files do.
        certificate: Canonical certificate type; empty for other documents.
        canonical: Version of the canonical type that the views are of.
        type_code: Code of the type in the region's own catalogue; empty for other documents.
        part: Part of a package that the document is, for what is signed; empty for a
            document that is one piece, and for custom data in OFD.xml.
        requires_signed: Canonical fields that are never taken from an unsigned part.
        source: Where the layout comes from.
        verified: ``yes`` read in the official text, ``secondary`` in a copy, ``no`` not read.
        illustrative: True where no official text of this region backs the layout.
    """

    id: str = Field(min_length=1)
    version: str = Field(pattern=r"^\d{1,4}\.\d{1,4}\.\d{1,4}$")
    region: str = Field(pattern=r"^\d{6}$")
    format: Format
    root: str = ""
    namespaces: dict[str, str] = Field(default_factory=dict, max_length=20)
    item: str = ""
    item_name: str = "@Name"
    item_value: str = "#"
    embedded: tuple[Embedded, ...] = Field(default=(), max_length=10)
    layout: tuple[str, ...] = Field(default=(), max_length=FIELDS_MAX)
    open: bool = False
    strict: bool = True
    certificate: str = ""
    canonical: int = Field(default=1, ge=1, le=1_000)
    type_code: str = ""
    part: str = ""
    requires_signed: tuple[str, ...] = Field(default=(), max_length=FIELDS_MAX)
    source: str = ""
    verified: Verified = "no"
    illustrative: bool = False

    @property
    def is_xml(self) -> bool:
        """Return whether documents are XML."""
        return self.format != "json"

    @property
    def package_part(self) -> str:
        """Return the part of a package that documents are; empty if they are one piece."""
        return self.part or (OFD_PART if self.format == "ofd-customdata" else "")


class FieldRule(Record):
    """Where a canonical field stands in the document, and how it is spelt there.

    Attributes:
        source: Path in the document, several for a field joined from parts; key ``from``.
        codec: Codec with its argument, such as ``date:%Y年%m月%d日``.
        optional: Whether the document may lack the field or leave it empty.
        blank: Write a missing optional value as empty text, where the region's contract
            wants the field to be there.
        join: Template that joins several sources into one text, which the codec reads.
        item: Codec of each part, for ``split`` and ``list``.
        key: Member that tells the members of a list apart.
        fields: Members of a list, by canonical name.
        max: Highest number of a repetition, for ``indexed``.
        value: Text that the field always has, since the document does not say it.
        same_as: Canonical field whose source this one shares.
    """

    model_config = ConfigDict(serialize_by_alias=True)

    source: str | tuple[str, ...] = Field(default="", alias="from")
    codec: str = "text"
    optional: bool = False
    blank: bool = False
    join: str = ""
    item: str = ""
    key: str = ""
    fields: dict[str, "str | FieldRule"] = Field(default_factory=dict, max_length=FIELDS_MAX)
    max: int = Field(default=20, ge=1, le=REPEATS_MAX)
    value: str | None = None
    same_as: str = ""

    @property
    def sources(self) -> tuple[str, ...]:
        """Return the paths in the document, none for a list that has only members."""
        if isinstance(self.source, tuple):
            return self.source
        return (self.source,) if self.source else ()

    def rules(self) -> Iterator[tuple[str, "FieldRule"]]:
        """Yield each member of a list with its rule."""
        for name, rule in self.fields.items():
            yield name, rule_of(rule)


class Lost(Record):
    """One line of the loss ledger: a path, or for ``quotient`` a code list, and why."""

    path: str
    reason: str = ""


class Loss(Record):
    """The loss ledger: what does not survive the way through the canonical view.

    A bare path is a line without a reason; a strict file may not have one.
    """

    ignore: tuple[str | Lost, ...] = Field(default=(), max_length=FIELDS_MAX)
    absent: tuple[str | Lost, ...] = Field(default=(), max_length=FIELDS_MAX)
    quotient: tuple[str | Lost, ...] = Field(default=(), max_length=FIELDS_MAX)

    def lines(self) -> Iterator[tuple[str, Lost]]:
        """Yield each line with the name of its list."""
        for name in ("ignore", "absent", "quotient"):
            for line in getattr(self, name):
                yield name, line if isinstance(line, Lost) else Lost(path=line)

    def paths(self, name: str) -> tuple[str, ...]:
        """Return the paths of one list."""
        return tuple(line.path for listed, line in self.lines() if listed == name)


class Example(Record):
    """A worked example: a document with made-up values, and the view that it means.

    Attributes:
        document: The document as text.
        view: Canonical path to value; lists as they are.
        source: Where the example comes from.
    """

    document: str = Field(min_length=1)
    view: dict[str, Json] = Field(min_length=1, max_length=FIELDS_MAX)
    source: str = ""


class MappingFile(Record):
    """One mapping file. :func:`interop.lens.checks.check_mapping` says what this can't."""

    mapping: MappingHead
    codes: dict[str, CodeList] = Field(default_factory=dict, max_length=CODE_LISTS_MAX)
    splits: dict[str, str] = Field(default_factory=dict, max_length=FIELDS_MAX)
    fields: dict[str, str | FieldRule] = Field(min_length=1, max_length=FIELDS_MAX)
    loss: Loss = Field(default_factory=Loss)
    examples: tuple[Example, ...] = Field(default=(), max_length=EXAMPLES_MAX)

    def rules(self) -> Iterator[tuple[str, FieldRule]]:
        """Yield each canonical path with its rule, a bare path being plain text."""
        for path, rule in self.fields.items():
            yield path, rule_of(rule)

    def root(self) -> tuple[str, Mapping[str, str]]:
        """Return root and namespaces, those of the format where the file names none."""
        head = self.mapping
        if head.format != "ofd-customdata":
            return head.root, head.namespaces
        return head.root or OFD_ROOT, {"ofd": OFD_NAMESPACE, **head.namespaces}


def rule_of(rule: str | FieldRule) -> FieldRule:
    """Return ``rule`` spelt out."""
    if isinstance(rule, FieldRule):
        return rule
    return FieldRule.model_validate({"from": rule})

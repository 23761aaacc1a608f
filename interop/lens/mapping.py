"""The lens: read a document into its canonical view, and write a view back.

``get`` reads, ``create`` writes a new document, ``put`` writes into an existing one and
leaves alone what still means the same and what the mapping does not touch. laws.py states
what holds between them.
"""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias, cast

from interop.errors import ContractViolation, KnowledgeError, Reason
from interop.lens.codecs import Codec, Unfit, build_codec
from interop.lens.paths import Path, parts, place, remove, shape
from interop.lens.reasons import (
    FIELD_MISSING,
    FIELD_NOT_TEXT,
    FIELD_UNKNOWN,
    FIELD_UNREADABLE,
    NOT_AN_OBJECT,
    VIEW_MISSING,
    VIEW_UNFIT,
    VIEW_UNKNOWN,
)
from interop.lens.schema import MappingFile, MappingHead, check_mapping
from interop.lens.xml import read_xml, write_xml
from interop.model.canonical import Json, canonical_bytes, read_json

DOCUMENT: Final = "$"


@dataclass(frozen=True, slots=True)
class Row:
    """One canonical field, where it stands in the document and how it is spelt there.

    Attributes:
        field: Canonical path, dotted.
        source: Path in the document, dotted.
        codec: How it is spelt.
        optional: Whether both sides may lack it.
        blank: Whether a document then holds empty text.
    """

    field: str
    source: str
    codec: Codec
    optional: bool
    blank: bool

    @property
    def place(self) -> str:
        """Return source and codec, for reasons."""
        return f"{self.source} ({self.codec.spec})"


# A tree of what may stand where: a row, a nested object, or None for what is left out.
Tree: TypeAlias = "dict[str, Tree | Row | None]"


@dataclass(frozen=True, slots=True)
class Lens:
    """A checked mapping, ready to read and write; safe to share between threads.

    Attributes:
        head: What the mapping file says of itself.
        rows: Every mapped field.
        digest: Digest of the mapping; goes into evidence.
        documents: What may stand in a document.
        views: What may stand in a view.
    """

    head: MappingHead
    rows: tuple[Row, ...]
    digest: str
    documents: Tree
    views: Tree

    @classmethod
    def of(cls, file: MappingFile, *, digest: str = "") -> "Lens":
        """Return the lens of ``file``.

        Args:
            file: The mapping file.
            digest: Digest of the knowledge document it was read from; the digest of the
                record itself if not given.

        Raises:
            KnowledgeError: Every problem of the file.
        """
        if problems := check_mapping(file):
            raise KnowledgeError(*problems)
        rows = tuple(_rows(file))
        by_layout = {path: at for at, path in enumerate(file.mapping.layout)}
        ordered = sorted(rows, key=lambda row: by_layout.get(row.source, 0))
        documents: dict[str, Row | None] = {row.source: row for row in ordered}
        views: dict[str, Row | None] = {row.field: row for row in rows}
        return cls(
            head=file.mapping,
            rows=tuple(ordered),
            digest=digest or file.digest(),
            documents=_tree(documents | {lost.path: None for lost in file.loss.ignore}),
            views=_tree(views | {lost.path: None for lost in file.loss.absent}),
        )

    def decode(self, document: bytes) -> Json:
        """Return a document as JSON, whatever its format.

        Raises:
            ContractViolation: It is not well-formed, or over a limit.
        """
        if self.head.format == "json":
            return read_json(document, error=ContractViolation, field=DOCUMENT)
        return read_xml(document, root=self.head.root)

    def encode(self, document: Json) -> bytes:
        """Return the bytes of ``document`` in its format, XML leaves in layout order.

        Raises:
            KnowledgeError: It holds what the format cannot.
        """
        if self.head.format == "json":
            return canonical_bytes(document)
        return write_xml(document, root=self.head.root, layout=self.head.layout)

    def get(self, document: Json) -> Json:
        """Return the canonical view of ``document``.

        Raises:
            ContractViolation: Every fault of the document, each with canonical field and
                source path.
        """
        view: dict[str, Json] = {}
        if faults := tuple(_read(document, self.documents, (), view)):
            raise ContractViolation(*faults)
        return view

    def diagnose(self, document: Json) -> tuple[Reason, ...]:
        """Return every fault of ``document``; empty exactly if :meth:`get` returns."""
        return tuple(_read(document, self.documents, (), {}))

    def create(self, view: Json) -> Json:
        """Return a new document of ``view``.

        Raises:
            KnowledgeError: Every field of the view that this format cannot carry.
        """
        texts = self._spelt(view)
        document: dict[str, Json] = {}
        for row in self.rows:
            if row.field in texts or row.blank:
                place(document, parts(row.source), texts.get(row.field, ""))
        return document

    def put(self, view: Json, old: Json) -> Json:
        """Return ``old`` saying what ``view`` says.

        A field that means the same keeps its old spelling: many-to-one codes, blanks and
        the spelling of days survive. Fields of the loss ledger are untouched.

        Raises:
            ContractViolation: Every fault of ``old``.
            KnowledgeError: Every field of the view that this format cannot carry.
        """
        before = dict(_leaves(self.get(old)))
        after = dict(_leaves(view))
        texts = self._spelt(view)
        # INVARIANT: get refuses every document that is no object.
        document = cast("dict[str, Json]", copy.deepcopy(old))
        for row in self.rows:
            if row.field in texts:
                if row.field not in before or before[row.field] != after[row.field]:
                    place(document, parts(row.source), texts[row.field])
            elif row.field in before and row.blank:
                place(document, parts(row.source), "")
            elif row.field in before:
                remove(document, parts(row.source))
        return document

    def _spelt(self, view: Json) -> dict[str, str]:
        texts: dict[str, str] = {}
        if faults := tuple(_spell(view, self.views, (), texts)):
            raise KnowledgeError(*faults)
        return texts


def _rows(file: MappingFile) -> Iterator[Row]:
    for field, rule in file.rules():
        codec = build_codec(rule.codec, codes=file.codes, field=field)
        if isinstance(codec, Codec):
            yield Row(field, rule.source, codec, rule.optional, rule.blank)


def _tree(leaves: Mapping[str, Row | None]) -> Tree:
    tree: Tree = {}
    for path, leaf in leaves.items():
        at = tree
        *containers, last = parts(path)
        for part in containers:
            at = cast("Tree", at.setdefault(part, {}))
        at[last] = leaf
    return tree


def _required(node: "Tree | Row | None") -> bool:
    if isinstance(node, dict):
        return any(_required(below) for below in node.values())
    return node is not None and not node.optional


def _leaves(view: Json, at: Path = ()) -> Iterator[tuple[str, Json]]:
    if isinstance(view, dict):
        for key, below in view.items():
            yield from _leaves(below, (*at, key))
    else:
        yield ".".join(at), view


def _read(document: Json, tree: Tree, at: Path, view: dict[str, Json]) -> Iterator[Reason]:
    # Fills the view and yields each fault once, at the outermost place.
    if not isinstance(document, dict):
        yield NOT_AN_OBJECT.of(field=".".join(at) or DOCUMENT, got=shape(document))
        return
    for key, node in tree.items():
        if isinstance(node, Row):
            yield from _read_field(document.get(key), node, view)
        elif key in document and node is not None:
            yield from _read(document[key], node, (*at, key), view)
        elif _required(node):
            path = ".".join((*at, key))
            yield FIELD_MISSING.of(field=path, expected=path)
    for key in sorted(document.keys() - tree.keys()):
        yield FIELD_UNKNOWN.of(field=DOCUMENT, got=".".join((*at, key)))


def _read_field(value: Json, row: Row, view: dict[str, Json]) -> Iterator[Reason]:
    if value is None or (isinstance(value, str) and not value.strip()):
        if not row.optional:
            yield FIELD_MISSING.of(field=row.field, expected=row.source)
    elif not isinstance(value, str):
        yield FIELD_NOT_TEXT.of(field=row.field, expected=row.source, got=shape(value))
    else:
        try:
            place(view, parts(row.field), row.codec.parse(value.strip()))
        except Unfit:
            yield FIELD_UNREADABLE.of(field=row.field, expected=row.place, got=shape(value))


def _spell(view: Json, tree: Tree, at: Path, texts: dict[str, str]) -> Iterator[Reason]:
    # Fills the texts by canonical path and yields each fault once, at the outermost place.
    if not isinstance(view, dict):
        yield VIEW_UNFIT.of(field=".".join(at) or DOCUMENT, expected="{}", got=shape(view))
        return
    for key, node in tree.items():
        path = ".".join((*at, key))
        if key not in view:
            if _required(node):
                yield VIEW_MISSING.of(field=path, expected=_places(node))
        elif isinstance(node, Row):
            yield from _spell_field(view[key], node, texts)
        elif node is not None:
            yield from _spell(view[key], node, (*at, key), texts)
    for key in sorted(view.keys() - tree.keys()):
        yield VIEW_UNKNOWN.of(field=".".join((*at, key)))


def _places(node: "Tree | Row | None") -> str:
    return node.place if isinstance(node, Row) else DOCUMENT


def _spell_field(value: Json, row: Row, texts: dict[str, str]) -> Iterator[Reason]:
    try:
        texts[row.field] = row.codec.print(value)
    except Unfit:
        yield VIEW_UNFIT.of(field=row.field, expected=row.place, got=shape(value))

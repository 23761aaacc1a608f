"""The lens: read a document into its canonical view, and write a view back.

``get`` reads, ``create`` writes a new document, ``put`` writes into an existing one and
leaves alone what still means the same and what the mapping does not touch. laws.py states
what holds between them.
"""

from dataclasses import dataclass, field
from typing import Final

from interop.errors import ContractViolation, KnowledgeError, Reason
from interop.lens.checks import check_mapping
from interop.lens.faults import Fault
from interop.lens.paths import shape
from interop.lens.plan import Row, Scope, leaf_rows, scope_of
from interop.lens.reading import DOCUMENT, fold, read, unfold
from interop.lens.reasons import VIEW_UNFIT
from interop.lens.schema import MappingFile, MappingHead
from interop.lens.shapes import xml_shape
from interop.lens.source import Compiled, compile_scope
from interop.lens.unfit import Unfit
from interop.lens.writing import view_faults
from interop.lens.xml import XmlShape, read_xml, write_xml
from interop.model.canonical import Json, json_bytes, read_json

# What compiled functions raise; anything else is a defect of ours and shows itself.
TROUBLE: Final = (ValueError, LookupError, TypeError, AttributeError)


@dataclass(frozen=True, slots=True)
class Lens:
    """A checked mapping, ready to read and write; safe to share between threads.

    Attributes:
        head: What the mapping file says of itself.
        digest: Digest of the mapping; goes into evidence.
        scope: What may stand in a document and in a view.
        compiled: The mapping compiled to Python; ``source`` shows it.
        folds: Whether documents are unfolded before reading.
        xml: The form of XML documents; None for JSON.
    """

    head: MappingHead
    digest: str
    scope: Scope = field(repr=False)
    compiled: Compiled = field(repr=False)
    folds: bool = field(repr=False)
    xml: XmlShape | None = field(repr=False)

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
        scope = scope_of(file)
        xml = xml_shape(file, scope) if file.mapping.is_xml else None
        return cls(
            head=file.mapping,
            digest=digest or file.digest(),
            scope=scope,
            compiled=compile_scope(scope),
            folds=scope.folds,
            xml=xml,
        )

    @property
    def source(self) -> str:
        """Return the mapping as compiled, in Python."""
        return self.compiled.text

    @property
    def rows(self) -> tuple[tuple[str, Row], ...]:
        """Return every field that the document says, with its canonical path."""
        found = leaf_rows(self.scope)
        return tuple((path, row) for path, row in found if isinstance(row, Row))

    def decode(self, document: bytes) -> Json:
        """Return a document as JSON, whatever its format.

        Raises:
            ContractViolation: It is not well-formed, or over a limit.
        """
        if self.xml is None:
            return read_json(document, error=ContractViolation, field=DOCUMENT, fractions=True)
        return read_xml(document, self.xml)

    def encode(self, document: Json) -> bytes:
        """Return the bytes of ``document`` in its format, XML leaves in layout order.

        Raises:
            KnowledgeError: It holds what the format cannot.
        """
        return json_bytes(document) if self.xml is None else write_xml(document, self.xml)

    def get(self, document: Json) -> Json:
        """Return the canonical view of ``document``.

        Raises:
            ContractViolation: Every fault of the document, each with canonical field and
                source path.
        """
        try:
            if not self.folds:
                return self.compiled.get(document)
            return self.compiled.get(self._unfolded(document))
        except TROUBLE:
            return self._read(document)

    def diagnose(self, document: Json) -> tuple[Fault, ...]:
        """Return every fault of ``document``; empty exactly if :meth:`get` returns."""
        unfolded, faults = unfold(document, self.scope)
        # A container that is missing is told of once, whoever looked for it.
        return tuple(dict.fromkeys((*faults, *read(unfolded, self.scope)[1])))

    def create(self, view: Json) -> Json:
        """Return a new document of ``view``.

        Raises:
            KnowledgeError: Every field of the view that this format cannot carry.
        """
        try:
            document = self.compiled.create(view)
            if self.folds:
                fold(document, self.scope)
        except TROUBLE:
            raise self._refused(view) from None
        return document

    def put(self, view: Json, old: Json) -> Json:
        """Return ``old`` saying what ``view`` says; shares with ``old`` what stays the same.

        A field that means the same keeps its old spelling: many-to-one codes, blanks and
        the spelling of days survive. Members of lists are aligned by their key. Fields of the
        loss ledger are untouched.

        Raises:
            ContractViolation: Every fault of ``old``.
            KnowledgeError: Every field of the view that this format cannot carry.
        """
        try:
            if not self.folds:
                return self.compiled.put(view, old)
            document = self.compiled.put(view, self._unfolded(old))
            fold(document, self.scope)
        except TROUBLE:
            if faults := self.diagnose(old):
                raise ContractViolation(*(fault.reason for fault in faults)) from None
            raise self._refused(view) from None
        return document

    def _unfolded(self, document: Json) -> Json:
        unfolded, faults = unfold(document, self.scope)
        if faults:
            raise Unfit
        return unfolded

    def _read(self, document: Json) -> Json:
        unfolded, faults = unfold(document, self.scope)
        view, more = read(unfolded, self.scope)
        if found := dict.fromkeys((*faults, *more)):
            raise ContractViolation(*(fault.reason for fault in found))
        return view

    def _refused(self, view: Json) -> KnowledgeError:
        """Return why ``view`` can't be written; what shows in the closing is one reason."""
        reasons = tuple(view_faults(view, self.scope))
        return KnowledgeError(*(reasons or self._unclosed(view)))

    def _unclosed(self, view: Json) -> tuple[Reason, ...]:
        shown = ", ".join(row.shown for _, row in self.rows if "+" in row.shown) or DOCUMENT
        return (VIEW_UNFIT.of(field=DOCUMENT, expected=shown, got=shape(view)),)

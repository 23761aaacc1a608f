"""The mapping file: one region's layout of one document, both ways.

::

    [mapping]
    id = "320000.business-licence"
    format = "xml-path"
    root = "CERT"
    layout = ["ZZMC", "ZZBH", "KZ.QYLX"]    # leaves in document order; XML only

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
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import ConfigDict, Field

from interop.errors import Reason
from interop.lens.codecs import Codec, build_codec
from interop.lens.paths import (
    PARTS_MAX,
    Path,
    inside,
    is_canonical,
    is_element,
    is_source,
    parts,
)
from interop.lens.reasons import (
    BLANK_MISFIT,
    CODE_LIST_EMPTY,
    CODE_LIST_QUOTIENT,
    FIELD_MUST_BE_FED,
    FIELD_NEVER_FED,
    FIELD_UNDECLARED,
    LAYOUT_INCOMPLETE,
    LEDGER_STALE,
    PATH_MALFORMED,
    PATH_OVERLAP,
    ROOT_MISFIT,
)
from interop.model.item import Verified
from interop.model.record import Record

FIELDS_MAX: Final = 500
CODE_LISTS_MAX: Final = 100
CODES_MAX: Final = 5_000

CodeList: TypeAlias = Annotated[dict[str, str], Field(max_length=CODES_MAX)]


class MappingHead(Record):
    """What the file is.

    Attributes:
        id: Region and document, such as ``320000.business-licence``.
        version: Semantic version of the file.
        region: Region code whose layout this is.
        format: ``json`` (flat or nested keys, Chinese too) or ``xml-path``.
        root: Name of the root element; XML only.
        layout: Every leaf element in document order; XML only.
        certificate: Canonical certificate type; empty for other documents.
        type_code: Code of the type in the region's own catalogue; empty for other documents.
        source: Where the layout comes from.
        verified: ``yes`` read in the official text, ``secondary`` in a copy, ``no`` not read.
        illustrative: True where no official text of this region backs the layout.
    """

    id: str = Field(min_length=1)
    version: str = Field(pattern=r"^\d{1,4}\.\d{1,4}\.\d{1,4}$")
    region: str = Field(pattern=r"^\d{6}$")
    format: Literal["json", "xml-path"]
    root: str = ""
    layout: tuple[str, ...] = Field(default=(), max_length=FIELDS_MAX)
    certificate: str = ""
    type_code: str = ""
    source: str = Field(min_length=1)
    verified: Verified
    illustrative: bool = False


class FieldRule(Record):
    """Where a canonical field stands in the document, and how it is spelt there.

    Attributes:
        source: Path in the document; key ``from`` in the file.
        codec: Codec with its argument, such as ``date:%Y年%m月%d日``.
        optional: Whether the document may lack the field or leave it empty.
        blank: Write a missing optional value as empty text, where the region's contract
            wants the field to be there.
    """

    model_config = ConfigDict(serialize_by_alias=True)

    source: str = Field(alias="from")
    codec: str = "text"
    optional: bool = False
    blank: bool = False


class Lost(Record):
    """One line of the loss ledger: a path, or for ``quotient`` a code list, and why."""

    path: str
    reason: str = Field(min_length=1)


class Loss(Record):
    """The loss ledger: what does not survive the way through the canonical view."""

    ignore: tuple[Lost, ...] = ()
    absent: tuple[Lost, ...] = ()
    quotient: tuple[Lost, ...] = ()


class MappingFile(Record):
    """One mapping file. :func:`check_mapping` says what this schema can't."""

    mapping: MappingHead
    codes: dict[str, CodeList] = Field(default_factory=dict, max_length=CODE_LISTS_MAX)
    fields: dict[str, str | FieldRule] = Field(min_length=1, max_length=FIELDS_MAX)
    loss: Loss = Field(default_factory=Loss)

    def rules(self) -> Iterator[tuple[str, FieldRule]]:
        """Yield each canonical path with its rule, a bare path being plain text."""
        for path, rule in self.fields.items():
            yield path, rule_of(rule)


def rule_of(rule: str | FieldRule) -> FieldRule:
    """Return ``rule`` spelt out."""
    if isinstance(rule, FieldRule):
        return rule
    return FieldRule.model_validate({"from": rule})


def check_mapping(
    file: MappingFile, *, canonical: Mapping[str, bool] | None = None
) -> tuple[Reason, ...]:
    """Return every problem of ``file`` that its schema can't say; empty if it is sound.

    Args:
        file: The mapping file.
        canonical: Canonical path to whether it is required. Without it, fields are just
            paths, and nothing is said about unknown or unfed ones.
    """
    return (
        *_paths(file),
        *_codecs(file),
        *_code_lists(file),
        *_layout(file),
        *(_canonical(file, canonical) if canonical is not None else ()),
    )


def _paths(file: MappingFile) -> Iterator[Reason]:
    sources = [(field, rule.source) for field, rule in file.rules()]
    sources += [("loss.ignore", lost.path) for lost in file.loss.ignore]
    targets = [(field, field) for field in file.fields]
    targets += [("loss.absent", lost.path) for lost in file.loss.absent]
    for listed, sound in ((sources, is_source), (targets, is_canonical)):
        for field, path in listed:
            if not sound(path):
                yield PATH_MALFORMED.of(field=field, expected=PARTS_MAX, got=path)
        yield from _overlaps(listed)


def _overlaps(listed: list[tuple[str, str]]) -> Iterator[Reason]:
    seen: dict[Path, str] = {}
    for field, path in sorted(listed, key=lambda pair: parts(pair[1])):
        own = parts(path)
        # Sorted by parts, a container comes right before what is in it.
        if seen and inside(own, last := next(reversed(seen))):
            yield PATH_OVERLAP.of(field=field, expected=seen[last], got=path)
        else:
            seen[own] = path


def _codecs(file: MappingFile) -> Iterator[Reason]:
    for field, rule in file.rules():
        codec = build_codec(rule.codec, codes=file.codes, field=field)
        if not isinstance(codec, Codec):
            yield codec
        if rule.blank and not rule.optional:
            yield BLANK_MISFIT.of(field=field)


def _code_lists(file: MappingFile) -> Iterator[Reason]:
    declared = {lost.path for lost in file.loss.quotient}
    for name, table in file.codes.items():
        if not table or any(code.strip() != code or not code for code in table):
            yield CODE_LIST_EMPTY.of(field=f"codes.{name}")
        times = Counter(table.values())
        merged = sorted(code for code, value in table.items() if times[value] > 1)
        if merged and name not in declared:
            yield CODE_LIST_QUOTIENT.of(field=f"codes.{name}", got=", ".join(merged))
        if not merged and name in declared:
            yield LEDGER_STALE.of(field="loss.quotient", got=name)
    for name in sorted(declared - file.codes.keys()):
        yield LEDGER_STALE.of(field="loss.quotient", got=name)


def _layout(file: MappingFile) -> Iterator[Reason]:
    head, is_xml = file.mapping, file.mapping.format == "xml-path"
    if not (is_element(head.root) if is_xml else head.root == ""):
        yield ROOT_MISFIT.of(field="mapping.root", got=head.root)
    for path in head.layout:
        if not is_element(path):
            yield PATH_MALFORMED.of(field="mapping.layout", expected=PARTS_MAX, got=path)
    known = {rule.source for _, rule in file.rules()} | {lost.path for lost in file.loss.ignore}
    listed = set(head.layout)
    for path in sorted(known ^ listed) if is_xml else sorted(listed):
        yield LAYOUT_INCOMPLETE.of(field="mapping.layout", got=path)


def _canonical(file: MappingFile, canonical: Mapping[str, bool]) -> Iterator[Reason]:
    absent = {lost.path for lost in file.loss.absent}
    fed = dict(file.rules())
    for field in sorted((fed.keys() | absent) - canonical.keys()):
        yield FIELD_UNDECLARED.of(field=field)
    for field, required in canonical.items():
        rule = fed.get(field)
        if required and (rule is None or rule.optional):
            yield FIELD_MUST_BE_FED.of(field=field)
        elif rule is None and field not in absent:
            yield FIELD_NEVER_FED.of(field=field)

"""What a mapping does, without a document: a static report, and where each field comes from.

Provenance costs nothing per document: it is a table of the mapping. Together with the digest
of the document and what a verifier says of its parts, it tells of every canonical value
where it stood, how it was read and whether that part was signed.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from interop.lens.mapping import Lens
from interop.lens.plan import Fixed, Row, leaf_rows
from interop.lens.schema import MappingFile

Kind: TypeAlias = Literal["bijective", "quotient", "one-way"]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where one canonical field comes from.

    Attributes:
        field: Canonical path; ``[]`` for each member of a list.
        source: Path in the document; empty for what the mapping itself says.
        codec: Codec with its argument.
        kind: ``bijective``: one value, one spelling, surrounding blanks aside.
            ``quotient``: several spellings of one value; writing keeps the old one.
            ``one-way``: read only; writing checks that the view agrees.
        mapping: Digest of the mapping file.
        part: Part of the package that the document is; empty if it is one piece.
        signed: Whether that part is signed; None if nobody has looked.
    """

    field: str
    source: str
    codec: str
    kind: Kind
    mapping: str
    part: str
    signed: bool | None


@dataclass(frozen=True, slots=True)
class Report:
    """What a mapping does and does not.

    Attributes:
        fields: Every canonical field that is fed.
        merged: Code lists that give one value to several codes.
        ignored: Source fields that the view does not hold, with the reason.
        absent: Canonical fields that this region never feeds, with the reason.
    """

    fields: tuple[Origin, ...]
    merged: tuple[str, ...]
    ignored: tuple[tuple[str, str], ...]
    absent: tuple[tuple[str, str], ...]


def provenance(lens: Lens, *, signed: Collection[str] | None = None) -> tuple[Origin, ...]:
    """Return where every canonical field comes from.

    Args:
        lens: The mapping.
        signed: Parts of the package that a verifier found signed and whole; None if nobody
            has looked. A document in one piece is the part ``""``.
    """
    return tuple(_origins(lens, signed))


def _origins(lens: Lens, signed: Collection[str] | None) -> Iterator[Origin]:
    part = lens.head.package_part
    is_signed = None if signed is None else part in signed
    for field, row in leaf_rows(lens.scope):
        if isinstance(row, Row):
            kind: Kind = "bijective" if row.codec.exact else "quotient"
            yield Origin(field, row.shown, row.codec.spec, kind, lens.digest, part, is_signed)
        elif isinstance(row, Fixed):
            codec = f"same_as:{'.'.join(row.same_as)}" if row.same_as else "value"
            yield Origin(field, "", codec, "one-way", lens.digest, part, is_signed)


def unsigned_fields(lens: Lens, *, signed: Collection[str]) -> tuple[str, ...]:
    """Return the fields that need a signed part and do not come from one.

    What is not signed can be forged: no exemption rests on it.
    """
    wanted = set(lens.head.requires_signed)
    return tuple(
        origin.field
        for origin in provenance(lens, signed=signed)
        if origin.field in wanted and not origin.signed
    )


def report(file: MappingFile, lens: Lens) -> Report:
    """Return the static report of ``file`` and its ``lens``."""
    lines = list(file.loss.lines())
    return Report(
        fields=provenance(lens),
        merged=tuple(
            name for name, table in file.codes.items() if len(set(table.values())) < len(table)
        ),
        ignored=tuple((line.path, line.reason) for name, line in lines if name == "ignore"),
        absent=tuple((line.path, line.reason) for name, line in lines if name == "absent"),
    )

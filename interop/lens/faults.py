"""What is wrong with one place of a document: where, by which codec, and a masked value."""

from dataclasses import dataclass
from typing import Final

from interop.errors import Reason, ReasonRow
from interop.lens.paths import masked
from interop.model.canonical import Json

NOTHING: Final = "nothing"


class Broken:
    """Stands where a fault was told of already, so that it is told once."""


def is_broken(value: object) -> bool:
    """Return whether a fault was told of what stood here."""
    return isinstance(value, Broken)


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a document.

    Attributes:
        row: Its wording.
        field: Canonical path, or the source path where none is concerned.
        source: Path in the document.
        codec: Codec that could not read the value; empty if none was asked.
        masked: Outline of the value: its signs, with every letter and digit masked.
    """

    row: ReasonRow
    field: str
    source: str
    codec: str
    masked: str

    @property
    def code(self) -> str:
        """Return the code of the reason."""
        return self.row.code

    @property
    def reason(self) -> Reason:
        """Return the fault in words."""
        place = f"{self.source} ({self.codec})" if self.codec else self.source
        return self.row.of(field=self.field, expected=place, got=self.masked)

    @classmethod
    def of(
        cls, row: ReasonRow, *, field: str, source: str, codec: str = "", value: Json = None
    ) -> "Fault":
        """Return the fault that ``row`` words; ``value`` is only shown masked."""
        return cls(row, field, source, codec, masked(value))

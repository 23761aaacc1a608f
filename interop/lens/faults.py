"""What is wrong with one place of a document: where, by which codec, and a masked value."""

from dataclasses import dataclass
from typing import Final

from interop.errors import Reason, ReasonRow
from interop.lens.paths import masked
from interop.model.canonical import Json

NOTHING: Final = "nothing"


class Broken:
    """Stands where a fault was told of already, so that it is told once."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a document.

    Attributes:
        reason: Its wording.
        field: Canonical path, or the source path where none is concerned.
        source: Path in the document.
        codec: Codec that could not read the value; empty if none was asked.
        masked: Outline of the value: its signs, with every letter and digit masked.
    """

    reason: Reason
    field: str
    source: str
    codec: str
    masked: str

    @property
    def code(self) -> str:
        """Return the code of the reason."""
        return self.reason.code

    @classmethod
    def of(
        cls, row: ReasonRow, *, field: str, source: str, codec: str = "", value: Json = None
    ) -> "Fault":
        """Return the fault that ``row`` words; ``value`` is only shown masked."""
        shown = masked(value)
        place = f"{source} ({codec})" if codec else source
        return cls(row.of(field=field, expected=place, got=shown), field, source, codec, shown)

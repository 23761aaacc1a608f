"""What contents of materials (申请材料) are taken: which types, how large, known by what.

Denied unless a row allows it. A type is never believed by its name: the content must begin as
its format prescribes. That shows no more than what the file claims to be; nothing here makes
an active document harmless.
"""

from collections.abc import Iterable, Iterator
from typing import Final, Self

from pydantic import Field

from interop.cases.keeping_reasons import (
    MATERIAL_DISGUISED,
    MATERIAL_LARGE,
    MATERIAL_MAGIC,
    MATERIAL_ROW_TWICE,
    MATERIAL_TYPE,
)
from interop.errors import Reason
from interop.model.case import Application, SubmittedMaterial
from interop.model.item import Verified
from interop.model.record import Record

# As much of a content as a row may look at.
HEAD_BYTES: Final = 64
# Between a code and the place of a file, where one material is several files.
FILE: Final = "~"


class MediaRow(Record):
    """One type that is taken.

    Attributes:
        media_type: Such as ``application/pdf``; lower case.
        zh: What it is, in Chinese.
        en: What it is, in English.
        begins: What its content begins with, in hexadecimal; one of them.
        bytes_max: Most bytes of one file.
        source: Where its format says so.
        verified: Whether that was read in the original.
    """

    media_type: str
    zh: str
    en: str
    begins: tuple[str, ...]
    bytes_max: int = Field(ge=1)
    source: str
    verified: Verified


class MaterialRules(Record):
    """The contents that one region takes, or the common ones.

    Attributes:
        region: Region code, or ``canonical``.
        media: What is taken.
        case_bytes_max: Most bytes of all files of one case.
        illustrative: True where no official text sets these limits.
        source: Where types and limits come from.
    """

    region: str
    version: str
    media: tuple[MediaRow, ...] = Field(min_length=1)
    case_bytes_max: int = Field(ge=1)
    illustrative: bool = False
    source: str
    verified: Verified

    @classmethod
    def check(cls, rules: Self) -> tuple[Reason, ...]:
        """Return every problem: a type named twice, or one that cannot be told."""
        return tuple(_problems(rules))

    def refusals(self, told: SubmittedMaterial) -> Iterator[Reason]:
        """Yield why a content is not taken, by what it is declared to be."""
        row = self._row(told.media_type)
        if row is None:
            known = ", ".join(one.media_type for one in self.media)
            yield MATERIAL_TYPE.of(field=told.code, expected=known, got=told.media_type)
        elif not told.size:
            yield MATERIAL_DISGUISED.of(field=told.code, expected=told.media_type)
        elif told.size > row.bytes_max:
            yield MATERIAL_LARGE.of(field=told.code, expected=row.bytes_max, got=told.size)

    def disguise(self, told: SubmittedMaterial, head: bytes) -> Reason | None:
        """Return why a content cannot be what it is declared to be, by its first bytes."""
        row = self._row(told.media_type)
        begins = () if row is None else row.begins
        if any(head.startswith(bytes.fromhex(magic)) for magic in begins):
            return None
        return MATERIAL_DISGUISED.of(field=told.code, expected=told.media_type)

    def over(self, all_told: Iterable[SubmittedMaterial]) -> Reason | None:
        """Return why the files of a case are too large together."""
        size = sum(told.size for told in all_told)
        if size <= self.case_bytes_max:
            return None
        return MATERIAL_LARGE.of(field="materials", expected=self.case_bytes_max, got=size)

    def _row(self, media_type: str) -> MediaRow | None:
        return next((row for row in self.media if row.media_type == media_type), None)


def files_of(
    application: Application, supplements: Iterable[SubmittedMaterial] = ()
) -> dict[str, SubmittedMaterial]:
    """Return the files of a case by what each is addressed as.

    A material of one file has its own code; of several, the second is ``code~2`` and so on.

    Args:
        application: The application.
        supplements: What was handed in since, in its order.
    """
    found: dict[str, SubmittedMaterial] = {}
    for told in (*application.materials, *supplements):
        same = sum(1 for one in found.values() if one.code == told.code)
        found[told.code if not same else f"{told.code}{FILE}{same + 1}"] = told
    return {code: told.model_copy(update={"code": code}) for code, told in found.items()}


def _problems(rules: MaterialRules) -> Iterator[Reason]:
    names = [row.media_type for row in rules.media]
    for index, row in enumerate(rules.media):
        path = f"media[{index}]"
        if row.media_type in names[:index]:
            yield MATERIAL_ROW_TWICE.of(field=path, got=row.media_type)
        if not row.begins or not all(_is_magic(magic) for magic in row.begins):
            yield MATERIAL_MAGIC.of(field=f"{path}.begins", got=row.media_type)


def _is_magic(text: str) -> bool:
    try:
        return 0 < len(bytes.fromhex(text)) <= HEAD_BYTES
    except ValueError:
        return False

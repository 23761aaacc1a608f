"""What a case's steps need of contents of materials: all here, verified, before they count."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from pydantic import Field

from interop.cases import MaterialRules, files_of
from interop.errors import CaseError, Reason
from interop.gateway import kinds
from interop.gateway.desk import Desk, Sitting
from interop.gateway.dossier import Dossier
from interop.gateway.material_reasons import MATERIAL_PENDING, MATERIAL_UNFINISHED
from interop.model.canonical import Json
from interop.model.case import CaseFact, SubmittedMaterial
from interop.model.record import Record
from interop.store import cases as rows
from interop.store import materials
from interop.store.materials import Content

SUPPLEMENTED: Final = "supplemented"
DRAFT: Final = "supplement-draft"
# What the fact of a supplement says of materials; both are the window's gateway's to say.
BROUGHT: Final = ("materials", "contents")
SUPPLEMENTS_MAX: Final = 100


class Supplement(Record):
    """What a supplement (补正) hands in.

    Attributes:
        materials: The materials, in the order that their files are addressed by.
        contents: Those whose content the window holds, to be brought to the organ.
    """

    materials: tuple[SubmittedMaterial, ...] = Field(max_length=SUPPLEMENTS_MAX)
    contents: tuple[str, ...] = Field(default=(), max_length=SUPPLEMENTS_MAX)


def material_rules(desk: Desk) -> MaterialRules:
    """Return which contents this region takes, else the common rules."""
    own = (*desk.library.chain(desk.region), kinds.COMMON)
    return desk.library.knowledge.nearest(kinds.MATERIALS, own).value


def with_contents(at: Sitting, dossier: Dossier) -> Dossier:
    """Return the dossier whose package names the contents held here, to be handed over.

    Raises:
        CaseError: ``material-unfinished``, one per upload that was begun only.
    """
    held = materials.listed(at.tx, dossier.row.number)
    if lacking := tuple(unfinished(one) for one in held if not one.complete):
        raise CaseError(*lacking)
    if not held:
        return dossier
    codes = tuple(one.told.code for one in held)
    package = dossier.package.model_copy(update={"contents": codes})
    return replace(dossier, package=package)


def supplements(dossier: Dossier) -> tuple[Supplement, ...]:
    """Return what was handed in after the hand-over, as the window's facts tell it."""
    facts = (fact for fact in dossier.facts if fact.type == SUPPLEMENTED)
    return tuple(told for told in map(told_by, facts) if told is not None)


def told_by(fact: CaseFact) -> Supplement | None:
    """Return what a supplement hands in by the fact that states it; None for paper alone.

    Raises:
        CaseError: ``record-invalid``, one per problem.
    """
    told: dict[str, Json] = {key: fact.body[key] for key in BROUGHT if key in fact.body}
    return Supplement.from_value(told, field=fact.type) if told else None


def draft_of(at: Sitting, dossier: Dossier) -> tuple[SubmittedMaterial, ...]:
    """Return what the host has declared for the supplement that it has not stated yet."""
    kept = rows.document(at.tx, dossier.row.number, DRAFT)
    return Supplement.from_json(kept, field=DRAFT).materials if kept else ()


def files(
    dossier: Dossier, draft: tuple[SubmittedMaterial, ...] = ()
) -> dict[str, SubmittedMaterial]:
    """Return every file of a case by what it is addressed as, supplements after the rest."""
    since = (told for one in supplements(dossier) for told in one.materials)
    return files_of(dossier.application, (*since, *draft))


def travelling(dossier: Dossier) -> Mapping[str, SubmittedMaterial | None]:
    """Return the contents that the window hands to the organ, by code.

    One that is not declared, as only a mistaken window names it, is None.
    """
    since = (code for one in supplements(dossier) for code in one.contents)
    declared = files(dossier)
    return {code: declared.get(code) for code in (*(dossier.package.contents or ()), *since)}


def require_contents(at: Sitting, dossier: Dossier) -> None:
    """Refuse a step while a content that the window holds is not here and verified.

    Raises:
        CaseError: ``material-pending``, one per content.
    """
    if missing := tuple(_pending(at, dossier)):
        raise CaseError(*missing)


def _pending(at: Sitting, dossier: Dossier) -> Iterator[Reason]:
    """Yield why each content that the window hands over does not count here yet."""
    wanted = travelling(dossier)
    if not wanted:
        return
    held = {one.told.code: one for one in materials.listed(at.tx, dossier.row.number)}
    for code in wanted:
        one = held.get(code)
        if one is None:
            yield MATERIAL_PENDING.of(field=code, expected="?", got=0)
        elif not one.complete:
            yield MATERIAL_PENDING.of(field=code, expected=one.told.size, got=one.held)


def unfinished(one: Content) -> Reason:
    """Return the refusal of a step for a content whose upload was begun only."""
    return MATERIAL_UNFINISHED.of(field=one.told.code, expected=one.told.size, got=one.held)

"""What a case's steps need of contents of materials: all here, verified, before they count."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from interop.cases import MaterialRules, files_of
from interop.errors import CaseError, Reason
from interop.gateway import kinds
from interop.gateway.desk import Desk, Sitting
from interop.gateway.dossier import Dossier
from interop.gateway.material_reasons import MATERIAL_PENDING, MATERIAL_UNFINISHED
from interop.model.case import SubmittedMaterial
from interop.store import materials
from interop.store.materials import Content


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
    if lacking := tuple(_lacking(one) for one in held if not one.complete):
        raise CaseError(*lacking)
    if not held:
        return dossier
    codes = tuple(one.told.code for one in held)
    package = dossier.package.model_copy(update={"contents": codes})
    return replace(dossier, package=package)


def travelling(dossier: Dossier) -> Mapping[str, SubmittedMaterial | None]:
    """Return the contents that the window hands to the organ, by code.

    One that the application does not declare, as only a mistaken window names it, is None.
    """
    files = files_of(dossier.application)
    return {code: files.get(code) for code in dossier.package.contents or ()}


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


def _lacking(one: Content) -> Reason:
    return MATERIAL_UNFINISHED.of(field=one.told.code, expected=one.told.size, got=one.held)

"""What a supplement (补正) brings: declared by the host, sent in, and stated with its fact.

As with the hand-over a content may be sent once it is declared, the fact is not stated while an
upload is unfinished, and the organ does not accept before what the fact names has arrived.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from interop.cases import files_of
from interop.errors import CaseError, Reason
from interop.gateway import sending, uploading
from interop.gateway.commands import require_bounded
from interop.gateway.contents import (
    BROUGHT,
    DRAFT,
    SUPPLEMENTED,
    Supplement,
    draft_of,
    files,
    material_rules,
    supplements,
    told_by,
    unfinished,
)
from interop.gateway.desk import Desk, Sitting
from interop.gateway.dossier import Dossier, open_dossier
from interop.gateway.ledger import already, next_fact, require_statable
from interop.gateway.material_reasons import MATERIAL_CLOSED, MATERIAL_CODE
from interop.gateway.reasons import STEP_VALUE
from interop.gateway.uploading import HeldMaterial
from interop.model.canonical import Json
from interop.model.case import CaseFact, SubmittedMaterial
from interop.model.record import Record
from interop.store import cases as rows
from interop.store import materials


class DeclaredSupplement(Record):
    """The files of a supplement that is not stated yet.

    Attributes:
        case: Case number.
        materials: Each as it is addressed, with how much of its content is held.
    """

    case: str
    materials: tuple[HeldMaterial, ...]


def declare(desk: Desk, number: str, told: tuple[SubmittedMaterial, ...]) -> DeclaredSupplement:
    """Declare what a supplement hands in, so that contents of it may be sent.

    What was declared before for the same supplement is replaced.

    Args:
        desk: The gateway of the window.
        number: Case number.
        told: The materials, at most 100; paper ones too.

    Raises:
        CaseError: ``not-competent``, ``transition-illegal``, ``material-closed`` once it is
            stated, ``material-code``, ``material-type``, ``material-large``.
    """
    with desk.store.transaction_about(number) as tx:
        at = Sitting(desk, tx)
        dossier = open_dossier(at, number)
        if already(at, dossier, SUPPLEMENTED):
            raise CaseError(MATERIAL_CLOSED.of(field="materials", got=number))
        require_statable(at, dossier, next_fact(desk, dossier, SUPPLEMENTED, {}))
        if problems := tuple(_problems(desk, dossier, told)):
            raise CaseError(*problems)
        rows.put_document(tx, number, DRAFT, Supplement(materials=told).to_bytes())
    new = files(dossier, told).keys() - files(dossier).keys()
    held = tuple(uploading.standing(desk, number, code) for code in sorted(new))
    return DeclaredSupplement(case=number, materials=held)


def with_supplement(at: Sitting, dossier: Dossier, body: dict[str, Json]) -> dict[str, Json]:
    """Return what the fact of a supplement says, with what was declared and sent for it.

    Raises:
        CaseError: ``material-unfinished``, one per upload that was begun only;
            ``step-value-unknown`` where the host says itself what the gateway has to.
    """
    if any(key in body for key in BROUGHT):
        raise CaseError(STEP_VALUE.of(field="body", expected="-", got=", ".join(BROUGHT)))
    draft = draft_of(at, dossier)
    if not draft:
        return body
    known, declared = files(dossier), files(dossier, draft)
    new = {code: told for code, told in declared.items() if code not in known}
    # What was sent for an earlier declaration of the same code is none of this one.
    listed = materials.listed(at.tx, dossier.row.number)
    held = [one for one in listed if new.get(one.told.code) == one.told]
    if lacking := tuple(unfinished(one) for one in held if not one.complete):
        raise CaseError(*lacking)
    contents = tuple(one.told.code for one in held)
    said = Supplement(materials=draft, contents=contents).masked()
    full = body | said if isinstance(said, dict) else body
    require_bounded(SUPPLEMENTED, full)
    return full


def leave(at: Sitting, dossier: Dossier) -> None:
    """Let what a supplement has brought go to the organ."""
    rows.put_document(at.tx, dossier.row.number, DRAFT, b"")
    sending.intend(at, dossier)


def problems_of(dossier: Dossier, facts: Iterable[CaseFact]) -> Iterator[Reason]:
    """Yield why what the other side says of a supplement cannot be kept."""
    for fact in facts:
        if fact.type == SUPPLEMENTED:
            yield from _told_wrong(dossier, fact)


def _told_wrong(dossier: Dossier, fact: CaseFact) -> Iterator[Reason]:
    try:
        told = told_by(fact)
    except CaseError as fault:
        yield from fault.reasons
        return
    # A fact that came before is no news.
    if told is None or fact in dossier.facts:
        return
    yield from _misnamed(dossier, told.materials)
    after = files(replace(dossier, facts=(*dossier.facts, fact)))
    for code in sorted(set(told.contents) - (after.keys() - files(dossier).keys())):
        yield MATERIAL_CODE.of(field=code)


def _problems(
    desk: Desk, dossier: Dossier, told: tuple[SubmittedMaterial, ...]
) -> Iterator[Reason]:
    rules = material_rules(desk)
    yield from _misnamed(dossier, told)
    for one in told:
        yield from rules.refusals(one)
    over = rules.over(files(dossier, told).values())
    if over is not None:
        yield over


def _misnamed(dossier: Dossier, told: tuple[SubmittedMaterial, ...]) -> Iterator[Reason]:
    """Yield a reason for a file that would be addressed as one that is there already."""
    before = (one for since in supplements(dossier) for one in since.materials)
    known = dossier.application, [*before]
    for place, one in enumerate(told, start=1):
        earlier = files_of(known[0], (*known[1], *told[: place - 1]))
        now = files_of(known[0], (*known[1], *told[:place]))
        if len(now) != len(earlier) + 1:
            yield MATERIAL_CODE.of(field=one.code)

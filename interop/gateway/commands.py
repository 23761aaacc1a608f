"""The commands (请求) of a case as they are kept here, and which of them a fact answers."""

from collections.abc import Mapping
from typing import Final

from interop.cases.commands import ANSWERS, DECLINED, Answer, answered, open_commands
from interop.errors import CaseError
from interop.gateway.desk import Desk, Sitting
from interop.gateway.dossier import Dossier, deemed_case
from interop.gateway.step_reasons import (
    COMMAND_CONFLICT,
    COMMAND_UNKNOWN,
    COMMANDS_TOO_MANY,
    FACT_BODY,
)
from interop.model.canonical import Json, canonical_bytes
from interop.model.case import CaseSide, Command
from interop.model.record import Record
from interop.store import cases as rows

COMMANDS: Final = "commands"
COMMANDS_MAX: Final = 100
BODY_BYTES_MAX: Final = 64 * 1024


class Commands(Record):
    """What the two sides of a case have asked of each other.

    Attributes:
        commands: In the order they came to be known here.
        answers: What became of those that are answered.
    """

    commands: tuple[Command, ...] = ()
    answers: tuple[Answer, ...] = ()


class _Kept(Record):
    commands: tuple[Command, ...] = ()


def require_bounded(fact_type: str, body: Mapping[str, Json]) -> None:
    """Refuse more than a fact or a command has to say.

    Raises:
        CaseError: ``fact-body-too-large``.
    """
    size = len(canonical_bytes(dict(body)))
    if size > BODY_BYTES_MAX:
        raise CaseError(FACT_BODY.of(field=fact_type, expected=BODY_BYTES_MAX, got=size))


def commands_of(at: Sitting, number: str) -> tuple[Command, ...]:
    """Return the commands of a case, in the order they came to be known here."""
    kept = rows.document(at.tx, number, COMMANDS)
    return () if kept is None else _Kept.from_json(kept, field=COMMANDS).commands


def all_commands(at: Sitting, dossier: Dossier) -> Commands:
    """Return the commands of a case with their answers."""
    found = commands_of(at, dossier.row.number)
    answers = answered(deemed_case(at.desk, dossier), found, dossier.facts)
    return Commands(commands=found, answers=answers)


def keep_command(at: Sitting, command: Command) -> bool:
    """Keep a command; return False if it was known.

    Raises:
        CaseError: ``command-conflict`` if its id stands for another, ``command-limit``.
    """
    known = commands_of(at, command.case)
    held = next((one for one in known if one.id == command.id), None)
    if held is not None and held != command:
        raise CaseError(COMMAND_CONFLICT.of(field=command.id))
    if held is not None:
        return False
    if len(known) >= COMMANDS_MAX:
        raise CaseError(COMMANDS_TOO_MANY.of(field=command.case, expected=COMMANDS_MAX))
    kept = _Kept(commands=(*known, command))
    rows.put_document(at.tx, command.case, COMMANDS, kept.to_bytes())
    return True


def answering(
    at: Sitting, dossier: Dossier, fact_type: str, body: Mapping[str, Json]
) -> dict[str, Json]:
    """Return the body of a fact with the command that it answers, if it answers one.

    A fact that was asked for answers the oldest open command that it says all of, whichever
    verb states it; one that names a command must name an open one that asks for it.

    Raises:
        CaseError: ``command-unknown``.
    """
    full, row = dict(body), dossier.table.row(fact_type)
    named = full.get(ANSWERS)
    declines = fact_type in DECLINED
    if not (row.asked or declines or named):
        return full
    waiting = [
        one
        for one in _put_to_us(at, dossier, row.side)
        if declines or (one.asks == fact_type and _says(full, one))
    ]
    if named is None and not declines:
        return full | ({ANSWERS: waiting[0].id} if waiting else {})
    if named not in {one.id for one in waiting}:
        shown = ", ".join(one.id for one in waiting) or "-"
        raise CaseError(COMMAND_UNKNOWN.of(field=fact_type, expected=shown, got=named or "-"))
    return full


def _put_to_us(at: Sitting, dossier: Dossier, side: str) -> tuple[Command, ...]:
    case = deemed_case(at.desk, dossier)
    found = open_commands(case, commands_of(at, dossier.row.number), dossier.facts)
    return tuple(one for one in found if one.side != side)


def _says(body: Mapping[str, Json], command: Command) -> bool:
    return all(body.get(key) == value for key, value in command.body.items())


def own_side(desk: Desk, dossier: Dossier) -> CaseSide:
    """Return the side that this gateway takes; the receiving one where it takes both."""
    return "receiving" if dossier.row.receiving == desk.region else "handling"

"""Ask the other side: a command goes through the exchange and changes no state."""

from collections.abc import Mapping

from interop.cases.commands import answerable, ask
from interop.errors import CaseError
from interop.exchange import Message, post
from interop.gateway.commands import (
    Commands,
    all_commands,
    commands_of,
    keep_command,
    own_side,
    require_bounded,
)
from interop.gateway.desk import Desk, Sitting
from interop.gateway.dossier import Dossier, deemed_case, open_dossier, other_region
from interop.gateway.ledger import note, require_moving
from interop.gateway.step_reasons import COMMAND_TOO_LATE, NOBODY_TO_ASK
from interop.model.canonical import Json
from interop.model.case import CaseSide, Command
from interop.store import cases as rows


def ask_for(
    desk: Desk, number: str, fact_type: str, *, body: Mapping[str, Json] | None = None
) -> Command:
    """Ask the side that owns a fact to state it; asking the same again asks nothing new.

    Args:
        desk: The gateway.
        number: Case number.
        fact_type: Type of the fact, one that the table lets be asked for.
        body: What the fact should say.

    Raises:
        CaseError: ``not-competent``, ``command-own-fact``, ``command-not-askable``,
            ``fact-unknown``, ``command-nobody-to-ask``, ``command-out-of-time``,
            ``command-limit``, ``fact-body-too-large``, ``case-parked``, ``case-unknown``.
    """
    require_bounded(fact_type, body or {})
    with desk.sit() as at:
        dossier = open_dossier(at, number)
        command = _command(at, dossier, fact_type, dict(body or {}))
        ask(dossier.case, command, table=dossier.table, region=desk.region)
        known = _asked_before(at, command)
        if known is not None:
            return known
        _require_askable(at, dossier, command)
        keep_command(at, command)
        note(at, number, f"command-{fact_type}", command.digest())
        _send(at, dossier, command)
        return command


def take_command(at: Sitting, dossier: Dossier, command: Command, *, source: str) -> None:
    """Keep a command of the other side, once.

    It may come too late for an answer: then it stands here as out of time.

    Raises:
        CaseError: It is not theirs to ask, or its id stands for another command.
    """
    ask(dossier.case, command, table=dossier.table, region=source)
    if keep_command(at, command):
        note(at, command.case, f"command-{command.asks}", command.digest())


def commands(desk: Desk, number: str) -> Commands:
    """Return what the two sides have asked of each other, and the answers.

    Raises:
        CaseError: ``case-unknown``.
    """
    with desk.sit() as at:
        return all_commands(at, open_dossier(at, number))


def _command(at: Sitting, dossier: Dossier, fact_type: str, body: dict[str, Json]) -> Command:
    desk, number = at.desk, dossier.row.number
    side: CaseSide = own_side(desk, dossier)
    if dossier.row.receiving == dossier.row.handling:
        # One gateway takes both sides: it asks as the one that does not own the fact.
        owner = dossier.table.row(fact_type).side
        side = "handling" if owner == "receiving" else "receiving"
    own = sum(1 for one in commands_of(at, number) if one.side == side)
    return Command(
        id=f"{side}/{own + 1}", case=number, side=side, asks=fact_type, at=desk.now(), body=body
    )


def _asked_before(at: Sitting, command: Command) -> Command | None:
    wanted = (command.side, command.asks, command.body)
    known = commands_of(at, command.case)
    return next((one for one in known if (one.side, one.asks, one.body) == wanted), None)


def _require_askable(at: Sitting, dossier: Dossier, command: Command) -> None:
    require_moving(at, dossier)
    if dossier.said("handed-over") is None:
        raise CaseError(NOBODY_TO_ASK.of(field=command.case))
    case = deemed_case(at.desk, dossier)
    if not answerable(case, command, table=dossier.table):
        raise CaseError(COMMAND_TOO_LATE.of(field=command.asks, got=case.state))


def _send(at: Sitting, dossier: Dossier, command: Command) -> None:
    peer = other_region(at.desk, dossier)
    if peer is not None:
        row = rows.require(at.tx, command.case)
        message = Message(commands=(command,), state_hash=row.state_hash)
        name = f"{command.case}/command/{command.id}"
        post(at.tx, message, peer=peer, message_id=name, at=command.at)

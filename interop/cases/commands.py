"""Commands ask, owners' facts answer.

What one side wants from the other it asks for. A command changes no state: the owner answers
by stating the fact, or by declining with a reason; until then it is open.
"""

from collections.abc import Iterable
from typing import Final

from interop.cases.fold import in_time, stands_in
from interop.cases.lifecycle import LifeCycle
from interop.cases.reasons import COMMAND_NOT_ASKABLE, COMMAND_OWN_FACT, NOT_COMPETENT
from interop.errors import CaseError, Side
from interop.model.case import Case, CaseFact, Command
from interop.model.record import Record

# The value of a fact that names the command it answers, done or declined.
ANSWERS: Final = "answers"
DECLINED: Final = frozenset({"command-declined", "command-returned"})


class Answer(Record):
    """What became of a command.

    Attributes:
        command: Its id.
        fact: The fact that answers it, as ``side:seq``.
        done: Whether the owner stated what was asked for, or declined.
        reason: Why it declined.
    """

    command: str
    fact: str
    done: bool
    reason: str = ""


def ask(case: Case, command: Command, *, table: LifeCycle, region: str) -> Command:
    """Return ``command`` if ``region`` may ask for it; whether it is granted is the owner's.

    Raises:
        CaseError: ``not-competent`` for a region that is not the side it names,
            ``command-own-fact``, ``command-not-askable`` or ``fact-unknown``.
    """
    own = case.receiving if command.side == "receiving" else case.handling
    if region != own:
        raise CaseError(
            NOT_COMPETENT.of(field=command.asks, expected=own, got=region, side=Side.HOST)
        )
    row = table.row(command.asks)
    if row.side == command.side:
        raise CaseError(COMMAND_OWN_FACT.of(field=command.asks))
    if not row.asked:
        other = [r.type for r in table.facts if r.asked and r.side != command.side]
        raise CaseError(COMMAND_NOT_ASKABLE.of(field=command.asks, expected=", ".join(other)))
    return command


def answered(
    case: Case, commands: Iterable[Command], facts: Iterable[CaseFact]
) -> tuple[Answer, ...]:
    """Return the answers to commands; whatever has none is open.

    Only a fact of the side that was asked answers, and only one that counts: a fact out of
    time has done nothing.
    """
    asked = {command.id: command for command in commands if command.case == case.number}
    found = dict[str, Answer]()
    for fact in in_time(case, facts):
        command = asked.get(str(fact.body.get(ANSWERS, "")))
        if command is None or fact.side == command.side or command.id in found:
            continue
        declined = fact.type in DECLINED
        if declined or fact.type == command.asks:
            found[command.id] = Answer(
                command=command.id,
                fact=f"{fact.side}:{fact.seq}",
                done=not declined,
                reason=str(fact.body.get("reason", "")) if declined else "",
            )
    return tuple(found.values())


def declining(command: Command) -> str:
    """Return the type of the fact by which the side that was asked declines."""
    return "command-declined" if command.side == "receiving" else "command-returned"


def answerable(case: Case, command: Command, *, table: LifeCycle) -> bool:
    """Return whether the side that was asked can still state what is asked for, or decline."""
    ways = (command.asks, declining(command))
    return any(stands_in(case, table.row(name)) for name in ways)


def open_commands(
    case: Case, commands: Iterable[Command], facts: Iterable[CaseFact]
) -> tuple[Command, ...]:
    """Return the commands that no fact has answered yet."""
    listed = tuple(commands)
    closed = {answer.command for answer in answered(case, listed, facts)}
    return tuple(one for one in listed if one.id not in closed)

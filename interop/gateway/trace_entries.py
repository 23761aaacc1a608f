"""Entries of a trace: notices with their seals, commands with their answers."""

from datetime import date
from typing import Literal

from pydantic import AwareDatetime

from interop.cases.commands import Answer, answerable
from interop.gateway.commands import all_commands
from interop.gateway.desk import Sitting
from interop.gateway.dossier import Dossier
from interop.gateway.marks import SEAL, mark_of
from interop.model.case import Case, Command, Notice
from interop.model.record import Record
from interop.store import cases as rows
from interop.store import tasks

SealState = Literal["none", "waiting", "sealed"]
CommandState = Literal["open", "done", "declined", "out-of-time"]


class NoticeEntry(Record):
    """A notice without its text.

    Attributes:
        seal: Whether it bears the organ's seal, waits for it, or is to have none.
        seal_problem: Why the last try to have it sealed failed; empty if none did.
    """

    kind: str
    number: str
    region: str
    on: date
    seal: SealState = "none"
    seal_problem: str = ""


class CommandEntry(Record):
    """What one side asked of the other, without what it says.

    Attributes:
        id: Its id.
        region: Region that asked.
        asks: Type of the fact that is asked for.
        at: When; aware.
        state: What became of it. ``out-of-time``: nobody can answer it any more.
        answer: The fact that answers it, as ``side:seq``; empty if none does.
    """

    id: str
    region: str
    asks: str
    at: AwareDatetime
    state: CommandState
    answer: str = ""


def notice_entries(at: Sitting, number: str) -> tuple[NoticeEntry, ...]:
    """Return the notices of a case, each with what is known of its seal."""
    task = tasks.open_task(at.tx, kind=SEAL, case=number)
    return tuple(_notice(at, notice, task) for notice in rows.notices(at.tx, number))


def _notice(at: Sitting, notice: Notice, task: tasks.Task | None) -> NoticeEntry:
    sealed = mark_of(at, notice) is not None
    waits = not sealed and task is not None and notice.region == at.desk.region
    return NoticeEntry(
        kind=notice.kind,
        number=notice.number,
        region=notice.region,
        on=notice.on,
        seal="sealed" if sealed else ("waiting" if waits else "none"),
        seal_problem=task.reason_code if waits and task else "",
    )


def command_entries(at: Sitting, dossier: Dossier, case: Case) -> tuple[CommandEntry, ...]:
    """Return what the sides of a case have asked of each other, and what became of it."""
    found = all_commands(at, dossier)
    answers = {answer.command: answer for answer in found.answers}
    return tuple(_command(dossier, case, one, answers.get(one.id)) for one in found.commands)


def _command(
    dossier: Dossier, case: Case, command: Command, answer: Answer | None
) -> CommandEntry:
    if answer is not None:
        state: CommandState = "done" if answer.done else "declined"
    else:
        is_open = answerable(case, command, table=dossier.table)
        state = "open" if is_open else "out-of-time"
    row = dossier.row
    return CommandEntry(
        id=command.id,
        region=row.receiving if command.side == "receiving" else row.handling,
        asks=command.asks,
        at=command.at,
        state=state,
        answer=answer.fact if answer else "",
    )

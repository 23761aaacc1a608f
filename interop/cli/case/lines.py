"""How cases are told at the command line: a word and its value per line, no personal value."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

import click

from interop.cases import LifeCycle
from interop.errors import Lang
from interop.gateway.trace import Trace
from interop.gateway.trace_entries import CommandEntry, NoticeEntry
from interop.model.case import Case, Deadline
from interop.model.day import SHANGHAI

WORDS: Final = {
    "item": ("事项", "item"),
    "regions": ("收件地 → 办理地", "received in → handled in"),
    "state": ("状态", "state"),
    "received": ("收件时间", "received"),
    "accepted": ("受理日", "accepted on"),
    "ruling": ("决定", "ruling"),
    "licence": ("许可", "licence"),
    "parked": ("已挂起", "parked because of"),
    "due": ("最近时限", "next deadline"),
    "outstanding": ("待交材料", "still asked for"),
    "spared": ("免交材料", "spared"),
    "open": ("待答复的请求", "open commands"),
    "late": ("超时事实", "out of time"),
}
SEALS: Final = {
    "none": ("不盖章", "no seal"),
    "waiting": ("待盖章", "waits for its seal"),
    "sealed": ("已盖章", "sealed"),
}
ANSWERED: Final = {
    "open": ("待答复", "open"),
    "done": ("已办", "done"),
    "declined": ("不采纳", "declined"),
    "out-of-time": ("逾期", "out of time"),
}
DEEMED: Final = ("（视为受理）", " (deemed)")
PROVISIONAL: Final = ("（暂定）", " (provisional)")
WIDTH: Final = 24


def at(lang: Lang) -> int:
    """Return the place of a language in a pair of words."""
    return 0 if lang == "zh" else 1


def local(instant: datetime) -> str:
    """Return an instant to the minute, as clocks in Shanghai show it."""
    return f"{instant.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def tell_case(found: Trace, table: LifeCycle, lang: Lang) -> None:
    """Print where a case stands."""
    click.echo(found.case.number)
    for name, value in _standing(found, table, lang):
        if value:
            click.echo(f"  {WORDS[name][at(lang)]}  {value}")


def _standing(found: Trace, table: LifeCycle, lang: Lang) -> Iterator[tuple[str, str]]:
    case = found.case
    yield "item", case.item
    yield "regions", f"{case.receiving} → {case.handling}"
    yield "state", state_words(case.state, table, lang)
    yield "received", local(case.received_at) if case.received_at else ""
    yield "accepted", _accepted(case, lang)
    yield "ruling", state_words(case.ruling or "", table, lang)
    yield "licence", state_words(case.licence or "", table, lang)
    yield "parked", found.parked_because
    yield "due", _next(found, lang)
    yield "outstanding", ", ".join(found.outstanding)
    yield "spared", ", ".join(found.spared)
    yield "open", str(sum(one.state == "open" for one in found.commands) or "")
    yield "late", ", ".join(case.out_of_time)


def state_words(state: str, table: LifeCycle, lang: Lang) -> str:
    """Return a state as a person reads it, with its name in the table."""
    row = next((row for row in table.states if row.id == state), None)
    if row is None or not state:
        return state
    return f"{row.zh if lang == 'zh' else row.en} ({state})"


def _accepted(case: Case, lang: Lang) -> str:
    deemed = DEEMED[at(lang)] if case.deemed else ""
    return f"{case.accepted_on}{deemed}" if case.accepted_on else ""


def _next(found: Trace, lang: Lang) -> str:
    running = [one for one in found.deadlines if one.clock in found.running]
    return deadline_words(min(running, key=lambda one: one.due_on), lang) if running else ""


def deadline_words(one: Deadline, lang: Lang) -> str:
    """Return a deadline in one line."""
    named = one.zh if lang == "zh" else one.en
    provisional = PROVISIONAL[at(lang)] if one.provisional else ""
    return f"{one.due_on}{provisional}  {one.clock} {named}"


def notice_lines(notices: Iterable[NoticeEntry], lang: Lang) -> Iterator[str]:
    """Yield one line for each notice."""
    for one in notices:
        seal = SEALS[one.seal][at(lang)]
        problem = f" ({one.seal_problem})" if one.seal_problem else ""
        yield f"{one.on}  {one.number}  {one.kind}  {seal}{problem}"


def command_lines(commands: Iterable[CommandEntry], lang: Lang) -> Iterator[str]:
    """Yield one line for each command."""
    for one in commands:
        answer = f" {one.answer}" if one.answer else ""
        state = ANSWERED[one.state][at(lang)]
        yield f"{one.id}  {one.region}  {one.asks}  {state}{answer}"

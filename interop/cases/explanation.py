"""Explain a deadline: from which day, which days were skipped, why the clock stood still."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Final, Literal

from interop.calendar import Calendar, DayKind
from interop.cases.deadlines import (
    Running,
    Said,
    Standstill,
    deadline_of,
    reckon,
    said_of,
)
from interop.cases.lifecycle import LifeCycle
from interop.cases.reckoning import Last
from interop.cases.rules import Rules
from interop.errors import Lang
from interop.model.case import Case, CaseFact, Deadline
from interop.model.item import Basis
from interop.model.record import Record

_DAY: Final = timedelta(days=1)
# Longer explanations are cut: nobody reads them, and a licence may run for years.
DAYS_MAX: Final = 1_000

LANGS: Final[tuple[Lang, ...]] = ("zh", "en")
Skip = Literal["weekend", "holiday", "standing-still"]
SKIPS: Final[Mapping[Skip, Mapping[Lang, str]]] = {
    "weekend": {"zh": "周末不计", "en": "weekends not counted"},
    "holiday": {"zh": "放假不计", "en": "holidays not counted"},
    "standing-still": {"zh": "特别程序期间不计", "en": "left out, the clock stood still"},
}
UNITS: Final[Mapping[str, Mapping[Lang, str]]] = {
    "working-day": {"zh": "个工作日", "en": "working day"},
    "calendar-day": {"zh": "日", "en": "calendar day"},
}
PROCEDURES: Final[Mapping[str, str]] = {
    "hearing": "听证",
    "tender": "招标",
    "auction": "拍卖",
    "inspection": "检验",
    "test": "检测",
    "quarantine": "检疫",
    "appraisal": "鉴定",
    "expert-review": "专家评审",
}


class Skipped(Record):
    """A run of days that were not counted, both ends inclusive."""

    first: date
    last: date
    why: Skip


class Explanation(Record):
    """Why a deadline is what it is.

    Attributes:
        deadline: The deadline.
        started_by: Type of the fact that started it.
        skipped: Days not counted, in order.
        made_up: Weekend days that a notice makes worked, and that were counted.
        basis: The norm.
        zh: The explanation in Chinese, a sentence each.
        en: The explanation in English.
    """

    deadline: Deadline
    started_by: str
    skipped: tuple[Skipped, ...]
    made_up: tuple[date, ...]
    basis: Basis
    zh: tuple[str, ...]
    en: tuple[str, ...]


def explain(
    case: Case, facts: Iterable[CaseFact], *, rules: Rules, on: date
) -> tuple[Explanation, ...]:
    """Return why each deadline of a case is what it is, in the order of the table.

    Args as for :func:`interop.cases.deadlines`.
    """
    return explain_said(said_of(case, facts, rules), rules=rules, on=on)


def explain_said(said: Iterable[Said], *, rules: Rules, on: date) -> tuple[Explanation, ...]:
    """Return why each clock that was started ends when it does."""
    found = reckon(said, rules=rules, on=on)
    return tuple(_explained(one, last, rules) for one, last in found)


def _explained(one: Running, last: Last, rules: Rules) -> Explanation:
    deadline = deadline_of(one, last, rules.calendar.digest)
    kinds = dict(_days(one, last, rules.calendar))
    skipped = tuple(_runs(kinds))
    made_up = tuple(day for day, kind in kinds.items() if kind == "make-up")
    counted = made_up if one.term.unit == "working-day" else ()
    zh, en = (
        tuple(
            _sentences(
                one, last, _Voice(rules.lifecycle, lang), skipped=skipped, made_up=counted
            )
        )
        for lang in LANGS
    )
    return Explanation(
        deadline=deadline,
        started_by=one.started.type,
        skipped=skipped,
        made_up=counted,
        basis=one.row.basis,
        zh=zh,
        en=en,
    )


def _days(
    one: Running, last: Last, calendar: Calendar
) -> Iterator[tuple[date, DayKind | Skip]]:
    """Yield every day between start and end with what it counted as."""
    term = one.term
    first, end = (last.day, term.first - _DAY) if term.back else (term.first + _DAY, last.day)
    for n in range(min((end - first).days + 1, DAYS_MAX)):
        day = first + n * _DAY
        if any(span.first <= day <= span.last for span in term.spans):
            yield day, "standing-still"
        elif term.unit == "working-day":
            yield day, calendar.kind_of(day)


def _runs(kinds: Mapping[date, DayKind | Skip]) -> Iterator[Skipped]:
    off = [(day, kind) for day, kind in kinds.items() if kind in SKIPS]
    numbered = enumerate(off)
    for (_, kind), run in groupby(
        numbered, key=lambda row: (row[1][0] - row[0] * _DAY, row[1][1])
    ):
        days = [day for _, (day, _) in run]
        for name in SKIPS:
            if name == kind:
                yield Skipped(first=days[0], last=days[-1], why=name)


@dataclass(frozen=True, slots=True)
class _Voice:
    """Who speaks: the words of the facts, in one language."""

    lifecycle: LifeCycle
    lang: Lang

    def says(self, zh: str, en: str) -> str:
        return zh if self.lang == "zh" else en

    def length(self, length: int, unit: str) -> str:
        one = "" if length == 1 else "s"
        return f"{length} {UNITS[unit][self.lang]}{self.says('', one)}"

    def days(self, runs: Iterable[tuple[date, date]]) -> str:
        return self.says("、", ", ").join(_shown(first, last) for first, last in runs)


def _sentences(
    one: Running,
    last: Last,
    voice: _Voice,
    *,
    skipped: tuple[Skipped, ...],
    made_up: tuple[date, ...],
) -> Iterator[str]:
    yield _beginning(one, voice)
    if one.acts.added:
        length = voice.length(one.acts.added, one.term.unit)
        yield voice.says(f"其中经批准延长 {length}", f"{length} of them by an extension")
    for stop in one.acts.stops:
        yield _stood_still(stop, voice)
    for why, label in SKIPS.items():
        runs = [(run.first, run.last) for run in skipped if run.why == why]
        if runs:
            yield f"{label[voice.lang]}{voice.says('：', ': ')}{voice.days(runs)}"
    if made_up:
        days = voice.days((day, day) for day in made_up)
        yield voice.says(f"调休上班计入：{days}", f"worked by the notice: {days}")
    yield from _ending(one, last, voice)


def _beginning(one: Running, voice: _Voice) -> str:
    row, term = voice.lifecycle.row(one.started.type), one.term
    length, named = voice.length(term.length, term.unit), voice.says(row.zh, row.en)
    if one.started.deemed:
        named = voice.says("逾期未告知，视为受理", "deemed accepted, no notice in time")
    if term.length == 0:
        return voice.says(
            f"{one.row.zh}：{term.first}（{named}）当日",
            f"{one.row.en}: the same day, {term.first} ({named})",
        )
    if term.back:
        return voice.says(
            f"{one.row.zh}：自 {term.first}（{named}）倒推 {length}，当日不计",
            f"{one.row.en}: {length} back from {term.first} ({named}), that day not counted",
        )
    return voice.says(
        f"{one.row.zh}：自 {term.first}（{named}）起 {length}，当日不计",
        f"{one.row.en}: {length} from {term.first} ({named}), that day not counted",
    )


def _stood_still(stop: Standstill, voice: _Voice) -> str:
    days = _shown(stop.span.first, stop.span.last)
    zh, en = ("，尚未结束", ", not ended yet") if stop.is_open else ("", "")
    return voice.says(
        f"{PROCEDURES.get(stop.kind, '特别程序')} {days}：期限中止，已书面告知{zh}",
        f"{stop.kind or 'procedure'} {days}: the clock stood still, told in writing{en}",
    )


def _ending(one: Running, last: Last, voice: _Voice) -> Iterator[str]:
    yield voice.says(f"最后一日 {last.day}", f"last day {last.day}")
    if last.provisional:
        yield voice.says(
            "所涉年份的放假安排尚未公布，此为最早可能的日期，公布后重算",
            "a year that it runs into is not announced: the earliest day possible for now",
        )
    if until := last.counts_until:
        yield voice.says(
            f"最后一日为休息日，{until} 及以前提出的仍算按期",
            f"the last day rests; what is done by {until} still counts",
        )
    if one.row.effect_zh:
        zh, en = one.row.effect_zh, one.row.effect_en
        yield voice.says(f"逾期：{zh}", f"on expiry: {en}")


def _shown(first: date, last: date) -> str:
    return first.isoformat() if first == last else f"{first}–{last}"

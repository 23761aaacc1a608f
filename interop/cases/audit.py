"""Audit past cases: the lawful dates of each, what was late, and why.

Nothing is needed but days: neither a store nor keys. What silence did to a case is reckoned
as for a case of one's own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, Literal

from interop.cases.audit_table import AuditRow
from interop.cases.deadlines import Running, Said, accepted_by, counted_receipt, reckon
from interop.cases.deeming import accepted_by_silence
from interop.cases.explanation import explain_said
from interop.cases.reckoning import Last
from interop.cases.rules import Rules
from interop.model.item import Limit
from interop.model.record import Record

# The clocks that the columns of a table can show.
AUDITED: Final = ("C1", "C2", "C9", "C5")
# What a column means as a fact.
FACTS: Final[Mapping[str, str]] = {
    "received": "received",
    "noticed": "supplement-noticed",
    "accepted": "accepted",
    "delivered": "delivered",
}
RULES_MAX: Final = 1_000
Status = Literal["in-time", "late", "overdue", "running", "undetermined"]


class AuditClock(Record):
    """One clock of one past case.

    Attributes:
        clock: ``C1`` notice, ``C2`` statutory limit, ``C9`` promise, ``C5`` delivery.
        due_on: Last lawful day; the earliest possible if provisional.
        provisional: Whether a year that it runs into is not announced.
        done_on: When it was done; None if it was not.
        status: ``late`` done too late, ``overdue`` not done yet and too late already,
            ``running`` not done and in time, ``undetermined`` until a year is announced.
        days_late: Working days over the last day; 0 if in time.
    """

    clock: str
    due_on: date
    provisional: bool = False
    done_on: date | None = None
    status: Status
    days_late: int = 0


class AuditFinding(Record):
    """What the law says of one past case.

    Attributes:
        row: Row in the file.
        case: Case number, if the table has it.
        item: Item, if the table has it.
        accepted_on: Lawful day of acceptance; None if it was not accepted.
        deemed: Whether silence accepted it.
        clocks: What ran.
        zh: Why, of what was late, in Chinese.
        en: Why, of what was late, in English.
    """

    row: int
    case: str = ""
    item: str = ""
    accepted_on: date | None = None
    deemed: bool = False
    clocks: tuple[AuditClock, ...]
    zh: tuple[str, ...] = ()
    en: tuple[str, ...] = ()

    @property
    def late(self) -> bool:
        """Return whether anything was or is too late."""
        return any(clock.status in {"late", "overdue"} for clock in self.clocks)


@dataclass(slots=True)
class Auditor:
    """Audits rows one by one and counts; keeps no row.

    Attributes:
        rules: What the cases run under; its limits hold where a row names none.
        on: Day of the audit: what is not done is judged as of it.
        promised: Whether the limits name a promise; else it counts for rows that name one.
    """

    rules: Rules
    on: date
    promised: bool = False
    _held: dict[tuple[int | None, int | None], Rules] = field(default_factory=dict)

    def audit(self, row: AuditRow) -> AuditFinding:
        """Return what the law says of a row.

        Raises:
            KnowledgeError: ``calendar-not-covered`` for a day before the first year covered.
        """
        rules = self._under(row)
        said = counted_receipt(_said(row), rules)
        silent = accepted_by_silence(said, rules=rules, on=self.on)
        accepted = silent[0] if silent else row.days.get("accepted")
        counted = accepted_by(said, accepted)
        promises = self.promised or row.promised is not None
        only = [name for name in AUDITED if name != "C9" or promises]
        found = {
            one.row.id: (one, last)
            for one, last in reckon(counted, rules=rules, on=self.on, only=only)
        }
        clocks = tuple(
            self._clock(*found[name], done=_done(row, name)) for name in only if name in found
        )
        finding = AuditFinding(
            row=row.number,
            case=row.case,
            item=row.item,
            accepted_on=accepted,
            deemed=silent is not None,
            clocks=clocks,
        )
        return self._explained(finding, counted, rules) if finding.late else finding

    def _under(self, row: AuditRow) -> Rules:
        key = (row.statutory, row.promised)
        held = self._held.get(key)
        if held is None:
            limits = self.rules.limits
            if row.statutory is not None:
                limits = replace(limits, statutory=Limit(length=row.statutory))
            if row.promised is not None:
                limits = replace(limits, promised=Limit(length=row.promised))
            held = replace(self.rules, limits=limits)
            if len(self._held) < RULES_MAX:
                self._held[key] = held
        return held

    def _clock(self, one: Running, last: Last, *, done: date | None) -> AuditClock:
        ended = done or self.on
        status: Status = "in-time" if done else "running"
        late = 0
        if ended > last.day and last.provisional:
            status = "undetermined"
        elif ended > last.day:
            status = "late" if done else "overdue"
            late = self.rules.calendar.between(last.day, ended, provisional=True)
        return AuditClock(
            clock=one.row.id,
            due_on=last.day,
            provisional=last.provisional,
            done_on=done,
            status=status,
            days_late=late,
        )

    def _explained(
        self, finding: AuditFinding, said: tuple[Said, ...], rules: Rules
    ) -> AuditFinding:
        late = {c.clock: c for c in finding.clocks if c.status in {"late", "overdue"}}
        zh, en = list[str](), list[str]()
        for why in explain_said(said, rules=rules, on=self.on):
            clock = late.get(why.deadline.clock)
            if clock is None:
                continue
            done_zh = f"实际 {clock.done_on}" if clock.done_on else f"至 {self.on} 未完成"
            done_en = f"done {clock.done_on}" if clock.done_on else f"not done by {self.on}"
            zh.append(
                f"{clock.clock} {'；'.join(why.zh)}；{done_zh}，晚 {clock.days_late} 个工作日"
            )
            en.append(
                f"{clock.clock} {'; '.join(why.en)}; {done_en}, "
                f"{clock.days_late} working days late"
            )
        return finding.model_copy(update={"zh": tuple(zh), "en": tuple(en)})


def _said(row: AuditRow) -> tuple[Said, ...]:
    said = [Said(FACTS[name], day) for name, day in row.days.items() if name in FACTS]
    if "ruled" in row.days:
        said.append(Said(row.ruling, row.days["ruled"]))
    return tuple(said)


def _done(row: AuditRow, clock: str) -> date | None:
    if clock == "C5":
        return row.days.get("delivered")
    if clock != "C1":
        return row.days.get("ruled")
    answers = [row.days[name] for name in ("noticed", "accepted") if name in row.days]
    if row.ruling in {"refused", "not-required"} and "ruled" in row.days:
        answers.append(row.days["ruled"])
    return min(answers, default=None)


@dataclass(slots=True)
class Tally:
    """Counts over a whole table."""

    rows: int = 0
    late_rows: int = 0
    deemed: int = 0
    clocks: dict[str, dict[Status, int]] = field(default_factory=dict)

    def add(self, finding: AuditFinding) -> None:
        """Count a finding."""
        self.rows += 1
        self.late_rows += finding.late
        self.deemed += finding.deemed
        for clock in finding.clocks:
            counts = self.clocks.setdefault(clock.clock, {})
            counts[clock.status] = counts.get(clock.status, 0) + 1

    def lines(self) -> Iterator[tuple[str, dict[Status, int]]]:
        """Yield the counts of each clock, in the order of the audit."""
        return ((name, self.clocks[name]) for name in AUDITED if name in self.clocks)

"""Notices (文书): templates as data, filled with every reason, article and number."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Self

from pydantic import Field

from interop.cases.reasons import (
    BRACE_ALONE,
    PLACE_MISSING,
    PLACE_UNKNOWN,
    PREFIX_TWICE,
    REMEDY_MISSING,
    SECOND_REQUIREMENT,
    TEMPLATE_COUNT,
)
from interop.cases.values import Body, day_at
from interop.errors import CaseError, Reason
from interop.model.case import Notice, NoticeDeadline, NoticeKind, Remedy
from interop.model.item import Basis, Verified
from interop.model.record import Record
from interop.model.sensitive import Sensitive

PLACES: Final = (
    "number", "case", "item", "region", "on", "items", "bases", "deadlines", "remedies",
    "applicant", "detail",
)  # fmt: skip
# A written proof bears organ and day (行政许可法第三十二条第二款); the rest tells it apart.
NEEDED_PLACES: Final = ("number", "case", "applicant", "region", "on", "items")
# What refuses something says how it can be contested (第三十八条第二款); what sets or moves a
# period tells its last day.
CONTESTED: Final = frozenset({NoticeKind.NOT_REQUIRED, NoticeKind.REFUSAL, NoticeKind.RULING})
TIMED: Final = frozenset({
    NoticeKind.ACCEPTANCE, NoticeKind.SUPPLEMENT, NoticeKind.EXTENSION, NoticeKind.SPECIAL,
    NoticeKind.HEARING_RIGHT, NoticeKind.HEARING,
})  # fmt: skip
# Where a line shows the value of a fact.
VALUE: Final = "{value}"
_PLACE = re.compile(r"\{([^{}]*)\}")


class Line(Record):
    """How a notice tells one value of the fact it is tied to.

    Attributes:
        key: Key in the body of the fact; a list gives a line for each of its texts.
        zh: The line, with the value in the place of ``{value}``.
        values: How coded values read; others are told as they are.
    """

    key: str
    zh: str = VALUE
    values: dict[str, str] = Field(default_factory=dict)


class Template(Record):
    """One text.

    Attributes:
        kind: Kind of notice.
        title: Its title.
        prefix: Goes into the document number.
        headline: Whether its first line is what happened, in the words of the life cycle.
        lines: How it tells what the fact says.
        text: The text with its places.
    """

    kind: NoticeKind
    title: str
    prefix: str = Field(min_length=1)
    headline: bool = False
    lines: tuple[Line, ...] = ()
    text: str


class NoticeTexts(Record):
    """The templates of a region, or the canonical ones.

    Attributes:
        region: Region code, or ``canonical``.
        remedies: How what refuses something can be contested, in this region.
    """

    region: str = "canonical"
    version: str
    illustrative: bool
    source: str
    verified: Verified
    remedies: tuple[Remedy, ...] = Field(default=(), alias="remedy")
    templates: tuple[Template, ...] = Field(alias="template")

    def template(self, kind: NoticeKind) -> Template:
        """Return the template of a kind; :meth:`check` made sure that each has one."""
        return next(row for row in self.templates if row.kind == kind)

    @classmethod
    def check(cls, texts: Self) -> tuple[Reason, ...]:
        """Return every problem: places unknown or missing, kinds or prefixes not once."""
        counted = [
            TEMPLATE_COUNT.of(field=kind, got=count)
            for kind in NoticeKind
            if (count := sum(row.kind == kind for row in texts.templates)) != 1
        ]
        kinds: dict[str, set[NoticeKind]] = {}
        for row in texts.templates:
            kinds.setdefault(row.prefix, set()).add(row.kind)
        twice = [
            PREFIX_TWICE.of(field=min(of), got=prefix)
            for prefix, of in kinds.items()
            if len(of) > 1
        ]
        wrong = [reason for row in texts.templates for reason in _place_problems(row)]
        told = {remedy.kind for remedy in texts.remedies}
        untold = [
            REMEDY_MISSING.of(field="remedy", got=kind)
            for kind in ("review", "litigation")
            if kind not in told
        ]
        return (*counted, *twice, *wrong, *untold)


def _place_problems(template: Template) -> Iterator[Reason]:
    used = dict.fromkeys(_PLACE.findall(template.text))
    for place in used:
        if place not in PLACES:
            yield PLACE_UNKNOWN.of(field=template.kind, expected=", ".join(PLACES), got=place)
    for place in needed_places(template.kind):
        if place not in used:
            yield PLACE_MISSING.of(field=template.kind, got=place)
    for line in template.lines:
        if line.zh.count(VALUE) != 1:
            yield PLACE_MISSING.of(field=f"{template.kind}.{line.key}", got=VALUE)
    if re.search(r"[{}]", _PLACE.sub("", template.text)):
        yield BRACE_ALONE.of(field=template.kind)


def needed_places(kind: NoticeKind) -> tuple[str, ...]:
    """Return the places that a notice of this kind cannot do without."""
    remedies = ("remedies",) if kind in CONTESTED else ()
    return (*NEEDED_PLACES, *remedies, *(("deadlines",) if kind in TIMED else ()))


@dataclass(frozen=True, slots=True)
class Content:
    """What a notice says.

    Attributes:
        case: Case number.
        item: Name of the item.
        region: Region code of the organ; the number starts with it.
        applicant: Name, shown only in the text.
        on: Date of the notice, Asia/Shanghai.
        items: One line each.
        bases: Norms it rests on.
        deadlines: Last days it tells.
        detail: Closing line.
        organ: Name of the organ or window as the text shows it; the code if empty.
    """

    case: str
    item: str
    region: str
    applicant: Sensitive
    on: date
    items: tuple[str, ...] = ()
    bases: tuple[Basis, ...] = ()
    deadlines: tuple[NoticeDeadline, ...] = ()
    detail: str = ""
    organ: str = ""


def compose(kind: NoticeKind, content: Content, *, texts: NoticeTexts, serial: int) -> Notice:
    """Return the notice with its document number.

    The number is region〔year〕prefix-serial; serials run per region, kind and year.
    """
    template = texts.template(kind)
    number = f"{content.region}〔{content.on.year}〕{template.prefix}-{serial:06d}"
    remedies = texts.remedies if kind in CONTESTED else ()
    filled: Mapping[str, str] = {
        "number": number,
        "case": content.case,
        "item": content.item,
        "region": content.organ or content.region,
        "on": _written(content.on),
        "items": "\n".join(f"{i}. {line}" for i, line in enumerate(content.items, start=1)),
        "bases": "；".join(f"《{b.document}》{b.article}" for b in content.bases) or "—",
        "deadlines": "\n".join(_last_day(told) for told in content.deadlines),
        "remedies": "\n".join(
            f"{r.zh}（《{r.basis.document}》{r.basis.article}）。" for r in remedies
        ),
        "applicant": content.applicant.reveal(),
        "detail": content.detail,
    }
    # One pass: a name that contains a place is not filled again.
    text = _PLACE.sub(lambda hit: filled[hit[1]], template.text).strip()
    return Notice(
        kind=kind,
        number=number,
        case=content.case,
        region=content.region,
        on=content.on,
        items=content.items,
        bases=content.bases,
        deadlines=content.deadlines,
        remedies=remedies,
        text=Sensitive(text),
    )


def lines_of(template: Template, body: Body, *, happened: str) -> tuple[str, ...]:
    """Return what a notice of this template says of a fact, one line each.

    Args:
        template: The template; it names the values that are told, in order.
        body: What the fact says.
        happened: What happened, in Chinese; the one line where nothing else is told.
    """
    told = [
        line.zh.replace(VALUE, shown) for line in template.lines for shown in _shown(line, body)
    ]
    return (happened, *told) if template.headline or not told else tuple(told)


def _shown(line: Line, body: Body) -> Iterator[str]:
    value = body.get(line.key)
    for one in value if isinstance(value, list) else (value,):
        if isinstance(one, str) and one.strip():
            day = day_at({line.key: one}, line.key)
            yield line.values.get(one) or (_written(day) if day else " ".join(one.split()))
        elif type(one) is int:
            yield str(one)


def _written(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _last_day(told: NoticeDeadline) -> str:
    open_yet = "（暂定，待放假安排公布后确定）" if told.provisional else ""
    return f"{told.zh}期限至{_written(told.due_on)}{open_yet}"


def require_one_notice(earlier: Iterable[Notice], asked: Iterable[str]) -> None:
    """Refuse a supplement notice that asks for more than the first one did.

    Args:
        earlier: Notices of the case in the order they were issued.
        asked: What the new notice asks for, one line each.

    Raises:
        CaseError: ``notice-second-requirement`` for each new line.

    Source: 行政许可法第三十二条第一款第四项 (一次告知需要补正的全部内容).
    """
    first = next((n for n in earlier if n.kind is NoticeKind.SUPPLEMENT), None)
    if first is None:
        return
    if new := [line for line in asked if line not in first.items]:
        raise CaseError(*(SECOND_REQUIREMENT.of(field="items", got=line) for line in new))

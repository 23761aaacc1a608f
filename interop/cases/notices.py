"""Notices (文书): templates as data, filled with every reason, article and number."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Self

from pydantic import Field

from interop.cases.reasons import SECOND_REQUIREMENT, TEMPLATE_BROKEN
from interop.errors import CaseError, Reason
from interop.model.case import Notice, NoticeKind
from interop.model.item import Basis, Verified
from interop.model.record import Record
from interop.model.sensitive import Sensitive

PLACES: Final = (
    "number", "case", "item", "region", "on", "items", "bases", "applicant", "detail",
)  # fmt: skip
_PLACE = re.compile(r"\{([^{}]*)\}")


class Template(Record):
    """One text; ``prefix`` goes into the document number."""

    kind: NoticeKind
    title: str
    prefix: str
    text: str


class NoticeTexts(Record):
    """The templates of a region, or the canonical ones."""

    version: str
    illustrative: bool
    source: str
    verified: Verified
    templates: tuple[Template, ...] = Field(alias="template")

    def template(self, kind: NoticeKind) -> Template:
        """Return the template of a kind; :meth:`check` made sure that each has one."""
        return next(row for row in self.templates if row.kind == kind)

    @classmethod
    def check(cls, texts: Self) -> tuple[Reason, ...]:
        """Return unknown places, doubled kinds and kinds without a template."""
        kinds = [row.kind for row in texts.templates]
        unknown = [
            TEMPLATE_BROKEN.of(field=row.kind, expected=", ".join(PLACES), got=place)
            for row in texts.templates
            for place in _PLACE.findall(row.text)
            if place not in PLACES
        ]
        wrong = [
            TEMPLATE_BROKEN.of(field=kind, expected="one template", got=kinds.count(kind))
            for kind in NoticeKind
            if kinds.count(kind) != 1
        ]
        return (*unknown, *wrong)


@dataclass(frozen=True, slots=True)
class Content:
    """What a notice says.

    Attributes:
        case: Case number.
        item: Name of the item.
        region: Region of the organ.
        applicant: Name, shown only in the text.
        on: Date of the notice, Asia/Shanghai.
        items: One line each.
        bases: Norms it rests on.
        detail: Closing line.
    """

    case: str
    item: str
    region: str
    applicant: Sensitive
    on: date
    items: tuple[str, ...] = ()
    bases: tuple[Basis, ...] = ()
    detail: str = ""


def compose(kind: NoticeKind, content: Content, *, texts: NoticeTexts, serial: int) -> Notice:
    """Return the notice with its document number.

    The number is region〔year〕prefix-serial; serials run per region, kind and year.
    """
    template = texts.template(kind)
    number = f"{content.region}〔{content.on.year}〕{template.prefix}-{serial:06d}"
    filled: Mapping[str, str] = {
        "number": number,
        "case": content.case,
        "item": content.item,
        "region": content.region,
        "on": content.on.isoformat(),
        "items": "\n".join(f"{i}. {line}" for i, line in enumerate(content.items, start=1)),
        "bases": "；".join(f"《{b.document}》{b.article}" for b in content.bases) or "—",
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
        text=Sensitive(text),
    )


def require_one_notice(earlier: Iterable[Notice], asked: Iterable[str]) -> None:
    """Refuse a supplement notice that asks for more than the first one did.

    Raises:
        CaseError: ``notice-second-requirement`` for each new line.

    Source: 行政许可法第三十二条第一款第四项 (一次告知需要补正的全部内容).
    """
    first = next((n for n in earlier if n.kind is NoticeKind.SUPPLEMENT), None)
    if first is None:
        return
    if new := [line for line in asked if line not in first.items]:
        raise CaseError(*(SECOND_REQUIREMENT.of(field="items", got=line) for line in new))

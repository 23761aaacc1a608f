"""Draw what the store keeps: case rows, facts, notices, and values planted to be searched for.

Numbers and regions come from small sets, so that draws meet; days lie within a week, so that
they lie near every border.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Final

from hypothesis import strategies as st

from interop.model.case import CaseFact, CaseSide, Notice, NoticeKind
from interop.model.sensitive import Sensitive
from interop.store.cases import CaseRow

SIDES: Final[tuple[CaseSide, ...]] = ("receiving", "handling")
WEEK: Final = (date(2026, 1, 5), date(2026, 1, 11))
MORNING: Final = datetime(2026, 1, 5, tzinfo=UTC)

NUMBERS: Final = st.sampled_from(["case-1", "case-2", "case|3", "办件4"])
REGIONS: Final = st.sampled_from(["310000", "320000", "330000"])
ITEMS: Final = st.sampled_from(["item-1", "item-2"])
STATES: Final = st.sampled_from(["received", "accepted", "permitted"])
DAYS: Final = st.dates(*WEEK)
INSTANTS: Final = st.integers(0, 7 * 24 * 3600).map(lambda s: MORNING + timedelta(seconds=s))
# PostgreSQL takes every character but one.
NAMES: Final = st.text(
    st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=4
)
DIGESTS: Final = st.binary(max_size=4).map(lambda data: f"sha-256:{data.hex()}")
BODIES: Final = st.binary(max_size=64)
# Long enough not to turn up by chance, in the script the values are written in.
PLANTED: Final = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=8)


def a_case(number: str) -> CaseRow:
    """Return a plain case with this number."""
    return CaseRow(
        number=number,
        item="item-1",
        receiving="310000",
        handling="320000",
        side="receiving",
        applicant_lookup="a" * 64,
        state="received",
        state_hash="",
        receiving_seq=0,
        handling_seq=0,
        due_on=None,
        provisional=False,
        parked=False,
        knowledge={},
        created_at=MORNING,
    )


@st.composite
def case_rows(draw: st.DrawFn, number: str | None = None) -> CaseRow:
    """Draw a case; ``number`` fixes its number."""
    number = draw(NUMBERS) if number is None else number
    return CaseRow(
        number=number,
        item=draw(ITEMS),
        receiving=draw(REGIONS),
        handling=draw(REGIONS),
        side=draw(st.sampled_from(SIDES)),
        applicant_lookup=draw(st.sampled_from(["a" * 64, "b" * 64])),
        state=draw(STATES),
        state_hash=draw(DIGESTS),
        receiving_seq=draw(st.integers(0, 9)),
        handling_seq=draw(st.integers(0, 9)),
        due_on=draw(st.none() | DAYS),
        provisional=draw(st.booleans()),
        parked=draw(st.booleans()),
        knowledge=draw(st.dictionaries(NAMES, DIGESTS, max_size=3)),
        created_at=draw(INSTANTS),
        reference_lookup=draw(st.sampled_from([None, f"reference of {number}"])),
    )


@st.composite
def case_facts(draw: st.DrawFn, case: str, side: CaseSide, seq: int) -> CaseFact:
    """Draw the fact that has this place."""
    return CaseFact(
        case=case,
        side=side,
        seq=seq,
        seen=draw(st.integers(0, 3)),
        type=draw(st.sampled_from(["received", "accepted"])),
        at=draw(INSTANTS),
        body={"note": draw(NAMES)},
    )


@st.composite
def notices(draw: st.DrawFn, case: str, number: str) -> Notice:
    """Draw a notice with this number."""
    return Notice(
        kind=draw(st.sampled_from(NoticeKind)),
        number=number,
        case=case,
        region=draw(REGIONS),
        on=draw(DAYS),
        items=tuple(draw(st.lists(NAMES, max_size=2))),
        text=Sensitive(draw(PLANTED)),
    )

"""What a year table must say, and how a slip in it is found."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.calendar import YearTable, check_year
from interop.conformance.strategies.calendar import overlays, year_tables
from interop.errors import KnowledgeError
from interop.model.canonical import Json

YEAR = 2026
TABLES = year_tables(YEAR)


def shown(table: YearTable) -> list[tuple[str, str]]:
    return [(reason.code, reason.got) for reason in check_year(table)]


@given(table=TABLES, overlay=overlays(YEAR, "310115"))
def test_a_sound_table_has_no_problem_and_round_trips(
    table: YearTable, overlay: YearTable
) -> None:
    for sound in (table, overlay):
        assert check_year(sound) == ()
        assert YearTable.from_json(sound.to_bytes()) == sound


@given(table=TABLES, data=st.data())
def test_a_day_twice_or_out_of_order_is_found(table: YearTable, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(table.holidays) - 1))
    day = table.holidays[place]
    twice = (*table.holidays[:place], day, *table.holidays[place:])
    found = shown(table.model_copy(update={"holidays": twice}))
    assert found == [("calendar-day-out-of-order", day.isoformat())]


@given(table=TABLES, beyond=st.integers(0, 400))
def test_a_day_of_another_year_is_found(table: YearTable, beyond: int) -> None:
    day = date(YEAR + 1, 1, 1) + timedelta(days=beyond)
    found = shown(table.model_copy(update={"holidays": (*table.holidays, day)}))
    assert found == [("calendar-day-of-other-year", day.isoformat())]


def test_a_make_up_day_is_a_weekend_and_no_holiday() -> None:
    fixed = tuple(date(YEAR, m, d) for m, d in ((1, 1), (5, 1), (10, 1), (10, 2), (10, 3)))
    monday, saturday, sunday = date(2026, 3, 2), date(2026, 10, 3), date(2026, 1, 4)
    table = YearTable(
        year=YEAR,
        holidays=fixed,
        make_up_days=(sunday, monday, saturday),
        source="made up",
        verified="no",
    )
    assert shown(table) == [
        ("calendar-make-up-on-weekday", "2026-03-02"),
        ("calendar-make-up-is-holiday", "2026-10-03"),
    ]


@given(table=TABLES, gone=st.sampled_from([(1, 1), (5, 1), (10, 1), (10, 2), (10, 3)]))
def test_a_statutory_day_left_out_is_found(table: YearTable, gone: tuple[int, int]) -> None:
    day = date(YEAR, *gone)
    left = tuple(d for d in table.holidays if d != day)
    found = shown(table.model_copy(update={"holidays": left}))
    assert found == [("calendar-year-incomplete", f"{gone[0]:02}-{gone[1]:02}")]


@pytest.mark.parametrize(
    "change",
    [
        {"year": 1999},
        {"year": "2026"},
        {"holidays": ["2026-02-30"]},
        {"holidays": ["01/01/2026"]},
        {"region": "31"},
        {"region": "31011x"},
        {"verified": "maybe"},
        {"source": ""},
        {"days": []},
    ],
)
def test_what_the_schema_cannot_read_is_refused(
    change: dict[str, Json],
) -> None:
    sound: dict[str, Json] = {"year": 2026, "source": "made up", "verified": "no"}
    assert YearTable.from_value(sound).holidays == ()
    with pytest.raises(KnowledgeError) as caught:
        YearTable.from_value({**sound, **change}, error=KnowledgeError)
    assert caught.value.code == "record-invalid"
    assert next(iter(change)) in caught.value.reason.field

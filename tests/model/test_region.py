"""Regions: found by code and day, chained upwards, followed to their successors."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.model import region_rows
from interop.errors import KnowledgeError
from interop.knowledge.reading import read_bytes
from interop.model.canonical import Json
from interop.model.region import (
    PROVINCE_PREFIXES,
    Region,
    RegionFile,
    RegionTable,
    check_regions,
    check_rows,
)

# The replaced counties of the strategy end within this week.
DAYS = st.dates(date(2019, 12, 30), date(2020, 1, 9))
PROVINCE: dict[str, Json] = {"code6": "110000", "zh": "某省", "level": "province"}
CITY: dict[str, Json] = {"code6": "110100", "zh": "某市", "level": "city", "parent": "110000"}
COUNTY: dict[str, Json] = {
    "code6": "110101",
    "zh": "某区",
    "level": "county",
    "parent": "110100",
}


def rows_of(*rows: dict[str, Json]) -> tuple[Region, ...]:
    return tuple(Region.from_value(row) for row in rows)


def problems(*rows: dict[str, Json]) -> list[tuple[str, str]]:
    return [(reason.field, reason.code) for reason in check_rows(rows_of(*rows))]


@given(rows=region_rows())
def test_a_chain_leads_to_a_province_and_covers_what_is_below(rows: tuple[Region, ...]) -> None:
    assert check_rows(rows) == ()
    table = RegionTable.of(rows)
    levels = ["county", "city", "province"]
    for row in rows:
        chain = table.chain(row.code6)
        assert chain[0] == row.code6
        assert table.named(chain[-1]).level == "province"
        ranks = [levels.index(table.named(code).level) for code in chain]
        assert ranks == sorted(set(ranks))
        for other in rows:
            assert table.covers(other.code6, row.code6) == (other.code6 in chain)


@given(rows=region_rows())
def test_covering_is_an_order(rows: tuple[Region, ...]) -> None:
    table = RegionTable.of(rows)
    codes = [row.code6 for row in rows]
    for a in codes:
        assert table.covers(a, a)
        below = [b for b in codes if table.covers(a, b)]
        assert all(table.covers(a, c) for b in below for c in codes if table.covers(b, c))
        assert [b for b in below if table.covers(b, a)] == [a]


@given(rows=region_rows(), on=DAYS)
def test_a_code_is_found_on_its_days_only_and_leads_on(
    rows: tuple[Region, ...], on: date
) -> None:
    table = RegionTable.of(rows)
    for row in rows:
        now = table.current(row.code6, on=on)
        assert now is not None
        assert table.named(now).in_force(on)
        if row.valid_to is None or on <= row.valid_to:
            assert table.at(row.code6, on=on) == row
            assert now == row.code6
        else:
            with pytest.raises(KnowledgeError) as caught:
                table.at(row.code6, on=on)
            assert caught.value.code == "region-not-in-force"
            assert caught.value.reason.expected == now != row.code6


@given(rows=region_rows(), data=st.data())
def test_the_order_of_rows_does_not_matter(
    rows: tuple[Region, ...], data: st.DataObject
) -> None:
    mixed = RegionTable.of(data.draw(st.permutations(rows)))
    assert mixed.regions == RegionTable.of(rows).regions


@pytest.mark.parametrize("code", ["", "999999", "1100", "110000 ", "１１００００"])
def test_an_unknown_code_is_refused_by_name(code: str) -> None:
    table = RegionTable.of(rows_of(PROVINCE))
    asks = (
        lambda: table.at(code, on=date(2026, 1, 1)),
        lambda: table.chain(code),
        lambda: table.covers(code, "110000"),
        lambda: table.covers("110000", code),
        lambda: table.current(code, on=date(2026, 1, 1)),
    )
    for ask in asks:
        with pytest.raises(KnowledgeError) as caught:
            ask()
        assert (caught.value.code, caught.value.reason.got) == ("region-unknown", code)


def test_both_end_days_count() -> None:
    row = {**PROVINCE, "valid_from": "2020-01-02", "valid_to": "2020-01-04"}
    table = RegionTable.of(rows_of(row))
    days = [date(2020, 1, 1) + timedelta(days=i) for i in range(5)]
    assert [table.named("110000").in_force(day) for day in days] == [
        False,
        True,
        True,
        True,
        False,
    ]
    assert table.current("110000", on=date(2020, 1, 5)) is None
    with pytest.raises(KnowledgeError) as caught:
        table.at("110000", on=date(2020, 1, 1))
    assert caught.value.reason.expected == "-"


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ((PROVINCE, PROVINCE), [("110000", "region-twice")]),
        ((CITY,), [("110100", "region-parent")]),
        (({**PROVINCE, "parent": "110000"},), [("110000", "region-parent")]),
        ((PROVINCE, {**CITY, "parent": ""}), [("110100", "region-parent")]),
        (
            (PROVINCE, CITY, COUNTY, {**COUNTY, "code6": "110102", "parent": "110101"}),
            [("110102", "region-parent")],
        ),
        (
            (PROVINCE, CITY, {**CITY, "code6": "110200", "parent": "110100"}),
            [("110200", "region-parent")],
        ),
        (
            (PROVINCE, {**CITY, "code6": "120100"}),
            [("120100", "region-parent")],
        ),
        (
            (PROVINCE, CITY, {**COUNTY, "code6": "110201"}),
            [("110201", "region-parent")],
        ),
        (
            ({**PROVINCE, "code6": "110001"},),
            [("110001", "region-code-form")],
        ),
        (
            (PROVINCE, {**CITY, "code6": "110101"}),
            [("110101", "region-code-form")],
        ),
        (
            (PROVINCE, {**COUNTY, "code6": "110100", "parent": "110000"}),
            [("110100", "region-code-form")],
        ),
        (
            ({**PROVINCE, "valid_from": "2020-01-02", "valid_to": "2020-01-01"},),
            [("110000", "region-period")],
        ),
        (
            (PROVINCE, {**CITY, "successor": "110000"}),
            [("110100", "region-successor")],
        ),
        (
            ({**PROVINCE, "valid_to": "2020-01-01", "successor": "120000"},),
            [("110000", "region-successor")],
        ),
        (
            ({**PROVINCE, "valid_to": "2020-01-01", "successor": "110000"},),
            [("110000", "region-successor")],
        ),
    ],
)
def test_a_row_that_does_not_fit_is_found(
    rows: tuple[dict[str, Json], ...], found: list[tuple[str, str]]
) -> None:
    assert problems(*rows) == found
    with pytest.raises(KnowledgeError) as caught:
        RegionTable.of(rows_of(*rows))
    assert [(r.field, r.code) for r in caught.value.reasons] == found


@pytest.fixture(scope="module")
def shipped(root: Path) -> RegionTable:
    path = root / "mappings/regions/regions.tsv"
    file = RegionFile.from_value(
        read_bytes(path.read_bytes(), path.name), error=KnowledgeError, field=path.name
    )
    assert check_regions(file) == ()
    assert all(row.source for row in file.rows)
    return RegionTable.of(file.rows)


def test_the_shipped_table_has_four_provinces_and_their_cities(shipped: RegionTable) -> None:
    count = dict.fromkeys(("province", "city", "county"), 0)
    for region in shipped.regions.values():
        count[region.level] += 1
        assert region.code6[:2] in PROVINCE_PREFIXES
    assert (count["province"], count["city"]) == (4, 40)
    in_force = [
        code
        for code, region in shipped.regions.items()
        if shipped.chain(code)[1:] == ("310000",) and region.in_force(date(2026, 11, 22))
    ]
    assert len(in_force) == 16


@pytest.mark.parametrize(
    ("code", "name", "chain"),
    [
        ("310115", "浦东新区", ("310115", "310000")),
        ("310151", "崇明区", ("310151", "310000")),
        ("330113", "临平区", ("330113", "330100", "330000")),
        ("330114", "钱塘区", ("330114", "330100", "330000")),
        ("320509", "吴江区", ("320509", "320500", "320000")),
        ("330421", "嘉善县", ("330421", "330400", "330000")),
        ("341800", "宣城市", ("341800", "340000")),
    ],
)
def test_known_regions(
    shipped: RegionTable, code: str, name: str, chain: tuple[str, ...]
) -> None:
    assert shipped.at(code, on=date(2026, 11, 22)).zh == name
    assert shipped.chain(code) == chain


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("310103", "310101"),
        ("310108", "310106"),
        ("320584", "320509"),
        ("330103", "330105"),
        ("330104", "330102"),
    ],
)
def test_abolished_codes_stay_known_and_name_what_came(
    shipped: RegionTable, old: str, new: str
) -> None:
    today = date(2026, 11, 22)
    assert shipped.current(old, on=today) == new
    assert shipped.at(old, on=date(2005, 1, 1)).code6 == old
    assert shipped.covers(f"{old[:2]}0000", old)
    with pytest.raises(KnowledgeError) as caught:
        shipped.at(old, on=today)
    assert caught.value.reason.expected == new

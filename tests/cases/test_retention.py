"""How long what is kept, and which contents are taken: tables, borders, refusals."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.cases import LifeCycle, MaterialRules, RetentionTable, check_retention_states
from interop.cases.materials import files_of
from interop.cases.retention import Period
from interop.errors import KnowledgeError
from interop.gateway import kinds
from interop.gateway.library import Library
from interop.gateway.retention import retention_of
from interop.knowledge import Knowledge
from interop.model.canonical import Json
from interop.model.case import Application, SubmittedMaterial
from interop.model.party import Party, Scheme
from interop.model.sensitive import Sensitive

# Around the end of February of a leap year and of a plain one, where months differ.
DAYS = st.dates(date(2028, 2, 20), date(2028, 3, 7)) | st.dates(
    date(2027, 2, 20), date(2027, 3, 7)
)
PERIODS = st.builds(
    Period, length=st.integers(1, 14), unit=st.sampled_from(["day", "month", "year"])
)


@given(period=PERIODS, on=DAYS)
def test_the_latest_day_that_is_over_is_found_as_by_walking(period: Period, on: date) -> None:
    day = on
    while period.after(day) >= on:
        day -= timedelta(days=1)
    assert period.over_since(on) == day


@given(period=PERIODS, day=DAYS)
def test_the_last_day_of_a_period_is_kept_and_the_next_is_not(
    period: Period, day: date
) -> None:
    last = period.after(day)
    until = period.over_since(last)
    assert until is not None
    assert until < day
    after = period.over_since(last + timedelta(days=1))
    assert after is not None
    assert after >= day


@pytest.mark.parametrize(
    ("length", "unit", "day", "last"),
    [
        (1, "day", "2026-12-31", "2027-01-01"),
        (1, "month", "2026-01-31", "2026-02-28"),
        (1, "month", "2028-01-31", "2028-02-29"),
        (12, "month", "2026-12-15", "2027-12-15"),
        (1, "year", "2028-02-29", "2029-02-28"),
        (10, "year", "2026-03-02", "2036-03-02"),
    ],
)
def test_a_period_ends_as_the_calendar_says(
    length: int, unit: str, day: str, last: str
) -> None:
    period = Period.from_value({"length": length, "unit": unit})
    assert period.after(date.fromisoformat(day)) == date.fromisoformat(last)


def test_a_period_longer_than_the_calendar_is_never_over() -> None:
    assert Period(length=1000, unit="year").over_since(date(999, 1, 1)) is None


def shipped() -> tuple[RetentionTable, LifeCycle, MaterialRules]:
    known = Knowledge()
    return (
        known.document(kinds.RETENTIONS, "canonical").value,
        known.document(kinds.LIFECYCLES, "case").value,
        known.document(kinds.MATERIALS, "canonical").value,
    )


def test_the_shipped_tables_hold_and_say_what_is_illustrative() -> None:
    table, lifecycle, rules = shipped()
    assert RetentionTable.check(table) == ()
    assert check_retention_states(table, lifecycle) == ()
    assert MaterialRules.check(rules) == ()
    assert table.of_uploads.id == "upload"
    assert all(row.illustrative and row.source for row in table.classes)
    # Whatever else a case can stand in, somebody still owes it an act.
    states = {state for row in table.of_cases for state in row.states}
    assert states == {"draft", "not-required", "refused", "lapsed", "withdrawn", "archived"}


def test_a_region_without_a_table_keeps_by_the_common_one() -> None:
    library = Library.of(None)
    assert retention_of(library, "").value.region == "canonical"
    with pytest.raises(KnowledgeError):
        retention_of(library, "999999")


def row(**more: Json) -> dict[str, Json]:
    plain: dict[str, Json] = {
        "id": "a",
        "zh": "甲",
        "en": "a",
        "holds": "case",
        "states": ["draft"],
        "period": {"length": 1, "unit": "day"},
        "source": "s",
        "verified": "no",
    }
    return plain | more


UPLOAD = row(id="u", holds="upload", states=[])


@pytest.mark.parametrize(
    ("rows", "codes"),
    [
        ([row(), UPLOAD], set()),
        ([row()], {"retention-missing"}),
        ([row(), UPLOAD, row(id="v", holds="upload", states=[])], {"retention-missing"}),
        ([row(), row(states=["archived"]), UPLOAD], {"retention-twice"}),
        ([row(), row(id="b"), UPLOAD], {"retention-twice"}),
        ([row(states=[]), UPLOAD], {"retention-states"}),
        ([row(), row(id="u", holds="upload")], {"retention-states", "retention-twice"}),
        ([row(states=["accepted"]), UPLOAD], {"retention-unfinished"}),
    ],
)
def test_every_problem_of_a_table_is_found(
    rows: list[dict[str, Json]], codes: set[str]
) -> None:
    value: Json = {"region": "canonical", "version": "1", "class": [*rows]}
    table = RetentionTable.from_value(value, error=KnowledgeError)
    assert {reason.code for reason in RetentionTable.check(table)} == codes


def test_a_state_that_no_case_can_have_is_found() -> None:
    _table, lifecycle, _rules = shipped()
    value: Json = {"region": "x", "version": "1", "class": [row(states=["cancelled"]), UPLOAD]}
    table = RetentionTable.from_value(value, error=KnowledgeError)
    assert [r.got for r in check_retention_states(table, lifecycle)] == ["cancelled"]


def material(**more: object) -> SubmittedMaterial:
    plain = SubmittedMaterial(
        code="form", content_digest="sha-256:0", size=10, media_type="application/pdf"
    )
    return plain.model_copy(update=more)


@pytest.mark.parametrize(
    ("told", "code"),
    [
        (material(), None),
        (material(size=52_428_800), None),
        (material(size=52_428_801), "material-large"),
        (material(size=0), "material-disguised"),
        (material(media_type="text/html"), "material-type"),
        (material(media_type="application/PDF"), "material-type"),
        (material(media_type=""), "material-type"),
    ],
)
def test_only_what_is_listed_is_taken(told: SubmittedMaterial, code: str | None) -> None:
    rules = shipped()[2]
    assert [reason.code for reason in rules.refusals(told)] == ([code] if code else [])


@pytest.mark.parametrize(
    ("media_type", "head", "taken"),
    [
        ("application/pdf", b"%PDF-1.7", True),
        ("application/pdf", b"%PDF", False),
        ("application/pdf", b" %PDF-", False),
        ("application/pdf", b"<html>", False),
        ("application/pdf", b"", False),
        ("application/ofd", b"PK\x03\x04", True),
        ("application/ofd", b"%PDF-1.7", False),
        ("image/tiff", b"II*\x00", True),
        ("image/tiff", b"MM\x00*", True),
        ("image/jpeg", b"\xff\xd8\xff\xe0", True),
        ("image/png", b"\x89PNG\r\n\x1a\n", True),
        ("text/html", b"<html>", False),
    ],
)
def test_a_content_is_known_by_its_first_bytes(
    media_type: str, head: bytes, *, taken: bool
) -> None:
    found = shipped()[2].disguise(material(media_type=media_type), head)
    assert (found is None) == taken


def test_all_files_of_a_case_have_a_limit_together() -> None:
    rules = shipped()[2]
    half = rules.case_bytes_max // 2
    assert rules.over([material(size=half), material(size=half)]) is None
    found = rules.over([material(size=half), material(size=half + 1)])
    assert found is not None
    assert found.code == "material-large"


@pytest.mark.parametrize(
    ("begins", "codes"),
    [(["25"], set()), ([], {"material-magic"}), (["zz"], {"material-magic"})],
)
def test_every_problem_of_a_list_is_found(begins: list[str], codes: set[str]) -> None:
    rules = shipped()[2]
    media = rules.media[0].model_copy(update={"begins": tuple(begins)})
    changed = rules.model_copy(update={"media": (media,)})
    assert {reason.code for reason in MaterialRules.check(changed)} == codes
    twice = rules.model_copy(update={"media": (rules.media[0], rules.media[0])})
    assert [reason.code for reason in MaterialRules.check(twice)] == ["material-row-twice"]


def test_several_files_of_one_material_are_told_apart() -> None:
    codes = ("form", "plan", "form", "form")
    party = Party(
        kind="organisation", scheme=Scheme.USCC, code=Sensitive("1"), name=Sensitive("2")
    )
    application = Application(
        item="item",
        handling_region="310000",
        applicant=party,
        materials=tuple(material(code=code, size=n) for n, code in enumerate(codes)),
        submitted_at=datetime(2026, 3, 2, tzinfo=UTC),
    )
    found = files_of(application)
    assert {code: told.size for code, told in found.items()} == {
        "form": 0,
        "plan": 1,
        "form~2": 2,
        "form~3": 3,
    }
    assert all(told.code == code for code, told in found.items())

"""Static reports, provenance and versions."""

import tomllib

import pytest

from interop.errors import KnowledgeError
from interop.lens import Lens, MappingFile
from interop.lens.report import provenance, report, unsigned_fields
from interop.lens.versions import Migration
from interop.model.canonical import Json


def test_every_field_says_where_it_comes_from(every: dict[str, MappingFile]) -> None:
    lens = Lens.of(every["wide"], digest="sha-256:00")
    rows = {origin.field: origin for origin in provenance(lens)}
    assert rows["cert.number"].source == "简称+年+区+号"
    assert rows["cert.valid_until"].source == "有效期.止"
    assert rows["body.owners[].born"].source == "cy+cm+cd"
    assert rows["body.owners[].shares[].part"].codec == "number"
    assert {name: rows[name].kind for name in ("body.area", "body.title", "body.state")} == {
        "body.area": "one-way",
        "body.title": "one-way",
        "body.state": "quotient",
    }
    assert rows["inner.name"].kind == "bijective"
    assert {origin.mapping for origin in rows.values()} == {"sha-256:00"}
    assert {origin.signed for origin in rows.values()} == {None}


def test_what_must_be_signed_is_told_when_its_part_is_not(
    every: dict[str, MappingFile],
) -> None:
    lens = Lens.of(every["ofd"])
    assert unsigned_fields(lens, signed={"OFD.xml"}) == ()
    assert unsigned_fields(lens, signed={"Doc_0/Document.xml"}) == ("cert.number",)
    assert {origin.signed for origin in provenance(lens, signed=set())} == {False}
    assert {origin.part for origin in provenance(lens)} == {"OFD.xml"}


def test_a_report_lists_what_is_lost(every: dict[str, MappingFile]) -> None:
    told = report(every["wide"], Lens.of(every["wide"]))
    assert told.merged == ("state",)
    assert ("二维码", "drawn from the rest") in told.ignored
    assert report(every["sample"], Lens.of(every["sample"])).absent == (
        ("note", "no place for it"),
    )


def test_the_source_can_be_read(sample: Lens) -> None:
    assert "def get0(d):" in sample.source
    assert "def put0(v, d):" in sample.source
    assert "'状态'" in sample.source


def step(fields: str, loss: str = "") -> Lens:
    text = f"""
[mapping]
id = "000000.step"
version = "1.0.0"
region = "000000"
format = "json"
source = "made up"
[fields]
{fields}
[loss]
{loss}
"""
    return Lens.of(MappingFile.from_value(tomllib.loads(text)))


STEPS = {
    1: step('"body.full_name" = "body.name"\n"body.since" = "body.since"'),
    2: step(
        '"body.name" = "body.full_name"\n"body.kind" = { value = "company" }',
        'ignore = [{ path = "body.since", reason = "moved to another type" }]',
    ),
}
OLD: Json = {"body": {"name": "甲", "since": "2020-01-01"}}


def test_versions_migrate_up_and_down_and_lose_nothing() -> None:
    way = Migration.of(STEPS, start=1, end=3)
    new = way.up(OLD)
    assert new == {"body": {"name": "甲", "kind": "company"}}
    assert way.down(new, OLD) == OLD
    changed: Json = {"body": {"name": "乙", "kind": "company"}}
    assert way.down(changed, OLD) == {"body": {"name": "乙", "since": "2020-01-01"}}
    assert Migration.of(STEPS, start=2, end=2).up(OLD) == OLD


@pytest.mark.parametrize(("start", "end"), [(1, 4), (0, 2), (3, 1)])
def test_a_missing_step_is_named(start: int, end: int) -> None:
    with pytest.raises(KnowledgeError, match="lens-version-unreached"):
        Migration.of(STEPS, start=start, end=end)

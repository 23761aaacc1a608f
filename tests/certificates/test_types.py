"""Shipped knowledge is sound; types, mappings and the list of uses that are not are named."""

from datetime import date

import pytest

from interop.certificates import (
    CertificateType,
    CertificateTypes,
    UseList,
    check_certificate_mapping,
    check_certificate_type,
    check_use_list,
)
from interop.certificates.types import COMMON
from interop.certificates.use_list import Use
from interop.conformance.strategies.certificates import CARD, LICENCE, covers, use_list
from interop.errors import KnowledgeError
from interop.lens import MappingFile
from interop.lens.schema import FieldRule
from interop.model.canonical import Json

USE = Use("outdoor-advertising", LICENCE, "320500", "310115", date(2026, 3, 2))


def test_shipped_types_and_mappings_are_sound(
    types: dict[str, CertificateType], files: dict[str, MappingFile]
) -> None:
    assert sorted(types) == [
        "associate-constructor",
        "business-licence",
        "construction-permit",
        "construction-planning-permit",
        "real-estate-certificate",
        "resident-card",
        "road-transport-licence",
        "vehicle-licence",
    ]
    assert len(files) == 4 * len(types)
    for name, one in types.items():
        assert one.type == name
        assert check_certificate_type(one) == ()
        assert one.type_code_verified != "yes"
    for name, file in files.items():
        kind, region = name.split("/")
        assert (file.mapping.certificate, file.mapping.region) == (kind, region)
        assert check_certificate_mapping(file, types[kind]) == ()


def test_catalogue_codes_of_shanghai(files: dict[str, MappingFile]) -> None:
    local = {name: file.mapping.type_code for name, file in files.items()}
    assert local["resident-card/310000"] == "310105109000100"
    assert local["business-licence/310000"] == "310100717000200"


def test_the_catalogue_finds_types_by_name(types: dict[str, CertificateType]) -> None:
    catalogue = CertificateTypes(types.values())
    assert catalogue.names == tuple(sorted(types))
    assert catalogue.type(LICENCE) is types[LICENCE]
    with pytest.raises(KnowledgeError, match="certificate-type-unknown"):
        catalogue.type("passport")
    with pytest.raises(KnowledgeError, match="certificate-type-twice"):
        CertificateTypes([types[CARD], types[LICENCE], types[CARD]])


@pytest.mark.parametrize(
    "code",
    ["", "11100000MB0143028R", "11100000MB0143028R00１", "11100000MB0143028A001", "x" * 21],
)
def test_a_type_code_is_a_credit_code_and_a_number(
    types: dict[str, CertificateType], code: str
) -> None:
    broken = types[LICENCE].model_copy(update={"type_code": code})
    assert [one.code for one in check_certificate_type(broken)] == [
        "certificate-type-code-malformed"
    ]


def test_values_belong_to_codes_and_differ(types: dict[str, CertificateType]) -> None:
    licence = types[LICENCE]
    code = licence.fields["company_type"]
    fields = {
        "bare": code.model_copy(update={"values": ()}),
        "twice": code.model_copy(update={"values": (*code.values, code.values[0])}),
        "text": code.model_copy(update={"type": "text"}),
        "sound": code,
    }
    found = check_certificate_type(licence.model_copy(update={"fields": fields}))
    assert [one.field for one in found] == ["fields.bare", "fields.twice", "fields.text"]


@pytest.mark.parametrize(
    ("path", "codec"),
    [
        ("cert.type_code", "const:11100000000013127D001"),
        ("cert.status", "text"),
        ("cert.status", "code:company_type"),
        ("cert.holder.scheme", "code:status"),
        ("cert.trust_level", "text"),
        ("cert.issued_on", "date_or_open:%Y|长期"),
        ("cert.issued_on", "date_or_open:%Y%m%d|长期"),
        ("cert.valid_until", "text"),
        ("cert.title", "date:%Y%m%d"),
        ("body.company_type", "code:status"),
        ("body.company_type", "text"),
        ("body.established_on", "text"),
        ("body.capital", "date_or_open:%Y%m%d|长期"),
    ],
)
def test_a_codec_gives_what_the_field_holds(
    types: dict[str, CertificateType], files: dict[str, MappingFile], path: str, codec: str
) -> None:
    file = files[f"{LICENCE}/320000"]
    rule = file.fields[path]
    source = rule if isinstance(rule, str) else rule.source
    changed = FieldRule.model_validate({"from": source, "codec": codec})
    broken = file.model_copy(update={"fields": {**file.fields, path: changed}})
    found = check_certificate_mapping(broken, types[LICENCE])
    # A code list that the field no longer uses is told of too.
    assert [one.field for one in found if not one.field.startswith("codes.")] == [path]


def test_a_mapping_is_of_the_type_of_its_folder(
    types: dict[str, CertificateType], files: dict[str, MappingFile]
) -> None:
    found = check_certificate_mapping(files[f"{LICENCE}/310000"], types[CARD])
    assert "certificate-mapping-of-another-type" in {one.code for one in found}
    assert "lens-field-must-be-fed" in {one.code for one in found}


def test_every_common_field_is_one_of_the_record() -> None:
    assert [path for path, required in COMMON.items() if not required] == ["cert.valid_from"]


def test_the_shipped_list_says_it_is_illustrative(uses: UseList) -> None:
    assert check_use_list(uses) == ()
    assert uses.illustrative
    assert all(row.illustrative for row in uses.rows)
    assert {(row.certificate, row.from_region, row.to_region) for row in uses.rows} == {
        (LICENCE, "320000", "310000"),
        (CARD, "320000", "310000"),
    }
    assert uses.allows(USE, covers=covers)


@pytest.mark.parametrize(
    ("changed", "allowed"),
    [
        ({}, True),
        ({"item": "tree-felling"}, False),
        ({"certificate": "real-estate-certificate"}, False),
        ({"source": "330100"}, False),
        ({"source": "310000"}, False),
        ({"consumer": "320500"}, False),
        ({"on": date(2026, 1, 1)}, True),
        ({"on": date(2025, 12, 31)}, False),
        ({"on": date(2026, 6, 30)}, True),
        ({"on": date(2026, 7, 1)}, False),
    ],
)
def test_a_use_needs_its_own_row(changed: dict[str, object], allowed: bool) -> None:  # noqa: FBT001 -- a parameter of the example
    rows = tuple(
        row.model_copy(
            update={"approved_from": date(2026, 1, 1), "approved_until": date(2026, 6, 30)}
        )
        for row in use_list().rows
    )
    uses = use_list().model_copy(update={"rows": rows})
    fields = {name: getattr(USE, name) for name in USE.__slots__} | changed
    assert uses.allows(Use(**fields), covers=covers) is allowed


def test_a_list_with_repeated_or_empty_rows_is_named() -> None:
    row = use_list().rows[0]
    late = row.model_copy(update={"certificate": CARD, "approved_until": date(2020, 1, 1)})
    found = check_use_list(use_list().model_copy(update={"rows": (row, row, late)}))
    assert [(one.code, one.field) for one in found] == [
        ("certificate-use-row-twice", "rows[1]"),
        ("certificate-use-row-period", "rows[2].approved_until"),
    ]


def test_a_region_is_six_digits() -> None:
    value: Json = {**use_list().masked(), "rows": [{"item": "x", "from_region": "32"}]}  # type: ignore[dict-item]  # an object
    with pytest.raises(KnowledgeError):
        UseList.from_value(value, error=KnowledgeError)

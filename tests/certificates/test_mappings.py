"""Every shipped mapping is lawful and says what it means; planted bugs do not get through."""

import copy
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from interop.certificates import (
    CertificateType,
    certificate_of,
    check_certificate_mapping,
    inspect_certificate,
    view,
)
from interop.certificates.reading import write
from interop.conformance.laws import check_laws, lawful
from interop.errors import InteropError, KnowledgeError
from interop.lens import Lens, MappingFile
from interop.lens.laws import holds, route

ROOT = Path(__file__).parents[2] / "mappings/certificates"
PROVINCES = ("310000", "320000", "330000", "340000")
TYPES = (
    "associate-constructor",
    "business-licence",
    "construction-permit",
    "construction-planning-permit",
    "real-estate-certificate",
    "resident-card",
    "road-transport-licence",
    "vehicle-licence",
)
Toml = dict[str, Any]


def toml(name: str) -> Toml:
    return tomllib.loads((ROOT / f"{name}.toml").read_text(encoding="utf-8"))


def type_of(name: str) -> CertificateType:
    return CertificateType.from_value(toml(f"{name}/canonical"))


def mapping(name: str, region: str) -> MappingFile:
    return MappingFile.from_value(toml(f"{name}/{region}"))


@pytest.mark.parametrize("region", PROVINCES)
@pytest.mark.parametrize("name", TYPES)
def test_a_shipped_mapping_is_sound_and_means_what_its_example_says(
    name: str, region: str
) -> None:
    file, of_type = mapping(name, region), type_of(name)
    assert check_certificate_mapping(file, of_type) == ()
    lens = Lens.of(file)
    assert file.examples
    assert all(holds(lens, example) for example in file.examples)


@pytest.mark.parametrize("name", TYPES)
def test_an_example_becomes_a_certificate_without_findings_and_goes_to_every_province(
    name: str,
) -> None:
    of_type = type_of(name)
    lenses = [Lens.of(mapping(name, region)) for region in PROVINCES]
    for region, lens in zip(PROVINCES, lenses, strict=True):
        document = lens.decode(mapping(name, region).examples[0].document.encode())
        certificate = certificate_of(lens.get(document), type=of_type)
        assert inspect_certificate(certificate, type=of_type, on=certificate.issued_on) == ()
        assert view(certificate, layout=lens) == lens.get(document)
        for there in lenses:
            sent = write(certificate, there)
            assert certificate_of(there.get(sent), type=of_type) == certificate
            assert route(lens, there, document)


def test_what_could_not_be_verified_is_flagged() -> None:
    for name in TYPES:
        of_type = type_of(name)
        assert of_type.type_code_verified != "yes"
        assert of_type.illustrative
        for region in PROVINCES:
            head = mapping(name, region).mapping
            assert (head.verified, head.illustrative) == ("no", True)
            assert head.source


def test_several_holders_need_a_list() -> None:
    name = "real-estate-certificate"
    lens = Lens.of(mapping(name, "310000"))
    document = lens.decode(mapping(name, "310000").examples[0].document.encode())
    certificate = certificate_of(lens.get(document), type=type_of(name))
    assert len(certificate.holders) == 2
    with pytest.raises(KnowledgeError, match="certificate-holders-many"):
        view(certificate)


# Planted bugs: what an integrator gets wrong, one at a time.

ESTATE, PERMIT = "real-estate-certificate/340000", "construction-permit/330000"
LICENCE, VEHICLE = "business-licence/320000", "vehicle-licence/340000"
WORKER, HAN = "associate-constructor/330000", "construction-permit/310000"

Bug = Callable[[Toml], object]


def fields(file: Toml) -> Toml:
    found: Toml = file["fields"]
    return found


def swap(one: str, two: str) -> Bug:
    def plant(file: Toml) -> None:
        rules = fields(file)
        rules[one], rules[two] = rules[two], rules[one]

    return plant


def rule(name: str, **changes: object) -> Bug:
    def plant(file: Toml) -> None:
        old = fields(file)[name]
        fields(file)[name] = {**(old if isinstance(old, dict) else {"from": old}), **changes}

    return plant


def only(name: str, value: object) -> Bug:
    return lambda file: fields(file).__setitem__(name, value)


def drop(name: str) -> Bug:
    return lambda file: fields(file).pop(name)


def code(table: str, **changes: str | None) -> Bug:
    def plant(file: Toml) -> None:
        for key, value in changes.items():
            if value is None:
                del file["codes"][table][key[1:]]
            else:
                file["codes"][table][key[1:]] = value

    return plant


def member(name: str, inner: str, value: object) -> Bug:
    return lambda file: fields(file)[name]["fields"].__setitem__(inner, value)


def swap_members(name: str, one: str, two: str) -> Bug:
    def plant(file: Toml) -> None:
        inner = fields(file)[name]["fields"]
        inner[one], inner[two] = inner[two], inner[one]

    return plant


BUGS: dict[str, tuple[str, Bug]] = {
    "two texts swapped": (LICENCE, swap("body.name", "body.legal_representative")),
    "holder and issuer swapped": (LICENCE, swap("cert.holder.name", "cert.issuer_name")),
    "two days swapped": (VEHICLE, swap("cert.issued_on", "body.registered_on")),
    "day and month swapped": (LICENCE, rule("cert.issued_on", codec="date:%Y年%d月%m日")),
    "another date pattern": (LICENCE, rule("cert.issued_on", codec="date:%Y-%m-%d")),
    "a date pattern without a day": (LICENCE, rule("cert.issued_on", codec="date:%Y年%m月")),
    "a day read as text": (LICENCE, rule("cert.issued_on", codec="text")),
    "an open end not foreseen": (LICENCE, rule("cert.valid_until", codec="date:%Y年%m月%d日")),
    "another word for an open end": (
        LICENCE,
        rule("cert.valid_until", codec="date_or_open:%Y年%m月%d日|永久"),
    ),
    "a required field dropped": (LICENCE, drop("body.name")),
    "an optional field dropped": (LICENCE, drop("body.scope")),
    "a required field made optional": (LICENCE, rule("body.name", optional=True)),
    "one source for two fields": (LICENCE, only("body.name", "CZZT")),
    "a field of a container as well as the container": (LICENCE, only("body.name", "KZ")),
    "a misspelt source": (LICENCE, only("body.name", "KZ.QYMCC")),
    "a misspelt field": (LICENCE, only("body.nmae", "KZ.QYMC")),
    "an unknown codec": (LICENCE, rule("body.name", codec="txet")),
    "an unknown code list": (LICENCE, rule("body.company_type", codec="code:kind")),
    "a code with a meaning of its own": (LICENCE, code("status", _01="fine")),
    "two codes with one meaning": (LICENCE, code("status", _02="valid")),
    "codes swapped": (LICENCE, code("status", _01="suspended", _02="valid")),
    "a code dropped": (LICENCE, code("status", _01=None)),
    "a code list of another field": (LICENCE, rule("cert.status", codec="code:trust_level")),
    "a code read as text": (LICENCE, rule("cert.status", codec="text")),
    "a silent default for the status": (LICENCE, only("cert.status", {"value": "valid"})),
    "a silent default for the end": (
        LICENCE,
        only("cert.valid_until", {"value": "2099-12-31"}),
    ),
    "a constant type code of another type": (
        LICENCE,
        rule("cert.type_code", codec="const:11100000000013127D001"),
    ),
    "a merged list that is not declared": (
        LICENCE,
        lambda file: file["loss"].pop("quotient"),
    ),
    "a loss without a reason": (
        LICENCE,
        lambda file: file["loss"].update(ignore=[{"path": "EWM", "reason": ""}]),
    ),
    "an ignored field that is mapped": (
        LICENCE,
        lambda file: file["loss"].update(ignore=[{"path": "ZZBH", "reason": "r"}]),
    ),
    "a required field declared absent": (
        LICENCE,
        lambda file: (
            fields(file).pop("body.name"),
            file["loss"].update(absent=[{"path": "body.name", "reason": "r"}]),
        ),
    ),
    "amount and unit swapped": (
        PERMIT,
        rule("body.contract_price", **{"from": ["KZ.HTJGDW", "KZ.HTJG"]}),
    ),
    "the unit forgotten": (
        PERMIT,
        only("body.contract_price", {"from": "KZ.HTJG", "codec": "decimal"}),
    ),
    "an amount read as text": (HAN, rule("body.contract_price", codec="text")),
    "a unit of no money": (HAN, rule("body.contract_price", codec="money_cn:平方米")),
    "year and day swapped": (
        WORKER,
        rule("cert.issued_on", **{"from": ["ZZBFR", "ZZBFY", "ZZBFN"]}),
    ),
    "two parts of a day": (WORKER, rule("cert.issued_on", **{"from": ["ZZBFN", "ZZBFY"]})),
    "parts of a number swapped": (
        ESTATE,
        rule("cert.number", **{"from": ["ZZBH_Q", "ZZBH_N", "ZZBH_JC", "ZZBH_XH"]}),
    ),
    "fixed text of a number wrong": (
        ESTATE,
        rule("cert.number", codec="affix:{}({:4d}){}不动产权第{:7d}号"),
    ),
    "parts that run into each other": (
        ESTATE,
        rule("cert.number", codec="affix:{}{}{}{}"),
    ),
    "columns of a list swapped": (ESTATE, swap_members("cert.holders[]", "name", "code")),
    "another separator": (ESTATE, rule("cert.holders[]", codec="zip_split:;")),
    "a list without a key": (ESTATE, rule("cert.holders[]", key="")),
    "a key that is no member": (ESTATE, rule("cert.holders[]", key="number")),
    "a list read as one field": (ESTATE, only("cert.holders[]", {"from": "CZZT"})),
    "a member dropped": (
        ESTATE,
        lambda file: fields(file)["cert.holders[]"]["fields"].pop("scheme"),
    ),
    "one column twice": (ESTATE, member("cert.holders[]", "code", "CZZT")),
    "a repetition without its number": (PERMIT, member("body.parties[]", "name", "CJDW_DWMC")),
    "too few repetitions": (PERMIT, rule("body.parties[]", max=1)),
    "repetitions of another field": (PERMIT, swap_members("body.parties[]", "role", "name")),
    "both ends of a period swapped": (
        VEHICLE,
        lambda file: file["splits"].update(ZZYXQ="{JZ}至{QS}"),
    ),
    "another word between the ends": (
        VEHICLE,
        lambda file: file["splits"].update(ZZYXQ="{QS}到{JZ}"),
    ),
    "a signed field that is not fed": (
        ESTATE,
        lambda file: file["mapping"].update(requires_signed=["cert.no"]),
    ),
    "another root": (LICENCE, lambda file: file["mapping"].update(root="CERTIFICATE")),
    "another format": (LICENCE, lambda file: file["mapping"].update(format="json")),
    "another type": (LICENCE, lambda file: file["mapping"].update(certificate="resident-card")),
    "no source named": (LICENCE, lambda file: file["mapping"].pop("source")),
}


def caught(file: Toml, of_type: CertificateType) -> bool:
    """Whether the schema, the loader, the file's example or a law refuses ``file``."""
    try:
        read = MappingFile.from_value(file)
        if check_certificate_mapping(read, of_type):
            return True
        lens = Lens.of(read)
        if not all(holds(lens, example) for example in read.examples):
            return True
    except InteropError:
        return True
    return not lawful(check_laws(read, examples=5))


def test_there_are_enough_bugs_and_the_files_are_right_without_them() -> None:
    assert len(BUGS) >= 30
    for name in {ESTATE, PERMIT, LICENCE, VEHICLE, WORKER, HAN}:
        assert not caught(toml(name), type_of(name.partition("/")[0])), name


@pytest.mark.parametrize("bug", BUGS)
def test_a_planted_bug_is_caught(bug: str) -> None:
    name, plant = BUGS[bug]
    broken = copy.deepcopy(toml(name))
    broken.setdefault("loss", {})
    plant(broken)
    assert broken != toml(name)
    assert caught(broken, type_of(name.partition("/")[0]))


def test_the_case_on_which_a_known_tool_loses_data_round_trips() -> None:
    # Cambria, on a many-to-one code list and the head of a list, turns state 1100 into 1130
    # and owners [a, b] into [a, a, b].
    file = MappingFile.from_value(
        tomllib.loads(
            """
[mapping]
id = "990000.head"
version = "1.0.0"
region = "990000"
format = "json"
source = "made up"
[codes.state]
"1130" = "llc"
"1100" = "llc"
"1200" = "joint-stock"
[fields]
"state" = { from = "state", codec = "code:state" }
"owners[]" = { from = "owners", key = "name", fields = { name = "name" } }
[loss]
quotient = [{ path = "state", reason = "one word" }]
ignore = [{ path = "owners[].share", reason = "not asked for" }]
"""
        )
    )
    lens = Lens.of(file)
    for state in ("1100", "1130"):
        old = {
            "state": state,
            "owners": [{"name": "a", "share": "1"}, {"name": "b", "share": "2"}],
        }
        read = lens.get(old)  # type: ignore[arg-type]  # plain JSON
        assert lens.put(read, old) == old  # type: ignore[arg-type]  # plain JSON
        assert isinstance(read, dict)
        head = {**read, "owners": [{"name": "b"}]}
        assert lens.put(head, old) == {"state": state, "owners": [{"name": "b", "share": "2"}]}  # type: ignore[arg-type]  # plain JSON

"""The code lists and crosswalks that are shipped."""

from pathlib import Path

import pytest

from interop.errors import KnowledgeError
from interop.knowledge.reading import read_bytes
from interop.model import item_code
from interop.model.certificate import CertificateStatus
from interop.model.codes import (
    Code,
    CodeSystem,
    ConceptMap,
    check_ends,
    check_map,
    check_system,
    inverse,
    translate,
)
from interop.model.item import Limit, Material
from interop.model.party import Scheme

MAPS = {
    "certificate-status",
    "guangdong-time-unit",
    "holder-code-type",
    "material-necessity",
    "project-type",
    "satisfaction-stars",
    "service-object",
    "special-procedure",
}
HOLDER = "GBT36903:holder-code-type@2018"
OLDER = "CN-PRACTICE:special-procedure@1"
STATUS = "MOHURD:certificate-status@1"


@pytest.fixture(scope="module")
def systems(root: Path) -> dict[str, CodeSystem]:
    found: dict[str, CodeSystem] = {}
    for file in sorted((root / "mappings/codes").glob("*.toml")):
        value = read_bytes(file.read_bytes(), file.name)
        system = CodeSystem.from_value(value, error=KnowledgeError, field=file.name)
        assert check_system(system) == ()
        assert system.edition not in found
        found[system.edition] = system
    return found


@pytest.fixture(scope="module")
def maps(root: Path) -> dict[str, ConceptMap]:
    found = {}
    for file in sorted((root / "mappings/codes/maps").glob("*.toml")):
        value = read_bytes(file.read_bytes(), file.name)
        crosswalk = ConceptMap.from_value(value, error=KnowledgeError, field=file.name)
        assert crosswalk.id == file.stem
        found[file.stem] = crosswalk
    return found


def test_every_map_fits_its_ends(
    systems: dict[str, CodeSystem], maps: dict[str, ConceptMap]
) -> None:
    assert maps.keys() >= MAPS
    for crosswalk in maps.values():
        source, target = systems[crosswalk.from_system], systems[crosswalk.to_system]
        assert check_map(crosswalk) == ()
        assert check_ends(crosswalk, source, target) == ()
        back = inverse(crosswalk, target)
        for concept in source.concepts:
            found = translate(crosswalk, source.code(concept.code))
            if not found.lost and found.code:
                assert translate(back, found.code).code == source.code(concept.code)


@pytest.mark.parametrize(
    ("name", "code", "to", "lost"),
    [
        ("satisfaction-stars", "GBT39046:A.8@2020#1", "INTEROP:stars@1#5", False),
        ("satisfaction-stars", "GBT39046:A.8@2020#5", "INTEROP:stars@1#1", False),
        ("project-type", "CN-VENDOR:project-type@1#0", "GBT39046:A.6@2020#2", False),
        ("project-type", "CN-VENDOR:project-type@1#2", "GBT39046:A.6@2020#9", True),
        ("service-object", "C0109.2:service-object@2018#5", "GBT39046:A.4@2020#6", True),
        ("service-object", "C0109.2:service-object@2018#6", "GBT39046:A.4@2020#5", False),
        ("service-object", "C0109.2:service-object@2018#9", "GBT39046:A.4@2020#6", True),
        ("holder-code-type", f"{HOLDER}#001", "INTEROP:scheme@1#uscc", False),
        ("holder-code-type", f"{HOLDER}#414", None, True),
        ("certificate-status", f"{STATUS}#02", "INTEROP:certificate-status@1#suspended", False),
        (
            "special-procedure",
            "CN-PRACTICE:special-procedure@1#B",
            "GBT39046:A.7@2020#2",
            False,
        ),
    ],
)
def test_known_clashes_are_translated_with_their_loss(
    maps: dict[str, ConceptMap], name: str, code: str, to: str | None, *, lost: bool
) -> None:
    found = translate(maps[name], Code.parse(code))
    assert (found.code and str(found.code), found.lost) == (to, lost)
    assert bool(found.note) == lost


def test_a_vendors_value_is_not_read_as_a_national_one(
    systems: dict[str, CodeSystem], maps: dict[str, ConceptMap]
) -> None:
    with pytest.raises(KnowledgeError) as caught:
        systems["GBT39046:A.6@2020"].code("0")
    assert caught.value.code == "code-unknown"
    with pytest.raises(KnowledgeError) as caught:
        translate(maps["project-type"], Code.parse("GBT39046:A.6@2020#1"))
    assert caught.value.code == "code-wrong-system"


def test_the_lists_of_our_own_are_those_of_the_records(systems: dict[str, CodeSystem]) -> None:
    def values(edition: str) -> tuple[str, ...]:
        return tuple(concept.code for concept in systems[edition].concepts)

    assert values("INTEROP:scheme@1") == tuple(Scheme)
    assert values("INTEROP:certificate-status@1") == tuple(CertificateStatus)
    assert values("GBT39046:A.2@2020") == tuple(item_code.LEVELS)
    assert frozenset(values("GBT39046:A.1@2020")) == item_code.KINDS
    for value in values("CN-PRACTICE:material-necessity@1"):
        material = {"code": "m", "zh": "材料", "en": "material", "necessity": value}
        assert Material.from_value({**material}).necessity == value
    for value in values("INTEROP:limit-unit@1"):
        assert Limit.from_value({"length": 1, "unit": value}).unit == value


def test_every_norm_level_says_whether_it_may_add_or_tighten(
    systems: dict[str, CodeSystem],
) -> None:
    levels = {
        concept.code: (concept.columns["may_add"], concept.columns["may_tighten"])
        for concept in systems["CN-LAW:norm-levels@1"].concepts
    }
    assert levels == {
        "law": ("yes", "yes"),
        "administrative-regulation": ("yes", "yes"),
        "state-council-decision": ("yes", "yes"),
        "local-regulation": ("yes", "yes"),
        "provincial-rule": ("temporary", "yes"),
        "rule": ("no", "yes"),
        "normative-document": ("unlawful", "unlawful"),
        "none": ("unnamed", "unnamed"),
    }
    assert systems["CN-LAW:norm-levels@1"].verified == "no"

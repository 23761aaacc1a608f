"""Quality: every rule fires alone, scores follow their weights, and nothing else moves."""

import copy
import tomllib
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.certificates import CertificateType, certificate_of
from interop.certificates.check_characters import is_cert_id, is_resident_id, is_uscc
from interop.certificates.quality import FULL, QualityCheck, QualityRules
from interop.conformance.strategies.model import CERTIFICATE_IDS, resident_ids, usccs
from interop.errors import KnowledgeError
from interop.lens import Lens, MappingFile
from interop.model import certificate_id, resident_id, uscc
from interop.model.canonical import Json

ROOT = Path(__file__).parents[2] / "mappings/certificates"
ON = date(2026, 3, 2)


def toml(name: str) -> dict[str, Any]:
    return tomllib.loads((ROOT / f"{name}.toml").read_text(encoding="utf-8"))


RULES = QualityRules.from_value(toml("quality"))


def type_of(name: str) -> CertificateType:
    return CertificateType.from_value(toml(f"{name}/canonical"))


def sample(name: str, region: str = "310000") -> dict[str, Any]:
    file = MappingFile.from_value(toml(f"{name}/{region}"))
    lens = Lens.of(file)
    return cast("dict[str, Any]", lens.get(lens.decode(file.examples[0].document.encode())))


def check(name: str) -> QualityCheck:
    return QualityCheck.of(RULES, type_of(name))


@pytest.mark.parametrize(
    "name", sorted(path.parent.name for path in ROOT.glob("*/canonical.toml"))
)
def test_the_examples_are_perfect_but_for_optional_fields(name: str) -> None:
    found = check(name).assess(sample(name), on=ON)
    assert (found.accuracy, found.validity) == (FULL, FULL)
    assert all(one.score == "completeness" for one in found.findings)
    certificate = certificate_of(sample(name), type=type_of(name))
    assert check(name).assess_certificate(certificate, on=ON).accuracy == FULL


@pytest.mark.parametrize(
    ("path", "value", "score", "code"),
    [
        ("cert.identifier", "1.2.156", "accuracy", "quality-check-character"),
        ("cert.issuer_code", "310000", "accuracy", "quality-check-character"),
        ("cert.holder.code", "N2310115MA1000001M", "accuracy", "quality-check-character"),
        ("body.name", "另一家公司", "accuracy", "quality-fields-differ"),
        ("cert.issued_on", "2026-03-03", "validity", "quality-day-ahead"),
        ("cert.title", "", "completeness", "quality-field-missing"),
        ("body.scope", "", "completeness", "quality-field-missing"),
    ],
)
def test_one_fault_is_one_finding_and_moves_one_score(
    path: str, value: str, score: str, code: str
) -> None:
    held = check("business-licence")
    right = sample("business-licence")
    wrong = copy.deepcopy(right)
    at = wrong
    *containers, last = path.split(".")
    for part in containers:
        at = at[part]
    at[last] = value
    before, after = held.assess(right, on=ON), held.assess(wrong, on=ON)
    new = [one for one in after.findings if one not in before.findings]
    assert [(one.score, one.reason.code, one.reason.field) for one in new] == [
        (score, code, path)
    ]
    moved = {
        name
        for name in ("completeness", "accuracy", "validity")
        if getattr(after, name) < getattr(before, name)
    }
    assert moved == {score}
    assert value not in repr(new) or not value


def test_the_days_of_a_period_are_in_order_and_not_over() -> None:
    held, right = check("vehicle-licence"), sample("vehicle-licence")
    reversed_ = copy.deepcopy(right)
    reversed_["cert"]["valid_until"] = "2020-01-01"
    found = held.assess(reversed_, on=ON)
    assert [one.reason.code for one in found.findings] == [
        "quality-days-reversed",
        "quality-days-reversed",
        "quality-day-past",
    ]
    assert found.validity == FULL * 2 // 10
    over = copy.deepcopy(right)
    over["cert"]["valid_until"] = "2026-03-01"
    assert held.assess(over, on=ON).validity < FULL
    over["cert"]["valid_until"] = "2026-03-02"
    assert held.assess(over, on=ON).validity == FULL
    over["cert"] |= {"valid_until": "2026-03-01", "status": "lapsed"}
    assert held.assess(over, on=ON).validity == FULL


def test_every_holder_is_looked_at() -> None:
    held, wrong = check("real-estate-certificate"), sample("real-estate-certificate")
    wrong["cert"]["holders"][1]["code"] = "N2310115MA1000001M"
    found = held.assess(wrong, on=ON)
    assert [one.reason.code for one in found.findings] == ["quality-check-character"]


def test_any_view_can_be_assessed() -> None:
    junks: list[Json] = [
        {},
        {"cert": None},
        {"cert": {"holder": 7}, "body": []},
        {"cert": {"holders": [1]}},
    ]
    for junk in junks:
        assert check("business-licence").assess(junk, on=ON).completeness == 0


def test_a_rule_names_what_it_needs() -> None:
    rule: Json = {
        "kind": "same",
        "field": "cert.title",
        "score": "accuracy",
        "source": "x",
        "verified": "no",
    }
    with pytest.raises(KnowledgeError, match="quality-rule-misfit"):
        QualityCheck.of(QualityRules.from_value({"rules": [rule]}), type_of("resident-card"))


IDENTIFIERS = st.one_of(usccs(), CERTIFICATE_IDS, resident_ids(), st.text(max_size=20))


@given(text=IDENTIFIERS, place=st.integers(0, 80), char=st.sampled_from("0A9ZXx.É１IO "))
def test_the_quick_checks_say_what_inspecting_says(text: str, place: int, char: str) -> None:
    for one in (text, text[:place] + char + text[place + 1 :]):
        for quick, found in (
            (is_uscc, uscc.inspect(one)),
            (is_resident_id, resident_id.inspect(one, on=date.max)),
        ):
            assert quick(one) == (found.ok and found.value == one)
        assert is_cert_id(one) == certificate_id.inspect(one).ok
    assert not is_uscc(None)
    assert not is_cert_id(7)

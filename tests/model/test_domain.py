"""What holds for every record of the domain."""

import importlib
import pkgutil
import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

import interop.model
from interop.conformance.strategies.model import parties
from interop.errors import CaseError
from interop.model.canonical import Json, canonical_bytes
from interop.model.case import Application, Package
from interop.model.day import day_of
from interop.model.judgement import Decision, Exemption
from interop.model.party import Party
from interop.model.record import Record
from interop.model.sensitive import Sensitive

ATTRIBUTE = re.compile(r"^        (\w+): ", re.MULTILINE)
ON = date(2026, 2, 11)
# Half an hour around midnight in Shanghai, told in several zones.
MINUTES = st.integers(-30, 30)
ZONES = st.integers(-12, 14).map(lambda hours: timezone(timedelta(hours=hours)))


def records() -> list[type[Record]]:
    modules = [
        importlib.import_module(f"{interop.model.__name__}.{module.name}")
        for module in pkgutil.iter_modules(interop.model.__path__)
    ]
    return [
        kind
        for module in modules
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Record)
        if kind.__module__ == module.__name__
    ]


def leaves(hint: object) -> set[object]:
    """Return the types that a hint is made of."""
    parts = get_args(hint)
    return {hint}.union(*map(leaves, parts)) if parts else {hint}


RECORDS = records()


def package(party: Party) -> Package:
    application = Application(
        item="outdoor-advertising",
        handling_region="310115",
        applicant=party,
        facts={"area": "12.5", "lit": True, "sides": 2, "uses": ["a", "b"]},
        submitted_at=datetime(2026, 2, 10, 16, 30, tzinfo=UTC),
    )
    decision = Decision(
        item="outdoor-advertising",
        region="310115",
        version="2026-01",
        criterion_digest="d",
        on=ON,
        intake="acceptable",
        merits="met",
    )
    exemption = Exemption(
        item="outdoor-advertising",
        region="310115",
        item_digest="d",
        on=ON,
        required=("licence",),
        materials=(),
        spared=(),
        outstanding=("licence",),
        evidence_digest="d",
    )
    return Package(
        case="C-1",
        application=application,
        token=Sensitive("the-token"),
        exemption=exemption,
        decision=decision,
        knowledge={"item": "d"},
        evidence_salt=Sensitive("the-salt"),
    )


@pytest.mark.parametrize("kind", RECORDS, ids=lambda kind: kind.__name__)
def test_records_are_closed_strict_frozen_and_describe_their_fields(kind: type[Record]) -> None:
    config = kind.model_config
    assert config["frozen"]
    assert config["strict"]
    assert config["extra"] == "forbid"
    assert config["hide_input_in_errors"]
    _, told, attributes = (kind.__doc__ or "").partition("Attributes:")
    inherited = {
        name for parent in kind.__bases__ for name in getattr(parent, "model_fields", {})
    }
    if told:
        own = [name for name in kind.model_fields if name not in inherited]
        assert ATTRIBUTE.findall(attributes) == own


@pytest.mark.parametrize("kind", RECORDS, ids=lambda kind: kind.__name__)
def test_instants_are_aware(kind: type[Record]) -> None:
    for hint in get_type_hints(kind, include_extras=True).values():
        assert datetime not in leaves(hint)


@given(party=parties())
def test_a_package_comes_back_whole_and_prints_without_persons(party: Party) -> None:
    sent = package(party)
    assert Package.from_json(sent.to_bytes()) == sent
    shown = canonical_bytes(sent.masked()).decode() + repr(sent)
    for secret in ("the-token", "the-salt", party.code.reveal(), party.name.reveal()):
        assert secret not in shown
    with pytest.raises(ValidationError):
        sent.case = "C-2"  # type: ignore[misc]  # frozen is what the test is about


def test_a_package_with_a_wrong_fact_is_refused_with_its_path() -> None:
    party: dict[str, Json] = {
        "kind": "organisation",
        "scheme": "passport",
        "code": "1",
        "name": "甲",
    }
    wrong: dict[str, Json] = {
        "item": "i",
        "handling_region": "310115",
        "applicant": party,
        "facts": {"area": None},
        "submitted_at": "2026-02-11T00:30:00",
    }
    with pytest.raises(CaseError) as caught:
        Application.from_value(wrong)
    fields = {reason.field.split(".")[1] for reason in caught.value.reasons}
    assert fields == {"applicant", "facts", "submitted_at"}


@given(minutes=MINUTES, zone=ZONES)
def test_the_day_is_that_of_shanghai_wherever_it_is_told(minutes: int, zone: timezone) -> None:
    # Midnight in Shanghai is 16:00 of the day before in UTC.
    instant = datetime(2026, 2, 10, 16, 0, tzinfo=UTC) + timedelta(minutes=minutes)
    expected = ON if minutes >= 0 else ON - timedelta(days=1)
    assert day_of(instant.astimezone(zone)) == expected

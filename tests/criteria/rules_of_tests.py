"""Rules and cases of no country, in the shape in which countries publish theirs."""

import json
from datetime import date
from pathlib import Path

from interop.criteria.certlogic.guards import Facts
from interop.criteria.certlogic.readings import definition_of, read_payload
from interop.criteria.certlogic.symbolic import condition_of
from interop.criteria.evaluation import truth
from interop.criteria.facts import read_facts
from interop.criteria.vocabulary import vocabulary_of
from interop.model.canonical import Json

PUBLISHED = Path(__file__).parents[2].parent / "shared" / "data" / "certlogic"
MISSING = "the published rules are not beside the checkout"
CLOCK: Json = {"plusTime": [{"var": "external.validationClock"}, 0, "day"]}


def var(path: str) -> Json:
    return {"var": path}


def within(amount: int, unit: str) -> Json:
    """The vaccination is not older than this."""
    return {"not-after": [CLOCK, {"plusTime": [var("payload.v.0.dt"), amount, unit]}]}


def rule(logic: Json, **more: Json) -> dict[str, Json]:
    found: dict[str, Json] = {
        "Identifier": "VR-AA-0001",
        "Type": "Acceptance",
        "Country": "AA",
        "Version": "1.0.0",
        "CertificateType": "Vaccination",
        "Description": [{"lang": "en", "desc": "a rule"}],
        "ValidFrom": "2021-01-01T00:00:00Z",
        "ValidTo": "2030-01-01T00:00:00Z",
        "Logic": logic,
    }
    return found | more


def write(file: Path, value: Json) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(value), encoding="utf-8")


def publish(folder: Path, country: str, logic: Json, **more: Json) -> None:
    """Write one more rule of a country."""
    number = len(list(folder.glob(f"{country}/*")))
    name = f"VR-{country}-{number:04}"
    write(folder / country / name / "rule.json", rule(logic, Identifier=name, **more))


def judged(logic: Json, data: Json) -> bool | None:
    """The truth of an imported expression, three-valued."""
    facts = Facts()
    node = condition_of(logic, {}, facts)
    readings = facts.readings.values()
    vocabulary = vocabulary_of([definition_of(reading) for reading in readings])
    stated = read_facts(vocabulary, read_payload(readings, data), has_agent=False)
    return truth(node, stated, date(2026, 1, 1))

"""What comparing rule sets of other engines costs: constructed CertLogic jurisdictions.

Each has the five rules that such sets are made of, with thresholds of its own: one
certificate, a list of vaccines, a window after the vaccination, after the test, after the
recovery. Reading the files, importing, proving in a process of its own, its start and the
replay of every applicant are all in the time.
"""

import json
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from interop.criteria.certlogic.matrix import compare_folder
from interop.model.canonical import Json

JURISDICTIONS: Final = 12
ROUNDS: Final = 3
VACCINES: Final = ("EU/1/20/1528", "EU/1/20/1507", "EU/1/21/1529", "EU/1/20/1525", "X-1")
KINDS: Final = {"v": "Vaccination", "t": "Test", "r": "Recovery"}
NOW: Final[Json] = {"plusTime": [{"var": "external.validationClock"}, 0, "day"]}


def run(jurisdictions: int = JURISDICTIONS) -> dict[str, float]:
    """Return the directed checks per second, everything included."""
    with tempfile.TemporaryDirectory() as kept:
        folder = Path(kept)
        for place in range(jurisdictions):
            _publish(folder, place)
        return {"certlogic_checks_per_s": round(statistics.median(_rates(folder)), 1)}


def _rates(folder: Path) -> Iterator[float]:
    for _ in range(ROUNDS):
        found = compare_folder(folder)
        if found.problems or any(p.spurious or p.relation == "undecided" for p in found.pairs):
            raise AssertionError(found.as_json())
        yield len(found.pairs) / found.seconds


def _publish(folder: Path, place: int) -> None:
    for number, (kind, logic) in enumerate(_rules(place)):
        name = f"{kind[0]}R-Z{place:02}-{number:04}"
        rule: dict[str, Json] = {
            "Identifier": name,
            "Type": "Acceptance",
            "Country": f"Z{place:02}",
            "Version": "1.0.0",
            "CertificateType": kind,
            "Description": [{"lang": "en", "desc": "constructed"}],
            "ValidFrom": "2021-07-01T00:00:00Z",
            "ValidTo": f"2023-0{1 + place % 6}-01T00:00:00Z",
            "Logic": logic,
        }
        file = folder / f"Z{place:02}" / name / "rule.json"
        file.parent.mkdir(parents=True)
        file.write_text(json.dumps(rule), encoding="utf-8")


def _rules(place: int) -> Iterator[tuple[str, Json]]:
    listed: Json = list(VACCINES[: 2 + place % 4])
    doses: Json = {">=": [{"var": "payload.v.0.dn"}, {"var": "payload.v.0.sd"}]}
    for key, kind in KINDS.items():
        yield kind, {"===": [{"var": f"payload.{key}.0.tg"}, "840539006"]}
    yield "Vaccination", {"and": [doses, {"in": [{"var": "payload.v.0.mp"}, listed]}]}
    yield (
        "Vaccination",
        _within("payload.v.0.dt", 14 + place % 3, 180 + 30 * (place % 5), "day"),
    )
    yield "Test", _within("payload.t.0.sc", 0, 48 + 24 * (place % 2), "hour")
    yield "Recovery", _within("payload.r.0.fr", 11 + place % 4, 90 + 90 * (place % 2), "day")


def _within(path: str, first: int, last: int, unit: str) -> Json:
    start: Json = {"plusTime": [{"var": path}, first, unit]}
    end: Json = {"plusTime": [{"var": path}, last, unit]}
    return {"not-after": [start, NOW, end]}

"""Certificates streamed through mapping and quality rules: memory stays, both cores work."""

import copy
import resource
import time
import tomllib
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from interop.certificates import CertificateType
from interop.certificates.quality import QualityCheck, QualityRules
from interop.lens import Lens, MappingFile
from interop.model.canonical import Json

ROOT: Final = Path(__file__).parents[1] / "mappings/certificates"
ON: Final = date(2026, 3, 2)


@dataclass(frozen=True, slots=True)
class Size:
    """How many rows are streamed."""

    small: int
    large: int
    timed: int


FULL: Final = Size(small=10_000, large=1_000_000, timed=50_000)


def run(size: Size = FULL) -> dict[str, float | None]:
    """Return the ratio of peaks of memory, and rows per second on one core and on two."""
    peak_small, peak_large = (_alone(_peak, rows) for rows in (size.small, size.large))
    one = _alone(_rate, size.timed)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as two:
        # The rate of each process is of its own work, start-up apart, while both work.
        both = sum(two.map(_rate, [size.timed, size.timed]))
    return {
        "map_rss_ratio": round(peak_large / peak_small, 3),
        "map_rows_per_s_1p": round(one),
        "map_rows_per_s_2p": round(both),
    }


def _alone(work: object, rows: int) -> float:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
        return alone.submit(work, rows).result()  # type: ignore[arg-type]  # a function of rows


def _toml(name: str) -> dict[str, Json]:
    found: dict[str, Json] = tomllib.loads((ROOT / name).read_text(encoding="utf-8"))
    return found


def _tools() -> tuple[Lens, QualityCheck, dict[str, Json]]:
    file = MappingFile.from_value(_toml("business-licence/310000.toml"))
    of_type = CertificateType.from_value(_toml("business-licence/canonical.toml"))
    rules = QualityRules.from_value(_toml("quality.toml"))
    lens = Lens.of(file)
    first = lens.decode(file.examples[0].document.encode())
    return lens, QualityCheck.of(rules, of_type), first if isinstance(first, dict) else {}


def _rows(first: dict[str, Json], rows: int) -> Iterator[dict[str, Json]]:
    for number in range(rows):
        row = copy.copy(first)
        row["证照编号"] = f"测{number:08}"
        row["企业名称"] = row["持证主体"] = f"测试绿化{number}有限公司"
        row["发证日期"] = f"{2000 + number % 26}-0{1 + number % 9}-{1 + number % 28:02}"
        yield row


def _stream(rows: int) -> int:
    lens, check, first = _tools()
    return sum(check.assess(lens.get(row), on=ON).completeness for row in _rows(first, rows))


def _peak(rows: int) -> float:
    _stream(rows)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _rate(rows: int) -> float:
    _stream(100)
    start = time.perf_counter()
    _stream(rows)
    return rows / (time.perf_counter() - start)

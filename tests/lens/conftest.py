from pathlib import Path

import pytest

from interop.knowledge import read_bytes
from interop.lens import Lens, MappingFile

ROOT = Path(__file__).parents[2]
SHIPPED = sorted((ROOT / "mappings/certificates").glob("*/[0-9]*.toml"))

SAMPLE = """
[mapping]
id = "990000.sample"
version = "1.0.0"
region = "990000"
format = "json"
source = "made up"
verified = "no"
illustrative = true

[codes.state]
"1100" = "open"
"1130" = "open"
"1900" = "closed"

[fields]
"state" = { from = "状态", codec = "code:state" }
"holder.code" = { from = "持证主体.代码", codec = "uscc" }
"holder.card" = { from = "持证主体.证件", codec = "resident_id", optional = true }
"holder.name" = { from = "持证主体.名称", optional = true, blank = true }
"certificate" = { from = "证照.标识", codec = "cert_id", optional = true }
"fixed" = { from = "类型", codec = "const:甲类" }
"area" = { from = "区划", codec = "region" }
"since" = { from = "自", codec = "date:%d/%m/%Y" }
"until" = { from = "至", codec = "date_or_open:%Y年%m月%d日|长期", optional = true }

[loss]
ignore = [
  { path = "二维码", reason = "drawn from the rest" },
  { path = "持证主体.电话", reason = "not needed" },
]
absent = [{ path = "note", reason = "no place for it" }]
quotient = [{ path = "state", reason = "the model does not tell them apart" }]
"""


def load(text: str) -> MappingFile:
    return MappingFile.from_value(read_bytes(text.encode(), "sample.toml"))


def every_file() -> list[tuple[str, MappingFile]]:
    shipped = [
        (f"{path.parent.name}/{path.name}", load(path.read_text(encoding="utf-8")))
        for path in SHIPPED
    ]
    return [("sample", load(SAMPLE)), *shipped]


EVERY = every_file()


@pytest.fixture(scope="session", params=EVERY, ids=[name for name, _ in EVERY])
def file(request: pytest.FixtureRequest) -> MappingFile:
    found: MappingFile = request.param[1]
    return found


@pytest.fixture(scope="session")
def lens(file: MappingFile) -> Lens:
    return Lens.of(file)


@pytest.fixture(scope="session")
def sample_file() -> MappingFile:
    return load(SAMPLE)


@pytest.fixture(scope="session")
def sample(sample_file: MappingFile) -> Lens:
    return Lens.of(sample_file)


@pytest.fixture(scope="session")
def every() -> dict[str, MappingFile]:
    return dict(EVERY)

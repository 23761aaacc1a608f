from pathlib import Path

import pytest

from interop.knowledge import read_bytes
from interop.lens import Lens, MappingFile

ROOT = Path(__file__).parents[2]
# Made up: between them they use everything that the language can say.
SAMPLES = sorted((Path(__file__).parent / "samples").glob("*.toml"))
# One of each layout; tests/certificates holds every shipped file to its laws.
SHIPPED = [
    *sorted((ROOT / "mappings/certificates").glob("resident-card/3[12]*.toml")),
    *sorted((ROOT / "mappings/certificates").glob("business-licence/3[12]*.toml")),
    ROOT / "mappings/certificates/construction-permit/330000.toml",
    ROOT / "mappings/certificates/real-estate-certificate/340000.toml",
]


def load(text: str) -> MappingFile:
    return MappingFile.from_value(read_bytes(text.encode(), "sample.toml"))


def every_file() -> list[tuple[str, MappingFile]]:
    shipped = [
        (f"{path.parent.name}/{path.name}", load(path.read_text(encoding="utf-8")))
        for path in SHIPPED
    ]
    made = [(path.stem, load(path.read_text(encoding="utf-8"))) for path in SAMPLES]
    return [*made, *shipped]


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
    return load((Path(__file__).parent / "samples/sample.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def sample(sample_file: MappingFile) -> Lens:
    return Lens.of(sample_file)


@pytest.fixture(scope="session")
def every() -> dict[str, MappingFile]:
    return dict(EVERY)

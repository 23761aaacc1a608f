from pathlib import Path

import pytest

from interop.certificates import CertificateType, UseList
from interop.knowledge import read_bytes
from interop.lens import Lens, MappingFile
from interop.model.canonical import Json

FOLDER = Path(__file__).parents[2] / "mappings/certificates"


def value_of(name: str) -> Json:
    return read_bytes((FOLDER / name).read_bytes(), name)


@pytest.fixture(scope="session")
def types() -> dict[str, CertificateType]:
    names = sorted(path.parent.name for path in FOLDER.glob("*/canonical.toml"))
    return {
        name: CertificateType.from_value(value_of(f"{name}/canonical.toml")) for name in names
    }


@pytest.fixture(scope="session")
def files() -> dict[str, MappingFile]:
    names = sorted(f"{path.parent.name}/{path.stem}" for path in FOLDER.glob("*/[0-9]*.toml"))
    return {name: MappingFile.from_value(value_of(f"{name}.toml")) for name in names}


@pytest.fixture(scope="session")
def lenses(files: dict[str, MappingFile]) -> dict[str, Lens]:
    return {name: Lens.of(file) for name, file in files.items()}


@pytest.fixture(scope="session")
def uses() -> UseList:
    return UseList.from_value(value_of("use-list.toml"))

"""The shipped items, read."""

from functools import cache
from pathlib import Path
from typing import TypeVar

from interop.criteria import DistrictItem, resolve
from interop.errors import KnowledgeError
from interop.knowledge import read_bytes
from interop.model.codes import CodeSystem
from interop.model.item import ServiceItem
from interop.model.record import Record

T = TypeVar("T", bound=Record)


def read(root: Path, path: str, schema: type[T]) -> T:
    value = read_bytes((root / path).read_bytes(), path)
    return schema.from_value(value, error=KnowledgeError, field=path)


@cache
def canonical_of(root: Path, item: str) -> ServiceItem:
    return read(root, f"mappings/items/{item}/canonical.toml", ServiceItem)


@cache
def district_of(root: Path, item: str, code: str) -> DistrictItem:
    return read(root, f"mappings/items/{item}/{code}.toml", DistrictItem)


@cache
def item_of(root: Path, item: str, code: str) -> ServiceItem:
    return resolve(canonical_of(root, item), district_of(root, item, code))


def items_in(root: Path) -> list[str]:
    return sorted(path.parent.name for path in root.glob("mappings/items/*/canonical.toml"))


def codes_of(root: Path, item: str) -> list[str]:
    files = root.glob(f"mappings/items/{item}/[0-9]*.toml")
    return sorted(path.stem for path in files)


@cache
def levels_of(root: Path) -> CodeSystem:
    return read(root, "mappings/codes/norm-levels.toml", CodeSystem)

"""Kinds of knowledge that mean nothing, and folders that hold them."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import cast

from interop.errors import FixedBy, Reason, ReasonRow
from interop.knowledge import Kind
from interop.model.record import Record

ODD = ReasonRow(
    code="example-odd",
    zh="`{field}` 是奇数",
    en="`{field}` is odd",
    fix_zh="改为偶数",
    fix_en="make it even",
    fixed_by=FixedBy.INTEGRATOR,
)
BESIDE = ReasonRow(
    code="example-beside",
    zh="旁边缺少 `{field}`",
    en="`{field}` is not beside it",
    fix_zh="补上",
    fix_en="add it",
    fixed_by=FixedBy.INTEGRATOR,
)


class Pair(Record):
    """Two numbers that should be even, and a file that should stand beside."""

    one: int
    two: int = 0
    needs: str = ""


def check_pair(pair: Pair, beside: frozenset[str]) -> Iterable[Reason]:
    for name in ("one", "two"):
        if getattr(pair, name) % 2:
            yield ODD.of(field=name)
    if pair.needs and pair.needs not in beside:
        yield BESIDE.of(field=pair.needs)


CODE = "[0-9][0-9][0-9][0-9][0-9][0-9]*"
LONE = Kind("lone", "mappings/lone/*.toml", Pair, check_pair)
BELOW = Kind("below", f"mappings/things/*/{CODE}.toml", Pair, check_pair)
CANONICAL = Kind("canonical", "mappings/things/*/canonical.toml", Pair, check_pair)
ADAPTER = Kind("adapter", "adapters/*/adapter.toml", Pair, check_pair)
# Each kind is only used with its own documents, so the list may forget which.
KINDS = cast("tuple[Kind[Record], ...]", (LONE, BELOW, CANONICAL, ADAPTER))


def put(root: Path, files: Mapping[str, bytes | str]) -> Path:
    """Write files below ``root`` and return it."""
    for path, data in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data if isinstance(data, bytes) else data.encode())
    return root

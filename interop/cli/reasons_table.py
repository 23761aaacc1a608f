"""Every reason of every room, for ``interop errors`` and docs/reference/errors.md."""

import pkgutil
from collections.abc import Iterable
from importlib import import_module

import interop
from interop.errors import ReasonRow


def all_rows() -> tuple[ReasonRow, ...]:
    """Return the rows of every ``reasons`` and ``…_reasons`` module, by code."""
    found: list[ReasonRow] = []
    for module in pkgutil.walk_packages(interop.__path__, "interop."):
        if module.name.endswith((".reasons", "_reasons")):
            names = vars(import_module(module.name)).values()
            found.extend(row for row in names if isinstance(row, ReasonRow))
    return tuple(sorted(found, key=lambda row: row.code))


def as_markdown(rows: Iterable[ReasonRow]) -> str:
    """Return the reference page."""
    lines = [
        "# Error codes",
        "",
        "Every refusal carries one of these codes. `interop errors CODE` prints one of them.",
        "Written by `interop errors --markdown`; a test keeps code and page equal.",
        "",
        "| code | 说明 · meaning | 处理 · fix | side | fixed by |",
        "|---|---|---|---|---|",
    ]
    for row in rows:
        meaning = f"{row.zh}<br>{row.en}"
        fix = f"{row.fix_zh}<br>{row.fix_en}"
        cells = (f"`{row.code}`", meaning, fix, row.side, row.fixed_by)
        lines.append("| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"

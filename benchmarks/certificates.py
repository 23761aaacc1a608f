"""Certificates: mapped against peers, checked, verified and decided upon, in one object.

Each part is a module of its own; parts that a tree does not have are left out.
"""

import importlib
from importlib.util import find_spec

PARTS = (
    "certificates_map",
    "certificates_stream",
    "certificates_ofd",
    "certificates_exempt",
    "certificates_sdjwt",
)


def run() -> dict[str, float | None]:
    """Return all figures; None where a peer is absent."""
    figures: dict[str, float | None] = {}
    for part in PARTS:
        name = f"benchmarks.{part}"
        if find_spec(name) is not None:
            figures |= importlib.import_module(name).run()
    return figures

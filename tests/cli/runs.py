"""Run the command line, in this process or as one of its own, and read what it left."""

import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from interop.crypto.ring import KeyRing
from interop.gateway.open import Gateway
from interop.gateway.opening import open_store
from interop.gateway.trace import Trace
from interop.model.canonical import Json
from interop.simulator.applicants import PUDONG, SUZHOU
from interop.store import audit

REGIONS = (SUZHOU, PUDONG)
INTEROP = (sys.executable, "-m", "interop")
RUN_S_MAX = 180.0


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run gave."""

    code: int
    out: str
    err: str

    def json(self) -> dict[str, Json]:
        value = json.loads(self.out)
        assert isinstance(value, dict)
        return value


def in_process(*arguments: str, cwd: Path | None = None) -> Ran:
    """Run ``interop`` as a process of its own."""
    done = subprocess.run(  # noqa: S603 -- our own interpreter and module
        [*INTEROP, *arguments],
        capture_output=True,
        text=True,
        timeout=RUN_S_MAX,
        check=False,
        cwd=cwd,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def traces_left(folder: Path, case: str, *, at: datetime) -> dict[str, Trace]:
    """Return what both nodes of a kept run trace ``at`` a time, their audit chains verified."""
    found = {}
    for region in REGIONS:
        ring = KeyRing.load(folder / "keys" / region)
        store = folder / f"{region}.db"
        with (
            open_store(store, ring, steps=False) as opened,
            opened.transaction() as tx,
        ):
            assert len(audit.lines(tx)) > 5
            assert audit.verify(tx) == ()
        with Gateway.open(
            region, store=store, keys=ring, knowledge=folder / "knowledge", clock=lambda: at
        ) as gateway:
            found[region] = gateway.trace(case)
    return found

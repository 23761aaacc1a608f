"""Serve a simulated delta as processes, and run a program of another language against it.

python examples/served_delta.py java examples/java/Apply.java
python examples/served_delta.py sh examples/curl/apply.sh

The program finds in its environment: SUZHOU and PUDONG, the two gateways; INTEROP_API_KEY;
IDP, the simulated login; FILING, what the window's form holds as JSON, with ``@NOW@`` where
the present instant goes; CLOCK_OFFSET_S, whole seconds from its clock to the delta's.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from interop.cli.clock import shifted
from interop.cli.demo.troupe import Troupe, gathered
from interop.simulator.applicants import PUDONG, SUZHOU, advertisement, notice_shown
from interop.simulator.world import default_world

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
SECONDS_MAX = 120


def filing(now: datetime) -> str:
    """Return application and legal basis as a window's form would hold them."""
    application = advertisement(default_world(), at=now).revealed()
    body = {"application": application, "basis": notice_shown(now).revealed()}
    text = json.dumps(body, ensure_ascii=False)
    return re.sub(r'"(submitted_at|shown_at)": "[^"]*"', r'"\1": "@NOW@"', text)


def surroundings(troupe: Troupe, form: Path, offset_s: int) -> dict[str, str]:
    """Return what the program is told."""
    return {
        "SUZHOU": troupe.children[SUZHOU].url,
        "PUDONG": troupe.children[PUDONG].url,
        "INTEROP_API_KEY": troupe.key.reveal(),
        "IDP": f"{troupe.simulator}/320000/idp",
        "FILING": str(form),
        "CLOCK_OFFSET_S": str(offset_s),
    }


@contextmanager
def served_delta(folder: Path) -> Iterator[dict[str, str]]:
    """Start the regional systems and both gateways as ``interop demo`` does.

    Yields:
        What a program needs to know of them.
    """
    offset_s = int((START - datetime.now(UTC)).total_seconds())
    clock, form = shifted(offset_s), folder / "filing.json"
    form.write_text(filing(clock()), encoding="utf-8")
    with gathered(folder, default_world(), clock=clock, offset_s=offset_s) as troupe:
        yield surroundings(troupe, form, offset_s)


def main() -> None:
    """Run the command line's program and end as it ends."""
    command = sys.argv[1:]
    program = shutil.which(command[0]) if command else None
    if program is None:
        print("usage: served_delta.py PROGRAM [ARGUMENT…]; the program must be installed")
        sys.exit(2)
    with tempfile.TemporaryDirectory() as folder, served_delta(Path(folder)) as told:
        done = subprocess.run(  # noqa: S603 -- what the user asked to run
            [program, *command[1:]],
            env={**os.environ, **told},
            timeout=SECONDS_MAX,
            check=False,
        )
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()

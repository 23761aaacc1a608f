"""Verify a login of another region, offline, under a signed trust registry.

`interop identity issue-demo` makes all that is needed; it is simulated and names nobody.
"""

import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from interop import TrustError
from interop.federation import Need, Verifier, challenge
from interop.gateway.library import Library
from interop.gateway.trust import SignedTrust

AUDIENCE = "https://gateway.pd.sim.example"


def now() -> datetime:
    """Return the present instant."""
    return datetime.now(UTC)


def main() -> None:
    """Accept a login by text message, ask for a stronger one, and show every check."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "demo")
        command = ("identity", "issue-demo", str(folder), "--method", "sms", "--json")
        subprocess.run(  # noqa: S603 -- the library's own command line
            [sys.executable, "-m", "interop", *command], check=True, stdout=subprocess.DEVNULL
        )
        trust = SignedTrust.load(folder / "registry.jwt", folder / "signers.json")
        registry = trust.open(now()).trusted(env="sim", covers=Library.of(None).covers)
        verifier = Verifier(registry, audience=AUDIENCE, clock=now)
        token = (folder / "token.jwt").read_text(encoding="ascii").strip()

        who = verifier.verify(token, need=Need(loa="substantial", scope="cert:read"))
        print(f"accepted: {who.actor.kind} of {who.region}, {who.level}, {who.trust_path[1]}")
        try:
            verifier.verify(token, need=Need(loa="high", max_age_s=600))
        except TrustError as fault:
            print(f"refused: {fault.reason.zh}")
            print(f"  → {fault.reason.fix_zh}")
            print(f"  {challenge(fault)}")
        passed = [check.name for check in verifier.explain(token) if check.outcome == "passed"]
        print(f"checks: {len(passed)} passed, {passed[0]} first")


if __name__ == "__main__":
    main()

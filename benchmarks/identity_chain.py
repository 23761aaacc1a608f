"""Trust chains: four statements and their policies, offline, over one raw ES256 verification.

Four of it are the signatures. Warm, keys and policies of superiors are known from an earlier
chain; cold, everything is read for the first time. No signature is ever remembered.
"""

from collections.abc import Callable
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from benchmarks.measure import interleave
from interop.conformance.strategies.chains import PROVIDER, TYPE, Federation
from interop.conformance.strategies.federation import NOW_S
from interop.crypto.jose import split

# Many short rounds: a round of a chain is five of a signature long, and would meet five times
# as many interruptions.
ROUNDS: Final = 300
REPEAT: Final = 3
COLD_ROUNDS: Final = 60


def run() -> dict[str, float]:
    """Return ``chain4_vs_raw``, ``chain4_cold_vs_raw``, ``chain4_us`` and ``raw_us``."""
    work = _work()
    cold = {
        name: work.pop("cold") if name == "cold" else work[name] for name in ("raw", "cold")
    }
    timing = interleave(work, rounds=ROUNDS, repeat=REPEAT)
    first = interleave(cold, rounds=COLD_ROUNDS, repeat=REPEAT)
    return {
        "chain4_vs_raw": round(timing.ratio("warm", "raw"), 2),
        "chain4_cold_vs_raw": round(first.ratio("cold", "raw"), 2),
        "chain4_us": round(timing.medians["warm"] * 1e6, 1),
        "raw_us": round(timing.medians["raw"] * 1e6, 1),
    }


def _work() -> dict[str, Callable[[], object]]:
    federation = Federation()
    statements = federation.chain()
    verifier = federation.verifier()
    verifier.resolve(statements, subject=PROVIDER, now_s=NOW_S, entity_type=TYPE)
    private = ec.generate_private_key(ec.SECP256R1())
    scheme, public = ec.ECDSA(SHA256()), private.public_key()
    signed = split(statements[1]).signed
    signature = private.sign(signed, scheme)
    return {
        "raw": lambda: public.verify(signature, signed, scheme),
        "warm": lambda: verifier.resolve(
            statements, subject=PROVIDER, now_s=NOW_S, entity_type=TYPE
        ),
        "cold": lambda: federation.verifier().resolve(
            statements, subject=PROVIDER, now_s=NOW_S, entity_type=TYPE
        ),
    }

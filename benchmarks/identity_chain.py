"""Trust chains: four statements and their policies, offline, over one raw ES256 verification.

Four of it are the signatures, which are verified every time. Warm, the chain was followed
before, as when an entry is renewed; new, an entity is seen for the first time below superiors
that are known; cold, nothing is known.
"""

from collections.abc import Callable, Iterator
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from benchmarks.measure import interleave
from interop.conformance.strategies.chains import (
    MIDDLE,
    MIDDLE_POLICY,
    PROVIDER,
    TYPE,
    Federation,
    metadata_of,
)
from interop.conformance.strategies.federation import NOW_S
from interop.crypto.jose import split
from interop.federation.chain import TrustChain

# Many short rounds: a round of a chain is five of a signature long, and would meet five times
# as many interruptions.
ROUNDS: Final = 1_000
COLD_ROUNDS: Final = 100


def run() -> dict[str, float]:
    """Return ``chain4_vs_raw`` (warm), ``chain4_new_vs_raw``, ``chain4_cold_vs_raw``, times."""
    federation = Federation()
    statements, verifier = federation.chain(), federation.verifier()
    verifier.resolve(statements, subject=PROVIDER, now_s=NOW_S)

    def warm() -> TrustChain:
        return verifier.resolve(statements, subject=PROVIDER, now_s=NOW_S, entity_type=TYPE)

    def cold() -> TrustChain:
        return federation.verifier().resolve(
            statements, subject=PROVIDER, now_s=NOW_S, entity_type=TYPE
        )

    raw = _raw(split(statements[1]).signed)
    timing = interleave({"raw": raw, "warm": warm}, rounds=ROUNDS)
    entities = _entities(federation, COLD_ROUNDS)

    def new() -> TrustChain:
        name, own = next(entities)
        return verifier.resolve(
            [*own, *statements[2:]], subject=name, now_s=NOW_S, entity_type=TYPE
        )

    first = interleave({"raw": raw, "new": new, "cold": cold}, rounds=COLD_ROUNDS)
    return {
        "chain4_vs_raw": round(timing.ratio("warm", "raw"), 2),
        "chain4_new_vs_raw": round(first.ratio("new", "raw"), 2),
        "chain4_cold_vs_raw": round(first.ratio("cold", "raw"), 2),
        "chain4_us": round(timing.medians["warm"] * 1e6, 1),
        "raw_us": round(timing.medians["raw"] * 1e6, 1),
    }


def _raw(message: bytes) -> Callable[[], None]:
    private = ec.generate_private_key(ec.SECP256R1())
    scheme, public = ec.ECDSA(SHA256()), private.public_key()
    signature = private.sign(message, scheme)
    return lambda: public.verify(signature, message, scheme)


def _entities(federation: Federation, count: int) -> Iterator[tuple[str, tuple[str, str]]]:
    """Return entities that nobody has seen, each with its two statements."""
    found = []
    for number in range(count):
        name = f"https://idp{number}.east.sim.example"
        metadata = {TYPE: metadata_of(name, federation.key(PROVIDER))}
        own = federation.own(name, MIDDLE, metadata=metadata)
        link = federation.say(MIDDLE, name, metadata_policy=MIDDLE_POLICY)
        found.append((name, (own, link)))
    return iter(found)

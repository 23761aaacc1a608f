"""What deciding an exemption costs, and reading a presentation.

``exempt_us``: three materials, each spared by one of two certificates that were looked at once
when they were fetched; every check runs. ``exempt_whole_us`` looks at certificates and grants
first, and writes exemption and evidence record with their digests. ``sdjwt_us``: a presentation
with six of forty-five fields, two ES256 signatures in it; ``sdjwt_vs_raw`` over one raw one.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from benchmarks.measure import interleave
from interop.certificates import examine
from interop.certificates.hearing import judge, seat
from interop.certificates.presentation import (
    CarrierTerms,
    Expected,
    Showing,
    issue_carrier,
    present,
    read_presentation,
)
from interop.conformance.strategies.certificates import scene
from interop.crypto import PrivateKey, import_public
from interop.model.canonical import Json

ROUNDS: Final = 9
REPEAT: Final = 40


def run() -> dict[str, float | None]:
    """Return microseconds per decision and per presentation."""
    made = scene()
    materials = tuple(
        one.model_copy(update={"any_of": one.any_of[-1:]}) for one in made.item.materials
    )
    item = made.item.model_copy(update={"materials": materials})
    bench = seat(item, made.question)
    if [one.outcome for one in judge(bench)] != ["pass", "pass", "pass"]:
        raise AssertionError(bench)
    p256 = ec.generate_private_key(ec.SECP256R1())
    scheme = ec.ECDSA(SHA256())
    signed, public = p256.sign(b"x", scheme), p256.public_key()
    timing = interleave(
        {
            "raw": lambda: public.verify(signed, b"x", scheme),
            "judge": lambda: judge(bench),
            "whole": lambda: examine(item, made.question),
            "sdjwt": _presented(),
        },
        rounds=ROUNDS,
        repeat=REPEAT,
    )
    us = {name: median * 1e6 for name, median in timing.medians.items()}
    return {
        "exempt_us": round(us["judge"], 1),
        "exempt_vs_raw": round(timing.ratio("judge", "raw"), 3),
        "exempt_whole_us": round(us["whole"], 1),
        "sdjwt_us": round(us["sdjwt"], 1),
        "sdjwt_vs_raw": round(timing.ratio("sdjwt", "raw"), 2),
    }


def _presented() -> Callable[[], object]:
    issuer, holder = PrivateKey.generate(use="sig"), PrivateKey.generate(use="sig")
    now, numbers = datetime.now(UTC), count()
    at = int(now.timestamp())
    fields: dict[str, Json] = {f"body.field{n}": "测试值" for n in range(45)}
    terms = CarrierTerms(
        issuer="https://gw.js.example",
        certificate="business-licence",
        original="sha-256:0",
        issued_at=at,
        expires_at=at + 600,
        holder=holder.public.to_jwk(),
    )
    carrier = issue_carrier(
        fields, terms, issuer, salt=lambda: f"salt-of-the-bench-{next(numbers):08}"
    )
    showing = Showing(audience="https://gw.sh.example", nonce="TEST-1", at=at)
    text = present(carrier, sorted(fields)[:6], showing, holder).reveal()
    key = import_public(issuer.public.to_jwk(), alg="ES256")
    expected = Expected(
        certificate="business-licence",
        audience=showing.audience,
        nonce=showing.nonce,
        now=now,
        key_of=lambda *_: key,
    )
    return lambda: read_presentation(text, expected)

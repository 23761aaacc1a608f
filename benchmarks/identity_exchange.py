"""Token exchange and the key source: what one exchange costs, and what a flood does to others.

Ratios are of medians or of 99th percentiles over the same calls in turn; they hold where
absolute figures do not.
"""

import json
import secrets
import statistics
import time
from collections.abc import Callable
from itertools import count
from typing import Final

from benchmarks.measure import interleave
from interop.conformance.strategies.federation import NOW, a_login
from interop.conformance.strategies.token_exchange import EAST, WEST, Twin
from interop.crypto import PrivateKey, sign_compact
from interop.crypto.jose import parse_header, split, verify_with
from interop.errors import TrustError
from interop.federation import issue
from interop.federation.jwks import JwksLimits, JwksSource
from interop.federation.replay import MemoryReplay
from interop.federation.token_exchange import ExchangeRequest, IssuedToken, exchange_token

FLOOD: Final = 10_000
EXCHANGE_ROUNDS: Final = 11
COOLDOWN_S: Final = 0.1
WARM: Final = 200
ROUNDS: Final = 5
CALLS: Final = 2_000


def run(rounds: int = EXCHANGE_ROUNDS, flood: int = FLOOD) -> dict[str, float]:
    """Return the figures.

    ``exchange_us`` decides on a verified token and signs the new one (ES256);
    ``exchange_vs_sign`` compares it with the bare signature of the same bytes.
    ``exchange_whole_us`` verifies the login first; ``read_exchanged_us`` is what the other
    gateway pays. ``replay_us`` is one first use in memory. ``flood_p99_ratio`` is the 99th
    percentile of verifying a good token while every other token names an unknown key, over
    the same without them; ``flood_fetches_per_cooldown`` is how often the issuer was asked.
    """
    ratio, fetches = _flood(flood)
    timing = interleave(_exchanges(), rounds=rounds, repeat=20, clock=time.thread_time)
    us = {name: seconds * 1e6 for name, seconds in timing.medians.items()}
    return {
        "exchange_us": round(us["exchange"], 1),
        "exchange_vs_sign": round(timing.paired("exchange", "sign"), 2),
        "exchange_whole_us": round(us["whole"], 1),
        "read_exchanged_us": round(us["read"], 1),
        "replay_us": round(us["replay"], 2),
        "flood_p99_ratio": round(ratio, 2),
        "flood_fetches_per_cooldown": round(fetches, 2),
    }


def _exchanges() -> dict[str, Callable[[], object]]:
    twin = Twin()
    by = twin.authority(EAST, entropy=secrets.token_bytes)
    here, there = twin.reader(EAST), twin.reader(WEST)
    login = issue(a_login(), twin.delta.east, env="sim").reveal()
    request = ExchangeRequest(subject=here.read(login), audience=WEST)

    def exchange() -> IssuedToken:
        found = exchange_token(request, by=by, now=NOW)
        if not isinstance(found, IssuedToken):
            raise TrustError(found)
        return found

    def whole() -> object:
        asked = ExchangeRequest(subject=here.read(login), audience=WEST)
        return exchange_token(asked, by=by, now=NOW)

    token = exchange().token.reveal()
    signed = split(token).signed
    replay, numbers, until = MemoryReplay(entries_max=10**7), count(), there.read(token)
    return {
        "sign": lambda: by.signer.sign(signed),
        "exchange": exchange,
        "whole": whole,
        "read": lambda: there.read(token),
        "replay": lambda: replay.first_use(
            EAST, str(next(numbers)), until=until.expires_at, now=NOW
        ),
    }


class _Issuer:
    """An issuer that answers from memory and counts."""

    def __init__(self, body: bytes) -> None:
        self.body, self.calls = body, 0

    def get(self, url: str, *, bytes_max: int, deadline_s: float) -> bytes:
        """Return the key set."""
        del url, bytes_max, deadline_s
        self.calls += 1
        return self.body


def _flood(flood: int) -> tuple[float, float]:
    """Return the ratio of 99th percentiles, and the fetches per cooldown."""
    key = PrivateKey.generate(use="sig")
    issuer = _Issuer(json.dumps({"keys": [key.public.to_jwk()]}).encode())
    source = JwksSource(
        "https://idp.example/jwks",
        issuer,
        algorithms=frozenset({"ES256"}),
        limits=JwksLimits(cooldown_s=COOLDOWN_S),
    )
    good = sign_compact(b"{}", key, typ="at+jwt")
    unknown = [_renamed(good, key, n) for n in range(flood // ROUNDS)]
    for _ in range(WARM):
        _verify(source, good)
    began, before = time.perf_counter(), issuer.calls
    ratios = []
    for _ in range(ROUNDS):
        calm = [_timed(source, good) for _ in range(CALLS)]
        flooded = []
        for token in unknown:
            _refused(source, token)
            flooded.append(_timed(source, good))
        ratios.append(_p99(flooded) / _p99(calm))
    cooldowns = (time.perf_counter() - began) / COOLDOWN_S
    return statistics.median(ratios), (issuer.calls - before) / cooldowns


def _renamed(good: str, key: PrivateKey, n: int) -> str:
    """Return a token that names a key nobody has."""

    class Unknown:
        kid, alg = f"unknown-{n}-{key.kid[:8]}", key.alg

        def sign(self, message: bytes) -> bytes:
            del message
            return split(good).signature

    return sign_compact(b"{}", Unknown(), typ="at+jwt")


def _verify(source: JwksSource, token: str) -> None:
    compact = split(token)
    header = parse_header(compact.header)
    verify_with(compact, header, source.key(header.kid))


def _refused(source: JwksSource, token: str) -> None:
    try:
        _verify(source, token)
    except TrustError:
        return
    msg = "an unknown key was believed"
    raise AssertionError(msg)


def _timed(source: JwksSource, token: str) -> float:
    start = time.perf_counter()
    _verify(source, token)
    return time.perf_counter() - start


def _p99(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=100)[98]

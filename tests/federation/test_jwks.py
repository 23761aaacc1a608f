"""A source of keys: no flood moves it, no bad answer empties it."""

import json
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.crypto import PrivateKey
from interop.errors import RegionUnavailable, TrustError
from interop.federation.jwks import JwksLimits, JwksSource, read_key_set
from interop.model.canonical import Json
from interop.transport.reasons import UNREACHABLE

ES256: Final = frozenset({"ES256"})
ONE, TWO, ENC = (PrivateKey.generate(use=use) for use in ("sig", "sig", "enc"))
JWK: Final = ONE.public.to_jwk()
URL: Final = "https://idp.example/jwks"
LIMITS: Final = JwksLimits(fresh_s=100, stale_s_max=1_000, cooldown_s=10, missing_s=50)
FLOOD: Final = 10_000


def key_set(*keys: PrivateKey) -> bytes:
    return json.dumps({"keys": [key.public.to_jwk() for key in keys]}).encode()


@dataclass
class Issuer:
    """An issuer's address that answers from memory and counts; a stand-in for the network."""

    answer: bytes | None = key_set(ONE)
    calls: int = 0
    now: float = 0.0
    hold: Callable[[], object] = field(default=lambda: None)

    def get(self, url: str, *, bytes_max: int, deadline_s: float) -> bytes:
        assert (url, bytes_max, deadline_s) == (URL, 65_536, 5.0)
        self.calls += 1
        self.hold()
        if self.answer is None:
            raise RegionUnavailable(UNREACHABLE.of(field="idp"))
        return self.answer

    def source(self, limits: JwksLimits = LIMITS) -> JwksSource:
        return JwksSource(URL, self, algorithms=ES256, limits=limits, ticks=lambda: self.now)


def code(call: Callable[[], object]) -> str:
    with pytest.raises(TrustError) as caught:
        call()
    return caught.value.code


def test_a_known_key_is_fetched_once() -> None:
    issuer = Issuer()
    source = issuer.source()
    for second in range(99):
        issuer.now = second
        assert source.key(ONE.kid).kid == ONE.kid
    assert issuer.calls == 1


def test_a_flood_of_unknown_kids_costs_one_call_per_cooldown() -> None:
    issuer = Issuer()
    source = issuer.source(JwksLimits(cooldown_s=10))
    assert source.key(ONE.kid).kid
    seconds = 40
    for n in range(FLOOD):
        issuer.now = n * seconds / FLOOD
        assert code(lambda: source.key(f"unknown-{n}")) == "jwks-kid-unknown"  # noqa: B023 -- called at once
        assert source.key(ONE.kid).kid == ONE.kid
    assert issuer.calls <= 1 + seconds / 10
    assert len(source._missing) <= 1_024


@given(
    steps=st.lists(
        st.tuples(
            st.integers(0, 30), st.sampled_from([ONE.kid, TWO.kid, "x", "y"]), st.booleans()
        ),
        max_size=30,
    )
)
def test_there_is_never_more_than_one_call_per_cooldown(
    steps: list[tuple[int, str, bool]],
) -> None:
    issuer = Issuer()
    source, called_at = issuer.source(), []
    issuer.hold = lambda: called_at.append(issuer.now)
    for wait, kid, answers in steps:
        issuer.now += wait
        issuer.answer = key_set(ONE) if answers else None
        with suppress(TrustError):
            assert source.key(kid).kid == kid == ONE.kid
    assert all(b - a >= 10 for a, b in pairwise(called_at))


def test_a_kid_found_missing_is_not_asked_for_again_for_a_while() -> None:
    issuer = Issuer()
    source = issuer.source()
    for now, calls in [(0, 1), (11, 1), (49, 1), (51, 2), (62, 2)]:
        issuer.now = now
        assert code(lambda: source.key("x")) == "jwks-kid-unknown"
        assert issuer.calls == calls


def test_a_kid_asked_for_between_two_calls_is_not_held_missing() -> None:
    issuer = Issuer()
    source = issuer.source()
    assert source.key(ONE.kid).kid == ONE.kid
    issuer.now = 9
    assert code(lambda: source.key(TWO.kid)) == "jwks-kid-unknown"
    issuer.answer, issuer.now = key_set(ONE, TWO), 10
    assert source.key(TWO.kid).kid == TWO.kid


def test_missing_kids_are_bounded() -> None:
    issuer = Issuer()
    source = issuer.source(JwksLimits(cooldown_s=1, missing_max=3, fresh_s=1e9))
    for n in range(9):
        issuer.now = n * 2
        code(lambda: source.key(f"x-{n}"))  # noqa: B023 -- called at once
    assert len(source._missing) <= 3


def test_a_new_key_is_found_and_a_withdrawn_one_goes() -> None:
    issuer = Issuer()
    source = issuer.source()
    assert source.key(ONE.kid).kid
    issuer.answer, issuer.now = key_set(TWO), 11
    assert source.key(TWO.kid).kid == TWO.kid
    assert code(lambda: source.key(ONE.kid)) == "jwks-kid-unknown"


BAD: Final[dict[str, bytes | None]] = {
    "nothing": None,
    "html": b"<html>",
    "half": key_set(ONE)[:-1],
    "a list": b"[]",
    "no keys": b"{}",
    "a key that is none": b'{"keys":[1]}',
    "too many": json.dumps({"keys": [JWK] * 33}).encode(),
    "a kid twice": json.dumps({"keys": [JWK, JWK]}).encode(),
    "a private key": json.dumps({"keys": [{**JWK, "d": "AA"}]}).encode(),
    "a key that is no point": json.dumps({"keys": [{**JWK, "x": "A" * 43}]}).encode(),
    "a member twice": b'{"keys":[],"keys":[]}',
    "deep": b"[" * 9_000,
}


@pytest.mark.parametrize("answer", BAD.values(), ids=BAD)
def test_no_bad_answer_takes_a_good_key_away_until_it_is_too_old(answer: bytes | None) -> None:
    issuer = Issuer()
    source = issuer.source()
    assert source.key(ONE.kid).kid
    issuer.answer = answer
    for now in (101, 500, 999):
        issuer.now = now
        assert source.key(ONE.kid).kid == ONE.kid
        assert code(lambda: source.key("x")) == "jwks-kid-unknown"
    assert issuer.calls == 4
    issuer.now = 1_000
    assert code(lambda: source.key(ONE.kid)) == "jwks-stale"
    issuer.answer, issuer.now = key_set(ONE), 1_011
    assert source.key(ONE.kid).kid


def test_a_source_without_a_first_set_says_so_and_does_not_hammer() -> None:
    issuer = Issuer(answer=None)
    source = issuer.source()
    for n in range(100):
        issuer.now = n / 10
        assert code(lambda: source.key(ONE.kid)) == "jwks-stale"
    assert issuer.calls == 1


def test_while_one_calls_the_others_go_on() -> None:
    issuer, waiting, go = Issuer(), threading.Event(), threading.Event()
    source = issuer.source()
    assert source.key(ONE.kid).kid

    def hold() -> None:
        waiting.set()
        go.wait(5)

    issuer.hold, issuer.now = hold, 101
    caller = threading.Thread(target=source.key, args=(ONE.kid,))
    caller.start()
    assert waiting.wait(5)
    assert source.key(ONE.kid).kid == ONE.kid
    assert code(lambda: source.key("x")) == "jwks-kid-unknown"
    assert caller.is_alive()
    go.set()
    caller.join(5)
    assert issuer.calls == 2


def test_everybody_waits_for_the_first_set() -> None:
    issuer = Issuer(hold=lambda: threading.Event().wait(0.05))
    source, found = issuer.source(), []
    threads = [
        threading.Thread(target=lambda: found.append(source.key(ONE.kid).kid)) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
    assert (found, issuer.calls) == ([ONE.kid] * 8, 1)


SECRET: Final[tuple[dict[str, Json], ...]] = (
    {**JWK, "d": "AA"},
    {"kty": "oct", "k": "AA"},
    {"kty": "RSA", "kid": "r", "alg": "RS256", "p": "AA"},
)


@pytest.mark.parametrize("secret", SECRET)
def test_a_set_with_a_secret_is_refused_whole(secret: dict[str, Json]) -> None:
    data = json.dumps({"keys": [TWO.public.to_jwk(), secret]}).encode()
    assert code(lambda: read_key_set(data, algorithms=ES256)) == "jwks-private"


def test_other_keys_are_passed_over() -> None:
    others: list[dict[str, Json]] = [
        {"kty": "EC", "crv": "P-256"},
        {"kty": "OKP", "kid": "a", "alg": "EdDSA"},
        ENC.public.to_jwk(),
        {**TWO.public.to_jwk(), "kid": "enc", "use": "enc"},
        {k: v for k, v in TWO.public.to_jwk().items() if k != "alg"},
    ]
    data = json.dumps({"keys": [*others, JWK]}).encode()
    assert set(read_key_set(data, algorithms=ES256)) == {ONE.kid}
    assert code(lambda: read_key_set(b'{"keys":1}', algorithms=ES256)) == "jwks-malformed"
    twice = json.dumps({"keys": [JWK, JWK]}).encode()
    assert code(lambda: read_key_set(twice, algorithms=ES256)) == "jwks-kid-twice"
    assert repr(Issuer().source()) == f"JwksSource({URL!r})"

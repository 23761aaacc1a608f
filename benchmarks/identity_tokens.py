"""Tokens: every check of ours over the bare signature check, and against libraries.

Each token is a new one, so that nothing is answered from memory save where that is measured.
All take the same tokens in the same rounds, and a ratio is the median of the rounds' own. The
collector of garbage rests meanwhile, as it does in ``timeit``. Peers check less: signature,
audience and issuer (jwcrypto the signature alone), no times, no duplicate members, no levels.
"""

import gc
import random
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from importlib import import_module
from itertools import cycle
from typing import Any, Final, TypeAlias

import jwt
import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm
from jwt.types import Options

from benchmarks.measure import Timing, interleave
from interop.conformance.strategies.federation import (
    ACRS,
    AUDIENCE,
    IDP,
    Delta,
    a_login,
    assurance_file,
    covers,
    idp_row,
    issuer_file,
    key_row,
    registry_file,
)
from interop.crypto.jose import split
from interop.federation import TrustRegistry
from interop.model.canonical import Json

Work: TypeAlias = Callable[[], object]
Check: TypeAlias = Callable[[str], object]
Key: TypeAlias = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey

ROUNDS: Final = 15
TOKENS: Final = 150
MICRO: Final = 1e6
ISSUERS: Final = (10, 10_000)
ISSUERS_A_FILE: Final = 25
LOOKUPS: Final = 1_000
LOOSE: Final[Options] = {"verify_exp": False, "verify_iat": False, "verify_nbf": False}
PEERS: Final = ("joserfc", "authlib", "jwcrypto")


def run() -> dict[str, float | None]:
    """Return what verifying costs, and how peers compare; None where a peer is absent.

    ``…_vs_raw`` is ours over the signature check of ``cryptography`` alone; ``cached_…`` a
    token that was verified less than a minute ago; ``peer_vs_ours`` the peer's time over
    ours, ES256. ``registry_…_us`` is one look-up of an issuer among so many.
    """
    with _resting_collector():
        es256, rs256, eddsa = (_timed(name) for name in ("ES256", "RS256", "EdDSA"))
        lookups = _lookups()
    cached = es256.medians["cached"] / TOKENS * MICRO
    figures: dict[str, float | None] = {
        "es256_vs_raw": round(es256.paired("ours", "raw"), 3),
        "rs256_vs_raw": round(rs256.paired("ours", "raw"), 3),
        "eddsa_vs_raw": round(eddsa.paired("ours", "raw"), 3),
        "es256_us": round(es256.medians["ours"] / TOKENS * MICRO, 1),
        "raw_es256_us": round(es256.medians["raw"] / TOKENS * MICRO, 1),
        "cached_us": round(cached, 2),
        "cached_vs_raw": round(es256.paired("cached", "raw"), 4),
        "pyjwt_vs_ours": round(es256.paired("pyjwt", "ours"), 2),
    }
    for name in PEERS:
        absent = name not in es256.medians
        figures[f"{name}_vs_ours"] = None if absent else round(es256.paired(name, "ours"), 2)
    return {**figures, **lookups}


def _timed(alg: str) -> Timing:
    key = _new_key(alg)
    jwk = _jwk(alg, key)
    delta = Delta()
    row = key_row(delta.east).model_copy(update={"jwk": jwk})
    file = issuer_file("310000", idp_row(IDP, row, acrs=ACRS, regions=("310000",)))
    verifier = delta.verifier(file)
    batches = [
        [_token(alg, key, n * TOKENS + at) for at in range(TOKENS)] for n in range(ROUNDS)
    ]
    # The header of an issuer is known after its first token.
    verifier.verify(_token(alg, key, ROUNDS * TOKENS))
    checks: dict[str, Check] = {"ours": verifier.verify, "cached": verifier.verify}
    checks["pyjwt"] = _pyjwt(alg, key)
    if alg == "ES256":
        checks |= _peers(jwk)
    work = {"raw": _raw(alg, key, batches)}
    work |= {name: _each(check, batches) for name, check in checks.items()}
    return interleave(work, rounds=ROUNDS)


def _each(check: Check, batches: list[list[str]]) -> Work:
    rounds = cycle(batches)

    def call() -> None:
        for token in next(rounds):
            check(token)

    return call


def _raw(alg: str, key: Key, batches: list[list[str]]) -> Work:
    verify = _raw_check(key)
    rounds = cycle([[_signed(alg, token) for token in batch] for batch in batches])

    def call() -> None:
        for signature, message in next(rounds):
            verify(signature, message)

    return call


def _raw_check(key: Key) -> Callable[[bytes, bytes], object]:
    if isinstance(key, ec.EllipticCurvePrivateKey):
        curve, scheme = key.public_key(), ec.ECDSA(hashes.SHA256())
        return lambda signature, message: curve.verify(signature, message, scheme)
    if isinstance(key, rsa.RSAPrivateKey):
        modulus, pad, sha256 = key.public_key(), padding.PKCS1v15(), hashes.SHA256()
        return lambda signature, message: modulus.verify(signature, message, pad, sha256)
    return key.public_key().verify


def _signed(alg: str, token: str) -> tuple[bytes, bytes]:
    parts = split(token)
    if alg != "ES256":
        return parts.signature, parts.signed
    r, s = (
        int.from_bytes(half, "big") for half in (parts.signature[:32], parts.signature[32:])
    )
    return encode_dss_signature(r, s), parts.signed


def _new_key(alg: str) -> Key:
    if alg == "ES256":
        return ec.generate_private_key(ec.SECP256R1())
    if alg == "RS256":
        return rsa.generate_private_key(65537, 2048)
    return ed25519.Ed25519PrivateKey.generate()


def _jwk(alg: str, key: Key) -> dict[str, Json]:
    if isinstance(key, ec.EllipticCurvePrivateKey):
        told = ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
    elif isinstance(key, rsa.RSAPrivateKey):
        told = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    else:
        told = OKPAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return {**told, "kid": "k", "use": "sig", "alg": alg}


def _token(alg: str, key: Key, number: int) -> str:
    claims = msgspec.to_builtins(a_login(jti=f"token-{number:06d}", scope="cert:read"))
    return jwt.encode(claims, key, algorithm=alg, headers={"kid": "k", "typ": "at+jwt"})


def _pyjwt(alg: str, key: Key) -> Check:
    public = key.public_key()
    # It has no settable clock, so its time checks are off.
    return lambda token: jwt.decode(
        token, public, algorithms=[alg], audience=AUDIENCE, issuer=IDP, options=LOOSE
    )


def _peers(jwk: Mapping[str, Json]) -> dict[str, Check]:
    makers = {"joserfc": _joserfc, "authlib": _authlib, "jwcrypto": _jwcrypto}
    found = {}
    for name in PEERS:
        try:
            found[name] = makers[name](dict(jwk))
        except ImportError:
            continue
    return found


def _joserfc(jwk: dict[str, Json]) -> Check:
    jose: Any = import_module("joserfc.jwt")
    key = import_module("joserfc.jwk").ECKey.import_key(jwk)
    wanted = jose.JWTClaimsRegistry(
        now=0,
        leeway=2**40,
        aud={"essential": True, "value": AUDIENCE},
        iss={"essential": True, "value": IDP},
    )
    return lambda token: wanted.validate(jose.decode(token, key, algorithms=["ES256"]).claims)


def _authlib(jwk: dict[str, Json]) -> Check:
    with warnings.catch_warnings():
        # It says of itself that joserfc follows on it.
        warnings.filterwarnings("ignore", message="authlib.jose module is deprecated")
        jose: Any = import_module("authlib.jose")
    key = jose.ECKey.import_key(jwk)
    reader = jose.JsonWebToken(["ES256"])
    options = {
        name: {"essential": True, "value": v} for name, v in (("aud", AUDIENCE), ("iss", IDP))
    }

    def check(token: str) -> None:
        claims = reader.decode(token, key, claims_options=options)
        claims.validate_aud()
        claims.validate_iss()

    return check


def _jwcrypto(jwk: dict[str, Json]) -> Check:
    jws: Any = import_module("jwcrypto.jws")
    key = import_module("jwcrypto.jwk").JWK(**jwk)

    def check(token: str) -> object:
        read = jws.JWS()
        read.allowed_algs = ["ES256"]
        read.deserialize(token, key)
        return msgspec.json.decode(read.payload)

    return check


def _lookups() -> dict[str, float | None]:
    small, large = (_registry(count) for count in ISSUERS)
    timing = interleave({"small": _looking(small), "large": _looking(large)}, rounds=ROUNDS)
    us = {name: seconds / LOOKUPS * MICRO for name, seconds in timing.medians.items()}
    return {
        "registry_10_issuers_us": round(us["small"], 3),
        "registry_10k_issuers_us": round(us["large"], 3),
    }


def _registry(count: int) -> TrustRegistry:
    row = idp_row(IDP, key_row(Delta().east), acrs=ACRS, regions=("310000",))
    rows = [
        row.model_copy(update={"id": f"https://idp-{n}.example", "keys": ()})
        for n in range(count)
    ]
    files = [
        issuer_file(f"{100_000 + at}", *rows[at : at + ISSUERS_A_FILE])
        for at in range(0, count, ISSUERS_A_FILE)
    ]
    return TrustRegistry.of(
        registry_file().model_copy(update={"valid_until": date(2026, 12, 31)}),
        assurance_file(),
        files,
        env="sim",
        covers=covers,
    )


def _looking(registry: TrustRegistry) -> Work:
    drawn = random.Random(1).choices([entry.id for entry in registry.issuers], k=LOOKUPS)  # noqa: S311 -- no secret

    def call() -> None:
        for name in drawn:
            registry.issuer(name)

    return call


@contextmanager
def _resting_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()

"""SM2 by the system's library and in Python alone, beside P-256; gmssl as the peer.

Ratios are over one raw P-256 verification of ``cryptography`` in the same rounds; a token is
verified with every check of its form, over the raw verification by the same backend. gmssl,
the package most often installed, verifies in Python alone, too.
"""

import time
from collections.abc import Callable
from importlib import import_module
from itertools import count
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from benchmarks.measure import interleave
from interop.crypto import import_public, sign_compact
from interop.crypto.jose import parse_header, split, verify_with
from interop.crypto.sm2 import Sm2Private, Sm2PrivateKey
from interop.crypto.sm2.backend import KNOWN_MESSAGE, KNOWN_POINT, KNOWN_SCALAR, KNOWN_SIGNATURE
from interop.crypto.sm2.curve import message_digest, signer_digest
from interop.crypto.sm2.libcrypto import LibcryptoBackend, NoLibrary
from interop.crypto.sm2.pure import PureBackend

ROUNDS: Final = 15
REPEAT: Final = 40
TOKEN: Final = b'{"iss":"https://idp.example","aud":"https://gateway.example","exp":1772413200}'


def run(rounds: int = ROUNDS) -> dict[str, float | None]:
    """Return ratios of SM2 to P-256; None where a library is absent.

    ``gmssl_vs_ours`` is gmssl over ours by the system's library, or in Python without one.
    """
    digest = message_digest(signer_digest(KNOWN_POINT), KNOWN_MESSAGE)
    cold_ms = _cold_ms(digest)
    p256 = ec.generate_private_key(ec.SECP256R1())
    scheme = ec.ECDSA(SHA256())
    signed, public = p256.sign(KNOWN_MESSAGE, scheme), p256.public_key()
    pure = PureBackend().public(KNOWN_POINT)
    pure.build_table()
    work: dict[str, Callable[[], object]] = {
        "p256": lambda: public.verify(signed, KNOWN_MESSAGE, scheme),
        "pure": lambda: pure.verify(KNOWN_SIGNATURE, digest),
    }
    work |= _gmssl(digest)
    names = ("sm2_verify_vs_p256", "sm2_token_vs_raw", "gmssl_vs_ours")
    figures: dict[str, float | None] = dict.fromkeys(names)
    ours = "pure"
    try:
        library = LibcryptoBackend.found()
    except NoLibrary:
        timing = interleave(work, rounds=rounds, repeat=REPEAT, clock=time.thread_time)
    else:
        ours, key = "library", library.public(KNOWN_POINT)
        work["library"] = lambda: key.verify(KNOWN_SIGNATURE, digest)
        work |= _token_work(library.private(KNOWN_SCALAR))
        timing = interleave(work, rounds=rounds, repeat=REPEAT, clock=time.thread_time)
        figures["sm2_verify_vs_p256"] = round(timing.paired("library", "p256"), 2)
        figures["sm2_token_vs_raw"] = round(timing.paired("token", "raw"), 3)
    figures["sm2_pure_vs_p256"] = round(timing.paired("pure", "p256"), 2)
    if "gmssl" in timing.medians:
        figures["gmssl_vs_ours"] = round(timing.paired("gmssl", ours) * REPEAT, 1)
    figures["sm2_pure_cold_ms"] = round(cold_ms, 1)
    figures["p256_us"] = round(timing.medians["p256"] * 1e6, 1)
    return figures


def _gmssl(digest: bytes) -> dict[str, Callable[[], object]]:
    """Return one verification by gmssl per round of ours: it is that much slower."""
    try:
        sm2: Any = import_module("gmssl.sm2")
    except ImportError:
        return {}
    peer = sm2.CryptSM2(public_key=KNOWN_POINT.hex(), private_key="")
    signature, turns = KNOWN_SIGNATURE.hex(), count()

    def verified() -> None:
        if next(turns) % REPEAT == 0 and not peer.verify(signature, digest):
            raise AssertionError(digest)

    return {"gmssl": verified}


def _cold_ms(digest: bytes) -> float:
    """Return the milliseconds of the first signature, the table of the base point included."""
    started = time.perf_counter()
    if not PureBackend().public(KNOWN_POINT).verify(KNOWN_SIGNATURE, digest):
        raise AssertionError(digest)
    return (time.perf_counter() - started) * 1000


def _token_work(private: Sm2Private) -> dict[str, Callable[[], object]]:
    signer = Sm2PrivateKey(private)
    token, jwk = sign_compact(TOKEN, signer, typ="at+jwt"), signer.public_jwk()
    key = import_public(jwk, alg="SM2")
    compact = split(token)

    def verified() -> None:
        taken = split(token)
        verify_with(taken, parse_header(taken.header), key)

    return {"token": verified, "raw": lambda: key.check(compact.signature, compact.signed)}

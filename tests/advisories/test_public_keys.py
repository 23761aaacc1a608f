"""Named attacks by a public key: each unsound key is refused before anything is verified.

As with tokens, one check gives one code, and two checks never the same.
"""

import json
from functools import partial
from math import prod
from typing import Final, NamedTuple

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from interop.crypto import PrivateKey, base64url, import_public, verify_compact
from interop.crypto.sm2.backend import KNOWN_POINT
from interop.crypto.sm2.keys import jwk_of
from interop.errors import TrustError
from interop.model.canonical import Json

EC: Final = PrivateKey.generate(use="sig").public.to_jwk()
BARE: Final = {name: EC[name] for name in ("kty", "crv", "x", "y")}
SM2: Final = jwk_of(KNOWN_POINT)
P256: Final = 2**256 - 2**224 + 2**192 + 2**96 - 1
P521: Final = 2**521 - 1
ODD: Final = 2**2047 + 12345
WIDE: Final = json.loads(
    ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP521R1()).public_key())
)


def spelled(value: int, size: int = 0) -> str:
    return base64url.encode(value.to_bytes(size or (value.bit_length() + 7) // 8, "big"))


def valued(jwk: dict[str, Json], name: str) -> int:
    return int.from_bytes(base64url.decode(str(jwk[name]), field=name), "big")


def rsa(n: int, e: int = 65537) -> dict[str, Json]:
    return {"kty": "RSA", "n": spelled(n), "e": spelled(e)}


def okp(crv: str, x: bytes) -> dict[str, Json]:
    return {"kty": "OKP", "crv": crv, "x": base64url.encode(x)}


def low(y: int, size: int = 32) -> bytes:
    return y.to_bytes(size, "little")


def roca() -> int:
    """Return an odd 2048-bit number with the fingerprint of the flawed generator."""
    modulus = prod(p for p in range(3, 168) if all(p % q for q in range(2, p)))
    residue = pow(65537, 12345, modulus)
    odd = residue if residue % 2 else residue + modulus
    return odd + modulus * 2 * (2**2047 // (2 * modulus) + 5)


class Attack(NamedTuple):
    """What is tried: the check that stops it, its code, the key and the algorithm."""

    check: str
    code: str
    jwk: dict[str, Json]
    alg: str = "ES256"


ATTACKS: Final = {
    "private EC": Attack("public", "key-private", {**EC, "d": "AQ"}),
    "private SM2": Attack("public", "key-private", {**SM2, "d": "AQ"}, "SM2"),
    "private Ed25519": Attack(
        "public", "key-private", {**okp("Ed25519", low(4)), "d": "AQ"}, "EdDSA"
    ),
    **{
        f"private RSA by {name}": Attack(
            "public", "key-private", {**rsa(ODD), name: "AQ"}, "RS256"
        )
        for name in ("d", "p", "q", "dp", "dq", "qi", "oth")
    },
    "private and null": Attack("public", "key-private", {**EC, "d": None}),
    "private of a kind to come": Attack("public", "key-private", {"kty": "AKP", "priv": "AQ"}),
    "symmetric": Attack("asymmetric", "key-symmetric", {"kty": "oct", "k": "AQ"}),
    "symmetric without secret": Attack("asymmetric", "key-symmetric", {"kty": "oct"}),
    "a secret beside the point": Attack("asymmetric", "key-symmetric", {**EC, "k": "AQ"}),
    "EC for RSA": Attack("kind", "key-type", {**BARE}, "RS256"),
    "RSA for EC": Attack("kind", "key-type", rsa(ODD)),
    "EC for EdDSA": Attack("kind", "key-type", {**BARE}, "EdDSA"),
    "OKP for EC": Attack("kind", "key-type", okp("P-256", low(4))),
    "kind missing": Attack("kind", "key-type", {"crv": "P-256", "x": EC["x"], "y": EC["y"]}),
    "kind in lower case": Attack("kind", "key-type", {**BARE, "kty": "ec"}),
    "P-384 for ES256": Attack("curve", "key-curve", {**BARE, "crv": "P-384"}),
    "P-256 for ES512": Attack("curve", "key-curve", {**BARE}, "ES512"),
    "secp256k1": Attack("curve", "key-curve", {**BARE, "crv": "secp256k1"}),
    "SM2 for ES256": Attack("curve", "key-curve", SM2),
    "P-256 for SM2": Attack("curve", "key-curve", {**BARE}, "SM2"),
    "X25519 for EdDSA": Attack("curve", "key-curve", okp("X25519", low(9)), "EdDSA"),
    "curve missing": Attack("curve", "key-curve", {"kty": "EC", "x": EC["x"], "y": EC["y"]}),
    "off the curve": Attack(
        "point", "key-point", {**EC, "y": spelled(valued(EC, "y") ^ 1, 32)}
    ),
    "identity": Attack("point", "key-point", {**EC, "x": spelled(0, 32), "y": spelled(0, 32)}),
    "x over the field": Attack("encoding", "key-encoding", {**EC, "x": spelled(P256, 32)}),
    "P-521 over the field": Attack(
        "encoding",
        "key-encoding",
        {**WIDE, "x": spelled(valued(WIDE, "x") + P521, 66)},
        "ES512",
    ),
    "SM2 off the curve": Attack(
        "point", "key-point", {**SM2, "y": spelled(valued(SM2, "y") ^ 1, 32)}, "SM2"
    ),
    "a point of P-256 as SM2": Attack("point", "key-point", {**BARE, "crv": "SM2"}, "SM2"),
    "P-521 with y over the field": Attack(
        "encoding",
        "key-encoding",
        {**WIDE, "y": spelled(valued(WIDE, "y") + P521, 66)},
        "ES512",
    ),
    "no Edwards point": Attack("point", "key-point", okp("Ed25519", low(2)), "EdDSA"),
    "leading zero left out": Attack(
        "length", "key-length", {**EC, "x": spelled(valued(EC, "x") >> 8, 31)}
    ),
    "a zero before": Attack("length", "key-length", {**EC, "x": spelled(valued(EC, "x"), 33)}),
    "Ed25519 cut": Attack("length", "key-length", okp("Ed25519", bytes(31)), "EdDSA"),
    "Ed448 cut": Attack("length", "key-length", okp("Ed448", bytes(56)), "EdDSA"),
    "compressed point": Attack(
        "length", "key-length", {**EC, "x": base64url.encode(b"\2" + bytes(32))}
    ),
    "n with a zero before": Attack(
        "shortest", "key-leading-zero", {**rsa(ODD), "n": spelled(ODD, 257)}, "RS256"
    ),
    "e with a zero before": Attack(
        "shortest", "key-leading-zero", {**rsa(ODD), "e": "AAEAAQ"}, "RS256"
    ),
    "Ed25519 written a second way": Attack(
        "encoding", "key-encoding", okp("Ed25519", low(2**255 - 19 + 3)), "EdDSA"
    ),
    "Ed448 written a second way": Attack(
        "encoding", "key-encoding", okp("Ed448", low(2**448 - 2**224 + 2, 57)), "EdDSA"
    ),
    "Ed448 with a stray bit": Attack(
        "encoding", "key-encoding", okp("Ed448", low(4 + 2**449, 57)), "EdDSA"
    ),
    "Ed25519 identity": Attack("order", "key-order", okp("Ed25519", low(1)), "EdDSA"),
    "Ed25519 of order 2": Attack(
        "order", "key-order", okp("Ed25519", low(2**255 - 20)), "EdDSA"
    ),
    "Ed25519 of order 4": Attack("order", "key-order", okp("Ed25519", low(0)), "EdDSA"),
    "Ed25519 of order 8": Attack(
        "order",
        "key-order",
        okp(
            "Ed25519",
            bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
        ),
        "EdDSA",
    ),
    "Ed25519 identity, negative": Attack(
        "order", "key-order", okp("Ed25519", low(1 + 2**255)), "EdDSA"
    ),
    "Ed448 identity": Attack("order", "key-order", okp("Ed448", low(1, 57)), "EdDSA"),
    "Ed448 of order 4": Attack("order", "key-order", okp("Ed448", low(0, 57)), "EdDSA"),
    "RSA of 512 bits": Attack("size", "key-rsa-size", rsa(2**511 + 1), "RS256"),
    "RSA of 1024 bits": Attack("size", "key-rsa-size", rsa(2**1023 + 1), "PS256"),
    "RSA of 2047 bits": Attack("size", "key-rsa-size", rsa(2**2046 + 1), "RS512"),
    "RSA too large to compute": Attack("size", "key-rsa-size", rsa(2**8192 + 1), "RS256"),
    "e is 1": Attack("exponent", "key-rsa-exponent", rsa(ODD, 1), "RS256"),
    "e is even": Attack("exponent", "key-rsa-exponent", rsa(ODD, 65536), "RS256"),
    "e is huge": Attack("exponent", "key-rsa-exponent", rsa(ODD, 2**2046 + 1), "RS256"),
    "n is even": Attack("modulus", "key-rsa-modulus", rsa(2**2047 + 2), "RS256"),
    "n has a small factor": Attack("modulus", "key-rsa-modulus", rsa(3 * 2**2047 + 3), "RS256"),
    "n is a square": Attack("modulus", "key-rsa-modulus", rsa((2**1024 - 105) ** 2), "RS256"),
    "ROCA": Attack("generator", "key-roca", rsa(roca()), "RS256"),
    "for another algorithm": Attack("own alg", "key-alg", {**EC, "alg": "ES384"}),
    "PS key for RS": Attack("own alg", "key-alg", {**rsa(ODD), "alg": "PS256"}, "RS256"),
    "for no algorithm": Attack("own alg", "key-alg", {**EC, "alg": "none"}),
    "alg is null": Attack("own alg", "key-alg", {**EC, "alg": None}),
    "for encryption": Attack("own use", "key-use", {**EC, "use": "enc"}),
    "use is a list": Attack("own use", "key-use", {**EC, "use": ["sig"]}),
    "may only sign": Attack("own operations", "key-ops", {**EC, "key_ops": ["sign"]}),
    "may only derive": Attack("own operations", "key-ops", {**EC, "key_ops": ["deriveKey"]}),
    "may do nothing": Attack("own operations", "key-ops", {**EC, "key_ops": []}),
    "operations as text": Attack("own operations", "key-ops", {**EC, "key_ops": "verify"}),
    "operations twice": Attack("own operations", "key-ops", {**EC, "key_ops": ["verify"] * 2}),
    "x missing": Attack("member", "key-malformed", {**EC, "x": None}),
    "x a number": Attack("member", "key-malformed", {**EC, "x": 1}),
    "x empty": Attack("member", "key-malformed", {**EC, "x": ""}),
    "x of a megabyte": Attack("member", "key-malformed", {**EC, "x": "A" * 2**20}),
    "kid a number": Attack("member", "key-malformed", {**EC, "kid": 1}),
    "x padded": Attack("padding", "base64url-padding", {**EC, "x": f"{EC['x']}="}),
    "n in the standard alphabet": Attack(
        "alphabet", "base64url-alphabet", {**rsa(ODD), "n": "a+/b"}, "RS256"
    ),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_each_key_is_refused_by_its_check(name: str) -> None:
    attack = ATTACKS[name]
    with pytest.raises(TrustError) as caught:
        import_public(attack.jwk, alg=attack.alg)
    assert caught.value.code == attack.code


def test_one_check_gives_one_code_and_no_other_gives_it() -> None:
    codes = {(attack.check, attack.code) for attack in ATTACKS.values()}
    assert len({check for check, _ in codes}) == len({code for _, code in codes}) == len(codes)


def test_without_an_attack_the_keys_are_good() -> None:
    for jwk, alg in ((EC, "ES256"), (SM2, "SM2"), (rsa(ODD), "RS256")):
        assert import_public(jwk, alg=alg).alg == alg
    assert import_public(okp("Ed25519", low(4)), alg="EdDSA").alg == "EdDSA"
    assert import_public(WIDE, alg="ES512").alg == "ES512"


def test_nothing_of_a_secret_shows_in_a_refusal() -> None:
    secret = base64url.encode(b"planted secret scalar, 32 bytes!")
    for jwk in ({**EC, "d": secret}, {"kty": "oct", "k": secret}):
        with pytest.raises(TrustError) as caught:
            verify_compact("a.b.c", jwk, alg="ES256")
        call = partial(import_public, jwk, alg="ES256")
        with pytest.raises(TrustError) as again:
            call()
        for fault in (caught.value, again.value):
            assert secret not in f"{fault!r} {fault} {fault.reason}"

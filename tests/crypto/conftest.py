"""Keys of every algorithm, made once."""

import json
from dataclasses import dataclass

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from interop.model.canonical import Json

Private = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey


@dataclass(frozen=True)
class Pair:
    """A private key for PyJWT and its public JWK, written by PyJWT."""

    private: Private
    jwk: dict[str, Json]


def _ec(curve: ec.EllipticCurve) -> Pair:
    key = ec.generate_private_key(curve)
    return Pair(key, json.loads(ECAlgorithm.to_jwk(key.public_key())))


@pytest.fixture(scope="session")
def pairs() -> dict[str, Pair]:
    rsa_key = rsa.generate_private_key(65537, 2048)
    rsa_jwk = json.loads(RSAAlgorithm.to_jwk(rsa_key.public_key()))
    # PyJWT writes key_ops ["verify"], as an issuer would.
    okp = ed25519.Ed25519PrivateKey.generate()
    okp_jwk = json.loads(OKPAlgorithm.to_jwk(okp.public_key()))
    rsa_pair = Pair(rsa_key, rsa_jwk)
    return {
        "ES256": _ec(ec.SECP256R1()),
        "ES384": _ec(ec.SECP384R1()),
        "ES512": _ec(ec.SECP521R1()),
        **dict.fromkeys(("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"), rsa_pair),
        "EdDSA": Pair(okp, okp_jwk),
    }

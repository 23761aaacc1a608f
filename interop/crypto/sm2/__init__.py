"""SM2 (国密椭圆曲线): signatures and public-key encryption behind one backend."""

from interop.crypto.sm2.backend import (
    Sm2Backend,
    Sm2Private,
    Sm2Public,
    choose,
    default_backend,
)
from interop.crypto.sm2.curve import DEFAULT_ID
from interop.crypto.sm2.keys import Sm2PrivateKey, Sm2PublicKey, sm2_check

__all__ = [
    "DEFAULT_ID",
    "Sm2Backend",
    "Sm2Private",
    "Sm2PrivateKey",
    "Sm2Public",
    "Sm2PublicKey",
    "choose",
    "default_backend",
    "sm2_check",
]

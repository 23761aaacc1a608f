"""Keys, strict JOSE, encryption of what is stored, Merkle tree, pairwise identifiers."""

from interop.crypto.cipher import AesGcm, Sm4Gcm
from interop.crypto.jose import (
    BATCH_BYTES_MAX,
    TOKEN_BYTES_MAX,
    Header,
    read_header,
    sign_compact,
    verify_bounded,
    verify_compact,
)
from interop.crypto.jwe import Recipient, decrypt, encrypt
from interop.crypto.jwk import VerificationKey, import_public
from interop.crypto.keys import PrivateKey, PublicKey
from interop.crypto.pairwise import pairwise
from interop.crypto.profile import (
    DEVELOPMENT,
    PRODUCTION_CN,
    Profile,
    SecretKey,
    Waiver,
    import_recipient,
)
from interop.crypto.ring import KeyRing, OrganSecret

__all__ = [
    "BATCH_BYTES_MAX",
    "DEVELOPMENT",
    "PRODUCTION_CN",
    "TOKEN_BYTES_MAX",
    "AesGcm",
    "Header",
    "KeyRing",
    "OrganSecret",
    "PrivateKey",
    "Profile",
    "PublicKey",
    "Recipient",
    "SecretKey",
    "Sm4Gcm",
    "VerificationKey",
    "Waiver",
    "decrypt",
    "encrypt",
    "import_public",
    "import_recipient",
    "pairwise",
    "read_header",
    "sign_compact",
    "verify_bounded",
    "verify_compact",
]

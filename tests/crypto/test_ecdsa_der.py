"""Raw signatures reach the library in the DER that it writes itself, at every border."""

from typing import cast

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from hypothesis import given
from hypothesis import strategies as st

from interop.crypto.algorithms import EC
from interop.crypto.jwk import ecdsa_check


class Heard:
    """What stands where the library's key does, and keeps what it is asked."""

    def verify(self, signature: bytes, data: bytes, scheme: ec.ECDSA) -> None:
        del data, scheme
        self.signature = signature


# First bytes on both sides of the sign bit; zeros before, as many as there can be.
NUMBERS = st.builds(
    lambda zeros, first, rest: (bytes(zeros) + bytes([first]) + rest)[:32],
    st.integers(0, 31),
    st.sampled_from([1, 0x7F, 0x80, 0xFF]),
    st.binary(min_size=31, max_size=31),
)


@given(r=NUMBERS, s=NUMBERS, alg=st.sampled_from(["ES256", "ES384"]))
def test_the_der_is_the_library_s_own(r: bytes, s: bytes, alg: str) -> None:
    size, key = EC[alg].size, Heard()
    check = ecdsa_check(cast("ec.EllipticCurvePublicKey", key), EC[alg])
    check(r.rjust(size, b"\0") + s.rjust(size, b"\0"), b"")
    assert key.signature == encode_dss_signature(
        int.from_bytes(r, "big"), int.from_bytes(s, "big")
    )

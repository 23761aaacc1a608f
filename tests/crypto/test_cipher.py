import hmac

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher as BlockCipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import CTR
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.crypto import KEYS_32, PAYLOADS, flipped
from interop.crypto import AesGcm, Sm4Gcm
from interop.errors import StoreDamaged
from interop.model.ports import Cipher

CIPHERS: list[Cipher] = [AesGcm(), Sm4Gcm()]
both = pytest.mark.parametrize("cipher", CIPHERS, ids=["A256GCM", "SM4GCM"])


@both
@given(key=KEYS_32, plain=PAYLOADS, place=PAYLOADS)
def test_what_is_sealed_is_unsealed(
    cipher: Cipher, key: bytes, plain: bytes, place: bytes
) -> None:
    sealed = cipher.seal(key, plain, bound_to=place)
    assert len(sealed) == 12 + len(plain) + 16
    assert cipher.unseal(key, sealed, bound_to=place) == plain


@both
@given(data=st.data(), key=KEYS_32, plain=PAYLOADS)
def test_one_bit_anywhere_is_noticed(
    cipher: Cipher, data: st.DataObject, key: bytes, plain: bytes
) -> None:
    sealed = cipher.seal(key, plain, bound_to=b"place")
    for k, s, place in [
        (data.draw(flipped(key)), sealed, b"place"),
        (key, data.draw(flipped(sealed)), b"place"),
        (key, sealed, data.draw(flipped(b"place"))),
        (key, sealed[:-1], b"place"),
        (key, sealed[:27], b"place"),
    ]:
        with pytest.raises(StoreDamaged) as caught:
            cipher.unseal(k, s, bound_to=place)
        assert caught.value.code == "cipher-damaged"


@both
def test_two_seals_of_one_value_differ(cipher: Cipher) -> None:
    key = bytes(32)
    assert cipher.seal(key, b"x", bound_to=b"") != cipher.seal(key, b"x", bound_to=b"")


@both
@pytest.mark.parametrize("size", [0, 16, 31, 33])
def test_only_a_key_of_32_bytes_will_do(cipher: Cipher, size: int) -> None:
    for call in (cipher.seal, cipher.unseal):
        with pytest.raises(StoreDamaged) as caught:
            call(bytes(size), bytes(40), bound_to=b"")
        assert caught.value.code == "cipher-key-length"


@both
def test_a_value_has_a_largest_size(cipher: Cipher) -> None:
    with pytest.raises(StoreDamaged) as caught:
        cipher.seal(bytes(32), bytes(64 * 2**20 + 1), bound_to=b"")
    assert caught.value.code == "cipher-too-large"


@given(key=KEYS_32, plain=PAYLOADS, nonce=st.binary(min_size=12, max_size=12))
def test_each_is_the_standard_cipher(key: bytes, plain: bytes, nonce: bytes) -> None:
    aes = AesGcm(random=lambda _size: nonce).seal(key, plain, bound_to=b"p")
    assert aes == nonce + AESGCM(key).encrypt(nonce, plain, b"p")
    # HKDF-SM3 by hand (RFC 5869), and GCM's counter mode starting at 2.
    prk = hmac.new(bytes(32), key, "sm3").digest()
    sm4_key = hmac.new(prk, b"interop SM4GCM key v1\x01", "sm3").digest()[:16]
    counter = BlockCipher(SM4(sm4_key), CTR(nonce + bytes([0, 0, 0, 2]))).encryptor()
    sm4 = Sm4Gcm(random=lambda _size: nonce).seal(key, plain, bound_to=b"p")
    assert sm4[12:-16] == counter.update(plain) + counter.finalize()

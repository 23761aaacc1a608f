"""What an RSA modulus and exponent must be before a key is used.

Nobody can tell from a public key that it is sound, but many that are not can be told: too
short, even, with a small factor, a square, or from the flawed generator of CVE-2017-15361
(ROCA), whose moduli are powers of 65537 modulo every small prime.
Source: NIST SP 800-56B revision 2 section 6.4.2; RFC 8725 section 3.5; RFC 7518 section 3.3.
"""

from math import gcd, isqrt, prod
from typing import Final

from interop.crypto.key_reasons import KEY_ROCA, KEY_RSA_EXPONENT, KEY_RSA_MODULUS, KEY_RSA_SIZE
from interop.errors import TrustError

BITS_MIN: Final = 2048
BITS_MAX: Final = 8192
EXPONENT_BITS_MAX: Final = 64
_SIEVE_MAX: Final = 752
_PRIMES: Final = tuple(
    number
    for number in range(2, _SIEVE_MAX)
    if all(number % divisor for divisor in range(2, isqrt(number) + 1))
)
_SMALL: Final = prod(_PRIMES)
_GENERATOR: Final = 65537
_ROCA_PRIME_MAX: Final = 167
_ROCA_GROUPS: Final = {
    prime: frozenset(pow(_GENERATOR, k, prime) for k in range(prime))
    for prime in _PRIMES[1:]  # without 2
    if prime <= _ROCA_PRIME_MAX
}


def require_sound(n: int, e: int) -> None:
    """Refuse a modulus or an exponent that is known to be unsound.

    Raises:
        TrustError: ``key-rsa-size``, ``key-rsa-exponent``, ``key-roca`` or
            ``key-rsa-modulus``.
    """
    bits = n.bit_length()
    if not BITS_MIN <= bits <= BITS_MAX:
        limits = f"{BITS_MIN}…{BITS_MAX}"
        raise TrustError(KEY_RSA_SIZE.of(field="n", expected=limits, got=bits))
    if e <= 1 or e % 2 == 0 or e.bit_length() > EXPONENT_BITS_MAX:
        raise TrustError(KEY_RSA_EXPONENT.of(field="e"))
    if all(n % prime in group for prime, group in _ROCA_GROUPS.items()):
        raise TrustError(KEY_ROCA.of(field="n"))
    if gcd(n, _SMALL) != 1 or isqrt(n) ** 2 == n:
        raise TrustError(KEY_RSA_MODULUS.of(field="n"))

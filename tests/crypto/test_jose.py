from collections.abc import Callable, Mapping

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import ECKey

from interop.conformance.strategies.crypto import (
    HEADERS,
    PAYLOADS,
    RING,
    RINGS,
    TYPS,
    changed,
)
from interop.crypto import (
    KeyRing,
    base64url,
    read_header,
    sign_compact,
    verify_bounded,
    verify_compact,
)
from interop.crypto.algorithms import AVAILABLE, P256
from interop.errors import TrustError
from interop.model.canonical import Json
from tests.crypto.conftest import Pair

# PyJWT knows no SM2; its tokens have tests of their own.
ALGORITHMS = sorted(AVAILABLE - {"SM2"})
RING_0 = RINGS[0]
JWK_0 = RING_0.signing.public.to_jwk()
GOOD = sign_compact(b"payload", RING_0.signing, typ="at+jwt")


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(TrustError) as caught:
        call()
    return caught.value.code


def forged(header: bytes, payload: bytes = b"payload") -> str:
    """Return a token with this header, correctly signed."""
    signed = f"{base64url.encode(header)}.{base64url.encode(payload)}"
    return f"{signed}.{base64url.encode(RING_0.signing.sign(signed.encode()))}"


@given(payload=PAYLOADS, ring=RING, typ=TYPS, header=HEADERS)
def test_what_is_signed_verifies_here_and_elsewhere(
    payload: bytes, ring: KeyRing, typ: str, header: Mapping[str, Json]
) -> None:
    token = sign_compact(payload, ring.signing, typ=typ, header=header)
    key = ring.signing.public
    assert verify_compact(token, key.to_jwk(), alg="ES256") == payload
    read = read_header(token)
    assert (read.alg, read.kid, read.typ) == ("ES256", key.kid, typ)
    assert dict(read.extra) == dict(header)
    reference = jwt.PyJWS()
    assert reference.decode(token, jwt.PyJWK(key.to_jwk()), algorithms=["ES256"]) == payload
    open_header = jws.JWSRegistry(strict_check_header=False)
    second = jws.deserialize_compact(
        token, ECKey.import_key(key.to_pem()), registry=open_header
    )
    assert second.payload == payload


@pytest.mark.parametrize("alg", ALGORITHMS)
@given(payload=PAYLOADS)
def test_every_algorithm_of_another_library_verifies(
    pairs: dict[str, Pair], alg: str, payload: bytes
) -> None:
    pair = pairs[alg]
    token = jwt.PyJWS().encode(payload, pair.private, algorithm=alg)
    assert verify_compact(token, pair.jwk, alg=alg) == payload


@pytest.mark.parametrize("alg", ALGORITHMS)
@given(data=st.data())
def test_a_token_with_one_character_changed_is_refused(
    pairs: dict[str, Pair], alg: str, data: st.DataObject
) -> None:
    pair = pairs[alg]
    token = jwt.PyJWS().encode(b'{"iss":"x"}', pair.private, algorithm=alg)
    with pytest.raises(TrustError):
        verify_compact(data.draw(changed(token)), pair.jwk, alg=alg)


@given(signer=RING, other=RING, payload=PAYLOADS)
def test_a_key_verifies_only_its_own(signer: KeyRing, other: KeyRing, payload: bytes) -> None:
    token = sign_compact(payload, signer.signing, typ="x")
    jwk = {k: v for k, v in other.signing.public.to_jwk().items() if k != "kid"}
    if signer is other:
        assert verify_compact(token, jwk, alg="ES256") == payload
    else:
        code = code_of(lambda: verify_compact(token, jwk, alg="ES256"))
        assert code == "jws-signature-invalid"


HEAD, BODY, SIGNATURE = GOOD.split(".")
FORMS = {
    "json": ('{"payload":"", "signatures":[]}', "jws-json-form"),
    "json after space": (' {"payload":""}', "jws-json-form"),
    "line end": (GOOD + "\n", "jws-whitespace"),
    "space inside": (GOOD.replace(".", ". ", 1), "jws-whitespace"),
    "two parts": (f"{HEAD}.{BODY}", "jws-part-count"),
    "four parts": (GOOD + ".", "jws-part-count"),
    "six parts": ("a.b.c.d.e.f", "jws-part-count"),
    "empty": ("", "jws-part-count"),
    "padding": (GOOD + "==", "base64url-padding"),
    "standard alphabet": (f"{HEAD}.+/+/.{SIGNATURE}", "base64url-alphabet"),
    "not ascii": (f"{HEAD}.é{BODY}.{SIGNATURE}", "base64url-alphabet"),
    "lone surrogate": (f"{HEAD}.\udc80.{SIGNATURE}", "base64url-alphabet"),
    "too long": ("a" * 65_537, "jws-too-large"),
}


@pytest.mark.parametrize(("token", "code"), FORMS.values(), ids=FORMS)
def test_each_wrong_form_has_its_code(token: str, code: str) -> None:
    assert code_of(lambda: read_header(token)) == code


HEADERS_REFUSED = {
    "not json": (b"{", "jws-header-malformed"),
    "array": (b"[]", "jws-header-not-object"),
    "text": (b'"ES256"', "jws-header-not-object"),
    "nothing": (b"", "jws-header-malformed"),
    "more behind": (b'{"alg":"ES256"}{}', "jws-header-malformed"),
    "mark": (b'\xef\xbb\xbf{"alg":"ES256"}', "jws-header-encoding"),
    "not utf-8": (b'{"alg":"\xff"}', "jws-header-encoding"),
    "utf-16": ('{"alg":"ES256"}'.encode("utf-16"), "jws-header-encoding"),
    "surrogate": (b'{"alg":"ES256","x":"\\ud800"}', "jws-header-encoding"),
    "nan": (b'{"alg":"ES256","x":NaN}', "jws-header-number"),
    "float": (b'{"alg":"ES256","x":1.5}', "jws-header-number"),
    "twice": (b'{"alg":"none","alg":"ES256"}', "jws-header-duplicate"),
    "deep": (b'{"alg":"ES256","x":' + b"[" * 70 + b"]" * 70 + b"}", "jws-header-depth"),
    "very deep": (
        b'{"alg":"ES256","x":' + b"[" * 4000 + b"]" * 4000 + b"}",
        "jws-header-depth",
    ),
    "large number": (b'{"alg":"ES256","x":99999999999999999999}', "jws-header-number"),
    "large": (b'{"alg":"ES256","x":"' + b"a" * 9000 + b'"}', "jws-header-limit"),
    "alg missing": (b"{}", "jws-alg-missing"),
    "alg empty": (b'{"alg":""}', "jws-alg-missing"),
    "alg spelled twice": (b'{"\\u0061lg":"none","alg":"ES256"}', "jws-header-duplicate"),
    "none with space": (b'{"alg":" none"}', "jws-alg-none"),
    "es256k": (b'{"alg":"ES256K"}', "jws-alg-unknown"),
    "crit empty": (b'{"alg":"ES256","crit":[]}', "jws-crit"),
    "b64 true": (b'{"alg":"ES256","b64":true}', "jws-b64"),
    "alg number": (b'{"alg":1}', "jws-header-type"),
    "alg null": (b'{"alg":null}', "jws-header-type"),
    "typ number": (b'{"alg":"ES256","typ":1}', "jws-header-type"),
    "none": (b'{"alg":"none"}', "jws-alg-none"),
    "None": (b'{"alg":"NoNe"}', "jws-alg-none"),
    "hmac": (b'{"alg":"HS256"}', "jws-alg-symmetric"),
    "sm2 alias": (b'{"alg":"SM2withSM3"}', "jws-alg-unknown"),
    "lower": (b'{"alg":"es256"}', "jws-alg-unknown"),
    "crit": (b'{"alg":"ES256","crit":["exp"]}', "jws-crit"),
    "b64": (b'{"alg":"ES256","b64":false}', "jws-b64"),
    "zip": (b'{"alg":"ES256","zip":"DEF"}', "jws-zip"),
    "jku": (b'{"alg":"ES256","jku":"https://evil.example"}', "jws-jku"),
    "x5u": (b'{"alg":"ES256","x5u":"https://evil.example"}', "jws-x5u"),
    "x5c": (b'{"alg":"ES256","x5c":[]}', "jws-x5c"),
    "jwk": (b'{"alg":"ES256","jwk":{}}', "jws-embedded-jwk"),
    "kid number": (b'{"alg":"ES256","kid":1}', "jws-header-type"),
    "kid empty": (b'{"alg":"ES256","kid":""}', "jws-kid-malformed"),
    "kid path": (b'{"alg":"ES256","kid":"../../etc/passwd"}', "jws-kid-malformed"),
    "kid sql": (b'{"alg":"ES256","kid":"\' OR 1=1"}', "jws-kid-malformed"),
    "kid nul": (b'{"alg":"ES256","kid":"a\\u0000"}', "jws-kid-malformed"),
    "kid line": (b'{"alg":"ES256","kid":"a\\n"}', "jws-kid-malformed"),
    "kid long": (b'{"alg":"ES256","kid":"' + b"a" * 129 + b'"}', "jws-kid-malformed"),
    "kid of another": (b'{"alg":"ES256","kid":"another"}', "jws-kid-mismatch"),
    "alg of another": (b'{"alg":"ES384"}', "jws-alg-mismatch"),
}


@pytest.mark.parametrize(("header", "code"), HEADERS_REFUSED.values(), ids=HEADERS_REFUSED)
def test_each_unsound_header_is_refused_though_signed(header: bytes, code: str) -> None:
    assert code_of(lambda: verify_compact(forged(header), JWK_0, alg="ES256")) == code


def test_the_caller_too_can_only_ask_for_known_algorithms() -> None:
    assert code_of(lambda: verify_compact(GOOD, JWK_0, alg="none")) == "jws-alg-none"
    assert code_of(lambda: verify_compact(GOOD, JWK_0, alg="SM2")) == "key-alg"


N = P256.order
SIGNATURES = {
    "psychic": (bytes(64), "jws-signature-range"),
    "r zero": (bytes(32) + bytes([1]) * 32, "jws-signature-range"),
    "s zero": (bytes([1]) * 32 + bytes(32), "jws-signature-range"),
    "r is n": (N.to_bytes(32, "big") + bytes([1]) * 32, "jws-signature-range"),
    "s is n": (bytes([1]) * 32 + N.to_bytes(32, "big"), "jws-signature-range"),
    "n - 1": ((N - 1).to_bytes(32, "big") * 2, "jws-signature-invalid"),
    "missing": (b"", "jws-signature-length"),
    "short": (bytes(63), "jws-signature-length"),
    "long": (bytes(65), "jws-signature-length"),
    "der": (b"\x30\x06\x02\x01\x01\x02\x01\x01", "jws-signature-length"),
}


@pytest.mark.parametrize(("signature", "code"), SIGNATURES.values(), ids=SIGNATURES)
def test_each_impossible_signature_has_its_code(signature: bytes, code: str) -> None:
    token = f"{HEAD}.{BODY}.{base64url.encode(signature)}"
    assert code_of(lambda: verify_compact(token, JWK_0, alg="ES256")) == code


@pytest.mark.parametrize("alg", ["RS256", "PS256", "EdDSA"])
def test_a_signature_of_another_length_is_refused_for_every_kind(
    pairs: dict[str, Pair], alg: str
) -> None:
    pair = pairs[alg]
    token = jwt.PyJWS().encode(b"x", pair.private, algorithm=alg)
    head, body, signature = token.split(".")
    longer = base64url.encode(base64url.decode(signature, field="x") + b"\x00")
    code = code_of(lambda: verify_compact(f"{head}.{body}.{longer}", pair.jwk, alg=alg))
    assert code == "jws-signature-length"


def test_the_same_rsa_key_does_not_serve_two_schemes(pairs: dict[str, Pair]) -> None:
    pair = pairs["PS256"]
    token = jwt.PyJWS().encode(b"x", pair.private, algorithm="PS256")
    assert code_of(lambda: verify_compact(token, pair.jwk, alg="RS256")) == "jws-alg-mismatch"


def test_a_batch_may_be_larger_than_a_token_but_not_unbounded() -> None:
    payload = bytes(100_000)
    token = sign_compact(payload, RING_0.signing, typ="batch+jws")
    assert code_of(lambda: verify_compact(token, JWK_0, alg="ES256")) == "jws-too-large"
    assert verify_bounded(token, JWK_0, alg="ES256", bytes_max=200_000) == payload
    huge = "a" * (4 * 1024 * 1024 + 1)
    assert code_of(lambda: read_header(huge, bytes_max=10**9)) == "jws-too-large"
    large = bytes(4 * 1024 * 1024)
    assert code_of(lambda: sign_compact(large, RING_0.signing, typ="x")) == "jws-too-large"


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ({"alg": "none"}, "jws-header-reserved"),
        ({"kid": "x"}, "jws-header-reserved"),
        ({"jwk": {}}, "jws-embedded-jwk"),
    ],
)
def test_a_signer_cannot_write_what_no_reader_accepts(
    header: dict[str, Json], code: str
) -> None:
    call = lambda: sign_compact(b"x", RING_0.signing, typ="x", header=header)  # noqa: E731 -- one call
    assert code_of(call) == code


def test_nothing_of_a_token_shows_when_its_parts_are_printed() -> None:
    from interop.crypto.jose import split

    assert BODY not in repr(split(GOOD))
    assert "payload" not in repr(split(GOOD))

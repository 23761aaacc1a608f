"""Named attacks on the strict reader of tokens: form, header, algorithm, signature.

Each row names the check that stops it. One check gives one code, and two checks never the
same, so that a refusal says what was tried.
"""

import hmac
import json
from collections.abc import Callable
from functools import partial
from typing import Final, NamedTuple

import pytest

from interop.crypto import PrivateKey, base64url, verify_compact
from interop.crypto.algorithms import P256
from interop.errors import TrustError

KEY: Final = PrivateKey.generate(use="sig")
JWK: Final = KEY.public.to_jwk()
THIEF: Final = PrivateKey.generate(use="sig")
PAYLOAD: Final = b'{"iss":"https://idp.example"}'


class Attack(NamedTuple):
    """What is tried: the check that stops it, its code, and the token."""

    check: str
    code: str
    token: object


def signed(header: bytes, payload: bytes = PAYLOAD, key: PrivateKey = KEY) -> str:
    text = f"{base64url.encode(header)}.{base64url.encode(payload)}"
    return f"{text}.{base64url.encode(key.sign(text.encode()))}"


def headed(**members: object) -> str:
    """Return a token with these members beside the algorithm, signed by the right key."""
    return signed(json.dumps({"alg": "ES256", **members}).encode())


def mac(alg: str, secret: bytes) -> str:
    header = base64url.encode(json.dumps({"alg": alg}).encode())
    text = f"{header}.{base64url.encode(PAYLOAD)}"
    return f"{text}.{base64url.encode(hmac.digest(secret, text.encode(), 'sha256'))}"


def with_signature(signature: bytes) -> str:
    return f"{HEAD}.{BODY}.{base64url.encode(signature)}"


def respelled(part: str) -> str:
    """Return ``part`` with an unused bit of its last letter set."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    assert len(part) % 4
    return part[:-1] + letters[letters.index(part[-1]) + 1]


GOOD: Final = headed()
HEAD, BODY, TAIL = GOOD.split(".")
SIGNATURE: Final = base64url.decode(TAIL, field="signature")
R, S = SIGNATURE[:32], SIGNATURE[32:]
ORDER: Final = P256.order.to_bytes(32, "big")
ONE: Final = (1).to_bytes(32, "big")
DER: Final = bytes.fromhex("30440220") + R + bytes.fromhex("0220") + S
UNSECURED: Final = base64url.encode(b'{"alg":"none"}')
PEM: Final = KEY.public.to_pem()
DER_KEY: Final = bytes.fromhex("04") + base64url.decode(str(JWK["x"]), field="x")

ATTACKS: Final = {
    # The form.
    "bytes instead of text": Attack("text", "jws-not-text", GOOD.encode()),
    "flattened JSON": Attack(
        "compact", "jws-json-form", json.dumps({"payload": BODY, "protected": HEAD})
    ),
    "general JSON": Attack("compact", "jws-json-form", '{"payload":"","signatures":[]}'),
    "JSON behind space": Attack("compact", "jws-json-form", '\n {"payload":""}'),
    "line end behind": Attack("space", "jws-whitespace", GOOD + "\n"),
    "space before": Attack("space", "jws-whitespace", " " + GOOD),
    "folded line": Attack("space", "jws-whitespace", GOOD.replace(".", ".\r\n\t", 1)),
    "no-break space": Attack("space", "jws-whitespace", GOOD + "\u00a0"),
    "unsecured, two parts": Attack("parts", "jws-part-count", f"{HEAD}.{BODY}"),
    "one part": Attack("parts", "jws-part-count", HEAD),
    "nothing": Attack("parts", "jws-part-count", ""),
    "four parts": Attack("parts", "jws-part-count", GOOD + "."),
    "an encrypted token": Attack("parts", "jws-part-count", f"{HEAD}..{BODY}.{TAIL}.{TAIL}"),
    "six parts": Attack("parts", "jws-part-count", f"{GOOD}.{GOOD}"),
    "a million dots": Attack("size", "jws-too-large", "." * 1_000_000),
    "five megabytes": Attack("size", "jws-too-large", GOOD + "A" * 5_000_000),
    "padding on the signature": Attack("padding", "base64url-padding", GOOD + "=="),
    "padding on the header": Attack("padding", "base64url-padding", f"{HEAD}=.{BODY}.{TAIL}"),
    "standard alphabet": Attack("alphabet", "base64url-alphabet", f"{HEAD}.a+b/.{TAIL}"),
    "byte order mark before": Attack("alphabet", "base64url-alphabet", "\ufeff" + GOOD),
    "full-width letters": Attack("alphabet", "base64url-alphabet", f"{HEAD}.ＡＡＡＡ.{TAIL}"),
    "lone surrogate": Attack("alphabet", "base64url-alphabet", f"{HEAD}.\udc80.{TAIL}"),
    "nul inside": Attack("alphabet", "base64url-alphabet", f"{HEAD}.{BODY}\0.{TAIL}"),
    "percent-encoded": Attack("alphabet", "base64url-alphabet", f"{HEAD}.{BODY}.%41"),
    "a stray letter": Attack("length", "base64url-length", f"{HEAD}.AAAAA.{TAIL}"),
    "unused bits of the signature": Attack(
        "canonical", "base64url-not-canonical", f"{HEAD}.{BODY}.{respelled(TAIL)}"
    ),
    # The header.
    "header cut": Attack("json", "jws-header-malformed", signed(b'{"alg":"ES256"')),
    "header in single quotes": Attack("json", "jws-header-malformed", signed(b"{'alg':1}")),
    "two headers": Attack("json", "jws-header-malformed", signed(b'{"alg":"ES256"}{}')),
    "header is a list": Attack("object", "jws-header-not-object", signed(b'["ES256"]')),
    "header is null": Attack("object", "jws-header-not-object", signed(b"null")),
    "header with a mark": Attack(
        "utf-8", "jws-header-encoding", signed(b'\xef\xbb\xbf{"alg":"ES256"}')
    ),
    "header in UTF-16": Attack(
        "utf-8", "jws-header-encoding", signed('{"alg":"ES256"}'.encode("utf-16-le") + b"\xff")
    ),
    "overlong letter": Attack("utf-8", "jws-header-encoding", signed(b'{"alg":"\xc1\x85"}')),
    "surrogate in the header": Attack(
        "utf-8", "jws-header-encoding", signed(b'{"alg":"ES256","x":"\\udc00"}')
    ),
    "alg twice": Attack(
        "once", "jws-header-duplicate", signed(b'{"alg":"none","alg":"ES256"}')
    ),
    "alg twice, once escaped": Attack(
        "once", "jws-header-duplicate", signed(b'{"\\u0061lg":"none","alg":"ES256"}')
    ),
    "member of a member twice": Attack(
        "once", "jws-header-duplicate", signed(b'{"alg":"ES256","x":{"a":1,"a":2}}')
    ),
    "nested without end": Attack(
        "depth",
        "jws-header-depth",
        signed(b'{"alg":"ES256","x":' + b"[" * 3_000 + b"]" * 3_000 + b"}"),
    ),
    "a number of a thousand digits": Attack(
        "number", "jws-header-number", signed(b'{"alg":"ES256","x":' + b"9" * 1_000 + b"}")
    ),
    "infinity": Attack("number", "jws-header-number", signed(b'{"alg":"ES256","x":Infinity}')),
    "1e400": Attack("number", "jws-header-number", signed(b'{"alg":"ES256","x":1e400}')),
    "a header of nine thousand bytes": Attack(
        "header size", "jws-header-limit", headed(x="a" * 9_000)
    ),
    "typ is a list": Attack("header text", "jws-header-type", headed(typ=["JWT"])),
    "kid is a number": Attack("header text", "jws-header-type", headed(kid=1)),
    "alg is a list": Attack("header text", "jws-header-type", signed(b'{"alg":["ES256"]}')),
    "kid as a path": Attack("kid", "jws-kid-malformed", headed(kid="../../dev/null")),
    "kid as an absolute path": Attack("kid", "jws-kid-malformed", headed(kid="/dev/null")),
    "kid as SQL": Attack("kid", "jws-kid-malformed", headed(kid="x' OR '1'='1")),
    "kid as a command": Attack("kid", "jws-kid-malformed", headed(kid="k|id")),
    "kid with nul": Attack("kid", "jws-kid-malformed", headed(kid="k\0")),
    "kid with a line for the log": Attack("kid", "jws-kid-malformed", headed(kid="k\nok")),
    "kid oversize": Attack("kid", "jws-kid-malformed", headed(kid="k" * 129)),
    "kid empty": Attack("kid", "jws-kid-malformed", headed(kid="")),
    "kid of another key": Attack("same kid", "jws-kid-mismatch", headed(kid="another")),
    "crit": Attack("crit", "jws-crit", headed(crit=["exp"], exp=1)),
    "crit empty": Attack("crit", "jws-crit", headed(crit=[])),
    "payload not encoded": Attack("b64", "jws-b64", headed(b64=False)),
    "payload packed": Attack("zip", "jws-zip", headed(zip="DEF")),
    "keys by address": Attack("jku", "jws-jku", headed(jku="http://169.254.169.254/")),
    "certificate by address": Attack("x5u", "jws-x5u", headed(x5u="file:///etc/passwd")),
    "certificate brought along": Attack("x5c", "jws-x5c", headed(x5c=["MIIB"])),
    "key brought along": Attack(
        "jwk",
        "jws-embedded-jwk",
        signed(json.dumps({"alg": "ES256", "jwk": THIEF.public.to_jwk()}).encode(), key=THIEF),
    ),
    # The algorithm.
    "none without signature": Attack("none", "jws-alg-none", f"{UNSECURED}.{BODY}."),
    **{
        f"none as {name!r}": Attack("none", "jws-alg-none", headed(alg=name))
        for name in ("none", "None", "NONE", "nOnE", " none", "none ")
    },
    "no algorithm": Attack("alg there", "jws-alg-missing", signed(b'{"typ":"JWT"}')),
    "empty algorithm": Attack("alg there", "jws-alg-missing", headed(alg="")),
    "HMAC with the PEM": Attack("asymmetric", "jws-alg-symmetric", mac("HS256", PEM)),
    "HMAC with the JWK": Attack(
        "asymmetric", "jws-alg-symmetric", mac("HS384", json.dumps(JWK).encode())
    ),
    "HMAC with the point": Attack("asymmetric", "jws-alg-symmetric", mac("HS512", DER_KEY)),
    "HMAC with nothing": Attack("asymmetric", "jws-alg-symmetric", mac("HS256", b"")),
    "secp256k1": Attack("alg known", "jws-alg-unknown", headed(alg="ES256K")),
    "lower case": Attack("alg known", "jws-alg-unknown", headed(alg="es256")),
    "SHA-1": Attack("alg known", "jws-alg-unknown", headed(alg="RS1")),
    "SM2 by another name": Attack("alg known", "jws-alg-unknown", headed(alg="SM2withSM3")),
    "another hash": Attack("alg pinned", "jws-alg-mismatch", headed(alg="ES384")),
    "RSA over an EC key": Attack("alg pinned", "jws-alg-mismatch", headed(alg="PS256")),
    "SM2 over a P-256 signature": Attack("alg pinned", "jws-alg-mismatch", headed(alg="SM2")),
    # The signature.
    "no signature": Attack("signature size", "jws-signature-length", f"{HEAD}.{BODY}."),
    "signature in DER": Attack("signature size", "jws-signature-length", with_signature(DER)),
    "over-long": Attack(
        "signature size", "jws-signature-length", with_signature(b"\0" + R + b"\0" + S)
    ),
    "something behind": Attack(
        "signature size", "jws-signature-length", with_signature(SIGNATURE + b"\0")
    ),
    "cut short": Attack(
        "signature size", "jws-signature-length", with_signature(SIGNATURE[:-1])
    ),
    "psychic": Attack("signature range", "jws-signature-range", with_signature(bytes(64))),
    "r is 0": Attack("signature range", "jws-signature-range", with_signature(bytes(32) + S)),
    "s is 0": Attack("signature range", "jws-signature-range", with_signature(R + bytes(32))),
    "r is the order": Attack(
        "signature range", "jws-signature-range", with_signature(ORDER + S)
    ),
    "s is the order": Attack(
        "signature range", "jws-signature-range", with_signature(R + ORDER)
    ),
    "all ones": Attack("signature range", "jws-signature-range", with_signature(b"\xff" * 64)),
    "r and s are 1": Attack("signature", "jws-signature-invalid", with_signature(ONE + ONE)),
    "r and s swapped": Attack("signature", "jws-signature-invalid", with_signature(S + R)),
    "payload replaced": Attack(
        "signature", "jws-signature-invalid", f"{HEAD}.{base64url.encode(b'{}')}.{TAIL}"
    ),
    "payload removed": Attack("signature", "jws-signature-invalid", f"{HEAD}..{TAIL}"),
    "signed by a thief": Attack(
        "signature", "jws-signature-invalid", signed(b'{"alg":"ES256"}', key=THIEF)
    ),
    "signature of another token": Attack(
        "signature", "jws-signature-invalid", f"{HEAD}.{BODY}.{signed(b'{}').split('.')[2]}"
    ),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_each_attack_is_refused_by_its_check(name: str) -> None:
    attack = ATTACKS[name]
    with pytest.raises(TrustError) as caught:
        verify_compact(attack.token, JWK, alg="ES256")  # type: ignore[arg-type]  # as foreign code may
    assert caught.value.code == attack.code


def test_without_an_attack_the_token_is_good() -> None:
    assert verify_compact(GOOD, JWK, alg="ES256") == PAYLOAD
    for payload in (b"", b"\0\xff", b"{}", bytes(range(256))):
        token = signed(b'{ "alg" : "ES256", "cty":"x" }\r\n', payload)
        assert verify_compact(token, JWK, alg="ES256") == payload


def test_one_check_gives_one_code_and_no_other_gives_it() -> None:
    codes = {(attack.check, attack.code) for attack in ATTACKS.values()}
    assert len({check for check, _ in codes}) == len({code for _, code in codes}) == len(codes)


REFUSED_ALGORITHMS: Final = {
    **dict.fromkeys(("none", "NONE", "None"), "jws-alg-none"),
    **dict.fromkeys(("HS256", "HS384", "HS512"), "jws-alg-symmetric"),
    **dict.fromkeys(
        ("ES256K", "Ed25519", "Ed448", "RS1", "SM2withSM3", "SM2SM3", "dir", "ES256 ", "*"),
        "jws-alg-unknown",
    ),
    "": "jws-alg-missing",
}


@pytest.mark.parametrize("alg", REFUSED_ALGORITHMS)
def test_a_caller_cannot_ask_for_less(alg: str) -> None:
    calls: list[Callable[[], object]] = [
        partial(verify_compact, GOOD, {**JWK, "alg": alg}, alg=alg),
        partial(verify_compact, headed(alg=alg), JWK, alg=alg),
    ]
    for call in calls:
        with pytest.raises(TrustError) as caught:
            call()
        assert caught.value.code == REFUSED_ALGORITHMS[alg]


def test_nothing_of_a_token_shows_in_a_refusal() -> None:
    secret = "planted-secret-value"
    payload = base64url.encode(json.dumps({"sub": secret}).encode())
    for attack in ATTACKS.values():
        token = attack.token
        if not isinstance(token, str) or token.count(".") != 2:
            continue
        head, _, tail = token.split(".")
        with pytest.raises(TrustError) as caught:
            verify_compact(f"{head}.{payload}.{tail}", JWK, alg="ES256")
        told = f"{caught.value!r} {caught.value} {caught.value.reason}"
        assert secret not in told
        assert payload not in told
        assert len(tail) < 20 or tail not in told

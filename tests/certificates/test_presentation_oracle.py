"""The reference implementation reads what is issued here, and issues what is read here."""

from datetime import UTC, datetime

import pytest

from interop.certificates.presentation import Expected, read_presentation
from interop.crypto import import_public
from tests.certificates.test_presentation import (
    CASE,
    FIELDS,
    GATEWAY,
    HOLDER,
    ISSUER,
    TARGET,
    shown,
)

ABSENT = "sd-jwt, the reference implementation, is not installed"
jwk = pytest.importorskip("jwcrypto.jwk", reason=ABSENT)
common = pytest.importorskip("sd_jwt.common", reason=ABSENT)
holders = pytest.importorskip("sd_jwt.holder", reason=ABSENT)
issuers = pytest.importorskip("sd_jwt.issuer", reason=ABSENT)
verifiers = pytest.importorskip("sd_jwt.verifier", reason=ABSENT)


def test_the_reference_reads_what_is_issued_here() -> None:
    key = jwk.JWK.from_pem(ISSUER.public.to_pem())
    text = shown(("body.name", "body.scope"))
    claims = verifiers.SDJWTVerifier(text, lambda *_: key, TARGET, CASE).get_verified_payload()
    assert claims["body.name"] == FIELDS["body.name"]
    assert claims["body.scope"] == FIELDS["body.scope"]
    assert "cert.issued_on" not in claims


def test_what_the_reference_issues_is_read_here() -> None:
    own, holder = (jwk.JWK.generate(kty="EC", crv="P-256"), jwk.JWK.from_pem(HOLDER.to_pem()))
    at = int(datetime.now(UTC).timestamp())
    claims = {
        "iss": GATEWAY,
        "vct": "t",
        "iat": at,
        "exp": at + 60,
        "original": "o",
        common.SDObj("body.name"): "测试",
        common.SDObj("body.kept"): "不出示",
        "list": [common.SDObj("甲"), "乙"],
    }
    issued = issuers.SDJWTIssuer(
        claims, own, holder, extra_header_parameters={"kid": "k", "typ": "dc+sd-jwt"}
    )
    held = holders.SDJWTHolder(issued.sd_jwt_issuance)
    held.create_presentation({"body.name": True, "list": [True]}, CASE, TARGET, holder)
    public = import_public(own.export_public(as_dict=True), alg="ES256")
    expected = Expected(
        certificate="t",
        audience=TARGET,
        nonce=CASE,
        now=datetime.now(UTC),
        key_of=lambda *_: public,
    )
    found = read_presentation(held.sd_jwt_presentation, expected)
    assert found.fields == {"body.name": "测试", "list": ["甲", "乙"]}

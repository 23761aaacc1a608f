"""Tokens of issuers and gateways under either profile: issued, verified, and no bit changed."""

import json
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.crypto import a_ring, a_signer, changed
from interop.conformance.strategies.federation import (
    ACRS,
    IDP,
    NOW,
    WEST_IDP,
    Delta,
    Login,
    a_login,
    idp_row,
    issuer_file,
    key_row,
    logins,
)
from interop.crypto import base64url, read_header
from interop.crypto.profile import PROFILES, ProfileName, SecretKey
from interop.errors import KnowledgeError, TrustError
from interop.federation import Verifier, is_party, issue
from interop.federation.claims import write_claims
from tests.profiles import BOTH, NATIONAL


@cache
def delta(profile: ProfileName) -> Delta:
    east, west, hub, mandates = (a_signer(profile) for _ in range(4))
    return Delta(east, west, hub, mandates, a_ring(profile=profile))


@cache
def verifier(profile: ProfileName) -> Verifier:
    return delta(profile).verifier()


@cache
def good(profile: ProfileName) -> str:
    return issue(a_login(), delta(profile).east, env="sim").reveal()


@pytest.mark.parametrize("profile", BOTH)
@given(login=logins())
def test_a_sound_login_is_believed(profile: ProfileName, login: Login) -> None:
    token = issue(login.claims, delta(profile).east, env="sim").reveal()
    assert read_header(token).alg == PROFILES[profile].signing
    who = verifier(profile).verify(token)
    assert is_party(who.actor, login.party)
    assert who.issuer == IDP
    # From memory the answer is the same.
    assert verifier(profile).verify(token) == who


@pytest.mark.parametrize("profile", BOTH)
@given(data=st.data())
def test_a_token_with_one_character_changed_is_refused(
    profile: ProfileName, data: st.DataObject
) -> None:
    bad = data.draw(changed(good(profile)))
    with pytest.raises(TrustError):
        verifier(profile).verify(bad)


@pytest.mark.parametrize("profile", BOTH)
def test_an_issuer_of_another_delta_is_no_issuer_here(profile: ProfileName) -> None:
    stranger = issue(a_login(), a_signer(profile), env="sim").reveal()
    with pytest.raises(TrustError, match="token-key-unknown"):
        verifier(profile).verify(stranger)


@NATIONAL
def test_issuers_of_both_profiles_live_in_one_registry() -> None:
    mixed = Delta(a_signer("production-cn"), a_signer("development"))
    token = issue(a_login(), mixed.east, env="sim").reveal()
    assert mixed.verifier().verify(token).issuer == IDP


def aliased(key: SecretKey, alg: str) -> str:
    """Return a login whose header names the algorithm so."""
    header = {"alg": alg, "kid": key.kid, "typ": "at+jwt", "env": "sim"}
    parts = (json.dumps(header).encode(), write_claims(a_login()))
    signed = ".".join(map(base64url.encode, parts))
    return f"{signed}.{base64url.encode(key.sign(signed.encode()))}"


@NATIONAL
def test_another_name_of_sm2_counts_only_for_the_issuer_whose_row_has_it() -> None:
    small, key = delta("production-cn"), delta("production-cn").east
    row = key_row(key).model_copy(update={"aliases": ("SM2withSM3",)})
    named = issuer_file("310000", idp_row(IDP, row, acrs=ACRS, regions=("310000",)))
    plain = issuer_file("310000", idp_row(IDP, key_row(key), acrs=ACRS, regions=("310000",)))
    far = idp_row(WEST_IDP, key_row(small.west), acrs=ACRS, regions=("320000",))
    other = far.model_copy(
        update={"keys": (far.keys[0].model_copy(update={"aliases": ("SM2SM3",)}),)}
    )
    judge = small.verifier(named, issuer_file("320000", other))
    for _ in range(2):
        assert judge.verify(aliased(key, "SM2withSM3")).issuer == IDP
    assert judge.verify(aliased(key, "SM2")).issuer == IDP
    for verifier_, alg, code in (
        # Another issuer has this name; this one does not.
        (judge, "SM2SM3", "jws-alg-mismatch"),
        (judge, "ES256", "jws-alg-mismatch"),
        (small.verifier(plain), "SM2withSM3", "jws-alg-unknown"),
        (small.verifier(plain), "SM2SM3", "jws-alg-unknown"),
    ):
        with pytest.raises(TrustError, match=code):
            verifier_.verify(aliased(key, alg))


def test_a_name_that_is_no_alias_does_not_get_into_the_registry() -> None:
    for key, name in ((a_signer("development"), "SM2SM3"), (a_signer("development"), "none")):
        row = key_row(key).model_copy(update={"aliases": (name,)})
        file = issuer_file("310000", idp_row(IDP, row, acrs=ACRS, regions=("310000",)))
        with pytest.raises(KnowledgeError) as caught:
            delta("development").registry(file)
        assert [reason.got for reason in caught.value.reasons] == ["key-alias"]


@pytest.mark.parametrize("profile", BOTH)
def test_a_gateway_s_keys_serve_by_their_profile(profile: ProfileName) -> None:
    ring = delta(profile).gateway
    entry = delta(profile).registry().gateway("310115")
    assert [*entry.signing_keys(NOW)] == [ring.signing.kid]
    found = entry.encryption_key(NOW)
    assert (found.alg, found.enc) == (PROFILES[profile].wrapping, PROFILES[profile].content)
    assert found == ring.decryption.public

"""Tokens of issuers and gateways under either profile: issued, verified, and no bit changed."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.crypto import a_ring, a_signer, changed
from interop.conformance.strategies.federation import (
    IDP,
    NOW,
    Delta,
    Login,
    a_login,
    logins,
)
from interop.crypto import read_header
from interop.crypto.profile import PROFILES, ProfileName
from interop.errors import TrustError
from interop.federation import Verifier, is_party, issue
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


@pytest.mark.parametrize("profile", BOTH)
def test_a_gateway_s_keys_serve_by_their_profile(profile: ProfileName) -> None:
    ring = delta(profile).gateway
    entry = delta(profile).registry().gateway("310115")
    assert [*entry.signing_keys(NOW)] == [ring.signing.kid]
    found = entry.encryption_key(NOW)
    assert (found.alg, found.enc) == (PROFILES[profile].wrapping, PROFILES[profile].content)
    assert found == ring.decryption.public

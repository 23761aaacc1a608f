"""A grant as a signed object: what a source reads is what was signed, or nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.certificates.grant_token import GRANT_TYP, read_grant, sign_grant
from interop.conformance.strategies.certificates import grant
from interop.crypto import PrivateKey, VerificationKey, import_public, sign_compact
from interop.errors import TrustError

KEY = PrivateKey.generate(use="sig")
OTHER = PrivateKey.generate(use="sig")
TOKEN = sign_grant(grant("applicant"), KEY, env="test").reveal()


def key_of(kid: str) -> VerificationKey | None:
    return import_public(KEY.public.to_jwk(), alg="ES256") if kid == KEY.kid else None


def test_a_grant_comes_back_as_it_was_signed() -> None:
    assert read_grant(TOKEN, key_of=key_of, env="test") == grant("applicant")


@given(at=st.integers(0, len(TOKEN) - 1), by=st.sampled_from("Aa0_."))
def test_no_changed_character_is_read(at: int, by: str) -> None:
    changed = TOKEN[:at] + by + TOKEN[at + 1 :]
    if changed != TOKEN:
        with pytest.raises(TrustError):
            read_grant(changed, key_of=key_of, env="test")


def test_each_mismatch_is_named() -> None:
    plain = sign_compact(grant("agent").to_bytes(), KEY, typ="JWT", header={"env": "test"})
    strange = sign_grant(grant("agent"), OTHER, env="test").reveal()
    empty = sign_compact(b"{}", KEY, typ=GRANT_TYP, header={"env": "test"})
    for token, code, field in (
        (plain, "grant-malformed", "typ"),
        (strange, "grant-signature", ""),
        (empty, "record-invalid", "grant.id"),
    ):
        with pytest.raises(TrustError) as caught:
            read_grant(token, key_of=key_of, env="test")
        assert (caught.value.code, caught.value.reason.field) == (code, field)
    with pytest.raises(TrustError) as caught:
        read_grant(TOKEN, key_of=key_of, env="prod")
    assert (caught.value.code, caught.value.reason.field) == ("grant-malformed", "env")

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.federation import PARTIES, SALTS
from interop.crypto import base64url
from interop.errors import TrustError
from interop.federation import is_party, prove
from interop.model.party import Actor, IdentityProof, Party
from interop.model.sensitive import Sensitive


def actor(party: Party, proof: IdentityProof) -> Actor:
    return Actor(kind=party.kind, subject=Sensitive("s"), proof=proof)


@given(party=PARTIES, salt=SALTS)
def test_a_proof_is_the_keyed_digest_of_scheme_and_code(party: Party, salt: bytes) -> None:
    proof = prove(party, salt=salt)
    text = f"{party.scheme.value}|{party.code.reveal()}"
    assert base64url.decode(proof.mac, field="x") == hmac.digest(
        salt, text.encode(), hashlib.sha256
    )
    assert party.code.reveal() not in proof.salt + proof.mac


@given(party=PARTIES, other=PARTIES, salt=SALTS)
def test_a_proof_fits_its_party_alone(party: Party, other: Party, salt: bytes) -> None:
    proof = prove(party, salt=salt)
    assert is_party(actor(party, proof), party)
    assert is_party(actor(party, proof), other) == (party.code == other.code)
    wrong_kind = "person" if party.kind == "organisation" else "organisation"
    turned = actor(party, proof).model_copy(update={"kind": wrong_kind})
    assert not is_party(turned, party)


@given(party=PARTIES, salts=st.tuples(SALTS, SALTS))
def test_two_proofs_of_one_party_share_nothing(
    party: Party, salts: tuple[bytes, bytes]
) -> None:
    macs = {prove(party, salt=salt).mac for salt in salts}
    # HMAC fills a short key with zeros, so salts that differ only in those are one.
    assert len(macs) == len({salt.rstrip(b"\0") for salt in salts})


@pytest.mark.parametrize("size", [0, 15, 65])
def test_a_salt_has_a_size(size: int) -> None:
    from interop.conformance.strategies.federation import a_person

    with pytest.raises(TrustError, match="subject-salt"):
        prove(a_person(), salt=bytes(size))
    text = base64url.encode(bytes(size))
    proof = IdentityProof(salt=text, mac=base64url.encode(bytes(32)))
    with pytest.raises(TrustError, match="token-proof-malformed"):
        is_party(actor(a_person(), proof), a_person())

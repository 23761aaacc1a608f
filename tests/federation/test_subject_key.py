"""Pairwise subjects: equal for one audience, unrelated for two."""

import hmac
from collections.abc import Callable
from typing import Final

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.hmac import HMAC
from hypothesis import assume, given
from hypothesis import strategies as st

from interop.conformance.strategies.federation import PARTIES
from interop.crypto import base64url, pairwise
from interop.errors import TrustError
from interop.federation.subject_key import Algorithm, SubjectKey
from interop.model.party import Party

SECRETS: Final = st.binary(min_size=32, max_size=48)
SECTORS: Final = st.sampled_from(["a.example", "b.example", "c.example"])
ALGORITHMS: Final = st.sampled_from(["sha-256", "sm3"])
PIECE: Final = 8


def identifier(party: Party) -> str:
    return f"{party.scheme.value}|{party.code.reveal()}"


def pieces(text: str) -> set[str]:
    return {text[at : at + PIECE] for at in range(len(text) - PIECE + 1)}


@given(party=PARTIES, secret=SECRETS, sector=SECTORS)
def test_a_subject_is_the_keyed_digest_of_audience_and_party(
    party: Party, secret: bytes, sector: str
) -> None:
    sha = SubjectKey("e1", secret).subject(sector, identifier(party))
    assert sha == f"e1~{pairwise(secret, sector, identifier(party))}"
    oracle = HMAC(secret, hashes.SM3())
    oracle.update(f"v1|{sector}|{identifier(party)}".encode())
    sm3 = SubjectKey("e1", secret, "sm3").subject(sector, identifier(party))
    assert sm3 == f"e1~{base64url.encode(oracle.finalize())}"


@given(
    party=PARTIES,
    secrets=st.tuples(SECRETS, SECRETS),
    sectors=st.tuples(SECTORS, SECTORS),
    algorithm=ALGORITHMS,
)
def test_two_regions_names_of_one_person_share_nothing(
    party: Party,
    secrets: tuple[bytes, bytes],
    sectors: tuple[str, str],
    algorithm: Algorithm,
) -> None:
    # HMAC fills a short key with zeros.
    assume(len({secret.rstrip(b"\0") for secret in secrets}) > 1 or len(set(sectors)) > 1)
    one, two = (
        SubjectKey.of(secret, epoch=1, algorithm=algorithm).subject(sector, identifier(party))
        for secret, sector in zip(secrets, sectors, strict=True)
    )
    assert pieces(one.partition("~")[2]).isdisjoint(pieces(two.partition("~")[2]))
    assert party.code.reveal() not in one + two


@given(party=PARTIES, other=PARTIES, secret=SECRETS, sector=SECTORS)
def test_a_name_tells_people_apart_and_stays_the_same(
    party: Party, other: Party, secret: bytes, sector: str
) -> None:
    key = SubjectKey.of(secret, epoch=1)
    names = [key.subject(sector, identifier(one)) for one in (party, other, party)]
    assert names[0] == names[2]
    assert (names[0] == names[1]) == (identifier(party) == identifier(other))


def test_a_new_epoch_or_hash_gives_new_names() -> None:
    secret = bytes(range(32))
    keys = [
        SubjectKey.of(secret, epoch=1),
        SubjectKey.of(secret, epoch=2),
        SubjectKey.of(secret, epoch=1, algorithm="sm3"),
    ]
    assert [key.id for key in keys] == ["e1", "e2", "e1"]
    names = {key.known_as("a.example", issuer="i", subject="s") for key in keys}
    assert len({name.partition("~")[2] for name in names}) == len(keys)
    assert "secret" not in repr(keys[0])


def test_no_pair_of_issuer_and_subject_is_spelled_like_another() -> None:
    key = SubjectKey.of(bytes(32), epoch=1)
    pairs = [("a", "b|c"), ("a|b", "c"), ("1|a", "b"), ("a", "b")]
    assert len({key.known_as("x", issuer=i, subject=s) for i, s in pairs}) == len(pairs)


GOOD: Final = SubjectKey("e1", bytes(32))
BAD: Final[dict[str, Callable[[], object]]] = {
    "a short secret": lambda: SubjectKey("e1", bytes(31)),
    "an id with the separator": lambda: SubjectKey("e~1", bytes(32)),
    "an unknown hash": lambda: SubjectKey("e1", bytes(32), "md5"),  # type: ignore[arg-type]  # refused by name
    "epoch 0": lambda: SubjectKey.of(bytes(32), epoch=0),
    "a short region secret": lambda: SubjectKey.of(bytes(31), epoch=1),
    "an audience with the separator": lambda: GOOD.subject("a|b", "uscc|1"),
    "an empty audience": lambda: GOOD.subject("", "uscc|1"),
    "a bare number": lambda: GOOD.subject("a", "1"),
}


@pytest.mark.parametrize("name", BAD)
def test_unsound_keys_and_inputs_are_refused(name: str) -> None:
    with pytest.raises(TrustError, match="subject-key"):
        BAD[name]()


def test_hmac_of_the_region_secret_is_the_key() -> None:
    label = b"interop pairwise subjects v1|1|sha-256"
    wanted = hmac.digest(bytes(32), label, "sha256")
    assert SubjectKey.of(bytes(32), epoch=1).secret == wanted

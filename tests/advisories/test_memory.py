"""Named attacks on what a verifier remembers: none gets an answer that it should not get."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import msgspec
import pytest

from interop.conformance.strategies.federation import (
    ACRS,
    AUDIENCE,
    IDP,
    NOW,
    NOW_S,
    Delta,
    a_login,
    idp_row,
    issuer_file,
    key_row,
)
from interop.crypto import base64url, sign_compact
from interop.crypto.algorithms import P256
from interop.errors import TrustError
from interop.federation import Need, Verifier, issue
from interop.model.canonical import Json, canonical_bytes
from interop.model.party import AssuranceLevel
from tests.profiles import DEVELOPMENT_ONLY

DELTA: Final = Delta()
TOKEN: Final = issue(a_login(), DELTA.east).reveal()


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(TrustError) as caught:
        call()
    return caught.value.code


class Clock:
    def __init__(self) -> None:
        self.now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def verifier(clock: Clock) -> Verifier:
    """A verifier that has the token in memory."""
    verifier = Verifier(DELTA.registry(), audience=AUDIENCE, clock=clock)
    verifier.verify(TOKEN)
    assert verifier._hot.verdict(TOKEN, NOW_S) is not None
    return verifier


def test_a_key_revoked_after_its_token_was_remembered(verifier: Verifier) -> None:
    row = idp_row(IDP, key_row(DELTA.east, state="revoked"), acrs=ACRS, regions=("310000",))
    verifier.renew(DELTA.registry(issuer_file("310000", row)))
    assert code_of(lambda: verifier.verify(TOKEN)) == "token-key-revoked"


def test_a_level_lowered_after_its_token_was_remembered(verifier: Verifier) -> None:
    row = idp_row(IDP, key_row(DELTA.east), acrs=ACRS, regions=("310000",))
    low = row.model_copy(update={"ceiling": AssuranceLevel.LOW})
    verifier.renew(DELTA.registry(issuer_file("310000", low)))
    assert verifier.verify(TOKEN).level is AssuranceLevel.LOW


def test_an_issuer_removed_after_its_token_was_remembered(verifier: Verifier) -> None:
    verifier.renew(DELTA.registry(*DELTA.files()[1:]))
    assert code_of(lambda: verifier.verify(TOKEN)) == "issuer-unknown"


def test_a_clock_that_steps_back_behind_the_issue(verifier: Verifier, clock: Clock) -> None:
    clock.now = NOW - timedelta(seconds=80)
    assert code_of(lambda: verifier.verify(TOKEN)) == "token-clock-skew"
    clock.now = NOW.replace(tzinfo=None)
    assert code_of(lambda: verifier.verify(TOKEN)) == "clock-without-zone"


def test_a_remembered_token_past_its_end(verifier: Verifier, clock: Clock) -> None:
    clock.now = NOW + timedelta(seconds=259)
    assert verifier.verify(TOKEN).issuer == IDP
    clock.now = NOW + timedelta(seconds=260)
    assert code_of(lambda: verifier.verify(TOKEN)) == "token-expired"


def test_a_remembered_token_under_a_need_it_was_not_asked_before(verifier: Verifier) -> None:
    assert code_of(lambda: verifier.verify(TOKEN, need=Need(scope="admin"))) == "token-scope"
    weak = issue(a_login(acr="urn:east:sms", jti="token-0009"), DELTA.east).reveal()
    verifier.verify(weak)
    high = Need(level=AssuranceLevel.HIGH)
    assert code_of(lambda: verifier.verify(weak, need=high)) == "token-level-low"


def test_another_signature_over_remembered_content(verifier: Verifier) -> None:
    head, body, _ = TOKEN.split(".")
    other = issue(a_login(), DELTA.west).reveal().rpartition(".")[2]
    assert code_of(lambda: verifier.verify(f"{head}.{body}.{other}")) == (
        "jws-signature-invalid"
    )


@DEVELOPMENT_ONLY
def test_a_signature_written_anew_is_the_same_token(verifier: Verifier) -> None:
    head, body, signature = TOKEN.split(".")
    # Whoever holds a token of ECDSA can write its signature anew; it is the same token to us.
    made = base64url.decode(signature, field="x")
    s = (P256.order - int.from_bytes(made[32:], "big")).to_bytes(32, "big")
    anew = f"{head}.{body}.{base64url.encode(made[:32] + s)}"
    assert verifier.verify(anew).token_digest == verifier.verify(TOKEN).token_digest


def test_a_flood_of_strangers_leaves_nothing_behind(verifier: Verifier) -> None:
    hot = verifier._hot
    before = (len(hot._issuers), len(hot._headers._held), len(hot._verdicts._held))
    for number in range(200):
        claims = a_login(iss=f"https://x{number}.example", jti=f"token-{number:04d}")
        token = issue(claims, DELTA.east).reveal()
        assert code_of(lambda t=token: verifier.verify(t)) == "issuer-unknown"  # type: ignore[misc]  # bound now
    after = (len(hot._issuers), len(hot._headers._held), len(hot._verdicts._held))
    assert before == after


SALT: Final = "A" * 22
MAC: Final = "A" * 43


@pytest.mark.parametrize("gap", [" ", "\n"])
@pytest.mark.parametrize(
    "changes",
    [
        {"sub": f"s-1 {SALT} {MAC}", "proof": {"salt": "AAAA", "mac": "x"}},
        {"jti": f"token-id s-1 {SALT} {MAC}", "proof": {"salt": "AAAA", "mac": "x"}},
        {"proof": {"salt": f"{SALT} {MAC} AAAA", "mac": "x"}},
        {"proof": {"salt": SALT, "mac": f"{MAC} x"}},
        {"proof": {"salt": SALT, "mac": f"{MAC} "}},
        {"proof": {"salt": f"{SALT} {MAC}", "mac": ""}},
    ],
    ids=["subject", "identifier", "salt", "digest", "end of the digest", "no digest"],
)
def test_a_text_that_reads_as_its_neighbours(
    verifier: Verifier, changes: dict[str, Json], gap: str
) -> None:
    # What spills over would pass for words of a scope.
    told = json.dumps(changes, separators=(",", ":")).replace(" ", json.dumps(gap)[1:-1])
    members: dict[str, Json] = {**msgspec.to_builtins(a_login()), **json.loads(told)}
    token = sign_compact(canonical_bytes(members), DELTA.east, typ="at+jwt")
    assert code_of(lambda: verifier.verify(token)) == "token-claim-type"

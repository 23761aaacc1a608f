"""The key-rotation drill: publish, use, retire, revoke, with traffic all the time.

The registry is signed anew for every step, a gateway looks for it at its own pace, and each
token is shown again and again until it is over, so that every answer may come from memory.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.federation import (
    ACRS,
    AUDIENCE,
    IDP,
    NOW,
    Delta,
    a_login,
    assurance_file,
    covers,
    idp_row,
    issuer_file,
    key_row,
    registry_file,
)
from interop.crypto import PrivateKey
from interop.errors import TrustError
from interop.federation import (
    IssuerKey,
    OpenedRegistry,
    RegistryFiles,
    Verifier,
    issue,
    open_registry,
    require_next,
    seen_of,
    sign_registry,
)

PUBLISHER: Final = PrivateKey.generate(use="sig")
OLD, NEW = PrivateKey.generate(use="sig"), PrivateKey.generate(use="sig")
MINUTE: Final = 60
TTL: Final = 120
# In seconds from the start: the new key is published, used; the old one is retired, past;
# the new one is revoked.
PUBLISHED, USED, RETIRED = 2 * MINUTE, 4 * MINUTE, 5 * MINUTE
PAST: Final = USED + TTL + 2 * MINUTE
END: Final = 14 * MINUTE
LATE_S_MAX: Final = 60


def instant(second: int) -> datetime:
    return NOW + timedelta(seconds=second)


def rows(second: int, revoked_at: int) -> tuple[IssuerKey, ...]:
    """Return what the publisher says of both keys at ``second``."""
    old = key_row(
        OLD,
        state="retired" if second >= RETIRED else "active",
        sign_until=instant(USED),
        verify_until=instant(PAST),
    )
    new = key_row(
        NEW,
        state="revoked" if second >= revoked_at else "active",
        use_from=instant(USED),
    )
    return (old, new) if second >= PUBLISHED else (old,)


@dataclass
class Publisher:
    """Signs a new version whenever what it says changes."""

    revoked_at: int
    last: OpenedRegistry | None = None
    token: str = ""
    said: tuple[IssuerKey, ...] = ()

    def at(self, second: int) -> str:
        wanted = rows(second, self.revoked_at)
        if wanted != self.said:
            idp = idp_row(IDP, wanted[0], acrs=ACRS, regions=("310000",))
            header = registry_file()
            if self.last:
                step = {"version": self.last.version + 1, "previous": self.last.digest}
                header = header.model_copy(update=step)
            files = RegistryFiles(
                registry=header,
                assurance=assurance_file(),
                issuers=(issuer_file("310000", idp.model_copy(update={"keys": wanted})),),
            )
            now = instant(second)
            self.token = sign_registry(
                files, PUBLISHER, now=now, until=now + timedelta(days=1), after=self.last
            )
            self.last, self.said = opened(self.token, second), wanted
        return self.token


def opened(token: str, second: int) -> OpenedRegistry:
    return open_registry(token, signers=[PUBLISHER.public.to_jwk()], now=instant(second))


@dataclass
class Drill:
    """A gateway that looks for a new registry every ``pace`` seconds."""

    publisher: Publisher
    pace: int
    second: int = 0
    used: str = ""
    verifier: Verifier = field(init=False)

    def __post_init__(self) -> None:
        self.used = self.publisher.at(0)
        registry = opened(self.used, 0).trusted(env="sim", covers=covers)
        self.verifier = Verifier(
            registry, audience=AUDIENCE, clock=lambda: instant(self.second)
        )

    def look(self) -> None:
        token = self.publisher.at(self.second)
        if self.second % self.pace == 0 and token != self.used:
            fresh = opened(token, self.second)
            require_next(seen_of(opened(self.used, self.second)), fresh)
            self.verifier.renew(fresh.trusted(env="sim", covers=covers))
            self.used = token

    def accepts(self, token: str) -> bool:
        try:
            self.verifier.verify(token)
        except TrustError:
            return False
        return True


def shown(signer: PrivateKey, second: int) -> str:
    at = int(instant(second).timestamp())
    return issue(
        a_login(iat=at, exp=at + TTL, auth_time=at, jti=f"token-{second:06d}"), signer
    ).reveal()


@given(
    pace=st.sampled_from([5, 20, 30, 60]),
    revoked_at=st.integers(PAST // 5, END // 5 - 15).map(lambda n: 5 * n),
)
def test_a_rotation_refuses_nobody_and_accepts_nothing_past_its_end(
    pace: int, revoked_at: int
) -> None:
    drill = Drill(Publisher(revoked_at), pace)
    alive: list[tuple[int, PrivateKey, str]] = []
    refused, too_late = [], []
    for second in range(0, END, 5):
        drill.second = second
        drill.look()
        signer = OLD if second <= USED else NEW
        alive = [one for one in alive if second < one[0] + TTL]
        alive.append((second, signer, shown(signer, second)))
        for made, key, token in alive[:: 1 if second % 15 == 0 else 4]:
            accepted = drill.accepts(token)
            over = PAST if key is OLD else revoked_at + LATE_S_MAX - 1
            if second > over:
                too_late += [made] if accepted else []
            elif not accepted and not (key is NEW and second >= revoked_at):
                refused.append((second, made))
    assert refused == []
    assert too_late == []


def test_a_revocation_counts_at_once_and_a_past_key_without_any_renewal() -> None:
    drill = Drill(Publisher(revoked_at=0), pace=1)
    drill.second = PAST - 30
    # Issued while the old key signed would be over by now; a key that verifies longer is not.
    token = shown(OLD, USED)
    drill.second = USED + 1
    assert drill.accepts(token)
    for second, accepted in [(USED + 59, True), (USED + TTL, True), (PAST, False)]:
        drill.second = second
        assert drill.accepts(token) == accepted
    drill = Drill(Publisher(revoked_at=PAST), pace=1)
    drill.second = PUBLISHED
    drill.look()
    drill.second = PAST - 1
    drill.look()
    fresh = shown(NEW, PAST - 1)
    # The first goes by the gates, the second by the hot path, the third is remembered.
    assert all(drill.accepts(fresh) for _ in range(3))
    drill.second = PAST
    drill.look()
    assert not drill.accepts(fresh)


def test_what_was_remembered_ends_with_the_key() -> None:
    drill = Drill(Publisher(revoked_at=END), pace=END)
    made = PAST - 40
    # The issuer signs on by mistake until the key is over; its tokens end with the key.
    row = key_row(OLD, sign_until=instant(PAST), verify_until=instant(PAST))
    idp = idp_row(IDP, row, acrs=ACRS, regions=("310000",))
    files = RegistryFiles(
        registry=registry_file(),
        assurance=assurance_file(),
        issuers=(issuer_file("310000", idp),),
    )
    drill.verifier.renew(files.trusted(env="sim", covers=covers))
    token = shown(OLD, made)
    for second, accepted in [(made, True), (PAST - 1, True), (PAST, True), (PAST + 1, False)]:
        drill.second = second
        assert drill.accepts(token) == accepted


def test_no_key_counts_before_its_row_does() -> None:
    # NOW is noon of its day in Shanghai; the row's day begins at midnight there.
    delta, token = Delta(), issue(a_login(), OLD).reveal()
    row = idp_row(IDP, key_row(OLD), acrs=ACRS, regions=("310000",))

    def since(day: date) -> Verifier:
        return delta.verifier(issuer_file("310000", row.model_copy(update={"effective": day})))

    assert since(NOW.date()).verify(token).issuer == IDP
    with pytest.raises(TrustError) as refused:
        since(NOW.date() + timedelta(days=1)).verify(token)
    assert refused.value.code == "token-key-not-yet"

"""The rotation drill with live traffic: threads show tokens while the registry is swapped.

The clock moves under the threads, so an answer is held against the instants before and after
it: a refusal is false if the token was good at both, an acceptance late if it was over at the
first.
"""

import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest

from interop.conformance.strategies.federation import AUDIENCE, a_login, covers
from interop.crypto import PrivateKey
from interop.errors import TrustError
from interop.federation import Verifier, issue, require_next, seen_of
from interop.gateway.trust import SignedTrust
from tests.federation.test_rotation import (
    END,
    LATE_S_MAX,
    NEW,
    OLD,
    PAST,
    PUBLISHER,
    TTL,
    USED,
    Publisher,
    instant,
    opened,
)

THREADS: Final = 4
STEP_S: Final = 5
SHOWN_A_STEP: Final = 12
# Longer than the old key verifies after its last signature: its end alone stops them.
OLD_LIFE_S: Final = PAST - USED + 50
WAIT_S_MAX: Final = 60.0
PAUSE_S: Final = 0.0002


@dataclass(frozen=True)
class Shown:
    """A token, and until when it must be accepted and may be, in seconds from the start."""

    token: str
    until: int
    last: int

    @classmethod
    def signed(cls, signer: PrivateKey, second: int, revoked_at: int) -> "Shown":
        at, life = int(instant(second).timestamp()), OLD_LIFE_S if signer is OLD else TTL
        claims = a_login(iat=at, exp=at + life, auth_time=at, jti=f"token-{second:06d}")
        token = issue(claims, signer).reveal()
        if signer is OLD:
            return cls(token, min(second + life - 1, PAST), PAST)
        ends = second + life - 1
        return cls(token, min(ends, revoked_at - 1), revoked_at + LATE_S_MAX - 1)


@dataclass
class Live:
    """A gateway that reads the registry's file at its own pace, and threads that ask it."""

    file: Path
    revoked_at: int
    pace: int
    second: int = 0
    alive: tuple[Shown, ...] = ()
    asked: int = 0
    false_refusals: list[tuple[int, str]] = field(default_factory=list)
    late: list[int] = field(default_factory=list)
    accepted: int = 0
    over: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.publisher = Publisher(self.revoked_at)
        self.publish(0)
        self.trust = SignedTrust(self.file, signers=[PUBLISHER.public.to_jwk()])
        self.used = self.trust.open(instant(0))
        self.trust.taken()
        self.verifier = Verifier(
            self.used.trusted(env="sim", covers=covers),
            audience=AUDIENCE,
            clock=lambda: instant(self.second),
        )

    def publish(self, second: int) -> None:
        """Put the registry of ``second`` in the file's place, in one step."""
        beside = self.file.with_suffix(".new")
        beside.write_text(self.publisher.at(second), encoding="ascii")
        beside.replace(self.file)

    def look(self, second: int) -> None:
        """Take the file if it holds another registry, as a round of work does."""
        if second % self.pace or not self.trust.renewed():
            return
        fresh = self.trust.open(instant(second))
        require_next(seen_of(self.used), fresh)
        self.verifier.renew(fresh.trusted(env="sim", covers=covers))
        self.trust.taken()
        self.used = fresh

    def show(self, number: int) -> None:
        """Show living tokens, one after the other, until the drill is over."""
        while not self.over:
            number += 1
            one, before = self.alive[number % len(self.alive)], self.second
            code = self._refusal(one.token)
            after = self.second
            with self.lock:
                self.asked += 1
                self.accepted += not code
                if not code and before > one.last:
                    self.late.append(before)
                elif code and after <= one.until:
                    self.false_refusals.append((after, code))
            # Others, and the one who moves the clock, have their turn.
            time.sleep(PAUSE_S)

    def _refusal(self, token: str) -> str:
        try:
            self.verifier.verify(token)
        except TrustError as fault:
            return fault.code
        return ""

    def run(self, shown_a_step: int) -> None:
        """Move the clock to the drill's end; each step waits until enough was shown."""
        threads = [
            threading.Thread(target=self.show, args=(n,), daemon=True) for n in range(THREADS)
        ]
        for second in range(0, END, STEP_S):
            self.publish(second)
            # INVARIANT: the look comes first, as it may at every instant up to the clock's.
            self.look(second)
            self.second = second
            signer = OLD if second <= USED else NEW
            fresh = Shown.signed(signer, second, self.revoked_at)
            living = [one for one in self.alive if second <= one.last + STEP_S]
            self.alive = (*living[-40:], fresh)
            if second == 0:
                for thread in threads:
                    thread.start()
            self._wait(self.asked + shown_a_step)
        self.over = True
        for thread in threads:
            thread.join(WAIT_S_MAX)

    def _wait(self, goal: int) -> None:
        end = time.monotonic() + WAIT_S_MAX
        while self.asked < goal:
            assert time.monotonic() < end, "the threads stand still"
            time.sleep(0.0005)


PLAIN: Final = [(30, PAST + 95)]
FULL: Final = [(pace, PAST + late) for pace in (5, 20, 30, 60) for late in (60, 95, 120)]


def test_with_live_traffic_nobody_is_refused_falsely_and_nothing_is_accepted_late(
    tmp_path: Path,
    nightly: bool,  # noqa: FBT001 -- the profile
) -> None:
    for number, (pace, revoked_at) in enumerate(FULL if nightly else PLAIN):
        drill = Live(tmp_path / f"{number}.jwt", revoked_at, pace)
        drill.run(SHOWN_A_STEP * (20 if nightly else 1))
        assert drill.false_refusals == []
        assert drill.late == []
        # Every phase was there: both keys were accepted, and both were refused in the end.
        assert drill.used.version == opened(drill.publisher.token, END).version
        assert drill.asked > drill.accepted > drill.asked // 4


@pytest.mark.parametrize(("fault", "found"), [("asleep", "late"), ("hasty", "false_refusals")])
def test_the_drill_notices(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str, found: str
) -> None:
    drill = Live(tmp_path / "registry.jwt", PAST + 95, 30)
    if fault == "asleep":
        # A gateway that looks no more once the key is revoked.
        look = drill.look
        awake = lambda second: look(second) if second < drill.revoked_at else None  # noqa: E731 -- one line
        monkeypatch.setattr(drill, "look", awake)
    else:
        # A publisher who ends the old key before its tokens are over.
        monkeypatch.setattr("tests.federation.test_rotation.PAST", PAST - 90)
    drill.run(SHOWN_A_STEP)
    assert getattr(drill, found)

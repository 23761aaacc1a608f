"""Both profiles: a whole case crosses the delta, and what may not open does not open."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from interop.crypto import Waiver
from interop.crypto.profile import DEVELOPMENT, PRODUCTION_CN, PROFILES, ProfileName
from interop.crypto.ring import KeyRing
from interop.crypto.sm2 import backend, libcrypto
from interop.errors import KnowledgeError, StoreDamaged
from interop.gateway.open import Gateway
from interop.simulator.applicants import PUDONG, SUZHOU
from interop.simulator.world import World
from tests.gateway.conftest import House, built, housed
from tests.gateway.delta import Delta
from tests.profiles import BOTH, NATIONAL


@pytest.fixture(scope="module", params=BOTH)
def any_house(
    request: pytest.FixtureRequest, world: World, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    name: ProfileName = request.param
    with housed(world, tmp_path_factory.mktemp("profiles") / "stage", name) as found:
        yield found


@pytest.fixture
def delta(any_house: House, tmp_path: Path) -> Iterator[Delta]:
    with built(any_house, tmp_path) as build:
        yield build()


def test_a_case_crosses_the_delta_with_the_algorithms_of_its_profile(delta: Delta) -> None:
    filing = delta.filing()
    number = delta.suzhou.spare(filing).case
    delta.suzhou.receive(number)
    delta.suzhou.hand_over(number)
    delta.work()
    delta.suzhou.deliver(number, method="window")
    delta.work()
    ours, theirs = delta.suzhou.trace(number), delta.pudong.trace(number)
    assert ours.case == theirs.case
    assert ours.case.state == "delivered"
    assert all(receipt.verified for receipt in (*ours.receipts, *theirs.receipts))
    for region in (SUZHOU, PUDONG):
        desk = delta.desk(region)
        profile = desk.keys.profile
        assert profile in PROFILES.values()
        assert desk.keys.signing.alg == profile.signing
        with closing(sqlite3.connect(delta.stage.store(region))) as file:
            ((cipher,),) = file.execute("SELECT cipher FROM organ_key")
            leaves = {
                leaf.partition(b":")[0]
                for (leaf,) in file.execute("SELECT leaf FROM audit_line")
            }
        assert cipher == profile.cipher.name
        assert leaves == {profile.digest.encode()}
    carried = b"".join(batch for line in delta.lines.values() for batch in line.carried)
    assert carried


@NATIONAL
def test_software_keys_need_a_waiver_that_is_not_over(any_house: House, tmp_path: Path) -> None:
    keys = KeyRing.load(any_house.stage.keys(PUDONG))
    today = any_house.clock().date()

    def refused(ring: KeyRing) -> str:
        with pytest.raises(KnowledgeError) as caught:
            Gateway.open(
                PUDONG,
                store=tmp_path / "never.db",
                keys=ring,
                knowledge=any_house.knowledge,
                clock=any_house.clock,
                outside=any_house.ports[PUDONG],
            )
        assert not (tmp_path / "never.db").exists()
        return caught.value.code

    if keys.profile is DEVELOPMENT:
        national = KeyRing.generate(env="sim", profile="production-cn")
        assert refused(national) == "profile-software-keys"
        return
    assert refused(replace(keys, waiver=None)) == "profile-software-keys"
    for until, code in (
        (today - timedelta(days=1), "profile-waiver-over"),
        (today + timedelta(days=367), "profile-waiver-term"),
        (date.max, "profile-waiver-term"),
    ):
        assert refused(replace(keys, waiver=Waiver("constructed", until))) == code


@NATIONAL
def test_without_an_sm2_that_signs_it_refuses_by_name(
    any_house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = KeyRing.load(any_house.stage.keys(PUDONG))
    monkeypatch.setattr(libcrypto, "_names", tuple)
    backend.default_backend.cache_clear()
    try:
        assert not backend.default_backend().can_sign
        if keys.profile is DEVELOPMENT:
            keys.require_openable(date(2026, 1, 20))
            return
        with pytest.raises(KnowledgeError, match="profile-no-backend"):
            Gateway.open(
                PUDONG,
                store=tmp_path / "never.db",
                keys=keys,
                knowledge=any_house.knowledge,
                clock=any_house.clock,
            )
        with pytest.raises(KnowledgeError, match="sm2-verify-only"):
            KeyRing.load(any_house.stage.keys(PUDONG))
    finally:
        backend.default_backend.cache_clear()


def test_a_store_stays_with_the_profile_it_was_created_under(delta: Delta) -> None:
    desk = delta.desk(PUDONG)
    other = DEVELOPMENT if desk.keys.profile is PRODUCTION_CN else PRODUCTION_CN
    from interop.store import Store

    with pytest.raises(StoreDamaged, match="store-cipher-mismatch"):
        Store.open(
            delta.stage.store(PUDONG),
            organ_key=desk.keys.organ,
            cipher=other.cipher,
            digest=other.digest,
        )

"""A stage holds keys, an overlay that trusts them, and what the environment needs."""

import stat
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from interop.crypto.ring import KeyRing
from interop.federation import TrustRegistry
from interop.gateway.library import Library
from interop.gateway.soundness import check_knowledge
from interop.gateway.trust import registry_of
from interop.knowledge import Knowledge
from interop.simulator.stage import (
    DAYS,
    Stage,
    place_gateways,
    secrets_of,
    set_stage,
)
from interop.simulator.world import default_world

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
REGIONS = ("320500", "310115")


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    stage = set_stage(tmp_path_factory.mktemp("stage") / "s", regions=REGIONS, now=NOW)
    gateways = {region: f"http://127.0.0.1:1000{n}" for n, region in enumerate(REGIONS)}
    place_gateways(stage, gateways=gateways, simulator="http://127.0.0.1:9")
    return stage


@pytest.fixture(scope="module")
def registry(stage: Stage) -> TrustRegistry:
    return registry_of(Library.of(stage.knowledge), env="sim")


def test_the_overlay_is_sound_and_trusts_the_keys_it_made(
    stage: Stage, registry: TrustRegistry
) -> None:
    assert check_knowledge(Knowledge(stage.knowledge)) == ()
    for region in REGIONS:
        entry = registry.gateway(region)
        assert entry.region == region
        assert KeyRing.load(stage.keys(region)).signing.kid in entry.signing_keys(NOW)
    signer = stage.identity_signer()
    idp = registry.issuer("https://idp.js.sim.example")
    assert idp.key(signer.kid, now=NOW).row.kid == signer.kid


def test_trust_holds_for_a_year_around_the_start(registry: TrustRegistry) -> None:
    for days in (-DAYS, 0, DAYS):
        registry.require_valid(NOW + timedelta(days=days))
    for days in (-DAYS - 1, DAYS + 1):
        with pytest.raises(Exception, match="registry-"):
            registry.require_valid(NOW + timedelta(days=days))


def test_nobody_else_can_read_the_keys(stage: Stage) -> None:
    keys = [file for file in (stage.folder / "keys").rglob("*") if file.is_file()]
    assert len(keys) > len(REGIONS)
    assert {stat.S_IMODE(file.stat().st_mode) & 0o077 for file in keys} == {0}


def test_only_sim_issuers_get_keys(stage: Stage) -> None:
    for file in (stage.knowledge / "identity/issuers").glob("*.toml"):
        for row in tomllib.loads(file.read_text(encoding="utf-8"))["issuer"]:
            known = row["env"] == "sim" and ("gateway" not in row["roles"] or (
                file.name.split("-")[0] in REGIONS
            ))  # fmt: skip
            assert bool(row.get("keys")) == known


def test_every_address_of_the_run_is_the_one_given(stage: Stage) -> None:
    library = Library.of(stage.knowledge)
    adapter, _ = library.adapter("310115")
    assert adapter.gateway is not None
    assert adapter.gateway.endpoint == {"sim": "http://127.0.0.1:10001"}
    assert adapter.services.acceptance is not None
    assert adapter.services.acceptance.endpoint == {
        "sim": "http://127.0.0.1:9/310000/acceptance/v1"
    }


def test_secrets_are_named_as_the_gateway_asks_for_them(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = default_world()
    found = secrets_of(world)
    assert found["INTEROP_SECRET_310000_ACCEPTANCE_KEY"] == world.acceptance.key
    from interop.gateway.outside import secret

    for name, value in found.items():
        assert name == name.upper()
        monkeypatch.setenv(name, value)
    assert secret("310000-acceptance-key").reveal() == world.acceptance.key
    assert stage.store("310115") == Path(stage.folder / "310115.db")

"""Opening a gateway: what it needs, and that nothing stays open when it cannot be."""

from pathlib import Path

import pytest

from interop.crypto.ring import KeyRing
from interop.errors import (
    InteropError,
    KnowledgeError,
    RegionUnavailable,
    StoreError,
    TrustError,
)
from interop.gateway.desk import Outside
from interop.gateway.open import Gateway
from interop.gateway.outside import reach_out, secret, secret_variable
from interop.knowledge import Knowledge
from interop.model.ports import Env
from interop.simulator.applicants import PUDONG, SUZHOU
from interop.transport.network import NodeNetwork
from interop.transport.peer import HttpPeer
from interop.transport.rule import LOOPBACK, AddressRule
from interop.transport.tls import trusting
from interop.transport.way import Way
from tests.gateway.delta import Delta, at
from tests.profiles import DEVELOPMENT_ONLY


def _refusal(delta: Delta, region: str = PUDONG, *, env: Env = "sim") -> InteropError:
    keys = KeyRing.load(delta.stage.keys(PUDONG)) if env == "sim" else KeyRing.generate(env=env)
    store = delta.stage.folder / "other.db"
    with pytest.raises(InteropError) as refused:
        Gateway.open(
            region, store=store, keys=keys, knowledge=delta.stage.knowledge, clock=delta.clock
        )
    assert not store.exists()
    return refused.value


def test_a_region_without_a_gateway_of_its_own_cannot_open_one(delta: Delta) -> None:
    assert _refusal(delta, "999999").code == "region-unknown"
    assert _refusal(delta, "330100").code == "gateway-unknown"
    assert _refusal(delta, SUZHOU).code == "gateway-not-in-registry"
    assert _refusal(delta, env="prod").code == "gateway-unknown"


# Under production-cn the waiver for the keys is over first.
@DEVELOPMENT_ONLY
def test_a_gateway_whose_registry_is_past_does_not_open(delta: Delta) -> None:
    delta.clock.now = at("2027-03-01 09:00")
    assert _refusal(delta).code == "registry-expired"


def test_a_broken_file_stops_it_before_a_store_is_made(delta: Delta) -> None:
    for name in ("clocks/clocks", "notices/canonical"):
        delta.lay_over(f"mappings/{name}.toml", "version = 1\n")
    fault = _refusal(delta)
    assert isinstance(fault, KnowledgeError)
    paths = {reason.field.partition(".toml")[0] for reason in fault.reasons}
    assert paths == {"mappings/clocks/clocks", "mappings/notices/canonical"}


def test_an_address_that_is_missing_is_named(delta: Delta) -> None:
    library = delta.knowledge
    outside = reach_out(library, SUZHOU, env="sim", clock=delta.clock)
    assert isinstance(outside.peer(PUDONG), HttpPeer)
    assert outside.peer(PUDONG) is outside.peer(PUDONG)
    with pytest.raises(KnowledgeError) as unknown:
        outside.peer("310104")
    assert unknown.value.code == "endpoint-missing"
    outside.close()
    wrong = reach_out(library, SUZHOU, env="prod", clock=delta.clock)
    with pytest.raises(KnowledgeError):
        wrong.peer(PUDONG)


def test_ports_are_made_on_first_use_and_closed_together(delta: Delta) -> None:
    library = delta.knowledge
    suzhou = reach_out(library, SUZHOU, env="sim", clock=delta.clock)
    assert suzhou.acceptance is None
    assert suzhou.certificates is not None
    assert suzhou.certificates().region == SUZHOU
    suzhou.close()
    pudong = reach_out(library, PUDONG, env="sim", clock=delta.clock)
    assert pudong.certificates is None
    assert pudong.acceptance is not None
    assert pudong.acceptance().region == PUDONG
    pudong.close()


def test_every_port_keeps_the_rule_of_the_network(delta: Delta) -> None:
    def reached(network: NodeNetwork | None, region: str = PUDONG) -> Outside:
        return reach_out(delta.knowledge, region, env="sim", clock=delta.clock, network=network)

    nothing = Way(rule=AddressRule())
    pudong, suzhou = (
        reached(NodeNetwork(nothing, nothing), region) for region in (PUDONG, SUZHOU)
    )
    assert pudong.acceptance is not None
    assert suzhou.certificates is not None
    calls = (
        lambda: pudong.peer(SUZHOU).send(b"{"),
        lambda: suzhou.peer(PUDONG).ask(b"{"),
        lambda: pudong.acceptance().progress("C-1"),
    )
    for call in calls:
        with pytest.raises(RegionUnavailable) as refused:
            call()
        assert refused.value.code == "transport-address-denied"
    pudong.close()
    suzhou.close()
    usual = reached(None)
    with pytest.raises(InteropError) as unreached:
        usual.peer(SUZHOU).send(b"{")
    assert unreached.value.code != "transport-address-denied"
    usual.close()


def test_under_mutual_tls_no_peer_is_reached_without(delta: Delta) -> None:
    secure = Way(rule=AddressRule(LOOPBACK), tls=trusting(()))
    network = NodeNetwork(Way(), secure)
    outside = reach_out(delta.knowledge, PUDONG, env="sim", clock=delta.clock, network=network)
    with pytest.raises(KnowledgeError) as refused:
        outside.peer(SUZHOU)
    assert refused.value.code == "transport-network-setting"
    assert refused.value.reason.field == f"{SUZHOU}/gateway.endpoint"


def test_a_secret_that_is_not_set_is_named_by_its_variable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name = "310000-acceptance.key"
    assert secret_variable(name) == "INTEROP_SECRET_310000_ACCEPTANCE_KEY"
    monkeypatch.delenv(secret_variable(name), raising=False)
    with pytest.raises(KnowledgeError) as missing:
        secret(name)
    assert missing.value.reason.expected == secret_variable(name)
    monkeypatch.setenv(secret_variable(name), "opensesame")
    assert secret(name).reveal() == "opensesame"
    assert "opensesame" not in repr(secret(name))


def test_a_region_without_services_says_so(delta: Delta) -> None:
    with pytest.raises(KnowledgeError) as certificates:
        delta.desk(PUDONG).source()
    assert certificates.value.code == "gateway-no-certificate-source"
    with pytest.raises(KnowledgeError) as acceptance:
        delta.desk(SUZHOU).acceptance()
    assert acceptance.value.code == "gateway-no-acceptance-system"


def test_a_gateway_is_a_context_and_runs_on_the_clock_of_the_system(
    delta: Delta, tmp_path: Path
) -> None:
    keys = KeyRing.load(delta.stage.keys(PUDONG))
    knowledge = Knowledge(delta.stage.knowledge)
    from interop.gateway.opening import system_clock

    assert system_clock().tzinfo is not None
    with Gateway.open(
        PUDONG, store=tmp_path / "x.db", keys=keys, knowledge=knowledge, clock=delta.clock
    ) as gateway:
        assert gateway.region == PUDONG
        assert gateway.work().receipted == 0
    with pytest.raises(StoreError):
        gateway.work()


def test_a_batch_that_is_none_is_refused_as_a_whole(delta: Delta) -> None:
    for data in (b"", b"{}", b"\xff"):
        with pytest.raises(InteropError):
            delta.pudong.receive_batch(data)
    delta.handed_over()
    (batch,) = delta.lines[PUDONG].carried
    with pytest.raises(InteropError) as misdirected:
        delta.suzhou.receive_batch(batch)
    assert misdirected.value.code == "exchange-wrong-recipient"


def test_a_token_of_nobody_identifies_nobody(delta: Delta) -> None:
    filing = delta.filing()
    principal = delta.suzhou.identify(filing.token)
    assert principal.agent is not None
    assert principal.token_digest not in filing.token.reveal()
    with pytest.raises(TrustError):
        delta.pudong.identify(filing.token)

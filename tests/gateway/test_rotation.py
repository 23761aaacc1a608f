"""Gateways change their keys, by renewed registries, while cases are under way."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from interop.crypto import PrivateKey
from interop.crypto.profile import ProfileName
from interop.errors import TrustError
from interop.exchange import Signatory
from interop.exchange.chain import verify_chain, write_chain
from interop.exchange.proof import prove, verify_proof
from interop.exchange.renewal import BATCH_ANEW, RECEIPT_ANEW
from interop.federation import OpenedRegistry, open_registry, sign_registry
from interop.federation.files import IssuerKey, KeyState
from interop.gateway import parcels
from interop.gateway.intake import pull
from interop.gateway.reconciling import reconcile
from interop.gateway.trust import SignedTrust, files_of
from interop.model.canonical import Json, canonical_bytes
from interop.simulator.applicants import PUDONG, SUZHOU
from interop.simulator.world import World
from interop.store import audit, cases, inbox
from interop.store.lanes import lane_of
from interop.store.tx import Tx
from tests.databases import Database
from tests.gateway.apart import left, pieces_in
from tests.gateway.conftest import House, built, housed
from tests.gateway.delta import Delta
from tests.profiles import NATIONAL

REGIONS = (SUZHOU, PUDONG)
PUBLISHER = PrivateKey.generate(use="sig")
DAY = timedelta(days=1)
YEAR = timedelta(days=365)


@dataclass
class Ministry:
    """Publishes which keys count; gateways learn of them by their next round of work."""

    delta: Delta
    keys: dict[str, list[IssuerKey]] = field(default_factory=dict)
    last: OpenedRegistry | None = None

    def __post_init__(self) -> None:
        folder = self.delta.stage.folder
        self.file, self.signers = folder / "registry.jwt", folder / "signers.json"
        self.signers.write_bytes(canonical_bytes({"keys": [PUBLISHER.public.to_jwk()]}))
        for region in REGIONS:
            self.list_keys(region)
        self.publish()
        self.delta.trust = lambda: SignedTrust.load(self.file, self.signers)
        self.delta.reopen(acceptance=False)

    def list_keys(self, region: str) -> None:
        """List the keys that a gateway has now, as of now."""
        now = self.delta.clock()
        rows = self.keys.setdefault(region, [])
        rows.extend(_row(jwk, now) for jwk in self.delta.ring(region).public_jwks())

    def end(self, region: str, *, kids: set[str], state: KeyState = "retired") -> None:
        """Let keys of a gateway end now."""
        now = self.delta.clock()
        change = {"sign_until": now, "verify_until": now, "state": state}
        self.keys[region] = [
            key.model_copy(update=change) if key.kid in kids else key
            for key in self.keys[region]
        ]

    def publish(self) -> None:
        files, now = files_of(self.delta.knowledge), self.delta.clock()
        issuers = tuple(
            file.model_copy(
                update={
                    "issuer": tuple(
                        row.model_copy(update={"keys": tuple(self.keys[file.region])})
                        if "gateway" in row.roles and row.env == "sim"
                        else row
                        for row in file.issuer
                    )
                }
            )
            if file.region in self.keys
            else file
            for file in files.issuers
        )
        step: dict[str, Json] = {}
        if self.last is not None:
            step = {"version": self.last.version + 1, "previous": self.last.digest}
        changed = files.model_copy(
            update={"registry": files.registry.model_copy(update=step), "issuers": issuers}
        )
        token = sign_registry(
            changed, PUBLISHER, now=now, until=now + 60 * DAY, after=self.last
        )
        self.last = open_registry(token, signers=[PUBLISHER.public.to_jwk()], now=now)
        self.file.write_text(token + "\n", encoding="ascii")

    def change(self, *regions: str, state: KeyState = "retired") -> None:
        """Let gateways change both keys, and the former ones end an hour later."""
        former = {}
        # Longer than clocks may differ: as of before, the new keys do not count.
        self.delta.clock.pass_(minutes=5)
        for region in regions:
            ring = self.delta.ring(region)
            former[region] = {ring.signing.kid, ring.decryption.kid}
            self.delta.rings[region] = ring.renewed()
            self.list_keys(region)
        self.publish()
        for region in regions:
            self.delta.open(region, acceptance=False)
        self.learn()
        self.delta.clock.pass_(hours=1)
        for region in regions:
            self.end(region, kids=former[region], state=state)
        self.publish()
        self.delta.clock.pass_(minutes=5)
        self.learn()

    def learn(self) -> None:
        """Let every gateway read the registry, and do whatever else is due."""
        self.delta.work(1)
        for region in REGIONS:
            assert self.delta.desk(region).registry.header.version == self.version

    @property
    def version(self) -> int:
        assert self.last is not None
        return self.last.version

    def find(self, region: str, at: datetime) -> Signatory:
        """Return a gateway as somebody else sees it who holds the registry."""
        entry = self.delta.desk(PUDONG).registry.gateway(region)
        return Signatory(entry.region, entry.signing_keys(at))


def _row(jwk: dict[str, Json], now: datetime) -> IssuerKey:
    until = now + YEAR
    return IssuerKey(
        jwk=jwk, use_from=now, sign_until=until, verify_until=until, state="active"
    )


@pytest.fixture
def ministry(delta: Delta) -> Ministry:
    return Ministry(delta)


def silence(delta: Delta, *, cut: bool = True) -> None:
    for line in delta.lines.values():
        line.cut = cut


def chain(delta: Delta, region: str) -> list[str]:
    """Return the kinds of all audit lines of a gateway, and that the chain holds."""
    with delta.desk(region).sit() as here:
        assert audit.verify(here.tx) == ()
        return [line.kind for line in audit.lines(here.tx)]


def settle(delta: Delta, *numbers: str) -> None:
    """Let both work, and hold them to the same story with nothing parked or refused."""
    for _ in range(6):
        delta.calm()
        delta.work(1)
    for number in numbers:
        ours, theirs = (delta.gateways[region].trace(number) for region in REGIONS)
        assert ours.case == theirs.case
        assert (ours.parked, theirs.parked) == (False, False)
    assert delta.refusals(SUZHOU) == delta.refusals(PUDONG) == []


def rows_about(tx: Tx, number: str) -> list[tuple[int, int]]:
    """Return lane and place of what the window told about a case."""
    lane = lane_of(number, tx.lanes)
    found = ((seq, inbox.received(tx, SUZHOU, lane, seq)) for seq in range(1, 9))
    return [(lane, seq) for seq, row in found if row is not None and row.case == number]


def require_cosigned(delta: Delta, ministry: Ministry) -> None:
    """Verify both chains, with what peers have signed, as whoever holds the registry."""
    for region, peer in (REGIONS, REGIONS[::-1]):
        desk = delta.desk(region)
        with desk.sit() as here:
            lines = list(write_chain(here.tx, own=desk.directory.own, at=desk.now()))
        report = verify_chain(iter(lines), find=ministry.find)
        assert report.faults == []
        assert report.cosigned.keys() == {peer}


def told_by_files(delta: Delta, gap: Path) -> None:
    for region in (*REGIONS, *REGIONS):
        station = delta.gateways[region].station
        parcels.import_(station, gap)
        parcels.export(station, gap)


def test_a_case_that_waited_longer_than_its_keys_count_arrives(
    delta: Delta, ministry: Ministry
) -> None:
    silence(delta)
    number = delta.handed_over()
    ministry.change(SUZHOU, PUDONG)
    silence(delta, cut=False)
    settle(delta, number)
    # Signed anew, and encrypted to a key that the organ has changed since.
    assert chain(delta, SUZHOU).count(BATCH_ANEW) == 1
    assert "acknowledged" in [entry.type for entry in delta.suzhou.trace(number).timeline]


def test_a_gateway_does_not_open_on_keys_that_are_not_encrypted_to_any_more(
    delta: Delta, ministry: Ministry
) -> None:
    former = delta.ring(PUDONG)
    ministry.change(PUDONG)
    # A key that signs and is listed; the decryption key is the former one alone.
    delta.rings[PUDONG] = replace(delta.ring(PUDONG), decryption=former.decryption, former=())
    with pytest.raises(TrustError, match="gateway-key-not-held"):
        delta.open(PUDONG)


def test_a_case_signed_by_a_key_that_was_revoked_arrives(
    delta: Delta, ministry: Ministry
) -> None:
    silence(delta)
    number = delta.handed_over()
    ministry.change(SUZHOU, state="revoked")
    silence(delta, cut=False)
    settle(delta, number)
    assert chain(delta, SUZHOU).count(BATCH_ANEW) == 1


def test_a_receipt_that_was_lost_is_signed_anew_and_closes_the_batch(
    delta: Delta, ministry: Ministry
) -> None:
    delta.lines[PUDONG].lose_answers = 1
    number = delta.received()
    delta.suzhou.hand_over(number)
    delta.suzhou.work()
    silence(delta)
    ministry.change(SUZHOU, PUDONG)
    silence(delta, cut=False)
    settle(delta, number)
    assert RECEIPT_ANEW in chain(delta, PUDONG)
    require_cosigned(delta, ministry)
    assert "fork-alarm" not in chain(delta, SUZHOU)


def test_what_old_keys_signed_is_still_proven_and_the_chain_holds(
    delta: Delta, ministry: Ministry
) -> None:
    first = delta.handed_over()
    delta.lines[PUDONG].cut = True
    second = delta.received(delta.filing(reference="HOST-2"))
    delta.suzhou.hand_over(second)
    delta.suzhou.work()
    ministry.change(SUZHOU, PUDONG)
    silence(delta, cut=False)
    settle(delta, first, second)
    with delta.desk(PUDONG).sit() as here:
        told = [one for number in (first, second) for one in rows_about(here.tx, number)]
        proofs = [prove(here.tx, peer=SUZHOU, lane=lane, seq=seq) for lane, seq in told]
    proven = [verify_proof(proof.to_bytes(), find=ministry.find) for proof in proofs]
    assert {header.sender for header, _ in proven} == {SUZHOU}
    assert {envelope.subject for _, envelope in proven} == {first, second}
    require_cosigned(delta, ministry)


def test_a_restored_window_knows_its_own_header_by_a_key_it_has_changed(
    delta: Delta, ministry: Ministry, database: Database, tmp_path: Path
) -> None:
    if database.kind != "sqlite":
        pytest.skip("a database on a server is backed up by its own means")
    told, other = (delta.received(delta.filing(reference=name)) for name in ("A", "B"))
    delta.desk(SUZHOU).store.back_up(tmp_path / "backup")
    delta.suzhou.hand_over(told)
    delta.work(1)
    silence(delta)
    delta.desk(SUZHOU).store.restore(tmp_path / "backup")
    ministry.change(SUZHOU)
    silence(delta, cut=False)
    found = reconcile(delta.suzhou.station, PUDONG)
    assert set(found.standings.values()) == {"we-restored"}
    delta.suzhou.hand_over(other)
    delta.work(2)
    assert delta.row(PUDONG, other).state == "acknowledged"
    assert delta.refusals(PUDONG) == []
    assert "fork-alarm" not in chain(delta, SUZHOU)


def test_files_under_a_key_that_is_over_are_written_anew(
    delta: Delta, ministry: Ministry, tmp_path: Path
) -> None:
    gap = tmp_path / "gap"
    number = left(delta)
    silence(delta)
    before = set(parcels.export(delta.suzhou.station, gap))
    assert set(parcels.export(delta.suzhou.station, gap)) == before
    ministry.change(SUZHOU, PUDONG)
    after = set(parcels.export(delta.suzhou.station, gap))
    assert len(after) == len(before)
    assert not after & before
    assert set(gap.iterdir()) == after, "nothing is left that would be refused"
    done = parcels.import_(delta.pudong.station, gap)
    assert (done.batches, done.pieces, done.refused) == (1, len(pieces_in(gap)), {})
    told_by_files(delta, gap)
    former = {kind: set(gap.glob(f"{kind}.from-{PUDONG}.*")) for kind in ("batch", "receipt")}
    ministry.change(PUDONG)
    # What lies there from before is taken once more: its receipt is given anew, which is no
    # news to a window that closed the batch on the first one.
    assert parcels.import_(delta.pudong.station, gap).batches == 1
    receipts = set(gap.glob(f"receipt.from-{PUDONG}.*"))
    assert len(receipts - former["receipt"]) == 1
    done = parcels.import_(delta.suzhou.station, gap)
    assert done.receipts == len(receipts)
    # A batch that was closed stays as it was carried, and is refused by its key.
    assert done.refused == {file.name: "exchange-unknown-key" for file in former["batch"]}
    silence(delta, cut=False)
    settle(delta, number)


DRILLS = (
    *(pytest.param("development", carrier) for carrier in ("push", "pull", "files")),
    pytest.param("production-cn", "files", marks=NATIONAL),
)


@pytest.fixture(scope="module")
def any_house(
    request: pytest.FixtureRequest, world: World, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    name: ProfileName = request.param
    with housed(world, tmp_path_factory.mktemp("rotation") / "stage", name) as found:
        yield found


@pytest.fixture
def any_delta(any_house: House, tmp_path: Path) -> Iterator[Delta]:
    with built(any_house, tmp_path) as build:
        yield build()


def carry(delta: Delta, carrier: str, gap: Path) -> None:
    """Let what waits pass once; on a line the first answers are lost."""
    if carrier == "push":
        silence(delta, cut=False)
        delta.lines[PUDONG].lose_answers = delta.lines[SUZHOU].lose_answers = 1
        delta.calm()
        delta.work(2)
        silence(delta)
    elif carrier == "pull":
        for here, there in (REGIONS, REGIONS[::-1]):
            pull(delta.gateways[here].station, there)
    else:
        told_by_files(delta, gap)


def accept_what_came(delta: Delta, numbers: list[str]) -> None:
    with delta.desk(PUDONG).sit() as here:
        known = [row for number in numbers if (row := cases.get(here.tx, number))]
    for row in known:
        if delta.pudong.trace(row.number).case.state == "acknowledged":
            delta.pudong.accept(row.number)


@pytest.mark.requirement("YRD-EXCH-001")
@pytest.mark.parametrize(("any_house", "carrier"), DRILLS, indirect=["any_house"])
def test_a_drill_both_change_all_keys_again_and_again_while_cases_flow(
    any_delta: Delta, tmp_path: Path, carrier: str
) -> None:
    delta, gap, numbers = any_delta, tmp_path / "gap", list[str]()
    ministry = Ministry(delta)
    for turn in range(4):
        silence(delta)
        accept_what_came(delta, numbers)
        numbers.append(delta.received(delta.filing(reference=f"HOST-{turn}")))
        delta.suzhou.hand_over(numbers[-1])
        # Batches are made, and reach nobody for longer than their keys count.
        delta.work(1)
        parcels.export(delta.suzhou.station, gap)
        ministry.change(*(REGIONS, REGIONS[:1], REGIONS[1:], REGIONS)[turn])
        carry(delta, carrier, gap)
    silence(delta, cut=False)
    for _ in range(2):
        settle(delta, *numbers)
        accept_what_came(delta, numbers)
    settle(delta, *numbers)
    for region in REGIONS:
        assert "fork-alarm" not in chain(delta, region)
        assert BATCH_ANEW in chain(delta, region)
        states = {delta.gateways[region].trace(one).case.state for one in numbers}
        assert states == {"accepted"}

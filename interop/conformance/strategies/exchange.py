"""Two gateways on a channel: real stores, real keys, messages about plain cases.

What a site has applied stands in its own audit chain, written in the transaction of the
message, so that what is done twice shows twice and what is lost is missing.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from hypothesis import strategies as st

from interop.conformance.strategies.crypto import PROFILE, a_ring
from interop.conformance.strategies.store import SIDES, a_case, case_facts, notices
from interop.crypto import base64url
from interop.crypto.profile import ProfileName, SecretKey
from interop.crypto.ring import KeyRing
from interop.errors import CaseError, TrustError
from interop.exchange import (
    Correspondent,
    Directory,
    Envelope,
    Message,
    Own,
    Receipt,
    Signatory,
    batch_up,
    close,
    post,
    receive,
)
from interop.federation.reasons import GATEWAY_UNKNOWN
from interop.model.canonical import Json, canonical_bytes
from interop.model.case import CaseFact
from interop.model.ports import Env
from interop.store import Store, Tx, audit, cases
from interop.store.outbox import BatchRow
from interop.store.reasons import CASE_UNKNOWN

EAST: Final = "310000"
WEST: Final = "320000"
SOUTH: Final = "330000"
NOW: Final = datetime(2026, 1, 5, tzinfo=UTC)
# More than a file is given by itself, so that lanes are told apart.
LANES: Final = 4
# One for each lane, and a second one in three of them.
CASES: Final = ("case-0", "case-1", "case-2", "case-3", "case-4", "case-5", "case-6")
APPLIED: Final = "applied"
HALF: Final = "half-applied"
POISON: Final = "poison"


def a_message(case: str, n: int, *, kind: str = "received", note: str = "") -> Message:
    """Return the ``n``-th message about a case; of kind ``poison`` it is refused."""
    fact = CaseFact(
        case=case, side="receiving", seq=n, seen=0, type=kind, at=NOW, body={"note": note}
    )
    return Message(facts=(fact,), state_hash=f"sha-256:{n}")


@st.composite
def messages(draw: st.DrawFn, case: str) -> Message:
    """Draw a message about a case, with notices."""
    side = draw(st.sampled_from(SIDES))
    count = draw(st.integers(1, 3))
    told = [draw(notices(case, f"notice-{n}")) for n in range(draw(st.integers(0, 2)))]
    facts = [draw(case_facts(case, side, n)) for n in range(1, count + 1)]
    return Message(facts=tuple(facts), notices=tuple(told), state_hash=draw(st.text()))


@dataclass(eq=False)
class Party:
    """One gateway as it stands on a channel: its keys and whom it knows.

    Attributes:
        region: Region code.
        env: Environment of its keys.
        ring: Its keys.
        profile: The algorithms of its keys.
        peers: Whom it knows, by region.
        first: The keys that it began with.
        signed: Every public key that it has signed with, by kid, as a registry lists them.
        over: Names of those that verify no longer.
    """

    region: str
    env: Env = "sim"
    ring: KeyRing = field(init=False)
    profile: ProfileName = PROFILE
    peers: dict[str, Correspondent] = field(default_factory=dict)
    first: KeyRing = field(init=False)
    signed: dict[str, dict[str, Json]] = field(init=False)
    over: set[str] = field(init=False)

    def __post_init__(self) -> None:
        """Make keys."""
        self.first = a_ring(env=self.env, profile=self.profile)
        self.begin_anew()

    def begin_anew(self) -> None:
        """Take the first keys, as if they had never been changed."""
        self.signed, self.over = {}, set()
        self._hold(self.first)

    def _hold(self, ring: KeyRing) -> None:
        self.ring, public = ring, ring.signing.public
        self.signed[public.kid] = public.to_jwk()

    def change_keys(self, *others: "Party", ends: bool = True) -> None:
        """Take new keys, of which ``others`` hear; what the former one signed may end now."""
        former = self.ring.signing.kid
        self._hold(self.ring.renewed())
        if ends:
            self.over.add(former)
        for other in others:
            other.peers[self.region] = self.public

    @property
    def own(self) -> Own:
        """Return its own end of a channel."""
        ring = self.ring
        return Own(
            self.region, self.env, ring.signing, ring.opener, self._verifying.__contains__
        )

    @property
    def _verifying(self) -> dict[str, dict[str, Json]]:
        return {kid: jwk for kid, jwk in self.signed.items() if kid not in self.over}

    @property
    def public(self) -> Correspondent:
        """Return it as its peers know it."""
        return Correspondent(self.region, self._verifying, self.ring.decryption.public)

    @property
    def known(self) -> Signatory:
        """Return it with every key that it ever had."""
        return Signatory(self.region, self.signed)

    @property
    def directory(self) -> Directory:
        """Return it and its peers."""
        return Directory(self.own, self._find, lambda: self.known)

    def _find(self, region: str) -> Correspondent:
        if region == self.region:
            return self.public
        if region not in self.peers:
            raise TrustError(GATEWAY_UNKNOWN.of(field="region", got=region))
        return self.peers[region]


class Site:
    """One gateway on its own database.

    Attributes:
        party: Its keys and whom it knows.
        store: Its database; every case is known there.
    """

    def __init__(self, party: Party, place: Path | str) -> None:
        """Make the database: a file in a folder, or at the address of an empty one."""
        self.party = party
        if isinstance(place, Path):
            place /= f"{party.env}-{party.region}.db"
            place.write_bytes(_founded(party))
            self.store = _opened(party, place)
        else:
            self.store = _opened(party, place)
            _found(self.store)
        self._place = place

    def crash(self) -> None:
        """Lose everything that is not committed, and start again on the same database."""
        self.store.close()
        self.store = _opened(self.party, self._place)

    def post(self, message: Message, *, peer: str, message_id: str) -> int:
        """Write a message into the outbox, in a transaction of its own."""
        with self.store.transaction() as tx:
            return post(tx, message, peer=peer, message_id=message_id, at=NOW)

    def batch(self, peer: str, lane: int) -> BatchRow | None:
        """Make or take the batch of a lane, in a transaction of its own."""
        with self.store.transaction() as tx:
            to = self.party.peers[peer]
            return batch_up(tx, lane=lane, own=self.party.own, peer=to, at=NOW)

    def close(self, row: BatchRow, receipt: bytes) -> Receipt:
        """Close a batch on its receipt, in a transaction of its own."""
        with self.store.transaction() as tx:
            peer = self.party.peers[row.peer]
            return close(tx, row, receipt, own=self.party.own, peer=peer)

    def receive(self, wire: bytes) -> bytes:
        """Apply a batch, in a transaction of its own."""
        with self.store.transaction() as tx:
            return receive(tx, wire, directory=self.party.directory, apply=apply, at=NOW)


@cache
def _founded(party: Party) -> bytes:
    # Founding a database takes longer than most stories that are told with it.
    with TemporaryDirectory() as folder:
        file = Path(folder) / "founded.db"
        with _opened(party, file) as store:
            _found(store)
        return file.read_bytes()


def _found(store: Store) -> None:
    with store.transaction() as tx:
        for number in CASES:
            cases.add(tx, a_case(number))


def _opened(party: Party, place: Path | str) -> Store:
    profile = party.ring.profile
    return Store.open(
        place,
        organ_key=party.ring.organ,
        cipher=profile.cipher,
        digest=profile.digest,
        lanes=LANES,
    )


def introduced(*regions: str, profile: ProfileName = PROFILE) -> tuple[Party, ...]:
    """Return gateways of these regions that know each other."""
    parties = tuple(Party(region, profile=profile) for region in regions)
    begin_anew(*parties)
    return parties


def begin_anew(*parties: Party) -> None:
    """Let gateways take their first keys, and know each other by them."""
    for party in parties:
        party.begin_anew()
    introduce(*parties)


def introduce(*parties: Party) -> None:
    """Let gateways know each other by the keys that they have now."""
    for party in parties:
        party.peers.update({p.region: p.public for p in parties if p is not party})


def apply(tx: Tx, envelope: Envelope, message: Message) -> None:
    """Do what shows if it is done twice; refuse poison with half of it done."""
    kind = HALF if message.facts[0].type == POISON else APPLIED
    audit.append(tx, kind=kind, case=envelope.subject, digest=envelope.id, at=NOW)
    if kind == HALF:
        raise CaseError(CASE_UNKNOWN.of(field=POISON))


def applied(site: Site, case: str) -> list[str]:
    """List the identifiers of the messages that a site has applied to a case, in order."""
    with site.store.transaction() as tx:
        return [line.digest for line in audit.lines(tx, case) if line.kind == APPLIED]


def signed(payload: bytes, key: SecretKey, /, **header: Json) -> str:
    """Return a compact JWS with any protected header, as an attacker would write it."""
    members = {"alg": key.alg, "kid": key.kid, **header}
    text = f"{base64url.encode(canonical_bytes(members))}.{base64url.encode(payload)}"
    return f"{text}.{base64url.encode(key.sign(text.encode()))}"

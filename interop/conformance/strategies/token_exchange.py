"""Draw exchanges of tokens between two gateways, valid and not.

Levels, scopes and lifetimes come from small sets, so that draws meet at every border.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, TypeVar, cast

from hypothesis import strategies as st

from interop.conformance.strategies.crypto import a_ring
from interop.conformance.strategies.federation import (
    ACRS,
    AUDIENCE,
    IDP,
    MANDATES,
    NOW,
    WEST_IDP,
    Delta,
    a_person,
    idp_row,
    issuer_file,
    key_row,
    role_row,
)
from interop.crypto import KeyRing
from interop.federation import IssuerFile, IssuerRow, TrustRegistry, Verifier, prove
from interop.federation.exchange_claims import Link, MayAct, Presented
from interop.federation.presented import Reader
from interop.federation.subject_key import SubjectKey
from interop.federation.token_exchange import Authority, ExchangeRequest
from interop.model.party import Actor, AssuranceLevel, PartyKind, Principal
from interop.model.sensitive import Sensitive

EAST: Final = AUDIENCE
WEST: Final = "https://gateway.west.sim.example"
SCOPES: Final = ("case:read", "case:write", "cert:read")
TTL_S: Final = 120
PROOF: Final = prove(a_person(), salt=bytes(16))


T = TypeVar("T")


def changed(plain: T, changes: Mapping[str, object]) -> T:
    """Return a dataclass with ``changes``."""
    return cast("Callable[..., T]", replace)(plain, **changes)


@dataclass(frozen=True, slots=True)
class Twin:
    """A delta whose two gateways may exchange tokens for both provinces."""

    delta: Delta = field(default_factory=Delta)
    west: KeyRing = field(default_factory=a_ring)

    def files(self) -> tuple[IssuerFile, ...]:
        """Return the issuers, one file per region."""
        west_acrs = {f"urn:west:{n}": level for n, level in enumerate(AssuranceLevel, 1)}
        own = self.delta
        return (
            issuer_file(
                "310000",
                idp_row(IDP, key_row(own.east), acrs=ACRS, regions=("310000",)),
                role_row(MANDATES, "mandate", (key_row(own.mandates),)),
            ),
            issuer_file("310115", self.gateway(EAST)),
            issuer_file(
                "320000",
                idp_row(WEST_IDP, key_row(own.west), acrs=west_acrs, regions=("320000",)),
                self.gateway(WEST),
            ),
        )

    def gateway(self, id: str, *, regions: tuple[str, ...] = ("310000", "320000")) -> IssuerRow:  # noqa: A002 -- the word of the file
        """Return the row of a gateway that may exchange logins of ``regions``."""
        ring = self.ring(id)
        row = role_row(id, "gateway", (key_row(ring.signing), key_row(ring.decryption)))
        return row.model_copy(update={"may_issue_for": regions})

    def ring(self, id: str) -> KeyRing:  # noqa: A002 -- the word of the file
        """Return the keys of a gateway."""
        return self.delta.gateway if id == EAST else self.west

    def registry(self, *files: IssuerFile) -> TrustRegistry:
        """Return the registry of ``files``, by default of the whole twin."""
        return self.delta.registry(*(files or self.files()))

    def reader(self, audience: str, *files: IssuerFile, now: datetime = NOW) -> Reader:
        """Return what a gateway reads tokens with."""
        registry = self.registry(*files)
        verifier = Verifier(registry, audience=audience, clock=lambda: now)
        return Reader(verifier, registry, audience, lambda: now)

    def authority(self, id: str = EAST, /, **changes: object) -> Authority:  # noqa: A002 -- the word of the file
        """Return a gateway as an exchange sees it, with ``changes``."""
        plain = Authority(
            issuer=id,
            audience=id,
            is_target=lambda audience: audience in {EAST, WEST} - {id},
            signer=self.ring(id).signing,
            subject_key=SubjectKey.of(self.ring(id).organ.secret(), epoch=1),
            entropy=bytes,
            env="sim",
            ttl_s=TTL_S,
        )
        return changed(plain, changes)


def an_actor(subject: str, *, kind: PartyKind = "person") -> Actor:
    """Return somebody a provider vouches for."""
    return Actor(kind=kind, subject=Sensitive(subject), proof=PROOF)


def a_principal(subject: str = "s-1", **changes: object) -> Principal:
    """Return who logged in at the east provider a minute ago, with ``changes``."""
    plain = Principal(
        issuer=IDP,
        region="310000",
        actor=an_actor(subject),
        level=AssuranceLevel.HIGH,
        authenticated_at=NOW - timedelta(seconds=60),
        token_digest="sha-256:" + "0" * 64,
        trust_path=("sha-256:" + "1" * 64, IDP, "kid"),
    )
    return plain.model_copy(update=changes)


def a_presented(subject: str = "s-1", **changes: object) -> Presented:
    """Return a login at the east gateway as an exchange sees it, with ``changes``."""
    plain = Presented(
        principal=a_principal(subject),
        audience=EAST,
        expires_at=NOW + timedelta(seconds=200),
        scope=frozenset(SCOPES[:2]),
        path=(IDP,),
    )
    return changed(plain, changes)


def may(subject: str, issuer: str = IDP) -> MayAct:
    """Return the permission for ``subject`` to act."""
    return MayAct(issuer, Sensitive(subject))


def a_link(subject: str, *, kind: PartyKind = "person", issuer: str = IDP) -> Link:
    """Return one person of a chain."""
    return Link(issuer, an_actor(subject, kind=kind))


def a_request(**changes: object) -> ExchangeRequest:
    """Return a request that is granted, with ``changes``."""
    return changed(ExchangeRequest(subject=a_presented(), audience=WEST), changes)


_SCOPES = st.frozensets(st.sampled_from(SCOPES))
_LEVELS = st.sampled_from(AssuranceLevel)
_LIVES_S = st.integers(1, 300)
_BEFORE = st.integers(0, 500).map(lambda s: NOW - timedelta(seconds=s))
_NAMES = st.sampled_from(["s-1", "s-2", "s-3"])
_PATHS = st.sampled_from([(IDP,), (IDP, WEST), (IDP, EAST), (IDP, "https://a.example", WEST)])


# Bound without a thumbprint: to a key that nobody proved to hold.
_BINDINGS = st.sampled_from([(False, "")] * 3 + [(True, ""), (True, "k" * 43)])


@st.composite
def presented(draw: st.DrawFn) -> Presented:
    """Draw a token that was verified; whether it may be exchanged is another question."""
    kind: PartyKind = draw(st.sampled_from(["person", "organisation"]))
    chain = draw(st.lists(_NAMES, max_size=4))
    principal = a_principal().model_copy(
        update={
            "actor": an_actor(draw(_NAMES), kind=kind),
            "level": draw(_LEVELS),
            "authenticated_at": NOW - timedelta(seconds=draw(st.integers(0, 500))),
        }
    )
    path, (bound, jkt) = draw(_PATHS), draw(_BINDINGS)
    return Presented(
        principal=principal,
        audience=draw(st.sampled_from([EAST, EAST, EAST, WEST])),
        expires_at=NOW + timedelta(seconds=draw(st.sampled_from([-1, 0, 1, 60, 121, 900]))),
        scope=draw(_SCOPES),
        chain=tuple(a_link(name) for name in chain),
        path=path,
        depth_left=None if len(path) == 1 else draw(st.integers(0, 3)),
        may_act=draw(st.none() | st.builds(may, _NAMES)),
        bound=bound,
        jkt=jkt,
    )


@st.composite
def requests(draw: st.DrawFn) -> ExchangeRequest:
    """Draw a request; about one in three is granted."""
    subject = draw(presented() | st.just(a_presented()))
    actor = draw(st.none() | presented() | st.just(a_presented("s-2")))
    if actor is not None and draw(st.booleans()):
        name = actor.principal.actor.subject.reveal()
        subject = replace(subject, may_act=may(name, actor.path[-1]))
        actor = replace(actor, chain=())
    return ExchangeRequest(
        subject=subject,
        actor=actor,
        audience=draw(st.sampled_from([WEST, WEST, WEST, EAST, "https://x.example"])),
        scope=draw(st.none() | _SCOPES),
        level=draw(st.none() | _LEVELS),
        need=draw(st.sampled_from([AssuranceLevel.LOW, *AssuranceLevel])),
    )


@st.composite
def granted(draw: st.DrawFn) -> ExchangeRequest:
    """Draw a request that is granted where logins may be exchanged three times."""
    kind: PartyKind = draw(st.sampled_from(["person", "organisation"]))
    chain = draw(st.lists(st.sampled_from(["a-1", "a-2"]), unique=True, max_size=2))
    actor = None
    if draw(st.booleans()):
        actor = a_presented(
            "b-1",
            scope=draw(_SCOPES),
            principal=a_principal("b-1", level=draw(_LEVELS), authenticated_at=draw(_BEFORE)),
            expires_at=NOW + timedelta(seconds=draw(_LIVES_S)),
        )
    if kind == "organisation" and not chain and actor is None:
        chain = ["a-1"]
    named = an_actor("s-1", kind=kind)
    path = draw(st.sampled_from([(IDP,), (IDP,), (IDP, "https://south.example")]))
    subject = a_presented(
        principal=a_principal(actor=named, level=draw(_LEVELS), authenticated_at=draw(_BEFORE)),
        scope=draw(_SCOPES),
        chain=tuple(a_link(name) for name in chain),
        may_act=may("b-1"),
        expires_at=NOW + timedelta(seconds=draw(_LIVES_S)),
        path=path,
        depth_left=None if len(path) == 1 else draw(st.integers(1, 3)),
    )
    return ExchangeRequest(subject=subject, actor=actor, audience=WEST)


WIDER: Final[tuple[Mapping[str, object], ...]] = (
    {"audience": EAST},
    {"audience": "https://x.example"},
    {"scope": frozenset(SCOPES)},
    {"level": AssuranceLevel.HIGH},
    {"need": AssuranceLevel.HIGH},
)
WIDER_TOKEN: Final[tuple[Mapping[str, object], ...]] = (
    {"audience": WEST},
    {"path": (IDP, "https://south.example"), "depth_left": 3},
    {"path": (IDP, "https://south.example"), "depth_left": 0},
    {"path": (IDP, "https://south.example", "https://north.example"), "depth_left": 1},
    {"expires_at": NOW},
    {"expires_at": NOW + timedelta(seconds=1)},
    {"bound": True},
    {"bound": True, "jkt": "k" * 43},
    {"scope": frozenset[str]()},
    {"may_act": None},
)


def one_step_wider(request: ExchangeRequest) -> Iterator[ExchangeRequest]:
    """Yield ``request`` with one thing changed, each in turn; most are then refused."""
    for changes in WIDER:
        yield changed(request, changes)
    for changes in WIDER_TOKEN:
        yield replace(request, subject=changed(request.subject, changes))
        if request.actor is not None:
            yield replace(request, actor=changed(request.actor, changes))

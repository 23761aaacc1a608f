"""Draw parties, claims and logins in a small delta of two provinces and a hub.

The delta is whole: issuers with keys, a registry, a verifier, tokens that it accepts. A test
changes one thing and names what must refuse it. Nobody in it exists.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal

import msgspec
from hypothesis import strategies as st

from interop.conformance.strategies.crypto import a_ring, a_signer
from interop.conformance.strategies.model import resident_ids, usccs
from interop.crypto import KeyRing
from interop.crypto.profile import SecretKey
from interop.federation import (
    AccessClaims,
    AgentClaim,
    AssuranceFile,
    IssuerFile,
    IssuerKey,
    IssuerRow,
    MandateClaims,
    PartyClaim,
    ProofClaim,
    RegistryFile,
    TrustRegistry,
    Verifier,
    prove,
)
from interop.federation.files import AssuranceRow, KeyState, SubjectRule
from interop.model.party import AssuranceLevel, Party, Scheme
from interop.model.ports import Env
from interop.model.sensitive import Sensitive

NOW: Final = datetime(2026, 6, 1, 4, 0, 0, tzinfo=UTC)
NOW_S: Final = int(NOW.timestamp())
AUDIENCE: Final = "https://gateway.east.sim.example"
IDP: Final = "https://idp.east.sim.example"
WEST_IDP: Final = "https://idp.west.sim.example"
HUB: Final = "https://idp.hub.sim.example"
MANDATES: Final = "https://mandate.east.sim.example"
TTL_S: Final = 300
TERM_S: Final = 30 * 86_400
SOURCES: Final = {"east": AssuranceLevel.HIGH, "kiosk": AssuranceLevel.SUBSTANTIAL}
ACRS: Final = {
    "urn:east:sms": AssuranceLevel.LOW,
    "urn:east:name": AssuranceLevel.SUBSTANTIAL,
    "urn:east:face": AssuranceLevel.HIGH,
}
_DAY: Final = date(2026, 1, 1)
_MODELLED: Final[dict[str, object]] = {
    "zh": "模拟",
    "en": "simulated",
    "effective": _DAY,
    "source": "模拟",
    "verified": "no",
    "modelled": True,
}


def covers(wide: str, narrow: str) -> bool:
    """Return whether ``narrow`` lies in ``wide``, by the digits of the codes alone."""
    return narrow.startswith(wide.rstrip("0"))


def key_row(
    key: SecretKey,
    *,
    state: KeyState = "active",
    use_from: datetime = NOW - timedelta(days=30),
    sign_until: datetime = NOW + timedelta(days=30),
    verify_until: datetime = NOW + timedelta(days=60),
) -> IssuerKey:
    """Return the registry row of ``key``, thirty days either side of now."""
    return IssuerKey(
        jwk=key.public.to_jwk(),
        use_from=use_from,
        sign_until=sign_until,
        verify_until=verify_until,
        state=state,
    )


def idp_row(
    id: str,  # noqa: A002 -- the word of the file
    key: IssuerKey,
    *,
    acrs: dict[str, AssuranceLevel],
    regions: tuple[str, ...],
    hub: bool = False,
) -> IssuerRow:
    """Return the row of an identity provider or a hub."""
    return IssuerRow.model_validate(
        {
            **_MODELLED,
            "id": id,
            "env": "sim",
            "roles": ("hub",) if hub else ("idp",),
            "token_types": ("at+jwt", "id_token", "logout+jwt"),
            "ttl_s_max": TTL_S,
            "assurance": acrs,
            "ceiling": AssuranceLevel.HIGH,
            "subject": SubjectRule(type="pairwise", sector="sim.example"),
            "may_issue_for": regions,
            "keys": (key,),
        }
    )


def role_row(
    id: str,  # noqa: A002 -- the word of the file
    role: Literal["gateway", "mandate"],
    keys: tuple[IssuerKey, ...],
    *,
    env: Env = "sim",
) -> IssuerRow:
    """Return the row of a gateway or of a mandate service."""
    own: dict[str, object] = (
        {"audience": id}
        if role == "gateway"
        else {"token_types": ("mandate+jwt",), "ttl_s_max": TERM_S}
    )
    return IssuerRow.model_validate(
        {
            **_MODELLED,
            **own,
            "id": id,
            "env": env,
            "roles": (role,),
            "keys": keys,
        }
    )


def registry_file() -> RegistryFile:
    """Return the header of the delta's registry, valid for all of 2026."""
    return RegistryFile(
        id="https://trust.sim.example",
        version=1,
        valid_from=_DAY,
        valid_until=date(2026, 12, 31),
        zh="模拟",
        en="simulated",
        source="模拟",
        verified="no",
        modelled=True,
    )


def assurance_file() -> AssuranceFile:
    """Return the three levels."""
    rows = (
        AssuranceRow(
            level=level,
            zh="级",
            en=level.value,
            meaning_zh="模拟",
            meaning_en="simulated",
            source="模拟",
            verified="no",
        )
        for level in AssuranceLevel
    )
    return AssuranceFile(effective=_DAY, modelled=True, level=tuple(rows))


def issuer_file(region: str, *rows: IssuerRow) -> IssuerFile:
    """Return the file of ``region``."""
    return IssuerFile(region=region, zh="模拟", issuer=rows)


@dataclass(frozen=True, slots=True)
class Delta:
    """Two provinces (east 310000, west 320000), a hub, a gateway, a mandate service."""

    east: SecretKey = field(default_factory=a_signer)
    west: SecretKey = field(default_factory=a_signer)
    hub: SecretKey = field(default_factory=a_signer)
    mandates: SecretKey = field(default_factory=a_signer)
    gateway: KeyRing = field(default_factory=a_ring)

    def files(self) -> tuple[IssuerFile, ...]:
        """Return the issuers, one file per region."""
        west_acrs = {f"urn:west:{n}": level for n, level in enumerate(AssuranceLevel, 1)}
        keys = (key_row(self.gateway.signing), key_row(self.gateway.decryption))
        both = ("310000", "320000")
        return (
            issuer_file(
                "310000",
                idp_row(IDP, key_row(self.east), acrs=ACRS, regions=("310000",)),
                role_row(MANDATES, "mandate", (key_row(self.mandates),)),
            ),
            issuer_file("310115", role_row(AUDIENCE, "gateway", keys)),
            issuer_file(
                "320000",
                idp_row(WEST_IDP, key_row(self.west), acrs=west_acrs, regions=("320000",)),
                role_row("https://gateway.west.sim.example", "gateway", (), env="test"),
            ),
            issuer_file(
                "000000", idp_row(HUB, key_row(self.hub), acrs=ACRS, regions=both, hub=True)
            ),
        )

    def registry(self, *files: IssuerFile) -> TrustRegistry:
        """Return the registry of ``files``, by default of the whole delta."""
        return TrustRegistry.of(
            registry_file(),
            assurance_file(),
            files or self.files(),
            env="sim",
            covers=covers,
        )

    def verifier(self, *files: IssuerFile, now: datetime = NOW) -> Verifier:
        """Return a verifier of the east gateway whose clock stands at ``now``."""
        return Verifier(self.registry(*files), audience=AUDIENCE, clock=lambda: now)


PERSONS: Final = st.builds(
    lambda code: Party(
        kind="person",
        scheme=Scheme.RESIDENT_ID,
        code=Sensitive(code),
        name=Sensitive("甲某"),
    ),
    resident_ids(),
)
ORGANISATIONS: Final = st.builds(
    lambda code: Party(
        kind="organisation",
        scheme=Scheme.USCC,
        code=Sensitive(code),
        name=Sensitive("甲公司"),
    ),
    usccs(),
)
PARTIES: Final = st.one_of(PERSONS, ORGANISATIONS)
SALTS: Final = st.binary(min_size=16, max_size=64)
LEVELS: Final = st.sampled_from(AssuranceLevel)


def proof_claim(party: Party, salt: bytes) -> ProofClaim:
    """Return the claim that ties a token to ``party``."""
    proof = prove(party, salt=salt)
    return ProofClaim(salt=proof.salt, mac=proof.mac)


@dataclass(frozen=True, slots=True)
class Login:
    """Who logs in, and what the token says."""

    party: Party
    agent: Party | None
    claims: AccessClaims


@st.composite
def logins(draw: st.DrawFn) -> Login:
    """Draw a login at the east identity provider that its gateway accepts at ``NOW``.

    Instants lie within the skew and the lifetime, most of them near a border.
    """
    party = draw(PARTIES)
    agent = draw(PERSONS) if party.kind == "organisation" else None
    iat = NOW_S + draw(st.one_of(st.integers(-TTL_S, 60), st.sampled_from([60, 0, -TTL_S])))
    exp = draw(st.integers(max(iat + 1, NOW_S - 59), iat + TTL_S))
    claims = AccessClaims(
        iss=IDP,
        sub=f"s-{draw(st.integers(0, 10**9))}",
        aud=AUDIENCE,
        iat=iat,
        exp=exp,
        jti=draw(st.from_regex(r"[A-Za-z0-9-]{8,40}", fullmatch=True)),
        auth_time=iat - draw(st.integers(-60, 86_400)),
        acr=draw(st.sampled_from(sorted(ACRS))),
        kind=party.kind,
        proof=proof_claim(party, draw(SALTS)),
        act=None
        if agent is None
        else AgentClaim(sub="agent-1", kind="person", proof=proof_claim(agent, draw(SALTS))),
    )
    return Login(party, agent, claims)


def a_person() -> Party:
    """Return one constructed person with a valid check character."""
    return Party(
        kind="person",
        scheme=Scheme.RESIDENT_ID,
        code=Sensitive("310115199001010010"),
        name=Sensitive("甲某"),
    )


def a_firm() -> Party:
    """Return one constructed organisation with a valid check character."""
    return Party(
        kind="organisation",
        scheme=Scheme.USCC,
        code=Sensitive("91310115MA1K000003"),
        name=Sensitive("甲公司"),
    )


def a_login(**changes: object) -> AccessClaims:
    """Return claims of a person at the east identity provider, with ``changes``."""
    claims = AccessClaims(
        iss=IDP,
        sub="s-1",
        aud=AUDIENCE,
        iat=NOW_S - 10,
        exp=NOW_S + 200,
        jti="token-0001",
        auth_time=NOW_S - 20,
        acr="urn:east:face",
        kind="person",
        proof=proof_claim(a_person(), bytes(16)),
    )
    return msgspec.structs.replace(claims, **changes)


def a_mandate(**changes: object) -> MandateClaims:
    """Return claims of a mandate from the firm to the person, with ``changes``."""
    claims = MandateClaims(
        iss=MANDATES,
        jti="mandate-0001",
        iat=NOW_S - 3_600,
        exp=NOW_S + 86_400,
        principal=PartyClaim(kind="organisation", proof=proof_claim(a_firm(), bytes(16))),
        agent=PartyClaim(kind="person", proof=proof_claim(a_person(), bytes(32))),
        items=("road-transport-licence",),
        regions=("310000",),
        purpose="代为申请道路运输经营许可",
    )
    return msgspec.structs.replace(claims, **changes)

"""Named attacks on entity statements and trust chains: each refused by a code of its own.

Source: OpenID Federation 1.0 sections 3.2, 6 and 10.2.
"""

import re
from collections.abc import Callable, Sequence
from typing import Final

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from interop.conformance.strategies.chains import (
    ANCHOR,
    DAY_S,
    GONE,
    MIDDLE,
    MIDDLE_POLICY,
    POLICY,
    PROVIDER,
    TYPE,
    Federation,
)
from interop.conformance.strategies.federation import NOW_S
from interop.crypto import PrivateKey, base64url, sign_compact
from interop.errors import InteropError
from interop.federation.chain import STATEMENTS_MAX, ChainVerifier
from interop.federation.chain_memory import STATEMENT_BYTES_MAX
from interop.federation.chain_routes import ENTITIES_MAX
from interop.federation.errors import PolicyError
from interop.federation.statement import (
    HINTS_MAX,
    STATEMENT_TTL_S_MAX,
    STATEMENT_TYP_NAME,
)

F: Final = Federation()
OTHER: Final = "https://trust.elsewhere.sim.example"
LOW: Final = "https://desk.idp.east.sim.example"
THIEF: Final = PrivateKey.generate(use="sig")
V: Final = F.verifier()
LEAF, LINK, TOP, END = F.chain()


def refusal(
    *statements: str,
    by: ChainVerifier = V,
    subject: str = PROVIDER,
    entity_type: str | None = TYPE,
    now_s: int = NOW_S,
) -> InteropError:
    with pytest.raises(InteropError) as caught:
        by.resolve(statements, subject=subject, now_s=now_s, entity_type=entity_type)
    return caught.value


def link(**more: object) -> str:
    told = {"metadata_policy": MIDDLE_POLICY, **more}
    return F.say(MIDDLE, PROVIDER, **told)  # type: ignore[arg-type]  # claims of any kind


def top(**more: object) -> str:
    return F.say(ANCHOR, MIDDLE, **{"metadata_policy": POLICY, **more})  # type: ignore[arg-type]  # claims of any kind


def unsigned(token: str) -> str:
    head = base64url.encode(b'{"alg":"none","typ":"entity-statement+jwt","kid":"x"}')
    return f"{head}.{token.split('.')[1]}."


def without_signature(token: str) -> str:
    return token.rpartition(".")[0] + "."


def tower(height: int) -> list[str]:
    names = [f"https://n{n}.sim.example" for n in range(height)]
    ups = zip([PROVIDER, *names], [*names, ANCHOR], strict=True)
    return [F.provider(names[0]), *(F.say(up, low) for low, up in ups)]


def bush() -> list[str]:
    """Return intermediates that all stand below each other: ways without number."""
    names = [f"https://b{n}.sim.example" for n in range(7)]
    pairs = [(a, b) for a in names for b in names if a != b]
    return [F.provider(*names), *(F.say(n, PROVIDER) for n in names)] + [
        F.say(a, b) for a, b in pairs
    ]


def raw(payload: bytes) -> str:
    return sign_compact(payload, F.key(PROVIDER), typ=STATEMENT_TYP_NAME)


RSA: Final = {"kty": "RSA", "kid": F.key(MIDDLE).kid, "n": "AQAB", "e": "AQAB"}
EC: Final = F.key(MIDDLE).public.to_jwk()
ED: Final = {
    "kty": "OKP",
    "crv": "Ed25519",
    "kid": F.key(MIDDLE).kid,
    "x": base64url.encode(Ed25519PrivateKey.generate().public_key().public_bytes_raw()),
}
SAME_KID: Final = {**THIEF.public.to_jwk(), "kid": F.key(PROVIDER).kid}
CASES: Final[dict[str, tuple[Callable[[], Sequence[str]], str]]] = {
    # form and header
    "alg none": (lambda: (unsigned(LEAF), LINK, TOP), "jws-alg-none"),
    "signature cut off": (
        lambda: (without_signature(LEAF), LINK, TOP),
        "jws-signature-length",
    ),
    "another typ": (
        lambda: (F.provider(typ="at+jwt"), LINK, TOP),
        "statement-typ",
    ),
    "no typ": (lambda: (F.provider(typ=""), LINK, TOP), "statement-typ-missing"),
    "an unknown header": (
        lambda: (F.provider(header={"cty": "x"}), LINK, TOP),
        "statement-header-unknown",
    ),
    "too large": (
        lambda: (F.provider(note="x" * STATEMENT_BYTES_MAX), LINK, TOP),
        "jws-too-large",
    ),
    "no JSON": (lambda: (raw(b"statement"), LINK, TOP), "statement-malformed"),
    "a member twice": (
        lambda: (raw(b'{"iss":"x","iss":"y"}'), LINK, TOP),
        "statement-member-twice",
    ),
    "no exp": (lambda: (F.provider(exp=GONE), LINK, TOP), "statement-claim-missing"),
    "exp as text": (lambda: (F.provider(exp="2099"), LINK, TOP), "statement-claim-type"),
    "a host without a domain": (
        lambda: (F.provider("https://localhost"), LINK, TOP),
        "statement-identifier",
    ),
    # dates
    "expired": (lambda: (F.provider(exp=NOW_S), LINK, TOP), "statement-expired"),
    "from the future": (
        lambda: (F.provider(iat=NOW_S + 61), LINK, TOP),
        "statement-issued-later",
    ),
    "exp before iat": (
        lambda: (F.provider(iat=NOW_S, exp=NOW_S - 1), LINK, TOP),
        "statement-dates",
    ),
    "for centuries": (
        lambda: (F.provider(exp=NOW_S + STATEMENT_TTL_S_MAX + 1), LINK, TOP),
        "statement-lifetime",
    ),
    # who speaks of whom
    "configuration of another issuer": (
        lambda: (
            F.say(MIDDLE, PROVIDER, authority_hints=[ANCHOR]),
            TOP,
        ),
        "statement-not-self-issued",
    ),
    "policy over itself": (
        lambda: (F.provider(metadata_policy={}), LINK, TOP),
        "statement-claim-place",
    ),
    "no configuration": (lambda: (LINK, TOP), "chain-configuration-missing"),
    "two about one": (lambda: (LEAF, LINK, link(), TOP), "chain-statement-twice"),
    "a link about another": (
        lambda: (LEAF, F.say(MIDDLE, LOW), TOP),
        "chain-link",
    ),
    "a superior that the entity does not name": (
        lambda: (F.provider(OTHER), LINK, TOP),
        "chain-authority-hint",
    ),
    # keys
    "a key that the superior does not vouch for": (
        lambda: (LEAF, F.say(MIDDLE, PROVIDER, by=THIEF), TOP),
        "statement-kid-unknown",
    ),
    "the kid of the superior, another key": (
        lambda: (LEAF, F.say(MIDDLE, PROVIDER, by=_renamed(F.key(MIDDLE).kid)), TOP),
        "jws-signature-invalid",
    ),
    "the entity publishes another key under its kid": (
        lambda: (F.provider(jwks={"keys": [SAME_KID]}), LINK, TOP),
        "statement-key-differs",
    ),
    "a private key in the jwks": (
        lambda: (LEAF, LINK, top(jwks={"keys": [{**EC, "d": "AQAB"}]})),
        "key-private",
    ),
    "a symmetric key in the jwks": (
        lambda: (LEAF, LINK, top(jwks={"keys": [{"kty": "oct", "k": "AQ", "kid": "x"}]})),
        "key-symmetric",
    ),
    "an empty jwks": (lambda: (LEAF, LINK, top(jwks={"keys": []})), "statement-jwks"),
    "a kid twice": (
        lambda: (LEAF, LINK, top(jwks={"keys": [EC, EC]})),
        "statement-kid-twice",
    ),
    "an RSA key for any scheme": (
        lambda: (LEAF, LINK, top(jwks={"keys": [RSA]})),
        "statement-key-without-alg",
    ),
    "another algorithm than the key's": (
        lambda: (LEAF, LINK, top(jwks={"keys": [ED]})),
        "statement-key-alg",
    ),
    "a weak RSA key": (
        lambda: (LEAF, LINK, top(jwks={"keys": [{**RSA, "alg": "PS256"}]})),
        "key-rsa-size",
    ),
    # the way
    "a loop": (
        lambda: (
            F.provider(),
            LINK,
            F.own(MIDDLE, LOW),
            F.say(LOW, MIDDLE),
            F.own(LOW, MIDDLE),
            F.say(MIDDLE, LOW),
        ),
        "chain-loop",
    ),
    "too many entities": (lambda: tower(ENTITIES_MAX - 1), "chain-too-deep"),
    "another anchor": (
        lambda: (LEAF, LINK, F.say(OTHER, MIDDLE)),
        "chain-anchor-unknown",
    ),
    "a bush of superiors": (bush, "chain-fan-out"),
    "a bomb of authority_hints": (
        lambda: (
            F.provider(*(f"https://h{n}.sim.example" for n in range(HINTS_MAX + 1))),
            LINK,
        ),
        "chain-hints-limit",
    ),
    "too many statements": (
        lambda: [LEAF] * (STATEMENTS_MAX + 1),
        "chain-statements-limit",
    ),
    # constraints
    "a path too long": (
        lambda: (LEAF, LINK, top(constraints={"max_path_length": 0})),
        "chain-path-length",
    ),
    "a name that only ends alike": (
        lambda: (LEAF, LINK, top(constraints=_names(permitted=[".t.sim.example"]))),
        "chain-name-not-permitted",
    ),
    "an excluded name, though permitted": (
        lambda: (
            *(LEAF, LINK),
            top(
                constraints=_names(
                    permitted=[".sim.example"], excluded=["idp.east.sim.example"]
                )
            ),
        ),
        "chain-name-excluded",
    ),
    "an entity type that is not allowed": (
        lambda: (LEAF, LINK, top(constraints={"allowed_entity_types": []})),
        "chain-entity-type",
    ),
    "an entity type that is not there": (
        lambda: (F.provider(metadata={}), LINK, TOP),
        "chain-entity-type-missing",
    ),
    "a negative path length": (
        lambda: (LEAF, LINK, top(constraints={"max_path_length": -1})),
        "constraint-malformed",
    ),
    # what has to be understood
    "an unknown critical claim": (
        lambda: (LEAF, link(crit=["jti"], jti="x"), TOP),
        "statement-crit-unknown",
    ),
    "an unknown critical operator": (
        lambda: (LEAF, link(metadata_policy_crit=["regexp"]), TOP),
        "policy-operator-critical",
    ),
    "a standard operator called critical": (
        lambda: (LEAF, link(metadata_policy_crit=["value"]), TOP),
        "statement-policy-crit",
    ),
    # policies
    "policies that conflict": (
        lambda: (
            LEAF,
            link(metadata_policy=_says("subject_types_supported", value=["public"])),
            TOP,
        ),
        "policy-conflict",
    ),
    "a policy widened below": (
        lambda: (
            LEAF,
            link(metadata_policy=_says("grant_types_supported", value=["implicit"])),
            top(metadata_policy=_says("grant_types_supported", subset_of=["code"])),
        ),
        "policy-combination",
    ),
    "a policy that is no policy": (
        lambda: (LEAF, link(metadata_policy={TYPE: ["value"]}), TOP),
        "policy-malformed",
    ),
    "what a policy asks for is missing": (
        lambda: (F.provider(metadata={TYPE: {"issuer": PROVIDER}}), LINK, TOP),
        "metadata-missing",
    ),
    "a null parameter": (
        lambda: (F.provider(metadata={TYPE: {"issuer": None}}), LINK, TOP),
        "metadata-malformed",
    ),
    "metadata of no type": (
        lambda: (F.provider(metadata={TYPE: "x"}), LINK, TOP),
        "statement-metadata",
    ),
}


def _names(**naming: object) -> dict[str, object]:
    return {"naming_constraints": naming}


def _says(parameter: str, **operators: object) -> dict[str, object]:
    return {TYPE: {parameter: operators}}


class _renamed:  # noqa: N801 -- reads as what it does to the thief's key
    alg = "ES256"

    def __init__(self, kid: str) -> None:
        self.kid = kid

    def sign(self, message: bytes) -> bytes:
        return THIEF.sign(message)


@pytest.mark.parametrize("name", CASES)
def test_a_bent_chain_is_refused_by_its_code(name: str) -> None:
    statements, code = CASES[name]
    fresh, warm = refusal(*statements(), by=F.verifier()), refusal(*statements())
    assert (fresh.code, warm.code) == (code, code)


def test_every_attack_has_a_code_of_its_own() -> None:
    codes = [code for _, code in CASES.values()]
    assert sorted({*codes}) == sorted(codes)


def test_the_chain_that_they_bend_holds() -> None:
    for by in (V, F.verifier()):
        chain = by.resolve(
            [LEAF, LINK, TOP, END], subject=PROVIDER, now_s=NOW_S, entity_type=TYPE
        )
        assert chain.path == (PROVIDER, MIDDLE, ANCHOR)


def test_statements_that_lead_to_two_anchors_need_a_word_which_is_meant() -> None:
    both = F.verifier(ANCHOR, OTHER)
    statements = (LEAF, LINK, TOP, F.say(OTHER, MIDDLE))
    assert refusal(*statements, by=both).code == "chain-anchors-several"
    assert V.resolve(statements, subject=PROVIDER, now_s=NOW_S).anchor == ANCHOR


def test_one_anchor_does_not_speak_with_the_key_of_another() -> None:
    both = F.verifier(ANCHOR, OTHER)
    mixed = F.say(ANCHOR, MIDDLE, by=F.key(OTHER), metadata_policy=POLICY)
    assert refusal(LEAF, LINK, mixed, by=both).code == "statement-kid-unknown"


def test_an_anchor_is_not_proved_by_its_own_configuration() -> None:
    own = F.own(ANCHOR, by=THIEF, jwks={"keys": [THIEF.public.to_jwk()]})
    assert refusal(LEAF, LINK, TOP, own).code == "statement-kid-unknown"
    assert refusal(END, subject=ANCHOR).code == "chain-subject-is-anchor"


def test_an_algorithm_that_this_deployment_does_not_take_is_refused() -> None:
    key = F.key(ANCHOR).public.to_jwk()
    narrow = ChainVerifier({ANCHOR: [key]}, algorithms=frozenset({"SM2"}))
    assert refusal(LEAF, LINK, TOP, by=narrow).code == "statement-alg"


def test_a_refused_chain_teaches_nothing() -> None:
    by = F.verifier()
    bent = (F.provider(exp=NOW_S), LINK, TOP)
    assert refusal(*bent, by=by).code == "statement-expired"
    assert (len(by._read), len(by._policies)) == (0, 0)
    by.resolve([LEAF, LINK, TOP], subject=PROVIDER, now_s=NOW_S)
    assert (len(by._read), len(by._policies)) == (3, 1)
    late = refusal(LEAF, LINK, TOP, by=by, now_s=NOW_S + DAY_S)
    assert late.code == "statement-expired"


def test_no_refusal_shows_a_statement() -> None:
    for statements, _ in CASES.values():
        fault = refusal(*statements())
        told = f"{fault} {fault.reasons!r}"
        assert not re.search(r"eyJ[A-Za-z0-9_-]{8}", told)
        assert isinstance(fault, PolicyError) or fault.reason.fix_en

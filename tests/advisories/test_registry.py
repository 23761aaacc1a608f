"""Named attacks on the trust registry: each refused by a code of its own."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

import pytest

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
from interop.crypto import PrivateKey, base64url, sign_compact
from interop.errors import InteropError, KnowledgeError
from interop.federation import (
    IssuerKey,
    OpenedRegistry,
    RegistryFiles,
    SeenRegistry,
    Verifier,
    issue,
    open_registry,
    require_next,
    seen_of,
    sign_registry,
)
from interop.federation.signed import SIGNED_TYP
from interop.model.canonical import canonical_bytes, read_json

DELTA: Final = Delta()
PUBLISHER: Final = PrivateKey.generate(use="sig")
THIEF: Final = PrivateKey.generate(use="sig")
DAY: Final = timedelta(days=1)


def files(version: int = 1, previous: str = "", *rows: IssuerKey) -> RegistryFiles:
    idp = idp_row(IDP, key_row(DELTA.east), acrs=ACRS, regions=("310000",))
    keyed = idp.model_copy(update={"keys": rows or idp.keys})
    return RegistryFiles(
        registry=registry_file().model_copy(update={"version": version, "previous": previous}),
        assurance=assurance_file(),
        issuers=(issuer_file("310000", keyed),),
    )


def signed(
    content: RegistryFiles, key: PrivateKey = PUBLISHER, after: OpenedRegistry | None = None
) -> str:
    return sign_registry(content, key, now=NOW, until=NOW + 7 * DAY, after=after)


def opened(token: str, *, days: int = 0) -> OpenedRegistry:
    return open_registry(token, signers=[PUBLISHER.public.to_jwk()], now=NOW + days * DAY)


def altered(**changes: object) -> str:
    told = read_json(opened(FIRST).content.to_bytes(), error=KnowledgeError)
    assert isinstance(told, dict)
    return sign_compact(canonical_bytes({**told, **changes}), PUBLISHER, typ=SIGNED_TYP)  # type: ignore[dict-item]  # wrong on purpose


FIRST: Final = signed(files())
V1: Final = opened(FIRST)
V2: Final = opened(signed(files(2, V1.digest), after=V1))
V3: Final = opened(signed(files(3, V2.digest), after=V2))
STOLEN: Final = key_row(THIEF)
FORK: Final = opened(signed(files(2, V1.digest, STOLEN), after=V1))
BRANCH: Final = opened(signed(files(3, FORK.digest, STOLEN), after=FORK))
JUMP: Final = opened(signed(files(9, "sha-256:00")))
HEAD, BODY, SIGNATURE = FIRST.split(".")
NONE: Final = base64url.encode(b'{"alg":"none","typ":"%s"}' % SIGNED_TYP.encode())
OWN_KEY: Final = canonical_bytes({"alg": "ES256", "jwk": THIEF.public.to_jwk()})
SEEN: Final = seen_of(V2)

ATTACKS: Final[dict[str, tuple[Callable[[], object], str]]] = {
    "an old registry replayed": (lambda: require_next(SEEN, V1), "registry-rollback"),
    "another registry of the same version": (
        lambda: require_next(SEEN, FORK),
        "registry-fork",
    ),
    "a successor of another branch": (lambda: require_next(SEEN, BRANCH), "registry-previous"),
    "a number far ahead without a history": (
        lambda: require_next(SEEN, JUMP),
        "registry-gap",
    ),
    "another registry altogether": (
        lambda: require_next(SeenRegistry(id="https://x.example", version=1, files="x"), V2),
        "registry-other",
    ),
    "signed by a stranger": (lambda: opened(signed(files(), THIEF)), "registry-signer-unknown"),
    "not signed": (lambda: opened(f"{NONE}.{BODY}."), "jws-alg-none"),
    "content exchanged": (
        lambda: opened(f"{HEAD}.{signed(files(1, '', STOLEN)).split('.')[1]}.{SIGNATURE}"),
        "jws-signature-invalid",
    ),
    "brings its own key": (
        lambda: opened(f"{base64url.encode(OWN_KEY)}.{BODY}.{SIGNATURE}"),
        "jws-embedded-jwk",
    ),
    "an access token of the publisher": (
        lambda: opened(sign_compact(b"{}", PUBLISHER, typ="at+jwt")),
        "registry-typ",
    ),
    "past its end": (lambda: opened(FIRST, days=7), "registry-expired"),
    "from the future": (lambda: opened(FIRST, days=-1), "registry-issued-later"),
    "two versions in one": (lambda: opened(altered(version=2)), "registry-malformed"),
    "a member nobody knows": (lambda: opened(altered(trust="all")), "registry-malformed"),
    "a successor that names nobody": (
        lambda: signed(files(2), after=V1),
        "registry-sequence",
    ),
    "a key with its private half": (
        lambda: signed(
            files(1, "", STOLEN.model_copy(update={"jwk": {**STOLEN.jwk, "d": "AQ"}}))
        ),
        "issuer-key",
    ),
    "a rollback after a restart, by the file's own history": (
        lambda: require_next(seen_of(V3), V2),
        "registry-rollback",
    ),
}


@pytest.mark.parametrize(("attack", "code"), ATTACKS.values(), ids=ATTACKS)
def test_each_attack_is_refused_for_its_own_reason(
    attack: Callable[[], object], code: str
) -> None:
    with pytest.raises(InteropError) as caught:
        attack()
    assert caught.value.code == code


def test_the_line_the_attacks_start_from_is_accepted() -> None:
    require_next(None, V1)
    require_next(seen_of(V1), V2)
    require_next(seen_of(V1), V3)
    require_next(SEEN, V3)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (key_row(DELTA.east, sign_until=NOW - DAY), "token-key-retired"),
        (key_row(DELTA.east, state="retired", sign_until=NOW - DAY), "token-key-retired"),
        (
            key_row(DELTA.east, sign_until=NOW - DAY, verify_until=NOW - DAY),
            "token-key-past",
        ),
        (key_row(DELTA.east, state="revoked"), "token-key-revoked"),
        (key_row(DELTA.east, use_from=NOW + DAY), "token-key-not-yet"),
    ],
    ids=["historical", "retired", "past", "revoked", "not yet published for use"],
)
def test_a_key_of_another_time_signs_no_new_token(row: IssuerKey, code: str) -> None:
    registry = opened(signed(files(1, "", row))).trusted(env="sim", covers=covers)
    verifier = Verifier(registry, audience=AUDIENCE, clock=lambda: NOW)
    with pytest.raises(InteropError) as caught:
        verifier.verify(issue(a_login(), DELTA.east).reveal())
    assert caught.value.code == code

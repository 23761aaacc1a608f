import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    role_row,
)
from interop.crypto import KeyRing, PrivateKey
from interop.errors import InteropError, KnowledgeError, TrustError
from interop.federation import (
    AssuranceFile,
    IssuerFile,
    IssuerRow,
    RegistryFile,
    TrustRegistry,
    Verifier,
    check_assurance,
    check_issuers,
    check_registry,
    issue,
)
from interop.knowledge.reading import read_bytes
from interop.model.canonical import canonical_bytes
from interop.model.party import AssuranceLevel
from interop.model.record import Record

DELTA = Delta()
FILES = DELTA.files()


def code_of(call: Callable[[], object], error: type[InteropError] = TrustError) -> str:
    with pytest.raises(error) as caught:
        call()
    return caught.value.code


def read(path: Path, schema: type[Record]) -> Record:
    value = read_bytes(path.read_bytes(), path.name)
    return schema.from_value(value, error=KnowledgeError, field=path.name)


def shipped(root: Path) -> TrustRegistry:
    header = read(root / "identity/registry.toml", RegistryFile)
    levels = read(root / "identity/assurance.toml", AssuranceFile)
    files = [
        read(path, IssuerFile) for path in sorted((root / "identity/issuers").glob("*.toml"))
    ]
    assert isinstance(header, RegistryFile)
    assert isinstance(levels, AssuranceFile)
    issuers = [file for file in files if isinstance(file, IssuerFile)]
    return TrustRegistry.of(header, levels, issuers, env="sim", covers=covers)


def test_the_shipped_registry_is_sound_and_trusts_nobody(root: Path) -> None:
    registry = shipped(root)
    registry.require_valid(NOW)
    for path in (root / "identity/issuers").glob("*.toml"):
        file = read(path, IssuerFile)
        assert isinstance(file, IssuerFile)
        assert path.name.startswith(f"{file.region}-")
        for row in file.issuer:
            assert row.modelled
            assert row.verified == "no"
            assert row.env == "sim"
            assert re.fullmatch(r"https://[a-z.]+\.sim\.example", row.id)
            assert not registry.issuer(row.id).signing
    claims = a_login(iss="https://idp.sh.sim.example", acr="urn:sim:sh:face")
    verifier = Verifier(registry, audience=AUDIENCE, clock=lambda: NOW)
    token = issue(claims, DELTA.east).reveal()
    assert code_of(lambda: verifier.verify(token)) == "token-key-unknown"
    assert registry.gateway("310115").audience == "https://gateway.pd.sim.example"


def test_every_province_maps_every_level(root: Path) -> None:
    registry = shipped(root)
    for short in ("sh", "js", "zj", "ah", "gjzwfw"):
        row = registry.issuer(f"https://idp.{short}.sim.example").row
        assert set(row.assurance.values()) == set(AssuranceLevel)
        assert row.ceiling is not None


def test_an_issuer_is_found_by_its_exact_name_only() -> None:
    registry = DELTA.registry()
    assert registry.issuer(IDP).region == "310000"
    for name in (IDP + "/", IDP.upper(), IDP.replace("east", "e%61st"), "", IDP + "\n"):
        assert code_of(partial(registry.issuer, name)) == "issuer-unknown"
    foreign = "https://gateway.west.sim.example"
    assert code_of(partial(registry.issuer, foreign)) == "issuer-other-env"


def gateway(region: str, name: str) -> IssuerFile:
    return issuer_file(region, role_row(f"https://gateway.{name}.example", "gateway", ()))


NESTED = [gateway("310000", "a"), gateway("310115", "b"), gateway("320000", "c")]


@given(order=st.permutations(NESTED))
def test_the_nearest_gateway_serves(order: list[IssuerFile]) -> None:
    registry = DELTA.registry(*order)
    assert registry.gateway("310115").id == "https://gateway.b.example"
    assert registry.gateway("310104").id == "https://gateway.a.example"
    assert registry.gateway("320500").id == "https://gateway.c.example"
    assert code_of(partial(registry.gateway, "330000")) == "gateway-unknown"


def test_a_region_that_the_table_does_not_know_is_covered_by_nothing() -> None:
    from interop.errors import FixedBy, ReasonRow

    row = ReasonRow("region-strange", "无", "none", "无", "none", FixedBy.CALLER)

    def strict(wide: str, narrow: str) -> bool:
        if narrow == "999999":
            raise KnowledgeError(row.of())
        return covers(wide, narrow)

    registry = TrustRegistry.of(
        registry_file(), assurance_file(), FILES, env="sim", covers=strict
    )
    assert code_of(partial(registry.gateway, "999999")) == "gateway-unknown"
    assert not registry.issuer(IDP).may_issue_for("999999")
    assert registry.issuer(IDP).may_issue_for("310000")


def test_gateway_keys_follow_their_dates_and_states() -> None:
    first, second = KeyRing.generate(env="sim"), KeyRing.generate(env="sim")
    turn = NOW + timedelta(days=10)
    rows = (
        key_row(first.signing, sign_until=turn),
        key_row(first.decryption, sign_until=turn, verify_until=turn),
        key_row(second.signing, use_from=turn, sign_until=turn + timedelta(days=9)),
        key_row(second.decryption, use_from=turn - timedelta(days=1)),
    )
    entry = DELTA.registry(issuer_file("310115", role_row(AUDIENCE, "gateway", rows))).gateway(
        "310115"
    )
    assert entry.signing_keys(NOW) == {first.signing.kid: first.signing.public.to_jwk()}
    assert set(entry.signing_keys(turn)) == {first.signing.kid, second.signing.kid}
    assert entry.encryption_key(NOW) == first.decryption.public
    assert entry.encryption_key(turn) == second.decryption.public
    late = NOW + timedelta(days=61)
    assert set(entry.known_keys()) == {first.signing.kid, second.signing.kid}
    assert code_of(partial(entry.signing_keys, late)) == "gateway-without-key"
    assert code_of(partial(entry.encryption_key, late)) == "gateway-without-key"


@pytest.mark.parametrize("state", ["active", "retired", "revoked"])
def test_a_revoked_key_does_nothing_and_a_retired_one_is_not_encrypted_to(state: str) -> None:
    ring = KeyRing.generate(env="sim")
    keys = tuple(
        key_row(key).model_copy(update={"state": state})
        for key in (ring.signing, ring.decryption)
    )
    file = issuer_file("310115", role_row(AUDIENCE, "gateway", keys))
    entry = DELTA.registry(file).gateway("310115")
    if state != "revoked":
        assert ring.signing.kid in entry.signing_keys(NOW)
    else:
        assert code_of(partial(entry.signing_keys, NOW)) == "gateway-without-key"
    assert set(entry.known_keys()) == ({ring.signing.kid} if state != "revoked" else set())
    if state == "active":
        assert entry.encryption_key(NOW) == ring.decryption.public
    else:
        assert code_of(partial(entry.encryption_key, NOW)) == "gateway-without-key"


def test_the_digest_is_of_what_is_trusted_and_not_of_the_order() -> None:
    digests = {DELTA.registry(*order).digest for order in permutations(FILES)}
    assert len(digests) == 1
    assert DELTA.registry(*FILES[:-1]).digest not in digests
    moved = registry_file().model_copy(update={"version": 2})
    other = TrustRegistry.of(moved, assurance_file(), FILES, env="sim", covers=covers)
    assert other.digest not in digests


KEY = PrivateKey.generate(use="sig")
ROW = idp_row(IDP, key_row(KEY), acrs=ACRS, regions=("310000",))
MANDATE = role_row("https://m.example", "mandate", ())
GATE = role_row("https://g.example", "gateway", ())


def keyed(jwk: dict[str, object]) -> IssuerRow:
    row = key_row(KEY)
    return ROW.model_copy(update={"keys": (row.model_copy(update={"jwk": jwk}),)})


def changed(row: IssuerRow, **changes: object) -> IssuerRow:
    return row.model_copy(update=changes)


JWK = dict(KEY.public.to_jwk())
PROBLEMS: dict[str, tuple[tuple[IssuerRow, ...], list[str]]] = {
    "none": ((ROW, MANDATE, GATE), []),
    "none without keys": ((changed(ROW, keys=()),), []),
    "same id in another env": ((ROW, changed(ROW, env="test")), []),
    "twice": ((ROW, ROW), ["issuer-twice"]),
    "http": ((changed(ROW, id="http://a.example"),), ["issuer-id"]),
    "slash": ((changed(ROW, id=IDP + "/"),), ["issuer-id"]),
    "upper": ((changed(ROW, id="https://A.example"),), ["issuer-id"]),
    "no host": ((changed(ROW, id="https:a"),), ["issuer-id"]),
    "long": ((changed(ROW, id="https://" + "a" * 200),), ["issuer-id"]),
    "no acr": ((changed(ROW, assurance={}),), ["issuer-incomplete"]),
    "no ceiling": ((changed(ROW, ceiling=None),), ["issuer-incomplete"]),
    "no lifetime": ((changed(ROW, ttl_s_max=0),), ["issuer-incomplete"]),
    "no subject rule": ((changed(ROW, subject=None),), ["issuer-incomplete"]),
    "for nobody": ((changed(ROW, may_issue_for=()),), ["issuer-incomplete"]),
    "no token type": ((changed(ROW, token_types=("mandate+jwt",)),), ["issuer-incomplete"]),
    "mandate without type": ((changed(MANDATE, token_types=()),), ["issuer-incomplete"]),
    "gateway without audience": ((changed(GATE, audience=""),), ["issuer-incomplete"]),
    "tokens for a day": ((changed(ROW, ttl_s_max=3_601),), ["issuer-lifetime"]),
    "mandates for a year": ((changed(MANDATE, ttl_s_max=366 * 86_400),), []),
    "mandates for longer": ((changed(MANDATE, ttl_s_max=366 * 86_401),), ["issuer-lifetime"]),
    "key twice": ((changed(ROW, keys=ROW.keys * 2),), ["issuer-key-twice"]),
    "key without kid": ((keyed({**JWK, "kid": 1}),), ["issuer-incomplete"]),
    "key without alg": ((keyed({**JWK, "alg": None}),), ["issuer-incomplete"]),
    "private key": ((keyed({**JWK, "d": "AQ"}),), ["issuer-key"]),
    "sm2 key": ((keyed({**JWK, "alg": "SM2"}),), ["issuer-key"]),
    "encryption key off": ((keyed({**JWK, "use": "enc"}),), ["issuer-key"]),
    "dates turned": (
        (changed(ROW, keys=(key_row(KEY, use_from=NOW + timedelta(days=99)),)),),
        ["registry-dates"],
    ),
    "all at once": (
        (changed(ROW, id="x", ttl_s_max=0, keys=(key_row(KEY, verify_until=NOW),)),),
        ["issuer-id", "issuer-incomplete", "registry-dates"],
    ),
}


@pytest.mark.parametrize(("rows", "codes"), PROBLEMS.values(), ids=PROBLEMS)
def test_every_problem_of_a_file_is_told_with_its_path(
    rows: tuple[IssuerRow, ...], codes: list[str]
) -> None:
    file = issuer_file("310000", *rows)
    found = check_issuers(file)
    assert [reason.code for reason in found] == codes
    assert all(reason.field.startswith("issuer.") for reason in found)
    if codes:
        assert code_of(lambda: DELTA.registry(file), KnowledgeError) == codes[0]


def test_an_issuer_of_one_env_stands_in_one_file() -> None:
    twice = (issuer_file("310000", ROW), issuer_file("310115", ROW))
    assert code_of(lambda: DELTA.registry(*twice), KnowledgeError) == "issuer-twice"


def test_header_and_levels_are_checked() -> None:
    assert check_registry(registry_file()) == ()
    bad = registry_file().model_copy(update={"valid_until": date(2025, 1, 1), "id": "x"})
    assert [r.code for r in check_registry(bad)] == ["registry-dates", "issuer-id"]
    levels = assurance_file()
    assert check_assurance(levels) == ()
    for rows in (levels.level[:2], levels.level * 2, ()):
        file = levels.model_copy(update={"level": rows})
        assert [r.code for r in check_assurance(file)] == ["assurance-levels"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"colour": "red"}, "colour"),
        ({"issuer": []}, "issuer"),
        ({"region": "31"}, "region"),
    ],
)
def test_a_file_of_another_shape_is_refused(changes: dict[str, object], field: str) -> None:
    value = issuer_file("310000", ROW).masked()
    assert isinstance(value, dict)
    with pytest.raises(KnowledgeError) as caught:
        IssuerFile.from_value({**value, **changes}, error=KnowledgeError)  # type: ignore[dict-item]  # a wrong shape is the point
    assert [reason.field for reason in caught.value.reasons] == [f"$.{field}"]


def test_a_level_nobody_knows_is_refused_by_its_place_and_never_mapped() -> None:
    value = issuer_file("310000", ROW).masked()
    text = canonical_bytes(value).replace(b'"high"', b'"very-high"')
    with pytest.raises(KnowledgeError) as caught:
        IssuerFile.from_json(text, error=KnowledgeError)
    fields = {reason.field for reason in caught.value.reasons}
    assert fields >= {"$.issuer.0.assurance.urn:east:face", "$.issuer.0.ceiling"}


def test_instants_without_a_zone_are_refused_in_keys() -> None:
    text = issuer_file("310000", ROW).to_bytes().replace(b'Z"', b'"')
    with pytest.raises(KnowledgeError) as caught:
        IssuerFile.from_json(text, error=KnowledgeError)
    fields = {reason.field.rsplit(".", 1)[-1] for reason in caught.value.reasons}
    assert fields >= {"use_from", "sign_until", "verify_until"}

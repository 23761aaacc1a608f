"""A chain proposes an entry, never more than the region may, and no verification asks it."""

import ast
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.cli.identity.issuer_file import issuer_toml
from interop.conformance.strategies.chains import ANCHOR, PROVIDER, TYPE, metadata_of
from interop.conformance.strategies.federation import (
    ACRS,
    NOW,
    NOW_S,
    Delta,
    assurance_file,
    covers,
    key_row,
    registry_file,
)
from interop.crypto import PrivateKey
from interop.errors import KnowledgeError
from interop.federation import IssuerFile, IssuerRow, RegistryFiles, changes
from interop.federation.chain import TrustChain
from interop.federation.chain_proposal import Proposal, propose
from interop.knowledge.reading import read_bytes
from interop.model.canonical import Json, canonical_bytes
from interop.model.party import AssuranceLevel

EAST: Final = "310000"
NEW: Final = "https://idp2.east.sim.example"
KEY: Final = PrivateKey.generate(use="sig")
DELTA: Final = Delta()
FILES: Final = RegistryFiles(
    registry=registry_file(), assurance=assurance_file(), issuers=DELTA.files()
)


def chain(subject: str = NEW, key: PrivateKey = KEY, **more: Json) -> TrustChain:
    metadata = {**metadata_of(subject, key), **more}
    return TrustChain(subject, ANCHOR, (subject, ANCHOR), {TYPE: metadata}, NOW_S + 86_400)


def proposed(found: TrustChain, region: str = EAST, files: RegistryFiles = FILES) -> Proposal:
    return propose(found, files, region=region, env="sim", now=NOW)


def refused(found: TrustChain, region: str = EAST, files: RegistryFiles = FILES) -> list[str]:
    with pytest.raises(KnowledgeError) as caught:
        proposed(found, region, files)
    return [reason.code for reason in caught.value.reasons]


def east(**changed: object) -> RegistryFiles:
    """Return the registry with another row for the provider of the east."""
    files = [
        f.model_copy(update={"issuer": (f.issuer[0].model_copy(update=changed), *f.issuer[1:])})
        if f.region == EAST
        else f
        for f in FILES.issuers
    ]
    return FILES.model_copy(update={"issuers": tuple(files)})


def with_file(file: IssuerFile) -> RegistryFiles:
    others = tuple(f for f in FILES.issuers if f.region != file.region)
    return FILES.model_copy(update={"issuers": (*others, file)})


def test_a_new_issuer_gets_what_it_asks_for_within_the_region() -> None:
    found = proposed(chain(organization_name="东部\u202e统一身份认证"))
    row = found.row
    assert (row.id, row.roles, row.verified) == (NEW, ("idp",), "no")
    assert row.token_types == ("at+jwt", "id_token")
    assert row.ceiling == AssuranceLevel.HIGH
    assert row.assurance == {n: ACRS[n] for n in ("urn:east:name", "urn:east:face")}
    assert row.may_issue_for == (EAST,)
    assert row.zh == "东部统一身份认证"
    assert int(row.keys[0].verify_until.timestamp()) == NOW_S + 86_400
    assert with_file(found.after).trusted(env="sim", covers=covers).issuer(NEW).id == NEW


def test_a_known_issuer_gets_a_key_and_nothing_else() -> None:
    found = proposed(chain(PROVIDER))
    told = changes(FILES, with_file(found.after))
    assert {one.kind for one in told} == {"key-published"}
    assert len(found.row.keys) == 2
    again = proposed(chain(PROVIDER), files=with_file(found.after))
    assert again.after == with_file(found.after).issuers[-1]


@pytest.mark.parametrize(
    "otherwise",
    [{"use": "enc"}, {"use": "other"}, {"key_ops": ["deriveBits"]}, {"key_ops": []}],
)
def test_a_key_that_says_it_does_not_verify_is_proposed_for_nothing(
    otherwise: dict[str, Json],
) -> None:
    jwk = KEY.public.to_jwk()
    other = {**PrivateKey.generate(use="enc").public.to_jwk(), "alg": "ES256", "use": "sig"}
    if "key_ops" in otherwise:
        del other["use"]
    told: list[Json] = [{**jwk, "key_ops": ["verify"]}, {**other, **otherwise}]
    found = proposed(chain(jwks={"keys": told}))
    assert [key.kid for key in found.row.keys] == [jwk["kid"]]


CASES: Final[dict[str, tuple[TrustChain, str]]] = {
    "proposal-acr-unknown": (chain(acr_values_supported=["urn:west:3"]), EAST),
    "proposal-subject-type": (chain(subject_types_supported=["public"]), EAST),
    "proposal-identifier": (chain(issuer=PROVIDER), EAST),
    "proposal-keys": (chain(jwks_uri="https://x.sim.example", jwks={}), EAST),
    "proposal-region": (chain(), "330000"),
    "proposal-role": (chain(), "310115"),
    "proposal-other-region": (chain("https://idp.west.sim.example"), EAST),
    "proposal-entity-type": (
        TrustChain(NEW, ANCHOR, (NEW, ANCHOR), {"oauth_client": {}}, NOW_S + 1),
        EAST,
    ),
    "issuer-id": (chain(f"{NEW}/"), EAST),
    "issuer-key": (chain(jwks={"keys": [{"kty": "EC", "crv": "P-256", "kid": "k"}]}), EAST),
}


@pytest.mark.parametrize("code", CASES)
def test_what_asks_for_more_is_refused_by_name(code: str) -> None:
    found, region = CASES[code]
    files = FILES
    if code == "proposal-role":
        gateway = next(f for f in FILES.issuers if f.region == region)
        assert gateway.issuer[0].roles == ("gateway",)
    assert refused(found, region, files) == [code]


def test_rights_that_the_region_lacks_are_refused_each_by_name() -> None:
    narrow = east(token_types=("at+jwt",), ceiling=AssuranceLevel.SUBSTANTIAL)
    asked = chain(backchannel_logout_supported=True)
    for files, found in ((narrow, asked), (narrow, chain(PROVIDER))):
        codes = refused(found, files=files)
        assert set(codes) == {"proposal-token-type", "proposal-ceiling"}


def test_a_key_is_never_exchanged_or_brought_back() -> None:
    first = DELTA.east.public.to_jwk()
    swapped = {**KEY.public.to_jwk(), "kid": first["kid"]}
    assert refused(chain(PROVIDER, jwks={"keys": [swapped]})) == ["proposal-key-changed"]
    revoked = east(keys=(key_row(DELTA.east, state="revoked"),))
    same = chain(PROVIDER, jwks={"keys": [first]})
    assert refused(same, files=revoked) == ["proposal-key-changed"]
    private = chain(jwks={"keys": [{**first, "d": "AQAB"}]})
    assert refused(private) == ["proposal-keys"]


LISTS: Final = st.lists(
    st.sampled_from([*ACRS, "urn:west:1", "urn:hub", ""]), max_size=3, unique=True
)


@given(
    acrs=LISTS,
    logout=st.booleans(),
    types=st.lists(st.sampled_from(["pairwise", "public"]), unique=True),
    ceiling=st.sampled_from(list(AssuranceLevel)),
    kinds=st.sets(st.sampled_from(["at+jwt", "id_token", "logout+jwt"]), min_size=1),
    subject=st.sampled_from([NEW, PROVIDER]),
)
def test_no_proposal_is_wider_than_the_region(  # noqa: PLR0913 -- one name for each draw
    acrs: list[str],
    *,
    logout: bool,
    types: list[str],
    ceiling: AssuranceLevel,
    kinds: set[str],
    subject: str,
) -> None:
    files = east(ceiling=ceiling, token_types=(*sorted({*kinds, "at+jwt"}),))
    bound = next(f for f in files.issuers if f.region == EAST).issuer[0]
    asked = chain(
        subject,
        acr_values_supported=[*acrs],
        subject_types_supported=[*types],
        backchannel_logout_supported=logout,
    )
    try:
        row = proposed(asked, files=files).row
    except KnowledgeError as fault:
        assert fault.code.startswith("proposal-")  # noqa: PT017 -- either may happen
        return
    assert _fits(row, bound)


def _fits(row: IssuerRow, bound: IssuerRow) -> bool:
    assert row.ceiling is not None
    assert bound.ceiling is not None
    return (
        {*row.roles} <= {*bound.roles}
        and {*row.token_types} <= {*bound.token_types}
        and row.ceiling.rank <= bound.ceiling.rank
        and row.assurance.items() <= bound.assurance.items()
        and row.ttl_s_max <= bound.ttl_s_max
        and {*row.may_issue_for} <= {*bound.may_issue_for}
        and not row.sources
        and row.env == bound.env
    )


@given(zh=st.text(max_size=20), source=st.text(max_size=20), acr=st.text(min_size=1))
def test_a_file_is_written_as_it_is_read(zh: str, source: str, acr: str) -> None:
    found = proposed(chain()).after
    levels = {acr: AssuranceLevel.LOW}
    rows = [
        r.model_copy(update={"zh": zh, "source": source, "assurance": levels})
        for r in found.issuer
    ]
    file = found.model_copy(update={"zh": zh, "issuer": tuple(rows)})
    told = read_bytes(issuer_toml(file).encode(), "identity/issuers/310000-east.toml")
    assert IssuerFile.from_json(canonical_bytes(told), error=KnowledgeError) == file


def test_no_verification_asks_a_chain(root: Path) -> None:
    asking = {
        file.stem
        for file in (root / "interop/federation").glob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith(
            ("interop.federation.chain", "interop.federation.statement")
        )
    }
    assert asking
    assert {name for name in asking if not name.startswith(("chain", "statement"))} == set()

"""Trust chains: what holds does so in any order, once or again, and nothing bent does."""

import random
import threading
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.chains import (
    ANCHOR,
    DAY_S,
    MIDDLE,
    MIDDLE_POLICY,
    POLICY,
    PROVIDER,
    TYPE,
    Federation,
)
from interop.conformance.strategies.federation import NOW_S
from interop.conformance.strategies.policies import ARRAY, chains, metadata
from interop.errors import InteropError
from interop.federation.chain import ChainVerifier, TrustChain
from interop.federation.chain_collect import collect
from interop.federation.errors import PolicyError
from interop.federation.policy import resolve as resolve_policies
from interop.federation.statement import read_statement
from interop.model.canonical import Json

F: Final = Federation()
CHAIN: Final = F.chain()
V: Final = F.verifier()


def resolve(statements: list[str], by: ChainVerifier = V, now_s: int = NOW_S) -> TrustChain:
    return by.resolve(statements, subject=PROVIDER, now_s=now_s, entity_type=TYPE)


def outcome(statements: list[str], by: ChainVerifier) -> object:
    try:
        return resolve(statements, by)
    except InteropError as fault:
        return fault.code


def test_the_metadata_is_what_the_superiors_allow() -> None:
    chain = resolve(CHAIN)
    found = chain.metadata[TYPE]
    assert chain.path == (PROVIDER, MIDDLE, ANCHOR)
    assert found["id_token_signing_alg_values_supported"] == ["ES256"]
    assert found["grant_types_supported"] == ["authorization_code"]
    assert found["contacts"] == ["ops@trust.delta.sim.example"]
    assert found["issuer"] == PROVIDER


@pytest.mark.parametrize(
    "aside",
    [{"x5t#S256": "AQ"}, {"x5c": ["AQ=="]}, {"iat": 1}, {"use": "sig"}, {"note": {"a": [1]}}],
)
def test_a_key_stays_the_same_key_whatever_else_is_said_of_it(aside: dict[str, Json]) -> None:
    jwk = F.key(PROVIDER).public.to_jwk()
    bare = {name: jwk[name] for name in ("kty", "crv", "x", "y", "kid")}
    own = F.provider(jwks={"keys": [{**bare, **aside}]})
    assert resolve([own, *CHAIN[1:]]).subject == PROVIDER
    link = F.say(
        MIDDLE, PROVIDER, metadata_policy=MIDDLE_POLICY, jwks={"keys": [{**bare, **aside}]}
    )
    assert resolve([CHAIN[0], link, *CHAIN[2:]]).subject == PROVIDER


def test_a_chain_ends_with_its_first_statement() -> None:
    early = [CHAIN[0], F.say(MIDDLE, PROVIDER, exp=NOW_S + 5), CHAIN[2]]
    assert resolve(CHAIN).until_s == NOW_S + DAY_S
    assert resolve(early).until_s == NOW_S + 5
    assert resolve(early, now_s=NOW_S + 4).until_s == NOW_S + 5
    with pytest.raises(InteropError, match="statement-expired"):
        resolve(early, now_s=NOW_S + 5)


@given(order=st.permutations(CHAIN))
def test_the_order_of_statements_is_nothing(order: list[str]) -> None:
    assert resolve(order) == resolve(CHAIN)


@given(which=st.integers(0, 3), data=st.data())
def test_no_character_can_be_changed(which: int, data: st.DataObject) -> None:
    token = CHAIN[which]
    at = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from("AZaz09_-.=\u4e2d").filter(lambda c: c != token[at]))
    bent = [*CHAIN]
    bent[which] = token[:at] + other + token[at + 1 :]
    fresh, warm = outcome(bent, F.verifier()), outcome(bent, V)
    # What the anchor says of itself may be missing: bent to speak of others, it says nothing.
    without = resolve(CHAIN[:3]) if token == CHAIN[3] else None
    assert isinstance(fresh, str) or fresh == without
    assert fresh == warm


@given(drop=st.sets(st.integers(0, 3)), twice=st.sets(st.integers(0, 3)))
def test_what_is_remembered_changes_no_answer(drop: set[int], twice: set[int]) -> None:
    statements = [s for at, s in enumerate(CHAIN) if at not in drop]
    statements += [CHAIN[at] for at in twice]
    by = F.verifier()
    first = outcome(statements, by)
    assert outcome(statements, by) == first == outcome(statements, V)


@given(policies=chains(), held=metadata())
def test_policies_of_a_chain_are_those_of_the_resolver(
    policies: list[dict[str, object]], held: dict[str, object]
) -> None:
    names = [f"https://n{n}.sim.example" for n in range(len(policies) - 1)]
    below, above = [PROVIDER, *names], [*names, ANCHOR]
    statements = [F.provider(above[0], metadata={TYPE: held})]
    # The anchor's policy is the first of the list.
    for low, up, policy in zip(below, above, reversed(policies), strict=True):
        statements.append(F.say(up, low, metadata_policy={TYPE: policy}))
    # In a statement the parameters stand in canonical order, and so do their problems.
    ordered = [dict(sorted(policy.items())) for policy in policies]
    try:
        expected: object = resolve_policies(ordered, held)
    except PolicyError as fault:
        expected = fault.code
    got = outcome(statements, F.verifier())
    assert (got.metadata[TYPE] if isinstance(got, TrustChain) else got) == expected


def test_a_superior_provides_metadata_for_its_own_subordinate_alone() -> None:
    mine = {TYPE: {ARRAY: ["mine"], "issuer": PROVIDER}, "other": {"x": 1}}
    theirs = {TYPE: {ARRAY: ["superior"]}, "oauth_client": {"x": 1}}
    statements = [
        F.provider(metadata=mine),
        F.say(MIDDLE, PROVIDER, metadata=theirs),
        F.say(ANCHOR, MIDDLE, metadata={TYPE: {"issuer": "anchor"}}),
    ]
    found = resolve(statements).metadata
    assert found == {TYPE: {ARRAY: ["superior"], "issuer": PROVIDER}, "other": {"x": 1}}
    assert resolve(statements).metadata == found


def test_what_one_chain_returns_is_not_what_the_next_begins_with() -> None:
    by = F.verifier()
    before, found = repr(resolve(CHAIN, by)), resolve(CHAIN, by).metadata[TYPE]
    for value in found.values():
        if isinstance(value, list):
            value.append("changed")
    keys = found["jwks"]
    assert isinstance(keys, dict)
    keys.clear()
    assert repr(resolve(CHAIN, by)) == before


def test_of_two_ways_the_shortest_that_holds_is_taken() -> None:
    direct = F.say(ANCHOR, PROVIDER)
    both = [F.provider(MIDDLE, ANCHOR), *CHAIN[1:3], direct]
    assert resolve(both).path == (PROVIDER, ANCHOR)
    broken = [*both[:3], F.say(ANCHOR, PROVIDER, exp=NOW_S)]
    assert resolve(broken).path == (PROVIDER, MIDDLE, ANCHOR)
    with pytest.raises(InteropError, match="statement-expired"):
        resolve([*both[:2], F.say(ANCHOR, MIDDLE, exp=NOW_S), broken[3]])


def test_the_configuration_of_an_intermediate_narrows_the_way() -> None:
    assert resolve([*CHAIN, F.own(MIDDLE, ANCHOR)]).path == (PROVIDER, MIDDLE, ANCHOR)
    assert outcome([*CHAIN, F.own(MIDDLE, PROVIDER)], V) == "chain-anchor-unknown"
    forged = F.own(MIDDLE, ANCHOR, by=F.key("https://thief.sim.example"))
    assert outcome([*CHAIN, forged], V) == "statement-kid-unknown"


def test_spelling_out_of_the_ordinary_is_read_and_repetition_is_not() -> None:
    token = CHAIN[3]
    assert read_statement(token, place="x").claims.iss == ANCHOR
    spaced = F.own(ANCHOR, note="\u6d4b", trust_marks=[{"trust_mark": "x"}])
    assert resolve([*CHAIN[:3], spaced]).anchor == ANCHOR


def test_statements_are_collected_over_http_and_lead_to_the_same_chain() -> None:
    with served() as (fetch, asked):
        found = collect(PROVIDER, anchors=frozenset({ANCHOR}), fetch=fetch)
        assert resolve(found, F.verifier()).metadata == resolve(CHAIN).metadata
        assert len(asked) == len(set(asked)) == len(found) == 5


class served:  # noqa: N801 -- reads as what it is: a federation, served
    """A real server on loopback that answers for every host of the federation."""

    def __enter__(self) -> tuple[partial[bytes], list[str]]:
        api = {
            name: {"federation_entity": {"federation_fetch_endpoint": f"{name}/fetch"}}
            for name in (MIDDLE, ANCHOR)
        }
        pages = {
            (PROVIDER, ""): CHAIN[0],
            (MIDDLE, ""): F.own(MIDDLE, ANCHOR, metadata=api[MIDDLE]),
            (ANCHOR, ""): F.own(ANCHOR, metadata=api[ANCHOR]),
            (MIDDLE, PROVIDER): CHAIN[1],
            (ANCHOR, MIDDLE): CHAIN[2],
        }

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                about = parse_qs(parts.query).get("sub", [""])[0]
                body = pages[(f"https://{self.headers['Host']}", about)].encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Keep quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        asked: list[str] = []
        return partial(self.get, asked), asked

    def get(self, asked: list[str], url: str) -> bytes:
        asked.append(url)
        parts = urlsplit(url)
        local = f"http://127.0.0.1:{self.server.server_port}{parts.path}?{parts.query}"
        return httpx.get(local, headers={"Host": parts.netloc}, timeout=5).content

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def test_threads_may_share_a_verifier() -> None:
    by, faults = F.verifier(), []
    chains_ = [[F.provider(), *CHAIN[1:]] for _ in range(4)]

    def work(seed: int) -> None:
        order = random.Random(seed)  # noqa: S311 -- an order, no secret
        for _ in range(20):
            found = outcome(order.choice(chains_), by)
            if not isinstance(found, TrustChain):
                faults.append(found)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


def test_policies_are_combined_for_types_that_the_entity_lacks() -> None:
    clash = {"oauth_client": {"x": {"value": 1}}}, {"oauth_client": {"x": {"value": 2}}}
    statements = [
        F.provider(),
        F.say(MIDDLE, PROVIDER, metadata_policy={**MIDDLE_POLICY, **clash[0]}),
        F.say(ANCHOR, MIDDLE, metadata_policy={**POLICY, **clash[1]}),
    ]
    assert outcome(statements, V) == "policy-conflict"

"""Attacks on the form of statements, on names, and on whoever fetches them."""

from typing import Final

import pytest

from interop.conformance.strategies.chains import (
    ANCHOR,
    MIDDLE,
    PROVIDER,
    TYPE,
    Federation,
    metadata_of,
)
from interop.conformance.strategies.federation import NOW_S
from interop.crypto import sign_compact
from interop.crypto.jose import split
from interop.errors import InteropError
from interop.federation.chain_collect import CollectLimits, collect
from interop.federation.statement import HINTS_MAX, STATEMENT_TYP_NAME

F: Final = Federation()
LEAF, LINK, TOP, _ = F.chain()


def refusal(
    *statements: str, subject: str = PROVIDER, entity_type: str | None = None
) -> InteropError:
    by = F.verifier()
    with pytest.raises(InteropError) as caught:
        by.resolve(statements, subject=subject, now_s=NOW_S, entity_type=entity_type)
    return caught.value


def raw(payload: bytes) -> str:
    return sign_compact(payload, F.key(PROVIDER), typ=STATEMENT_TYP_NAME)


def named(name: str, **naming: object) -> tuple[str, str]:
    """Return a chain of an entity called ``name`` under names permitted or excluded."""
    metadata = {TYPE: metadata_of(name, F.key(name))}
    return (
        F.own(name, ANCHOR, metadata=metadata),
        F.say(ANCHOR, name, constraints={"naming_constraints": naming}),
    )


@pytest.mark.parametrize(
    ("name", "naming", "holds"),
    [
        ("https://zj.example.com", {"permitted": ["zj.example.com"]}, True),
        ("https://zj.example.com:8443/idp", {"permitted": ["zj.example.com"]}, True),
        ("https://idp.zj.example.com", {"permitted": [".zj.example.com"]}, True),
        ("https://a.idp.zj.example.com", {"permitted": [".zj.example.com"]}, True),
        ("https://zj.example.com", {"permitted": [".zj.example.com"]}, False),
        ("https://idp.zj.example.com", {"permitted": ["zj.example.com"]}, False),
        ("https://evilzj.example.com", {"permitted": ["zj.example.com"]}, False),
        ("https://evil-zj.example.com", {"permitted": [".zj.example.com"]}, False),
        ("https://zj.example.com.evil.com", {"permitted": [".zj.example.com"]}, False),
        ("https://evil.com/.zj.example.com", {"permitted": [".zj.example.com"]}, False),
        ("https://evil.com/zj.example.com", {"excluded": ["zj.example.com"]}, True),
        ("https://zj.example.com", {"excluded": ["zj.example.com"]}, False),
        ("https://zj.example.com", {"permitted": []}, False),
        ("https://zj.example.com", {"excluded": []}, True),
    ],
)
def test_names_are_held_against_whole_labels_of_the_host(
    name: str, naming: dict[str, object], *, holds: bool
) -> None:
    statements = named(name, **naming)
    if holds:
        assert F.verifier().resolve(statements, subject=name, now_s=NOW_S).subject == name
    else:
        assert refusal(*statements, subject=name).code.startswith("chain-name")


@pytest.mark.parametrize(
    "hint",
    [
        "http://trust.delta.sim.example",
        "https://user@trust.delta.sim.example",
        "https://trust.delta.sim.example?x",
        "https://trust.delta.sim.example#x",
        "https://TRUST.delta.sim.example",
        "https://trust.delta.sim.example.",
        "https://127.0.0.1",
        "https://[::1]",
        "https://2130706433",
        "https://intranet",
        "https://trust.delta.sim.example\n",
        "file:///etc/passwd",
        "https://example.com\u202e",
    ],
)
def test_authority_hints_send_nobody_astray(hint: str) -> None:
    assert refusal(F.provider(hint), LINK, TOP).code == "statement-identifier"


def test_nothing_is_fetched_from_an_address_that_a_statement_made_up() -> None:
    asked: list[str] = []
    inside = {"federation_entity": {"federation_fetch_endpoint": "https://127.0.0.1/fetch"}}
    pages = {PROVIDER: F.provider(), MIDDLE: F.own(MIDDLE, ANCHOR, metadata=inside)}

    def fetch(url: str) -> bytes:
        asked.append(url)
        return pages[url.removesuffix("/.well-known/openid-federation")].encode()

    with pytest.raises(InteropError) as caught:
        collect(PROVIDER, anchors=frozenset({ANCHOR}), fetch=fetch)
    assert caught.value.code == "chain-address"
    assert [url for url in asked if "127.0.0.1" in url] == []


def test_a_null_parameter_is_refused_where_it_stands() -> None:
    null = {TYPE: {"issuer": None}}
    filled = F.say(MIDDLE, PROVIDER, metadata={TYPE: {"issuer": PROVIDER}})
    elsewhere = F.say(MIDDLE, PROVIDER, metadata={"oauth_client": {"x": None}})
    for statements in (
        (F.provider(metadata=null), filled, TOP),
        (LEAF, elsewhere, TOP),
        (LEAF, LINK, TOP, F.own(MIDDLE, ANCHOR, metadata=null)),
    ):
        assert refusal(*statements).code == "metadata-malformed"


def test_an_answer_to_a_registration_is_no_statement_of_anybody() -> None:
    for statements in (
        (F.provider(trust_anchor=ANCHOR), LINK, TOP),
        (LEAF, LINK, F.say(ANCHOR, MIDDLE, trust_anchor="")),
    ):
        assert refusal(*statements).code == "statement-registration"


def test_a_fan_of_superiors_costs_few_fetches() -> None:
    asked: list[str] = []

    def fetch(url: str) -> bytes:
        asked.append(url)
        if "?" in url:
            return LINK.encode()
        name = url.removesuffix("/.well-known/openid-federation")
        more = [f"https://f{len(asked)}x{n}.sim.example" for n in range(HINTS_MAX)]
        api = {"federation_entity": {"federation_fetch_endpoint": f"{name}/fetch"}}
        return F.own(name, *more, metadata=api).encode()

    limits = CollectLimits(fetches_max=20)
    with pytest.raises(InteropError) as caught:
        collect(PROVIDER, anchors=frozenset({ANCHOR}), fetch=fetch, limits=limits)
    assert caught.value.code == "chain-fetch-limit"
    assert len(asked) == 20


def test_a_large_answer_is_not_read() -> None:
    with pytest.raises(InteropError) as caught:
        collect(PROVIDER, anchors=frozenset({ANCHOR}), fetch=lambda _: b"x" * 10**6)
    assert caught.value.code == "chain-fetch-limit"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'"exp":', b'"exp":99,"exp":'),
        (b'"issuer":', b'"issuer":"x","issuer":'),
        (b'"kty":', b'"kty":"oct","kty":'),
        (b'"iss":', b'"trust_marks":[{"a":1,"a":2}],"iss":'),
        (b'"iss":', b'"unknown":{"a":1,"a":2},"iss":'),
    ],
)
def test_no_member_stands_twice_anywhere(before: bytes, after: bytes) -> None:
    payload = split(LEAF).payload
    twice = raw(payload.replace(before, after, 1))
    assert before in payload
    assert refusal(twice, LINK, TOP).code == "statement-member-twice"


@pytest.mark.parametrize("number", [b"1.5", b"1e3", b"9007199254740993", b"NaN"])
def test_numbers_that_mean_different_things_to_readers_are_refused(number: bytes) -> None:
    payload = split(LEAF).payload
    bent = raw(payload.replace(b'"issuer":', b'"max_age":' + number + b',"issuer":', 1))
    code = refusal(bent, LINK, TOP).code
    assert code in {"statement-malformed", "statement-too-large"}


def test_two_constraints_on_types_never_add_up() -> None:
    none: dict[str, list[str]] = {"allowed_entity_types": []}
    all_ = {"allowed_entity_types": [TYPE]}
    for lower, upper in ((none, all_), (all_, none)):
        statements = (
            LEAF,
            F.say(MIDDLE, PROVIDER, constraints=lower),
            F.say(ANCHOR, MIDDLE, constraints=upper),
        )
        assert refusal(*statements, entity_type=TYPE).code == "chain-entity-type"

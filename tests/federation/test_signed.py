from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.federation import (
    AUDIENCE,
    IDP,
    NOW,
    Delta,
    a_login,
    assurance_file,
    covers,
    registry_file,
)
from interop.crypto import PrivateKey, sign_compact
from interop.errors import InteropError, KnowledgeError, TrustError
from interop.federation import (
    FileMark,
    OpenedRegistry,
    RegistryFiles,
    SeenRegistry,
    Verifier,
    advance,
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
PINNED: Final = (PUBLISHER.public.to_jwk(),)
WEEK: Final = timedelta(days=7)
SECOND: Final = timedelta(seconds=1)


def code_of(call: Callable[[], object], error: type[InteropError] = TrustError) -> str:
    with pytest.raises(error) as caught:
        call()
    return caught.value.code


def files(version: int = 1, previous: str = "", *, drop: int = 0) -> RegistryFiles:
    header = registry_file().model_copy(update={"version": version, "previous": previous})
    issuers = DELTA.files()
    return RegistryFiles(
        registry=header, assurance=assurance_file(), issuers=issuers[: len(issuers) - drop]
    )


def signed(content: RegistryFiles, after: OpenedRegistry | None = None) -> str:
    return sign_registry(content, PUBLISHER, now=NOW, until=NOW + WEEK, after=after)


def opened(token: str) -> OpenedRegistry:
    return open_registry(token, signers=PINNED, now=NOW)


def line(length: int) -> list[OpenedRegistry]:
    """Return versions 1 to ``length``, each following on the one before."""
    found = [opened(signed(files()))]
    while len(found) < length:
        last = found[-1]
        found.append(opened(signed(files(last.version + 1, last.digest), last)))
    return found


def test_a_folder_and_the_registry_signed_over_it_are_one_registry() -> None:
    token = signed(files())
    registry = opened(token).trusted(env="sim", covers=covers)
    assert registry.digest == DELTA.registry().digest == opened(token).digest
    verifier = Verifier(registry, audience=AUDIENCE, clock=lambda: NOW)
    login = issue(a_login(), DELTA.east).reveal()
    assert verifier.verify(login) == DELTA.verifier().verify(login)


def test_it_works_without_a_network_until_its_end_and_says_what_to_do_then() -> None:
    token, end = signed(files()), NOW + WEEK
    login = issue(a_login(), DELTA.east).reveal()
    for now, code in [(end - SECOND, "token-expired"), (end, "registry-expired")]:
        registry = opened(token).trusted(env="sim", covers=covers)
        verifier = Verifier(registry, audience=AUDIENCE, clock=lambda now=now: now)
        assert code_of(lambda v=verifier: v.verify(login)) == code  # type: ignore[misc]  # bound now
    with pytest.raises(TrustError) as caught:
        open_registry(token, signers=PINNED, now=end)
    assert caught.value.code == "registry-expired"
    assert "registry check" in caught.value.reason.fix("en")


def test_only_a_pinned_key_signs_and_only_a_registry_is_one() -> None:
    token = signed(files())
    other = PrivateKey.generate(use="sig")
    strange = sign_registry(files(), other, now=NOW, until=NOW + WEEK)
    payload = canonical_bytes({"version": 1})
    head, body, signature = token.split(".")
    forged = strange.split(".")
    for wrong, code in [
        (strange, "registry-signer-unknown"),
        (f"{head}.{forged[1]}.{forged[2]}", "jws-signature-invalid"),
        (f"{head}.{body[:-4]}AAAA.{signature}", "jws-signature-invalid"),
        (sign_compact(payload, PUBLISHER, typ="at+jwt"), "registry-typ"),
        (sign_compact(payload, PUBLISHER, typ=SIGNED_TYP), "registry-malformed"),
        (
            sign_compact(payload, PUBLISHER, typ=SIGNED_TYP, header={"env": "sim"}),
            "token-header-unknown",
        ),
        ("", "jws-part-count"),
    ]:
        assert code_of(lambda wrong=wrong: opened(wrong)) == code  # type: ignore[misc]  # bound now
    assert code_of(lambda: open_registry(token, signers=(), now=NOW)) == (
        "registry-signer-unknown"
    )
    early = NOW - timedelta(seconds=61)
    assert code_of(lambda: open_registry(token, signers=PINNED, now=early)) == (
        "registry-issued-later"
    )


def test_what_is_said_twice_must_agree() -> None:
    content = opened(signed(files())).content
    told = read_json(content.to_bytes(), error=KnowledgeError)
    assert isinstance(told, dict)
    told["version"] = 9
    token = sign_compact(canonical_bytes(told), PUBLISHER, typ=SIGNED_TYP)
    assert code_of(lambda: opened(token)) == "registry-malformed"


def test_a_registry_with_a_problem_is_not_signed() -> None:
    bad = files().model_copy(
        update={"registry": registry_file().model_copy(update={"id": "http://x"})}
    )
    assert code_of(lambda: signed(bad), KnowledgeError) == "issuer-id"


def test_the_next_version_names_the_last() -> None:
    first = opened(signed(files()))
    for version, previous in [(1, ""), (3, first.digest), (2, ""), (2, "sha-256:00")]:
        wrong = files(version, previous)
        assert code_of(lambda wrong=wrong: signed(wrong, first), KnowledgeError) == (  # type: ignore[misc]  # bound now
            "registry-sequence"
        )
    second = opened(signed(files(2, first.digest), first))
    assert [row.files for row in second.content.history] == [first.digest]


LINE: Final = line(6)


@given(order=st.lists(st.integers(0, len(LINE) - 1), max_size=8))
def test_a_gateway_only_ever_goes_forward(order: list[int]) -> None:
    seen: SeenRegistry | None = None
    for at in order:
        version = LINE[at]
        if seen is not None and version.version < seen.version:
            assert code_of(lambda s=seen, v=version: require_next(s, v)) == (  # type: ignore[misc]  # bound now
                "registry-rollback"
            )
        else:
            require_next(seen, version)
            seen = seen_of(version)


def test_another_branch_a_gap_and_another_registry_are_refused_by_name() -> None:
    first, second, third = LINE[:3]
    fork = opened(signed(files(2, first.digest, drop=1), first))
    unrelated = opened(signed(files(2, "sha-256:11")))
    later = opened(signed(files(9, LINE[-1].digest)))
    over_fork = opened(signed(files(3, fork.digest), fork))
    elsewhere = first.content.files.registry.model_copy(update={"id": "https://x.example"})
    other = opened(signed(files().model_copy(update={"registry": elsewhere})))
    for seen, following, code in [
        (second, fork, "registry-fork"),
        (first, unrelated, "registry-previous"),
        (second, over_fork, "registry-previous"),
        (first, later, "registry-gap"),
        (first, other, "registry-other"),
    ]:
        assert (
            code_of(
                lambda s=seen, f=following: require_next(seen_of(s), f)  # type: ignore[misc]  # bound now
            )
            == code
        )
    require_next(seen_of(first), third)


def test_the_mark_in_a_file_outlives_the_process_and_is_never_taken_for_none(
    tmp_path: Path,
) -> None:
    mark = FileMark(tmp_path / "mark.json")
    assert mark.read() is None
    for version in (LINE[0], LINE[3], LINE[3]):
        advance(mark, version)
    again = FileMark(tmp_path / "mark.json")
    assert again.read() == seen_of(LINE[3])
    assert code_of(lambda: advance(again, LINE[1])) == "registry-rollback"
    assert again.read() == seen_of(LINE[3])
    assert (tmp_path / "mark.json").stat().st_mode & 0o077 == 0
    (tmp_path / "mark.json").write_bytes(b"{}")
    assert code_of(again.read) == "registry-mark-damaged"


def test_an_issuer_is_what_it_was_before_it_was_signed() -> None:
    registry = LINE[-1].trusted(env="sim", covers=covers)
    assert registry.issuer(IDP).row == DELTA.registry().issuer(IDP).row
    assert registry.until_s == int((NOW + WEEK).timestamp())

"""Applicants of the simulated world: one login, tokens for both gateways, one mandate."""

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from interop.crypto.keys import PrivateKey
from interop.errors import RegionError
from interop.model.canonical import digest
from interop.simulator.app import create_simulator
from interop.simulator.applicants import (
    AUDIENCES,
    ITEM,
    NOTICE,
    PAPERS,
    PUDONG,
    SUZHOU,
    advertisement,
    log_in,
    notice_shown,
)
from interop.simulator.server import serve
from interop.simulator.world import default_world

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def simulator() -> Iterator[str]:
    signer = PrivateKey.generate(use="sig")
    app = create_simulator(default_world(), clock=lambda: NOW, idp_signer=signer)
    with serve(app) as url:
        yield url


def _claims(token: str) -> dict[str, object]:
    body = token.split(".")[1]
    claims: dict[str, object] = json.loads(base64.urlsafe_b64decode(body + "=="))
    return claims


def test_a_person_who_acts_alone_needs_no_mandate(simulator: str) -> None:
    login = log_in(simulator, person="agent-a")
    assert not login.mandate
    assert _claims(login.tokens[SUZHOU].reveal())["kind"] == "person"


def test_one_login_gives_a_token_for_each_gateway_and_a_mandate(simulator: str) -> None:
    login = log_in(simulator, person="agent-a", organisation="enterprise-a")
    assert login.tokens.keys() == AUDIENCES.keys() == {SUZHOU, PUDONG}
    tokens = {region: _claims(token.reveal()) for region, token in login.tokens.items()}
    assert {region: claims["aud"] for region, claims in tokens.items()} == dict(AUDIENCES)
    assert tokens[SUZHOU]["sub"] != tokens[PUDONG]["sub"]
    mandate = _claims(login.mandate.reveal())
    assert (mandate["items"], mandate["regions"]) == ([ITEM], [PUDONG])


def test_a_mandate_says_what_was_asked_of_it(simulator: str) -> None:
    login = log_in(
        simulator,
        person="agent-a",
        organisation="enterprise-a",
        items=("tree-felling", ITEM),
        regions=(SUZHOU,),
    )
    mandate = _claims(login.mandate.reveal())
    assert (mandate["items"], mandate["regions"]) == (["tree-felling", ITEM], [SUZHOU])


@pytest.mark.parametrize(
    ("person", "organisation", "method"),
    [
        ("nobody", "enterprise-a", "face"),
        ("agent-b", "enterprise-a", "face"),
        ("agent-a", "enterprise-a", "shoe-size"),
    ],
)
def test_a_login_that_is_refused_raises(
    simulator: str, person: str, organisation: str, method: str
) -> None:
    with pytest.raises(RegionError):
        log_in(simulator, person=person, organisation=organisation, method=method)


def test_a_provider_that_is_not_there_raises() -> None:
    with pytest.raises(RegionError):
        log_in("http://127.0.0.1:9", person="agent-a", organisation="enterprise-a")


def test_an_application_is_the_usual_one_but_for_what_differs() -> None:
    world = default_world()
    usual = advertisement(world, at=NOW)
    assert (usual.item, usual.handling_region) == (ITEM, PUDONG)
    assert tuple(material.code for material in usual.materials) == PAPERS
    assert usual.facts["period.start"] == "2026-05-01"
    other = advertisement(world, at=NOW, facts={"facility.area": "11"}, papers=PAPERS[:1])
    assert other.facts == {**usual.facts, "facility.area": "11"}
    assert [material.code for material in other.materials] == [PAPERS[0]]
    assert other.applicant == usual.applicant == world.enterprise("enterprise-a").party()


def test_the_notice_is_named_by_its_digest() -> None:
    basis = notice_shown(NOW)
    assert basis.notice_digest == digest(NOTICE.encode())
    assert basis.shown_at == NOW

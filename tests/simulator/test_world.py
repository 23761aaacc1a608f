"""The constructed world: sound numbers of nobody, certificates that fit the contract."""

from datetime import date

import httpx
import pytest
from stdnum.cn import uscc as oracle
from stdnum.iso7064 import mod_11_2, mod_37_36

from interop.certificates.reading import Fetched, read
from interop.errors import KnowledgeError
from interop.gateway.library import Library
from interop.knowledge import Knowledge
from interop.model import certificate_id, resident_id, uscc
from interop.simulator import World, default_world
from interop.simulator.clients import Clients
from interop.simulator.clock import SteppedClock
from interop.simulator.world import AREA, CARD, LICENCE, Element, Enterprise, Person

TODAY = date(2026, 3, 2)
MEMBERS = default_world()


@pytest.mark.parametrize("person", MEMBERS.persons, ids=lambda person: person.key)
def test_a_number_is_sound_and_belongs_to_nobody(person: Person) -> None:
    found = resident_id.inspect(person.number, on=TODAY)
    assert found.ok
    assert found.value == person.number
    assert resident_id.birth_date(person.number) == person.born
    assert person.number.startswith(AREA)
    assert (int(person.number[16]) % 2 == 1) is (person.sex == "1")


@pytest.mark.parametrize("firm", MEMBERS.enterprises, ids=lambda firm: firm.key)
def test_a_credit_code_is_sound_and_belongs_to_nobody(firm: Enterprise) -> None:
    assert uscc.inspect(firm.number).ok
    assert firm.number[2:8] == AREA
    assert set(firm.agents) <= {person.key for person in MEMBERS.persons}


def test_no_two_members_share_a_key_or_a_number(world: World) -> None:
    pairs = [(one.key, one.number) for one in world.persons]
    pairs += [(one.key, one.number) for one in world.enterprises]
    for column in zip(*pairs, strict=True):
        assert len(set(column)) == len(pairs)


def test_another_implementation_agrees_on_every_check_character(world: World) -> None:
    for firm in world.enterprises:
        assert oracle.is_valid(firm.number)
    for person in world.persons:
        assert mod_11_2.is_valid(person.number)
    for authority in (world.authorities.registration, world.authorities.police):
        assert oracle.is_valid(authority.code)
    for certificate in _all(world):
        identifier = str(dict(certificate)["ZZBS"])
        body = identifier.removeprefix(certificate_id.ROOT + ".").replace(".", "")
        assert mod_37_36.is_valid(body)


def _all(world: World) -> list[tuple[Element, ...]]:
    cards = [world.certificates(CARD, one.number) for one in world.persons]
    licences = [world.certificates(LICENCE, one.number) for one in world.enterprises]
    return [certificate for found in [*cards, *licences] for certificate in found]


def test_every_certificate_has_a_sound_identifier_of_its_own(world: World) -> None:
    certificates = _all(world)
    ids = [str(dict(one)["ZZBS"]) for one in certificates]
    assert len(set(ids)) == len(ids) == len(world.persons) + 8
    for one, text in zip(certificates, ids, strict=True):
        assert certificate_id.inspect(text).ok
        assert text.split(".")[5] == dict(one)["ZZLXDM"]


def test_the_states_a_tester_needs_are_there(world: World) -> None:
    def licence(key: str) -> list[dict[str, object]]:
        firm = world.enterprise(key)
        return [dict(one) for one in world.certificates(LICENCE, firm.number)]

    assert licence("enterprise-a")[0]["ZZZT"] == "01"
    assert licence("enterprise-suspended")[0]["ZZZT"] == "02"
    assert licence("enterprise-lapsed")[0]["ZZYXQJZRQ"] == "2024年12月31日"
    assert licence("enterprise-uploaded")[0]["ZZDJ"] == "D"
    assert len(licence("enterprise-renewed")) == 2
    assert licence("enterprise-unknown") == []


def test_another_type_or_holder_has_no_certificate(world: World) -> None:
    firm = world.enterprise("enterprise-a")
    assert list(world.certificates(CARD, firm.number)) == []
    assert list(world.certificates("11100000MB03271699001", firm.number)) == []
    assert list(world.certificates(LICENCE, "")) == []
    assert world.rejection("nobody") == ""


def test_an_unknown_key_is_a_key_error(world: World) -> None:
    for find in (world.person, world.enterprise):
        with pytest.raises(KeyError):
            find("nobody")


def test_a_world_with_an_unknown_field_is_refused() -> None:
    with pytest.raises(KnowledgeError, match="record-invalid"):
        World.from_value({"region": "320000", "planet": "mars"}, error=KnowledgeError)


def test_what_the_service_sends_is_what_the_mapping_of_the_region_reads(
    world: World, clock: SteppedClock, http: httpx.Client
) -> None:
    # The mapping of the region and the simulated service were written apart.
    library = Library(Knowledge())
    with Clients(world, clock=clock) as made:
        source = made.source(str(http.base_url.join("/320000/certificates")))
        found = {
            "business-licence": source.fetch(made.licence("enterprise-a")),
            "resident-card": source.fetch(made.card("person-rare")),
        }
        grant = made.licence("enterprise-a").grant
        fetched = Fetched(region=source.region, grant=grant, at=clock(), status_at=clock())
    holders = {
        "business-licence": world.enterprise("enterprise-a").party(),
        "resident-card": world.person("person-rare").party(),
    }
    for name, (document,) in found.items():
        held = read(
            document,
            mapping=library.lens(name, source.region),
            type=library.certificate_type(name),
            fetched=fetched,
        )
        assert held.certificate.holders == (holders[name],)
        assert held.certificate.status == "valid"
        assert held.certificate.trust_level == "A"

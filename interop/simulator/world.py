"""The constructed world that the simulated systems know.

``world.toml`` beside this file holds the default one. Numbers are computed from their parts,
so their check characters are right and their area code is one that was never assigned.
"""

import json
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final, Literal

from pydantic import Field

from interop.errors import KnowledgeError
from interop.model import certificate_id, resident_id, uscc
from interop.model.party import Party, Scheme
from interop.model.record import Record
from interop.model.sensitive import Sensitive

AREA: Final = "329901"
ENTERPRISE: Final = "91"
LICENCE: Final = "11100000MB0143028R001"
CARD: Final = "11100000000013127D001"
MOBILE_PREFIX: Final = "154"
LONG_TERM: Final = "长期"
CARD_YEARS: Final = 20

Element = tuple[str, "str | tuple[Element, ...]"]


class Account(Record):
    """The static account of the certificate service."""

    id: str
    token: str


class AcceptanceKey(Record):
    """The key of the acceptance system."""

    key: str


class HeldSeal(Record):
    """A seal that the seal service holds; ``organ`` is a credit code."""

    organ: str = Field(min_length=18, max_length=18)
    name: str


class Seals(Record):
    """The seal service: its key, and the seals it holds."""

    key: str
    held: tuple[HeldSeal, ...] = ()


class Provider(Record):
    """The identity provider.

    Attributes:
        issuer: Its name, as the trust registry writes it.
        mandate_issuer: Name of the mandate service beside it.
        methods: Way of logging in, to the ``acr`` it is told as.
    """

    issuer: str
    mandate_issuer: str
    methods: dict[str, str]


class Authority(Record):
    """An issuing authority; ``prefix`` is its credit code without the check character."""

    name: str
    prefix: str = Field(min_length=17, max_length=17)

    @property
    def code(self) -> str:
        """Return its credit code."""
        return self.prefix + uscc.check_character(self.prefix)


class Authorities(Record):
    """The two authorities of the world."""

    registration: Authority
    police: Authority


class Person(Record):
    """A natural person; ``key`` is the login name."""

    key: str
    name: str
    born: date
    sex: Literal["1", "2"]
    serial: int = Field(ge=1, le=99)
    nation: str
    address: str

    @property
    def number(self) -> str:
        """Return the citizen number; its 17th digit is odd for men."""
        order = 2 * self.serial - (1 if self.sex == "1" else 0)
        body = f"{AREA}{self.born:%Y%m%d}{order:03}"
        return body + resident_id.check_character(body)

    @property
    def mobile(self) -> str:
        """Return the phone number; its prefix is not known to be assigned to anybody."""
        return f"{MOBILE_PREFIX}{self.born:%m%d}{self.serial:04}"

    def party(self) -> Party:
        """Return the person as declared on an application."""
        return Party(
            kind="person",
            scheme=Scheme.RESIDENT_ID,
            code=Sensitive(self.number),
            name=Sensitive(self.name),
        )


class Enterprise(Record):
    """An enterprise with its licence.

    Attributes:
        key: Name in the world.
        name: Registered name.
        serial: Nine characters, its organisation code.
        type: Company type, as the licence codes it.
        representative: Legal representative.
        capital: Registered capital, such as ``500万元``.
        founded: Day of foundation.
        until: Last day of the licence; None is 长期.
        scope: Business scope.
        address: Seat.
        agents: Keys of the persons who may act for it.
        status: Status code of the licence.
        level: Trust level of the licence.
        editions: How many editions of the licence the service holds.
        rejected_because: Reason with which the acceptance system rejects its cases.
    """

    key: str
    name: str
    serial: str = Field(min_length=9, max_length=9)
    type: str
    representative: str
    capital: str
    founded: date
    until: date | None = None
    scope: str
    address: str
    agents: tuple[str, ...] = ()
    status: str = "01"
    level: Literal["A", "B", "C", "D"] = "A"
    editions: int = Field(default=1, ge=0, le=9)
    rejected_because: str = ""

    @property
    def number(self) -> str:
        """Return the credit code."""
        body = ENTERPRISE + AREA + self.serial
        return body + uscc.check_character(body)

    def party(self) -> Party:
        """Return the enterprise as declared on an application."""
        return Party(
            kind="organisation",
            scheme=Scheme.USCC,
            code=Sensitive(self.number),
            name=Sensitive(self.name),
        )


class World(Record):
    """All that the simulated systems know.

    Attributes:
        region: Region whose certificate service and identity provider know these parties.
        area: Region code printed on the certificates.
        notice: Says that this is a simulation.
        account: Account of the certificate service.
        acceptance: Key of the acceptance system.
        seals: The seal service.
        identity: The identity provider.
        authorities: Issuing authorities.
        persons: Natural persons.
        enterprises: Enterprises.
    """

    region: str
    area: str
    notice: str
    account: Account
    acceptance: AcceptanceKey
    seals: Seals
    identity: Provider
    authorities: Authorities
    persons: tuple[Person, ...]
    enterprises: tuple[Enterprise, ...]

    def person(self, key: str) -> Person:
        """Return the person called ``key``; KeyError if there is none."""
        return {one.key: one for one in self.persons}[key]

    def enterprise(self, key: str) -> Enterprise:
        """Return the enterprise called ``key``; KeyError if there is none."""
        return {one.key: one for one in self.enterprises}[key]

    def certificates(self, type_code: str, holder: str) -> Iterator[tuple[Element, ...]]:
        """Yield the certificates of a type and holder, the newest edition last."""
        if type_code == CARD:
            yield from (self._card(one) for one in self.persons if one.number == holder)
        if type_code == LICENCE:
            for one in self.enterprises:
                if one.number == holder:
                    yield from (self._licence(one, n + 1) for n in range(one.editions))

    def rejection(self, holder: str) -> str:
        """Return why cases of ``holder`` are rejected; empty if they are permitted."""
        found = (one.rejected_because for one in self.enterprises if one.number == holder)
        return next(found, "")

    def _card(self, person: Person) -> tuple[Element, ...]:
        issued = date(max(person.born.year + 18, 2016), 3, 1)
        until = issued.replace(year=issued.year + CARD_YEARS)
        body = (
            ("XM", person.name),
            ("XB", person.sex),
            ("MZ", person.nation),
            ("CSRQ", f"{person.born:%Y%m%d}"),
            ("ZHZ", person.address),
            ("QFJG", self.authorities.police.name),
        )
        return (
            *_titles("居民身份证", CARD, person.number, self.authorities.police),
            ("ZZBFRQ", _chinese(issued)),
            ("CZZT", person.name),
            ("CZZTDM", person.number),
            ("CZZTDMLXDM", "111"),
            ("ZZYXQQSRQ", _chinese(issued)),
            ("ZZYXQJZRQ", _chinese(until)),
            ("ZZZT", "01"),
            ("ZZDJ", "A"),
            ("SSXZQH", self.area),
            ("KZ", body),
        )

    def _licence(self, firm: Enterprise, edition: int) -> tuple[Element, ...]:
        body = (
            ("QYMC", firm.name),
            ("QYLX", firm.type),
            ("FDDBR", firm.representative),
            ("ZCZB", firm.capital),
            ("CLRQ", _chinese(firm.founded)),
            ("JYFW", firm.scope),
            ("ZS", firm.address),
        )
        issued = firm.founded.replace(year=firm.founded.year + edition - 1)
        return (
            *_titles(
                "营业执照", LICENCE, firm.number, self.authorities.registration, edition=edition
            ),
            ("ZZBFRQ", _chinese(issued)),
            ("CZZT", firm.name),
            ("CZZTDM", firm.number),
            ("CZZTDMLXDM", "001"),
            ("ZZYXQQSRQ", _chinese(issued)),
            ("ZZYXQJZRQ", _chinese(firm.until) if firm.until else LONG_TERM),
            ("ZZZT", firm.status),
            ("ZZDJ", firm.level),
            ("SSXZQH", self.area),
            ("KZ", body),
        )


def default_world() -> World:
    """Return the world of ``world.toml``."""
    value = tomllib.loads(Path(__file__).with_name("world.toml").read_text(encoding="utf-8"))
    plain = json.loads(json.dumps(value, default=str))
    return World.from_value(plain, error=KnowledgeError, field="world.toml")


def _titles(
    title: str, type_code: str, holder: str, authority: Authority, *, edition: int = 1
) -> tuple[Element, ...]:
    serial = holder[8:17]
    identifier = certificate_id.build(type_code, authority.code, serial, f"{edition:03}")
    return (
        ("ZZMC", title),
        ("ZZLXDM", type_code),
        ("ZZBH", holder),
        ("ZZBS", identifier),
        ("ZZBFJG", authority.name),
        ("ZZBFJGDM", authority.code),
    )


def _chinese(day: date) -> str:
    return f"{day.year:04}年{day.month:02}月{day.day:02}日"

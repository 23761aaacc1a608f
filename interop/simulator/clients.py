"""Clients with the world's own accounts, for demonstrations and tests."""

import secrets
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import timedelta
from types import TracebackType
from typing import Final, Self

from interop.crypto.proof import SALT_BYTES, prove_party
from interop.knowledge import Document, Kind, Knowledge
from interop.model.certificate import Grant, LegalBasis
from interop.model.item import Basis
from interop.model.party import Party
from interop.model.ports import CertificateQuery, Clock, Registration
from interop.model.sensitive import Sensitive
from interop.simulator.world import CARD, LICENCE, World
from interop.transport.adapter import AdapterFile, Limits
from interop.transport.adapter_checks import check_adapter
from interop.transport.rest import RestAcceptanceSystem
from interop.transport.seals import RestSealService
from interop.transport.soap import Account, SoapCertificateSource

ADAPTERS: Final = Kind("adapter", "adapters/*/adapter.toml", AdapterFile, check_adapter)
GRANT_LIFE: Final = timedelta(hours=1)


def contracts_beside(known: Knowledge, document: Document[AdapterFile]) -> dict[str, bytes]:
    """Return the contract files beside an adapter by name."""
    path = document.place.path
    folder = path.rpartition("/")[0]
    return {name: known.shelf.read(f"{folder}/{name}") for name in known.shelf.beside(path)}


class Clients:
    """Make clients for the adapters that serve certificates and acceptance; close them all."""

    def __init__(
        self,
        world: World,
        *,
        clock: Clock,
        knowledge: Knowledge | None = None,
        limits: Limits | None = None,
    ) -> None:
        """Read the adapters.

        Args:
            world: Whose accounts to use.
            clock: The source of now.
            knowledge: Where the adapters are; the shipped ones if not given.
            limits: Limits of every call in place of the adapters' own.
        """
        self.world = world
        self._clock = clock
        self._limits = limits
        self._opened = ExitStack()
        known = knowledge or Knowledge()
        for document in known.documents(ADAPTERS):
            if document.value.services.certificates:
                self.certificates = self._limited(document.value)
                self.contracts: Mapping[str, bytes] = contracts_beside(known, document)
            if document.value.services.acceptance:
                self.acceptance = self._limited(document.value)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        raised: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._opened.close()

    def account(self) -> Account:
        """Return the account of the certificate service."""
        account = self.world.account
        return Account(Sensitive(account.id), Sensitive(account.token))

    def source(self, endpoint: str) -> SoapCertificateSource:
        """Return a client of the certificate service at ``endpoint``."""
        made = SoapCertificateSource(
            self.certificates,
            self.contracts,
            endpoint=endpoint,
            account=self.account(),
            clock=self._clock,
        )
        self._opened.callback(made.close)
        return made

    def system(self, endpoint: str) -> RestAcceptanceSystem:
        """Return a client of the acceptance system at the base address ``endpoint``."""
        key = Sensitive(self.world.acceptance.key)
        made = RestAcceptanceSystem(
            self.acceptance, endpoint=endpoint, secret=key, clock=self._clock
        )
        self._opened.callback(made.close)
        return made

    def seals(self, endpoint: str) -> RestSealService:
        """Return a client of the seal service at the base address ``endpoint``."""
        key = Sensitive(self.world.seals.key)
        made = RestSealService(
            self.acceptance, endpoint=endpoint, secret=key, clock=self._clock
        )
        self._opened.callback(made.close)
        return made

    def licence(self, enterprise: str) -> CertificateQuery:
        """Return the question for the licence of an enterprise of the world."""
        return self._query(
            "business-licence", LICENCE, self.world.enterprise(enterprise).party()
        )

    def card(self, person: str) -> CertificateQuery:
        """Return the question for the resident card of a person of the world."""
        return self._query("resident-card", CARD, self.world.person(person).party())

    def _query(self, certificate: str, type_code: str, holder: Party) -> CertificateQuery:
        return CertificateQuery(
            certificate=certificate,
            type_code=type_code,
            holder=holder,
            grant=self.grant(holder),
        )

    def grant(self, holder: Party) -> Grant:
        """Return a grant of ``holder`` that ends an hour from now."""
        now = self._clock()
        basis = Basis(level="law", document="个人信息保护法", article="13", verified="no")
        return Grant(
            id="grant-1",
            holder="applicant",
            holder_proof=prove_party(holder, salt=secrets.token_bytes(SALT_BYTES)),
            grantee=self.world.region,
            item="outdoor-advertising",
            case="C-1",
            certificates=("business-licence", "resident-card"),
            purpose="办理户外广告设施设置许可",
            basis=LegalBasis(
                kind="consent",
                basis=basis,
                notice_version="1",
                notice_digest="sha-256:" + "0" * 64,
                shown_at=now,
                channel="window",
            ),
            not_after=now + GRANT_LIFE,
            uses_max=5,
        )

    def registration(self, case: str, enterprise: str) -> Registration:
        """Return the registration of a case of an enterprise and its first agent."""
        firm = self.world.enterprise(enterprise)
        return Registration(
            case=case,
            task_code="11310115MB00000001" + "4" + "003117001000",
            item_name="设置大型户外广告及在城市建筑物、设施上悬挂、张贴宣传品审批",
            applicant=firm.party(),
            agent=self.world.person(firm.agents[0]).party(),
            received_at=self._clock(),
            receiving_region=self.world.area,
            materials=("application-form", "site-photo"),
            certificates=({"ZZLXDM": LICENCE},),
        )

    def _limited(self, adapter: AdapterFile) -> AdapterFile:
        if self._limits is None:
            return adapter
        services = adapter.services
        change = {"limits": self._limits}
        soap, rest, seals = services.certificates, services.acceptance, services.seals
        changed = {
            "certificates": soap and soap.model_copy(update=change),
            "acceptance": rest and rest.model_copy(update=change),
            "seals": seals and seals.model_copy(update=change),
        }
        return adapter.model_copy(update={"services": services.model_copy(update=changed)})

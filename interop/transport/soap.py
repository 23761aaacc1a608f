"""A region's certificate service over SOAP, with an XML document as its one argument."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lxml import etree

from interop.errors import ContractViolation, KnowledgeError, RegionFault, TrustError
from interop.model.canonical import Json
from interop.model.ports import CertificateQuery, Clock
from interop.model.sensitive import Sensitive
from interop.transport.adapter import AdapterFile, Charset
from interop.transport.envelope import FAULT, SoapPort, check_shape
from interop.transport.http import OK, HttpClient, header_secret, require
from interop.transport.reasons import (
    ADAPTER_CONTRACT_MISSING,
    ADAPTER_SERVICE_MISSING,
    GRANT_EXPIRED,
    REGION_CODE,
    REQUEST_INVALID,
    SOAP_SHAPE,
    XML_SCHEMA,
)
from interop.transport.rename import renamed
from interop.transport.way import DIRECT, Way
from interop.transport.xml import Element, Schema, decoded, parsed

MEDIA_TYPES: Final = frozenset({"text/xml", "application/xml"})
SERVER_FAULT: Final = 500


@dataclass(frozen=True, slots=True)
class Account:
    """A static account of a regional service."""

    id: Sensitive
    token: Sensitive


class SoapCertificateSource:
    """Fetch certificates from one region; implements the port ``CertificateSource``."""

    def __init__(  # noqa: PLR0913 -- what a client is made of, each by name
        self,
        adapter: AdapterFile,
        contracts: Mapping[str, bytes],
        *,
        endpoint: str,
        account: Account,
        clock: Clock,
        way: Way = DIRECT,
    ) -> None:
        """Load the contracts; nothing is sent.

        Args:
            adapter: The region's file, with ``extends`` followed.
            contracts: Bytes of the contract files by name.
            endpoint: Address; the one written in the WSDL never counts.
            account: Account, values of the named secrets.
            clock: The source of now, for the life of a grant.
            way: How the service is reached.

        Raises:
            KnowledgeError: No such service, a contract missing or broken, a secret that
                cannot be sent.
        """
        service = adapter.services.certificates
        if service is None:
            raise KnowledgeError(
                ADAPTER_SERVICE_MISSING.of(field=f"{adapter.code}/certificates")
            )
        self.region = adapter.code
        self._service = service
        self._clock = clock
        self._account = {
            "account.id": header_secret(account.id, field=service.secrets.account_id),
            "account.token": header_secret(account.token, field=service.secrets.account_token),
        }
        self._peer = f"{adapter.code}/certificates"
        self._http = HttpClient(endpoint, limits=service.limits, peer=self._peer, way=way)
        self._schema = Schema(_contract(contracts, service.xsd), field=service.xsd)
        self._port = SoapPort(
            _contract(contracts, service.wsdl),
            binding=service.binding,
            operation=service.operation,
            post=self._post,
        )

    def fetch(self, query: CertificateQuery) -> tuple[bytes, ...]:
        """Return each certificate element found, as UTF-8 XML without declaration.

        Raises:
            TrustError: ``transport-grant-expired``; nothing is sent without a live grant.
            RegionError: Not reached, timed out, fault, or contract violated.
        """
        if self._clock() > query.grant.not_after:
            raise TrustError(GRANT_EXPIRED.of(field="grant.not_after"))
        request = self._request(query)
        if found := self._schema.problems(request):
            raise ContractViolation(
                *(REQUEST_INVALID.of(field=path, got=kind) for path, kind in found)
            )
        answer = self._port.call(_declared(request, self._service.charset))
        return self._documents(parsed(answer, field=self._peer))

    def close(self) -> None:
        """Close every connection."""
        self._http.close()

    def _request(self, query: CertificateQuery) -> Element:
        values: dict[str, Json] = {
            **self._account,
            "type_code": query.type_code,
            "holder.code": query.holder.code.reveal(),
            "holder.name": query.holder.name.reveal(),
            "holder.scheme": query.holder.scheme.value,
            "grant.case": query.grant.case,
            "grant.item": query.grant.item,
            "grant.purpose": query.grant.purpose,
        }
        service = self._service
        ((name, tree),) = renamed(
            service.request, values, whitespace=service.whitespace
        ).items()
        return _element(name, tree)

    def _post(self, data: bytes, headers: Mapping[str, str]) -> str:
        reply = self._http.send("POST", body=data, headers=headers)
        statuses = (OK, SERVER_FAULT) if reply.media_type in MEDIA_TYPES else (OK,)
        require(reply, peer=self._peer, media_types=MEDIA_TYPES, statuses=statuses)
        text = decoded(reply.body, charset=reply.charset, field=self._peer)
        if reply.status == SERVER_FAULT:
            check_shape(parsed(text, field="envelope"), FAULT)
        return text

    def _documents(self, root: Element) -> tuple[bytes, ...]:
        names = self._service.reply
        top, code = names.code.split("/", 1)
        if root.tag != top:
            raise ContractViolation(
                SOAP_SHAPE.of(field=self._peer, expected=top, got=str(root.tag))
            )
        if found := self._schema.problems(root):
            raise ContractViolation(
                *(XML_SCHEMA.of(field=path, got=kind) for path, kind in found)
            )
        if (got := root.findtext(code)) != names.ok:
            raise RegionFault(REGION_CODE.of(field=self._peer, expected=names.ok, got=got))
        return tuple(
            etree.tostring(one, encoding="UTF-8", xml_declaration=False, with_tail=False)
            for one in root.iterfind(names.document.split("/", 1)[1])
        )


def _contract(contracts: Mapping[str, bytes], name: str) -> bytes:
    if name not in contracts:
        raise KnowledgeError(
            ADAPTER_CONTRACT_MISSING.of(
                field="contracts", expected=", ".join(sorted(contracts)) or "-", got=name
            )
        )
    return contracts[name]


def _element(name: str, tree: Json) -> Element:
    node = etree.Element(name)
    if isinstance(tree, dict):
        node.extend(_element(key, part) for key, part in tree.items())
        return node
    try:
        node.text = str(tree)
    except ValueError:
        raise ContractViolation(
            REQUEST_INVALID.of(field=name, got="control character")
        ) from None
    return node


def _declared(root: Element, charset: Charset) -> str:
    # What the charset lacks goes as a character reference, never as a question mark.
    text = etree.tostring(root, encoding="unicode")
    plain = text.encode(charset, "xmlcharrefreplace").decode(charset)
    return f'<?xml version="1.0" encoding="{charset}"?>{plain}'

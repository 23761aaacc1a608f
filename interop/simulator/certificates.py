"""The simulated certificate service: SOAP 1.1 whose one argument is an XML document.

Requests and answers are checked against the same XSD that the client uses.
"""

import hmac
from collections.abc import Iterable
from typing import Final

from lxml import etree
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from interop.errors import InteropError
from interop.simulator.body import read_body
from interop.simulator.world import Element as Tree
from interop.simulator.world import World
from interop.transport.adapter import SoapCertificates
from interop.transport.xml import Element, Schema, decoded, parsed, standalone

SOAP: Final = "http://schemas.xmlsoap.org/soap/envelope/"
XML: Final = "text/xml; charset=utf-8"
FAULT_STATUS: Final = 500
DENIED: Final = "401"
MALFORMED: Final = "1002"


class CertificateService:
    """Answer certificate queries from the world."""

    def __init__(
        self, service: SoapCertificates, *, wsdl: bytes, xsd: bytes, world: World
    ) -> None:
        """Load the contracts.

        Raises:
            KnowledgeError: A contract is broken.
        """
        self._wsdl = wsdl
        self._service = service
        self._namespace = standalone(wsdl, field="wsdl").get("targetNamespace", "")
        self._schema = Schema(xsd, field="xsd")
        self._world = world

    async def serve(self, request: Request) -> Response:
        """Serve the WSDL on GET and the operation on POST."""
        if request.method == "GET":
            return Response(self._wsdl, media_type="text/xml")
        data = await read_body(request, self._service.limits.request_bytes_max)
        status, body = await run_in_threadpool(self._answer, data)
        return Response(body, status_code=status, media_type=XML)

    def _answer(self, data: bytes) -> tuple[int, bytes]:
        try:
            envelope = parsed(decoded(data, charset="", field="request"), field="request")
        except InteropError as refused:
            return FAULT_STATUS, fault("Client", refused.code)
        name = etree.QName(self._namespace, self._service.operation)
        text = envelope.findtext(f"{{{SOAP}}}Body/{name}/{{{self._namespace}}}xml")
        if text is None:
            return FAULT_STATUS, fault("Client", "not the agreed operation")
        return 200, self._envelope(self._inner(text))

    def _inner(self, text: str) -> str:
        try:
            root = parsed(text, field="request")
        except InteropError:
            return self._reply(MALFORMED, "请求不是合法的 XML", ())
        if root.tag != "REQUEST" or self._schema.problems(root):
            return self._reply(MALFORMED, "请求不符合接口契约", ())
        if not self._admitted(root):
            return self._reply(DENIED, "账号或令牌无效", ())
        found = self._world.certificates(
            root.findtext("DATA/ZZLXDM", ""), root.findtext("DATA/CZZTDM", "")
        )
        return self._reply("0", "成功", found)

    def _admitted(self, root: Element) -> bool:
        account = self._world.account
        given = root.findtext("HEAD/ACCESSID", ""), root.findtext("HEAD/ACCESSTOKEN", "")
        pairs = zip(given, (account.id, account.token), strict=True)
        return all(hmac.compare_digest(a.encode(), b.encode()) for a, b in pairs)

    def _reply(self, code: str, message: str, found: Iterable[tuple[Tree, ...]]) -> str:
        head = (("CODE", code), ("MSG", f"{message}（{self._world.notice}）"))
        data = tuple(("CERT", certificate) for certificate in found)
        parts: tuple[Tree, ...] = (("HEAD", head), ("DATA", data))
        root = _built(("RESPONSE", parts if code == "0" else parts[:1]))
        if problems := self._schema.problems(root):
            msg = f"the world does not fit its own contract: {problems}"
            raise ValueError(msg)
        charset = self._service.charset
        plain = etree.tostring(root, encoding="unicode")
        plain = plain.encode(charset, "xmlcharrefreplace").decode(charset)
        return f'<?xml version="1.0" encoding="{charset}"?>{plain}'

    def _envelope(self, inner: str) -> bytes:
        top = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"soap": SOAP})
        body = etree.SubElement(top, f"{{{SOAP}}}Body")
        answer = etree.SubElement(
            body, f"{{{self._namespace}}}{self._service.operation}Response"
        )
        etree.SubElement(answer, f"{{{self._namespace}}}return").text = inner
        return etree.tostring(top, encoding="UTF-8", xml_declaration=True)


def fault(code: str, text: str) -> bytes:
    """Return a SOAP 1.1 fault."""
    top = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"soap": SOAP})
    body = etree.SubElement(top, f"{{{SOAP}}}Body")
    node = etree.SubElement(body, f"{{{SOAP}}}Fault")
    etree.SubElement(node, "faultcode").text = f"soap:{code}"
    etree.SubElement(node, "faultstring").text = text
    return etree.tostring(top, encoding="UTF-8", xml_declaration=True)


def _built(tree: Tree) -> Element:
    name, value = tree
    node = etree.Element(name)
    if isinstance(value, str):
        node.text = value
    else:
        node.extend(_built(part) for part in value)
    return node

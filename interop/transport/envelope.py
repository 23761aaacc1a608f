"""The SOAP 1.1 envelope: zeep over our own HTTP client, behind a few lines.

zeep builds the request from the vendored WSDL and reads the result. It sees no raw reply:
the envelope is decoded, parsed and checked for its shape first, since zeep takes a reply in
a foreign namespace for an empty one.
"""

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

from lxml import etree

from interop.errors import (
    ContractViolation,
    InteropError,
    KnowledgeError,
    RegionFault,
    redacted,
)
from interop.transport.quiet import cap_loggers
from interop.transport.reasons import (
    CONTRACT_IMPORT,
    CONTRACT_INVALID,
    SOAP_FAULT,
    SOAP_SHAPE,
)
from interop.transport.xml import Element, parsed, standalone

SOAP: Final = "{http://schemas.xmlsoap.org/soap/envelope/}"
ENVELOPE: Final = f"{SOAP}Envelope"
BODY: Final = f"{SOAP}Body"
HEADER: Final = f"{SOAP}Header"
FAULT: Final = f"{SOAP}Fault"
FAULT_CODES: Final = frozenset({"VersionMismatch", "MustUnderstand", "Client", "Server"})

Post = Callable[[bytes, Mapping[str, str]], str]


class SoapPort:
    """One operation of one binding whose parameter and result are a string each."""

    def __init__(self, wsdl: bytes, *, binding: str, operation: str, post: Post) -> None:
        """Load the contract from bytes; no file and no address in it is opened.

        Args:
            wsdl: The vendored WSDL.
            binding: Qualified name of the binding.
            operation: Name of the operation.
            post: Sends an envelope with its headers to the pinned address and returns the
                text of the answer.

        Raises:
            KnowledgeError: The contract imports, is broken, or holds no such operation.
        """
        standalone(wsdl, field="wsdl")
        cap_loggers()
        self._pipe = _Pipe(post)
        try:
            self._call, self._parameter, self._pipe.expected = _bound(
                wsdl, self._pipe, binding, operation
            )
        except KnowledgeError:
            raise
        except Exception as fault:  # noqa: BLE001 -- zeep raises anything on a broken contract
            got = type(fault).__name__.lower()
            raise KnowledgeError(CONTRACT_INVALID.of(field="wsdl", got=got)) from None

    def call(self, text: str) -> str:
        """Return what the operation answers to ``text``.

        Raises:
            RegionError: As the HTTP client, or ``transport-soap-fault``,
                ``transport-soap-shape``.
        """
        result = self._result(text)
        if not isinstance(result, str) or not result:
            raise ContractViolation(
                SOAP_SHAPE.of(field="envelope", expected="text", got="nothing")
            )
        return result

    def _result(self, text: str) -> object:
        try:
            return self._call(**{self._parameter: text})
        except InteropError:
            raise
        except Exception:  # noqa: BLE001 -- zeep raises anything; its message holds values
            return None


@dataclass(slots=True)
class _Answer:
    """What zeep looks at in a response."""

    content: bytes
    status_code: int = 200
    encoding: str = "utf-8"

    @property
    def headers(self) -> dict[str, str]:
        return {"Content-Type": "text/xml; charset=utf-8"}


class _Pipe:
    """What zeep needs of a transport, over our own client."""

    def __init__(self, post: Post) -> None:
        self._post = post
        self.expected = ""

    def load(self, _url: object) -> bytes:
        # INVARIANT: a contract never causes a file or an address to be opened.
        raise KnowledgeError(CONTRACT_IMPORT.of(field="wsdl"))

    def post_xml(self, _address: str, envelope: Element, headers: dict[str, str]) -> _Answer:
        data = etree.tostring(envelope, encoding="UTF-8", xml_declaration=True)
        root = parsed(self._post(data, headers), field="envelope")
        check_shape(root, self.expected)
        return _Answer(etree.tostring(root, encoding="UTF-8", xml_declaration=True))


def check_shape(root: Element, expected: str) -> None:
    """Raise unless ``root`` is an envelope whose body holds exactly ``expected``.

    Raises:
        RegionFault: ``transport-soap-fault`` with the fault code; its text stays out, since
            it may name a person.
        ContractViolation: ``transport-soap-shape``.
    """
    if root.tag != ENVELOPE:
        raise _misshaped(ENVELOPE, root.tag)
    parts = [part.tag for part in root]
    if parts not in ([BODY], [HEADER, BODY]):
        raise _misshaped("Header? Body", " ".join(str(part) for part in parts))
    held = list(root[-1])
    if [part.tag for part in held] == [FAULT]:
        raise RegionFault(SOAP_FAULT.of(field="envelope", got=_fault_code(held[0])))
    if [part.tag for part in held] != [expected]:
        raise _misshaped(expected, " ".join(str(part.tag) for part in held))


def _fault_code(node: Element) -> str:
    # Only the codes of SOAP 1.1 are told; what a region adds may hold anything.
    code = (node.findtext("faultcode") or "").rpartition(":")[2].partition(".")[0]
    return code if code in FAULT_CODES else "other"


def _misshaped(expected: str, got: object) -> ContractViolation:
    shown = redacted(str(got)) or "nothing"
    return ContractViolation(SOAP_SHAPE.of(field="envelope", expected=expected, got=shown))


# Any: zeep is untyped, and stops here.
def _bound(
    wsdl: bytes, pipe: _Pipe, binding: str, operation: str
) -> tuple[Callable[..., Any], str, str]:
    import zeep

    settings = zeep.Settings(
        strict=True, forbid_dtd=True, forbid_entities=True, forbid_external=True
    )
    with warnings.catch_warnings():
        # zeep only warns of a part it cannot resolve, and goes on without it.
        warnings.simplefilter("error", UserWarning)
        client: Any = zeep.Client(  # type: ignore[no-untyped-call]  # zeep is untyped
            BytesIO(wsdl), transport=pipe, settings=settings
        )
    # The address is pinned by the client below; soap:address in the contract never counts.
    service = client.create_service(binding, "pinned:")
    described = client.wsdl.bindings[binding].get(operation)
    ((parameter, _element),) = described.input.body.type.elements
    return getattr(service, operation), str(parameter), str(described.output.body.qname)

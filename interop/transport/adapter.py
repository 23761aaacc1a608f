"""The adapter file: how to reach one region, as data.

One file per region, ``adapters/<code>-<name>/adapter.toml``. A district may build on its
province's file with ``extends``; what it names itself is its own, the rest is the
province's, contracts included.
"""

from typing import Final, Literal

from pydantic import Field

from interop.errors import KnowledgeError
from interop.model.ports import Env
from interop.model.record import Record
from interop.transport.reasons import ADAPTER_ENDPOINT_MISSING, ADAPTER_EXTENDS

Charset = Literal["GBK", "GB18030", "UTF-8"]
Whitespace = Literal["preserve", "trim"]
Endpoints = dict[Env, str]

CODE: Final = r"^[0-9]{6}$"
PLAIN_NAME: Final = r"^[a-z0-9][a-z0-9.-]{0,99}$"
FIELDS_MAX: Final = 200


class FieldName(Record):
    """How one canonical value is called there.

    Attributes:
        path: Canonical path, such as ``holder.code``.
        name: Their name; ``/`` goes down one level.
        codes: Closed code list, canonical to theirs; empty passes the text through.
    """

    path: str = Field(pattern=r"^[a-z_]+(\.[a-z_]+)*$")
    name: str = Field(min_length=1, max_length=200)
    codes: dict[str, str] = Field(default_factory=dict)


class Limits(Record):
    """Limits of one call, in milliseconds and bytes, inclusive.

    Attributes:
        connect_ms: Until the connection stands.
        deadline_ms: For the whole call, from the first to the last byte.
        request_bytes_max: Body sent.
        reply_bytes_max: Body received.
    """

    connect_ms: int = Field(default=3_000, ge=10, le=60_000)
    deadline_ms: int = Field(default=15_000, ge=10, le=300_000)
    request_bytes_max: int = Field(default=1024 * 1024, ge=1, le=64 * 1024 * 1024)
    reply_bytes_max: int = Field(default=4 * 1024 * 1024, ge=1, le=64 * 1024 * 1024)


class InnerReply(Record):
    """Where things stand in the inner reply document.

    Attributes:
        code: Path of the result code, from the root.
        ok: The code that means success.
        document: Path of the repeated element that holds one certificate.
    """

    code: str
    ok: str
    document: str


class AccountSecrets(Record):
    """Names, never values, of the secrets of a static account."""

    account_id: str = Field(pattern=PLAIN_NAME)
    account_token: str = Field(pattern=PLAIN_NAME)


class KeySecret(Record):
    """Name, never the value, of the secret of an API key."""

    key: str = Field(pattern=PLAIN_NAME)


class KeyHeader(Record):
    """The header that carries the API key."""

    header: str = Field(default="Authorization", pattern=r"^[A-Za-z][A-Za-z0-9-]{0,63}$")
    prefix: str = Field(default="", pattern=r"^[ -~]{0,32}$")


class ErrorNames(Record):
    """Keys of the error body."""

    code: str
    message: str


class SoapCertificates(Record):
    """A certificate service over SOAP 1.1 whose one operation carries XML as a string.

    Attributes:
        protocol: ``soap``.
        wsdl: Contract of the envelope, a file beside the adapter.
        xsd: Contract of the inner document.
        binding: Qualified name of the binding, ``{namespace}name``.
        operation: Operation; its one parameter and its result are strings.
        charset: What the inner document declares.
        whitespace: Whether the region keeps white space at the ends of a text.
        request: Canonical path to element path, in the order of the contract.
        reply: Where things stand in the reply.
        endpoint: Address by environment.
        limits: Limits of a call.
        secrets: Names of the account's secrets.
    """

    protocol: Literal["soap"]
    wsdl: str = Field(pattern=PLAIN_NAME)
    xsd: str = Field(pattern=PLAIN_NAME)
    binding: str = Field(pattern=r"^\{[^{}]+\}[A-Za-z_][A-Za-z0-9_.-]*$")
    operation: str = Field(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]*$")
    charset: Charset = "UTF-8"
    whitespace: Whitespace = "preserve"
    request: tuple[FieldName, ...] = Field(max_length=FIELDS_MAX)
    reply: InnerReply
    endpoint: Endpoints
    limits: Limits = Limits()
    secrets: AccountSecrets


class RestAcceptance(Record):
    """An acceptance system over REST with JSON.

    Attributes:
        protocol: ``rest``.
        openapi: Contract, a file beside the adapter.
        register_path: Path of registration, below the endpoint.
        progress_path: Path of progress with ``{case}``.
        whitespace: Whether the region keeps white space at the ends of a text.
        auth: Header of the key.
        request: Canonical path to key.
        reply: Canonical path to key.
        error: Keys of the error body.
        endpoint: Base address by environment.
        limits: Limits of a call.
        secrets: Name of the key's secret.
    """

    protocol: Literal["rest"]
    openapi: str = Field(pattern=PLAIN_NAME)
    register_path: str = Field(pattern=r"^/[A-Za-z0-9/_.-]*$")
    progress_path: str = Field(pattern=r"^/[A-Za-z0-9/_.-]*\{case\}[A-Za-z0-9/_.-]*$")
    whitespace: Whitespace = "preserve"
    auth: KeyHeader
    request: tuple[FieldName, ...] = Field(max_length=FIELDS_MAX)
    reply: tuple[FieldName, ...] = Field(max_length=FIELDS_MAX)
    error: ErrorNames
    endpoint: Endpoints
    limits: Limits = Limits()
    secrets: KeySecret


class RestSeals(Record):
    """A seal service (电子印章) over REST with JSON; the seals themselves never leave it.

    Attributes:
        protocol: ``rest``.
        openapi: Contract, a file beside the adapter.
        seal_path: Path of sealing, below the endpoint.
        whitespace: Whether the region keeps white space at the ends of a text.
        auth: Header of the key.
        request: Canonical path to key; ``content`` goes as base64.
        reply: Canonical path to key.
        error: Keys of the error body.
        endpoint: Base address by environment.
        limits: Limits of a call.
        secrets: Name of the key's secret.
    """

    protocol: Literal["rest"]
    openapi: str = Field(pattern=PLAIN_NAME)
    seal_path: str = Field(pattern=r"^/[A-Za-z0-9/_.-]*$")
    whitespace: Whitespace = "preserve"
    auth: KeyHeader
    request: tuple[FieldName, ...] = Field(max_length=FIELDS_MAX)
    reply: tuple[FieldName, ...] = Field(max_length=FIELDS_MAX)
    error: ErrorNames
    endpoint: Endpoints
    limits: Limits = Limits()
    secrets: KeySecret


class GatewayAddress(Record):
    """The region's own gateway."""

    endpoint: Endpoints
    limits: Limits = Limits()


class Services(Record):
    """The services of a region; what is not named, it does not offer."""

    certificates: SoapCertificates | None = None
    acceptance: RestAcceptance | None = None
    seals: RestSeals | None = None


class AdapterFile(Record):
    """One ``adapter.toml``.

    Attributes:
        code: Region code, GB/T 2260.
        extends: Code of the region whose file this one builds on; empty for none.
        name_zh: Name in Chinese.
        name_en: Name in English.
        illustrative: True where no published interface backs the file.
        source: Where it comes from.
        since: First day it holds, ``YYYY-MM-DD``.
        organ: Credit code of the organ that the region's window belongs to, whose seal its
            notices bear; empty for none. Never inherited.
        services: Services of the region.
        gateway: The region's gateway.
    """

    code: str = Field(pattern=CODE)
    extends: str = Field(default="", pattern=r"^([0-9]{6})?$")
    name_zh: str = Field(min_length=1)
    name_en: str = Field(min_length=1)
    illustrative: bool = False
    source: str = Field(min_length=1)
    since: str = Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
    organ: str = Field(default="", pattern=r"^([0-9A-HJ-NP-RT-UW-Y]{18})?$")
    services: Services = Services()
    gateway: GatewayAddress | None = None


def endpoint_of(
    service: SoapCertificates | RestAcceptance | RestSeals | GatewayAddress, env: Env
) -> str:
    """Return the address for ``env``.

    Raises:
        KnowledgeError: ``adapter-endpoint-missing``.
    """
    url = service.endpoint.get(env)
    if url is None:
        raise KnowledgeError(ADAPTER_ENDPOINT_MISSING.of(field="endpoint", expected=env))
    return url


def resolve_extends(own: AdapterFile, parent: AdapterFile) -> AdapterFile:
    """Return ``own`` completed with the services of ``parent`` that it does not name itself.

    The gateway is never inherited: it belongs to the region that names it.

    Raises:
        KnowledgeError: ``adapter-extends`` if ``parent`` is not the one named, builds on
            another itself, or does not lie above.
    """
    if own.extends != parent.code or parent.extends or not is_above(parent.code, own.code):
        raise KnowledgeError(
            ADAPTER_EXTENDS.of(field=own.code, expected=own.extends or "-", got=parent.code)
        )
    mine, theirs = own.services, parent.services
    return own.model_copy(
        update={
            "extends": "",
            "services": Services(
                certificates=mine.certificates or theirs.certificates,
                acceptance=mine.acceptance or theirs.acceptance,
                seals=mine.seals or theirs.seals,
            ),
        }
    )


def is_above(upper: str, lower: str) -> bool:
    """Return whether region ``upper`` is one that ``lower`` lies in."""
    return upper != lower and lower.startswith(_stem(upper))


def _stem(code: str) -> str:
    # Province, city, district take two digits each; 00 stands for "all of it".
    return code.removesuffix("00").removesuffix("00")

"""What is wrong with an adapter file that its schema cannot say: every problem at once."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final
from urllib.parse import urlsplit

from interop.errors import Reason
from interop.transport.adapter import (
    AdapterFile,
    Endpoints,
    FieldName,
    RestAcceptance,
    RestSeals,
    SoapCertificates,
    is_above,
)
from interop.transport.reasons import (
    ADAPTER_CONTRACT_MISSING,
    ADAPTER_EMPTY,
    ADAPTER_ENDPOINT,
    ADAPTER_EXTENDS,
    ADAPTER_FIELD,
)

# What a client can fill in; the optional ones need not be mapped.
SOAP_REQUEST: Final = frozenset({
    "account.id", "account.token", "type_code", "holder.code", "holder.scheme",
    "grant.case", "grant.item", "grant.purpose",
})  # fmt: skip
SOAP_REQUEST_OPTIONAL: Final = frozenset({"holder.name"})
REST_REQUEST: Final = frozenset({
    "case", "task_code", "item_name", "applicant.name", "applicant.scheme", "applicant.code",
    "received_at", "receiving_region", "materials", "certificates",
})  # fmt: skip
REST_REQUEST_OPTIONAL: Final = frozenset({"agent.name", "agent.scheme", "agent.code"})
REST_REPLY: Final = frozenset({"case", "acceptance_number", "state", "on"})
REST_REPLY_OPTIONAL: Final = frozenset({"result_number", "explanation"})
SEAL_REQUEST: Final = frozenset({"organ", "content"})
SEAL_REQUEST_OPTIONAL: Final = frozenset({"content_digest"})
SEAL_REPLY: Final = frozenset({"organ", "name", "content_digest", "sealed_at", "token"})


def check_adapter(file: AdapterFile, files: Collection[str]) -> tuple[Reason, ...]:
    """Return every problem that the schema cannot say.

    Args:
        file: The adapter file as it stands, before ``extends`` is followed.
        files: Names of the files beside it.
    """
    return tuple(_problems(file, files))


def _problems(file: AdapterFile, files: Collection[str]) -> Iterator[Reason]:
    offered = file.services
    services = offered.certificates or offered.acceptance or offered.seals
    if not (services or file.gateway or file.extends):
        yield ADAPTER_EMPTY.of(field=file.code)
    if file.extends and not is_above(file.extends, file.code):
        yield ADAPTER_EXTENDS.of(field=file.code, expected="a region above", got=file.extends)
    if soap := file.services.certificates:
        yield from _soap_problems(soap, files)
    if rest := file.services.acceptance:
        yield from _rest_problems(rest, files)
    if seals := file.services.seals:
        yield from _seal_problems(seals, files)
    if file.gateway:
        yield from _endpoint_problems("gateway.endpoint", file.gateway.endpoint)


def _soap_problems(soap: SoapCertificates, files: Collection[str]) -> Iterator[Reason]:
    at = "services.certificates"
    yield from _missing({f"{at}.wsdl": soap.wsdl, f"{at}.xsd": soap.xsd}, files)
    yield from _endpoint_problems(f"{at}.endpoint", soap.endpoint)
    yield from _field_problems(
        f"{at}.request", soap.request, SOAP_REQUEST, SOAP_REQUEST_OPTIONAL
    )


def _rest_problems(rest: RestAcceptance, files: Collection[str]) -> Iterator[Reason]:
    at = "services.acceptance"
    yield from _missing({f"{at}.openapi": rest.openapi}, files)
    yield from _endpoint_problems(f"{at}.endpoint", rest.endpoint)
    yield from _field_problems(
        f"{at}.request", rest.request, REST_REQUEST, REST_REQUEST_OPTIONAL
    )
    yield from _field_problems(f"{at}.reply", rest.reply, REST_REPLY, REST_REPLY_OPTIONAL)


def _seal_problems(seals: RestSeals, files: Collection[str]) -> Iterator[Reason]:
    at = "services.seals"
    yield from _missing({f"{at}.openapi": seals.openapi}, files)
    yield from _endpoint_problems(f"{at}.endpoint", seals.endpoint)
    yield from _field_problems(
        f"{at}.request", seals.request, SEAL_REQUEST, SEAL_REQUEST_OPTIONAL
    )
    yield from _field_problems(f"{at}.reply", seals.reply, SEAL_REPLY, frozenset())


def _missing(named: Mapping[str, str], files: Collection[str]) -> Iterator[Reason]:
    for field, name in named.items():
        if name not in files:
            yield ADAPTER_CONTRACT_MISSING.of(
                field=field, expected=", ".join(sorted(files)) or "-", got=name
            )


def _endpoint_problems(field: str, endpoint: Endpoints) -> Iterator[Reason]:
    for env, url in endpoint.items():
        wanted = "https://…" if env == "prod" else "http(s)://…"
        if not _usable(url, https_only=env == "prod"):
            yield ADAPTER_ENDPOINT.of(field=f"{field}.{env}", expected=wanted, got=url)


def _usable(url: str, *, https_only: bool) -> bool:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    plain = url.isascii() and url.isprintable() and " " not in url and "\\" not in url
    schemes = ("https",) if https_only else ("http", "https")
    extra = parts.username or parts.password or parts.query or parts.fragment
    return (
        plain and parts.scheme in schemes and bool(parts.hostname) and port != 0 and not extra
    )


def _field_problems(
    at: str, fields: Iterable[FieldName], required: frozenset[str], optional: frozenset[str]
) -> Iterator[Reason]:
    known = required | optional
    table = tuple(fields)
    for index, field in enumerate(table):
        others = table[:index] + table[index + 1 :]
        if field.path not in known:
            yield ADAPTER_FIELD.of(field=at, expected=", ".join(sorted(known)), got=field.path)
        if any(_clash(field, other) for other in others):
            yield ADAPTER_FIELD.of(field=at, expected="each once", got=field.path)
        if len(set(field.codes.values())) != len(field.codes):
            yield ADAPTER_FIELD.of(field=at, expected="one code per value", got=field.path)
    for path in sorted(required - {field.path for field in table}):
        yield ADAPTER_FIELD.of(field=at, expected=path, got="-")


def _clash(one: FieldName, other: FieldName) -> bool:
    same = one.path == other.path or one.name == other.name
    # A name stands for a value or for an object, not for both.
    return same or other.name.startswith(one.name + "/")

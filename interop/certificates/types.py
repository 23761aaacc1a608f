"""Canonical certificate types: what every region's document is read into.

The canonical view of a certificate has two parts: ``cert`` holds what all certificates have
in common (:data:`COMMON`), ``body`` the fields of the type.

Source: GB/T 36902 (catalogue), GB/T 36903 (metadata).
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final, Literal

from pydantic import Field

from interop.certificates.reasons import (
    FIELD_VALUES_MISFIT,
    MAPPING_CODEC_MISFIT,
    MAPPING_OF_ANOTHER_TYPE,
    TYPE_CODE_MALFORMED,
    TYPE_TWICE,
    TYPE_UNKNOWN,
)
from interop.certificates.type_reasons import FIELD_LIST_MISFIT
from interop.errors import KnowledgeError, Reason
from interop.lens.checks import check_mapping, every_rule
from interop.lens.codec import TEXTUAL, Codec, Domain
from interop.lens.codecs import build_codec
from interop.lens.joining import joined
from interop.lens.schema import FieldRule, MappingFile, rule_of
from interop.model import uscc
from interop.model.certificate import CertificateStatus
from interop.model.item import ValueLabel, Verified
from interop.model.party import PartyKind, Scheme
from interop.model.record import Record

TYPE_CODE_CHARS: Final = 21
USCC_CHARS: Final = 18

_DAYS: Final = frozenset({"cert.issued_on", "cert.valid_from"})
_KINDS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "text": TEXTUAL | {"choice", "decimal"},
        "decimal": frozenset({"decimal", "number"}),
        "list": frozenset(),
        "code": frozenset({"choice"}),
    }
)
_STATUSES: Final = frozenset(CertificateStatus)
_SCHEMES: Final = frozenset(Scheme)
_LEVELS: Final = frozenset("ABCD")
HOLDER: Final = "cert.holder."
HOLDERS: Final = "cert.holders[]"

COMMON: Final[Mapping[str, bool]] = MappingProxyType(
    {
        "cert.title": True,
        "cert.type_code": True,
        "cert.number": True,
        "cert.identifier": True,
        "cert.issuer_name": True,
        "cert.issuer_code": True,
        "cert.issued_on": True,
        "cert.holder.name": True,
        "cert.holder.code": True,
        "cert.holder.scheme": True,
        "cert.holders[]": True,
        "cert.holders[].name": True,
        "cert.holders[].code": True,
        "cert.holders[].scheme": True,
        "cert.valid_from": False,
        "cert.valid_until": True,
        "cert.status": True,
        "cert.trust_level": True,
        "cert.area": True,
    }
)


class BodyField(Record):
    """One field printed on the face of the certificate.

    Attributes:
        zh: Name in Chinese.
        en: Name in English.
        type: ``text``, ``date`` (ISO day), ``decimal`` (plain, as text), ``code`` (one of
            ``values``), ``texts`` (a list of texts) or ``list`` (of members with ``fields``).
        required: Whether a document without it is refused.
        values: Closed list, for ``code`` only.
        key: Member that tells the members apart, for ``list`` only.
        fields: Fields of each member, for ``list`` only.
    """

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)
    type: Literal["text", "date", "decimal", "code", "texts", "list"] = "text"
    required: bool = False
    values: tuple[ValueLabel, ...] = ()
    key: str = ""
    fields: dict[str, "BodyField"] = Field(default_factory=dict, max_length=50)


def _body_paths(at: str, fields: Mapping[str, BodyField]) -> Iterator[tuple[str, bool]]:
    for name, field in fields.items():
        yield f"{at}{name}{'[]' * (field.type == 'list')}", field.required
        yield from _body_paths(f"{at}{name}[].", field.fields)


class TypeBasis(Record):
    """Where the fields come from, and whether somebody read it there."""

    source: str = Field(min_length=1)
    verified: Verified


class CertificateType(Record):
    """One canonical certificate type, a ``canonical.toml``.

    Attributes:
        type: Folder name under mappings/certificates.
        type_code: National certificate type code (证照类型代码), 21 characters.
        type_code_verified: Whether the code was read in an official text.
        zh: Name in Chinese.
        en: Name in English.
        holders: Who can hold it.
        illustrative: True where no official text backs the fields.
        basis: Where the fields come from.
        fields: Body fields by canonical name.
    """

    type: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    type_code: str
    type_code_verified: Verified
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)
    holders: tuple[PartyKind, ...] = Field(min_length=1)
    illustrative: bool = False
    basis: TypeBasis
    fields: dict[str, BodyField] = Field(min_length=1, max_length=200)

    def canonical(self, *, holders: bool = False) -> Mapping[str, bool]:
        """Return every canonical path with whether it is required.

        Args:
            holders: Whether the document names its holders as a list.
        """
        one = HOLDER if holders else HOLDERS
        common = {path: needed for path, needed in COMMON.items() if not path.startswith(one)}
        return {**common, **dict(_body_paths("body.", self.fields))}

    def field_at(self, path: str) -> BodyField | None:
        """Return the body field at a canonical ``path``; None if there is none."""
        fields: Mapping[str, BodyField] = self.fields
        found = None
        for name in path.removeprefix("body.").replace("[]", "").split("."):
            found = fields.get(name)
            fields = found.fields if found else {}
        return found


def check_certificate_type(type: CertificateType) -> tuple[Reason, ...]:  # noqa: A002 -- the domain's word
    """Return every problem of ``type`` that its schema can't say; empty if it is sound."""
    return tuple(_type_problems(type))


def _type_problems(type_: CertificateType) -> Iterator[Reason]:
    code, number = type_.type_code[:USCC_CHARS], type_.type_code[USCC_CHARS:]
    defining = uscc.inspect(code)
    if not (defining.ok and defining.value == code and _is_number(number)):
        yield TYPE_CODE_MALFORMED.of(field="type_code", got=type_.type_code)
    for name, field in type_.fields.items():
        values = [label.value for label in field.values]
        if bool(values) != (field.type == "code") or len(set(values)) != len(values):
            yield FIELD_VALUES_MISFIT.of(field=f"fields.{name}")
        key = field.fields.get(field.key)
        if (field.type == "list") != bool(key and key.required and key.type == "text"):
            yield FIELD_LIST_MISFIT.of(field=f"fields.{name}")


def _is_number(text: str) -> bool:
    return len(text) == TYPE_CODE_CHARS - USCC_CHARS and text.isascii() and text.isdigit()


def check_certificate_mapping(
    file: MappingFile,
    type: CertificateType,  # noqa: A002 -- the domain's word
) -> tuple[Reason, ...]:
    """Return every problem of a region's mapping of ``type``; empty if it is sound.

    Every canonical field is fed or in the loss ledger, required ones are fed, and codecs
    give what the canonical field means.
    """
    canonical = type.canonical(holders=HOLDERS in file.fields)
    return (*check_mapping(file, canonical=canonical), *_misfits(file, type))


def _misfits(file: MappingFile, type_: CertificateType) -> Iterator[Reason]:
    if file.mapping.certificate != type_.type:
        yield MAPPING_OF_ANOTHER_TYPE.of(
            field="mapping.certificate", expected=type_.type, got=file.mapping.certificate
        )
    for path, rule in every_rule(file):
        if (domain := _domain(file, path, rule)) and not _fits(domain, path, type_):
            yield MAPPING_CODEC_MISFIT.of(field=path, got=rule.value or rule.codec)


def _domain(file: MappingFile, path: str, rule: FieldRule) -> Domain | None:
    """Return what the field can be; None where the mapping itself is at fault or a list."""
    if rule.fields:
        return None
    if rule.same_as:
        other = file.fields.get(rule.same_as)
        return _domain(file, path, rule_of(other)) if other is not None else None
    if rule.value is not None:
        return Domain("choice", (rule.value,))
    codec = build_codec(joined(rule)[0], codes=file.codes, field=path, item=rule.item)
    return codec.domain if isinstance(codec, Codec) else None


def _fits(domain: Domain, path: str, type_: CertificateType) -> bool:
    closed = {
        "cert.type_code": frozenset({type_.type_code}),
        "cert.status": _STATUSES,
        "cert.holder.scheme": _SCHEMES,
        "cert.holders[].scheme": _SCHEMES,
        "cert.trust_level": _LEVELS,
    }
    field = type_.field_at(path) if path.startswith("body.") else None
    if field is not None and field.type == "code":
        closed[path] = frozenset(label.value for label in field.values)
    if path in closed:
        return domain.kind == "choice" and closed[path].issuperset(domain.choices)
    if path == "cert.valid_until":
        return domain.kind in {"date", "date-or-open"} or _is_day(domain)
    kind = field.type if field else ("date" if path in _DAYS else "text")
    if kind == "date":
        return domain.kind == "date" or _is_day(domain)
    if kind == "texts":
        return domain.kind == "list" and domain.item is not None
    return domain.kind in _KINDS[kind]


def _is_day(domain: Domain) -> bool:
    """Return whether a constant is an ISO day."""
    try:
        return domain.kind == "choice" and all(map(date.fromisoformat, domain.choices))
    except ValueError:
        return False


class CertificateTypes:
    """The catalogue of canonical types; read-only, safe to share."""

    def __init__(self, types: Iterable[CertificateType]) -> None:
        """Take every type once.

        Raises:
            KnowledgeError: ``certificate-type-twice``.
        """
        found: dict[str, CertificateType] = {}
        for type_ in types:
            if type_.type in found:
                raise KnowledgeError(TYPE_TWICE.of(field="type", got=type_.type))
            found[type_.type] = type_
        self._types: Mapping[str, CertificateType] = MappingProxyType(found)

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of all types, sorted."""
        return tuple(sorted(self._types))

    def type(self, name: str) -> CertificateType:
        """Return the type called ``name``.

        Raises:
            KnowledgeError: ``certificate-type-unknown``.
        """
        found = self._types.get(name)
        if found is None:
            known = ", ".join(self.names)
            raise KnowledgeError(TYPE_UNKNOWN.of(field="type", expected=known, got=name))
        return found

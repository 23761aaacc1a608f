"""From the bytes of a region to a canonical certificate, and to another region's format.

The canonical view is plain JSON: ``cert`` with what all certificates have, ``body`` with the
fields of the type. A lens reads documents into it and writes documents from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from interop.certificates.reasons import DOCUMENT_OF_ANOTHER_TYPE, HOLDERS_MANY
from interop.certificates.types import CertificateType
from interop.errors import ContractViolation, KnowledgeError
from interop.lens.mapping import Lens
from interop.lens.plan import Branch, ListRow, Node, Row
from interop.lens.report import unsigned_fields
from interop.model.canonical import Json, canonical_bytes, digest, read_json
from interop.model.certificate import Certificate, Grant, HeldCertificate, SealFinding
from interop.model.party import Party, PartyKind, Scheme

KINDS: Final[dict[str, PartyKind]] = {
    Scheme.USCC: "organisation",
    Scheme.RESIDENT_ID: "person",
}


@dataclass(frozen=True, slots=True)
class Fetched:
    """How a document came in.

    Attributes:
        region: Region whose service supplied it.
        grant: The grant it was fetched under.
        at: When; aware.
        status_at: When the source answered about the status; aware. None if it did not.
        seal: What verifying the seals of the document found; None if it carries none.
        unsigned: Canonical paths read from parts that no valid signature covers.
    """

    region: str
    grant: Grant
    at: datetime
    status_at: datetime | None = None
    seal: SealFinding | None = None
    unsigned: tuple[str, ...] = ()


def read(
    document: bytes,
    *,
    mapping: Lens,
    type: CertificateType,  # noqa: A002 -- the domain's word
    fetched: Fetched,
) -> HeldCertificate:
    """Return the certificate in ``document`` with where it came from.

    Nothing is judged here: a suspended certificate or one with a wrong check character is
    read as it is, and the exemption says what that means.

    Args:
        document: The bytes as received; their digest is kept.
        mapping: The source region's mapping of this type.
        type: The canonical type that was asked for.
        fetched: How the document came in.

    Raises:
        ContractViolation: Every fault of the document, or it is of another type.
    """
    certificate = certificate_of(mapping.get(mapping.decode(document)), type=type)
    certificate = _as_granted(certificate, fetched.grant)
    return HeldCertificate(
        certificate=certificate,
        source_region=fetched.region,
        source_digest=digest(document),
        mapping_digest=mapping.digest,
        grant=fetched.grant.id,
        fetched_at=fetched.at,
        status_at=fetched.status_at,
        seal=fetched.seal,
        unsigned=tuple(sorted({*fetched.unsigned, *_unsealed(mapping, fetched)})),
    )


def _unsealed(mapping: Lens, fetched: Fetched) -> tuple[str, ...]:
    """Return what the mapping wants signed, of a document that carries no seal."""
    return unsigned_fields(mapping, signed=()) if fetched.seal is None else ()


def _as_granted(certificate: Certificate, grant: Grant) -> Certificate:
    """Return the certificate with the body fields that the grant covers, no others."""
    covered = grant.fields.get(certificate.type)
    if covered is None:
        return certificate
    kept = {name: value for name, value in certificate.fields.items() if name in covered}
    return certificate.model_copy(update={"fields": kept})


def write(certificate: Certificate, mapping: Lens) -> Json:
    """Return ``certificate`` in the format of the region that ``mapping`` belongs to.

    Raises:
        KnowledgeError: Every field that the format cannot carry, or the mapping is of
            another type.
    """
    if mapping.head.certificate != certificate.type:
        raise KnowledgeError(
            DOCUMENT_OF_ANOTHER_TYPE.of(
                field="certificate.type",
                expected=mapping.head.certificate,
                got=certificate.type,
            )
        )
    return mapping.create(view(certificate, layout=mapping))


def view(certificate: Certificate, *, layout: Lens | None = None) -> Json:
    """Return the canonical view of ``certificate``, personal values in clear.

    Args:
        certificate: The certificate.
        layout: The mapping that the view is for: it says whether holders are a list, which
            body fields are no plain texts, and what it has no place for.

    Raises:
        KnowledgeError: ``certificate-holders-many``: the layout has a place for one holder
            only, and none of them is left out silently.
    """
    holders: list[Json] = [_holder(holder) for holder in certificate.holders]
    listed = layout is not None and "holders" in _branch(layout, "cert")
    if len(holders) > 1 and not listed:
        raise KnowledgeError(HOLDERS_MANY.of(field="holders", expected=1, got=len(holders)))
    common: dict[str, Json] = {
        "title": certificate.title,
        "type_code": certificate.type_code,
        "number": certificate.number.reveal(),
        "identifier": certificate.identifier.reveal(),
        "issuer_name": certificate.issuer_name,
        "issuer_code": certificate.issuer_code,
        "issued_on": certificate.issued_on.isoformat(),
        **({"holders": holders} if listed else {"holder": holders[0]}),
        "valid_until": _iso(certificate.valid_until),
        "status": str(certificate.status),
        "trust_level": certificate.trust_level,
        "area": certificate.area,
    }
    if certificate.valid_from is not None:
        common["valid_from"] = _iso(certificate.valid_from)
    places = _branch(layout, "body") if layout else {}
    body = {
        name: _plain(value.reveal(), places.get(name))
        for name, value in certificate.fields.items()
    }
    return {"cert": common, "body": body}


def _holder(holder: Party) -> dict[str, Json]:
    return {
        "name": holder.name.reveal(),
        "code": holder.code.reveal(),
        "scheme": str(holder.scheme),
    }


def _branch(layout: Lens, name: str) -> Mapping[str, Node]:
    found = layout.scope.views.below.get(name)
    return found.below if isinstance(found, Branch) else {}


def _plain(text: str, place: Node) -> Json:
    """Return what a body field holds: lists are kept as canonical JSON."""
    is_list = isinstance(place, ListRow) or (
        isinstance(place, Row) and place.codec.domain.kind == "list"
    )
    return read_json(text.encode(), error=KnowledgeError, field="fields") if is_list else text


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def certificate_of(
    view: Json,
    *,
    type: CertificateType,  # noqa: A002 -- the domain's word
) -> Certificate:
    """Return the certificate that a canonical ``view`` describes; the way back of view.

    Raises:
        ContractViolation: The view is of another type, or not one of a certificate.
    """
    parts = view if isinstance(view, dict) else {}
    common, body = parts.get("cert"), parts.get("body", {})
    cert = dict(common) if isinstance(common, dict) else {}
    one, several = cert.pop("holder", None), cert.pop("holders", None)
    holders = [_party(holder) for holder in (several if isinstance(several, list) else [one])]
    fields = (
        {name: _kept(value) for name, value in body.items()} if isinstance(body, dict) else body
    )
    certificate = Certificate.from_value(
        {**cert, "type": type.type, "holders": holders, "fields": fields},
        error=ContractViolation,
        field="certificate",
    )
    if certificate.type_code != type.type_code:
        raise ContractViolation(
            DOCUMENT_OF_ANOTHER_TYPE.of(
                field="cert.type_code", expected=type.type_code, got=certificate.type_code
            )
        )
    return certificate


def _party(holder: Json) -> Json:
    if not isinstance(holder, dict):
        return None
    return {**holder, "kind": KINDS.get(str(holder.get("scheme")))}


def _kept(value: Json) -> Json:
    return canonical_bytes(value).decode() if isinstance(value, list) else value

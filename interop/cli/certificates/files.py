"""Mapping files for commands: the shipped ones, and a file of the caller's."""

from dataclasses import dataclass
from pathlib import Path

from interop.certificates import (
    CertificateType,
    check_certificate_mapping,
    check_certificate_type,
)
from interop.errors import KnowledgeError, Reason
from interop.gateway import kinds
from interop.knowledge import Knowledge, read_bytes
from interop.lens import Lens, MappingFile, check_mapping
from interop.model.canonical import digest

CANONICAL = "canonical.toml"


@dataclass(frozen=True, slots=True)
class Loaded:
    """A mapping file with the type it is of.

    Attributes:
        name: Path as shown.
        text: The file.
        file: The file read.
        type: Its canonical type; None for documents that are no certificates.
        digest: Digest of its bytes.
    """

    name: str
    text: str
    file: MappingFile
    type: CertificateType | None
    digest: str

    def problems(self) -> tuple[Reason, ...]:
        """Return everything that is wrong with the file."""
        if self.type is None:
            return check_mapping(self.file)
        return check_certificate_mapping(self.file, self.type)

    def lens(self) -> Lens:
        """Return the lens of the file; raise KnowledgeError with all its problems."""
        if problems := self.problems():
            raise KnowledgeError(*problems)
        return Lens.of(self.file, digest=self.digest)


def load(path: Path, knowledge: Knowledge) -> Loaded:
    """Return the mapping file at ``path``; its type stands beside it or is a shipped one.

    Raises:
        KnowledgeError: The file is malformed, or its type is neither beside it nor shipped.
    """
    data = path.read_bytes()
    file = MappingFile.from_value(
        read_bytes(data, path.name), error=KnowledgeError, field=path.name
    )
    type_ = _type(path, file.mapping.certificate, knowledge)
    return Loaded(path.name, data.decode(), file, type_, digest(data))


def _type(path: Path, name: str, knowledge: Knowledge) -> CertificateType | None:
    if not name:
        return None
    beside = path.parent / CANONICAL
    if beside.is_file():
        value = read_bytes(beside.read_bytes(), CANONICAL)
        found = CertificateType.from_value(value, error=KnowledgeError, field=CANONICAL)
        if problems := check_certificate_type(found):
            raise KnowledgeError(*problems)
        return found
    return knowledge.document(kinds.CERTIFICATE_TYPES, name).value


def shipped(knowledge: Knowledge, *, certificate: str = "") -> tuple[Loaded, ...]:
    """Return the shipped mapping files, of one type if ``certificate`` names it."""
    found = []
    for document in knowledge.documents(kinds.CERTIFICATE_MAPPINGS):
        name = document.value.mapping.certificate
        if certificate in {"", name}:
            type_ = knowledge.document(kinds.CERTIFICATE_TYPES, name).value
            place = document.place.path
            found.append(Loaded(place, "", document.value, type_, document.digest))
    return tuple(found)

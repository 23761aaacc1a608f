"""Where things stand in a package: documents, lists of signatures, signatures.

Source: GB/T 33190-2016 clauses 7.4 (OFD.xml), 18 (signatures).
"""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from interop.certificates.ofd.package import Package
from interop.certificates.ofd.reasons import OFD_PART_MISSING, OFD_PART_TWICE, OFD_SEALS_MANY
from interop.certificates.ofd.xml import (
    Element,
    attribute,
    children,
    descendants,
    read_xml,
    text,
)
from interop.errors import TrustError

ROOT: Final = "OFD.xml"
SEALS_MAX: Final = 64
# Signs/, Sign_0/, Signatures/ …
SIGN_FOLDER: Final = "sign"


@dataclass(frozen=True, slots=True)
class Reference:
    """One file that a signature vouches for.

    Attributes:
        path: As resolved inside the package.
        part: The file's name; None if there is no such file.
        value: What its digest should be, as written: Base64.
    """

    path: str
    part: str | None
    value: str


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature as its file tells it.

    Attributes:
        part: The file, such as ``Doc_0/Signs/Sign_0/Signature.xml``.
        method: Signature method as written; may be empty.
        digest: Digest of the references as written.
        time: Signing time as written; what counts is the time in the seal signature.
        references: What it vouches for.
        value: The file with the seal signature.
        files: Every file that belongs to the signature itself.
    """

    part: str
    method: str
    digest: str
    time: str
    references: tuple[Reference, ...]
    value: str
    files: frozenset[str]


@dataclass(frozen=True, slots=True)
class Body:
    """One document of a package.

    Attributes:
        root: Its Document.xml.
        signatures: Its signatures, in the order of their list.
        files: The list itself and what belongs to the signatures.
    """

    root: str
    signatures: tuple[Signature, ...]
    files: frozenset[str]

    @property
    def folder(self) -> str:
        """Return the folder of the document, with a slash; empty if it is the package."""
        return _folder(self.root)


def resolve(package: Package, path: str, *, beside: str) -> tuple[str, str | None]:
    """Return where ``path`` leads, and the name of the file there.

    A leading slash means the package; otherwise it is relative to the file ``beside`` in which
    it stands, or, as some writers mean it, to the package. Nothing leads out of the package.
    """
    plain = path.strip().replace("\\", "/")
    absolute = plain.startswith("/")
    tries = [plain] if absolute else [posixpath.join(posixpath.dirname(beside), plain), plain]
    # A leading slash keeps what is normed inside the package.
    normed = [posixpath.normpath("/" + each.lstrip("/")).lstrip("/") for each in tries]
    for each in normed:
        found = package.find(each)
        if found is not None:
            return found, found
    return normed[0], None


def read_bodies(package: Package) -> tuple[Body, ...]:
    """Return the documents of a package with their signatures.

    Raises:
        TrustError: ``ofd-part-missing``, ``ofd-part-twice``, ``ofd-seals-many`` or a fault of
            the XML.
    """
    root = _require(package, ROOT, beside="")
    tree = read_xml(package.parts[root], part=root)
    bodies = tuple(_body(package, root, body) for body in descendants(tree, "DocBody"))
    if not bodies:
        raise TrustError(OFD_PART_TWICE.of(field=root, expected="DocBody", got=0))
    if sum(len(body.signatures) for body in bodies) > SEALS_MAX:
        raise TrustError(OFD_SEALS_MANY.of(expected=SEALS_MAX))
    return bodies


def _body(package: Package, root: str, body: Element) -> Body:
    document = _require(package, _one_text(body, "DocRoot", root), beside=root)
    signatures: list[Signature] = []
    files: set[str] = set()
    for listed in children(body, "Signatures"):
        if text(listed):
            part = _require(package, text(listed), beside=root)
            files.add(part)
            signatures.extend(_signatures(package, part))
    for signature in signatures:
        files |= signature.files
    files |= set(_in_sign_folders(package, files, document))
    # The list is named by OFD.xml alone: neither of the two may pass itself off as the list.
    return Body(document, tuple(signatures), frozenset(files - {root, document}))


def _signatures(package: Package, part: str) -> Iterator[Signature]:
    tree = read_xml(package.parts[part], part=part)
    rows = list(children(tree, "Signature"))
    if len(rows) > SEALS_MAX:
        raise TrustError(OFD_SEALS_MANY.of(expected=SEALS_MAX))
    for row in rows:
        place = attribute(row, "BaseLoc") or text(row)
        yield _signature(package, _require(package, place, beside=part))


def _signature(package: Package, part: str) -> Signature:
    tree = read_xml(package.parts[part], part=part)
    info = _one(tree, "SignedInfo", part)
    listed = _one(info, "References", part)
    value = _require(package, _one_text(tree, "SignedValue", part), beside=part)
    places = (
        resolve(package, text(place), beside=part)[1]
        for seal in children(info, "Seal")
        for place in children(seal, "BaseLoc")
    )
    seals = {place for place in places if place is not None}
    return Signature(
        part=part,
        method=_first_text(info, "SignatureMethod"),
        digest=attribute(listed, "CheckMethod"),
        time=_first_text(info, "SignatureDateTime"),
        references=tuple(_references(package, listed, part)),
        value=value,
        files=frozenset({part, value, *seals}),
    )


def _references(package: Package, listed: Element, part: str) -> Iterator[Reference]:
    for row in children(listed, "Reference"):
        path, found = resolve(package, attribute(row, "FileRef"), beside=part)
        yield Reference(path, found, _one_text(row, "CheckValue", part))


def _in_sign_folders(package: Package, files: set[str], document: str) -> Iterator[str]:
    """Yield what else lies in the folders of signatures.

    The list of signatures is never signed, so it could place a signature into a folder of the
    content to exempt what lies there. A folder counts only if its name says what it is for.
    """
    folders = {_sign_folder(part) for part in files}
    apart = tuple(folder for folder in folders if folder and not document.startswith(folder))
    if apart:
        yield from (part for part in package.parts if part.startswith(apart))


def _sign_folder(part: str) -> str:
    """Return the outermost folder of ``part`` that is named for signatures, with a slash."""
    names = part.split("/")[:-1]
    for at, name in enumerate(names, start=1):
        if name.casefold().startswith(SIGN_FOLDER):
            return "/".join(names[:at]) + "/"
    return ""


def _folder(part: str) -> str:
    folder = posixpath.dirname(part)
    return f"{folder}/" if folder else ""


def _require(package: Package, path: str, *, beside: str) -> str:
    place, found = resolve(package, path, beside=beside)
    if found is None:
        raise TrustError(OFD_PART_MISSING.of(field=place))
    return found


def _one(element: Element, name: str, part: str) -> Element:
    found = list(children(element, name))
    if len(found) != 1:
        raise TrustError(OFD_PART_TWICE.of(field=part, expected=name, got=len(found)))
    return found[0]


def _one_text(element: Element, name: str, part: str) -> str:
    return text(_one(element, name, part))


def _first_text(element: Element, name: str) -> str:
    return next((text(found) for found in children(element, name)), "")

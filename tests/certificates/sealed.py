"""Sealed documents for tests: the two that are given, where they are, and constructed ones."""

from datetime import date
from pathlib import Path
from typing import Final

import pytest

from interop.certificates.ofd import Anchor, Package, Result, SealReport, verify
from interop.certificates.ofd.seals import SealSignature, read_seal_signature
from interop.conformance.sealing import Office, packed

GIVEN: Final = Path(__file__).parents[2].parent / "shared" / "data" / "ofd"
TODAY: Final = date(2026, 3, 2)
OFFICE: Final = Office.open()
AUTHORITY: Final = (Anchor.read(OFFICE.authority.certificate),)


def given_document(name: str) -> bytes:
    """Return one of the given documents; skip where they are not at hand."""
    path = GIVEN / name
    if not path.is_file():
        pytest.skip(f"needs the published document {name}")
    return path.read_bytes()


def seal_of(data: bytes, place: str = "Doc_0/Signs/Sign_0/SignedValue.dat") -> SealSignature:
    return read_seal_signature(Package.read(data).parts[place], part=place)


def own_anchors(data: bytes) -> tuple[Anchor, ...]:
    """Return the document's own signer and seal maker, pinned."""
    seal = seal_of(data)
    pinned = (seal.signed.certificate, seal.seal.made.certificate)
    return tuple(Anchor.read(der) for der in pinned)


def judge(files: dict[str, bytes] | bytes, *, at: date = TODAY) -> SealReport:
    data = files if isinstance(files, bytes) else packed(files)
    return verify(data, anchors=AUTHORITY, at=at)


def codes(report: SealReport) -> set[str]:
    return {reason.code for reason in report.reasons}


def failed(report: SealReport) -> set[str]:
    """Return the checks that failed, of all seals."""
    return {
        name
        for seal in report.seals
        for name, outcome in seal.checks.items()
        if outcome.result is Result.FAILED
    }

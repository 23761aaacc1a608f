"""Sealed OFD documents (版式文件): read within limits, seals verified, values with their part.

Pure: bytes in, a report out. Source: GB/T 33190-2016 (OFD), GM/T 0031-2014 and GB/T 38540-2020
(seals).
"""

from interop.certificates.ofd.anchors import Anchor, AnchorFile, Use, check_anchors
from interop.certificates.ofd.fields import Field, FieldReading, Provenance, read_fields
from interop.certificates.ofd.package import Package
from interop.certificates.ofd.report import (
    CHECKS,
    Outcome,
    Result,
    SealFinding,
    SealReport,
    Verdict,
)
from interop.certificates.ofd.verification import verify

__all__ = [
    "CHECKS",
    "Anchor",
    "AnchorFile",
    "Field",
    "FieldReading",
    "Outcome",
    "Package",
    "Provenance",
    "Result",
    "SealFinding",
    "SealReport",
    "Use",
    "Verdict",
    "check_anchors",
    "read_fields",
    "verify",
]

"""Electronic certificates (电子证照): canonical types, grants, exemption with evidence.

Documents of any region become one canonical certificate; what a certificate may stand in
for is decided by a pure function that gives every reason of every alternative.
"""

from interop.certificates.annotation import annotate
from interop.certificates.editions import lineage, supersede
from interop.certificates.exemption import examine, spare
from interop.certificates.findings import inspect_certificate
from interop.certificates.grant import GrantTerms, GrantUse, check_grant, issue_grant
from interop.certificates.hearing import Question
from interop.certificates.reading import Fetched, certificate_of, read, view, write
from interop.certificates.sealed import read_sealed
from interop.certificates.types import (
    CertificateType,
    CertificateTypes,
    check_certificate_mapping,
    check_certificate_type,
)
from interop.certificates.use_list import UseList, check_use_list

__all__ = [
    "CertificateType",
    "CertificateTypes",
    "Fetched",
    "GrantTerms",
    "GrantUse",
    "Question",
    "UseList",
    "annotate",
    "certificate_of",
    "check_certificate_mapping",
    "check_certificate_type",
    "check_grant",
    "check_use_list",
    "examine",
    "inspect_certificate",
    "issue_grant",
    "lineage",
    "read",
    "read_sealed",
    "spare",
    "supersede",
    "view",
    "write",
]

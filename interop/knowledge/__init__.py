"""The only reader of knowledge files; ignorant of their meaning.

Bytes → limits → overlay → the schema that the owning room hands in → typed, digested
documents, and problems with file and key path.
"""

from interop.knowledge.kind import Document, Kind, Place, placed
from interop.knowledge.library import Knowledge
from interop.knowledge.reading import read_bytes
from interop.knowledge.shelf import shipped_root
from interop.knowledge.survey import LegalSource, Problem, legal_sources, survey

__all__ = [
    "Document",
    "Kind",
    "Knowledge",
    "LegalSource",
    "Place",
    "Problem",
    "legal_sources",
    "placed",
    "read_bytes",
    "shipped_root",
    "survey",
]

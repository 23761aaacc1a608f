"""What is odd in criteria that load: without effect, contradictory, out of date.

Clauses and tables are proved as :mod:`interop.criteria.prove` proves: for complete
applications within the bounds of the vocabulary. Windows and legal bases need no proof.
"""

from interop.criteria.lint.bases import stale_bases
from interop.criteria.lint.clauses import lint
from interop.criteria.lint.windows import window_gaps, window_overlaps

__all__ = ["lint", "stale_bases", "window_gaps", "window_overlaps"]
